"""IAM Access Analyzer: analyzers with their archive rules and active findings.

An organization's analyzer is listed only in the account that owns it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-getting-started.html).
"""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    Collect(
        "AWS::AccessAnalyzer::Analyzer",
        "accessanalyzer",
        "list_analyzers",
        "analyzers[].{Arn: arn, name: name, type: type, status: status, statusReason: statusReason,"
        " createdAt: createdAt, configuration: configuration, managedBy: managedBy, Tags: tags}",
        id="{Arn}",
        name="name",
        page_size=100,
        gone=("ResourceNotFoundException",),
        then=(
            Then("ArchiveRules", "list_archive_rules", {"analyzerName": "name"}, "archiveRules"),
            # Of findings only what tells them apart: an account can have thousands.
            Then(
                "ActiveFindings",
                "list_findings_v2",
                {"analyzerArn": "Arn", "filter": '`{"status": {"eq": ["ACTIVE"]}}`'},
                "findings[].{id: id, resource: resource, resourceType: resourceType, findingType: findingType,"
                " resourceOwnerAccount: resourceOwnerAccount, createdAt: createdAt}",
                permission="access-analyzer:ListFindings",
            ),
        ),
    ),
)
