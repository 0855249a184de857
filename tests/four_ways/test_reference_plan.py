"""The reference plan, judged: what its sources say by hand, and the planted password in no output."""

from __future__ import annotations

import base64
import gzip
import os
import re
from pathlib import Path

import pytest

from scanner import api
from scanner.gating import read_inputs
from scanner.render import formats

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"
_DATA = {
    "s3-bucket-acl-disabled": FAIL,  # BucketOwnerPreferred
    "s3-bucket-acl-public-read": PASS,
    "s3-bucket-block-public-access": PASS,  # AWS's default for a new bucket, whatever the account says
    "s3-bucket-bpa-bucket-level": PASS,
    "s3-bucket-kms-encryption": PASS,  # through a key that does not exist yet
    "s3-bucket-policy-public": PASS,
    "s3-bucket-tls-only": FAIL,
    "s3-bucket-versioning": PASS,
}
_ELSEWHERE = ("sg-default-restricts-all", "sg-ingress-all-ports", "sg-ingress-rdp", "sg-ingress-ssh")
EXPECTED: dict[str, dict[str, str]] = {
    "aws_instance.host": {"ec2-instance-imdsv2": PASS},  # from its launch template
    "aws_kms_key.data": {"kms-key-policy-public": PASS, "kms-key-rotation-enabled": FAIL},
    "aws_launch_template.host": {"ec2-launch-template-imdsv2": PASS, "ec2-launch-template-public-ip": PASS},
    "aws_s3_bucket.site": {
        "s3-bucket-acl-disabled": PASS,
        "s3-bucket-block-public-access": UNKNOWN,  # two flags are off, and the account's are not in the plan
        "s3-bucket-bpa-bucket-level": FAIL,
        "s3-bucket-kms-encryption": FAIL,
        "s3-bucket-policy-public": FAIL,
        "s3-bucket-tls-only": FAIL,
        "s3-bucket-versioning": FAIL,
    },
    "aws_security_group.host": {"sg-ingress-all-ports": PASS, "sg-ingress-rdp": PASS, "sg-ingress-ssh": FAIL},
    # one rule on port 3306 of a group whose name and other rules are not in the plan
    "aws_security_group_rule.elsewhere": dict.fromkeys(_ELSEWHERE, UNKNOWN),
    'module.bucket["data"].aws_s3_bucket.this': _DATA,
    'module.bucket["web"].aws_s3_bucket.this': {**_DATA, "s3-bucket-acl-public-read": FAIL},  # public-read
}


@pytest.mark.corpus
@pytest.mark.skipif("POSTURE_CORPORA" not in os.environ, reason="needs the reference corpora")
def test_the_reference_plan() -> None:
    folder = Path(os.environ["POSTURE_CORPORA"], "terraform")
    inventory = read_inputs([str(folder / "plan.json")], taken_at="2026-11-24T00:00:00Z", root=folder)
    report = api.judge(inventory, api.load_rules(), resources="all")
    judged = {rule for row in EXPECTED.values() for rule in row}
    found: dict[str, dict[str, set[str]]] = {}
    for finding in report.findings:
        address = finding.resource_id.partition("#")[2]
        if finding.rule_id not in judged:
            continue
        found.setdefault(address, {}).setdefault(finding.rule_id, set()).add(str(finding.verdict))
    assert found == {address: {rule: {v} for rule, v in row.items()} for address, row in EXPECTED.items()}
    for name in formats.formats():
        text = formats.render(name, report)
        packed = re.findall(r">([A-Za-z0-9+/=]{2000,})<", text) if name == "html" else []
        assert bool(packed) is (name == "html")
        for part in (text, *(gzip.decompress(base64.b64decode(block)).decode(errors="replace") for block in packed)):
            assert "planted-secret" not in part
