"""What a user's, or the root user's, password, keys and MFA are and when they were last used."""

from __future__ import annotations

from scanner.derive.identity.report_rows import READS, Credentials, credentials_of
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::IAM::User", "credentials", gives=Credentials, reads=READS)
@derives("AWS::IAM::RootUser", "credentials", gives=Credentials, reads=READS)
def credentials(principal: Resource, context: Context) -> Partial:
    """The row of the credential report with the principal's ARN, up to four hours old.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
    """
    return credentials_of(principal, context)
