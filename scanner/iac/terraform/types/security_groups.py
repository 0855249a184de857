"""Security groups with their rules, whether written inside, beside or in both places.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.iac.terraform import providers, values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import more, names, opaque, strings, unresolved
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import ordered, sort_key
from scanner.model import Unknown, Why

_TYPE = "AWS::EC2::SecurityGroup"
_LISTS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
_DIRECTIONS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_PROTOCOLS = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_WITH_PORTS = ("tcp", "udp", "icmp", "icmpv6")
_SOURCES = (
    ("cidr_blocks", "IpRanges", "CidrIp"),
    ("ipv6_cidr_blocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefix_list_ids", "PrefixListIds", "PrefixListId"),
    ("security_groups", "UserIdGroupPairs", "GroupId"),
)
"""The lists of sources of an inline rule."""
_SINGLE = (
    ("cidr_ipv4", "IpRanges", "CidrIp"),
    ("cidr_ipv6", "Ipv6Ranges", "CidrIpv6"),
    ("prefix_list_id", "PrefixListIds", "PrefixListId"),
    ("referenced_security_group_id", "UserIdGroupPairs", "GroupId"),
)
"""The sources of `aws_vpc_security_group_ingress_rule`, of which it has one."""


@dataclass(slots=True)
class _Atom:
    """One protocol, port range and source: what AWS calls a rule. `entry` is a member of `list`."""

    head: dict[str, Any]
    list: str
    entry: Any

    @property
    def key(self) -> str:
        """What makes it the same rule; the description does not."""
        entry = self.entry
        if isinstance(entry, dict):
            entry = {name: value for name, value in entry.items() if name not in ("Description", "UserId")}
        return sort_key([self.head, self.list, entry])


def _group(planned: Planned) -> Draft:
    draft = Draft(_TYPE, planned, new=planned.is_new)
    config = draft.config
    config["GroupId"] = values.identity(planned, "id")
    config["SecurityGroupArn"] = values.identity(planned, "arn")
    _names(draft, planned)
    vpc = values.identifier(Cell.of(planned, "vpc_id"))
    if vpc is not None:
        config["VpcId"] = vpc
    owner = values.text(Cell.of(planned, "owner_id")) or providers.account(planned)
    if isinstance(owner, str) and owner:
        config["OwnerId"] = owner
    for attribute, member in _DIRECTIONS.items():
        draft.parts[f"inline {member}"] = list(_inline(Cell.of(planned, attribute), draft))
    known = [config[name] for name in ("SecurityGroupArn", "GroupId") if isinstance(config[name], str)]
    draft.physical_id = known[0] if known else ""
    return draft


def _names(draft: Draft, planned: Planned) -> None:
    if planned.type == "aws_default_security_group":
        draft.config.update({"GroupName": "default", "Description": "default VPC security group"})
        draft.name = "default"
        return
    name = values.text(Cell.of(planned, "name"))
    if name is None:
        # AWS keeps the name "default" for itself, so a name yet to be made is certainly another.
        name = opaque(f"{planned.address}.name")
    draft.config["GroupName"] = name
    description = values.text(Cell.of(planned, "description"))
    draft.config["Description"] = "Managed by Terraform" if description is None else description
    draft.name = name if isinstance(name, str) else ""


def _inline(cell: Cell, draft: Draft) -> Iterator[_Atom | Unknown]:
    """The rules written in the group. Without any Terraform leaves a new group none, not even AWS's egress."""
    state = cell.state
    if state is State.NULL or (state is State.COMPUTED and draft.new):
        return
    if state is not State.KNOWN:
        yield more(cell)
        return
    for item in cell.elements():
        if item.state is State.KNOWN:
            yield from _listed(item, draft)
        elif item.state is not State.NULL:
            yield more(item)


def _listed(cell: Cell, draft: Draft, groups: str = "security_groups") -> Iterator[_Atom | Unknown]:
    """The rules of an inline block or of an `aws_security_group_rule`."""
    head = _head(cell, "protocol")
    description = values.text(cell["description"])
    for attribute, member, name in _SOURCES[:3]:
        read = names if member == "PrefixListIds" else strings
        for value in read(cell[attribute]) or ():
            yield _Atom(head, member, _entry(name, value, description))
    if groups == "security_groups":
        found = names(cell[groups]) or ()
    else:
        single = values.identifier(cell[groups])
        found = () if single is None else (single,)
    for value in found:
        yield _Atom(head, "UserIdGroupPairs", _entry("GroupId", value, description, draft))
    itself = values.boolean(cell["self"])
    if itself is True:
        own = draft.config.get("GroupId", unresolved("the group's own id"))
        yield _Atom(head, "UserIdGroupPairs", _entry("GroupId", own, description, draft))
    elif isinstance(itself, Unknown):
        yield _Atom(head, "UserIdGroupPairs", more(cell["self"]))


def _head(cell: Cell, attribute: str) -> dict[str, Any]:
    """Protocol and ports as AWS answers them: none for all protocols and for those that have no ports."""
    protocol = values.plain(cell[attribute])
    if not isinstance(protocol, Unknown):
        protocol = "-1" if protocol is None else str(protocol).lower()
        protocol = _PROTOCOLS.get(protocol, protocol)
    head = {"IpProtocol": protocol}
    if isinstance(protocol, Unknown) or protocol in _WITH_PORTS:
        for name, port in (("FromPort", "from_port"), ("ToPort", "to_port")):
            value = values.number(cell[port])
            if value is not None:
                head[name] = value
    return head


def _entry(name: str, value: Any, description: Any, draft: Draft | None = None) -> Any:
    if isinstance(value, Unknown) and value.kind == "more":
        return value
    entry = {name: value}
    if draft is not None:
        user = providers.account(draft.planned)
        if isinstance(value, str) and "/" in value:
            user, entry[name] = value.split("/", 1)
        entry["UserId"] = user or unresolved("the account of the group")
    if description is not None:
        entry["Description"] = description
    return entry


def _finish(draft: Draft, _: Drafts) -> None:
    """Rules of equal protocol and ports are one permission, as AWS answers them."""
    for member in _DIRECTIONS.values():
        gone = {atom.key for atom in draft.parts.get(f"gone {member}", ())}
        atoms = [
            atom
            for atom in draft.parts.get(f"inline {member}", ())
            if isinstance(atom, Unknown) or not gone or atom.key not in gone
        ]
        atoms += draft.parts.get(f"rules {member}", ())
        if draft.outside:
            reason = "the group's other rules are not part of the plan"
            atoms.append(Unknown(Why.OUT_OF_SCOPE, "more", message=reason))
        draft.config[member] = _merge(atoms)


def _merge(atoms: list[Any]) -> list[Any]:
    permissions: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for number, atom in enumerate(atoms):
        if isinstance(atom, Unknown) or atom.key in seen:
            continue
        seen.add(atom.key)
        # Heads with unknown parts may be equal or not: they stay apart.
        certain = not any(isinstance(value, Unknown) for value in atom.head.values())
        key = sort_key(atom.head) if certain else f"{number}"
        permission = permissions.setdefault(key, {**atom.head, **{name: [] for name in _LISTS}})
        permission[atom.list].append(atom.entry)
    for permission in permissions.values():
        permission.update({name: ordered(permission[name]) for name in _LISTS})
    return [*ordered(permissions.values()), *(atom for atom in atoms if isinstance(atom, Unknown))]


def _rule(draft: Draft, planned: Planned) -> None:
    """`aws_security_group_rule`: one direction, several sources."""
    cell = Cell.of(planned)
    _replace_old(draft, planned, cell)
    direction = values.text(cell["type"])
    if isinstance(direction, str) and direction in _DIRECTIONS:
        _add(draft, "rules", _DIRECTIONS[direction], _listed(cell, draft, "source_security_group_id"))
        return
    for member in _DIRECTIONS.values():
        _add(draft, "rules", member, iter((more(cell["type"]),)))


def _single(draft: Draft, planned: Planned) -> None:
    """`aws_vpc_security_group_ingress_rule` and its twin: one source."""
    cell = Cell.of(planned)
    _replace_old(draft, planned, cell)
    _add(draft, "rules", _direction(planned), _single_atoms(cell, draft))


def _single_atoms(cell: Cell, draft: Draft) -> Iterator[_Atom | Unknown]:
    head = _head(cell, "ip_protocol")
    description = values.text(cell["description"])
    for attribute, member, name in _SINGLE:
        group = draft if member == "UserIdGroupPairs" else None
        value = (
            values.text(cell[attribute]) if member in ("IpRanges", "Ipv6Ranges") else values.identifier(cell[attribute])
        )
        if value is not None:
            yield _Atom(head, member, _entry(name, value, description, group))


def _direction(planned: Planned) -> str:
    return _DIRECTIONS["ingress" if "ingress" in planned.type else "egress"]


def _add(draft: Draft, part: str, member: str, atoms: Iterator[_Atom | Unknown]) -> None:
    draft.parts.setdefault(f"{part} {member}", []).extend(atoms)


def _replace_old(draft: Draft, planned: Planned, _: Cell) -> None:
    if planned.before is not None:
        _removed(draft, planned)


def _removed(draft: Draft, planned: Planned) -> None:
    """A refreshed group still lists the rules that the plan takes away."""
    attribute = "ingress"
    cell = Cell.before(planned)
    if planned.type == "aws_security_group_rule":
        attribute = "egress" if planned.old("type") == "egress" else "ingress"
        atoms = _listed(cell, draft, "source_security_group_id")
    else:
        attribute = "ingress" if "ingress" in planned.type else "egress"
        atoms = _single_atoms(cell, draft)
    if Cell.of(draft.planned, attribute).expression is None:
        known = iter([atom for atom in atoms if isinstance(atom, _Atom)])
        _add(draft, "gone", _DIRECTIONS[attribute], known)


def _doubt(draft: Draft, planned: Planned, reason: Unknown) -> None:
    """A rule that may belong to the group is one more rule that it may have."""
    direction = planned.after.get("type") if planned.after else None
    known = isinstance(direction, str) and direction in _DIRECTIONS
    attributes = [str(direction)] if known else list(_DIRECTIONS)
    if planned.type != "aws_security_group_rule":
        attributes = ["ingress" if "ingress" in planned.type else "egress"]
    for attribute in attributes:
        again = Unknown(reason.why, "more", message=reason.message)
        _add(draft, "rules", _DIRECTIONS[attribute], iter((again,)))


def _outside(draft: Draft, group: str) -> None:
    draft.config["GroupId"] = group
    draft.physical_id = group


def _default_of_vpc(token: str, drafts: Drafts) -> Draft | None:
    """`aws_vpc.x.default_security_group_id` is the group that `aws_default_security_group` takes over."""
    vpc = token.removesuffix(".default_security_group_id")
    if vpc == token:
        return None
    for draft in drafts.of(_TYPE):
        if draft.planned.type == "aws_default_security_group":
            found = draft.config.get("VpcId")
            if isinstance(found, Unknown) and found.token == f"{vpc}.id":
                return draft
    return None


def _satellite(terraform: str, apply: Any, members: tuple[str, ...]) -> Satellite:
    return Satellite(terraform, "security_group_id", members, apply, _removed, _doubt, repeated=True)


_GROUPS = ("aws_security_group", "aws_default_security_group")
KINDS = (
    Kind(
        _TYPE,
        _GROUPS,
        _group,
        satellites=(
            _satellite("aws_security_group_rule", _rule, tuple(_DIRECTIONS.values())),
            _satellite("aws_vpc_security_group_ingress_rule", _single, ("IpPermissions",)),
            _satellite("aws_vpc_security_group_egress_rule", _single, ("IpPermissionsEgress",)),
        ),
        owners=Owners(_GROUPS, ("id", "arn"), re.compile(r"security_group(_id)?$")),
        outside=_outside,
        finish=_finish,
        adopt=_default_of_vpc,
    ),
)
