"""Conditions that look as if they held somebody back and do not where a key is absent from the request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, TypedDict

from scanner.derive.access.actions import covers_actions, covers_resources
from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.granted.held import held, held_policies
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, allows, denies, with_more
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_MFA, _AGE = "aws:multifactorauthpresent", "aws:multifactorauthage"
_ALWAYS = frozenset({
    "aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "aws:requestedregion",
    "aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:principalisawsservice", "aws:viaawsservice",
    "aws:useragent",
})  # fmt: skip
"""Keys that every request has."""
_SETS = frozenset({
    "aws:tagkeys", "kms:grantoperations", "kms:encryptioncontextkeys", "dynamodb:leadingkeys", "dynamodb:attributes",
})  # fmt: skip
"""Keys with what a request asks for, of which AWS's documentation says to use `ForAllValues`."""

_ABOUT = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")

Problem = Literal[
    "the Deny does not hold where the key is absent",
    "the Allow holds where the key is absent",
    "the Allow is for everybody but those named",
    "sessions without MFA have the key, too",
]


class IneffectiveCondition(TypedDict):
    """One line of a condition, or a principal; of a trust policy `policy` is null."""

    policy: str | None
    sid: str | None
    key: str
    problem: Problem
    source: str


class _Found(NamedTuple):
    key: str
    problem: Problem
    sure: Maybe


@derives(
    "AWS::IAM::ManagedPolicy", "ineffective_conditions", gives=list[IneffectiveCondition], reads=("PolicyDocument",)
)
@derives("AWS::IAM::User", "ineffective_conditions", gives=list[IneffectiveCondition], reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "ineffective_conditions", gives=list[IneffectiveCondition], reads=("GroupPolicyList",))
@derives(
    "AWS::IAM::Role",
    "ineffective_conditions",
    gives=list[IneffectiveCondition],
    reads=("RolePolicyList", "AssumeRolePolicyDocument"),
)
def ineffective_conditions(owner: Resource, context: Context) -> Partial:
    """A Deny without MFA that requests with long-term keys escape, as these do not say; an Allow with `IfExists` on
    MFA, with `ForAllValues` alone, or with negated operators alone, which a request without the key meets; an Allow
    with `NotPrincipal`; `Null` alone on MFA, as temporary credentials have the key whether MFA was used or not.

    A second Deny that holds where the first does not mends it. Keys that every request has are left out, and
    `ForAllValues` on keys that list what is asked for, as AWS tells to write it.
    """
    del context
    fact = Partial([])
    elements = Elements(fact)
    policies = [*held_policies(owner)]
    if owner.type == "AWS::IAM::Role":
        policies.append(held(Node(None), Node.of(owner, "AssumeRolePolicyDocument")))
    for policy in policies:
        if isinstance(policy, Unknown):
            elements.open(policy)
            continue
        elements.open(policy.statements.more)
        for statement in policy.statements.all:
            condition = statement.node.member("Condition")
            elements.open(refused(condition))
            for found in _problems(statement, policy.statements, list(entries(condition))):
                members = {"policy": policy.name, "sid": statement.node.member("Sid"), **found._asdict()}
                del members["sure"]
                elements.add({**members, "source": statement.node.path}, found.sure)
    return fact


def _problems(statement: PolicyStatement, statements: PolicyStatements, lines: list[Entry]) -> Iterator[_Found]:
    allow, deny = allows(statement), denies(statement)
    for line in lines:
        if deny is not False:
            missed = both((deny, _misses(line), negate(_mended(statement, statements, _holds_absent))))
            yield _Found(line.written, "the Deny does not hold where the key is absent", missed)
            there = both((deny, _is_null(line, "true"), negate(_mended(statement, statements, _holds_false))))
            yield _Found(line.written, "sessions without MFA have the key, too", there)
        if allow is not False:
            yield _Found(line.written, "the Allow holds where the key is absent", both((allow, _skipped(line, lines))))
            there = both((allow, _is_null(line, "false"), negate(either(_uses_mfa(other) for other in lines))))
            yield _Found(line.written, "sessions without MFA have the key, too", there)
    others = statement.node.member("NotPrincipal")
    if others.present:
        named = both((allow, others.unknown or True))
        yield _Found("NotPrincipal", "the Allow is for everybody but those named", named)


def _misses(line: Entry) -> Maybe:
    """Whether a line asks of requests without MFA and means only those that say so."""
    if line.if_exists or line.quantifier == "forallvalues":
        return False
    if line.key == _AGE:
        return line.operator in ("numericgreaterthan", "numericgreaterthanequals")
    return line.key == _MFA and line.operator == "bool" and _says(line, "false")


def _is_null(line: Entry, text: str) -> Maybe:
    """Whether a line asks no more than whether the request tells of MFA."""
    return line.key == _MFA and line.operator == "null" and _says(line, text)


def _uses_mfa(line: Entry) -> Maybe:
    """Whether a line fails where MFA was not used, a request that tells of it."""
    if line.key == _AGE:
        return not line.if_exists and (line.operator != "null" or _says(line, "false"))
    return line.key == _MFA and line.operator == "bool" and _says(line, "true")


def _mended(
    statement: PolicyStatement, statements: PolicyStatements, holds: Callable[[PolicyStatement], Maybe]
) -> Maybe:
    """Whether another Deny of as much holds where this one does not."""
    found = (
        both((denies(one), _covers(one, statement), holds(one)))
        for one in statements.all
        if one.number != statement.number
    )
    return either([*found, statements.more or False])


def _covers(one: PolicyStatement, other: PolicyStatement) -> Maybe:
    same = all(_same(one.node.member(name), other.node.member(name)) for name in _ABOUT)
    return same or both((covers_actions(one, other), covers_resources(one, other)))


def _same(one: Node, other: Node) -> bool:
    return one.unknown is None and one.more is None and one.value == other.value and other.unknown is None


def _holds_absent(statement: PolicyStatement) -> Maybe:
    """Whether it turns away whatever lacks the key: all its lines are about MFA and hold then."""
    condition = statement.node.member("Condition")
    lines = list(entries(condition))
    held_then = (
        both((line.key in (_MFA, _AGE), either((line.if_exists, both((line.operator == "null", _says(line, "true")))))))
        for line in lines
    )
    return both([bool(lines), *held_then, refused(condition) or True])


def _holds_false(statement: PolicyStatement) -> Maybe:
    """Whether it turns away whatever says that MFA was not used."""
    condition = statement.node.member("Condition")
    lines = list(entries(condition))
    held_then = (both((line.key == _MFA, line.operator == "bool", _says(line, "false"))) for line in lines)
    return both([bool(lines), *held_then, refused(condition) or True])


def _skipped(line: Entry, lines: Sequence[Entry]) -> Maybe:
    """Whether a line of an Allow means a request without its key, which no other line then turns away."""
    alone = negate(either(_demands(other, line.key) for other in lines))
    if line.quantifier == "forallvalues":
        return line.key not in _SETS and alone
    if line.if_exists and line.key in (_MFA, _AGE):
        return alone
    if "not" not in line.operator or line.key in _ALWAYS or line.quantifier == "foranyvalue":
        return False
    return all("not" in other.operator for other in lines)


def _demands(line: Entry, key: str) -> Maybe:
    """Whether a line fails where the key is absent."""
    if line.key != key or line.if_exists or line.quantifier == "forallvalues":
        return False
    if line.operator == "null":
        return _says(line, "false")
    return "not" not in line.operator or line.quantifier == "foranyvalue"


def _says(line: Entry, text: str) -> Maybe:
    """Whether a line's values are all the text."""
    named = with_more(line.values)
    values = (one if isinstance(one, Unknown) else one.unknown or str(one.value).lower() == text for one in named)
    return both([bool(named), *values])
