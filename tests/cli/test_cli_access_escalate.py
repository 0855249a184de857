"""`posture access escalate`: on the demo's estate, and on snapshots that were not wholly read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from cli_snapshots import ACCOUNT, Estate, named, write

from scanner.model import Unknown, Why

Run = Callable[..., Any]
_OWN = f"arn:aws:iam::{ACCOUNT}:"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's IAM, collected from the emulator."""
    from scanner.collecting import Request, collect_into
    from scanner.demo.embedded import embedded
    from scanner.demo.estate import REGIONS, identities, ladders

    path = tmp_path_factory.mktemp("demo") / "demo.posture"
    with embedded(REGIONS[0]) as session:
        iam = session.client("iam")
        account = session.client("sts").get_caller_identity()["Account"]
        identities.build(iam, account)
        ladders.build(iam, account)
        request = Request(session=session, regions=[REGIONS[0]], services=["iam", "lambda", "organizations"], path=path)
        collect_into(request).close()
    return path


def _asked(posture: Run, snapshot: Path, *options: str) -> dict[str, Any]:
    done = posture("access", "escalate", str(snapshot), "--format", "json", *options)
    assert (done.code, done.err) == (0, "")
    answer: dict[str, Any] = json.loads(done.out)
    return answer


def _named(arns: Sequence[str]) -> list[str]:
    return [arn.removeprefix(_OWN) for arn in arns]


def test_three_hops_of_the_demo_are_told_with_the_statement_of_each(posture: Run, demo: Path) -> None:
    answer = _asked(posture, demo)
    (path,) = (one for one in answer["paths"] if one["from"] == f"{_OWN}user/build-runner")
    steps = path["steps"]
    assert [(step["primitive"], *_named([step["from"], step["to"]])) for step in steps] == [
        ("sts-001", "user/build-runner", "role/freight-build"),
        ("lambda-001", "role/freight-build", "role/freight-stock-sync"),
        ("sts-001", "role/freight-stock-sync", "role/fleet-control"),
    ]
    assert path["certain"]
    assert steps[1]["actions"] == [
        f"iam:PassRole on {_OWN}role/freight-stock-sync",
        f"lambda:CreateFunction on arn:aws:lambda:us-east-1:{ACCOUNT}:function:posture",
        f"lambda:InvokeFunction on arn:aws:lambda:us-east-1:{ACCOUNT}:function:posture",
    ]
    passing = steps[1]["statements"][0]
    assert (passing["policy"], passing["sid"], passing["effect"]) == ("inline policy work", "PassToFunctions", "Allow")
    assert f"{_OWN}role/fleet-control" in answer["administrators"]
    assert f"{_OWN}role/help-desk" in answer["equivalent"]


def test_what_the_boundary_of_the_demo_stops_is_no_path_and_says_so(posture: Run, demo: Path) -> None:
    answer = _asked(posture, demo, "--from", "m.trainee")
    (stop,) = answer["stopped"]
    assert (answer["paths"], _named([stop["from"]]), stop["primitive"]) == ([], ["user/m.trainee"], "iam-007")
    fence = f"permissions boundary {_OWN}policy/trainee-fence"
    assert stop["by"] == [{"policy": fence, "reason": "limits what is gained"}]


def test_outsiders_of_the_demo_come_in_by_the_open_door(posture: Run, demo: Path) -> None:
    (path,) = (one for one in _asked(posture, demo)["paths"] if one["from"] == "*")
    assert _named([step["to"] for step in path["steps"]]) == ["role/open-door", "role/help-desk", "role/help-desk"]


def test_the_text_explains_itself(posture: Run, demo: Path) -> None:
    done = posture("access", "escalate", str(demo), "--why-not")
    assert done.code == 0
    assert f"{_OWN}user/build-runner becomes administrator:" in done.out
    assert "2. create and invoke a function with the role" in done.out
    assert "iam:PassRole: allowed by statement 'PassToFunctions' of inline policy work" in done.out
    assert f"{_OWN}user/m.trainee would write an inline policy into one's own user [iam-007], but:" in done.out


def test_from_takes_a_name_or_an_arn_and_tells_every_way(posture: Run, demo: Path) -> None:
    by_name = _asked(posture, demo, "--from", "build-runner")
    assert by_name == _asked(posture, demo, "--from", f"{_OWN}user/build-runner")
    firsts = [_named([path["steps"][0]["to"]]) for path in by_name["paths"]]
    assert firsts == [["role/freight-build"], ["role/open-door"]]
    wrong = posture("access", "escalate", str(demo), "--from", "nobody")
    assert (wrong.code, wrong.out) == (2, "")
    assert "'nobody' is no user or role of the snapshot" in wrong.err


def test_the_same_snapshot_gives_the_same_bytes(posture: Run, demo: Path) -> None:
    first, second = (posture("access", "escalate", str(demo), "--format", "json").out for _ in range(2))
    assert first == second


def test_policies_that_were_not_read_exit_3(posture: Run, tmp_path: Path) -> None:
    def lose(resources: Estate) -> None:
        role = named(resources, "help-desk", "AWS::IAM::Role")
        role.unknown["/RolePolicyList"] = Unknown(Why.DENIED, message="GetAccountAuthorizationDetails was denied")
        role.config.pop("RolePolicyList", None)

    done = posture("access", "escalate", str(write(tmp_path / "lost.posture", lose)), "--format", "json")
    answer = json.loads(done.out)
    assert done.code == 3
    assert {"principal": f"{_OWN}role/help-desk", "why": "denied"}.items() <= answer["unknown"][0].items()
    assert f"{_OWN}role/help-desk" not in answer["administrators"]


def test_names_cannot_write_to_the_terminal(posture: Run, tmp_path: Path) -> None:
    def rename(resources: Estate) -> None:
        role = named(resources, "help-desk", "AWS::IAM::Role")
        role.config["AttachedManagedPolicies"] = []
        wide = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}
        role.config["RolePolicyList"] = [{"PolicyName": "\x1b[2J", "PolicyDocument": wide}]

    done = posture("access", "escalate", str(write(tmp_path / "hostile.posture", rename)))
    assert "help-desk becomes administrator" in done.out
    assert "\x1b" not in done.out
