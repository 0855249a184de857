"""Checks of the values in conditions."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator

from scanner.derive.access.catalogue.keys import SENSITIVE
from scanner.derive.access.decision.operators import moment, network, number
from scanner.derive.access.validation.policy import Block, Found, Line, Policy, Value, shown
from scanner.derive.access.validation.regions import ALL

_PRIVATE = tuple(ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
_FORMS = {
    "aws:sourcevpc": ("INVALID_VPC_FORMAT", re.compile(r"vpc-(?:[0-9a-z]{8}|[0-9a-z]{17})"), "vpc- and 8 or 17 signs"),
    "aws:sourcevpce": (
        "INVALID_VPCE_FORMAT",
        re.compile(r"vpce-(?:[0-9a-z]{8}|[0-9a-z]{17})"),
        "vpce- and 8 or 17 signs",
    ),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (
        "INVALID_KMS_KEY_VALUE",
        re.compile(r"arn:[a-z-]+:kms:[^:]+:[^:]+:key/.+"),
        "the ARN of a KMS key",
    ),
}
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|amazonaws\.eu|aws\.internal)")
_SERVICES = frozenset({
    "iam:passedtoservice", "iam:awsservicename", "aws:principalservicename", "aws:principalservicenameslist",
    "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "kms:viaservice",
})  # fmt: skip
_REGIONS = frozenset({"aws:requestedregion", "ec2:region"})
_BOOL = ("true", "false")


def service_name(text: str) -> bool:
    """Whether a text has the form of a service principal."""
    return _SERVICE.fullmatch(text) is not None


def written(_: Policy, block: Block) -> Iterator[Found]:
    """Values that the operator cannot compare."""
    for line in block.lines:
        for value in line.values:
            if "${" in value.text and line.sort not in ("string", "arn"):
                message = f"variables go with String and Arn operators only, not {line.operator}"
                yield Found("INVALID_VARIABLE_FOR_OPERATOR", value.place, message)
            else:
                yield from _comparable(line, value)
        if len({type(value.raw) for value in line.values}) > 1:
            message = f"the values of {line.key} are of several JSON types"
            yield Found("INVALID_CONDITION_DATA_TYPE", line.place, message)
        if line.sort == "bool" and not line.quantifier and len(line.values) > 1:
            message = f"{line.key} is compared with true or false, not with both"
            yield Found("INVALID_CONDITION_MULTIPLE_BOOLEAN", line.place, message)


def _comparable(line: Line, value: Value) -> Iterator[Found]:
    text, said = value.text, shown(value.text)
    if line.sort in ("bool", "null") and text.lower() not in _BOOL:
        yield Found("TYPE_MISMATCH_BOOLEAN", value.place, f"{line.operator} takes true or false, not {said}")
    elif line.sort == "numeric" and number(text) is None:
        yield Found("TYPE_MISMATCH_NUMBER", value.place, f"{line.operator} takes a number, not {said}")
    elif line.sort == "date" and moment(text) is None:
        yield Found("TYPE_MISMATCH_DATE", value.place, f"{line.operator} takes a date as 2026-01-31, not {said}")
    elif line.sort == "date" and number(text) is not None and line.name != "aws:epochtime":
        message = f"seconds since 1970 may be read otherwise than meant: write {said} as a date"
        yield Found("INVALID_DATE_VALUE", value.place, message)
    elif line.sort == "ip" and network(text) is None:
        message = f"{line.operator} takes an address or a range as 203.0.113.0/24, not {said}"
        yield Found("TYPE_MISMATCH_IP_RANGE", value.place, message)
    elif line.sort == "binary" and not _is_base64(text):
        yield Found("TYPE_MISMATCH_STRING", value.place, f"{line.operator} takes base64, not {said}")


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def addresses(_: Policy, block: Block) -> Iterator[Found]:
    """Addresses that cannot be where requests come from, and ranges with more than a range."""
    for line in block.lines:
        if line.sort != "ip":
            continue
        nets = [(value, found) for value in line.values if (found := network(value.text)) is not None]
        for value, net in nets:
            written = value.text.strip()
            if "/" in written and str(net) != written.lower() and ipaddress.ip_interface(written).ip != net[0]:
                message = f"bits behind the mask of {shown(written)} do not count: write {net}"
                yield Found("IMPROVE_IP_RANGE", value.place, message)
        private = [net for _, net in nets if any(net.version == one.version and _within(net, one) for one in _PRIVATE)]
        if line.name == "aws:sourceip" and private:
            kind = "PRIVATE_NOT_IP_ADDRESS" if line.negated else "PRIVATE_IP_ADDRESS"
            ending = "" if len(private) == len(nets) else "_SUBSET"
            message = f"aws:SourceIp is never private ({private[0]}): aws:VpcSourceIp is, through an endpoint"
            yield Found(kind + ending, line.place, message)


def _within(
    inner: ipaddress.IPv4Network | ipaddress.IPv6Network, outer: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    return outer.network_address <= inner.network_address and inner.broadcast_address <= outer.broadcast_address  # type: ignore[operator]  # of one version


def forms(_: Policy, block: Block) -> Iterator[Found]:
    """Values of keys that have a form of their own."""
    for line in block.lines:
        if line.sort not in ("string", "arn"):
            continue
        for value in line.values:
            if any(sign in value.text for sign in ("*", "?", "${")):
                continue
            yield from _formed(line, value)


def _formed(line: Line, value: Value) -> Iterator[Found]:
    said = shown(value.text)
    if line.name in _FORMS:
        code, pattern, words = _FORMS[line.name]
        if not pattern.fullmatch(value.text):
            yield Found(code, value.place, f"{line.key} is {words}, not {said}")
    elif line.name in _REGIONS and value.text not in ALL:
        yield Found("INVALID_REGION", value.place, f"there is no region {said}")
    elif line.name in _SERVICES and not service_name(value.text):
        form = "service.region.amazonaws.com" if line.name == "kms:viaservice" else "service.amazonaws.com"
        yield Found("INVALID_SERVICE_PRINCIPAL_FORMAT", value.place, f"{line.key} is {form}, not {said}")


def wildcards(_: Policy, block: Block) -> Iterator[Found]:
    """Wildcards that are none, and those that leave nothing to compare."""
    for line in block.lines:
        if line.sort not in ("string", "arn"):
            continue
        for value in line.values:
            bare = re.sub(r"\$\{[^{}]*\}", "", value.text)
            wild = "*" in bare or "?" in bare
            if wild and not line.like:
                message = f"{line.operator} compares * and ? as they are: for wildcards say Like"
                yield Found("WILDCARD_WITHOUT_LIKE_OPERATOR", value.place, message)
            elif line.name in SENSITIVE and line.like and (wild or _is_free(value.text)):
                kind = "WILDCARD" if wild else "VARIABLE"
                message = f"a {kind.lower()} in {line.key} lets in strangers: name the values"
                yield Found(f"{kind}_USAGE_TOO_PERMISSIVE", value.place, message)
            elif line.name == "aws:userid" and line.like and _is_loose(value.text):
                message = "a wildcard in part of the id before the colon means many principals: AIDAEXAMPLE:* or *:name"
                yield Found("WILDCARD_USAGE_TOO_PERMISSIVE", value.place, message)
        yield from _empty_of_meaning(line)


def _is_free(text: str) -> bool:
    """Whether it holds a variable that the caller, or whoever tags, fills."""
    return re.search(r"\$\{(?:aws:(?:principaltag|requesttag|resourcetag)/|aws:username)", text.lower()) is not None


def _is_loose(text: str) -> bool:
    head, colon, _ = text.partition(":")
    wild = "*" in head or "?" in head
    return wild and not (colon and head == "*")


_ALWAYS = frozenset({"aws:principalaccount", "aws:principaltype", "aws:userid", "aws:securetransport"})
"""Keys that every request holds."""


def _empty_of_meaning(line: Line) -> Iterator[Found]:
    """A `*` among the values: what is left of the line."""
    if not line.like or line.name in SENSITIVE or "*" not in [value.text for value in line.values]:
        return
    absent_holds = line.if_exists or line.quantifier == "forallvalues"
    if line.negated:
        # any value fails it: it holds where the key is absent, except under ForAnyValue, which asks for a value
        never = line.name in _ALWAYS or line.quantifier == "foranyvalue"
        code = "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION" if never else "EQUIVALENT_TO_NULL_TRUE"
        words = "never holds" if never else f"holds where {line.key} is absent: say Null {{{line.key}: true}}"
    elif absent_holds or line.name in _ALWAYS:
        code, words = "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", "always holds"
    else:
        code = "EQUIVALENT_TO_NULL_FALSE"
        words = f"holds wherever {line.key} is there: say Null {{{line.key}: false}}"
    yield Found(code, line.place, f"{line.operator} with * {words}")


_MORE = {"numericlessthan": "greatest", "numericlessthanequals": "greatest", "numericgreaterthan": "least",
         "numericgreaterthanequals": "least"}  # fmt: skip


def several(_: Policy, block: Block) -> Iterator[Found]:
    """Values of which one alone counts, and lists without any."""
    for line in block.lines:
        if line.base in _MORE and len(line.values) > 1:
            message = f"of several values of {line.operator} only the {_MORE[line.base]} counts"
            yield Found("REDUNDANT_CONDITION_VALUE_NUM", line.place, message)
        if not line.values and line.base != "null":
            ending, words = _emptiness(line)
            yield Found(f"EMPTY_ARRAY_CONDITION{ending}", line.place, f"{line.key} has no values: the line {words}")


def _emptiness(line: Line) -> tuple[str, str]:
    if line.quantifier == "forallvalues":
        return "_FORALLVALUES", "holds only where the key is absent"
    if line.quantifier == "foranyvalue":
        return "_FORANYVALUE", "never holds"
    if line.if_exists:
        return "_IFEXISTS", "holds only where the key is absent"
    return "", "compares with nothing"


def of_services(policy: Policy, block: Block) -> Iterator[Found]:
    """What single services' keys do otherwise than one would think.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    """
    selects = any(
        line.name == "dynamodb:select" and "SPECIFIC_ATTRIBUTES" in [value.text for value in line.values]
        for line in block.lines
    )
    for line in block.lines:
        if line.name == "dynamodb:attributes" and block.allows and not selects:
            message = "a read that names no attributes returns them all: set dynamodb:Select to SPECIFIC_ATTRIBUTES too"
            yield Found("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", line.place, message)
        if line.name == "s3:prefix" and line.sort == "string" and block.denies is not line.negated:
            message = "a shorter prefix lists the same: allow with StringLike, or deny with StringNotLike"
            yield Found("S3_PREFIX_IN_NEGATIVE_CONTEXT", line.place, message)
        if line.name == "s3:resourceaccount" and policy.resource_type.startswith("AWS::S3::"):
            message = f"{line.key} says nothing in a policy of the resource itself: it is for policies of identities"
            yield Found("IRRELEVANT_CONDITION_KEY_IN_POLICY", line.place, message)
