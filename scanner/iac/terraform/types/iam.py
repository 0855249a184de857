"""IAM: users, groups and roles with their policies and memberships.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scanner.iac.terraform import values
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.lists import Listed
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table, wrapped
from scanner.iac.terraform.types import iam_lists as lists
from scanner.model import GLOBAL

_PATH = Field("Path", "path", values.text)
_BOUNDARY = Field(
    "PermissionsBoundary",
    "permissions_boundary",
    wrapped("PermissionsBoundaryArn", values.identifier, PermissionsBoundaryType="PermissionsBoundaryPolicy"),
)
_TRUST = Field("AssumeRolePolicyDocument", "assume_role_policy", document)
_DURATION = Field("MaxSessionDuration", "max_session_duration", values.number)
_INLINE = {kind: lists.inline(f"{kind}PolicyList") for kind in ("User", "Group", "Role")}


def _build(kind: str, *rows: Field) -> Callable[[Planned], Draft]:
    table = Table(f"AWS::IAM::{kind}", (_PATH, *rows), {"Arn": "arn", f"{kind}Name": "name"}, name=f"{kind}Name")

    def build(planned: Planned) -> Draft:
        draft = table.read(planned)
        draft.region = GLOBAL
        if kind == "Role":
            lists.ATTACHMENTS.own(draft, "managed_policy_arns")
            _INLINE["Role"].own(draft, "inline_policy")
        return draft

    return build


def _outside(kind: str) -> Callable[[Draft, str], None]:
    """A principal that the plan only adds to: its name is known."""

    def told(draft: Draft, name: str) -> None:
        draft.name = name
        draft.config[f"{kind}Name"] = name

    return told


def _finish(kind: str, *more: Listed) -> Callable[[Draft, Drafts], None]:
    def finish(draft: Draft, drafts: Drafts) -> None:
        draft.region = GLOBAL
        for listed in (lists.ATTACHMENTS, _INLINE[kind], *more):
            listed.finish(draft)
        lists.name_policies(draft, drafts)

    return finish


def _satellite(terraform: str, owner: str, listed: Listed, *, many: bool = False, whole: bool = False) -> Satellite:
    """A resource beside a principal: one entry of a list for one owner or `many`, or the `whole` list."""
    apply = listed.claim if whole else listed.apply
    members = (listed.member,)
    return Satellite(terraform, owner, members, apply, listed.removed, listed.doubt, repeated=True, many=many)


def _policies(kind: str) -> tuple[Satellite, ...]:
    """The resources that give policies to one kind of principal."""
    owner = kind.lower()
    return (
        _satellite(f"aws_iam_{owner}_policy", owner, _INLINE[kind]),
        _satellite(f"aws_iam_{owner}_policy_attachment", owner, lists.ATTACHMENTS),
        _satellite("aws_iam_policy_attachment", f"{owner}s", lists.ATTACHMENTS, many=True),
        _satellite(f"aws_iam_{owner}_policy_attachments_exclusive", f"{owner}_name", lists.ATTACHMENTS, whole=True),
    )


def _owners(kind: str) -> Owners:
    name = kind.lower()
    return Owners((f"aws_iam_{name}",), ("name", "id", "arn"), re.compile(rf"(^|_){name}s?(_name|_arn)?$"))


KINDS = (
    Kind(
        "AWS::IAM::User",
        ("aws_iam_user",),
        _build("User", _BOUNDARY),
        satellites=(
            *_policies("User"),
            _satellite("aws_iam_user_group_membership", "user", lists.GROUPS),
            _satellite("aws_iam_group_membership", "users", lists.MEMBERSHIPS, many=True),
        ),
        owners=_owners("User"),
        outside=_outside("User"),
        finish=_finish("User", lists.GROUPS),
    ),
    Kind(
        "AWS::IAM::Group",
        ("aws_iam_group",),
        _build("Group"),
        satellites=_policies("Group"),
        owners=_owners("Group"),
        outside=_outside("Group"),
        finish=_finish("Group"),
    ),
    Kind(
        "AWS::IAM::Role",
        ("aws_iam_role",),
        _build("Role", _BOUNDARY, _TRUST, _DURATION),
        satellites=(
            *_policies("Role"),
            _satellite("aws_iam_instance_profile", "role", lists.PROFILES, many=True),
        ),
        owners=_owners("Role"),
        outside=_outside("Role"),
        finish=_finish("Role", lists.PROFILES),
    ),
)
