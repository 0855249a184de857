"""Whether an instance's engine knows IAM authentication."""

from __future__ import annotations

from scanner.derive.databases.engines import is_from
from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_ALWAYS = ("mysql", "postgres", "aurora", "aurora-mysql", "aurora-postgresql")
_MARIADB = (10, 6)


@derives("AWS::RDS::DBInstance", "supports_iam_authentication", gives=bool, reads=("Engine", "EngineVersion"))
def supports_iam_authentication(instance: Resource, context: Context) -> Partial:
    """MySQL, PostgreSQL and Aurora do, MariaDB from 10.6 on, the others do not.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.IamDatabaseAuthentication.html
    """
    del context
    engine = Node.of(instance, "Engine")
    if engine.unknown:
        return Partial(None, {"": as_kind(engine.unknown, "any")})
    if engine.value != "mariadb":
        return Partial(engine.value in _ALWAYS)
    known = is_from(Node.of(instance, "EngineVersion"), _MARIADB)
    return Partial(None, {"": as_kind(known, "any")}) if isinstance(known, Unknown) else Partial(known)
