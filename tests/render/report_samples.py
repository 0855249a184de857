"""A small report made by hand, for tests that look at words and places."""

from __future__ import annotations

from typing import Any

from scanner.model import Evidence, Finding, Gap, Report, Verdict, Why, fingerprint

ACCOUNT = "111122223333"


def rule(id_: str = "s3-bucket-policy-public", severity: str = "critical", **changed: Any) -> dict[str, Any]:
    made = {
        "id": id_,
        "title": "Bucket policies grant nothing to everybody",
        "severity": severity,
        "service": "s3",
        "resource": "AWS::S3::Bucket",
        "responsibility": "customer",
        "since": "0.1",
        "covers": ["s3_bucket_policy_public"],
        "why": "Anybody on the internet can read what the policy opens.",
        "fix": {"cli": "aws s3api delete-bucket-policy --bucket {Name}", "terraform": "remove the statement"},
        "references": ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html"],
        "frameworks": {"nist-800-53-r5": ["AC-3"]},
        "when": "",
        "expect": "derived.public_statements == `[]`",
        "params": {},
        "message": "{derived.name} is open",
    }
    return made | changed


def finding(
    resource: str = "data", rule_id: str = "s3-bucket-policy-public", verdict: str = "fail", **changed: Any
) -> Finding:
    id_ = resource if ":" in resource or "#" in resource else f"arn:aws:s3:::{resource}"
    made: dict[str, Any] = {
        "rule_id": rule_id,
        "resource_id": id_,
        "resource_type": "AWS::S3::Bucket",
        "account": ACCOUNT,
        "region": "eu-central-1",
        "verdict": Verdict(verdict),
        "severity": "critical",
        "message": f"{resource} grants s3:GetObject to everybody",
        "evidence": [Evidence("Policy.Statement[0]", {"Effect": "Allow"}, None, "/Policy/Statement/0")],
        "origin": {"kind": "live", "calls": ["s3:GetBucketPolicy"]},
        "params": {},
        "fingerprint": fingerprint(rule_id, id_),
    }
    return Finding(**(made | changed))


def code(resource: str = "main.tf#aws_s3_bucket.data", **changed: Any) -> Finding:
    origin = {"kind": "terraform", "file": "main.tf", "line": 4, "end_line": 9, "address": "aws_s3_bucket.data"}
    return finding(resource, **({"account": "", "region": "", "origin": origin} | changed))


def gap(**changed: Any) -> Gap:
    made: dict[str, Any] = {
        "account": ACCOUNT,
        "region": "eu-central-1",
        "service": "s3",
        "operation": "GetBucketPolicy",
        "permission": "s3:GetBucketPolicy",
        "reason": Why.DENIED,
        "resource_types": ("AWS::S3::Bucket",),
        "resource_id": "arn:aws:s3:::secret",
        "rules": ("s3-bucket-policy-public",),
        "message": "AccessDenied",
    }
    return Gap(**(made | changed))


def report(findings: list[Finding] | None = None, gaps: list[Gap] | None = None, **changed: Any) -> Report:
    listed = [finding()] if findings is None else findings
    verdicts = {name: sum(item.verdict == name for item in listed) for name in Verdict}
    made: dict[str, Any] = {
        "tool": {"name": "aws-posture", "version": "0.1.0", "information_uri": "https://example.org/aws-posture"},
        "snapshot": {
            "taken_at": "2026-11-24T01:02:03Z",
            "accounts": [ACCOUNT],
            "regions": ["eu-central-1"],
            "source": "live",
        },
        "rules": {item.rule_id: rule(item.rule_id, item.severity) for item in listed},
        "frameworks": {},
        "coverage": {
            "rules": {item.rule_id: verdicts for item in listed},
            "resources": {"AWS::S3::Bucket": len(listed)},
            "listings": [],
            "verdicts": {str(name): count for name, count in verdicts.items()},
            "rule_errors": [],
        },
        "gaps": gaps or [],
        "resources": {},
        "findings": listed,
    }
    return Report(**(made | changed))
