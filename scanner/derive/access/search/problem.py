"""Is there a request that some statements mean together and no others mean?

Groups are alternatives: of each group one statement must mean the request. Blockers must not. The answer is a
request, or the proof that there is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import NamedTuple

from scanner.derive.access.catalogue import keys as catalogue_keys
from scanner.derive.access.decision.document import EVERYBODY, Statement
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Request, principal
from scanner.derive.access.decision.statements import Grant, names, variables_of
from scanner.derive.access.search.actions import Actions, account_pattern, likely, shape
from scanner.derive.access.search.askers import Asker
from scanner.derive.access.search.bindings import OpenVariablesError, Places, bindings
from scanner.derive.access.search.keys import ARN, BOOLEAN, Presence, Room
from scanner.derive.access.search.loosened import at_least, at_most, uncovered
from scanner.derive.access.search.products import Box, Point, Product, Space
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, exactly

_STEPS = 100_000
_ALWAYS = frozenset({
    "aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:viaawsservice", "aws:requestedregion",
    "aws:resourceaccount", "s3:resourceaccount", "aws:principalisawsservice", "aws:userid", "aws:principaltype",
})  # fmt: skip
"""Keys that AWS includes in every request."""
_ACCOUNTS = frozenset({
    "aws:resourceaccount", "s3:resourceaccount", "aws:sourceaccount", "aws:vpceaccount", "aws:principalaccount",
    "kms:calleraccount", "s3:dataaccesspointaccount",
})  # fmt: skip
_ACCOUNT = Clause((account_pattern(),), inside=True)
_LIKELY: Mapping[str, tuple[str, ...]] = {
    "Bool": ("true", "false"),
    "IPAddress": ("198.51.100.7", "2001:db8::7"),
    "Date": ("2030-01-01T00:00:00Z",),
    "Numeric": ("1", "0"),
    "ARN": ("arn:aws:x:us-east-1:123456789012:x",),
}


class _Turn(NamedTuple):
    """What is asked of one asker: of each group one statement, and none of the denials; `bits` are the actions."""

    asker: Asker
    allowed: list[list[Statement]]
    denied: list[Statement]
    box: Box
    bits: int


class Problem:
    """Statements that are asked about together."""

    def __init__(
        self,
        statements: Sequence[Statement],
        *,
        owner: str = "",
        rooms: Mapping[str, Room] | None = None,
        actions: Sequence[str] = (),
    ) -> None:
        """`owner` is the account of the resource, if known; `rooms` say of keys what requests may give for them.

        `actions` are those that will be asked about by name.
        """
        self._actions = Actions(statements, actions)
        self._owner = owner
        self._rooms = rooms or {}
        self._variables = {
            id(one): named for one in statements if one.variables and (named := frozenset(variables_of(one)))
        }
        self._loose: dict[int, tuple[Statement, Statement | None]] = {}
        self.keys = {test.key for one in statements for test in one.tests}.union(*self._variables.values())
        """The keys of requests at which the statements look."""

    def solve(
        self,
        asker: Asker,
        groups: Sequence[Sequence[Statement]],
        blockers: Sequence[Statement],
        *,
        action: str | Collection[str] = "",
        box: Box | None = None,
    ) -> Request | None:
        """A request of the asker (for one of some actions, if given) that each group means and no blocker does.

        The statements are of those that the problem was made of. `box` is what else is asked of the request.
        Raises `OutOfBudgetError`.
        """
        asked = [group for group in groups if not any(map(_means_everything, group))] or groups
        allowed = [[one for one in group if about(one, asker)] for group in asked]
        if not all(allowed):
            return None
        denied = [one for one in blockers if about(one, asker)]
        names = (action,) if isinstance(action, str) and action else action
        bits = reduce(or_, map(self._actions.one, names)) if names else -1
        relevant = [one for group in allowed for one in group] + denied
        keys = sorted({key for one in relevant for key in self._variables.get(id(one), ())}) if self._variables else ()
        turn = _Turn(asker, allowed, denied, box or Box(), bits)
        if not keys:
            return self._attempt(turn, {})
        return self._with_variables(turn, Places(keys, relevant, partial(self._room, asker=asker), turn.box.resource))

    def _with_variables(self, turn: _Turn, places: Places) -> Request | None:
        """Nothing is found: proven whatever the variables are, or by a value of each kind; else it is open."""
        allowed = [uncovered(group, turn.denied, places, self._actions) for group in turn.allowed]
        turn = turn._replace(allowed=allowed)
        if not all(allowed):
            return None
        for number, bound in enumerate(bindings(places)):
            found = self._attempt(turn, bound)
            if found is not None or (not number and self._attempt(self._loosened(turn), {}) is None):
                return found
        if not places.decided:
            raise OpenVariablesError(f"what {', '.join(places.keys)} may be depends on each other or on wildcards")
        return None

    def _loosened(self, turn: _Turn) -> _Turn:
        """Whatever the variables are."""
        kept = self._loose
        for one in (*turn.denied, *(one for group in turn.allowed for one in group)):
            if id(one) not in kept:
                kept[id(one)] = (at_most(one), at_least(one))
        denied = [sure for one in turn.denied if (sure := kept[id(one)][1]) is not None]
        return turn._replace(allowed=[[kept[id(one)][0] for one in group] for group in turn.allowed], denied=denied)

    def _attempt(self, turn: _Turn, bound: Mapping[str, Values]) -> Request | None:
        """With one meaning of the variables."""
        rooms = self._space(turn.asker, bound, (one for group in (*turn.allowed, turn.denied) for one in group))
        space = Space(rooms, lambda key: _single(rooms.get(key)))
        attempt = _Attempt(self._actions, space, turn.denied, self._owner, turn.asker.principal.account)
        found = attempt.combine(turn.allowed, turn.box, turn.bits)
        return None if found is None else _request(turn.asker, found, self._owner)

    def _space(self, asker: Asker, bound: Mapping[str, Values], statements: Iterable[Statement]) -> dict[str, Room]:
        rooms = {test.key: self._room(test.key, asker) for one in statements for test in one.tests}
        return {**rooms, **{key: Room(fixed=values) for key, values in bound.items()}}

    def _room(self, key: str, asker: Asker) -> Room:
        if key in asker.rooms:
            return asker.rooms[key]
        if key in self._rooms:
            return self._rooms[key]
        if self._owner and key in ("aws:resourceaccount", "s3:resourceaccount"):
            return Room(fixed=(self._owner,))
        if key.startswith("aws:principaltag/") and not asker.principal.in_account:
            return Room("never")
        return general(key)


def _means_everything(one: Statement) -> bool:
    """Whether a statement is about whatever anybody asks."""
    nobody = one.principals is None and one.not_principals is None
    return nobody and not one.tests and one.actions == one.resources == ("*",)


def about(statement: Statement, asker: Asker) -> bool:
    """Whether a statement is about an asker, if it names principals at all."""
    if statement.not_principals is None and (statement.principals is None or EVERYBODY in statement.principals):
        return True
    room = asker.rooms.get("aws:userid")  # which unique ids stand for
    known = {"aws:userid": room.fixed} if room and room.fixed else {}
    return names(statement, Request(asker.principal, "x:x", "*", "", known)) > Grant.NONE


def general(key: str) -> Room:
    """What any request may give for a key."""
    known = catalogue_keys.key(key)
    presence: Presence = "always" if key in _ALWAYS else "free"
    if key in _ACCOUNTS:
        return Room(presence, domain=(_ACCOUNT,), likely=("123456789012",))
    if known is None:
        return Room()
    domain = {"Bool": (BOOLEAN,), "ARN": (ARN,)}.get(known.type, ())
    return Room(presence, known.many, domain, _LIKELY.get(known.type, ("x",)))


def exact(text: str) -> Clause:
    """The clause of one text."""
    return Clause((exactly(text),), inside=True)


def is_one_text(clause: Clause) -> bool:
    """Whether a clause leaves only one text, such as the resource that is asked about."""
    # from the end, where wildcards mostly are
    return clause.inside and len(clause.patterns) == 1 and all(one.is_one for one in reversed(clause.patterns[0]))


def _single(room: Room | None) -> str | None:
    return room.fixed[0] if room is not None and room.fixed and len(room.fixed) == 1 else None


def _request(asker: Asker, found: tuple[str, Point], owner: str) -> Request:
    action, point = found
    who = asker.principal
    arn = point.values.get("aws:principalarn", ())
    if not asker.named and arn and arn[0] != who.arn:
        who = principal(arn[0])
        if who.kind == "Role":
            who = principal(f"arn:{who.partition}:sts::{who.account}:assumed-role/{who.name}/session")
    name = point.values.get("aws:username", ())
    if not (asker.named or arn) and who.kind == "User" and name:
        who = principal(f"arn:{who.partition}:iam::{who.account}:user/{name[0]}")
    given = {key: values for key, values in point.values.items() if values}
    return Request(who, action, point.resource, owner, given)


class _Attempt:
    """One asker with one meaning of the variables."""

    def __init__(self, actions: Actions, space: Space, blockers: Sequence[Statement], owner: str, account: str) -> None:
        self._actions = actions
        self._space = space
        self._blockers = blockers
        self._only = owner
        self._steps = 0
        self._account = owner or account

    def combine(self, groups: Sequence[Sequence[Statement]], box: Box, bits: int) -> tuple[str, Point] | None:
        """An action and a point that a statement of each group means and no blocker does."""
        if not groups:
            return self._outside(box, bits)
        self._steps += len(groups[0]) + len(self._blockers)
        if self._steps > _STEPS:
            raise OutOfBudgetError(f"more than {_STEPS} pairs of statements")
        for statement in groups[0]:
            both = bits & self._actions.of(statement)
            if not both:
                continue
            inner = box.inside(self._space.product(statement))
            if self._space.model(inner) is None:
                continue
            found = self.combine(groups[1:], inner, both)
            if found is not None:
                return found
        return None

    def _outside(self, box: Box, bits: int) -> tuple[str, Point] | None:
        relevant: list[tuple[int, Product]] = []
        for statement in self._blockers:
            blocked = self._actions.of(statement)
            if not blocked & bits:
                continue
            one = self._space.product(statement)
            if one.resource is None and not one.tests:
                bits &= ~blocked
            else:
                relevant.append((blocked, one))
        for part, products in _parts(bits, relevant):
            several = part & (part - 1)
            if several and self._space.avoid(box, products) is None:
                continue
            found = self._on_resources(box, part, products)
            if found is not None:
                return found
        return None

    def _on_resources(self, box: Box, bits: int, products: Sequence[Product]) -> tuple[str, Point] | None:
        """With resources as the actions are about."""
        for group in self._actions.groups(bits):
            form = None if any(map(is_one_text, box.resource)) else shape(group.formats, self._only)
            inner = box if form is None else box.at(form)
            self._space.likely = likely(group.formats, self._account)
            point = self._space.avoid(inner, products)
            if point is not None:
                return self._actions.name(group.bits), self._space.complete(point)
        return None


def _parts(bits: int, blockers: Sequence[tuple[int, Product]]) -> list[tuple[int, list[Product]]]:
    """The actions by the blockers that are about them, those with the fewest first."""
    parts: list[tuple[int, list[Product]]] = [(bits, [])] if bits else []
    for blocked, one in blockers:
        after: list[tuple[int, list[Product]]] = []
        for part, products in parts:
            if part & ~blocked:
                after.append((part & ~blocked, products))
            if part & blocked:
                after.append((part & blocked, [*products, one]))
        parts = after
    return sorted(parts, key=lambda part: len(part[1]))
