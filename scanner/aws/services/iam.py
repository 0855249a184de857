"""IAM: principals with their policies in one answer, credentials in one report.

GetAccountAuthorizationDetails gives users, groups, roles and the policies in use, 1,000 a page, and
the credential report what each user's password, keys and MFA are used for: thousands of calls less
than asking about each principal.
"""

from __future__ import annotations

from scanner.aws.table import Begin, Collect, Prepare, Then, Together

_DETAILS = "get_account_authorization_details"
_IAM = "arn:{partition}:iam::{account}:"
_POLICY_MEMBERS = (
    "PolicyName", "PolicyId", "Arn", "Path", "DefaultVersionId", "AttachmentCount",
    "PermissionsBoundaryUsageCount", "IsAttachable", "CreateDate", "UpdateDate",
)  # fmt: skip
# AWS gives its own policies only where they are used, emulators give all of them.
_THEIRS = " || ".join(f"starts_with(Arn, 'arn:{partition}:iam::aws:')" for partition in ("aws", "aws-cn", "aws-us-gov"))
_OWN_OR_USED = f"!({_THEIRS}) || AttachmentCount > `0` || PermissionsBoundaryUsageCount > `0`"
_POLICY = ", ".join(f"{name}: {name}" for name in _POLICY_MEMBERS)


_ADVISOR = Then(
    "ServicesLastAccessed",
    "get_service_last_accessed_details",
    result="ServicesLastAccessed",
    begin=Begin("generate_service_last_accessed_details", "JobId", "JobStatus != 'IN_PROGRESS'", {"Arn": "Arn"}),
    extra="access-advisor",
)
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html"""
_DURATION = Then(
    "",
    "list_roles",
    result="Roles[0].{MaxSessionDuration: MaxSessionDuration}",
    together=Together("Roles", "Arn", "Arn", page_size=1000),
)
"""In seconds; the details do not tell it.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
"""
_GONE = ("NoSuchEntity", "NoSuchEntityException")


TABLE = (
    Collect(
        "AWS::IAM::User",
        "iam",
        _DETAILS,
        "UserDetailList[]",
        id="{Arn}",
        name="UserName",
        scope="global",
        page_size=1000,
        policies=("PolicyDocument",),
        gone=_GONE,
        then=(
            Then(
                "SSHPublicKeys",
                "list_ssh_public_keys",
                {"UserName": "UserName"},
                "SSHPublicKeys[].{SSHPublicKeyId: SSHPublicKeyId, Status: Status, UploadDate: UploadDate}",
            ),
            Then(
                "MFADevices",
                "list_mfa_devices",
                {"UserName": "UserName"},
                "MFADevices[].{SerialNumber: SerialNumber, EnableDate: EnableDate}",
                extra="mfa-devices",
            ),
            _ADVISOR,
        ),
    ),
    Collect(
        "AWS::IAM::AccessKey",
        "iam",
        "list_access_keys",
        "AccessKeyMetadata[]",
        id="{parent}/access-key/{AccessKeyId}",
        name="AccessKeyId",
        scope="global",
        page_size=1000,
        parent="AWS::IAM::User",
        params={"UserName": "UserName"},
        gone=_GONE,
        extra="access-keys",
        then=(
            Then("AccessKeyLastUsed", "get_access_key_last_used", {"AccessKeyId": "AccessKeyId"}, "AccessKeyLastUsed"),
        ),
    ),
    # One listing for the credentials of all users: CodeCommit's, Keyspaces' and Bedrock's API keys
    # (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html).
    Collect(
        "AWS::IAM::ServiceSpecificCredential",
        "iam",
        "list_service_specific_credentials",
        "ServiceSpecificCredentials[]",
        id=_IAM + "user/{UserName}/service-specific-credential/{ServiceSpecificCredentialId}",
        name="ServiceSpecificCredentialId",
        scope="global",
        params={"AllUsers": "`true`"},
    ),
    Collect(
        "AWS::IAM::Group",
        "iam",
        _DETAILS,
        "GroupDetailList[]",
        id="{Arn}",
        name="GroupName",
        scope="global",
        page_size=1000,
        policies=("PolicyDocument",),
    ),
    Collect(
        "AWS::IAM::Role",
        "iam",
        _DETAILS,
        "RoleDetailList[]",
        id="{Arn}",
        name="RoleName",
        scope="global",
        page_size=1000,
        policies=("PolicyDocument", "AssumeRolePolicyDocument"),
        gone=_GONE,
        then=(_DURATION, _ADVISOR),
    ),
    # Customer managed policies, and those of AWS's that somebody uses; AWS's ARNs name no account.
    Collect(
        "AWS::IAM::ManagedPolicy",
        "iam",
        _DETAILS,
        f"Policies[?{_OWN_OR_USED}].{{{_POLICY}, PolicyDocument: PolicyVersionList[?IsDefaultVersion] | [0].Document,"
        " OtherVersions: PolicyVersionList[?!IsDefaultVersion].{VersionId: VersionId, Document: Document}}",
        id="{Arn}",
        name="PolicyName",
        scope="global",
        page_size=1000,
        policies=("PolicyDocument", "Document"),
    ),
    # One row a user and one for the root user, in the report's own column names; values are texts
    # (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html).
    Collect(
        "AWS::IAM::CredentialReport",
        "iam",
        "get_credential_report",
        "Content",
        id="{arn}/credential-report",
        name="user",
        scope="global",
        columns=(
            "user",
            "arn",
            "user_creation_time",
            "password_enabled",
            "password_last_used",
            "password_last_changed",
            "password_next_rotation",
            "mfa_active",
            "access_key_1_active",
            "access_key_1_last_rotated",
            "access_key_1_last_used_date",
            "access_key_1_last_used_region",
            "access_key_1_last_used_service",
            "access_key_2_active",
            "access_key_2_last_rotated",
            "access_key_2_last_used_date",
            "access_key_2_last_used_region",
            "access_key_2_last_used_service",
            "cert_1_active",
            "cert_1_last_rotated",
            "cert_2_active",
            "cert_2_last_rotated",
        ),
        prepare=Prepare(
            "generate_credential_report",
            wait=("ReportInProgress", "CredentialReportNotReadyException"),
        ),
    ),
    Collect(
        "AWS::IAM::RootUser",
        "iam",
        id=_IAM + "root",
        scope="global",
        then=(
            Then("AccountSummary", "get_account_summary", result="SummaryMap"),
            Then(
                "OrganizationsFeatures",
                "list_organizations_features",
                result="EnabledFeatures",
                # Only the organisation's management account and its delegate can ask.
                absent=(
                    "AccountNotManagementOrDelegatedAdministratorException",
                    "OrganizationNotFoundException",
                    "OrganizationNotInAllFeaturesModeException",
                    "ServiceAccessNotEnabledException",
                ),
            ),
        ),
    ),
    Collect(
        "AWS::IAM::AccountPasswordPolicy",
        "iam",
        id="{account}/global/AWS::IAM::AccountPasswordPolicy",
        scope="global",
        then=(
            Then(
                "PasswordPolicy",
                "get_account_password_policy",
                result="PasswordPolicy",
                absent=_GONE,
            ),
        ),
    ),
    Collect(
        "AWS::IAM::VirtualMFADevice",
        "iam",
        "list_virtual_mfa_devices",
        "VirtualMFADevices[].{SerialNumber: SerialNumber, User: User.{UserName: UserName, Arn: Arn},"
        " EnableDate: EnableDate}",
        id="{SerialNumber}",
        scope="global",
        page_size=1000,
    ),
    Collect(
        "AWS::IAM::ServerCertificate",
        "iam",
        "list_server_certificates",
        "ServerCertificateMetadataList[]",
        id="{Arn}",
        name="ServerCertificateName",
        scope="global",
        page_size=1000,
        gone=_GONE,
        then=(
            Then("Tags", "list_server_certificate_tags", {"ServerCertificateName": "ServerCertificateName"}, "Tags"),
        ),
    ),
    Collect(
        "AWS::IAM::InstanceProfile",
        "iam",
        "list_instance_profiles",
        "InstanceProfiles[].{InstanceProfileName: InstanceProfileName, InstanceProfileId: InstanceProfileId,"
        " Arn: Arn, Path: Path, CreateDate: CreateDate, Roles: Roles[].{RoleName: RoleName, Arn: Arn}}",
        id="{Arn}",
        name="InstanceProfileName",
        scope="global",
        page_size=1000,
    ),
    Collect(
        "AWS::IAM::OIDCProvider",
        "iam",
        "list_open_id_connect_providers",
        "OpenIDConnectProviderList[]",
        id="{Arn}",
        scope="global",
        gone=_GONE,
        then=(
            Then(
                "",
                "get_open_id_connect_provider",
                {"OpenIDConnectProviderArn": "Arn"},
                "{Url: Url, ClientIDList: ClientIDList, ThumbprintList: ThumbprintList, CreateDate: CreateDate,"
                " Tags: Tags}",
            ),
        ),
    ),
    Collect(
        "AWS::IAM::SAMLProvider",
        "iam",
        "list_saml_providers",
        "SAMLProviderList[]",
        id="{Arn}",
        scope="global",
        gone=_GONE,
        then=(
            Then(
                "",
                "get_saml_provider",
                {"SAMLProviderArn": "Arn"},
                "{AssertionEncryptionMode: AssertionEncryptionMode, Tags: Tags}",
            ),
        ),
    ),
    Collect(
        "AWS::IAM::AccountSettings",
        "iam",
        id="{account}/global/AWS::IAM::AccountSettings",
        scope="global",
        then=(
            Then("AccountAliases", "list_account_aliases", result="AccountAliases"),
            # https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
            Then(
                "OutboundWebIdentityFederation",
                "get_outbound_web_identity_federation_info",
                result="{JwtVendingEnabled: JwtVendingEnabled, IssuerIdentifier: IssuerIdentifier}",
                absent=("FeatureDisabled", "FeatureDisabledException"),
            ),
        ),
    ),
)
