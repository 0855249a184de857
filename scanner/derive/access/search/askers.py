"""Who might ask: the principals that policies tell apart, and strangers of every kind that they do not name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, count

from scanner.derive.access.decision.document import Named, Statement
from scanner.derive.access.decision.request import Principal, Request, principal
from scanner.derive.access.decision.statements import keys_of
from scanner.derive.access.search.actions import account_pattern
from scanner.derive.access.search.keys import Room
from scanner.derive.access.search.strings import Clause, exactly, find, glob

_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_WILD_ACCOUNT = re.compile(r"[0-9*?]*[0-9][0-9*?]*")
_ACCOUNT_KEYS = frozenset({"aws:principalaccount", "kms:calleraccount"})
_PATHS = {"User": "user", "Role": "role"}


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks. `rooms` are of the keys that follow from who it is.

    `named`: whether it stands for exactly this principal, not for all that no policy names. `strange`: nothing in
    the policies is about it in particular, neither as a principal nor by a condition.
    """

    principal: Principal
    named: bool = True
    strange: bool = False
    rooms: Mapping[str, Room] = field(default_factory=dict)

    def with_rooms(self, rooms: Mapping[str, Room]) -> Asker:
        """The same asker with other rooms."""
        return Asker(self.principal, self.named, self.strange, rooms)


def asker(who: Principal, given: Mapping[str, tuple[str, ...]] | None = None) -> Asker:
    """One given principal, with what its requests are known to give."""
    rooms = _rooms(who)
    return Asker(
        who, rooms={**rooms, **{key.lower(): Room(fixed=values) for key, values in given.items()}} if given else rooms
    )


def knowing(one: Asker, given: Mapping[str, tuple[str, ...]]) -> Asker:
    """The same asker, with what else its requests are known to give."""
    return one.with_rooms({**one.rooms, **{key.lower(): Room(fixed=values) for key, values in given.items()}})


def holders(statements: Sequence[Statement]) -> Iterator[Asker]:
    """Who might hold an identity policy: a role or a user of some account; under an SCP, its root user, too."""
    texts = _Texts(statements)
    accounts = [texts.strange_account(), *(sorted(texts.accounts()) if texts.tested & _TELLING else ())]
    for account in accounts:
        for kind in ("Role", "User"):
            who = _stranger(kind, account, texts.strange("someone"), texts.partition)
            yield Asker(who, named=False, rooms=_opened(who, texts.tested, ()))
        if texts.tested & _TELLING:
            root = Principal("Root", f"arn:{texts.partition}:iam::{account}:root", texts.partition, account)
            yield Asker(root, rooms=_rooms(root))


_TELLING = frozenset(
    {"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "kms:calleraccount"}
)
"""Keys by which a policy of an identity tells its holders apart."""


def _opened(who: Principal, tested: Collection[str], others: Sequence[str]) -> Mapping[str, Room]:
    """What a principal settles, but for what follows from its name, which is left open where it matters."""
    rooms = _rooms(who)
    return {**rooms, **{key: _open(key, who, others) for key in rooms.keys() & tested}}


def everybody(
    statements: Sequence[Statement], own: str = "", members: Iterable[str] = (), *, only_others: bool = False
) -> Iterator[Asker]:
    """Everybody whom policies of resources tell apart; `own` is the account of the resource, if known.

    `members` are accounts that are no strangers. Those of strange accounts come first, then anonymous ones, then who
    is named; of the own account last, or not at all.
    """
    texts = _Texts(statements)
    strange = texts.strange_account({own, *members})
    yield from _of_account(strange, texts, strange=True)
    nobody = Principal("Anonymous", "")
    yield Asker(nobody, strange=True, rooms=_rooms(nobody))
    for account in (*sorted(texts.accounts() - {own}), *([own] if own and not only_others else [])):
        yield from _of_account(account, texts, strange=False)
    for kind in ("Service", "Federated", "CanonicalUser"):
        others = sorted({one.name for one in texts.named if one.kind == kind and one.name != "*"})
        for name in others:
            yield asker(Principal(kind, name))
        other = Principal(kind, _STRANGE[kind](texts))
        yield Asker(other, strange=True, rooms=_rooms(other))


_STRANGE: Mapping[str, Callable[[_Texts], str]] = {
    "Service": lambda texts: f"{texts.strange('other')}.amazonaws.com",
    "Federated": lambda texts: f"{texts.strange('idp')}.example.com",
    "CanonicalUser": lambda texts: texts.strange("f" * 64),
}


def _of_account(account: str, texts: _Texts, *, strange: bool) -> Iterator[Asker]:
    named = [] if strange else sorted(texts.by_account.get(account, {}).items())
    arns = [one.arn for _, one in named]
    for kind in ("Role", "User"):
        who = _stranger(kind, account, texts.strange("someone"), texts.partition)
        yield Asker(who, named=False, strange=strange, rooms=_opened(who, texts.tested, arns))
    root = Principal("Root", f"arn:{texts.partition}:iam::{account}:root", texts.partition, account)
    yield Asker(root, strange=strange, rooms=_rooms(root))
    for _, one in named:
        if one.kind == "Role" and not one.session:
            # a session's ARN lacks the path that its role's has
            session = _session(one, texts)
            yield Asker(session, rooms={**_rooms(session), "aws:principalarn": Room(fixed=(one.id,))})
        elif one.kind != "Root":
            yield asker(one)


def _session(role: Principal, texts: _Texts) -> Principal:
    session = texts.strange("session")
    id_ = f"arn:{role.partition}:sts::{role.account}:assumed-role/{role.name}/{session}"
    return Principal("Role", id_, role.partition, role.account, role.name, session)


def _stranger(kind: str, account: str, name: str, partition: str) -> Principal:
    if kind == "User":
        return principal(f"arn:{partition}:iam::{account}:user/{name}")
    return principal(f"arn:{partition}:sts::{account}:assumed-role/{name}/session")


_ABSENT = (
    "aws:principalarn", "aws:principalorgid", "aws:principalaccount", "aws:username", "kms:calleraccount",
    "aws:principalisawsservice",
)  # fmt: skip


@lru_cache(4096)
def _rooms(who: Principal) -> Mapping[str, Room]:
    """The keys that a principal settles: as in a request of it, and those that it cannot have."""
    known = Request(who, "x:x", "*", "", {}).context
    rooms = {key: Room(fixed=values) for key, values in known.items() if key not in _SET_BY_REQUEST}
    if who.account:
        rooms["kms:calleraccount"] = Room(fixed=(who.account,))
    if not who.in_account:
        rooms |= {key: Room("never") for key in _ABSENT if key not in rooms}
    if who.kind != "User":
        rooms["aws:username"] = Room("never")
    return rooms


_SET_BY_REQUEST = frozenset({"aws:viaawsservice", "aws:resourceaccount", "s3:resourceaccount"})


_USER_NAME = Clause((glob("?*", without=frozenset("/:")),), inside=True)


def _open(key: str, who: Principal, others: Sequence[str]) -> Room:
    """The room of a key that follows from a name which is left open."""
    if key == "aws:principalarn":
        path = _PATHS[who.kind]
        form = Clause((glob(f"arn:{who.partition}:iam::{who.account}:{path}/?*"),), inside=True)
        apart = (Clause(tuple(exactly(arn) for arn in others), inside=False),) if others else ()
        return Room("always", domain=(form, *apart), likely=(who.arn,))
    if key in ("aws:principaltype", "aws:principalaccount", "kms:calleraccount", "aws:principalisawsservice"):
        return _rooms(who)[key]
    if key == "aws:username" and who.kind == "User":
        return Room("always", domain=(_USER_NAME,), likely=(who.name,))
    return Room("always" if key == "aws:userid" or who.kind == "User" else "never")


class _Texts:
    """What statements name: principals, accounts, keys; and names that they do not."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements
        self.named: set[Named] = {
            one for each in statements for one in (*(each.principals or ()), *(each.not_principals or ()))
        }
        self.tested = keys_of(statements)
        self._all = " ".join(dict.fromkeys(self._texts()))
        self.partition = next((name for name in ("aws-cn", "aws-us-gov") if f"arn:{name}:" in self._all), "aws")

    def _texts(self) -> Iterator[str]:
        yield from (one.name for one in self.named)
        for each in self._statements:
            yield from (text for test in each.tests for text in test.values)
            yield from each.resources or each.not_resources or ()

    def principals(self) -> Iterator[Principal]:
        for one in self.named:
            try:
                yield principal(one.name)
            except ValueError:
                continue

    @cached_property
    def by_account(self) -> Mapping[str, Mapping[str, Principal]]:
        """The principals that are named, by account and id."""
        found: dict[str, dict[str, Principal]] = {}
        for one in self.principals():
            found.setdefault(one.account, {})[one.id] = one
        return found

    def accounts(self) -> set[str]:
        """Accounts that a principal or a condition names, or whose pattern one may match."""
        found = {one.account for one in self.principals()}
        for test in (test for each in self._statements for test in each.tests):
            for text in test.values:
                found |= set(_ACCOUNT.findall(text))
                wild = text if test.key in _ACCOUNT_KEYS else text.split(":", 5)[4:5]
                found |= set(self._matching(wild if isinstance(wild, str) else "".join(wild)))
        return found

    @staticmethod
    def _matching(pattern: str) -> Iterable[str]:
        if ("*" in pattern or "?" in pattern) and _WILD_ACCOUNT.fullmatch(pattern):
            one = find((Clause((glob(pattern),), inside=True), Clause((account_pattern(),), inside=True)))
            return [one] if one else []
        return []

    def strange_account(self, known: Iterable[str] = ()) -> str:
        """An account that nothing names, and none of those that are known."""
        known = set(known)
        numbers = (f"{number:012d}" for number in count(123456789012))
        return next(one for one in numbers if one not in self._all and one not in known)

    def strange(self, name: str) -> str:
        """A name that nothing names."""
        return next(one for one in chain((name,), (f"{name}{number}" for number in count())) if one not in self._all)
