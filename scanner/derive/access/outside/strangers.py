"""Those outside of an account who might ask, and what their requests cannot have.

Everybody can bring what they like for most keys; but not what a policy fixes: the network, account, organization
or resource that a condition names by one value is somebody's, not anybody's.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.derive.access.conditions import names_somebody
from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.operators import Test
from scanner.derive.access.decision.statements import keys_of
from scanner.derive.access.search.askers import Asker, everybody
from scanner.derive.access.search.keys import Demand, Room
from scanner.derive.access.search.problem import general
from scanner.derive.access.search.products import Box
from scanner.derive.access.search.strings import Clause, Pattern
from scanner.derive.access.search.values import patterns

_IDENTITY = re.compile(r"o-[a-z0-9]+")
_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths")


ANYBODY = "*"


class Stranger(NamedTuple):
    """Somebody outside.

    `name` is `*` where nothing in the policies is about them, else an account, an organization, an identity provider
    or a canonical user; `box` is what their requests cannot have.
    """

    asker: Asker
    name: str
    box: Box


class Inside(NamedTuple):
    """Whose members are not outside, beside the account's own: organizations and accounts."""

    organizations: Collection[str] = ()
    accounts: Collection[str] = ()


NOBODY = Inside()


def strangers(
    statements: Sequence[Statement],
    owner: str,
    inside: Inside = NOBODY,
    *,
    above: Sequence[Statement] = (),
    anybody_only: bool = False,
) -> Iterator[Stranger]:
    """Everybody outside an account whom the statements of its resource's policy tell apart, and those `above`, which
    all requests must pass; AWS's services are not outside. Nobody outside has the keys of an organization `inside`.
    """
    every = [*statements, *above]
    alike = _alike(statements, every)
    if anybody_only and alike is _KINDS:
        return
    fixed, own = _fixed(every), _own(inside.organizations)
    for asker in everybody(every, owner, inside.accounts, only_others=True):
        who = asker.principal
        if who.kind == "Service" or (asker.strange and who.kind in alike):
            continue
        if asker.strange:
            yield Stranger(_without(_without(asker, fixed), own), ANYBODY, _elsewhere(every))
        elif not anybody_only:
            yield Stranger(_without(asker, own), who.account or who.id, Box())
    if not anybody_only:
        yield from _members(every, owner, inside.organizations)


def _alike(statements: Sequence[Statement], every: Sequence[Statement]) -> Collection[str]:
    """Kinds of strangers of whom the statements say what they say of a strange role, or less, or nothing."""
    named = [one for each in statements if each.effect == "Allow" for one in each.principals or ()]
    unnamed = any(each.not_principals is not None for each in every)
    if not unnamed and not any(one.name == "*" for one in named):
        return _KINDS
    told_apart = keys_of(every) & _TELLING
    if told_apart:
        return _SAME_ACCOUNT if told_apart <= _OF_ACCOUNTS else ()
    by_kind = unnamed or any(one.kind != "AWS" and one.name == "*" for each in every for one in each.principals or ())
    return _SAME_ACCOUNT if by_kind else _KINDS[1:]


_KINDS = ("Role", "User", "Root", "Anonymous", "Federated", "CanonicalUser")
_SAME_ACCOUNT = _KINDS[1:3]
_OF_ACCOUNTS = frozenset({"aws:principalaccount", "kms:calleraccount", "aws:principalisawsservice"})
"""Keys that differ between principals of accounts and others; what else those lack, a strange role may lack, too."""
_TELLING = _OF_ACCOUNTS | {"aws:principalarn", "aws:principaltype", "aws:userid", "aws:username"}
"""Keys that differ between the users, roles and root users of one account, and these."""


def _members(statements: Sequence[Statement], owner: str, organizations: Collection[str]) -> Iterator[Stranger]:
    """Somebody of each organization that a condition names, those aside that are not outside."""
    tests = [test for each in statements for test in each.tests if test.key in _ORGANIZATION[:2]]
    ids = {text.partition("/")[0] for test in tests for text in test.values}
    for id_ in sorted(one for one in ids if _IDENTITY.fullmatch(one) and one not in organizations):
        for asker in everybody(statements, owner, only_others=True):
            if asker.strange and asker.principal.kind == "Role":
                paths = (
                    Clause(
                        tuple(patterns(Test("stringlike", "", if_exists=False, key="", values=(f"{id_}/*",)))),
                        inside=True,
                    ),
                )
                rooms = {
                    "aws:principalorgid": Room(fixed=(id_,)),
                    "aws:principalorgpaths": Room("always", several=True, domain=paths),
                }
                yield Stranger(asker.with_rooms({**asker.rooms, **rooms}), id_, Box())


def _without(asker: Asker, excluded: Mapping[str, tuple[Pattern, ...]]) -> Asker:
    """The asker, whose requests have none of some values."""
    if not excluded:
        return asker
    rooms: dict[str, Room] = dict(asker.rooms)
    for key, values in excluded.items():
        room = rooms.get(key) or general(key)
        if room.fixed is None and values:
            rooms[key] = room._replace(domain=(*room.domain, Clause(values, inside=False)))
    return asker.with_rooms(rooms)


def _fixed(statements: Sequence[Statement]) -> Mapping[str, tuple[Pattern, ...]]:
    """By key, what the statements name by one value."""
    found: dict[str, list[Pattern]] = {}
    for test in (test for each in statements for test in each.tests):
        for text in test.values:
            if "address" not in test.operator and names_somebody(test.key, text, test.operator):
                found.setdefault(test.key, []).extend(patterns(test._replace(values=(text,))))
    return {key: tuple(several) for key, several in found.items()}


def _own(organizations: Collection[str]) -> Mapping[str, tuple[Pattern, ...]]:
    if not organizations:
        return {}
    values = tuple(text for one in sorted(organizations) for text in (one, f"{one}/*"))
    return dict.fromkeys(_ORGANIZATION, tuple(patterns(Test("stringlike", "", if_exists=False, key="", values=values))))


def _elsewhere(statements: Sequence[Statement]) -> Box:
    """Not in the networks that are small enough to be somebody's."""
    narrow = {
        text
        for each in statements
        for test in each.tests
        for text in test.values
        if test.key == "aws:sourceip" and names_somebody(test.key, text, "ipaddress")
    }
    if not narrow:
        return Box()
    return Box().asking(
        Demand(Test("ipaddress", "", if_exists=False, key="aws:sourceip", values=tuple(sorted(narrow))), holds=False)
    )
