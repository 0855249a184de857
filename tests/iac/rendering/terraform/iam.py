"""IAM and KMS, as Terraform plans it."""

from __future__ import annotations

from collections.abc import Callable

from rendering.terraform.parts import Part, plain
from rendering.words import NOTHING, TRUST, Config, NotInCode, attributes, text, without


def _principal(kind: str) -> Callable[[Config], list[Part]]:
    low = kind.lower()

    def render(config: Config) -> list[Part]:
        after = {
            "name": config.get(f"{kind}Name"),
            "path": config.get("Path"),
            "permissions_boundary": (config.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        }
        if kind == "Role":
            after["assume_role_policy"] = text(config.get("AssumeRolePolicyDocument") or TRUST)
            after["max_session_duration"] = config.get("MaxSessionDuration")
        owner = Part(f"aws_iam_{low}", {name: value for name, value in after.items() if value is not None})
        named = {low: after["name"]} if after["name"] else {}
        refers = {} if named else {low: f"aws_iam_{low}.this.name"}
        parts = [owner]
        for number, item in enumerate(config.get(f"{kind}PolicyList") or []):
            inline = {"name": item["PolicyName"], "policy": text(item.get("PolicyDocument") or NOTHING), **named}
            parts.append(Part(f"aws_iam_{low}_policy", inline, refers, f"inline{number}"))
        for number, item in enumerate(config.get("AttachedManagedPolicies") or []):
            attached = {"policy_arn": item["PolicyArn"], **named}
            parts.append(Part(f"aws_iam_{low}_policy_attachment", attached, refers, f"attached{number}"))
        groups = config.get("GroupList")
        if groups:
            parts.append(Part("aws_iam_user_group_membership", {"groups": groups, **named}, refers))
        return parts

    return render


def _managed_policy(config: Config) -> list[Part]:
    if str(config.get("Arn", "")).startswith("arn:aws:iam::aws:"):
        raise NotInCode("AWS's own policies are in no plan")
    if config.get("PolicyDocument") is None:
        raise NotInCode("a policy in code has a document")
    parts = [Part("aws_iam_policy", {"name": "mine", "policy": text(config["PolicyDocument"])})]
    if config.get("AttachmentCount", 1):
        attached = Part(
            "aws_iam_role_policy_attachment", {"role": "somebody"}, {"policy_arn": "aws_iam_policy.this.arn"}
        )
        parts.append(attached)
    if config.get("PermissionsBoundaryUsageCount"):
        bound = {"name": "bound", "assume_role_policy": text(TRUST)}
        parts.append(Part("aws_iam_role", bound, {"permissions_boundary": "aws_iam_policy.this.arn"}))
    return parts


def _key(config: Config) -> list[Part]:
    if config.get("KeyManager") == "AWS":
        raise NotInCode("a key that AWS manages is in no plan")
    rotation = config.get("Rotation") or {}
    after = {
        "policy": text(config["Policy"]) if config.get("Policy") else None,
        "enable_key_rotation": rotation.get("KeyRotationEnabled", False),
        "rotation_period_in_days": rotation.get("RotationPeriodInDays"),
        "customer_master_key_spec": config.get("KeySpec", "SYMMETRIC_DEFAULT"),
        "key_usage": config.get("KeyUsage", "ENCRYPT_DECRYPT"),
        "multi_region": config.get("MultiRegion", False),
        "is_enabled": config.get("KeyState") != "Disabled",
    }
    if config.get("KeyState") not in (None, "Enabled", "Disabled"):
        raise NotInCode(f"no plan makes a key that is {config['KeyState']}")
    if (config.get("MultiRegionConfiguration") or {}).get("MultiRegionKeyType") == "REPLICA":
        primary = {"primary_key_arn": "arn:aws:kms:us-east-1:111122223333:key/mrk-0a", "enabled": after["is_enabled"]}
        return [Part("aws_kms_replica_key", primary)]
    if config.get("Policy") is None and "Policy" in config:
        raise NotInCode("every key has a policy")
    if config.get("Origin") == "EXTERNAL":
        after = {name: value for name, value in after.items() if name in ("policy", "multi_region")}
        after |= {"enabled": config.get("KeyState") != "Disabled", "key_material_base64": "c2VjcmV0"}
        if config.get("ExpirationModel") and not config.get("ValidTo"):
            raise NotInCode("material that expires has a date")
        if config.get("ValidTo"):
            after["valid_to"] = config["ValidTo"]
        return [Part("aws_kms_external_key", after)]
    if config.get("Origin") not in (None, "AWS_KMS"):
        raise NotInCode("keys of custom stores need the store")
    return [Part("aws_kms_key", {name: value for name, value in after.items() if value is not None})]


def _password_policy(config: Config) -> list[Part]:
    policy = config.get("PasswordPolicy")
    if policy is None:
        raise NotInCode("a plan without the resource tells nothing of the account's policy")
    if "ExpirePasswords" in policy:
        policy = without(policy, ("ExpirePasswords",))
    words = {"RequireUppercaseCharacters": "require_uppercase_characters"}
    return [Part("aws_iam_account_password_policy", attributes(policy, words))]


TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::IAM::Role": _principal("Role"),
    "AWS::IAM::User": _principal("User"),
    "AWS::IAM::Group": _principal("Group"),
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::AccountPasswordPolicy": _password_policy,
    "AWS::IAM::OIDCProvider": plain("aws_iam_openid_connect_provider", ("Arn",)),
    "AWS::IAM::SAMLProvider": plain("aws_iam_saml_provider", ("Arn",)),
    "AWS::KMS::Key": _key,
}
