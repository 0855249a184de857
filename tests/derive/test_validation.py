"""Policies checked as Access Analyzer does: each code with a policy that has it and the nearest that has not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.derive.access.validation import regions
from scanner.derive.access.validation.codes import CATEGORIES, CATEGORY
from scanner.derive.access.validation.validate import likely_type, validate, validate_text

ROLE = "arn:aws:iam::111122223333:role/app"
GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
SAML = "arn:aws:iam::111122223333:saml-provider/idp"
OBJECT = "arn:aws:s3:::data/*"


def one(**members: Any) -> dict[str, Any]:
    """A policy of one statement: a sound one of an identity, changed; `None` takes a member away."""
    body = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT, **members}
    return {"Version": "2012-10-17", "Statement": [{k: v for k, v in body.items() if v is not None}]}


def where(operator: str, key: str, values: Any, **members: Any) -> dict[str, Any]:
    return one(Condition={operator: {key: values}}, **members)


def trust(**members: Any) -> dict[str, Any]:
    return one(**{"Action": "sts:AssumeRole", "Resource": None, "Principal": {"AWS": ROLE}, **members})


def rcp(**members: Any) -> dict[str, Any]:
    return one(**{"Effect": "Deny", "Principal": "*", "Resource": "*", **members})


def shared(**members: Any) -> dict[str, Any]:
    return one(**{"Principal": {"AWS": ROLE}, **members})


def github(values: Any, operator: str = "StringLike", **more: Any) -> dict[str, Any]:
    condition = {operator: {"token.actions.githubusercontent.com:sub": values}, **more}
    return trust(Principal={"Federated": GITHUB}, Action="sts:AssumeRoleWithWebIdentity", Condition=condition)


LIST = "s3:ListBucket"
BUCKET = "arn:aws:s3:::data"
VERSION = "2012-10-17"
TWO = [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT}] * 2
IDS = [{**TWO[0], "Sid": "a"}, {**TWO[0], "Action": LIST, "Sid": "a"}]
OTHER_IDS = [{**TWO[0], "Sid": "a"}, {**TWO[0], "Action": LIST, "Sid": "b"}]
ROLES_ANYWHERE = {"Service": "rolesanywhere.amazonaws.com"}
TAGGED = "aws:ResourceTag/team"
LONG = ["s3:GetObject" + "x" * 100] * 200

CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    # the grammar
    ("DATA_TYPE_MISMATCH", "identity", one(Action=[1]), one(Action=["s3:GetObject"])),
    ("DATA_TYPE_MISMATCH", "identity", one(Sid=1), one(Sid="a")),
    ("DATA_TYPE_MISMATCH", "identity", one(Condition=[]), where("Bool", "aws:SecureTransport", "true")),
    ("INVALID_VERSION", "identity", {**one(), "Version": "2012-10-18"}, one()),
    ("MISSING_VERSION", "identity", {"Statement": TWO[0]}, one()),
    ("INVALID_POLICY_ELEMENT", "identity", one(Actions="s3:GetObject"), one()),
    ("INVALID_POLICY_ELEMENT", "identity", {**one(), "version": VERSION}, {**one(), "Id": "x"}),
    ("MISSING_STATEMENT", "identity", {"Version": VERSION}, one()),
    ("MISSING_STATEMENT", "identity", {"Version": VERSION, "Statement": []}, one()),
    ("MISSING_EFFECT", "identity", one(Effect=None), one()),
    ("INVALID_EFFECT", "identity", one(Effect="allow"), one(Effect="Deny")),
    ("MISSING_ACTION", "identity", one(Action=None), one(Action=None, NotAction="s3:GetObject")),
    ("MISSING_RESOURCE", "identity", one(Resource=None), one(Resource=None, NotResource=OBJECT)),
    ("MISSING_RESOURCE", "resource", shared(Resource=None), shared()),
    ("MISSING_PRINCIPAL", "resource", one(), shared()),
    ("UNSUPPORTED_ELEMENT_COMBINATION", "identity", one(NotAction="s3:PutObject"), one()),
    ("UNSUPPORTED_PRINCIPAL", "identity", shared(), one()),
    ("EMPTY_ARRAY_ACTION", "identity", one(Action=[]), one()),
    ("EMPTY_ARRAY_RESOURCE", "identity", one(Resource=[]), one()),
    ("EMPTY_OBJECT_CONDITION", "identity", one(Condition={}), where("Bool", "aws:SecureTransport", "true")),
    ("EMPTY_OBJECT_CONDITION", "identity", one(Condition={"Bool": {}}), one()),
    ("EMPTY_SID_VALUE", "identity", one(Sid=""), one(Sid="a")),
    ("UNSUPPORTED_SID", "identity", one(Sid="a b"), one(Sid="ab")),
    ("UNIQUE_SIDS_REQUIRED", "identity", {"Version": VERSION, "Statement": IDS}, {"Version": VERSION, "Statement": OTHER_IDS}),
    (
        "UNIQUE_SIDS_RECOMMENDED",
        "resource",
        {"Version": VERSION, "Statement": IDS},
        {"Version": VERSION, "Statement": OTHER_IDS},
    ),
    ("REDUNDANT_STATEMENT", "identity", {"Version": VERSION, "Statement": TWO}, {"Version": VERSION, "Statement": OTHER_IDS}),
    ("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", "identity", one(Action=LONG), one()),
    ("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", "trust", trust(Action=LONG), trust()),
    ("POLICY_SIZE_EXCEEDS_SCP_QUOTA", "scp", one(Action=LONG), one()),
    ("POLICY_SIZE_EXCEEDS_RCP_QUOTA", "rcp", rcp(Action=LONG), rcp()),
    # actions
    ("INVALID_ACTION", "identity", one(Action="s3:GetObjct"), one(Action="S3:getobject")),
    ("INVALID_ACTION", "identity", one(Action="s3:Gett*"), one(Action="s3:Get*")),
    ("INVALID_ACTION", "identity", one(Action="GetObject"), one()),
    ("INVALID_SERVICE_IN_ACTION", "identity", one(Action="s33:GetObject"), one()),
    ("WILDCARD_IN_SERVICE_NAME", "identity", one(Action="s3*:GetObject"), one(Action="*")),
    ("WILDCARD_IN_SERVICE_NAME", "identity", one(Resource="arn:aws:s*:::data/*"), one()),
    ("REDUNDANT_ACTION", "identity", one(Action=["s3:Get*", "s3:GetObject"]), one(Action=["s3:Get*", "s3:*Object"])),
    ("REDUNDANT_ACTION", "identity", one(Action=["s3:GetObject", "s3:getobject"]), one(Action=["s3:GetObject", LIST])),
    ("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", "identity", where("StringEquals", "s3:prefix", "a"), where("StringEquals", "s3:prefix", "a", Action=LIST)),
    # resources
    ("INVALID_ARN_PREFIX", "identity", one(Resource="aws:arn:s3:::data/*"), one(Resource="*")),
    ("MISSING_ARN_FIELD", "identity", one(Resource="arn:aws:s3:data"), one(Resource="arn:aws:s3:*")),
    ("INVALID_PARTITION", "identity", one(Resource="arn:was:s3:::data"), one(Resource="arn:aws-cn:s3:::data")),
    ("INVALID_SERVICE", "identity", one(Resource="arn:aws:s33:::data"), one(Resource=BUCKET)),
    ("INVALID_SERVICE", "identity", where("StringEquals", "s33:prefix", "a"), where("StringEquals", "a.example.com:sub", "a")),
    ("INVALID_ARN_SERVICE_CASE", "identity", one(Resource="arn:aws:S3:::data"), one(Resource=BUCKET)),
    ("INVALID_ARN_RESOURCE", "identity", one(Resource="arn:aws:lambda:eu-west-1:111122223333:functions:a"), one(Resource="arn:aws:lambda:eu-west-1:111122223333:function:a:*")),
    ("INVALID_ARN_REGION", "identity", one(Resource="arn:aws:sqs:eu-nowhere-1:111122223333:a"), one(Resource="arn:aws:sqs:eu-west-1:111122223333:a")),
    ("INVALID_ARN_REGION", "identity", one(Resource="arn:aws-cn:sqs:eu-west-1:111122223333:a"), one(Resource="arn:aws-cn:sqs:cn-north-1:111122223333:a")),
    ("MISSING_ARN_REGION", "identity", one(Resource="arn:aws:sqs::111122223333:a"), one(Resource="arn:aws:sqs:*:111122223333:a")),
    ("ARN_REGION_NOT_ALLOWED", "identity", one(Resource="arn:aws:iam:us-east-1:111122223333:role/a"), one(Resource=ROLE)),
    ("INVALID_ARN_ACCOUNT", "identity", one(Resource="arn:aws:iam::1111:role/a"), one(Resource="arn:aws:iam::aws:policy/a")),
    ("MISSING_ARN_ACCOUNT", "identity", one(Resource="arn:aws:iam:::role/a"), one(Resource="arn:aws:iam::*:role/a")),
    ("ARN_ACCOUNT_NOT_ALLOWED", "identity", one(Resource="arn:aws:s3::111122223333:data"), one(Resource=BUCKET)),
    ("REDUNDANT_RESOURCE", "identity", one(Resource=[OBJECT, "arn:aws:s3:::data/a"]), one(Resource=[OBJECT, BUCKET])),
    # roles
    ("PASS_ROLE_WITH_STAR_IN_RESOURCE", "identity", one(Action="iam:PassRole", Resource="*"), one(Action="iam:PassRole", Resource="arn:aws:iam::*:role/Service*")),
    ("PASS_ROLE_WITH_STAR_IN_RESOURCE", "identity", one(Action="iam:PassRole", Resource="arn:aws-cn:iam::111122223333:role/*"), where("StringEquals", "iam:PassedToService", "ec2.amazonaws.com", Action="iam:PassRole", Resource="*")),
    ("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", "identity", one(Action="iam:P*", Resource="*"), one(Action="iam:G*", Resource="*")),
    ("PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", "identity", one(Action=None, NotAction="s3:*", Resource="*"), one(Action=None, NotAction="iam:*", Resource="*")),
    ("PASS_ROLE_WITH_NOT_RESOURCE", "identity", one(Action="iam:PassRole", Resource=None, NotResource=ROLE), one(Action="iam:PassRole", Resource=ROLE)),
    ("PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", "identity", one(Action="iam:*", Resource=None, NotResource=ROLE), one(Effect="Deny", Action="iam:*", Resource=None, NotResource=ROLE)),
    ("PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE", "identity", one(Action=None, NotAction="s3:*", Resource=None, NotResource=ROLE), one(Action=None, NotAction="iam:*", Resource=None, NotResource=ROLE)),
    ("CREATE_SLR_WITH_STAR_IN_RESOURCE", "identity", one(Action="iam:CreateServiceLinkedRole", Resource="*"), one(Action="iam:CreateServiceLinkedRole", Resource="arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*")),
    ("CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", "identity", one(Action="iam:Create*", Resource="*"), one(Action="iam:Create*", Resource=ROLE)),
    ("CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", "identity", one(Action=None, NotAction="s3:*", Resource="*"), one(Action=None, NotAction="iam:*", Resource="*")),
    ("CREATE_SLR_WITH_NOT_RESOURCE", "identity", one(Action="iam:CreateServiceLinkedRole", Resource=None, NotResource=ROLE), one(Action="iam:CreateServiceLinkedRole", Resource=ROLE)),
    ("CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", "identity", one(Action="iam:*", Resource=None, NotResource=ROLE), one(Action="iam:*", Resource=ROLE)),
    ("CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE", "identity", one(Action=None, NotAction="s3:*", Resource=None, NotResource=ROLE), one(Action=None, NotAction="iam:*", Resource=None, NotResource=ROLE)),
    # keys
    ("INVALID_CONDITION_KEY_FORMAT", "identity", where("StringEquals", "prefix", "a"), where("StringEquals", "s3:prefix", "a")),
    ("INVALID_GLOBAL_CONDITION_KEY", "identity", where("StringEquals", "aws:Nothing", "a"), where("StringEquals", "AWS:USERNAME", "a")),
    ("INVALID_SERVICE_CONDITION_KEY", "identity", where("StringEquals", "s3:Nothing", "a"), where("StringEquals", "s3:ExistingObjectTag/a", "a")),
    ("UNSUPPORTED_GLOBAL_CONDITION_KEY", "identity", where("ArnLike", "aws:ARN", ROLE), where("ArnLike", "aws:PrincipalArn", ROLE)),
    ("DEPRECATED_GLOBAL_CONDITION_KEY", "resource", where("StringEquals", "aws:SourceOwner", "111122223333"), where("StringEquals", "aws:SourceAccount", "111122223333")),
    ("MISSING_TAG_KEY_IN_CONDITION", "identity", where("StringEquals", "aws:ResourceTag", "a"), where("StringEquals", TAGGED, "a")),
    ("MISSING_TAG_KEY_IN_CONDITION", "identity", where("StringEquals", "aws:PrincipalTag/", "a"), where("StringEquals", "aws:PrincipalTag/a", "a")),
    ("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", "identity", one(Condition={"StringEquals": {"aws:username": "a", "aws:UserName": "b"}}), one(Condition={"StringEquals": {"aws:username": "a"}, "StringLike": {"aws:UserName": "b*"}})),
    ("INVALID_CONDITION_OPERATOR", "identity", where("StringMatches", "aws:username", "a"), where("foranyvalue:stringlike", "aws:TagKeys", "a")),
    ("NULL_WITH_IF_EXISTS", "identity", where("NullIfExists", "aws:username", "true"), where("Null", "aws:username", "true")),
    ("NULL_WITH_QUALIFIER", "identity", where("ForAnyValue:Null", "aws:TagKeys", "true"), where("Null", "aws:TagKeys", "true")),
    ("TYPE_MISMATCH", "identity", where("StringEquals", "aws:SecureTransport", "true"), where("Bool", "aws:SecureTransport", "true")),
    ("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", "identity", where("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a"), where("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a")),
    ("MISSING_QUALIFIER", "identity", where("StringLike", "aws:PrincipalOrgPaths", "o-a/*"), where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a/*")),
    ("FORALLVALUES_WITH_SINGLE_VALUED_KEY", "identity", where("ForAllValues:StringEquals", "aws:username", "a"), where("ForAllValues:StringEquals", "aws:TagKeys", "a")),
    ("FORALLVALUES_WITHOUT_NULL_CHECK", "identity", where("ForAllValues:StringEquals", "aws:TagKeys", "a"), one(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:tagkeys": "false"}})),
    ("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", "trust", where("ForAnyValue:StringEquals", "accounts.google.com:aud", "a"), where("StringEquals", "accounts.google.com:aud", "a")),
    ("CONFIRM_AUDIENCE_CLAIM_TYPE", "trust", where("ForAnyValue:StringEquals", "idp.example.com:aud", "a"), where("StringEquals", "idp.example.com:aud", "a")),
    ("UNTRUSTWORTHY_CONDITION_KEY", "resource", where("StringEquals", "aws:Referer", "a"), where("StringEquals", "aws:SourceVpc", "vpc-12345678")),
    ("MISSING_PAIRED_CONDITION_KEYS", "identity", where("IpAddress", "aws:VpcSourceIp", "10.0.0.1"), one(Condition={"IpAddress": {"aws:VpcSourceIp": "10.0.0.1"}, "StringEquals": {"aws:SourceVpc": "vpc-12345678"}})),
    ("DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "identity", where("StringEquals", TAGGED, "a", Effect="Deny", Action="kms:ListKeys", Resource="*"), where("StringNotEquals", TAGGED, "a", Effect="Deny", Action="kms:ListKeys", Resource="*")),
    ("ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "identity", where("StringEquals", TAGGED, "a", Action="kms:ListKeys", Resource="*"), where("StringEquals", TAGGED, "a", Action="kms:DescribeKey", Resource="*")),
    ("DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "identity", where("StringEquals", TAGGED, "a", Effect="Deny", Action=None, NotAction="s3:*"), where("StringEquals", "aws:PrincipalTag/a", "a", Effect="Deny", Action=None, NotAction="s3:*")),
    ("ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "identity", where("StringEquals", TAGGED, "a", Action=None, NotAction="s3:*"), where("StringEquals", "aws:PrincipalTag/a", "a", Action=None, NotAction="s3:*")),
    # values
    ("INVALID_VARIABLE_FOR_OPERATOR", "identity", where("NumericEquals", "aws:MultiFactorAuthAge", "${aws:username}"), where("StringEquals", "aws:username", "${aws:username}")),
    ("INVALID_CONDITION_DATA_TYPE", "identity", where("StringEquals", "aws:username", ["a", 1]), where("StringEquals", "aws:username", ["a", "b"])),
    ("INVALID_CONDITION_MULTIPLE_BOOLEAN", "identity", where("Bool", "aws:SecureTransport", ["true", "false"]), where("Bool", "aws:SecureTransport", ["true"])),
    ("TYPE_MISMATCH_BOOLEAN", "identity", where("Bool", "aws:SecureTransport", "yes"), where("Bool", "aws:SecureTransport", True)),
    ("TYPE_MISMATCH_NUMBER", "identity", where("NumericLessThan", "aws:MultiFactorAuthAge", "hour"), where("NumericLessThan", "aws:MultiFactorAuthAge", 3600)),
    ("TYPE_MISMATCH_DATE", "identity", where("DateLessThan", "aws:CurrentTime", "tomorrow"), where("DateLessThan", "aws:CurrentTime", "2026-01-31T00:00:00Z")),
    ("INVALID_DATE_VALUE", "identity", where("DateLessThan", "aws:CurrentTime", "1700000000"), where("DateLessThan", "aws:EpochTime", "1700000000")),
    ("TYPE_MISMATCH_IP_RANGE", "identity", where("IpAddress", "aws:SourceIp", "203.0.113.0/33"), where("IpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ("TYPE_MISMATCH_STRING", "identity", where("BinaryEquals", "aws:username", "?"), where("BinaryEquals", "aws:username", "QQ==")),
    ("IMPROVE_IP_RANGE", "identity", where("IpAddress", "aws:SourceIp", "203.0.113.7/24"), where("IpAddress", "aws:SourceIp", "2001:DB8::/64")),
    ("PRIVATE_IP_ADDRESS", "identity", where("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.168.1.1"]), where("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8")),
    ("PRIVATE_IP_ADDRESS_SUBSET", "identity", where("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"]), where("IpAddress", "aws:SourceIp", "0.0.0.0/0")),
    ("PRIVATE_NOT_IP_ADDRESS", "identity", where("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), where("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ("PRIVATE_NOT_IP_ADDRESS_SUBSET", "identity", where("NotIpAddress", "aws:SourceIp", ["fc00::/8", "203.0.113.0/24"]), where("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ("INVALID_VPC_FORMAT", "identity", where("StringEquals", "aws:SourceVpc", "vpc-1"), where("StringEquals", "aws:SourceVpc", "vpc-11223344556677889")),
    ("INVALID_VPCE_FORMAT", "identity", where("StringEquals", "aws:SourceVpce", "vpc-12345678"), where("StringEquals", "aws:SourceVpce", "vpce-12345678")),
    ("INVALID_KMS_KEY_VALUE", "identity", where("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", "alias/a", Action="s3:PutObject"), where("ArnEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:eu-west-1:111122223333:key/a", Action="s3:PutObject")),
    ("INVALID_REGION", "identity", where("StringEquals", "aws:RequestedRegion", "eu-west-99"), where("StringLike", "aws:RequestedRegion", "eu-*")),
    ("INVALID_SERVICE_PRINCIPAL_FORMAT", "identity", where("StringEquals", "iam:PassedToService", "ec2", Action="iam:PassRole"), where("StringEquals", "iam:PassedToService", "ec2.amazonaws.com", Action="iam:PassRole")),
    ("INVALID_SERVICE_PRINCIPAL_FORMAT", "resource", shared(Principal={"Service": "S3.amazonaws.com"}), shared(Principal={"Service": "delivery.logs.amazonaws.com"})),
    ("WILDCARD_WITHOUT_LIKE_OPERATOR", "identity", where("StringEquals", "aws:username", "a*"), where("StringEquals", "aws:username", "${*}")),
    ("WILDCARD_USAGE_TOO_PERMISSIVE", "identity", where("StringLike", "aws:PrincipalOrgID", "o-*"), where("StringEquals", "aws:PrincipalOrgID", "o-abc")),
    ("WILDCARD_USAGE_TOO_PERMISSIVE", "identity", where("StringLike", "aws:userid", "A*:x"), where("StringLike", "aws:userid", "AROAEXAMPLE:*")),
    ("VARIABLE_USAGE_TOO_PERMISSIVE", "identity", where("StringLike", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"), where("StringNotEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")),
    ("EQUIVALENT_TO_NULL_FALSE", "identity", where("StringLike", "aws:username", "*"), where("StringLike", "aws:username", "a*")),
    ("EQUIVALENT_TO_NULL_TRUE", "identity", where("StringNotLike", "aws:username", "*"), where("StringNotLike", "aws:username", "a*")),
    ("REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", "identity", where("StringLikeIfExists", "aws:username", "*"), where("StringLikeIfExists", "aws:username", "a*")),
    ("REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION", "identity", where("ForAnyValue:StringNotLike", "aws:TagKeys", "*"), where("ForAnyValue:StringNotLike", "aws:TagKeys", "a*")),
    ("REDUNDANT_CONDITION_VALUE_NUM", "identity", where("NumericLessThan", "aws:MultiFactorAuthAge", ["1", "2"]), where("NumericEquals", "aws:MultiFactorAuthAge", ["1", "2"])),
    ("EMPTY_ARRAY_CONDITION", "identity", where("StringEquals", "aws:username", []), where("StringEquals", "aws:username", ["a"])),
    ("EMPTY_ARRAY_CONDITION_FORALLVALUES", "identity", where("ForAllValues:StringEquals", "aws:TagKeys", []), where("ForAllValues:StringEquals", "aws:TagKeys", ["a"])),
    ("EMPTY_ARRAY_CONDITION_FORANYVALUE", "identity", where("ForAnyValue:StringEquals", "aws:TagKeys", []), where("ForAnyValue:StringEquals", "aws:TagKeys", ["a"])),
    ("EMPTY_ARRAY_CONDITION_IFEXISTS", "identity", where("StringEqualsIfExists", "aws:username", []), where("StringEqualsIfExists", "aws:username", ["a"])),
    ("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", "identity", where("ForAllValues:StringEquals", "dynamodb:Attributes", "a", Action="dynamodb:Query"), one(Action="dynamodb:Query", Condition={"ForAllValues:StringEquals": {"dynamodb:Attributes": "a"}, "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}})),
    ("S3_PREFIX_IN_NEGATIVE_CONTEXT", "identity", where("StringLike", "s3:prefix", "a/*", Effect="Deny", Action=LIST), where("StringNotLike", "s3:prefix", "a/*", Effect="Deny", Action=LIST)),
    ("S3_PREFIX_IN_NEGATIVE_CONTEXT", "identity", where("StringNotLike", "s3:prefix", "a/*", Action=LIST), where("StringLike", "s3:prefix", "a/*", Action=LIST)),
    # variables
    ("MISSING_BRACE_IN_VARIABLE", "identity", one(Resource="arn:aws:s3:::data/${aws:username"), one(Resource="arn:aws:s3:::data/${aws:username}")),
    ("MISSING_QUOTE_IN_VARIABLE", "identity", one(Resource="arn:aws:s3:::data/${aws:username, 'a}"), one(Resource="arn:aws:s3:::data/${aws:username, 'a'}")),
    ("UNSUPPORTED_SPACE_IN_VARIABLE", "identity", one(Resource="arn:aws:s3:::data/${aws:user name}"), one(Resource="arn:aws:s3:::data/${aws:username}")),
    ("EMPTY_VARIABLE", "identity", one(Resource="arn:aws:s3:::data/${}"), one(Resource="arn:aws:s3:::data/${$}")),
    ("VARIABLE_UNSUPPORTED_IN_ELEMENT", "identity", one(Action="s3:Get${aws:username}"), one()),
    ("VARIABLE_UNSUPPORTED_IN_VERSION", "identity", {**one(Resource="arn:aws:s3:::data/${aws:username}"), "Version": "2008-10-17"}, one(Resource="arn:aws:s3:::data/${aws:username}")),
    # principals
    ("INVALID_PRINCIPAL_FORMAT", "resource", shared(Principal="111122223333"), shared(Principal={"AWS": "111122223333"})),
    ("INVALID_PRINCIPAL_FORMAT", "resource", shared(Principal={"AWS": 111122223333}), shared(Principal="*")),
    ("INVALID_PRINCIPAL_FORMAT", "resource", shared(Principal={"AWS": "arn:aws:iam::111122223333:group/a"}), shared(Principal={"AWS": "arn:aws:sts::111122223333:assumed-role/a/b"})),
    ("INVALID_PRINCIPAL_KEY", "resource", shared(Principal={"Aws": ROLE}), shared()),
    ("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", "resource", shared(Principal={"AWS": "arn:aws:iam::111122223333:role/*"}), shared(Principal={"AWS": "*"})),
    ("EMPTY_ARRAY_PRINCIPAL", "resource", shared(Principal={"AWS": []}), shared(Principal={"AWS": [ROLE]})),
    ("EMPTY_OBJECT_PRINCIPAL", "resource", shared(Principal={}), shared()),
    ("ALLOW_WITH_NOT_PRINCIPAL", "resource", shared(Principal=None, NotPrincipal={"AWS": ROLE}), shared(Effect="Deny", Principal=None, NotPrincipal={"AWS": ROLE})),
    ("FEDERATED_PRINCIPAL_NOT_SUPPORTED", "resource", shared(Principal={"Federated": SAML}), shared()),
    ("INVALID_ROLE_REFERENCE", "resource", shared(Principal={"AWS": "AROAEXAMPLEEXAMPLE"}), shared()),
    ("INVALID_USER_REFERENCE", "resource", shared(Principal={"AWS": "AIDAEXAMPLEEXAMPLE"}), shared()),
    ("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", "resource", shared(Principal={"Service": "cloudtrail.amazonaws.com"}), where("StringEquals", "aws:SourceAccount", "111122223333", Principal={"Service": "cloudtrail.amazonaws.com"})),
    ("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", "resource", where("StringEquals", "aws:Referer", "a", Principal={"Service": "ses.amazonaws.com"}), where("StringEquals", "aws:SourceAccount", "a", Principal={"Service": "ses.amazonaws.com"})),
    ("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", "resource", where("StringEquals", "aws:PrincipalOrgID", "o-abc", Principal={"Service": "cloudfront.amazonaws.com"}), where("StringEquals", "aws:PrincipalOrgID", "o-abc", Principal="*")),
    # trust policies
    ("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", "trust", trust(Resource="*"), trust()),
    ("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", "trust", trust(Principal=None, NotPrincipal={"AWS": ROLE}), trust()),
    ("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", "trust", trust(Principal="*"), trust(Principal={"AWS": "*"})),
    ("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", "trust", trust(Principal={"Federated": "google"}), trust(Principal={"Federated": "accounts.google.com"})),
    ("MISMATCHED_ACTION_FOR_PRINCIPAL", "trust", trust(Principal={"Federated": SAML}, Action="sts:AssumeRoleWithWebIdentity"), trust(Principal={"Federated": SAML}, Action="sts:AssumeRoleWithSAML")),
    ("MISMATCHED_ACTION_FOR_PRINCIPAL", "trust", trust(Principal={"Federated": GITHUB}), trust(Principal={"Service": "ec2.amazonaws.com"})),
    ("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", "trust", trust(Principal=ROLES_ANYWHERE), trust(Principal=ROLES_ANYWHERE, Action=["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"])),
    ("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", "trust", trust(Principal={"AWS": [ROLE, "arn:aws:sts::111122223333:assumed-role/app/me"]}), trust(Principal={"AWS": [ROLE, "arn:aws:sts::444455556666:assumed-role/app/me"]})),
    ("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", "trust", trust(Principal={"Federated": "accounts.google.com"}, Action="sts:AssumeRoleWithWebIdentity"), where("StringEquals", "accounts.google.com:aud", "a", Resource=None, Principal={"Federated": "accounts.google.com"}, Action="sts:AssumeRoleWithWebIdentity")),
    ("MISSING_GITHUB_REPO_CONDITION_KEY", "trust", where("StringEquals", "token.actions.githubusercontent.com:aud", "a", Resource=None, Principal={"Federated": GITHUB}, Action="sts:AssumeRoleWithWebIdentity"), github("repo:a/b:ref:refs/heads/main")),
    ("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", "trust", github("repo:a/*"), github("repo:a/b:ref:refs/heads/main")),
    ("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", "trust", github("repo:a/b:*"), github("repo:a/b:environment:*", StringEquals={"token.actions.githubusercontent.com:ref": "refs/heads/main"})),
    # organizations
    ("SCP_SYNTAX_ERROR_PRINCIPAL", "scp", shared(), one()),
    ("RCP_SYNTAX_ERROR_PRINCIPAL", "rcp", rcp(Principal={"AWS": "*"}), rcp()),
    ("RCP_SYNTAX_ERROR_ALLOW", "rcp", rcp(Effect="Allow", Resource=OBJECT), rcp(Effect="Allow", Action="*")),
    ("RCP_SYNTAX_ERROR_NOTACTION", "rcp", rcp(Action=None, NotAction="s3:GetObject"), rcp()),
    ("RCP_SYNTAX_ERROR_ACTION", "rcp", rcp(Action="ec2:RunInstances"), rcp(Effect="Allow", Action="*")),
    ("RCP_SYNTAX_ERROR_ACTION", "rcp", rcp(Action="*"), rcp(Action="s3:Get*")),
    ("RCP_SYNTAX_ERROR_ACTION", "rcp", rcp(Action="s3:*Object"), rcp(Action="s3:*")),
    ("RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", "rcp", rcp(Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a"}}), rcp(Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})),
    ("RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", "rcp", rcp(Condition={"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a"}}), rcp(Condition={"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a"}, "Bool": {"aws:PrincipalIsAWSService": "true"}})),
    ("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", "rcp", rcp(Condition={"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a"}}), rcp(Condition={"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a"}, "Null": {"aws:SourceAccount": "false"}})),
    ("USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES", "scp", where("StringNotEquals", "aws:VpceOrgID", "o-a", Effect="Deny", Action="*"), where("StringNotEquals", "aws:VpceOrgID", "o-a", Effect="Deny", Action="s3:*")),
]  # fmt: skip
OF_TYPE = [
    ("UNSUPPORTED_ACTION_IN_POLICY", "AWS::S3::Bucket", shared(Action="kms:Decrypt"), shared()),
    (
        "UNSUPPORTED_ACTION_IN_POLICY",
        "AWS::S3::Bucket",
        shared(Action="s3:ListAllMyBuckets"),
        shared(Action="s3:List*"),
    ),
    ("UNSUPPORTED_ACTION_IN_POLICY", "AWS::KMS::Key", shared(), shared(Action="kms:*", Resource="*")),
    ("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", "AWS::S3::Bucket", shared(Resource=ROLE), shared()),
    (
        "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        "AWS::S3::Bucket",
        where("StringEquals", "s3:ResourceAccount", "111122223333", Principal="*"),
        shared(),
    ),
    (
        "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        "AWS::S3::Bucket",
        shared(Action=LONG),
        shared(),
    ),
]


def codes(policy: Any, type_: Any = "identity", resource_type: str = "") -> set[str]:
    return {one.code for one in validate(policy, type_, resource_type)}


@pytest.mark.parametrize(
    ("code", "type_", "has", "has_not"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_code_is_found_where_it_is_and_nowhere_else(code, type_, has, has_not):
    assert code in codes(has, type_)
    assert code not in codes(has_not, type_)


@pytest.mark.parametrize(
    ("code", "resource_type", "has", "has_not"), OF_TYPE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_codes_of_the_policies_of_a_type(code, resource_type, has, has_not):
    assert code in codes(has, "resource", resource_type)
    assert code not in codes(has_not, "resource", resource_type)
    assert code not in codes(has, "resource"), "without the type nobody can tell"


def test_every_code_has_a_case():
    assert {code for code, *_ in (*CASES, *OF_TYPE)} | {"JSON_SYNTAX_ERROR"} == set(CATEGORY)


def test_a_sound_policy_has_no_finding():
    assert validate(one(), "identity") == []
    assert validate(trust(), "trust") == []
    assert validate(rcp(), "rcp") == []
    assert validate(shared(), "resource", "AWS::S3::Bucket") == []


def test_order_places_and_words():
    found = validate(one(Sid="a b", Action=["s3:Get*", "s3:GetObject"], Resource="data"), "identity")
    assert [one.category for one in found] == sorted((one.category for one in found), key=CATEGORIES.index)
    assert [(one.code, one.place) for one in found] == [
        ("MISSING_ARN_FIELD", "/Statement/0/Resource"),
        ("UNSUPPORTED_SID", "/Statement/0/Sid"),
        ("REDUNDANT_ACTION", "/Statement/0/Action/1"),
    ]
    assert "did you mean s3:GetObject?" in validate(one(Action="s3:GetObjct"), "identity")[0].message
    assert validate(where("StringEquals", "s3:ExistingObjectTags/a/b", "c"), "identity")[0].place == (
        "/Statement/0/Condition/StringEquals/s3:ExistingObjectTags~1a~1b"
    )


def test_lines_and_columns():
    text = '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow",\n  "Action": ["s3:GetObject",\n\t"s3:\\u0047etObjct"],\n  "Resource": "*"}}'
    (found,) = validate_text(text, "identity")
    assert (found.place, found.line, found.column) == ("/Statement/Action/1", 4, 2)


def test_members_that_stand_twice_are_told():
    text = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
    (found,) = validate_text(text, "identity")
    assert (found.code, found.place, found.line, found.column) == ("JSON_SYNTAX_ERROR", "/Statement/0/Effect", 1, 60)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", 1),
        (b"{", 1),
        (b'{"Statement":\n [}', 2),
        (b'{"a": NaN}', 0),
        (b"[" * 100_000, 0),
        (b"[" * 900 + b"]" * 900, 0),
        (b'{"a":' * 50_000, 0),
        (b"1" * 5000, 0),
        (b"\n\xff\xfe", 2),
        (b'"\x00"', 1),
    ],
)
def test_what_is_no_policy_is_one_clear_finding(text, line):
    (found,) = validate_text(text, "identity")
    assert found.code in ("JSON_SYNTAX_ERROR", "DATA_TYPE_MISMATCH")
    assert found.line in (line, 1)


@pytest.mark.parametrize("policy", [None, 1, [], "x", {}, {"Statement": None}, {"Statement": [None, 1, [], "x"]}])
def test_any_json_is_judged(policy):
    found = validate(policy, "identity")
    assert found
    assert found[0].category == "error"


@pytest.mark.parametrize(
    "member",
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
)
@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        1.5,
        True,
        "",
        "*",
        "${",
        "x" * 10_000,
        [],
        [None],
        [[]],
        {},
        {"": ""},
        {"AWS": 1},
        {"AWS": {"a": 1}},
        {"StringLike": {"": [None, {}]}},
        {"Bool": {"a": {"b": 1}}},
    ],
)
@pytest.mark.parametrize("type_", ["identity", "resource", "trust", "scp", "rcp"])
def test_nothing_in_a_statement_breaks_it(type_, member, value):
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", member: value}],
    }
    for found in validate(policy, type_, "AWS::S3::Bucket"):
        assert found.code in CATEGORY
        assert len(found.message) < 500
    assert len(validate_text(json.dumps(policy), type_)) == len(validate(policy, type_))


def test_the_place_of_each_finding_exists():
    for code, type_, has, _ in CASES:
        text = json.dumps(has, indent=1)
        for found in validate_text(text, type_):
            assert found.line, (code, found)
            if found.place.count("/") > 2:
                assert found.line > 3, (code, found)


def test_what_a_policy_is_can_be_told():
    assert likely_type(json.dumps(one())) == "identity"
    assert likely_type(json.dumps(shared())) == "resource"
    assert likely_type(json.dumps(trust())) == "trust"
    assert likely_type(b"\xff") == "identity"
    assert likely_type("[]") == "identity"


def test_regions_are_all_that_botocore_knows():
    import botocore.session

    known = botocore.session.Session().get_component("data_loader").load_data("partitions")["partitions"]
    ours = {partition: set(each) for partition, each in regions.REGIONS.items()}
    for partition in known:
        assert {name for name in partition["regions"] if "global" not in name} <= ours[partition["id"]]


ACCOUNT = {"AWS": "111122223333"}


@pytest.mark.parametrize(
    ("policy", "type_", "expected"),
    [
        # the example of the AWS CLI's page on accessanalyzer validate-policy
        (
            trust(
                Sid="",
                Principal={"Federated": "cognito-identity.amazonaws.com"},
                Action=["sts:AssumeRole", "sts:TagSession"],
                Condition={"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-west-2_EXAMPLE"}},
            ),
            "trust",
            {"EMPTY_SID_VALUE", "MISMATCHED_ACTION_FOR_PRINCIPAL", "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"},
        ),
        # what the tests of AWS's own validators for templates and plans expect of the service
        (one(Action="iam:ListRoles", Resource="*"), "identity", set()),
        (one(Action="iam:PassRole", Resource="*"), "identity", {"PASS_ROLE_WITH_STAR_IN_RESOURCE"}),
        (one(Action="iam:PassRole", Resource="arn:aws:iam::*:*"), "identity", {"PASS_ROLE_WITH_STAR_IN_RESOURCE"}),
        (one(Action="iam:PassRole", Resource={"a": "b"}), "identity", {"DATA_TYPE_MISMATCH"}),
        (trust(Action="*", Principal=ACCOUNT), "trust", set()),
        (trust(Action="*", Principal={}), "trust", {"EMPTY_OBJECT_PRINCIPAL"}),
        (shared(Action="kms:*", Resource="*", Principal={}), "resource", {"EMPTY_OBJECT_PRINCIPAL"}),
        (shared(Action="kms:*", Resource="*", Principal=ACCOUNT), "resource", set()),
        (shared(Action="*", Resource="arn:aws:sqs:eu-west-1:111122223333:q", Principal=ACCOUNT), "resource", set()),
        (shared(Action=["s3:PutObject", "s3:PutObjectAcl"], Resource=[BUCKET, OBJECT]), "resource", set()),
        (shared(Resource="arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/*"), "resource", set()),
        (shared(Resource="arn:aws:s3::111122223333:accesspoint/a.mrap/object/*"), "resource", set()),
        (one(Action="codestar-connections:UseConnection", Resource="fakeArn"), "identity", {"MISSING_ARN_FIELD"}),
    ],
)
def test_findings_are_those_of_access_analyzer(policy, type_, expected):
    assert codes(policy, type_) == expected


def many(**members: Any) -> str:
    """A policy of ten thousand statements; a function in a member makes each its own."""
    statements = []
    for number in range(10_000):
        made = {name: value(number) if callable(value) else value for name, value in members.items()}
        statements.append({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **made})
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (many(), "REDUNDANT_STATEMENT"),
        (many(Action=lambda n: f"ec2:*a{n}*b*c*d"), "INVALID_ACTION"),
        (many(Action=lambda n: f"service{n}:GetObject"), "INVALID_SERVICE_IN_ACTION"),
        (many(Principal=lambda n: n), "UNSUPPORTED_PRINCIPAL"),
        (json.dumps(one(Action=[f"ec2:*a{n}*b" for n in range(10_000)])), "INVALID_ACTION"),
        (json.dumps(one(Action="s3:" + "*a" * 70_000 + "b")), "INVALID_ACTION"),
        (json.dumps(one(Resource="arn:aws:s3:::" + "${" * 70_000)), "MISSING_BRACE_IN_VARIABLE"),
        (json.dumps(one(Resource=["arn:aws:s3:::" + "*a" * 1000 + "b", "arn:aws:s3:::" + "a" * 20_000] * 5)), "REDUNDANT_RESOURCE"),
        (json.dumps(where("IpAddress", "aws:SourceIp", ["10.0.0.1/24"] * 10_000)), "IMPROVE_IP_RANGE"),
        (json.dumps(one(Condition={"StringLike": {f"aws:k{n}": "a" for n in range(5000)}})), "INVALID_GLOBAL_CONDITION_KEY"),
    ],
    ids=lambda value: value if len(value) < 50 else "",
)  # fmt: skip
def test_policies_beyond_all_measure_end_in_findings(text, code):
    found = validate_text(text, "identity")
    assert code in {one.code for one in found}
