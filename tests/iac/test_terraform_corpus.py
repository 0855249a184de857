"""The reference plan with its sources, where the environment names the corpora."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.iac.terraform import is_plan, read_plan
from scanner.model import Resource

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif("POSTURE_CORPORA" not in os.environ, reason="POSTURE_CORPORA names no folder"),
]


@pytest.fixture(scope="module")
def corpus() -> dict[str, Resource]:
    path = Path(os.environ["POSTURE_CORPORA"]) / "terraform" / "plan.json"
    assert is_plan(path.read_bytes()[:4096])
    (found,) = read_plan(str(path))
    assert found.gaps == []
    return {item.origin.address: item for item in found.resources}


def test_the_planted_password_appears_nowhere(corpus: dict[str, Resource]) -> None:
    assert "planted-secret" not in repr(corpus)


def test_the_site_is_public_by_policy(corpus: dict[str, Resource]) -> None:
    site = corpus["aws_s3_bucket.site"]
    assert site.config["Policy"]["Statement"][0]["Principal"] == "*"
    assert site.config["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"] is False


def test_module_buckets_have_their_satellites(corpus: dict[str, Resource]) -> None:
    grants = {
        key: corpus[f'module.bucket["{key}"].aws_s3_bucket.this'].config["Acl"]["Grants"] for key in ("data", "web")
    }
    assert [len(found) for found in grants.values()] == [1, 2]
    assert grants["web"][1]["Grantee"]["URI"].endswith("/AllUsers")
    encryption = "/BucketEncryption/Rules/0/ApplyServerSideEncryptionByDefault/KMSMasterKeyID"
    assert corpus['module.bucket["data"].aws_s3_bucket.this'].unknown[encryption].token == "aws_kms_key.data.arn"


def test_rules_reach_groups_inside_and_outside(corpus: dict[str, Resource]) -> None:
    assert corpus["aws_security_group.host"].config["IpPermissions"][0]["FromPort"] == 22
    outside = corpus["aws_security_group_rule.elsewhere"]
    assert outside.physical_id == "sg-0aaaaaaaaaaaaaaaa"
    assert outside.unknown["/IpPermissions/-"].kind == "more"


def test_the_instance_takes_the_template_s_metadata_options(corpus: dict[str, Resource]) -> None:
    assert corpus["aws_instance.host"].config["MetadataOptions"]["HttpTokens"] == "required"
