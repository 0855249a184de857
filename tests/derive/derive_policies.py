"""Policies, and conditions that restrict, do not restrict, or that AWS would refuse."""

from __future__ import annotations

from typing import Any

ME = "111111111111"
GET = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


STRONG = [
    {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    {"stringequals": {"AWS:PRINCIPALORGID": "o-a1b2c3d4e5"}},
    {"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": f"arn:aws:kms:eu-west-1:{ME}:key/k"}},
    {"StringEquals": {"aws:PrincipalAccount": [ME, "222222222222"]}},
    {"StringEquals": {"aws:SourceAccount": 111111111111}},
    {"StringEqualsIgnoreCase": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
    {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{ME}:role/*"}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:*:iam::{ME}:role/?"}},
    {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::a-bucket"}},
    {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{ME}:*"}},
    {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    {"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}},
    {"StringEquals": {"aws:userid": "AIDAEXAMPLE"}},
    {"StringEquals": {"kms:CallerAccount": ME, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    {"StringEquals": {"s3:DataAccessPointAccount": ME}},
    {"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3:eu-west-1:{ME}:accesspoint/*"}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"IpAddress": {"aws:SourceIp": ["11.0.0.0/8", "2001:db8::/32", "198.51.100.7"]}},
    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a1b2c3d4e5/*"]}},
    {"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-1/ou-1/"}},
    {
        "ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"},
        "Null": {"aws:principalorgpaths": "false"},
    },
    {"ForAllValues:StringEquals": {"aws:SourceVpce": "vpce-1"}, "Null": {"aws:SourceVpce": [False]}},
    {"StringEquals": {"aws:PrincipalOrgID": []}},
    {"StringEquals": {"aws:Referer": "x", "aws:SourceAccount": ME}},
    {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}, "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
]
WEAK = [
    {},
    None,
    {"StringEquals": {"aws:Referer": "https://example.com/"}},
    {"StringEquals": {"aws:UserAgent": "secret"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringEquals": {"sts:ExternalId": "x"}},
    {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b"}},
    {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringEquals": {"s3:ExistingObjectTag/public": "yes"}},
    {"StringEquals": {"s3:prefix": "home/"}},
    {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}},
    {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ME}:role/x"}},
    {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/7"}},
    {"IpAddress": {"aws:SourceIp": "2001::/31"}},
    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}},
    {"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}},
    {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    {"StringLike": {"aws:SourceAccount": ["111111111111", "?22222222222"]}},
    {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}},
    {"StringLike": {"aws:PrincipalArn": "*"}},
    {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}},
    {"StringLike": {"aws:PrincipalArn": f"arn:*:iam::{ME}:role/x"}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::a-bucket*"}},
    {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{ME}:${{aws:username}}"}},
    {"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:*:accesspoint/x"}},
    {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}},
    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-*/r-1/"]}},
    {"ForAllValues:StringEquals": {"aws:SourceVpce": "vpce-1"}},
    {"ForAllValues:StringEquals": {"aws:SourceVpce": "vpce-1"}, "Null": {"aws:SourceVpce": "true"}},
    {"ForAllValues:StringEquals": {"aws:SourceVpce": "vpce-1"}, "Null": {"aws:SourceVpc": "false"}},
    {"Null": {"aws:PrincipalOrgID": "false"}},
    {"Bool": {"aws:PrincipalIsAWSService": "true"}},
    {"NumericEquals": {"aws:SourceAccount": ME}},
]
REFUSED = [
    "aws:SourceAccount",
    {"StringEqual": {"aws:SourceAccount": ME}},
    {"ForSomeValues:StringEquals": {"aws:SourceAccount": ME}},
    {"StringEquals": "aws:SourceAccount"},
    {"StringEquals": {"aws:SourceAccount": None}},
    {"StringEquals": {"aws:SourceAccount": {"is": ME}}},
]
