"""Versions of a policy that wait to be put in force."""

from __future__ import annotations

from typing import Any

from derive_worlds import DENIED, fact, resource

POLICY = "AWS::IAM::ManagedPolicy"


def version(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    return {"VersionId": name, "Document": {"Statement": list(statements)}}


def allow(action: Any, thing: Any = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": thing}


def test_only_versions_that_allow_everything_are_named() -> None:
    versions = [
        version("v1", allow("*")),
        version("v2", allow("s3:*")),
        version("v3", allow("*", "arn:aws:s3:::data/*")),
        version("v4", allow("*"), {"Effect": "Deny", "Action": "*", "Resource": "*"}),
        version("v5", allow(["iam:*", "*:*"])),
    ]
    found = fact(resource(POLICY, {"OtherVersions": versions}), "dormant_admin_versions")
    assert (found.value, found.unknown) == (["v1", "v5"], {})


def test_without_other_versions_there_is_none() -> None:
    assert fact(resource(POLICY, {"OtherVersions": []}), "dormant_admin_versions").value == []
    assert fact(resource(POLICY, {}), "dormant_admin_versions").value == []


def test_versions_that_were_not_read_are_not_known() -> None:
    hidden = resource(POLICY, {}, {"/OtherVersions": DENIED})
    assert fact(hidden, "dormant_admin_versions").unknown[""].why == DENIED.why
