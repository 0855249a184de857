"""Checks of the policy as a whole and of what its grammar allows beyond what `document.parse` refuses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from scanner.derive.access.validation.policy import Block, Found, Policy, shown
from scanner.model import pointer

_SID = re.compile(r"[A-Za-z0-9]*")
_UNIQUE = ("identity", "trust", "scp", "rcp")
"""Types in which no two statements may have one Sid; IAM takes letters and digits there only."""
_QUOTAS = {
    "identity": ("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", 6144, "white space apart"),
    "trust": ("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", 2048, "white space apart"),
    "scp": ("POLICY_SIZE_EXCEEDS_SCP_QUOTA", 10240, "white space apart"),
    "rcp": ("POLICY_SIZE_EXCEEDS_RCP_QUOTA", 5120, "white space apart"),
}
_RESOURCE_QUOTAS = {
    "AWS::S3::Bucket": 20480, "AWS::S3::AccessPoint": 20480, "AWS::KMS::Key": 32768, "AWS::Lambda::Function": 20480,
    "AWS::SecretsManager::Secret": 20480, "AWS::EFS::FileSystem": 20000, "AWS::DynamoDB::Table": 20480,
}  # fmt: skip


def whole(policy: Policy) -> Iterator[Found]:
    """Version, size, statements that are there twice."""
    if "Version" not in policy.document:
        message = "without a Version AWS reads the policy as of 2008, without variables"
        yield Found("MISSING_VERSION", "", message)
    if policy.document.get("Statement") == []:
        yield Found("MISSING_STATEMENT", "/Statement", "a policy has at least one statement")
    if not isinstance(policy.document.get("Id", ""), str):
        yield Found("DATA_TYPE_MISMATCH", "/Id", "Id is a text")
    yield from _size(policy)
    yield from _sids(policy)
    yield from _same(policy)


def _size(policy: Policy) -> Iterator[Found]:
    """White space does not count; for organizations it does where the API is used, which nobody can tell later."""
    code, quota, counted = _QUOTAS.get(policy.type, ("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", 0, ""))
    quota = quota or _RESOURCE_QUOTAS.get(policy.resource_type, 0)
    size = len(json.dumps(policy.document, separators=(",", ":"), ensure_ascii=False))
    if quota and size > quota:
        yield Found(code, "", f"{size:,} characters, {counted or 'as stored'}, of {quota:,}")


def _sids(policy: Policy) -> Iterator[Found]:
    unique = policy.type in _UNIQUE
    seen: set[str] = set()
    for block in policy.blocks:
        if "Sid" not in block.body:
            continue
        sid, place = block.body["Sid"], f"{block.place}/Sid"
        if not isinstance(sid, str):
            yield Found("DATA_TYPE_MISMATCH", place, "Sid is a text")
        elif not sid:
            yield Found("EMPTY_SID_VALUE", place, "this Sid is empty")
        elif sid in seen:
            code = "UNIQUE_SIDS_REQUIRED" if unique else "UNIQUE_SIDS_RECOMMENDED"
            yield Found(code, place, f"two statements have the Sid {shown(sid)}")
        else:
            seen.add(sid)
            if unique and not _SID.fullmatch(sid):
                message = f"a Sid here has letters and digits only, not {shown(sid)}"
                yield Found("UNSUPPORTED_SID", place, message)


def _same(policy: Policy) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for block in policy.blocks:
        bare = {name: value for name, value in block.body.items() if name != "Sid"}
        first = seen.setdefault(json.dumps(bare, sort_keys=True), block.place)
        if first != block.place:
            yield Found("REDUNDANT_STATEMENT", block.place, f"this is the statement at {first} again")


def elements(policy: Policy, block: Block) -> Iterator[Found]:
    """Elements that are missing or empty."""
    has = "Resource" in block.body or "NotResource" in block.body
    if policy.type in ("resource", "rcp") and not has:
        yield Found("MISSING_RESOURCE", block.place, "a statement has either Resource or NotResource")
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if block.body.get(element) == []:
            code = f"EMPTY_ARRAY_{element.removeprefix('Not').upper()}"
            yield Found(code, f"{block.place}/{element}", f"{element} is empty, so the statement does nothing")
    condition = block.body.get("Condition")
    if condition == {}:
        yield Found("EMPTY_OBJECT_CONDITION", f"{block.place}/Condition", "this condition asks for nothing")
    for operator, keys in condition.items() if isinstance(condition, dict) else ():
        if keys == {}:
            place = f"{block.place}/Condition{pointer(operator)}"
            yield Found("EMPTY_OBJECT_CONDITION", place, f"{shown(operator)} compares nothing")
