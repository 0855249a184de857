"""Reports made from the model's own nouns, for the tests of the HTML renderer and of the browser."""

from __future__ import annotations

from typing import Any

from scanner.model import Evidence, Finding, Gap, Report, Verdict, Why, fingerprint

ACCOUNTS = ("111122223333", "444455556666")
REGIONS = ("eu-central-1", "us-east-1")
COUNTED = ("pass", "fail", "unknown", "not_applicable")

HOSTILE = (
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    '"><svg onload=window.pwned=1>',
    "{{7*7}}${7*7}",
    "__proto__",
    "javascript:window.pwned=1",
    "a\u202egnp.exe\u0007",
    "-->]]><!--",
)


def rule(id_: str, severity: str, service: str, resource: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "title": title,
        "severity": severity,
        "service": service,
        "resource": resource,
        "responsibility": "customer",
        "since": "0.1",
        "covers": [id_.replace("-", "_")],
        "params": {},
        "when": "",
        "expect": "true",
        "message": "",
        "why": "Whoever knows an object's name can read it without credentials.",
        "fix": {"cli": "aws …", "terraform": "x", "cloudformation": "y"},
        "references": ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/security.html"],
        "frameworks": {"nist-800-53-r5": ["AC-3", "SC-7"]},
        **more,
    }


RULES = {
    item["id"]: item
    for item in (
        rule("s3-bucket-policy-public", "critical", "s3", "AWS::S3::Bucket", "Bucket policies admit nobody unnamed"),
        rule("s3-bucket-versioning", "low", "s3", "AWS::S3::Bucket", "Buckets keep earlier versions"),
        rule("kms-key-rotation-enabled", "medium", "kms", "AWS::KMS::Key", "Customer-managed keys rotate"),
        rule(
            "sg-ingress-ssh",
            "high",
            "ec2",
            "AWS::EC2::SecurityGroup",
            "SSH is closed to the internet",
            when="GroupName != 'default'",
            expect="length(derived.world_ingress[?from_port <= `22` && to_port >= `22`]) == `0`",
        ),
    )
}

FRAMEWORKS = {
    "nist-800-53-r5": {
        "id": "nist-800-53-r5",
        "title": "NIST SP 800-53",
        "version": "Rev. 5",
        "requirements": [
            {"id": "AC-3", "title": "Access is enforced", "responsibility": "customer", "assessment": "partial"},
            {"id": "SC-7", "title": "Boundaries are guarded", "responsibility": "customer", "assessment": "partial"},
        ],
    }
}

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AllowAppRole",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/planner"},
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::exports", "arn:aws:s3:::exports/*"],
        },
        {
            "Sid": "PartnerDownloads",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::exports/*",
        },
    ],
}


def finding(rule_id: str, resource_id: str, verdict: str, message: str, **more: Any) -> Finding:
    body = RULES.get(rule_id, {})
    base: dict[str, Any] = {
        "rule_id": rule_id,
        "resource_id": resource_id,
        "resource_type": body.get("resource", "AWS::S3::Bucket"),
        "account": ACCOUNTS[0],
        "region": REGIONS[0],
        "verdict": Verdict(verdict),
        "severity": body.get("severity", "info"),
        "message": message,
        "evidence": [],
        "origin": {"kind": "live", "calls": ["s3:ListBuckets"]},
        "params": {},
        "fingerprint": fingerprint(rule_id, resource_id),
    }
    return Finding(**{**base, **more})


def resource(id_: str, type_: str, name: str, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"type": type_, "id": id_, "name": name, "account": ACCOUNTS[0], "region": REGIONS[0]}
    rest = {"tags": {}, "config": config, "unknown": {}, "derived": {}, "origin": {"kind": "live"}, "physical_id": ""}
    return {**base, **rest, **more}


def report(findings: list[Finding], **more: Any) -> Report:
    """A report whose coverage agrees with its findings."""
    rules = more.get("rules", RULES)
    counts = {id_: dict.fromkeys(COUNTED, 0) for id_ in rules}
    for item in findings:
        counts.setdefault(item.rule_id, dict.fromkeys(COUNTED, 0))[str(item.verdict)] += 1
    resources: dict[str, int] = {}
    for type_, _ in {(item.resource_type, item.resource_id) for item in findings}:
        resources[type_] = resources.get(type_, 0) + 1
    base: dict[str, Any] = {
        "tool": {"name": "aws-posture", "version": "0.1.0"},
        "snapshot": {
            "taken_at": "2026-11-24T01:02:03Z",
            "accounts": list(ACCOUNTS),
            "regions": ["global", *REGIONS],
            "source": "live",
        },
        "rules": rules,
        "frameworks": FRAMEWORKS,
        "coverage": {"rules": counts, "resources": resources, "listings": [], "rule_errors": []},
        "gaps": [],
        "resources": {},
        "findings": sorted(findings, key=Finding.sort_key),
    }
    return Report(**{**base, **more})


def small() -> Report:
    """Every verdict, a policy, a denied call, a listing that failed, a waiver."""
    exports, notes, logs = (f"arn:aws:s3:::{name}" for name in ("exports", "notes", "logs"))
    key = f"arn:aws:kms:us-east-1:{ACCOUNTS[1]}:key/1a2b3c4d"
    group = f"arn:aws:ec2:eu-central-1:{ACCOUNTS[0]}:security-group/sg-0a1"
    ingress = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    fact = {"protocol": "tcp", "from_port": 22, "to_port": 22, "family": "ipv4"}
    fact |= {"sources": ["/IpPermissions/1/IpRanges/0"]}
    statement = {"index": 1, "sid": "PartnerDownloads", "principal": "*", "source": "/Policy/Statement/1"}
    path = "derived.world_ingress[?from_port <= `22` && to_port >= `22`]"
    denied = {"why": "denied", "service": "s3", "operation": "GetBucketPolicy", "permission": "s3:GetBucketPolicy"}
    unlisted = f"{ACCOUNTS[1]}/us-east-1/AWS::EC2::SecurityGroup"
    elsewhere: dict[str, Any] = {"account": ACCOUNTS[1], "region": REGIONS[1]}
    cli = "aws s3api put-public-access-block --bucket exports"
    findings = [
        finding(
            "s3-bucket-policy-public",
            exports,
            "fail",
            "Anyone on the internet can read objects in exports",
            evidence=[Evidence("derived.public_statements", statement, "none", "/Policy/Statement/1")],
            fix={"cli": cli, "terraform": "restrict_public_buckets = true", "cloudformation": "A: true"},
        ),
        finding(
            "s3-bucket-versioning",
            exports,
            "fail",
            "exports keeps no earlier versions",
            evidence=[Evidence("VersioningConfiguration.Status", None, "Enabled", "/VersioningConfiguration/Status")],
            fix={"cli": "aws s3api put-bucket-versioning --bucket exports"},
            waiver={"reason": "Rebuilt every night", "owner": "platform", "expires": "2027-02-28"},
        ),
        finding("s3-bucket-versioning", notes, "pass", f"notes: {RULES['s3-bucket-versioning']['title']}"),
        finding(
            "s3-bucket-policy-public",
            logs,
            "unknown",
            "Cannot tell for logs: GetBucketPolicy was denied (needs s3:GetBucketPolicy)",
            evidence=[
                Evidence(
                    "Policy",
                    source="/Policy",
                    reason="denied: not authorized to perform s3:GetBucketPolicy",
                    operation="s3:GetBucketPolicy",
                    permission="s3:GetBucketPolicy",
                )
            ],
        ),
        finding(
            "kms-key-rotation-enabled",
            key,
            "fail",
            "alias/fleet never gets new key material",
            evidence=[Evidence("Rotation.KeyRotationEnabled", False, True, "/Rotation/KeyRotationEnabled")],
            fix={"cli": "aws kms enable-key-rotation --key-id 1a2b3c4d"},
            **elsewhere,
        ),
        finding(
            "sg-ingress-ssh",
            group,
            "fail",
            "bastion admits TCP 22 from 0.0.0.0/0",
            evidence=[Evidence(path, fact, "none", "/IpPermissions/1/IpRanges/0")],
            fix={"cli": "aws ec2 revoke-security-group-ingress --group-id sg-0a1"},
            origin={
                "kind": "terraform",
                "file": "network/main.tf",
                "line": 12,
                "address": "aws_security_group.bastion",
            },
        ),
        finding(
            "sg-ingress-ssh",
            unlisted,
            "unknown",
            "Cannot tell for any AWS::EC2::SecurityGroup in 444455556666 us-east-1: DescribeSecurityGroups was denied",
            evidence=[
                Evidence(
                    "",
                    reason="denied",
                    operation="ec2:DescribeSecurityGroups",
                    permission="ec2:DescribeSecurityGroups",
                )
            ],
            **elsewhere,
        ),
    ]
    bucket = "AWS::S3::Bucket"
    resources = {
        exports: resource(
            exports,
            bucket,
            "exports",
            {"Name": "exports", "Policy": POLICY, "VersioningConfiguration": {}},
            tags={"env": "production", "app": "planner"},
        ),
        logs: resource(logs, bucket, "logs", {"Name": "logs"}, unknown={"/Policy": denied}),
        key: resource(key, "AWS::KMS::Key", "alias/fleet", {"Rotation": {"KeyRotationEnabled": False}}, **elsewhere),
        group: resource(
            group,
            "AWS::EC2::SecurityGroup",
            "bastion",
            {"GroupName": "bastion", "IpPermissions": [{"IpProtocol": "icmp"}, ingress]},
            derived={"world_ingress": [fact]},
        ),
    }
    gaps = [
        Gap(
            ACCOUNTS[0],
            REGIONS[0],
            "s3",
            "GetBucketPolicy",
            "s3:GetBucketPolicy",
            Why.DENIED,
            (bucket,),
            logs,
            ("s3-bucket-policy-public",),
            "AccessDenied: not authorized to perform s3:GetBucketPolicy",
        ),
        Gap(
            ACCOUNTS[1],
            REGIONS[1],
            "ec2",
            "DescribeSecurityGroups",
            "ec2:DescribeSecurityGroups",
            Why.DENIED,
            ("AWS::EC2::SecurityGroup",),
            "",
            ("sg-ingress-ssh",),
            "UnauthorizedOperation",
        ),
        Gap(ACCOUNTS[1], "", "rds", "", "", Why.NOT_COLLECTED, ("AWS::RDS::DBInstance",), "", (), "not selected"),
    ]
    made = report(findings, gaps=gaps, resources=resources)
    made.coverage["rules"]["kms-key-rotation-enabled"]["not_applicable"] = 5
    made.coverage["listings"] = [
        _listing(bucket, ACCOUNTS[0], REGIONS[0], ""),
        _listing("AWS::KMS::Key", ACCOUNTS[1], REGIONS[1], ""),
        _listing("AWS::EC2::SecurityGroup", ACCOUNTS[0], REGIONS[0], ""),
        _listing("AWS::EC2::SecurityGroup", ACCOUNTS[1], REGIONS[1], "denied"),
        _listing(bucket, ACCOUNTS[1], REGIONS[0], ""),
    ]
    return made


def _listing(type_: str, account: str, region: str, reason: str) -> dict[str, Any]:
    place = {"type": type_, "account": account, "region": region}
    return {**place, "complete": not reason, "reason": reason, "message": ""}


def hostile() -> Report:
    """Names, tags, policies, files, gaps and rules that try to be markup."""
    findings, resources, gaps = [], {}, []
    for index, text in enumerate(HOSTILE):
        id_ = f"arn:aws:s3:::{text}"
        origin = {"kind": "terraform", "file": text, "line": 1, "address": text}
        verdict = "unknown" if index % 2 else "fail"
        evidence = [Evidence(text, {text: text}, text, f"/{text}", text, text, text), Evidence("Policy", text, [text])]
        more: dict[str, Any] = {"evidence": evidence, "fix": {"cli": text}, "origin": origin, "region": text}
        more["waiver"] = {"reason": text, "owner": text, "expires": text} if index == 2 else None
        findings.append(finding("s3-bucket-policy-public", id_, verdict, text, **more))
        config = {"Policy": {text: text}, text: {text: text}}
        unknown = {f"/{text}": {"why": text, "message": text}}
        tags = {text: text, "constructor": text}
        resources[id_] = resource(id_, "AWS::S3::Bucket", text, config, tags=tags, unknown=unknown)
        gaps.append(Gap(ACCOUNTS[0], text, text, text, text, Why.DENIED, (text,), text, (text,), text))
    evil = rule("s3-bucket-policy-public", "critical", "s3", "AWS::S3::Bucket", HOSTILE[0])
    evil |= {"why": HOSTILE[1], "references": [HOSTILE[5], *HOSTILE], "frameworks": {text: [text] for text in HOSTILE}}
    made = report(findings, rules={evil["id"]: evil}, resources=resources, gaps=gaps)
    made.snapshot["taken_at"] = HOSTILE[0]
    made.snapshot["source"] = HOSTILE[1]
    made.tool["name"] = HOSTILE[2]
    return made


def nothing() -> Report:
    """A complete scan that found no failure."""
    return report([finding("s3-bucket-versioning", "arn:aws:s3:::notes", "pass", "notes")])


def empty() -> Report:
    """A complete scan of accounts that hold nothing the rules judge."""
    return report([])


def unreadable() -> Report:
    """A scan in which no call was answered."""
    findings = [
        finding(
            id_,
            f"{ACCOUNTS[0]}/eu-central-1/{body['resource']}",
            "unknown",
            f"Cannot tell for any {body['resource']}",
            evidence=[Evidence("", reason="denied", operation="s3:ListBuckets", permission="s3:ListAllMyBuckets")],
        )
        for id_, body in RULES.items()
    ]
    gap = Gap(ACCOUNTS[0], "global", "s3", "ListBuckets", "s3:ListAllMyBuckets", Why.DENIED, ("AWS::S3::Bucket",))
    gap.rules = tuple(RULES)
    made = report(findings, gaps=[gap])
    made.coverage["resources"] = {}
    made.coverage["listings"] = [
        _listing(body["resource"], ACCOUNTS[0], "eu-central-1", "denied") for body in RULES.values()
    ]
    return made


def plan() -> Report:
    """A Terraform plan: no accounts, files and lines, and values known only after apply."""
    id_ = "infra#aws_s3_bucket.site"
    origin = {"kind": "terraform", "file": "infra/main.tf", "line": 7, "end_line": 9, "address": "aws_s3_bucket.site"}
    code: dict[str, Any] = {"account": "", "region": "", "origin": origin}
    later = Evidence("Policy", source="/Policy", reason="known only after apply")
    findings = [
        finding(
            "s3-bucket-versioning",
            id_,
            "fail",
            "site keeps no earlier versions",
            evidence=[Evidence("VersioningConfiguration.Status", None, "Enabled")],
            fix={"cli": "aws s3api", "terraform": 'status = "Enabled"'},
            **code,
        ),
        finding("s3-bucket-policy-public", id_, "unknown", "Cannot tell for site", evidence=[later], **code),
    ]
    body = resource(id_, "AWS::S3::Bucket", "site", {"VersioningConfiguration": {}}, account="", region="")
    body["unknown"] = {"/Policy": {"why": "after_apply"}}
    made = report(findings, resources={id_: body})
    made.snapshot |= {"accounts": [], "regions": [], "source": "terraform"}
    return made


def many(count: int) -> Report:
    """`count` findings over 40 accounts and 40 rules, with names that differ."""
    rules = {
        f"s3-rule-{n:02}": rule(
            f"s3-rule-{n:02}",
            ("critical", "high", "medium", "low", "info")[n % 5],
            ("s3", "ec2", "iam", "kms", "rds")[n % 5],
            "AWS::S3::Bucket",
            f"Rule number {n}",
        )
        for n in range(40)
    }
    verdicts = ("pass", "pass", "pass", "fail", "pass", "unknown")
    findings, resources = [], {}
    for n in range(count):
        name = f"bucket-{n // 40}"
        id_ = f"arn:aws:s3:::{name}"
        place: dict[str, Any] = {"account": f"{100000000000 + n // 40 % 40}", "region": f"region-{n // 1600 % 17}"}
        rule_id = f"s3-rule-{n % 40:02}"
        item = finding(rule_id, id_, verdicts[n % len(verdicts)], f"{name} breaks {rule_id}", **place)
        item.severity = rules[rule_id]["severity"]
        item.evidence = [Evidence("VersioningConfiguration.Status", None, "Enabled", "/VersioningConfiguration/Status")]
        item.fix = {"cli": f"aws s3api put-bucket-versioning --bucket {name}"}
        findings.append(item)
        resources.setdefault(id_, resource(id_, "AWS::S3::Bucket", name, {"Name": name}, **place))
    return report(findings, rules=rules, resources=resources)
