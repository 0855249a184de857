"""What a cell is worth: a known value, an opaque one, or why there is none."""

from __future__ import annotations

import re
from typing import Any

from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.plan import Malformed, Planned
from scanner.iac.terraform.providers import partition
from scanner.iac.terraform.references import Source, trace
from scanner.model import Unknown, Why

_CERTAIN = frozenset(
    {
        "id", "arn", "key_id", "bucket", "owner_id", "vpc_id", "subnet_id", "default_security_group_id",
        "default_network_acl_id", "main_route_table_id", "default_route_table_id",
    }
)  # fmt: skip
"""Attributes that every resource which has them gives a string when it is made."""

_SAME = {
    ("aws_kms_key", "id"): "key_id",
    ("aws_s3_bucket", "bucket"): "id",
    ("aws_rds_cluster", "id"): "cluster_identifier",
    ("aws_rds_cluster_instance", "id"): "identifier",
    ("aws_db_parameter_group", "id"): "name",
    ("aws_rds_cluster_parameter_group", "id"): "name",
    ("aws_db_subnet_group", "id"): "name",
    ("aws_iam_user", "id"): "name",
    ("aws_iam_group", "id"): "name",
    ("aws_iam_role", "id"): "name",
    ("aws_iam_policy", "id"): "arn",
    ("aws_iam_instance_profile", "id"): "name",
    ("aws_eip", "allocation_id"): "id",
}
"""Attributes that hold what another holds: both must have one token."""

_NAMES = frozenset(
    {
        *((type_, name) for (type_, _), name in _SAME.items()),
        ("aws_db_instance", "identifier"),
        ("aws_iam_policy", "name"),
        ("aws_db_event_subscription", "name"),
    }
)
"""Names that the provider makes up where the configuration says none: certain, and nobody else's."""

_MAX_FOLLOWED = 8
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def text(cell: Cell) -> Any:
    """A string, `None` where it is unset (Terraform's empty string too), or an `Unknown`."""
    value = plain(cell)
    if value is None or isinstance(value, Unknown):
        return value
    if not isinstance(value, str):
        raise Malformed(f"{cell.where} is no string")
    return value or None


def plain(cell: Cell) -> Any:
    """Any value without structure, `None` where it is unset or left to the provider, or an `Unknown`."""
    state = cell.state
    # What the provider computes anew for a resource that exists is no default.
    if state is State.NULL or (state is State.COMPUTED and cell.resource.is_new):
        return None
    if state is not State.KNOWN:
        return cell.after_apply()
    if isinstance(cell.value, (dict, list)):
        raise Malformed(f"{cell.where} is no single value")
    return cell.value


def boolean(cell: Cell) -> Any:
    """A truth value, which some attributes hold as a string; `None` where unset, or an `Unknown`."""
    value = plain(cell)
    if isinstance(value, str):
        value = {"true": True, "false": False, "1": True, "0": False, "": None}.get(value.lower(), value)
    if value is None or isinstance(value, (bool, Unknown)):
        return value
    raise Malformed(f"{cell.where} is neither true nor false")


def number(cell: Cell) -> Any:
    """A whole number, `None` where unset, or an `Unknown`."""
    value = plain(cell)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or isinstance(value, Unknown) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Malformed(f"{cell.where} is no whole number")


def identifier(cell: Cell) -> Any:
    """A string that names another resource: known, opaque where that does not exist yet, `None` where unset."""
    if cell.state is not State.REFERRED:
        return text(cell)
    return _followed(cell, 0)


def identifiers(cell: Cell, count: int) -> list[Any]:
    """What the `count` unknown elements of a list are, in no order; empty where the references do not tell."""
    expression = cell.expression
    if not count or expression is None or expression.references is None:
        return []
    found = trace(cell.resource, expression.references)
    if not found.exact or len(found.sources) != count or not all(source.path for source in found.sources):
        return []
    return [_attribute(source, 0) for source in found.sources]


def identity(resource: Planned, attribute: str) -> Any:
    """One of a resource's own identifiers: known, or opaque because it is yet to be made."""
    return _attribute(Source(resource, (attribute,)), 0)


def identity_at(source: Source) -> Any:
    """What stands at the place that a reference names, as `identity` gives it."""
    return _attribute(source, 0)


def _followed(cell: Cell, depth: int) -> Any:
    expression = cell.expression
    if expression is None or expression.references is None or depth > _MAX_FOLLOWED:
        return cell.after_apply()
    source = trace(cell.resource, expression.references).only()
    if source is None:
        return cell.after_apply()
    value = _attribute(source, depth + 1)
    return cell.after_apply() if value is None else value


def _attribute(source: Source, depth: int) -> Any:
    resource = source.resource
    if len(source.path) == 1:
        first = str(source.path[0])
        source = Source(resource, (_SAME.get((resource.type, first), first),))
        known = _bucket_identity(resource, first)
        if known:
            return known
    cell = Cell.of(resource, *source.path)
    if cell.state in (State.KNOWN, State.SECRET):
        return text(cell)
    if cell.state is State.REFERRED and (cell.expression is None or cell.expression.references):
        return _followed(cell, depth)
    certain = source.path[-1] in _CERTAIN or (resource.mode == "managed" and (resource.type, source.path[-1]) in _NAMES)
    if certain and (cell.state is State.COMPUTED or resource.mode == "data"):
        return Unknown(
            Why.AFTER_APPLY, "opaque", message=f"{source.token} is known only after apply", token=source.token
        )
    return Unknown(Why.AFTER_APPLY, message=f"{source.token} is known only after apply")


def _bucket_identity(resource: Planned, attribute: str) -> str | None:
    """A bucket's id is its name, so both are known as soon as the name is."""
    if resource.type != "aws_s3_bucket" or attribute not in ("id", "bucket", "arn"):
        return None
    name = text(Cell.of(resource, "bucket"))
    if not isinstance(name, str):
        return None
    return f"arn:{partition(resource)}:s3:::{name}" if attribute == "arn" else name
