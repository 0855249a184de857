"""Whether the record of an instance's load can be turned on at all."""

from __future__ import annotations

from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_NEVER = ("db2-", "custom-", "docdb", "neptune")
_SMALL = tuple(f"db.{family}.{size}" for family in ("t2", "t3", "t4g") for size in ("micro", "small"))
_TOO_SMALL = {
    "mysql": _SMALL,
    "mariadb": _SMALL,
    "aurora-mysql": ("db.t2.", "db.t3.", "db.t4g.micro", "db.t4g.small"),
}


@derives("AWS::RDS::DBInstance", "supports_performance_insights", gives=bool, reads=("Engine", "DBInstanceClass"))
def supports_performance_insights(instance: Resource, context: Context) -> Partial:
    """Not for Db2 and RDS Custom, nor on the smallest classes of MySQL, MariaDB and Aurora MySQL.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.Engines.html
    """
    del context
    engine, size = Node.of(instance, "Engine"), Node.of(instance, "DBInstanceClass")
    if engine.unknown:
        return Partial(None, {"": as_kind(engine.unknown, "any")})
    name = str(engine.value or "")
    if name.startswith(_NEVER):
        return Partial(value=False)
    if name in _TOO_SMALL and size.unknown:
        return Partial(None, {"": as_kind(size.unknown, "any")})
    return Partial(not str(size.value or "").startswith(_TOO_SMALL.get(name, ())))
