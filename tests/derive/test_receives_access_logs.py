"""Whether a bucket is a place that access logs are delivered to."""

from __future__ import annotations

from typing import Any

import pytest
from derive_policies import policy
from derive_worlds import DENIED, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial

GROUP = "http://acs.amazonaws.com/groups/s3/LogDelivery"
SERVICE = {"Service": "logging.s3.amazonaws.com"}
ALLOW = {"Effect": "Allow", "Principal": SERVICE, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::it/*"}
NOTHING: dict[str, Any] = {"Policy": None, "Acl": None}


def receives(config: dict[str, Any], unknown: Any = None) -> Partial:
    return fact(resource("AWS::S3::Bucket", config, unknown), "receives_access_logs")


def grant(permission: str, group: str = GROUP) -> dict[str, Any]:
    return {"Policy": None, "Acl": {"Grants": [{"Grantee": {"URI": group}, "Permission": permission}]}}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (NOTHING, False),
        ({"Policy": policy(ALLOW), "Acl": None}, True),
        ({"Policy": policy({**ALLOW, "Action": ["s3:GetObject", "s3:Put*"]}), "Acl": None}, True),
        ({"Policy": policy({**ALLOW, "Principal": {"Service": ["s3.amazonaws.com", SERVICE["Service"]]}})}, True),
        ({"Policy": policy({**ALLOW, "Effect": "Deny"}), "Acl": None}, False),
        ({"Policy": policy({**ALLOW, "Action": "s3:GetBucketAcl"}), "Acl": None}, False),
        ({"Policy": policy({**ALLOW, "Principal": {"Service": "cloudtrail.amazonaws.com"}}), "Acl": None}, False),
        ({"Policy": policy({**ALLOW, "Principal": "*"}), "Acl": None}, False),
        (grant("WRITE"), True),
        (grant("READ_ACP"), True),
        (grant("WRITE", "http://acs.amazonaws.com/groups/global/AllUsers"), False),
    ],
)
def test_what_lets_logs_in(config: dict[str, Any], expected: bool) -> None:
    assert (receives(config).value, receives(config).unknown) == (expected, {})


def test_one_way_that_is_known_is_enough() -> None:
    assert receives({"Policy": policy(ALLOW)}, {"/Acl": DENIED}).value is True
    assert receives({"Policy": None}, {"/Acl": DENIED}).unknown == {"": DENIED}
    assert receives({"Acl": None}, {"/Policy": DENIED}).unknown == {"": DENIED}


@settings(max_examples=200)
@given(st.data(), st.sampled_from([NOTHING, {**grant("WRITE"), "Policy": policy({**ALLOW, "Effect": "Deny"})}]))
def test_partial_buckets_hold_for_every_completion(data: st.DataObject, config: dict[str, Any]) -> None:
    part = data.draw(hidden(config))
    told = receives(part.value, part.unknown)
    assert told.unknown or told.value == receives(config).value
