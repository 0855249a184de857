"""The ways to more permissions that one policy opens by itself, whoever holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.catalogue.services import resource_formats
from scanner.derive.access.decision.document import Document
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.request import Principal, principal
from scanner.derive.access.escalation.asking import Actor, Asking, Given, Granted
from scanner.derive.access.escalation.primitives import Need, Primitive, actions, primitives
from scanner.derive.access.escalation.targets import ASSUME, trusting
from scanner.derive.access.granted.held import INLINE
from scanner.derive.access.grants import ANY, is_free
from scanner.derive.access.world.documents import at_least, at_most, gaps, read
from scanner.derive.elements import Elements
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_PASSED = "iam:passedtoservice"


class OpenWay(TypedDict):
    """One way: its id and words, the actions that it takes, and where the policy is."""

    policy: str | None
    primitive: str
    title: str
    actions: list[str]
    source: str


@derives("AWS::IAM::ManagedPolicy", "escalations", gives=list[OpenWay], reads=("PolicyDocument",))
@derives("AWS::IAM::User", "escalations", gives=list[OpenWay], reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "escalations", gives=list[OpenWay], reads=("GroupPolicyList",))
@derives("AWS::IAM::Role", "escalations", gives=list[OpenWay], reads=("RolePolicyList",))
def escalations(owner: Resource, context: Context) -> Partial:
    """Each policy by itself, of a user, group or role its inline ones: what all of a way's actions are allowed by.

    An action counts where it is allowed on what no pattern can name, or on the holder itself, and no condition
    narrows that (see `grants.narrows`); the service that a role is passed to may be named. A Deny takes away what
    it always denies.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    del context
    fact = Partial([])
    elements = Elements(fact)
    for name, node in _policies(owner):
        if isinstance(node, Unknown):
            elements.open(node)
            continue
        document = read(node, "identity")
        why = next(iter(gaps(document)), None)
        sure = {way.id for way in _open(owner, at_least(document), _narrowing(document))}
        for way in _open(owner, at_most(document), {} if why else _narrowing(document)):
            members = {"policy": name, "primitive": way.id, "title": way.title, "source": node.path}
            needed = list(dict.fromkeys(need.action for need in way.needs))
            elements.add({**members, "actions": needed}, True if way.id in sure or why is None else why)
    return fact


def _policies(owner: Resource) -> Iterator[tuple[Node, Node | Unknown]]:
    member = INLINE.get(owner.type)
    if member is None:
        document = Node.of(owner, "PolicyDocument")
        yield Node(owner.name), document.unknown or document
        return
    policies = Node.of(owner, member)
    for policy in () if policies.unknown else policies.elements():
        document = policy.member("PolicyDocument")
        yield policy.member("PolicyName"), policy.unknown or document.unknown or document
    for why in (policies.unknown, policies.more):
        if why is not None:
            yield policies, why


def _open(owner: Resource, document: Document, given: Given) -> Iterator[Primitive]:
    """The ways that a document opens to a user or a role that nobody named, in requests with some keys given."""
    asking = Asking(actions())
    account = owner.account or ANY
    holders = []
    for kind in ("user", "role"):
        who = _holder(kind, owner.partition, account)
        holders.append((kind, Actor(who.id, who, Policies(identity=[document]), given=given)))
    statements = asking.statements.actions_of(document).items()
    allowed = {action for action, several in statements if any(one.effect == "Allow" for one in several)}
    for way in primitives():
        if not all(need.action.lower() in allowed for need in way.needs):
            continue
        if "aside" not in way.via and any(
            way.target != f"self-{'role' if kind == 'user' else 'user'}" and _opens(asking, actor, way)
            for kind, actor in holders
        ):
            yield way


def _holder(kind: str, partition: str, account: str) -> Principal:
    arn = f"arn:{partition}:iam::{account}:{kind}/{ANY}"
    return principal(arn)


def _narrowing(document: Document) -> Given:
    """The keys of conditions that narrow what they allow, as absent ones; those of denies are left open."""
    document = at_least(document)
    denied = {test.key for one in document.statements if one.effect == "Deny" for test in one.tests}
    keys = {test.key for one in document.statements if one.effect == "Allow" for test in one.tests}
    return {key: () for key in sorted(keys - denied) if not is_free(key)}


def _opens(asking: Asking, actor: Actor, way: Primitive) -> bool:
    return all(any(_granted(asking, actor, way, need)) for need in way.needs)


def _granted(asking: Asking, actor: Actor, way: Primitive, need: Need) -> Iterator[bool]:
    """Whether one of the resources that stand for what a need is on may be used so."""
    given: list[Given] = [{}]
    if need.action == "iam:PassRole":
        given = [{_PASSED: (service,)} for service in way.services]
    elif need.action.startswith("iam:Attach"):
        given = [{"iam:policyarn": (f"arn:{actor.who.partition}:iam::aws:policy/AdministratorAccess",)}]
    for resource in _places(actor, way, need):
        for keys in given:
            guard = trusting(actor.who, account=True) if need.action == ASSUME else None
            yield isinstance(asking.may(actor, need.action, resource, guard, keys), Granted)


def _places(actor: Actor, way: Primitive, need: Need) -> Iterator[str]:
    who = actor.who
    if need.on == "self":
        yield actor.arn
    elif need.on == "target":
        yield f"arn:{who.partition}:iam::{who.account}:{way.target}/{ANY}"
    else:
        for form in resource_formats(need.action) or ("*",):
            yield _unnamed(form, who)


def _unnamed(form: str, who: Principal) -> str:
    """A resource of an ARN format that nobody named."""
    text = form.replace("${Partition}", who.partition).replace("${Account}", who.account)
    while "${" in text:
        head, _, rest = text.partition("${")
        text = head + ANY + rest.partition("}")[2]
    return text
