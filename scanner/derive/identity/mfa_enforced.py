"""Whether what a group's policies allow takes MFA."""

from __future__ import annotations

from scanner.derive.access.caller_conditions import each_value, mfa
from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.effective.holdings import OF_GROUP, Holdings, holdings
from scanner.derive.access.policy import PolicyStatement, allows, denies, is_all_actions, with_more
from scanner.derive.logic import Maybe, as_kind, both, either, negate
from scanner.derive.node import each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_MFA = "aws:multifactorauthpresent"
_WITHOUT = {"bool": "false", "null": "true"}


@derives("AWS::IAM::Group", "mfa_enforced", gives=bool, reads=OF_GROUP)
def mfa_enforced(group: Resource, context: Context) -> Partial:
    """A Deny of everything, or of all but what `NotAction` names, without MFA, that holds for long-term keys too; or a
    condition on MFA in each Allow.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
    """
    held = holdings(group, context)
    found = either((_by_deny(held), _by_allows(held)))
    return Partial(None, {"": as_kind(found, "any")}) if isinstance(found, Unknown) else Partial(found)


def _by_deny(held: Holdings) -> Maybe:
    statements = (one for policy in held.policies for one in policy.statements.all)
    return either([*(_denies_all(one) for one in statements), *held.doubts()])


def _denies_all(statement: PolicyStatement) -> Maybe:
    actions, others = statement.node.member("Action"), statement.node.member("NotAction")
    whole = either(is_all_actions(one) for one in with_more(actions))
    everywhere = either(
        one if isinstance(one, Unknown) else one.value == "*" for one in each(statement.node.member("Resource"))
    )
    lines = list(entries(statement.node.member("Condition")))
    without = both(
        (
            len(lines) == 1,
            either(_lacks_mfa(line) for line in lines),
            refused(statement.node.member("Condition")) or True,
        )
    )
    return both((denies(statement), either((whole, others.present)), everywhere, without))


def _lacks_mfa(line: Entry) -> Maybe:
    """Whether it holds for all requests without MFA, those that do not tell of it too."""
    if (
        line.key != _MFA
        or line.quantifier
        or not (line.operator == "null" or (line.operator == "bool" and line.if_exists))
    ):
        return False
    return each_value(line, lambda text: text.lower() == _WITHOUT[line.operator])


def _by_allows(held: Holdings) -> Maybe:
    """Whether each Allow asks for MFA; a group that allows nothing asks for nothing."""
    judged = [(allows(one), _asks(one)) for policy in held.policies for one in policy.statements.all]
    some = either([*(allow for allow, _ in judged), *held.doubts()])
    return both((some, *(either((negate(allow), asks)) for allow, asks in judged), *held.doubts()))


def _asks(statement: PolicyStatement) -> Maybe:
    condition = statement.node.member("Condition")
    lines = (line for line in entries(condition) if not line.if_exists and line.quantifier != "forallvalues")
    return either([*(mfa(line) for line in lines), refused(condition) or False])
