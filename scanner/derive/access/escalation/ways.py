"""What all ways share: the snapshot, who acts in it, and the answers about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from scanner.derive.access.decision.document import Document, parse
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal
from scanner.derive.access.escalation.actors import POWERS, PROBES, Actors
from scanner.derive.access.escalation.asking import Actor, Answer, Asking, Granted
from scanner.derive.access.escalation.estate import Estate
from scanner.derive.access.escalation.primitives import Need, Primitive, actions, primitives
from scanner.derive.access.escalation.targets import ASSUME, Trusted, services_of, trusted, trusting
from scanner.derive.access.world.documents import gaps, joined
from scanner.derive.access.world.principals import Identity
from scanner.derive.access.world.world import World
from scanner.model import GLOBAL, Inventory, Unknown

_POLICY_WRITES = ("iam:attach",)
_ADMINISTRATOR = "iam::aws:policy/AdministratorAccess"
MANAGED = "managed policy "


def asked() -> Sequence[str]:
    """Every action that is asked about, in lower case and in order."""
    return tuple(sorted({*actions(), ASSUME.lower(), "iam:createpolicy", *POWERS, *PROBES}))


class Ways:
    """The ways of one snapshot; `possibly` takes what was not read for the most that it may allow."""

    def __init__(self, inventory: Inventory, world: World, like: Ways | None = None) -> None:
        """`like` are the sure ways, whose possible ones these are."""
        possibly = like is not None
        self.inventory = inventory
        self.world = world
        self.possibly = possibly
        self.estate = Estate(inventory)
        self.asking: Asking = Asking(asked()) if like is None else like.asking
        shared = like is not None and like.actors.all_read()
        self.actors: Actors = like.actors if like and shared else Actors(world, self.asking, possibly=possibly)
        self._services: dict[str, frozenset[str]] = {}
        self._groups: dict[str, dict[str, str]] = {}

    @cached_property
    def identities(self) -> Mapping[str, Identity]:
        """Users and roles by ARN, in order."""
        return self.actors.identities

    @cached_property
    def trusts(self) -> Mapping[str, Trusted]:
        """Whom each role trusts."""
        return {arn: trusted(self.actors.trust(arn)) for arn, one in self.identities.items() if one.kind == "Role"}

    def identity(self, actor: Actor) -> Identity:
        """The user or role behind an actor."""
        return self.identities[actor.arn]

    def is_possible(self, actor: Actor, primitive: Primitive) -> bool:
        """Whether some statement of the actor allows each action that a way needs, on something."""
        if actor.possible is None:
            held = {action for action in self.asking.named(actor) if self.asking.allowing(actor, action)}
            actor.possible = frozenset(
                one.id
                for one in primitives()
                if all(need.action.lower() in held or need.action == ASSUME for need in one.needs)
            )
        return primitive.id in actor.possible

    def loose(self, actor: Actor, primitive: Primitive) -> list[Granted] | Unknown | None:
        """Whether those needs are met that are about no particular target; asked once an actor."""
        if primitive.id not in actor.loose:
            actor.loose[primitive.id] = self._find_loose(actor, primitive)
        found: list[Granted] | Unknown | None = actor.loose[primitive.id]
        return found

    def _find_loose(self, actor: Actor, primitive: Primitive) -> list[Granted] | Unknown | None:
        granted: list[Granted] = []
        alike = [need.action for need in primitive.needs if need.on == "new"]
        answers: list[list[Granted] | Answer] = [self.asking.may_all(actor, alike, primitive.form)] if alike else []
        for need in primitive.needs:
            if need.on == "any":
                answers.append(self.asking.may_any(actor, need.action))
            elif need.on in ("instance", "document"):
                answers.append(self._formed(actor, need, primitive.form))
        for answer in answers:
            if answer is None or isinstance(answer, Unknown):
                return answer
            granted += answer if isinstance(answer, list) else [answer]
        return granted

    def _formed(self, actor: Actor, need: Need, form: str) -> Answer:
        granted = self.asking.may_all(actor, [need.action], form)
        return granted[0] if isinstance(granted, list) else granted

    def on(self, actor: Actor, action: str, target: Identity) -> Answer:
        """Whether the actor could do an action of IAM on a user or role as it is.

        Attaching counts where a policy that allows everything can be attached.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
        """
        given = {**self.tags(actor, target), "iam:permissionsboundary": self.boundary(target)}
        if action.lower().startswith(_POLICY_WRITES):
            return self.attaches(actor, action, target.arn, given)
        return self.asking.may(actor, action, target.arn, None, given)

    def attaches(self, actor: Actor, action: str, arn: str, given: Mapping[str, Values]) -> Answer:
        """Whether the actor could attach a policy that allows everything, or that it can make do so."""
        doubt: Unknown | None = None
        for policy in self.wide_policies(actor.who):
            answer = self.asking.may(actor, action, arn, None, {**given, "iam:policyarn": (policy,)})
            if isinstance(answer, Granted):
                return answer
            doubt = doubt or answer
        free = self.asking.may(actor, action, arn, None, given)
        if not isinstance(free, Granted):
            return free or doubt
        chosen = (free.request.context.get("iam:policyarn") or ("",))[0]
        own = f"arn:{actor.who.partition}:iam::{actor.who.account}:policy/"
        makes = chosen.startswith(own) and any(
            isinstance(self.asking.may(actor, making, chosen), Granted)
            for making in ("iam:CreatePolicy", "iam:CreatePolicyVersion")
        )
        return free if makes else doubt

    def wide_policies(self, who: Principal) -> tuple[str, ...]:
        """Managed policies that allow everything, AWS's first."""
        return (f"arn:{who.partition}:{_ADMINISTRATOR}", *self._wide.get(who.account, ()))

    @cached_property
    def _wide(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for policy in self.inventory.of("AWS::IAM::ManagedPolicy"):
            document = parse(policy.config.get("PolicyDocument"), "identity")
            if not policy.id.startswith(f"arn:{policy.partition}:iam::aws:") and _is_wide(document):
                found.setdefault(policy.account, []).append(policy.id)
        return found

    def assumes(self, actor: Actor, role: Identity) -> Answer:
        """Whether the actor could assume a role as the role's trust policy stands."""
        trust, named = self.actors.trust(role.arn), self.trusts[role.arn]
        if trust is None or not (named.means(actor.who) or self.asking.may_mean(actor, ASSUME, role.arn)):
            return None
        guarded = self.world.guarded(role.arn, ASSUME)
        if guarded.rcp is not None:
            levels = [[self.actors.bound(one) for one in level.documents] for level in guarded.rcp]
            actor = actor.changed(replace(actor.policies, rcp=levels), actor.labels)
        given = {**self.world.context(None, guarded), **self.tags(actor, role)}
        return self.asking.may(actor, ASSUME, role.arn, trust, given)

    def assumes_rewritten(self, actor: Actor, arn: str) -> Answer:
        """Whether the actor could assume a role that trusts it by name."""
        return self.asking.may(actor, ASSUME, arn, trusting(actor.who))

    @staticmethod
    def own_policies(actor: Actor) -> Iterator[str]:
        """The customer managed policies that an actor's documents are, its groups' included."""
        own = f"arn:{actor.who.partition}:iam::{actor.who.account}:policy/"
        for label in actor.labels:
            arn = label.rpartition(MANAGED)[2]
            if MANAGED in label and arn.startswith(own):
                yield arn

    def on_group(self, actor: Actor, action: str, group: str) -> Answer:
        """Whether the actor could do an action of IAM on a group."""
        attaches = action.lower().startswith(_POLICY_WRITES)
        return self.attaches(actor, action, group, {}) if attaches else self.asking.may(actor, action, group)

    def on_place(self, actor: Actor, action: str, place: str) -> Answer:
        """Whether the actor could do an action on a resource that exists.

        What runs with a role has a policy that only allows (a function's) or none: one that was not read is left out.
        """
        guarded = self.world.guarded(place, action)
        documents = [one.document for one in guarded.documents if not gaps(one.document)]
        held = self.inventory.get(place)
        tags = actor.tags(held.tags) if held is not None and held.tags_unknown is None else {}
        given = {**self.world.context(None, guarded), **tags}
        return self.asking.may(actor, action, place, joined(documents) if documents else None, given)

    def services_of(self, role: Identity) -> frozenset[str]:
        """The services that could assume a role."""
        if role.arn not in self._services:
            trust = self.actors.trust(role.arn)
            policies = self.world.policies(role, None)
            self._services[role.arn] = services_of(trust, role, policies) if trust else frozenset()
        return self._services[role.arn]

    def groups(self, account: str) -> Mapping[str, str]:
        """ARN of each group of an account by name."""
        if account not in self._groups:
            self._groups[account] = {one.name: one.id for one in self.inventory.of("AWS::IAM::Group", account, GLOBAL)}
        return self._groups[account]

    def groups_of(self, user: Identity) -> Iterator[str]:
        """The ARNs of a user's groups."""
        names = user.resource.config.get("GroupList") or ()
        known = self.groups(user.account)
        for name in (one for one in names if isinstance(one, str)) if isinstance(names, list) else ():
            yield known.get(name, f"arn:{user.partition}:iam::{user.account}:group/{name}")

    @staticmethod
    def boundary(target: Identity) -> Values:
        """The ARN of a principal's permissions boundary; nothing if it has none."""
        return (target.boundary.label.rpartition(" ")[2],) if target.boundary else ()

    @staticmethod
    def tags(actor: Actor, target: Identity) -> dict[str, Values]:
        """The tags of what a request is about, where they are known."""
        return {} if target.tags_unknown else actor.tags(target.tags)


def _is_wide(document: Document) -> bool:
    return any(
        one.effect == "Allow"
        and one.actions
        and any(not text.strip("*:") for text in one.actions)
        and one.resources
        and any(not text.strip("*") for text in one.resources)
        for one in document.statements
    )
