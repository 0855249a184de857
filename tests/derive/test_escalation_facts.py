"""Facts of principals and instances: what is certain stands, and what was not read leaves only its part unknown."""

from __future__ import annotations

from typing import Any

from escalation_worlds import ACCOUNT, ATTACKER, EVERYTHING, allow, arn, holder, inventory, profile, role, user

from scanner.derive.facts import Facts
from scanner.model import Partial, Resource, Shard, Unknown, Why
from scanner.snapshot.memory import MemoryInventory

LAMBDA = {"Service": "lambda.amazonaws.com"}
EC2 = {"Service": "ec2.amazonaws.com"}
UPDATES = allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"])
DENIED = Unknown(Why.DENIED, message="lambda:ListFunctions was denied", permission="lambda:ListFunctions")


def fact(id_: str, name: str, *resources: Resource, unlisted: dict[str, Unknown] | None = None) -> Partial:
    held = inventory(resources, unlisted)
    own = held.get(id_)
    assert own is not None
    return Facts(held).fact(own, name)


def test_an_administrator_needs_no_steps() -> None:
    found = fact(ATTACKER, "escalation", user("attacker", EVERYTHING))
    assert (found.value, found.unknown) == ({"administrator": True, "steps": []}, {})


def test_each_step_is_told() -> None:
    world = [user("attacker", UPDATES), role("boss", LAMBDA, EVERYTHING), holder("AWS::Lambda::Function", "boss")]
    found = fact(ATTACKER, "escalation", *world)
    (step,) = found.value["steps"]
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:it"
    assert (found.value["administrator"], found.unknown) == (False, {})
    assert step == {
        "primitive": "lambda-004",
        "title": "replace the code of the function that has the role, and invoke it",
        "source": ATTACKER,
        "target": arn("role", "boss"),
        "through": function,
        "actions": [f"lambda:UpdateFunctionCode on {function}", f"lambda:InvokeFunction on {function}"],
        "assumptions": [],
    }


def test_what_was_not_listed_leaves_the_steps_unknown_and_says_what_it_would_take() -> None:
    world = [user("attacker", UPDATES), role("boss", LAMBDA, EVERYTHING)]
    assert fact(ATTACKER, "escalation", *world).value == {"administrator": False, "steps": []}
    found = fact(ATTACKER, "escalation", *world, unlisted={"AWS::Lambda::Function": DENIED})
    assert found.value == {"administrator": False}
    assert "lambda:ListFunctions was denied" in found.unknown["/steps"].message


def test_a_policy_that_was_not_read_leaves_both_unknown() -> None:
    one = user("attacker", allow("s3:*"))
    one.unknown["/AttachedManagedPolicies/-"] = Unknown(Why.DENIED, "more", message="not all listed")
    found = fact(ATTACKER, "escalation", one)
    assert (found.value, set(found.unknown)) == ({}, {"/administrator", "/steps"})
    assert found.unknown["/steps"].why == Why.DENIED


def test_paths_stay_within_the_account() -> None:
    abroad = role("boss", {"AWS": ATTACKER}, EVERYTHING, account="222233334444")
    found = fact(ATTACKER, "escalation", user("attacker", allow("sts:AssumeRole")), abroad)
    assert found.value == {"administrator": False, "steps": []}


def test_code_tells_no_paths() -> None:
    one = user("attacker", EVERYTHING)
    shard = Shard(ACCOUNT, "global", "iam", [one], {one.type: None})
    held = MemoryInventory([shard], taken_at="2026-01-01T00:00:00Z", source="terraform")
    found = Facts(held).fact(one, "escalation")
    assert found.unknown[""].why == Why.OUT_OF_SCOPE


def test_an_instance_is_as_powerful_as_its_role() -> None:
    machine = holder("AWS::EC2::Instance", "web")

    def judged(*statements: dict[str, Any], **members: Any) -> Partial:
        return fact(machine.id, "role_escalation", machine, role("web", EC2, *statements, **members))

    web = arn("role", "web")
    assert judged(EVERYTHING, **profile("web")).value == {"role": web, "administrator": True, "steps": []}
    assert judged(allow("s3:*"), **profile("web")).value == {"role": web, "administrator": False, "steps": []}
    (step,) = judged(allow("iam:PutRolePolicy"), **profile("web")).value["steps"]
    assert (step["primitive"], step["source"]) == ("iam-005", web)
    assert judged(EVERYTHING).value == {"role": None, "administrator": False, "steps": []}


def test_an_instance_without_a_profile_has_no_role() -> None:
    machine = holder("AWS::EC2::Instance", "web")
    machine.config["IamInstanceProfile"] = None
    found = fact(machine.id, "role_escalation", machine)
    assert found.value == {"role": None, "administrator": False, "steps": []}
    machine.unknown["/IamInstanceProfile"] = DENIED
    assert fact(machine.id, "role_escalation", machine).unknown[""].why == Why.DENIED
