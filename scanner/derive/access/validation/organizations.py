"""Checks of resource control policies.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.derive.access.decision.reach import RCP_SERVICES
from scanner.derive.access.validation.policy import Block, Found, Line, Policy, shown

_OF_PRINCIPALS = ("aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:principalarn")
_OF_SERVICES = ("aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourcearn")
_IS_SERVICE = "aws:principalisawsservice"


def rcp(policy: Policy, block: Block) -> Iterator[Found]:
    """What RCPs do not have, and whom they hit unmeant."""
    if policy.type != "rcp":
        return
    if block.body.get("Principal") != "*" or "NotPrincipal" in block.body:
        yield Found("RCP_SYNTAX_ERROR_PRINCIPAL", block.place, 'the principal of an RCP is "*"')
    if block.allows and (block.body.get("Resource") not in ("*", ["*"]) or "Condition" in block.body):
        message = 'an RCP that allows is for every principal and resource ("*"), without a condition'
        yield Found("RCP_SYNTAX_ERROR_ALLOW", block.place, message)
    if "NotAction" in block.body:
        yield Found("RCP_SYNTAX_ERROR_NOTACTION", f"{block.place}/NotAction", "an RCP has Action only")
    yield from _actions(block)
    if block.denies:
        yield from _unmeant(block)


def _actions(block: Block) -> Iterator[Found]:
    """AWS's own policy for all, which allows `*`, is the only one of a bare star."""
    for one in block.actions:
        prefix, _, name = one.text.lower().partition(":")
        if prefix not in RCP_SERVICES and not (one.text == "*" and block.allows):
            message = f"RCPs do not reach {shown(one.text)}: they are for actions of some services only"
            yield Found("RCP_SYNTAX_ERROR_ACTION", one.place, message)
        elif "*" in name[:-1] or "?" in name[:-1]:
            message = f"an RCP has wildcards only at an action's end, not {shown(one.text)}"
            yield Found("RCP_SYNTAX_ERROR_ACTION", one.place, message)


def _unmeant(block: Block) -> Iterator[Found]:
    """Denials that forget that services ask too, or that others than services do."""
    says = {_truth(line) for line in block.lines if line.name == _IS_SERVICE and line.sort == "bool"}
    null = {line.name for line in block.lines if line.base == "null" and [v.text for v in line.values] == ["false"]}
    for line in block.lines:
        if line.base == "null":
            continue
        if line.name in _OF_PRINCIPALS and "false" not in says:
            message = f"services asking in their own name have no {line.key}: add aws:PrincipalIsAWSService false"
            yield Found("RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", line.place, message)
        if line.name in _OF_SERVICES and "true" not in says:
            message = f"only services bring {line.key}: add aws:PrincipalIsAWSService true"
            yield Found("RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", line.place, message)
        if line.name in ("aws:sourceorgid", "aws:sourceorgpaths") and not null & {"aws:sourceaccount", "aws:sourcearn"}:
            message = f"not every service brings {line.key}: add Null {{aws:SourceAccount: false}}"
            yield Found("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", line.place, message)


def _truth(line: Line) -> str:
    return line.values[0].text.lower() if len(line.values) == 1 else ""


_ENDPOINTS = ("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")


def endpoints(policy: Policy, block: Block) -> Iterator[Found]:
    """Keys of endpoints' owners, which few services bring, with every service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceorgid
    """
    del policy
    everything = "NotAction" in block.body or any(one.text in ("*", "*:*") for one in block.actions)
    for line in block.lines:
        if line.name in _ENDPOINTS and everything:
            message = f"only some services bring {line.key}: name the actions of those"
            yield Found("USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES", line.place, message)
