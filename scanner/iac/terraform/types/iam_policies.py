"""IAM: managed policies, instance profiles, identity providers, and the account's password policy.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Drafts, Kind
from scanner.iac.terraform.fields import Field, convert, names, strings
from scanner.iac.terraform.lists import is_more
from scanner.iac.terraform.plan import Plan, Planned
from scanner.iac.terraform.tables import Table
from scanner.iac.terraform.tree import identity_key
from scanner.iac.terraform.types.iam_lists import ATTACHED
from scanner.model import GLOBAL, Unknown, Why

_PRINCIPALS = ("User", "Group", "Role")
_BESIDE = tuple(f"aws_iam_{kind.lower()}_policy_attachment" for kind in _PRINCIPALS)
_PATH = Field("Path", "path", values.text)
_POLICIES = Table(
    "AWS::IAM::ManagedPolicy",
    (_PATH, Field("PolicyDocument", "policy", document), Field("PolicyId", "policy_id", values.text)),
    {"Arn": "arn", "PolicyName": "name"},
    name="PolicyName",
)
_PROFILES = Table(
    "AWS::IAM::InstanceProfile",
    (
        _PATH,
        Field("InstanceProfileId", "unique_id", values.text),
        Field("Roles", "role", lambda cell: _roles(values.identifier(cell))),
    ),
    {"Arn": "arn", "InstanceProfileName": "name"},
    name="InstanceProfileName",
)
_OIDC = Table(
    "AWS::IAM::OIDCProvider",
    (
        Field("Url", "url", lambda cell: _without_scheme(values.text(cell))),
        Field("ClientIDList", "client_id_list", strings),
        Field("ThumbprintList", "thumbprint_list", strings),
    ),
    {"Arn": "arn"},
)
_SAML = Table("AWS::IAM::SAMLProvider", (Field("ValidUntil", "valid_until", values.text),), {"Arn": "arn"})
_PASSWORD = (
    Field("AllowUsersToChangePassword", "allow_users_to_change_password", values.boolean, default=False),
    Field("HardExpiry", "hard_expiry", values.boolean),
    Field("MaxPasswordAge", "max_password_age", values.number),
    Field("MinimumPasswordLength", "minimum_password_length", values.number, default=6),
    Field("PasswordReusePrevention", "password_reuse_prevention", values.number),
    Field("RequireLowercaseCharacters", "require_lowercase_characters", values.boolean, default=False),
    Field("RequireNumbers", "require_numbers", values.boolean, default=False),
    Field("RequireSymbols", "require_symbols", values.boolean, default=False),
    Field("RequireUppercaseCharacters", "require_uppercase_characters", values.boolean, default=False),
)


def _global(table: Table) -> Any:
    def build(planned: Planned) -> Draft:
        draft = table.read(planned)
        draft.region = GLOBAL
        return draft

    return build


def _roles(name: Any) -> Any:
    return None if name is None else [{"RoleName": name}]


def _without_scheme(url: Any) -> Any:
    """AWS answers the address without `https://`."""
    return url.removeprefix("https://") if isinstance(url, str) else url


def _finish_profile(draft: Draft, drafts: Drafts) -> None:
    for entry in draft.config.get("Roles") or ():
        role = drafts.find("AWS::IAM::Role", entry["RoleName"], "RoleName")
        outside = Unknown(Why.OUT_OF_SCOPE, message="the role is not part of the plan")
        entry["Arn"] = role.config["Arn"] if role else outside


def _finish_policy(draft: Draft, drafts: Drafts) -> None:
    """How often a new policy is attached and is a boundary: as often as the plan says."""
    if not draft.new:
        return
    limits = [item.config.get("PermissionsBoundary") for kind in _PRINCIPALS for item in drafts.of(f"AWS::IAM::{kind}")]
    boundaries = [
        (item.get("PermissionsBoundaryArn") if isinstance(item, dict) else item, 1) for item in limits if item
    ]
    own = identity_key(draft.config["Arn"])
    draft.config["AttachmentCount"] = _count(own, _attached(draft.planned.plan, drafts))
    draft.config["PermissionsBoundaryUsageCount"] = _count(own, boundaries)


def _count(own: Any, uses: Iterable[tuple[Any, int | None]]) -> Any:
    """How often a policy is used, by (ARN, how often); unknown if another ARN may be its own, or a number is."""
    total = 0
    for arn, times in uses:
        key = identity_key(arn)
        if key is None or (key == own and times is None):
            return Unknown(Why.AFTER_APPLY, message="what else may use the policy is known only after apply")
        total += times or 0 if key == own else 0
    return total


def _attached(plan: Plan, drafts: Drafts) -> list[tuple[Any, int | None]]:
    """The ARN of each attachment of the plan, and to how many principals it attaches; `None` if that is not told."""
    if "attached" not in plan.memo:
        found: list[tuple[Any, int | None]] = [
            (values.identifier(Cell.of(item, "policy_arn")), 1) for item in plan.of(*_BESIDE) if item.remains
        ]
        found += [
            (values.identifier(Cell.of(item, "policy_arn")), _principals(item))
            for item in plan.of("aws_iam_policy_attachment")
            if item.remains
        ]
        for role in drafts.of("AWS::IAM::Role"):
            own = role.parts.get(f"own {ATTACHED}", ())
            found += [(None, None) if is_more(entry) else (entry["PolicyArn"], 1) for entry in own]
        plan.memo["attached"] = found
    attached: list[tuple[Any, int | None]] = plan.memo["attached"]
    return attached


def _principals(planned: Planned) -> int | None:
    listed = [names(Cell.of(planned, f"{kind.lower()}s")) or [] for kind in _PRINCIPALS]
    return None if any(is_more(item) for found in listed for item in found) else sum(map(len, listed))


def _password_policy(planned: Planned) -> Draft:
    found = convert(Cell.of(planned), _PASSWORD)
    age = found.get("MaxPasswordAge")
    if age == 0:
        del found["MaxPasswordAge"]
    found["ExpirePasswords"] = age if isinstance(age, Unknown) else bool(age)
    if found.get("PasswordReusePrevention") == 0:
        del found["PasswordReusePrevention"]
    return _password(planned, found)


def _password(planned: Planned, policy: Any) -> Draft:
    draft = Draft("AWS::IAM::AccountPasswordPolicy", planned, {"PasswordPolicy": policy}, new=False, region=GLOBAL)
    draft.name = draft.type
    return draft


KINDS = (
    Kind("AWS::IAM::ManagedPolicy", ("aws_iam_policy",), _global(_POLICIES), finish=_finish_policy),
    Kind("AWS::IAM::InstanceProfile", ("aws_iam_instance_profile",), _global(_PROFILES), finish=_finish_profile),
    Kind("AWS::IAM::OIDCProvider", ("aws_iam_openid_connect_provider",), _global(_OIDC)),
    Kind("AWS::IAM::SAMLProvider", ("aws_iam_saml_provider",), _global(_SAML)),
    Kind(
        "AWS::IAM::AccountPasswordPolicy",
        ("aws_iam_account_password_policy",),
        _password_policy,
        removed=lambda planned: _password(planned, None),
        merge=True,
    ),
)
