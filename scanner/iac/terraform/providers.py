"""Where a planned resource lives: account, region and partition, as far as the plan tells them for certain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.iac.terraform.plan import Plan, Planned

_ARN = re.compile(r"arn:(aws[a-z-]*):[a-z0-9-]+:([a-z0-9-]*):(\d{12}):")
_REGION = re.compile(r"[a-z]{2}(-[a-z]{2,12}){1,3}-\d{1,2}")
_ACCOUNT = re.compile(r"\d{12}")


def region(resource: Planned) -> str:
    """The resource's own region, else its provider's; empty where neither is told."""
    own = resource.after.get("region") if resource.after else None
    if not _match(_REGION, own):
        found = _ARN.match(_arn(resource))
        own = found[2] if found and found[2] else _of_provider(resource.plan, resource.provider)
    return str(own) if _match(_REGION, own) else _said(resource, resource.plan.region, "region")


def account(resource: Planned) -> str:
    """The account of the resource's ARN, else the one its provider is bound to; empty where neither is told."""
    found = _ARN.match(_arn(resource))
    if found:
        return found[3]
    key = ("account", resource.provider)
    if key not in resource.plan.memo:
        certain = (str(candidate) for candidate in _accounts(resource) if _match(_ACCOUNT, candidate))
        said = _said(resource, resource.plan.account, *_ELSEWHERE)
        resource.plan.memo[key] = next(certain, said)
    return str(resource.plan.memo[key])


_ELSEWHERE = ("assume_role", "assume_role_with_web_identity", "profile", "access_key", "allowed_account_ids")
"""What may lead a provider beside the default one to another account."""


def _said(resource: Planned, value: str, *elsewhere: str) -> str:
    """What is said of the whole plan, which holds for its default provider and for aliases that go nowhere else."""
    alias = "." in resource.provider.rpartition(":")[2]
    expressions = _provider(resource.plan, resource.provider) if alias else {}
    return "" if any(expressions.get(name) for name in elsewhere) else value


def partition(resource: Planned) -> str:
    """`aws`, `aws-cn` or `aws-us-gov`: from the ARN, else from the region."""
    found = _ARN.match(_arn(resource))
    if found:
        return found[1]
    where = region(resource)
    return "aws-cn" if where.startswith("cn-") else "aws-us-gov" if where.startswith("us-gov-") else "aws"


def default_tags(resource: Planned) -> Any:
    """The expression of the provider's default tags; `None` if it has none."""
    return _provider(resource.plan, resource.provider).get("default_tags")


def _arn(resource: Planned) -> str:
    for value in (resource.old("arn"), resource.after.get("arn") if resource.after else None):
        if isinstance(value, str) and value:
            return value
    return ""


def _match(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value))


def _provider(plan: Plan, key: str) -> dict[str, Any]:
    configuration = plan.document.get("configuration")
    providers = configuration.get("provider_config") if isinstance(configuration, dict) else None
    provider = providers.get(key) if isinstance(providers, dict) else None
    expressions = provider.get("expressions") if isinstance(provider, dict) else None
    return expressions if isinstance(expressions, dict) else {}


def _of_provider(plan: Plan, key: str) -> Any:
    """The provider's region: a constant, or a variable of the root whose value is a region."""
    expression = _provider(plan, key).get("region")
    if not isinstance(expression, dict):
        return ""
    if "constant_value" in expression:
        return expression["constant_value"]
    references = expression.get("references")
    if not isinstance(references, list) or len(references) != 1 or not isinstance(references[0], str):
        return ""
    variables = plan.document.get("variables")
    variable = variables.get(references[0].removeprefix("var.")) if isinstance(variables, dict) else None
    return variable.get("value") if isinstance(variable, dict) else ""


def _accounts(resource: Planned) -> Iterator[Any]:
    """What binds the provider to one account: the only one it allows, or who it says it is."""
    allowed = _provider(resource.plan, resource.provider).get("allowed_account_ids")
    constant = allowed.get("constant_value") if isinstance(allowed, dict) else None
    if isinstance(constant, list) and len(constant) == 1:
        yield constant[0]
    yield from _identities(resource)
    yield from _owned(resource)


_OWNED = ("aws_kms_key", "aws_launch_template", "aws_security_group", "aws_vpc", "aws_instance")
"""Types that a provider can only make in its own account."""


def _owned(resource: Planned) -> Iterator[Any]:
    """The account of what the same provider has made, or of the settings that it manages."""
    for item in resource.plan.of("aws_s3_account_public_access_block", *_OWNED):
        if item.provider == resource.provider:
            found = _ARN.match(_arn(item))
            yield found[3] if found else (item.after or item.before or {}).get("account_id")


def _identities(resource: Planned) -> Iterator[Any]:
    """Answers of `aws_caller_identity` that the same provider gave before the plan."""
    state: Any = resource.plan.document.get("prior_state")
    for key in ("values", "root_module", "resources"):
        state = state.get(key) if isinstance(state, dict) else None
    configured = resource.plan.module(()).get("resources")
    mine = {
        item.get("name")
        for item in (configured if isinstance(configured, list) else ())
        if isinstance(item, dict)
        and item.get("type") == "aws_caller_identity"
        and item.get("provider_config_key") == resource.provider
        and isinstance(item.get("name"), str)
    }
    for item in state if isinstance(state, list) else ():
        if not isinstance(item, dict) or item.get("type") != "aws_caller_identity" or item.get("mode") != "data":
            continue
        values = item.get("values")
        if isinstance(item.get("name"), str) and item["name"] in mine and isinstance(values, dict):
            yield values.get("account_id")
