"""What engines and their versions bring along."""

from __future__ import annotations

import re
from typing import NamedTuple

from scanner.derive.logic import Maybe, malformed
from scanner.derive.node import Node
from scanner.model import Unknown

_RELEASE = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_SQL_SERVER = ("sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web", "sqlserver-dev-ee")


class TlsParameter(NamedTuple):
    """The parameter that makes an engine refuse plain connections; `on_from`: the release that has it on by default."""

    name: str
    on_from: tuple[int, int] | None


TLS_PARAMETERS = {
    "postgres": TlsParameter("rds.force_ssl", (15, 0)),
    "aurora-postgresql": TlsParameter("rds.force_ssl", (17, 0)),
    "mysql": TlsParameter("require_secure_transport", (9, 7)),
    "aurora-mysql": TlsParameter("require_secure_transport", (8, 4)),
    "aurora": TlsParameter("require_secure_transport", None),
    "mariadb": TlsParameter("require_secure_transport", (11, 8)),
    **dict.fromkeys(_SQL_SERVER, TlsParameter("rds.force_ssl", None)),
}
"""By engine, with AWS's defaults.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Compare-v3-v84.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.SSL.Using.html
"""


_MYSQL_LOGS = ("audit", "error", "general", "iam-db-auth-error", "slowquery")
LOGS = {
    "mysql": _MYSQL_LOGS,
    "mariadb": _MYSQL_LOGS,
    "postgres": ("iam-db-auth-error", "postgresql", "upgrade"),
    "oracle": ("alert", "audit", "listener", "oemagent", "trace"),
    "sqlserver": ("agent", "error"),
    "db2": ("diag.log", "notify.log"),
}
"""The logs that an instance of each family of engines can export.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""
_NO_AGENT = "sqlserver-ex"


def exportable_logs(engine: str) -> tuple[str, ...]:
    """`family/log` for each log that an engine (`oracle-ee`) can export; SQL Server Express has no agent."""
    family = engine.partition("-")[0]
    logs = LOGS.get(family, ())
    return tuple(f"{family}/{log}" for log in logs if not (engine == _NO_AGENT and log == "agent"))


def is_from(version: Node, release: tuple[int, int] | None) -> Maybe:
    """Whether an `EngineVersion` (`16.3`, `8.0.mysql_aurora.3.05.2`) is of a release or later; never of `None`."""
    if release is None:
        return False
    found = release_of(version)
    return found if isinstance(found, Unknown) else found >= release


def release_of(version: Node) -> tuple[int, int] | Unknown:
    """The first two numbers of an `EngineVersion`; a missing second one is 0."""
    if version.unknown:
        return version.unknown
    found = _RELEASE.match(version.value) if isinstance(version.value, str) else None
    if found is None:
        return malformed(version.path, "this is no version of an engine")
    return int(found[1]), int(found[2] or 0)
