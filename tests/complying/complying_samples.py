"""A report with a framework of its own, made by hand."""

from __future__ import annotations

from typing import Any

from scanner.model import Evidence, Finding, Gap, Report, Verdict, Why, fingerprint

ONE, TWO = "111111111111", "222222222222"
REQUIREMENTS: tuple[dict[str, Any], ...] = (
    {"id": "A", "title": "Whole", "responsibility": "customer", "assessment": "automated", "group": True},
    {"id": "A.1", "title": "Seen", "parent": "A", "responsibility": "customer", "assessment": "automated", "levels": ["L1"]},
    {"id": "A.2", "title": "Half", "parent": "A", "responsibility": "customer", "assessment": "partial"},
    {"id": "A.3", "title": "Told", "parent": "A", "responsibility": "customer", "assessment": "manual"},
    {"id": "A.4", "title": "Blind", "parent": "A", "responsibility": "customer", "assessment": "automated"},
    {"id": "B", "title": "AWS", "responsibility": "aws", "assessment": "inherited", "group": True},
    {
        "id": "B.1", "title": "Halls", "parent": "B", "responsibility": "aws", "assessment": "inherited",
        "attested_by": ["soc2"], "remains": "Own offices",
    },
)  # fmt: skip


def rule(id_: str, *requirements: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "title": f"{id_} holds",
        "severity": "high",
        "params": {},
        "frameworks": {"own": list(requirements)},
        **more,
    }


def finding(rule_id: str, verdict: str, account: str = ONE, region: str = "eu-west-1", **more: Any) -> Finding:
    name = f"arn:aws:x:{region}:{account}:{verdict}"
    made: dict[str, Any] = {
        "rule_id": rule_id,
        "resource_id": name,
        "resource_type": "AWS::S3::Bucket",
        "account": account,
        "region": region,
        "verdict": Verdict(verdict),
        "severity": "high",
        "message": "told",
        "evidence": [Evidence("Name")],
        "origin": {"kind": "live"},
        "params": {},
        "fingerprint": fingerprint(rule_id, name),
    }
    return Finding(**(made | more))


def gap(*rules: str, account: str = ONE, region: str = "eu-west-1", operation: str = "GetBucketAcl") -> Gap:
    return Gap(
        account=account,
        region=region,
        service="s3",
        operation=operation,
        permission="s3:GetBucketAcl",
        reason=Why.DENIED,
        resource_types=("AWS::S3::Bucket",),
        rules=rules,
        message="denied",
    )


def report(rules: list[dict[str, Any]], findings: list[Finding], **more: Any) -> Report:
    framework = {
        "id": "own",
        "title": "Our standard",
        "version": "1",
        "authority": "We",
        "url": "https://www.example.com/standard",
        "statement": "A mapping gives evidence for a requirement.",
        "attestations": {"soc2": {"title": "SOC 2 report", "where": "AWS Artifact"}},
        "requirements": [dict(one) for one in REQUIREMENTS],
    }
    made: dict[str, Any] = {
        "tool": {"name": "aws-posture", "version": "1"},
        "snapshot": {
            "taken_at": "2026-11-24T06:00:00Z",
            "accounts": [ONE, TWO],
            "regions": ["eu-west-1"],
            "source": "live",
        },
        "rules": {one["id"]: one for one in rules},
        "frameworks": {"own": framework},
        "coverage": {},
        "gaps": [],
        "resources": {},
        "findings": findings,
    }
    return Report(**(made | more))


def attestation(requirement: str = "A.3", **more: Any) -> dict[str, Any]:
    made = {
        "framework": "own",
        "requirement": requirement,
        "by": "Ada",
        "on": "2026-01-01",
        "until": "2026-12-31",
        "evidence": "https://wiki.example.com/1",
    }
    return made | more
