"""The IAM actions that read what customers keep in AWS, or secrets, and not how it is set up.

No table may make such a call, and the printed policy denies them, so that whoever takes the scanner's
credentials gets no data with them. Names are those of the service authorization reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html).
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

DENIED = (
    "athena:GetQueryResults*",
    "codecommit:GetBlob",
    "codecommit:GetFile",
    "codecommit:GitPull",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:GetLaunchTemplateData",
    "ec2:GetPasswordData",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "kinesis:GetRecords",
    "kms:Decrypt",
    "kms:GenerateDataKey*",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:StartLiveTail",
    "logs:StartQuery",
    "logs:Unmask",
    "rds:DownloadCompleteDBLogFile",
    "rds:DownloadDBLogFilePortion",
    "rds-data:ExecuteStatement",
    "redshift:GetClusterCredentials*",
    "redshift-data:GetStatementResult*",
    "s3:GetObject*",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter*",
)
"""In order; globs as IAM policies have them."""


def denied(action: str, patterns: Iterable[str] = DENIED) -> bool:
    """Whether an IAM action is on the list; IAM tells no case apart."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
