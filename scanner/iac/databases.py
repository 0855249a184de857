"""What AWS makes of a database that code leaves details of out: ports, default groups, encryption, parameters."""

from __future__ import annotations

import re
from typing import Any

_PORTS = (
    ("aurora-postgresql", 5432),
    ("postgres", 5432),
    ("aurora", 3306),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("oracle", 1521),
    ("custom-oracle", 1521),
    ("sqlserver", 1433),
    ("custom-sqlserver", 1433),
    ("db2", 50000),
)
"""How an engine's name starts, and the port it listens on.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

_BY_MAJOR = ("postgres", "aurora-postgresql")
_BY_MINOR = ("mysql", "mariadb", "aurora-mysql")
_VERSION = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.|$)")
_FAMILY = re.compile(r"([a-z0-9-]*[a-z])-?([0-9]{1,4})(?:\.([0-9]{1,4}))?")

TLS = ("rds.force_ssl", "require_secure_transport")
"""The parameters of which a family's default is known where a group does not set them."""

_TLS: dict[str, tuple[str, tuple[int, int] | None]] = {
    "postgres": ("rds.force_ssl", (15, 0)),
    "aurora-postgresql": ("rds.force_ssl", (17, 0)),
    "mysql": ("require_secure_transport", (9, 7)),
    "aurora-mysql": ("require_secure_transport", (8, 4)),
    "mariadb": ("require_secure_transport", (11, 8)),
    **dict.fromkeys(
        (f"sqlserver-{edition}" for edition in ("ee", "se", "ex", "web", "dev-ee")), ("rds.force_ssl", None)
    ),
}
"""A family's engine, its parameter that demands TLS, and the release that has it on by default.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.SSL.Using.html
"""


def default_port(engine: Any) -> int | None:
    """The port of an engine that is not told another; `None` for an engine that is not known."""
    if not isinstance(engine, str):
        return None
    return next((port for start, port in _PORTS if engine.startswith(start)), None)


def default_group(engine: Any, version: Any) -> str | None:
    """The parameter group that AWS attaches where none is named: `default.postgres16`; `None` where nothing tells it.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/parameter-groups-overview.html
    """
    found = _VERSION.match(version) if isinstance(version, str) else None
    if found is None or engine not in (*_BY_MAJOR, *_BY_MINOR):
        return None
    if engine in _BY_MINOR:
        return f"default.{engine}{found[1]}.{found[2]}" if found[2] else None
    return f"default.{engine}{found[1]}"


def default_parameters(family: Any) -> list[dict[str, Any]] | None:
    """The judged parameters of a new parameter group with what its family makes of them; `None` if nothing tells."""
    found = _FAMILY.fullmatch(family) if isinstance(family, str) else None
    if found is None or found[1] not in _TLS:
        return None
    name, on_from = _TLS[found[1]]
    on = on_from is not None and (int(found[2]), int(found[3] or 0)) >= on_from
    off_and_on = ("OFF", "ON") if found[1] == "aurora-mysql" else ("0", "1")
    return [{"ParameterName": name, "ParameterValue": off_and_on[on], "Source": "engine-default"}]


def is_aurora(engine: Any) -> bool | None:
    """Whether it is Aurora, which encrypts every new cluster; `None` if the engine is not known."""
    return engine == "aurora" or engine.startswith("aurora-") if isinstance(engine, str) else None


def encryption_type(engine: Any, encrypted: Any) -> str | None:
    """`StorageEncryptionType` of what is made anew; `None` where nothing tells it.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html
    """
    aurora = is_aurora(engine)
    if encrypted is True:
        return "sse-kms"
    if encrypted is not False or aurora is None:
        return None
    return "sse-rds" if aurora else "none"


def publicly_accessible(engine: Any, subnet_group: Any) -> bool | None:
    """Whether it has a public address where nothing is said; `None` where nothing tells it.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    aurora = is_aurora(engine)
    if subnet_group is None:
        return None if aurora is None else not aurora
    return subnet_group == "default" if isinstance(subnet_group, str) else None
