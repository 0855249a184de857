"""Users and roles as those who act: with their own policies, or with others that they could come by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from scanner.derive.access.decision.document import Document, parse
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.escalation.asking import Actor, Asking, Granted
from scanner.derive.access.escalation.statements import absent_tags
from scanner.derive.access.world.context import PRINCIPAL_TAG, may_pass_tags
from scanner.derive.access.world.documents import PartlyKnown, at_least, at_most, bounded
from scanner.derive.access.world.principals import Identity, Labelled
from scanner.derive.access.world.world import World

_ANY = "\ue000"
"""A character that IAM takes in no policy: what holds it is matched by wildcards alone."""
PROBES = (f"{_ANY}:{_ANY * 64}", f"{_ANY * 40}:{_ANY * 4}")
"""Actions that stand for all that no pattern can name."""
POWERS = (
    "iam:putrolepolicy", "iam:putuserpolicy", "iam:attachrolepolicy", "iam:attachuserpolicy", "iam:putgrouppolicy",
    "iam:attachgrouppolicy", "iam:createpolicyversion",
)  # fmt: skip
"""What gives permissions to somebody: who holds one of these for good has power over all the others."""
EVERYTHING = parse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})


class Actors:
    """The users and roles of a snapshot, surely (with the least that their policies allow) or possibly (the most)."""

    def __init__(self, world: World, asking: Asking, *, possibly: bool) -> None:
        """`possibly`: whether what was not read is taken for the most that it may allow."""
        self._world = world
        self._asking = asking
        self.bound = at_most if possibly else at_least
        self._made: dict[str, Actor] = {}
        self._becoming: dict[tuple[str, str], bool] = {}
        self._everything: dict[tuple[object, ...], bool] = {}

    @cached_property
    def identities(self) -> Mapping[str, Identity]:
        """Every user and role by ARN, in order."""
        return {one.arn: one for one in self._world.identities()}

    def actor(self, arn: str) -> Actor:
        """A user or role of the snapshot as it is."""
        if arn not in self._made:
            identity = self.identities[arn]
            policies = bounded(self._world.policies(identity, None), self.bound)
            labels = tuple(one.label for one in identity.documents)
            given = self._given(identity, policies)
            given = self._given(identity, policies)
            self._made[arn] = Actor(arn, identity.principal, policies, labels, given, is_tagged=_is_tagged(identity))
        return self._made[arn]

    def all_read(self) -> bool:
        """Whether every policy that has a say was wholly read, so that what is possible is sure."""
        levels = [
            one.document
            for account in self._world.accounts
            for above in (self._world.organization(account),)
            for level in (*(above.scp or ()), *(above.rcp or ()))
            for one in level.policies
        ]
        trusts = [one.trust for one in self.identities.values() if one.trust]
        return not any(one.gaps for one in self.identities.values()) and not any(
            isinstance(one, PartlyKnown) for one in (*levels, *trusts)
        )

    def trust(self, arn: str) -> Document | None:
        """Whom a role trusts."""
        found = self.identities[arn].trust
        return None if found is None else self.bound(found)

    def given_everything(self, actor: Actor, *, without: Sequence[str] = ()) -> Actor:
        """The actor after every permission was added to it; policies whose label is in `without` are gone."""
        kept = self._without(actor, without)
        policies = replace(kept.policies, identity=[*kept.policies.identity, EVERYTHING])
        return actor.changed(policies, (*kept.labels, "a policy that allows everything"))

    def newcomer(self, actor: Actor) -> Actor:
        """Somebody new in the actor's account who was given every permission."""
        policies = replace(actor.policies, identity=[EVERYTHING], boundary=None, session=None)
        return actor.changed(policies, ("a policy that allows everything",), {})

    def unbounded(self, actor: Actor) -> Actor:
        """The actor without its permissions boundary."""
        return actor.changed(replace(actor.policies, boundary=None), actor.labels)

    def outside_organization(self, actor: Actor) -> Actor:
        """The actor without service and resource control policies."""
        return actor.changed(replace(actor.policies, scp=None, rcp=None), actor.labels)

    def tagged_at_will(self, actor: Actor) -> Actor:
        """The actor with whichever tags it likes."""
        given = {key: values for key, values in actor.given.items() if not key.startswith(PRINCIPAL_TAG)}
        return actor.changed(actor.policies, actor.labels, given)

    def without(self, actor: Actor, labels: Sequence[str]) -> Actor:
        """The actor without some of its policies."""
        return self._without(actor, labels)

    def with_documents(self, actor: Actor, documents: Sequence[Labelled]) -> Actor:
        """The actor with further policies."""
        further = [self.bound(one.document) for one in documents]
        policies = replace(actor.policies, identity=[*actor.policies.identity, *further])
        return actor.changed(policies, (*actor.labels, *(one.label for one in documents)))

    def becomes_administrator(self, arn: str, policy: str = "") -> bool:
        """Whether a user or role would be one, were every permission added to it; in place of a managed policy's."""
        key = arn, policy
        if key not in self._becoming:
            actor = self.actor(arn)
            gone = tuple(label for label in actor.labels if label.endswith(policy)) if policy else ()
            self._becoming[key] = self.is_administrator(self.given_everything(actor, without=gone))
        return self._becoming[key]

    def is_administrator(self, actor: Actor) -> bool:
        """Whether it may do everything: see `escalation.graph`."""
        policies = actor.policies
        key = (
            actor.who.account,
            tuple(map(id, policies.identity)),
            None if policies.boundary is None else tuple(map(id, policies.boundary)),
            policies.scp is None,
            "" if self._is_common(actor) else actor.arn,
        )
        if key not in self._everything:
            self._everything[key] = self._allows_unnamed(actor) and any(self._powers(actor))
        return self._everything[key]

    def _is_common(self, actor: Actor) -> bool:
        """Whether no condition could tell it from others with the same policies."""
        return all(not one.tests for _, document in actor.policies.all() for one in document.statements)

    def _allows_unnamed(self, actor: Actor) -> bool:
        """Whether actions that no pattern can name are allowed, which only wildcards do; SCPs left aside."""
        if not all(self._asking.allowing(actor, probe) for probe in PROBES):
            return False
        free = actor.changed(replace(actor.policies, scp=None, rcp=None), actor.labels)
        place = f"arn:{actor.who.partition}:{_ANY}:{_ANY}:{actor.who.account}:{_ANY}"
        return all(isinstance(self._asking.may(free, probe, place), Granted) for probe in PROBES)

    def _powers(self, actor: Actor) -> Iterator[bool]:
        for action in POWERS:
            yield isinstance(self._asking.may_any(actor, action), Granted)

    def _without(self, actor: Actor, labels: Sequence[str]) -> Actor:
        pairs = [
            (label, one)
            for label, one in zip(actor.labels, actor.policies.identity, strict=True)
            if label not in labels
        ]
        policies = replace(actor.policies, identity=[one for _, one in pairs])
        return actor.changed(policies, tuple(label for label, _ in pairs))

    def _given(self, identity: Identity, policies: Policies) -> dict[str, Values]:
        """What each of its requests holds, and that it lacks the tags which policies ask for and it does not have.

        Sessions of a role may bring tags, if its trust policy lets them: then tags are left open.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
        """
        known = dict(self._world.context(identity))
        if not _is_tagged(identity):
            return known
        for _, document in policies.all():
            known = {**absent_tags(document), **known}
        return known


def _is_tagged(identity: Identity) -> bool:
    """Whether its tags are known, and are those of its requests."""
    return identity.tags_unknown is None and not may_pass_tags(identity)
