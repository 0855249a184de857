"""Whether somebody could do something: by one exact decision where no condition has a say, else by the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeAlias

from scanner.derive.access.catalogue.services import resource_formats
from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, Request
from scanner.derive.access.escalation.statements import (
    ByAction,
    absent_tags,
    is_everywhere,
    is_plain,
    may_mean,
    may_meet,
    resource_tag_keys,
)
from scanner.derive.access.search.could import could
from scanner.model import Unknown

Given: TypeAlias = Mapping[str, Values]
NOTHING: Given = {}
_REGION, _NAME = "us-east-1", "posture"


@dataclass(slots=True)
class Actor:
    """A user or role with all policies that limit it; `given` is what each of its requests holds (its tags).

    `labels` say which policies the identity's documents are, in their order; `is_tagged` that all its tags are known.
    """

    arn: str
    who: Principal
    policies: Policies
    labels: tuple[str, ...] = ()
    given: Given = field(default_factory=dict)
    is_tagged: bool = False
    allows: dict[str, list[Statement]] = field(default_factory=dict)
    plain: dict[str, bool] = field(default_factory=dict)
    possible: frozenset[str] | None = None
    loose: dict[str, Any] = field(default_factory=dict)
    tag_keys: frozenset[str] | None = None

    def tags(self, tags: Mapping[str, str]) -> dict[str, Values]:
        """What its policies may ask of the tags of a resource, all of which are given."""
        if self.tag_keys is None:
            self.tag_keys = resource_tag_keys(document for _, document in self.policies.all())
        held = {name.lower(): value for name, value in tags.items()}
        values = {key: held.get(key.partition("resourcetag/")[2]) for key in sorted(self.tag_keys)}
        return {key: () if value is None else (value,) for key, value in values.items()}

    def changed(self, policies: Policies, labels: tuple[str, ...], given: Given | None = None) -> Actor:
        """The same principal with other policies."""
        if given is None:
            return Actor(self.arn, self.who, policies, labels, self.given, self.is_tagged)
        return Actor(self.arn, self.who, policies, labels, given)


@dataclass(frozen=True, slots=True)
class Granted:
    """A request that is allowed, and the policies that allow it; of `free` keys it is not known that they are so."""

    request: Request
    policies: Policies
    labels: tuple[str, ...]
    free: Given = field(default_factory=dict)


Answer: TypeAlias = Granted | Unknown | None


class Asking:
    """Answers for one snapshot; what is the same for all is found once."""

    def __init__(self, actions: Sequence[str]) -> None:
        """`actions` (in lower case) are all that will be asked about."""
        self.statements = ByAction(actions)

    def allowing(self, actor: Actor, action: str) -> Sequence[Statement]:
        """The statements of the actor's own policies that allow an action; none where it is barred altogether."""
        found = actor.allows.get(action)
        if found is None:
            found = [] if self._is_barred(actor, action) else list(self._allows(actor.policies.identity, action))
            actor.allows[action] = found
        return found

    def named(self, actor: Actor) -> Iterable[str]:
        """The actions that the actor's own policies speak of."""
        return dict.fromkeys(action for one in actor.policies.identity for action in self.statements.actions_of(one))

    def _allows(self, documents: Iterable[Document], action: str) -> Iterator[Statement]:
        of = self.statements.of
        return (one for document in documents for one in of(document, action) if one.effect == "Allow")

    def _is_barred(self, actor: Actor, action: str) -> bool:
        """Whether a boundary, an organization policy or a plain deny leaves nothing of an action, on any resource."""
        policies, of = actor.policies, self.statements.of
        levels = () if actor.who.service_linked else policies.scp or ()
        limits = [*([] if policies.boundary is None else [policies.boundary]), *levels]
        if any(next(self._allows(limit, action), None) is None for limit in limits):
            return True
        documents = chain(policies.identity, *limits)
        denies = (one for document in documents for one in of(document, action) if one.effect == "Deny")
        return any(not one.tests and is_everywhere(one) for one in denies)

    def may_mean(self, actor: Actor, action: str, resource: str) -> bool:
        """Whether some statement of the actor's own policies may allow an action on a resource."""
        return any(may_mean(one, resource) for one in self.allowing(actor, action.lower()))

    def may(
        self, actor: Actor, action: str, resource: str, guard: Document | None = None, given: Given = NOTHING
    ) -> Answer:
        """Whether the actor could do an action on a resource; `guard` is the resource's own policy."""
        lower = action.lower()
        if guard is None and not self.may_mean(actor, lower, resource):
            return None
        policies = actor.policies if guard is None else replace(actor.policies, resource=guard)
        known = {**(absent_tags(guard) if guard and actor.is_tagged else NOTHING), **actor.given, **given}
        request = Request(actor.who, action, resource, "", known)
        answer = decide(request, policies).answer
        if answer == "Allowed":
            return Granted(request, policies, actor.labels)
        if answer != "Unknown" and self._is_plain(actor, lower) and (guard is None or self._plain_guard(guard, lower)):
            return None
        return _witnessed(actor, policies, could(actor.who, policies, action, resource, given=known), known)

    def may_any(self, actor: Actor, action: str, given: Given = NOTHING) -> Answer:
        """Whether the actor could do an action on any resource of its types."""
        lower = action.lower()
        allowing = self.allowing(actor, lower)
        if not allowing:
            return None
        if any(is_everywhere(one) for one in allowing):
            found = self.may(actor, action, an_instance(lower, actor.who), None, given)
            if found is not None:
                return found
        if not any(may_meet(one, resource_formats(lower), actor.who.partition) for one in allowing):
            return None
        for resource in self._instances(actor, lower) if self._is_plain(actor, lower) else ():
            found = self.may(actor, action, resource, None, given)
            if isinstance(found, Granted):
                return found
        known = {**actor.given, **given}
        return _witnessed(actor, actor.policies, could(actor.who, actor.policies, action, given=known), known)

    def _instances(self, actor: Actor, action: str) -> Iterator[str]:
        """Resources that the actor's own policies name, of the action's types: most often one of them will do."""
        forms = [_filled_form(form, actor.who) for form in resource_formats(action)]
        patterns = (one for statement in self.allowing(actor, action) for one in statement.resources or ())
        seen = dict.fromkeys(shape(pattern, form) for pattern in patterns for form in forms if form != "*")
        yield from (one for one in seen if one)

    def may_all(
        self, actor: Actor, actions: Sequence[str], form: str, given: Given = NOTHING
    ) -> list[Granted] | Unknown | None:
        """Whether the actor could do all of the actions on one and the same resource of a form."""
        doubt: Unknown | None = None
        for resource in self._candidates(actor, actions, form):
            answers = [self.may(actor, action, resource, None, given) for action in actions]
            granted = [one for one in answers if isinstance(one, Granted)]
            if len(granted) == len(actions):
                return granted
            if all(answers):
                doubt = next(one for one in answers if isinstance(one, Unknown))
        return doubt

    def _candidates(self, actor: Actor, actions: Sequence[str], form: str) -> Iterator[str]:
        model = f"arn:{actor.who.partition}:" + form.format(region=_REGION, account=actor.who.account)
        seen: dict[str, None] = {}
        for action in actions:
            for statement in self.allowing(actor, action.lower()):
                for pattern in statement.resources or ("*",):
                    shaped = shape(pattern, model)
                    if shaped:
                        seen[shaped] = None
        yield from seen

    def _is_plain(self, actor: Actor, action: str) -> bool:
        found = actor.plain.get(action)
        if found is None:
            found = all(is_plain(one) for _, document in actor.policies.all() for one in self._about(document, action))
            actor.plain[action] = found
        return found

    def _plain_guard(self, guard: Document, action: str) -> bool:
        return all(is_plain(one) for one in self._about(guard, action))

    def _about(self, document: Document, action: str) -> Sequence[Statement]:
        return self.statements.of(document, action)


def _witnessed(actor: Actor, policies: Policies, found: Request | Unknown | None, known: Given) -> Answer:
    if not isinstance(found, Request):
        return found
    settled = replace(found, given=known).context
    free = {key: values for key, values in sorted(found.given.items()) if key.lower() not in settled}
    return Granted(found, policies, actor.labels, free)


def an_instance(action: str, who: Principal) -> str:
    """A resource that an action may be about; `*` where it is about none, or nobody knows."""
    form = next(iter(resource_formats(action)), "*")
    return _filled_form(form, who)


def _filled_form(form: str, who: Principal) -> str:
    text = form.replace("${Partition}", who.partition).replace("${Region}", _REGION).replace("${Account}", who.account)
    while "${" in text:
        head, _, rest = text.partition("${")
        text = head + _NAME + rest.partition("}")[2]
    return text


def shape(pattern: str, model: str) -> str:
    """A resource like `model` that a pattern means, part by part; empty if there is none such."""
    from scanner.derive.access.decision.patterns import matches

    if "${" in pattern or matches(pattern, model):
        return model
    wanted, given = pattern.split(":", 5), model.split(":", 5)
    if len(wanted) != len(given):
        return ""
    parts = [own if matches(one, own) else _filled(one) for one, own in zip(wanted, given, strict=True)]
    kind = given[-1].replace(":", "/").partition("/")[0]
    found = ":".join(parts)
    return found if parts[:3] == given[:3] and parts[4] == given[4] and parts[5].startswith(kind) else ""


def _filled(pattern: str) -> str:
    return pattern.replace("*", "").replace("?", "x") if pattern.strip("*") else _NAME
