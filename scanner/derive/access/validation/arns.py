"""Checks of the ARNs in `Resource` and `NotResource`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from scanner.derive.access.catalogue.services import arn_formats, arn_services
from scanner.derive.access.decision.patterns import split_arn
from scanner.derive.access.validation.policy import Block, Found, Policy, Text, shown
from scanner.derive.access.validation.regions import ALL, REGIONS

_HOLE = re.compile(r"\$\{[^{}]*\}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_FIELDS = 6
_INCOMPLETE = frozenset({"apigateway", "cloudformation", "waf", "waf-regional"})
"""Services of which AWS's own policies name resources that its reference lacks."""
_OF_AWS = frozenset({"ssm", "resource-explorer-2"})
"""Services with resources of AWS, in whose ARNs no account stands."""


class Format(NamedTuple):
    """A type's ARN: region and account as the reference writes them, and the resource with `*` for its names."""

    region: str
    account: str
    resource: str


def arns(policy: Policy, block: Block) -> Iterator[Found]:
    """What is wrong with an ARN; only parts without wildcards and variables are judged."""
    for element in ("Resource", "NotResource"):
        for one in block.texts(element):
            if one.text.strip("*"):
                yield from (Found(code, one.place, words) for code, words in _judged(policy, one))


def _judged(policy: Policy, one: Text) -> Iterator[tuple[str, str]]:
    parts = split_arn(one.text)
    whole = len(parts) >= _FIELDS
    if not whole and not (parts[-1].endswith("*") and (parts[0] == "arn" or (len(parts) > 1 and _is_wild(parts[0])))):
        yield "MISSING_ARN_FIELD", f"{shown(one.text)} is neither * nor arn:partition:service:region:account:resource"
        return
    if parts[0] != "arn":
        if not _is_wild(parts[0]):
            yield "INVALID_ARN_PREFIX", f"{shown(one.text)} does not begin with arn"
        return
    _, partition, service, region, account, resource = (*parts, *("*",) * _FIELDS)[:_FIELDS]
    if not _is_wild(partition) and partition not in REGIONS:
        yield "INVALID_PARTITION", f"there is no partition {shown(partition)}: {', '.join(REGIONS)}"
    if _is_wild(service):
        if len(parts) > 3:
            yield "WILDCARD_IN_SERVICE_NAME", "a wildcard in the service takes in services of similar names"
        return
    if service not in arn_services():
        yield _strange(policy, service)
        return
    yield from _against(service, partition, region, account, resource)


def _strange(policy: Policy, service: str) -> tuple[str, str]:
    if service.lower() in arn_services():
        return "INVALID_ARN_SERVICE_CASE", f"the service {shown(service)} is written in lower case"
    return "INVALID_SERVICE", f"there is no service {shown(service)}{policy.guess(service, tuple(arn_services()))}"


def _against(service: str, partition: str, region: str, account: str, resource: str) -> Iterator[tuple[str, str]]:
    """Compare with the formats that the resource may be of."""
    formats = _formats(service)
    bare = _HOLE.sub("*", resource)
    likely = [one for one in formats if _may_meet(bare, one.resource)]
    if likely:
        yield from _region(service, region, partition, [one.region for one in likely])
        yield from _account(service, account, [one.account for one in likely])
    elif formats and service not in _INCOMPLETE:
        yield "INVALID_ARN_RESOURCE", f"{service} has no resource of the form {shown(resource)}"


def _region(service: str, region: str, partition: str, likely: list[str]) -> Iterator[tuple[str, str]]:
    if not region:
        if all(likely):
            yield "MISSING_ARN_REGION", f"the ARN of this resource of {service} names its region"
    elif not _is_wild(region):
        if not any(likely):
            yield "ARN_REGION_NOT_ALLOWED", f"the ARN of this resource of {service} names no region"
        elif region not in REGIONS.get(partition, ALL):
            yield "INVALID_ARN_REGION", f"there is no region {shown(region)} in {shown(partition)}"


def _account(service: str, account: str, likely: list[str]) -> Iterator[tuple[str, str]]:
    if not account:
        if service not in _OF_AWS and all(_HOLE.search(one) for one in likely):
            yield "MISSING_ARN_ACCOUNT", f"the ARN of this resource of {service} names its account"
    elif not _is_wild(account):
        if not any(likely):
            yield "ARN_ACCOUNT_NOT_ALLOWED", f"the ARN of this resource of {service} names no account"
        elif not _ACCOUNT.fullmatch(account) and account not in ("aws", *likely):
            yield "INVALID_ARN_ACCOUNT", f"an account is 12 digits, not {shown(account)}"


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text or "${" in text


@lru_cache(512)
def _formats(service: str) -> tuple[Format, ...]:
    found = []
    for arn in arn_formats(service):
        parts = split_arn(arn)
        if len(parts) == _FIELDS:
            resource = "*" if _HOLE.fullmatch(parts[5]) else _HOLE.sub("*", parts[5])
            found.append(Format(parts[3], parts[4], resource))
    return tuple(found)


def _may_meet(one: str, other: str) -> bool:
    """Whether two patterns could mean a same text, as far as what stands before their first wildcard and after
    their last tells: too many are taken for likely rather than too few.
    """
    if "*" not in one and "?" not in one and "*" not in other:
        return one == other
    (head, tail), (head_other, tail_other) = _ends(one), _ends(other)
    shorter = min(len(head), len(head_other))
    if head[:shorter] != head_other[:shorter]:
        return False
    shorter = min(len(tail), len(tail_other))
    return not shorter or tail[-shorter:] == tail_other[-shorter:]


@lru_cache(8192)
def _ends(pattern: str) -> tuple[str, str]:
    pieces = re.split(r"[*?]", pattern)
    return pieces[0], pieces[-1]
