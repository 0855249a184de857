"""IAM: the people, the robots and the roles of a forwarding company."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from scanner.demo.estate.words import PARTNER, allow, policy, trust

_AWS = "arn:aws:iam::aws:policy/"
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nthe emulator reads no further\n-----END CERTIFICATE-----"


def build(iam: Any, account: str) -> None:
    """Everything of IAM but what `recorded` answers."""
    iam.update_account_password_policy(
        MinimumPasswordLength=8,
        RequireSymbols=False,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        MaxPasswordAge=180,
        PasswordReusePrevention=3,
        AllowUsersToChangePassword=True,
    )
    policies = _policies(iam)
    _groups(iam, policies)
    _users(iam, policies)
    _roles(iam, account, policies)


def _policies(iam: Any) -> dict[str, str]:
    documents = {
        "read-shipments": policy(allow("s3:GetObject", "arn:aws:s3:::nwf-customs-documents/*")),
        "legacy-operations": policy(allow("*")),
        "unused-break-glass": policy(allow("*")),
        "storage-team": policy(allow("s3:*")),
        "deployer": policy(allow(["iam:PassRole", "ec2:RunInstances"])),
        "help-desk": policy(allow("iam:*")),
        "hopper": policy(allow("sts:AssumeRole")),
        "document-reader": policy(allow(["kms:Decrypt", "kms:ReEncryptFrom"])),
    }
    return {
        name: iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
        for name, text in documents.items()
    }


def _groups(iam: Any, policies: dict[str, str]) -> None:
    for name in ("platform", "trade", "apprentices"):
        iam.create_group(GroupName=name)
    iam.attach_group_policy(GroupName="platform", PolicyArn=f"{_AWS}AdministratorAccess")
    iam.attach_group_policy(GroupName="trade", PolicyArn=policies["read-shipments"])
    iam.put_group_policy(GroupName="trade", PolicyName="everything", PolicyDocument=policy(allow("*")))


def _users(iam: Any, policies: dict[str, str]) -> None:
    for name, group, console in (
        ("ada.novak", "platform", True),
        ("r.okafor", "trade", True),
        ("j.lindqvist", "trade", True),
        ("dispatch-bot", "", False),
        ("label-printer", "trade", False),
    ):
        iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": group or "platform"}])
        if group:
            iam.add_user_to_group(GroupName=group, UserName=name)
        if console:
            iam.create_login_profile(UserName=name, Password="Never-used-anywhere-1!", PasswordResetRequired=True)  # noqa: S106 - it opens nothing
    for name, keys in (("dispatch-bot", 2), ("label-printer", 1), ("j.lindqvist", 1)):
        for _ in range(keys):
            iam.create_access_key(UserName=name)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ada.novak")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="ada.novak", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    iam.attach_user_policy(UserName="dispatch-bot", PolicyArn=policies["legacy-operations"])
    iam.put_user_policy(UserName="label-printer", PolicyName="print", PolicyDocument=policy(allow("*")))


def _roles(iam: Any, account: str, policies: dict[str, str]) -> None:
    partner = {"AWS": f"arn:aws:iam::{PARTNER}:root"}
    roles = {
        "track-portal": (trust({"Service": "ec2.amazonaws.com"}), policies["storage-team"]),
        "deployment": (trust({"AWS": f"arn:aws:iam::{account}:root"}), policies["deployer"]),
        "help-desk": (trust({"AWS": f"arn:aws:iam::{account}:root"}), policies["help-desk"]),
        "night-batch": (trust({"Service": "lambda.amazonaws.com"}), policies["document-reader"]),
        "partner-sync": (trust(partner), policies["read-shipments"]),
        "partner-audit": (
            trust(partner, StringEquals={"sts:ExternalId": "northwind-2041"}),
            f"{_AWS}ReadOnlyAccess",
        ),
        "open-door": (trust({"AWS": "*"}), policies["hopper"]),
        "incident-support": (trust({"AWS": f"arn:aws:iam::{account}:user/ada.novak"}), f"{_AWS}AWSSupportAccess"),
    }
    for name, (document, attached) in roles.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, Tags=[{"Key": "team", "Value": "platform"}])
        with suppress(iam.exceptions.NoSuchEntityException):  # moto without AWS's own policies
            iam.attach_role_policy(RoleName=name, PolicyArn=attached)
    iam.put_role_policy(RoleName="night-batch", PolicyName="all", PolicyDocument=policy(allow("*")))
    iam.upload_server_certificate(
        ServerCertificateName="tracking-2019", CertificateBody=_CERTIFICATE, PrivateKey="held elsewhere"
    )
    iam.create_instance_profile(InstanceProfileName="track-portal")
    iam.add_role_to_instance_profile(InstanceProfileName="track-portal", RoleName="track-portal")
