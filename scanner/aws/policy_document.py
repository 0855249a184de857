"""The least-privilege IAM policy of a scan, in as many managed policies as IAM's limit needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from scanner.aws.customer_data import DENIED

LIMIT = 6144
"""Characters of a managed policy, white space not counted
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""
ATTACHED = 10
"""Managed policies that a role takes unless the account's quota was raised (the same page)."""
ALLOW, DENY = "PostureScan", "PostureNeverReadsData"
ORGANIZATION = (
    "organizations:ListAccounts",
    "organizations:ListAccountsForParent",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListRoots",
)
"""What `--org` asks to find the accounts, in order."""


def policies(actions: Sequence[str], *, denied: Sequence[str] = DENIED, limit: int = LIMIT) -> list[dict[str, Any]]:
    """Policy documents that together allow the actions and deny reading customers' data.

    The denial stands in the first: whichever of a principal's policies denies, it is denied
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
    """
    last = [statement(DENY, "Deny", denied)] if denied else []
    found: list[dict[str, Any]] = []
    allowed: list[str] = []
    for action in sorted(set(actions)):
        if allowed and size(_document([*allowed, action], [] if found else last)) > limit:
            found.append(_document(allowed, [] if found else last))
            allowed = []
        allowed.append(action)
    found.append(_document(allowed, [] if found else last))
    return found


def organization_policy(partition: str, role_name: str) -> dict[str, Any]:
    """What a scan of an organization needs where it starts, beside what it needs in each account.

    `role_name` is the role in each account, which has to be of the same organization
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid).
    """
    assume: dict[str, Any] = {
        "Sid": "PostureAssumesRoles",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": f"arn:{partition}:iam::*:role/{role_name}",
        "Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
    }
    return {
        "Version": "2012-10-17",
        "Statement": [statement("PostureListsAccounts", "Allow", ORGANIZATION), assume],
    }


def size(document: dict[str, Any]) -> int:
    """The characters that IAM counts."""
    return len(json.dumps(document, separators=(",", ":")))


def _document(allowed: Sequence[str], more: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement(ALLOW, "Allow", allowed), *more]}


def statement(sid: str, effect: str, actions: Sequence[str]) -> dict[str, Any]:
    """One statement on all resources."""
    return {"Sid": sid, "Effect": effect, "Action": list(actions), "Resource": "*"}
