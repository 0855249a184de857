"""What acts in an account's name, read from recorded answers by the command: ids, members, secrets gone, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import identities
import pytest
from aws_fakes import ACCOUNT, doubts, tags_doubt
from identities import CASES, FUNCTION, INSTANCE, KEY, OTHER, PASSWORD, PROJECT, REGION, SECRET, SET, STACK, TASK

from scanner.aws.recording import file_name
from scanner.aws.table import tables
from scanner.cli._root import run
from scanner.model import Inventory, Resource, Why
from scanner.snapshot.opening import open_inventory


class Read:
    """A snapshot of one service's recorded answers, some of them replaced by name of operation."""

    def __init__(self, folder: Path, service: str, extras: tuple[str, ...] = (), **changed: Any) -> None:
        for operation, params, answer in CASES[service][0]:
            name = tables()[service][0].service
            file = folder / "answers" / ACCOUNT / name / REGION / file_name(operation, params)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(changed.get(operation, answer)))
        self.path = folder / "found.posture"
        arguments = ["collect", "--replay", str(folder / "answers"), "-s", str(self.path), "--force", "-q"]
        named = [word for extra in extras for word in ("--with", extra)]
        self.code = run([*arguments, "--service", service, "--region", REGION, *named])
        self.inventory: Inventory = open_inventory(self.path)
        self.found: dict[str, Resource] = {
            one.id: one for type_ in self.inventory.types() for one in self.inventory.of(type_)
        }


@pytest.mark.parametrize("service", CASES)
def test_each_type_is_read_whole_and_no_secret_is_in_the_file(service: str, tmp_path: Path) -> None:
    read = Read(tmp_path, service, ("account-assignments",) if service == "sso" else ())
    assert (read.code, list(read.inventory.gaps)) == (0, [])
    assert set(read.found) == set(CASES[service][1])
    assert {one.type for one in read.found.values()} == {entry.type for entry in tables()[service]}
    assert not [doubts(one) for one in read.found.values() if doubts(one) or tags_doubt(one)]
    assert {one.tags.get("team") for one in read.found.values() if one.id != INSTANCE} == {"a"}
    content = b"".join(path.read_bytes() for path in tmp_path.glob("found.posture*"))
    assert PASSWORD.encode() not in content
    assert KEY.encode() not in content


@pytest.mark.parametrize(
    ("service", "operation"), [(service, one[0]) for service, (answers, _) in CASES.items() for one in answers]
)
def test_each_refusal_is_a_gap_with_its_permission_and_nothing_is_made_up(
    service: str, operation: str, tmp_path: Path
) -> None:
    whole = Read(tmp_path, service, ("account-assignments",) if service == "sso" else ())
    extras = ("account-assignments",) if service == "sso" else ()
    read = Read(tmp_path, service, extras, **{operation: identities.failed("AccessDeniedException")})
    assert read.code == 3
    assert {gap.reason for gap in read.inventory.gaps} == {Why.DENIED}
    verb = operation.replace("_", "")
    assert any(gap.permission.partition(":")[2].lower() == verb for gap in read.inventory.gaps)
    for id_, one in read.found.items():
        known = {name: value for name, value in whole.found[id_].config.items() if f"/{name}" not in one.unknown}
        assert {name: value for name, value in one.config.items() if f"/{name}/-" not in one.unknown} == {
            name: value for name, value in known.items() if f"/{name}/-" not in one.unknown
        }


def judged(value: dict[str, Any]) -> list[str]:
    assert value["redacted"] is True
    return list(value["contains"])


def test_variables_are_judged_by_their_names_and_keep_them(tmp_path: Path) -> None:
    function = Read(tmp_path / "a", "lambda").found[FUNCTION].config
    variables = function["Environment"]["Variables"]
    assert judged(variables["AWS_SECRET_ACCESS_KEY"]) == ["AWS secret access key at line 1"]
    assert judged(variables["STAGE"]) == []
    assert judged(function["ImageConfigResponse"]["ImageConfig"]["Command"]) == ["password at line 2"]
    assert function["Policy"] is None
    project = Read(tmp_path / "b", "codebuild").found[PROJECT].config
    named = {one["name"]: judged(one["value"]) for one in project["environment"]["environmentVariables"]}
    assert named == {"DB_PASSWORD": ["password at line 1"], "HOST": []}
    assert judged(project["source"]["buildspec"]) == ["password at line 4"]
    assert judged(project["source"]["location"]) == ["credentials in a URL at line 1"]
    container = Read(tmp_path / "c", "ecs").found[TASK].config["containerDefinitions"][0]
    assert {one["name"]: judged(one["value"]) for one in container["environment"]} == named
    assert container["logConfiguration"]["logDriver"] == "splunk"
    stack = Read(tmp_path / "d", "cloudformation").found[STACK].config
    parameters = {one["ParameterKey"]: one for one in stack["Parameters"]}
    assert judged(parameters["DbPassword"]["ResolvedValue"]) == ["password at line 1"]
    assert judged(parameters["AdminPassword"]["ParameterValue"]) == [], "AWS shows asterisks for NoEcho"
    assert judged(stack["Outputs"][0]["OutputValue"]) == ["password at line 1"]


def test_a_task_definition_is_named_without_its_revision(tmp_path: Path) -> None:
    one = Read(tmp_path, "ecs").found[TASK]
    assert (one.name, one.config["revision"], one.config["taskDefinitionArn"]) == ("web", 7, TASK + ":7")


def test_a_permission_set_tells_what_it_grants_where_and_by_request_to_whom(tmp_path: Path) -> None:
    one = Read(tmp_path, "sso").found[SET]
    assert (one.config["InlinePolicy"], one.config["PermissionsBoundary"]) == (None, None)
    assert one.config["SessionDuration"] == "PT8H"
    assert "--with account-assignments" in one.unknown["/AccountAssignments"].message
    asked = Read(tmp_path, "sso", ("account-assignments",)).found[SET].config["AccountAssignments"]
    assert {each["AccountId"]: each["PrincipalId"] for each in asked} == {
        ACCOUNT: f"g-{ACCOUNT}",
        OTHER: f"g-{OTHER}",
    }
    nowhere = Read(
        tmp_path, "sso", ("account-assignments",), list_accounts_for_provisioned_permission_set={"AccountIds": []}
    )
    assert nowhere.found[SET].config["AccountAssignments"] == []


def test_assignments_are_unknown_where_the_accounts_are(tmp_path: Path) -> None:
    refused = identities.failed("AccessDeniedException")
    extras = ("account-assignments",)
    one = Read(tmp_path, "sso", extras, list_accounts_for_provisioned_permission_set=refused).found[SET]
    assert one.unknown["/AccountAssignments"].operation == "ListAccountsForProvisionedPermissionSet"
    one = Read(tmp_path, "sso", extras, list_account_assignments=refused).found[SET]
    assert one.unknown["/AccountAssignments/-"].permission == "sso:ListAccountAssignments"


@pytest.mark.parametrize(
    "instance",
    [
        {"InstanceArn": INSTANCE, "OwnerAccountId": OTHER},
        {"InstanceArn": INSTANCE, "OwnerAccountId": ACCOUNT, "PrimaryRegion": "eu-west-1"},
    ],
    ids=["another account's", "another region's"],
)
def test_permission_sets_are_read_once_where_they_belong(instance: dict[str, Any], tmp_path: Path) -> None:
    read = Read(
        tmp_path, "sso", list_instances={"Instances": [instance]}, list_permission_sets={"Error": {"Code": "x"}}
    )
    assert (read.code, set(read.found)) == (0, {INSTANCE})


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("lambda", "list_function_url_configs"),
        ("secretsmanager", "get_resource_policy"),
        ("sso", "describe_permission_set"),
    ],
)
def test_what_was_deleted_meanwhile_is_not_there(service: str, operation: str, tmp_path: Path) -> None:
    read = Read(tmp_path, service, **{operation: identities.failed("ResourceNotFoundException")})
    assert (read.code, list(read.inventory.gaps)) == (0, [])
    assert not {FUNCTION, SECRET, SET} & set(read.found)
