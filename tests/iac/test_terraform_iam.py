"""IAM in plans: what is attached where, by whom, and what others may have added."""

from __future__ import annotations

import json
from typing import Any

import pytest
from terraform_plans import change, configured, read, ref, shard
from terraform_plans import plan as plan_of

from scanner.model import Resource, Why

ROLE, USER, GROUP, POLICY = "aws_iam_role.r", "aws_iam_user.u", "aws_iam_group.g", "aws_iam_policy.p"
ADMIN, READER = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
BORN = {"arn": True, "id": True, "managed_policy_arns": True, "inline_policy": True}
STATE = {
    "arn": "arn:aws:iam::111122223333:role/r", "id": "r", "name": "r", "path": "/", "assume_role_policy": TRUST,
    "managed_policy_arns": [READER], "inline_policy": [{"name": "inside", "policy": TRUST}], "permissions_boundary": "",
}  # fmt: skip


def role(name: str | None = "r", address: str = ROLE, **more: Any) -> dict[str, Any]:
    holes = {**BORN, **({} if name else {"name": True})}
    return change(address, {"assume_role_policy": TRUST, **({"name": name} if name else {})}, unknown=holes, **more)


def attach(arn: str | None, to: str | None = "r", key: str = "a", **more: Any) -> dict[str, Any]:
    after = {name: value for name, value in (("role", to), ("policy_arn", arn)) if value}
    holes = {name: True for name, value in (("role", to), ("policy_arn", arn)) if not value}
    return change(f"aws_iam_role_policy_attachment.{key}", after, unknown={"id": True, **holes}, **more)


def names(resource: Resource) -> list[str]:
    return [item.get("PolicyName", "?") for item in resource.config["AttachedManagedPolicies"]]


def test_a_new_role_has_what_the_plan_attaches_and_nothing_else() -> None:
    found = read([role(), attach(ADMIN)])[ROLE]
    assert names(found) == ["AdministratorAccess"]
    assert not [where for where in found.unknown if where.endswith("/-")]
    assert found.config["AssumeRolePolicyDocument"] == json.loads(TRUST)


def test_how_long_sessions_last() -> None:
    assert read([role()])[ROLE].config["MaxSessionDuration"] == 3600
    set_ = change(ROLE, {"assume_role_policy": TRUST, "name": "r", "max_session_duration": 7200}, unknown=BORN)
    assert read([set_])[ROLE].config["MaxSessionDuration"] == 7200
    later = change(ROLE, {"assume_role_policy": TRUST, "name": "r"}, unknown={**BORN, "max_session_duration": True})
    asked = configured(ROLE, {"max_session_duration": {"references": ["data.external.it.result", "data.external.it"]}})
    assert read([later], [asked])[ROLE].unknown["/MaxSessionDuration"].why is Why.AFTER_APPLY


def test_a_role_that_exists_may_have_more_than_its_state_says() -> None:
    found = read([change(ROLE, STATE, before=STATE), attach(ADMIN, before={"role": "r", "policy_arn": ADMIN})])[ROLE]
    assert names(found) == ["AdministratorAccess", "ReadOnlyAccess"]
    assert [item["PolicyName"] for item in found.config["RolePolicyList"]] == ["inside"]
    for where in ("/AttachedManagedPolicies/-", "/RolePolicyList/-"):
        assert found.unknown[where].why is Why.OUT_OF_SCOPE
    assert (found.account, found.physical_id) == ("111122223333", STATE["arn"])
    assert found.config["PermissionsBoundary"] is None


def test_a_role_that_claims_its_policies_has_no_others() -> None:
    settings = configured(ROLE, {"managed_policy_arns": {"constant_value": [READER]}, "inline_policy": [{}]})
    found = read([change(ROLE, STATE, before=STATE)], [settings])[ROLE]
    assert names(found) == ["ReadOnlyAccess"]
    assert [where for where in found.unknown if where.endswith("/-")] == ["/InstanceProfileList/-"]


def test_an_exclusive_list_beside_the_role_is_all_of_it() -> None:
    only = change("aws_iam_role_policy_attachments_exclusive.x", {"role_name": "r", "policy_arns": [ADMIN]})
    found = read([change(ROLE, STATE, before=STATE), only])[ROLE]
    assert names(found) == ["AdministratorAccess"]
    assert "/AttachedManagedPolicies/-" not in found.unknown


def test_a_detachment_takes_the_policy_from_the_refreshed_list() -> None:
    gone = attach(None, None, before={"role": "r", "policy_arn": READER}, actions=["delete"])
    gone["change"]["after"], gone["change"]["after_unknown"] = None, False
    assert names(read([change(ROLE, STATE, before=STATE), gone])[ROLE]) == []


def test_a_policy_in_place_of_another_leaves_one() -> None:
    old = {"role": "r", "policy_arn": READER}
    swapped = attach(ADMIN, before=old, actions=["delete", "create"])
    assert names(read([change(ROLE, STATE, before=STATE), swapped])[ROLE]) == ["AdministratorAccess"]


def test_an_inline_policy_beside_replaces_the_refreshed_one_of_its_name() -> None:
    text = json.dumps({"Id": "new"})
    beside = change("aws_iam_role_policy.p", {"role": "r", "name": "inside", "policy": text}, unknown={"id": True})
    found = read([change(ROLE, STATE, before=STATE), beside])[ROLE]
    assert found.config["RolePolicyList"] == [{"PolicyName": "inside", "PolicyDocument": {"Id": "new"}}]


def test_an_attachment_that_may_belong_to_either_role_opens_both_lists() -> None:
    settings = configured("aws_iam_role_policy_attachment.a", {"role": ref("local.which")})
    changes = [role("r"), role("s", "aws_iam_role.s"), attach(ADMIN, None)]
    found = read(changes, [settings])
    for address in (ROLE, "aws_iam_role.s"):
        assert names(found[address]) == []
        assert found[address].unknown["/AttachedManagedPolicies/-"].why is Why.AFTER_APPLY


def test_an_attachment_to_a_role_outside_knows_its_name_and_no_more() -> None:
    found = read([role(), attach(ADMIN, "elsewhere")])
    assert names(found[ROLE]) == []
    outside = found["aws_iam_role_policy_attachment.a"]
    assert (outside.type, outside.name, names(outside)) == ("AWS::IAM::Role", "elsewhere", ["AdministratorAccess"])
    assert outside.unknown["/AttachedManagedPolicies/-"].why is Why.OUT_OF_SCOPE
    assert outside.unknown["/RolePolicyList/-"].why is Why.OUT_OF_SCOPE


def test_two_attachments_to_one_role_outside_are_one_role() -> None:
    found = shard(plan_of([attach(ADMIN, "elsewhere"), attach(READER, "elsewhere", key="b")]))
    (outside,) = found.resources
    assert names(outside) == ["AdministratorAccess", "ReadOnlyAccess"]


def test_generated_names_join_by_reference() -> None:
    settings = [
        configured(
            "aws_iam_role_policy_attachment.a", {"role": ref(f"{ROLE}.name"), "policy_arn": ref(f"{POLICY}.arn")}
        ),
        configured("aws_iam_role_policy.p", {"role": ref(f"{ROLE}.id")}),
    ]
    inline = change("aws_iam_role_policy.p", {"policy": TRUST}, unknown={"role": True, "name": True, "id": True})
    policy = change(POLICY, {"policy": TRUST}, unknown={"arn": True, "name": True, "id": True})
    found = read([role(None), attach(None, None), inline, policy], settings)
    assert found[ROLE].unknown["/AttachedManagedPolicies/0/PolicyArn"].token == f"{POLICY}.arn"
    assert found[ROLE].unknown["/AttachedManagedPolicies/0/PolicyName"].token == f"{POLICY}.name"
    assert found[ROLE].config["RolePolicyList"] == [{"PolicyDocument": json.loads(TRUST)}]
    assert found[POLICY].config["AttachmentCount"] == 1
    assert found[POLICY].unknown["/Arn"].kind == "opaque"


@pytest.mark.parametrize("key", ["a", "b"])
def test_for_each_joins_by_key(key: str) -> None:
    each = ref("each.key")
    settings = [
        configured(ROLE, {"name": each}, for_each_expression={}),
        configured(
            "aws_iam_role_policy_attachment.a", {"role": ref(f"{ROLE}", "each.key")}, for_each_expression={}
        ),
    ]  # fmt: skip
    changes = [role(None, f'{ROLE}["{one}"]') for one in "ab"]
    changes.append(attach(ADMIN, None, key=f'a["{key}"]'))
    found = read(changes, settings)
    assert names(found[f'{ROLE}["{key}"]']) == ["AdministratorAccess"]
    assert names(found[f'{ROLE}["{"b" if key == "a" else "a"}"]']) == []


def test_one_resource_attaches_to_many() -> None:
    after = {"name": "w", "policy_arn": ADMIN, "users": ["u", "stranger"], "groups": ["g"], "roles": []}
    wide = change("aws_iam_policy_attachment.w", after, unknown={"id": True})
    changes = [change(USER, {"name": "u"}, unknown={"arn": True}), change(GROUP, {"name": "g"}), role(), wide]
    found = shard(plan_of(changes))
    assert found.gaps == []
    by_id = {item.id.partition("#")[2]: item for item in found.resources}
    assert names(by_id[USER]) == names(by_id[GROUP]) == ["AdministratorAccess"]
    assert names(by_id[ROLE]) == []
    stranger = by_id['aws_iam_policy_attachment.w.users["stranger"]']
    assert (stranger.type, stranger.name, names(stranger)) == ("AWS::IAM::User", "stranger", ["AdministratorAccess"])


def test_one_resource_attaches_to_roles_that_are_not_made_yet() -> None:
    wide = change("aws_iam_policy_attachment.w", {"name": "w", "policy_arn": ADMIN}, unknown={"roles": True})
    settings = configured("aws_iam_policy_attachment.w", {"roles": ref(f"{ROLE}.name", "aws_iam_role.s.name")})
    found = read([role(None), role(None, "aws_iam_role.s"), role("t", "aws_iam_role.t"), wide], [settings])
    assert names(found[ROLE]) == names(found["aws_iam_role.s"]) == ["AdministratorAccess"]
    assert names(found["aws_iam_role.t"]) == []
    assert "/AttachedManagedPolicies/-" not in found["aws_iam_role.t"].unknown


def test_a_user_who_leaves_a_membership_is_named_no_longer() -> None:
    old = {"name": "m", "group": "g", "users": ["u", "v"]}
    membership = change("aws_iam_group_membership.m", {**old, "users": ["v"]}, before=old, actions=["update"])
    users = [change(f"aws_iam_user.{name}", {"name": name}, before={"name": name}) for name in "uv"]
    found = read([*users, membership])
    assert found["aws_iam_user.v"].config["GroupList"] == ["g"]
    assert found[USER].config["GroupList"] == []
    assert found[USER].unknown["/GroupList/-"].why is Why.OUT_OF_SCOPE


def test_groups_that_are_not_made_yet_are_opaque_names() -> None:
    settings = configured("aws_iam_group_membership.m", {"group": ref(f"{GROUP}.name"), "users": ref(f"{USER}.name")})
    membership = change("aws_iam_group_membership.m", {"name": "m", "users": ["u"]}, unknown={"group": True})
    found = read([change(USER, {"name": "u"}), change(GROUP, {}, unknown={"name": True}), membership], [settings])
    assert found[USER].unknown["/GroupList/0"].token == found[GROUP].unknown["/GroupName"].token == f"{GROUP}.name"


def test_an_unknown_policy_keeps_its_name_and_place() -> None:
    inline = change("aws_iam_user_policy.p", {"user": "u", "name": "p"}, unknown={"policy": True})
    found = read([change(USER, {"name": "u"}), inline], [configured("aws_iam_user_policy.p", {"policy": ref("a.b.c")})])
    assert found[USER].config["UserPolicyList"] == [{"PolicyName": "p"}]
    assert found[USER].unknown["/UserPolicyList/0/PolicyDocument"].why is Why.AFTER_APPLY


def test_a_policy_that_does_not_parse_is_its_text() -> None:
    inline = change("aws_iam_user_policy.p", {"user": "u", "name": "p\x1b[0m", "policy": "{"})
    found = read([change(USER, {"name": "u"}), inline])[USER]
    assert found.config["UserPolicyList"] == [{"PolicyName": "p\x1b[0m", "PolicyDocument": "{"}]


def test_an_attachment_of_an_unknown_policy_is_one_more_that_may_be_any() -> None:
    settings = configured("aws_iam_role_policy_attachment.a", {"policy_arn": ref("local.x")})
    found = read([role(), attach(None)], [settings])[ROLE]
    assert found.config["AttachedManagedPolicies"] == [{}]
    assert found.unknown["/AttachedManagedPolicies/0/PolicyArn"].kind == "any"


def test_a_password_policy_has_aws_s_defaults_for_what_it_leaves_out_and_none_when_it_goes() -> None:
    address = "aws_iam_account_password_policy.p"
    found = read([change(address, {"allow_users_to_change_password": None}, unknown={"max_password_age": True})])[
        address
    ]
    policy = found.config["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["RequireSymbols"], policy["ExpirePasswords"]) == (6, False, False)
    assert "MaxPasswordAge" not in policy
    gone = read([change(address, None, before={"minimum_password_length": 14}, actions=["delete"])])[address]
    assert gone.config == {"PasswordPolicy": None}


def test_an_incomplete_plan_may_lack_attachments() -> None:
    settings = configured("aws_iam_role_policy_attachment.missing", {"role": ref(f"{ROLE}.name")})
    found = read([role()], [settings], complete=False)[ROLE]
    assert found.unknown["/AttachedManagedPolicies/-"].why is Why.AFTER_APPLY
