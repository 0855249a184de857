"""Whether what a group's policies allow takes MFA."""

from __future__ import annotations

from collections.abc import Callable

from scanner.derive.access.caller_conditions import each_value, mfa
from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.effective.holdings import OF_GROUP, Holdings, holdings
from scanner.derive.access.policy import PolicyStatement, allows, denies, is_all_actions, with_more
from scanner.derive.logic import Maybe, as_kind, both, either, negate
from scanner.derive.node import each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_MFA = "aws:multifactorauthpresent"


@derives("AWS::IAM::Group", "mfa_enforced", gives=bool, reads=OF_GROUP)
def mfa_enforced(group: Resource, context: Context) -> Partial:
    """A Deny of everything, or of all but what `NotAction` names, without MFA, that holds for long-term keys, which do
    not tell of it, and for sessions, which do; or a condition on MFA in each Allow.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
    """
    held = holdings(group, context)
    found = either((_by_deny(held), _by_allows(held)))
    return Partial(None, {"": as_kind(found, "any")}) if isinstance(found, Unknown) else Partial(found)


def _by_deny(held: Holdings) -> Maybe:
    """Whether keys and sessions are turned away, by one statement or by two."""
    statements = [one for policy in held.policies for one in policy.statements.all]
    asked = (_keys_lack, _sessions_lack)
    return both(either([*(_denies_all(one, lacks) for one in statements), *held.doubts()]) for lacks in asked)


def _denies_all(statement: PolicyStatement, lacks: Callable[[Entry], Maybe]) -> Maybe:
    actions, others = statement.node.member("Action"), statement.node.member("NotAction")
    whole = either(is_all_actions(one) for one in with_more(actions))
    everywhere = either(
        one if isinstance(one, Unknown) else one.value == "*" for one in each(statement.node.member("Resource"))
    )
    lines = list(entries(statement.node.member("Condition")))
    without = both(
        (
            len(lines) == 1,
            either(lacks(line) for line in lines),
            refused(statement.node.member("Condition")) or True,
        )
    )
    return both((denies(statement), either((whole, others.present)), everywhere, without))


def _keys_lack(line: Entry) -> Maybe:
    """Whether it holds for requests that do not tell of MFA."""
    if line.key != _MFA or line.quantifier:
        return False
    if line.operator == "null":
        return each_value(line, lambda text: text.lower() == "true")
    return line.if_exists and _sessions_lack(line)


def _sessions_lack(line: Entry) -> Maybe:
    """Whether it holds for requests that say that they came without MFA: temporary credentials always say.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    if line.key != _MFA or line.quantifier or line.operator != "bool":
        return False
    return each_value(line, lambda text: text.lower() == "false")


def _by_allows(held: Holdings) -> Maybe:
    """Whether each Allow asks for MFA; a group that allows nothing asks for nothing."""
    judged = [(allows(one), _asks(one)) for policy in held.policies for one in policy.statements.all]
    some = either([*(allow for allow, _ in judged), *held.doubts()])
    return both((some, *(either((negate(allow), asks)) for allow, asks in judged), *held.doubts()))


def _asks(statement: PolicyStatement) -> Maybe:
    condition = statement.node.member("Condition")
    lines = (line for line in entries(condition) if not line.if_exists and line.quantifier != "forallvalues")
    return either([*(mfa(line) for line in lines), refused(condition) or False])
