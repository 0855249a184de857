"""The IAM actions that read what customers keep in AWS, or secrets, and not how it is set up.

No table may make such a call, and the printed policy denies them, so that whoever takes the scanner's
credentials gets no data with them, whatever else is attached to these: AWS's ReadOnlyAccess reads nearly all of
it. Source code and templates count as data, since both hold secrets in plain text often enough; so does what hands
out credentials for a data plane. Names are those of the service authorization reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html).
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

DENIED = (
    "appconfig:GetConfiguration",
    "appconfig:GetLatestConfiguration",
    "athena:GetQueryResults*",
    "bedrock:Retrieve",
    "cassandra:Select",
    "cloudformation:GetTemplate",
    "cloudtrail:GetQueryResults",
    "codeartifact:GetAuthorizationToken",
    "codeartifact:GetPackageVersionAsset",
    "codecommit:GetBlob",
    "codecommit:GetDifferences",
    "codecommit:GetFile",
    "codecommit:GitPull",
    "codepipeline:GetJobDetails",
    "cognito-idp:AdminGetUser",
    "cognito-idp:ListUsers",
    "dax:BatchGetItem",
    "dax:GetItem",
    "dax:Query",
    "dax:Scan",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ebs:GetSnapshotBlock",
    "ec2:ExportClientVpnClientConfiguration",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:GetLaunchTemplateData",
    "ec2:GetPasswordData",
    "ec2:GetVpnConnectionDeviceSampleConfiguration",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "eks:AccessKubernetesApi",
    "elasticmapreduce:GetClusterSessionCredentials",
    "es:ESHttp*",
    "glacier:GetJobOutput",
    "kinesis:GetRecords",
    "kinesis:SubscribeToShard",
    "kinesisvideo:GetClip",
    "kinesisvideo:GetMedia*",
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:GenerateDataKey*",
    "lambda:GetFunction",
    "lambda:GetLayerVersion",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseLogEvents",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:StartLiveTail",
    "logs:StartQuery",
    "logs:Unmask",
    "macie2:GetSensitiveDataOccurrences",
    "mediastore:GetObject",
    "neptune-db:ReadDataViaQuery",
    "rds-data:BatchExecuteStatement",
    "rds-data:ExecuteStatement",
    "rds:DownloadCompleteDBLogFile",
    "rds:DownloadDBLogFilePortion",
    "redshift-data:GetStatementResult*",
    "redshift-serverless:GetCredentials",
    "redshift:GetClusterCredentials*",
    "s3-object-lambda:GetObject*",
    "s3-outposts:GetObject*",
    "s3:GetDataAccess",
    "s3:GetObject*",
    "s3express:CreateSession",
    "s3tables:GetTableData",
    "sdb:Select",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetAutomationExecution",
    "ssm:GetCommandInvocation",
    "ssm:GetDocument",
    "ssm:GetParameter*",
    "ssm:ListCommand*",
    "states:DescribeExecution",
    "states:GetActivityTask",
    "states:GetExecutionHistory",
    "timestream:Select",
    "waf:GetSampledRequests",
    "wafv2:GetSampledRequests",
    "xray:BatchGetTraces",
)
"""In order; globs as IAM policies have them."""


def denied(action: str, patterns: Iterable[str] = DENIED) -> bool:
    """Whether an IAM action is on the list; IAM tells no case apart."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
