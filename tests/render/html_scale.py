# ruff: noqa: T201 - printing is what a script is for
"""A report as large as a big organisation gives: a hundred thousand findings that look like real ones.

Run it to write the page and see what that costs: `python tests/render/html_scale.py build/scale.html`.
"""

from __future__ import annotations

import resource as usage
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from scanner.model import Evidence, Finding, Gap, Report, Verdict, Why, fingerprint

ACCOUNTS = tuple(f"{210_000_000_000 + n * 7_919_000_123 % 700_000_000_000:012}" for n in range(40))
REGIONS = (
    *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1", "us-east-1", "us-east-2"),
    *("us-west-1", "us-west-2", "ca-central-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1"),
    *("ap-northeast-2", "sa-east-1"),
)
KINDS = (  # type, service, ARN's resource part, members that its rules judge
    ("AWS::S3::Bucket", "s3", "arn:aws:s3:::{name}", ("Policy", "PublicAccessBlockConfiguration", "BucketEncryption")),
    ("AWS::EC2::Instance", "ec2", "arn:aws:ec2:{region}:{account}:instance/i-{hex}", ("MetadataOptions", "Monitoring")),
    (
        "AWS::EC2::SecurityGroup",
        "vpc",
        "arn:aws:ec2:{region}:{account}:security-group/sg-{hex}",
        ("IpPermissions", "IpPermissionsEgress"),
    ),
    ("AWS::KMS::Key", "kms", "arn:aws:kms:{region}:{account}:key/{hex}", ("Rotation", "Policy")),
    ("AWS::IAM::Role", "iam", "arn:aws:iam::{account}:role/{name}", ("AssumeRolePolicyDocument", "AttachedPolicies")),
    ("AWS::RDS::DBInstance", "rds", "arn:aws:rds:{region}:{account}:db:{name}", ("StorageEncrypted", "BackupWindow")),
    ("AWS::Lambda::Function", "lambda", "arn:aws:lambda:{region}:{account}:function:{name}", ("Runtime", "VpcConfig")),
    ("AWS::EC2::Volume", "ec2", "arn:aws:ec2:{region}:{account}:volume/vol-{hex}", ("Encrypted", "KmsKeyId")),
)
WORDS = ("route", "manifest", "pallet", "customs", "fleet", "billing", "dock", "yard", "ledger", "quote", "track")
PARTS = ("ingest", "replica", "archive", "worker", "gateway", "exports", "index", "cache", "portal", "backup")
ENVIRONMENTS = ("production", "staging", "sandbox", "development")
GOALS = ("admits nobody unnamed", "is encrypted with a key of yours", "keeps a record", "rotates", "is not public")
SEVERITIES = ("critical", "high", "medium", "medium", "low", "high", "info", "medium")
RULES_A_KIND = 10
FINDINGS_A_RESOURCE = 4


def scale(findings: int = 100_000) -> Report:
    """The same report every time: 80 rules, 40 accounts, 17 regions, a resource for every four findings."""
    rng = Random(20_261_123)
    rules = {rule["id"]: rule for kind in range(len(KINDS)) for rule in _rules(kind)}
    by_kind = [[rule for rule in rules.values() if rule["resource"] == kind[0]] for kind in KINDS]
    made: list[Finding] = []
    resources: dict[str, dict[str, Any]] = {}
    for number in range(findings // FINDINGS_A_RESOURCE):
        kind = rng.randrange(len(KINDS))
        body = _resource(rng, number, kind)
        judged = [_finding(rng, body, rule) for rule in rng.sample(by_kind[kind], FINDINGS_A_RESOURCE)]
        made += judged
        if any(item.verdict is not Verdict.PASS for item in judged):
            resources[body["id"]] = body
    made.sort(key=Finding.sort_key)
    return _report(rules, made, resources)


def _rules(kind: int) -> list[dict[str, Any]]:
    type_, service, _, members = KINDS[kind]
    noun = type_.rsplit("::", 1)[-1]
    return [
        {
            "id": f"{service}-{noun.lower()}-{GOALS[n % 5].replace(' ', '-')}-{n}",
            "title": f"{noun} {GOALS[n % 5]}, by {members[n % 2]}",
            "severity": SEVERITIES[(kind + n) % len(SEVERITIES)],
            "service": service,
            "resource": type_,
            "responsibility": "customer" if n % 3 else "shared",
            "why": f"Whoever reaches the {noun} can read what it holds, and nothing says who that was.",
            "when": "State != 'deleted'",
            "expect": f"{members[n % 2]}.Status == 'Enabled'",
            "references": [f"https://docs.aws.amazon.com/{service}/latest/userguide/what-is-{service}.html"],
            "frameworks": {"nist-800-53-r5": ["AC-3", f"SC-{n}"], "cis-aws-7.0": [f"{kind}.{n}"]},
        }
        for n in range(RULES_A_KIND)
    ]


def _resource(rng: Random, number: int, kind: int) -> dict[str, Any]:
    type_, _, arn, members = KINDS[kind]
    account, region = rng.choice(ACCOUNTS), rng.choice(REGIONS)
    name = f"{rng.choice(WORDS)}-{rng.choice(PARTS)}-{number}"
    id_ = arn.format(name=name, region=region, account=account, hex=f"{rng.getrandbits(68):017x}")
    statement = {"Sid": "Read", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:role/{name}"}}
    config = {
        "Arn": id_,
        "CreateDate": f"2026-{rng.randint(1, 11):02}-{rng.randint(1, 28):02}T08:{rng.randint(10, 59)}:00Z",
        "State": "available",
        members[0]: {"Version": "2012-10-17", "Statement": [statement | {"Action": "s3:GetObject", "Resource": id_}]},
        members[1]: {"Status": rng.choice(("Enabled", "Disabled")), "Days": rng.randint(1, 400)},
        "VpcId": f"vpc-{rng.getrandbits(68):017x}",
        "SubnetIds": [f"subnet-{rng.getrandbits(68):017x}" for _ in range(3)],
    }
    return {
        "type": type_,
        "id": id_,
        "name": name,
        "account": account,
        "region": "global" if type_ == "AWS::IAM::Role" else region,
        "tags": {"app": name.rsplit("-", 1)[0], "env": rng.choice(ENVIRONMENTS), "cost-centre": str(number % 97)},
        "config": config,
        "unknown": {},
        "derived": {"exposure": {"internet": False, "ports": []}},
        "origin": {"kind": "live", "calls": ["ListBuckets", "GetBucketPolicy"]},
        "physical_id": "",
    }


def _finding(rng: Random, body: dict[str, Any], rule: dict[str, Any]) -> Finding:
    verdict = Verdict(rng.choices(("pass", "fail", "unknown"), (76, 19, 5))[0])
    member = rule["expect"].partition(".")[0]
    operation = f"{rule['service']}:Get{member}"
    unread = verdict is Verdict.UNKNOWN
    if unread:
        body["unknown"][f"/{member}"] = {"why": "denied", "operation": f"Get{member}", "permission": operation}
    said = {
        "pass": f"{body['name']}: {rule['title']}",
        "fail": f"{body['name']} has {member}.Status Disabled, so it is open to whoever finds it",
        "unknown": f"Cannot tell for {body['name']}: Get{member} was denied (needs {operation})",
    }
    evidence = Evidence(
        f"{member}.Status",
        None if unread else "Enabled" if verdict is Verdict.PASS else "Disabled",
        "Enabled",
        f"/{member}" if unread else f"/{member}/Status",
        f"denied: User is not authorized to perform: {operation}" if unread else "",
        operation,
        operation if unread else "",
    )
    command = f"aws {rule['service']} put-{member.lower()} --id {body['id']} --region {body['region']} --status Enabled"
    block = f'resource "aws_{rule["service"]}_thing" "this" {{\n  {member.lower()} {{\n    status = "Enabled"\n  }}\n}}'
    change = {
        "fail": rng.choices(("existing", "new", "reopened"), (95, 4, 1)),
        "pass": rng.choices((None, "fixed"), (98, 2)),
    }
    waived = verdict is Verdict.FAIL and rng.random() < 0.06
    return Finding(
        rule_id=rule["id"],
        resource_id=body["id"],
        resource_type=body["type"],
        account=body["account"],
        region=body["region"],
        verdict=verdict,
        severity=rule["severity"],
        message=said[str(verdict)],
        evidence=[evidence],
        origin={"kind": "live", "calls": [operation]},
        params={"max_days": 365} if rule["id"].endswith("-7") else {},
        fingerprint=fingerprint(rule["id"], body["id"]),
        fix={} if unread else {"cli": command, "terraform": block, "cloudformation": f"{member}:\n  Status: Enabled"},
        waiver={"reason": "Rebuilt every night", "owner": "platform", "expires": "2027-02-28"} if waived else None,
        change=change.get(str(verdict), ["not_assessed"])[0],
    )


def _report(rules: dict[str, Any], findings: list[Finding], resources: dict[str, Any]) -> Report:
    counts = {id_: {"pass": 0, "fail": 0, "unknown": 0, "not_applicable": 40} for id_ in rules}
    types: dict[str, set[str]] = {}
    for item in findings:
        counts[item.rule_id][str(item.verdict)] += 1
        types.setdefault(item.resource_type, set()).add(item.resource_id)
    places = [(account, region) for account in ACCOUNTS for region in REGIONS]
    listings = [
        {"type": kind[0], "account": account, "region": region, "complete": n % 31 > 0, "reason": "", "message": ""}
        for n, (account, region) in enumerate(places)
        for kind in KINDS
    ]
    gaps = [
        Gap(account, region, "s3", f"Get{member}", f"s3:Get{member}", Why.DENIED, (type_,), "", (), "AccessDenied")
        for account, region in places[::9]
        for type_, _, _, members in KINDS
        for member in members
    ]
    baseline: dict[str, Any] = {"taken_at": "2026-11-16T06:00:00Z", "version": "0.1.0", "accounts": list(ACCOUNTS)}
    baseline |= {"regions": list(REGIONS), "rules_added": [], "rules_removed": [], "gone": [], "counts": {}}
    return Report(
        tool={"name": "aws-posture", "version": "0.1.0"},
        snapshot={
            "taken_at": "2026-11-23T06:00:00Z",
            "accounts": list(ACCOUNTS),
            "regions": ["global", *REGIONS],
            "source": "live",
        },
        rules=rules,
        frameworks={},
        coverage={
            "rules": counts,
            "resources": {type_: len(ids) for type_, ids in types.items()},
            "listings": listings,
            "rule_errors": [],
        },
        gaps=gaps,
        resources=resources,
        findings=findings,
        baseline=baseline,
    )


def main(path: Path) -> None:
    """Write the page; print what the report and the page take."""
    from scanner.render.html import render

    report = scale()
    print(f"{len(report.findings):,} findings, {len(report.resources):,} documents: {_peak():,.0f} MB for the report")
    begun = time.perf_counter()
    page = render(report)
    took = time.perf_counter() - begun
    print(f"rendered in {took:.1f} s, peak {_peak():,.0f} MB, {len(page.encode()) / 1e6:.1f} MB of HTML")
    path.write_text(page, "utf-8")


def _peak() -> float:
    return usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
