"""The decision on a request: every kind of policy in AWS's order.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from scanner.derive.access.decision import reach
from scanner.derive.access.decision.document import Document, Problem, Statement
from scanner.derive.access.decision.request import Request
from scanner.derive.access.decision.statements import Grant, means, names

Answer = Literal["Allowed", "ImplicitlyDenied", "ExplicitlyDenied", "Unknown"]


@dataclass(slots=True)
class Policies:
    """All policies that apply to a request; `None` where that kind does not exist.

    `scp` and `rcp` are levels from the root of the organization down, each allowing by itself; none at all outside
    an organization, nor for its management account, which they do not reach. `endpoint` is read as of an interface
    endpoint; a gateway endpoint takes an account's ARN for its root user alone.
    """

    identity: Sequence[Document] = ()
    resource: Document | None = None
    boundary: Sequence[Document] | None = None
    session: Sequence[Document] | None = None
    scp: Sequence[Sequence[Document]] | None = None
    rcp: Sequence[Sequence[Document]] | None = None
    endpoint: Document | None = None

    def all(self) -> Iterator[tuple[str, Document]]:
        """Every document with its place, such as `scp[1][0]`."""
        for kind, several in (("identity", self.identity), ("boundary", self.boundary), ("session", self.session)):
            for number, one in enumerate(several or ()):
                yield f"{kind}[{number}]", one
        if self.resource is not None:
            yield "resource", self.resource
        if self.endpoint is not None:
            yield "vpce", self.endpoint
        for kind, levels in (("scp", self.scp), ("rcp", self.rcp)):
            for number, level in enumerate(levels or ()):
                for place, one in enumerate(level):
                    yield f"{kind}[{number}][{place}]", one


class Deciding(NamedTuple):
    """A statement that decided, or (without one) a kind of policy that says nothing on the request."""

    policy: str
    statement: Statement | None
    reason: str


@dataclass(slots=True)
class Decision:
    """The answer, and the statements or the lack of them that it rests on."""

    answer: Answer
    deciding: list[Deciding] = field(default_factory=list)


def decide(request: Request, policies: Policies) -> Decision:
    """The decision on one request. A policy that AWS would refuse leaves the answer unknown, unless others decide."""
    if reach.open_to_all(request):
        return Decision("Allowed", [Deciding("", None, "whoever has credentials may do this")])
    flow = _Flow(request, policies)
    if denials := flow.denials():
        return Decision("ExplicitlyDenied", denials)
    refused = [
        Deciding(place, None, _refused(document.problems[0])) for place, document in flow.documents if document.problems
    ]
    if refused:
        return Decision("Unknown", refused)
    lacking = flow.lacking()
    return Decision("ImplicitlyDenied", lacking) if lacking else Decision("Allowed", flow.allowing)


def _refused(problem: Problem) -> str:
    where = f" for {problem.place}" if problem.place else ""
    return f"AWS would refuse this policy{where}: {problem.message}"


class _Flow:
    """One request through all policies."""

    def __init__(self, request: Request, policies: Policies) -> None:
        self.request = request
        self.policies = policies
        self.allowing: list[Deciding] = []
        self.documents = [pair for pair in policies.all() if reach.has_a_say(pair[0], request)]

    def denials(self) -> list[Deciding]:
        """The statements that deny explicitly, whatever else allows."""
        bounded = self.policies.boundary is not None
        return [
            Deciding(place, statement, "denies")
            for place, document in self.documents
            for statement in document.statements
            if reach.denies(place, statement, self.request, bounded=bounded) and means(statement, self.request)
        ]

    def lacking(self) -> list[Deciding]:
        """What keeps the request from being allowed, if anything."""
        if why := reach.barred(self.request):
            return [Deciding("", None, why)]
        missing = [*self._levels("rcp"), *self._levels("scp"), *self._one("vpce")]
        if missing:
            return missing
        grant = self._grant()
        if self._by_resource_alone(grant):
            return []
        if not self.request.principal.in_account:
            return [Deciding("resource", None, "no statement allows this to that principal")]
        own = self._own_side()
        foreign = self.request.principal.account != self.request.owner
        if (foreign or reach.needs_resource_policy(self.request)) and grant is Grant.NONE:
            own.append(Deciding("resource", None, "no statement allows this to that principal"))
        if grant is Grant.ROLE and not foreign:
            own = [one for one in own if not one.policy.startswith("identity")]
        return own

    def _by_resource_alone(self, grant: Grant) -> bool:
        who = self.request.principal
        if not who.in_account:
            return grant > Grant.NONE
        return who.account == self.request.owner and grant is Grant.DIRECT

    def _own_side(self) -> list[Deciding]:
        """What is lacking in the principal's own account."""
        lacking = [] if self.request.principal.kind == "Root" else self._any("identity")
        if self.policies.boundary is not None:
            lacking += self._any("boundary")
        if self.policies.session is not None:
            lacking += self._any("session")
        if self.policies.session is None and self.request.principal.kind == "FederatedUser":
            lacking.append(Deciding("session", None, "a federated user without a session policy may do nothing"))
        return lacking

    def _grant(self) -> Grant:
        best = Grant.NONE
        for statement in self.policies.resource.statements if self.policies.resource else ():
            grant = names(statement, self.request)
            if statement.effect == "Allow" and grant > Grant.NONE and means(statement, self.request):
                self.allowing.append(Deciding("resource", statement, "allows"))
                best = max(best, grant)
        return best

    def _any(self, kind: str) -> list[Deciding]:
        begin = f"{kind}["
        return self._allowed_in([pair for pair in self.documents if pair[0].startswith(begin)], kind)

    def _one(self, kind: str) -> list[Deciding]:
        found = [pair for pair in self.documents if pair[0] == kind]
        return self._allowed_in(found, kind) if found else []

    def _levels(self, kind: Literal["scp", "rcp"]) -> list[Deciding]:
        levels: Sequence[Sequence[Document]] = getattr(self.policies, kind) or ()
        if not levels or not reach.has_a_say(kind, self.request):
            return []
        lacking = []
        for number, level in enumerate(levels):
            name = f"{kind}[{number}]"
            lacking += self._allowed_in([(f"{name}[{place}]", one) for place, one in enumerate(level)], name)
        return lacking

    def _allowed_in(self, documents: Sequence[tuple[str, Document]], kind: str) -> list[Deciding]:
        """Empty where a statement allows, which is then noted; else what is lacking."""
        for place, document in documents:
            for statement in document.statements:
                if (
                    statement.effect == "Allow"
                    and reach.about_asker(place, statement, self.request)
                    and means(statement, self.request)
                ):
                    self.allowing.append(Deciding(place, statement, "allows"))
                    return []
        return [Deciding(kind, None, "no statement allows this")]
