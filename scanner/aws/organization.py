"""Which accounts to read: those of an organization, of organizational units, or of a list.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html and its neighbours answer the
management account and delegated administrators.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.aws.failures import Failure
from scanner.aws.source import Account, Call, Source
from scanner.errors import AwsError, UsageError
from scanner.model import GLOBAL, Gap, Why

DEFAULT_ROLE = "aws-posture"
"""The role of `posture permissions --format stackset`. Never unasked the administrator's role that Organizations
makes in new accounts (`OrganizationAccountAccessRole`)."""
_ID = re.compile(r"\d{12}", re.ASCII)
_UNIT = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}")
_ROLE = re.compile(r"/?([\w+=,.@-]+/)*[\w+=,.@-]{1,64}", re.ASCII)
_PATH = 512
_ACTIVE = "ACTIVE"


@dataclass(frozen=True, slots=True)
class Choice:
    """The accounts that somebody asked for.

    `organization`: all of the caller's, of which `accounts` and `units` (with everything below them) leave
    only some; without it `accounts` are all that there is.
    """

    organization: bool = False
    accounts: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    role_name: str = DEFAULT_ROLE

    def checked(self) -> Choice:
        """Itself. Raises `UsageError` for what AWS would not take for an id or a name."""
        for id_ in (*self.accounts, *self.exclude):
            if not _ID.fullmatch(id_):
                raise UsageError(f"{id_!r} is no account id", hint="It has 12 digits, zeros in front included")
        for unit in self.units:
            if not _UNIT.fullmatch(unit):
                hint = "It looks like ou-ab12-11112222; see: aws organizations list-organizational-units-for-parent"
                raise UsageError(f"{unit!r} is no id of an organizational unit", hint=hint)
        if self.units and not self.organization:
            raise UsageError("--ou is of an organization", hint="Add --org")
        if len(self.role_name) > _PATH or not _ROLE.fullmatch(self.role_name):
            hint = "Give the name alone, with its path if it has one: audit or security/audit"
            raise UsageError(f"{self.role_name!r} is no name of a role", hint=hint)
        return self

    def to_json(self) -> dict[str, Any]:
        """What makes two choices the same."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: sorted(set(value)) if isinstance(value, tuple) else value for name, value in pairs}

    def role_arn(self, account: str, partition: str) -> str:
        """The role to act as in an account."""
        return f"arn:{partition}:iam::{account}:role/{self.role_name.removeprefix('/')}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The accounts to read, and those that nobody can (id → state, such as `SUSPENDED`); both in order."""

    accounts: tuple[str, ...]
    closed: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What a resumed run goes on with."""
        return {"accounts": list(self.accounts), "closed": dict(self.closed)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Chosen:
        """Undo `to_json`."""
        return cls(tuple(data["accounts"]), dict(data["closed"]))

    def gaps(self) -> list[Gap]:
        """That closed accounts were not read, which leaves no run incomplete."""
        return [
            Gap(
                *("", GLOBAL, "organizations", "ListAccounts", "organizations:ListAccounts"),
                reason=Why.OUT_OF_SCOPE,
                resource_id=id_,
                message=f"the account {id_} is {state} in the organization, and was not read",
            )
            for id_, state in self.closed.items()
        ]


def choose(source: Source, choice: Choice) -> Chosen:
    """The accounts of a choice. Asks Organizations only if that is part of it.

    Raises `UsageError` for an account or unit that is not there, with what may have been meant, and
    `AwsError` if Organizations does not answer.
    """
    caller = source.accounts()[0]
    if choice.organization:
        return _Organization(source, caller).choose(choice)
    left = set(choice.exclude)
    _known(choice.exclude, dict.fromkeys(choice.accounts, ""), "among --accounts")
    return _some(id_ for id_ in sorted(set(choice.accounts)) if id_ not in left)


def _some(accounts: Iterable[str], closed: Mapping[str, str] | None = None) -> Chosen:
    chosen = Chosen(tuple(accounts), closed or {})
    if not chosen.accounts:
        raise UsageError("no account is left to read", hint="Check --accounts, --exclude and --ou")
    return chosen


def _known(ids: Sequence[str], names: Mapping[str, str], where: str) -> None:
    """Raise `UsageError` for the first of the ids that is not there; `names` are what people call each."""
    for id_ in ids:
        if id_ not in names:
            near = [f"{one} ({names[one]})" if names[one] else one for one in difflib.get_close_matches(id_, names, 3)]
            hint = f"Did you mean {' or '.join(near)}?" if near else "Check its digits"
            raise UsageError(f"there is no account {id_} {where}", hint=hint)


@dataclass(slots=True)
class _Organization:
    source: Source
    caller: Account

    def choose(self, choice: Choice) -> Chosen:
        found = {str(one["Id"]): one for one in self._members()}
        names = {id_: str(one.get("Name", "")) for id_, one in found.items()}
        _known((*choice.accounts, *choice.exclude), names, "in the organization")
        within = self._within(choice.units) if choice.units else found.keys()
        wanted = set(choice.accounts or found) & set(within) - set(choice.exclude)
        states = {id_: str(found[id_].get("State") or found[id_].get("Status") or _ACTIVE) for id_ in sorted(wanted)}
        closed = {id_: state for id_, state in states.items() if state != _ACTIVE}
        return _some((id_ for id_ in states if id_ not in closed), closed)

    def _members(self) -> list[dict[str, Any]]:
        return list(self._pages("list_accounts", "Accounts"))

    def _pages(self, operation: str, member: str, parent: str = "") -> Iterator[dict[str, Any]]:
        """All elements. Raises `AwsError` with what to do."""
        try:
            yield from self._elements(operation, member, parent)
        except Failure as failure:
            raise _unanswered(failure, self.caller, operation) from failure

    def _elements(self, operation: str, member: str, parent: str = "") -> Iterator[dict[str, Any]]:
        params = {"ParentId": parent} if parent else {}
        for page in self.source.pages(Call(self.caller, "organizations", GLOBAL, operation, params)):
            yield from page.get(member) or ()

    def _within(self, units: Sequence[str]) -> set[str]:
        """The accounts in units and in all that are below these."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = list(units)
        while waiting:
            unit = waiting.pop()
            if unit in seen:
                continue
            seen.add(unit)
            try:
                found.update(str(one["Id"]) for one in self._elements("list_accounts_for_parent", "Accounts", unit))
            except Failure as failure:
                if failure.code == "ParentNotFoundException" and unit in units:
                    raise self._no_unit(unit) from failure
                raise _unanswered(failure, self.caller, "list_accounts_for_parent") from failure
            below = self._pages("list_organizational_units_for_parent", "OrganizationalUnits", unit)
            waiting += [str(one["Id"]) for one in below]
        return found

    def _no_unit(self, unit: str) -> UsageError:
        names = dict(self._units())
        near = difflib.get_close_matches(unit, names, 3)
        hint = "Did you mean " + " or ".join(f"{one} ({names[one]})" for one in near) + "?" if near else ""
        return UsageError(f"there is no organizational unit {unit}", hint=hint or "Check --ou")

    def _units(self) -> Iterator[tuple[str, str]]:
        """Every root and unit with its name."""
        waiting = list(self._pages("list_roots", "Roots"))
        while waiting:
            one = waiting.pop()
            yield str(one["Id"]), str(one.get("Name", ""))
            waiting += self._pages("list_organizational_units_for_parent", "OrganizationalUnits", str(one["Id"]))


def _unanswered(failure: Failure, caller: Account, operation: str) -> AwsError:
    name = "".join(word.capitalize() for word in operation.split("_"))
    if failure.code == "AWSOrganizationsNotInUseException":
        return AwsError(f"the account {caller.id} is in no organization", hint="Leave out --org, or name --accounts")
    if failure.why is Why.DENIED:
        return AwsError(
            f"the caller in {caller.id} may not organizations:{name} ({failure.message})",
            hint="Use the management account or a delegated administrator, or name the accounts: --accounts FILE",
        )
    return AwsError(f"organizations:{name} was not answered ({failure.message})", hint="Repeat the command")
