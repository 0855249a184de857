"""IAM: what the lists of a principal hold, and how each resource gives an entry of them."""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Drafts
from scanner.iac.terraform.fields import more, names, opaque
from scanner.iac.terraform.lists import Listed, by, is_more
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown

ATTACHED = "AttachedManagedPolicies"


def _attachments(cell: Cell) -> list[Any]:
    """`policy_arn`, or a list of ARNs, as the API's list."""
    found: Any = values.identifier(cell["policy_arn"])
    listed = [found] if found is not None else []
    for attribute in ("managed_policy_arns", "policy_arns"):
        if cell[attribute].state is not State.NULL:
            listed += names(cell[attribute]) or []
    return [item if is_more(item) else {"PolicyArn": item} for item in listed]


def _inline(cell: Cell) -> list[Any]:
    """`policy` with its name, or the `inline_policy` blocks of a role."""
    if cell["policy"].state is not State.NULL:
        return [_policy(cell)]
    blocks = cell["inline_policy"]
    if blocks.state is not State.KNOWN:
        return []
    return [
        _policy(item) if item.state is State.KNOWN else more(item)
        for item in blocks.elements()
        if item.state is not State.NULL and item.value != {}
    ]


def _policy(cell: Cell) -> dict[str, Any]:
    name = values.text(cell["name"])
    found = document(cell["policy"])
    where = ".".join((cell.resource.address, *map(str, cell.path), "name"))
    return {
        "PolicyName": opaque(where) if name is None else name,
        "PolicyDocument": cell["policy"].after_apply() if found is None else found,
    }


def _groups(cell: Cell) -> list[Any]:
    """The groups of a user."""
    return list(names(cell["groups"]) or ())


def _group(cell: Cell) -> list[Any]:
    """The one group that a membership resource gives to several users."""
    found = values.identifier(cell["group"])
    return [more(cell["group"]) if found is None else found]


def _profile(cell: Cell) -> list[Any]:
    """An instance profile as its role shows it."""
    planned = cell.resource
    name, path = values.identity(planned, "name"), values.text(cell["path"])
    return [{"InstanceProfileName": name, "Arn": values.identity(planned, "arn"), "Path": path or "/"}]


ATTACHMENTS = Listed(ATTACHED, _attachments, by("PolicyArn"))
GROUPS = Listed("GroupList", _groups, by(""))
MEMBERSHIPS = Listed("GroupList", _group, by(""))
PROFILES = Listed("InstanceProfileList", _profile, by("InstanceProfileName"))


def inline(member: str) -> Listed:
    """The list of inline policies, which each kind of principal calls differently."""
    return Listed(member, _inline, by("PolicyName"))


def name_policies(draft: Draft, drafts: Drafts) -> None:
    """The name beside each attached policy's ARN: of the plan's own policy, else the end of the ARN."""
    for entry in draft.config[ATTACHED]:
        if not isinstance(entry, dict):
            continue
        arn = entry["PolicyArn"]
        policy = drafts.find("AWS::IAM::ManagedPolicy", arn, "Arn")
        if isinstance(arn, str):
            entry["PolicyName"] = arn.rsplit("/", 1)[-1]
        elif policy is not None:
            entry["PolicyName"] = policy.config["PolicyName"]
        else:
            entry["PolicyName"] = Unknown(arn.why, message="the name of a policy that is not known yet")
    known = [entry for entry in draft.config[ATTACHED] if isinstance(entry, dict)]
    rest = [entry for entry in draft.config[ATTACHED] if not isinstance(entry, dict)]
    draft.config[ATTACHED] = [*ordered(known), *rest]
