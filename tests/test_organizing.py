"""A whole organization: who is read and who is not, workers that are killed, runs that go on."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import pytest

HOME = "123456789012"
NOW = "2026-11-24T00:00:00Z"
LISTS = {
    "kms": "ListKeys",
    "iam": "GetAccountAuthorizationDetails",
    "vpc": "DescribeVpcs",
    "rds": "DescribeDBInstances",
}
"""Service → a call that each of its shards makes."""


@dataclass
class Organization:
    """The server, its accounts but the caller's own, and where runs are made."""

    port: int
    log: Path
    folder: Path
    members: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
        site = Path(__file__).parent / "loopback"  # <account>.127.0.0.1, where S3 Control is asked, leads here
        return {
            **kept,
            **keys,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": "/nonexistent",
            "PYTHONPATH": str(site),
        }

    def deny(self, *accounts: str) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("POST", f"/switch?deny={','.join(accounts)}")
        connection.getresponse().read()
        connection.close()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "scanner", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=900)
        return process.returncode, out, err

    def digest(self, name: str) -> str:
        code, _, err = self.run("export", name, f"{name}.gz")
        assert code == 0, err
        return hashlib.sha256((self.folder / f"{name}.gz").read_bytes()).hexdigest()

    def mark(self) -> int:
        return len(self.log.read_text().splitlines())


def served(folder: Path, members: int) -> Iterator[Organization]:
    log = folder / "log.jsonl"
    server = Path(__file__).parent / "organization_server.py"
    environment = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    with (folder / "server.log").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, str(server), str(log)], stdout=subprocess.PIPE, stderr=errors, env=environment
        )
    assert process.stdout
    try:
        made = Organization(int(process.stdout.readline()), log, folder)
        seed(made, members)
        yield made
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def seed(made: Organization, members: int) -> None:
    client = client_of(made, "organizations")
    client.create_organization(FeatureSet="ALL")
    for number in range(members):
        answer = client.create_account(AccountName=f"team-{number}", Email=f"team-{number}@example.org")
        made.members.append(answer["CreateAccountStatus"]["AccountId"])
    made.members.sort()
    for account in made.members:
        for region in ("us-east-1", "eu-west-1"):
            client_of(made, "kms", account, region).create_key(Description=f"key of {account}")


def client_of(made: Organization, service: str, account: str = "", region: str = "us-east-1") -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    if account:
        sts = boto3.client("sts", "us-east-1", endpoint_url=made.url, **keys)
        role = f"arn:aws:iam::{account}:role/seed"
        given = sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
        keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
    return boto3.client(service, region, endpoint_url=made.url, **keys)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organization]:
    yield from served(tmp_path_factory.mktemp("small"), 4)


@pytest.fixture
def organization(small: Organization, tmp_path: Path) -> Organization:
    small.folder = tmp_path
    small.deny()
    return small


def collect(name: str, *more: str) -> list[str]:
    chosen = ["--service", "kms", "--service", "iam", "--region", "us-east-1", "--region", "eu-west-1"]
    return ["collect", "--org", "-s", name, "--now", NOW, "--concurrency", "2", *chosen, *more]


def workers(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a run has begun; not the one that Python itself keeps books with."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def gone(pids: list[int]) -> bool:
    """Whether all have ended, which they may take a moment for."""
    for _ in range(200):
        if not any(map(alive, pids)):
            return True
        time.sleep(0.05)
    return False


@dataclass
class Finished:
    """Shards that a run has told as finished (`account region service`), and how long the server's log was then."""

    organization: Organization
    process: subprocess.Popen[str]
    at: dict[tuple[str, ...], int] = field(default_factory=dict)

    def wait(self, shards: int) -> None:
        """Until so many have been told."""
        assert self.process.stderr
        while len(self.at) < shards:
            line = self.process.stderr.readline()
            assert line, f"{len(self.at)} shards, and no more"
            self._take(line)

    def rest(self) -> str:
        """What was told until the end."""
        err = self.process.communicate(timeout=300)[1]
        for line in err.splitlines():
            self._take(line)
        return err

    def _take(self, line: str) -> None:
        if " resources" in line:
            self.at[tuple(line.split(":", maxsplit=1)[0].split())] = self.organization.mark()

    def read_again(self) -> list[tuple[str, ...]]:
        """The finished shards whose listing was asked for after that."""
        lines = [json.loads(line) for line in self.organization.log.read_text().splitlines()]
        found = []
        for place, mark in self.at.items():
            account, region, service = place
            asked = ((line["account"], line["region"], line["action"]) for line in lines[mark:])
            where = "us-east-1" if region == "global" else region
            if service in LISTS and (account, where, LISTS[service]) in asked:
                found.append(place)
        return found


def test_an_account_that_cannot_be_entered_is_named_and_the_others_are_read(organization: Organization) -> None:
    refused = organization.members[1]
    organization.deny(refused)
    code, out, err = organization.run(*collect("a.posture", "--processes", "2"))
    assert code == 3
    role = f"arn:aws:iam::{refused}:role/aws-posture"
    assert f"{refused}: {role} may not be assumed" in err
    assert "trust policy" in err
    assert "of 5 accounts" in out
    check = ("check", "a.posture", "-q", "-o", "json=r.json", "-o", "sarif=r.sarif", "--rule", "kms-*")
    assert organization.run(*check)[0] == 3
    report = json.loads((organization.folder / "r.json").read_text())
    (gap,) = [gap for gap in report["gaps"] if gap["reason"] == "denied"]
    assert (gap["account"], gap["permission"], gap["resource_id"]) == (refused, "sts:AssumeRole", role)
    mine = [item for item in report["findings"] if item["account"] == refused]
    assert {item["verdict"] for item in mine} == {"unknown"}
    assert {item["rule_id"] for item in mine} == set(report["rules"])
    assert report["snapshot"]["accounts"] == sorted([HOME, *organization.members])
    runs = json.loads((organization.folder / "r.sarif").read_text())["runs"]
    successful = {run["automationDetails"]["id"]: run["invocations"][0]["executionSuccessful"] for run in runs}
    assert successful == {f"aws-posture/{id_}/": id_ != refused for id_ in report["snapshot"]["accounts"]}


def test_a_gap_that_somebody_accepts_leaves_the_run_complete(organization: Organization) -> None:
    refused = organization.members[0]
    organization.deny(refused)
    (organization.folder / "posture.toml").write_text(
        f'[[accepted_gaps]]\nservice = "sts"\noperation = "AssumeRole"\naccount = "{refused}"\n'
        'reason = "being closed"\nowner = "cloud@example.org"\nexpires = 2027-01-01\n'
    )
    code, _, err = organization.run(*collect("a.posture"))
    assert code == 0, err


def test_a_killed_worker_loses_nothing(organization: Organization) -> None:
    assert organization.run(*collect("whole.posture", "--processes", "1"))[0] == 0
    process = organization.start(*collect("cut.posture", "--processes", "2"))
    finished = Finished(organization, process)
    finished.wait(1)
    os.kill(workers(process)[0], signal.SIGKILL)
    err = finished.rest()
    assert process.returncode == 0, err
    assert "was killed (SIGKILL); it is begun again with what is missing" in err
    assert finished.read_again() == []
    assert organization.digest("cut.posture") == organization.digest("whole.posture")


def test_a_killed_run_goes_on_and_leaves_no_process(organization: Organization) -> None:
    assert organization.run(*collect("whole.posture"))[0] == 0
    process = organization.start(*collect("cut.posture", "--processes", "2"))
    finished = Finished(organization, process)
    finished.wait(5)
    begun = workers(process)
    process.kill()
    finished.rest()
    assert gone(begun)
    code, _, err = organization.run(*collect("cut.posture", "--processes", "2"))
    assert code == 0, err
    assert finished.read_again() == []
    assert organization.digest("cut.posture") == organization.digest("whole.posture")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_its_workers(organization: Organization, sent: signal.Signals) -> None:
    process = organization.start(*collect("cut.posture", "--processes", "2"))
    Finished(organization, process).wait(2)
    begun = workers(process)
    os.killpg(process.pid, sent)  # as a terminal's Ctrl-C reaches all
    _, err = process.communicate(timeout=60)
    assert process.returncode in (130, 143)
    assert err.splitlines()[-1] == "posture: interrupted"
    assert "Traceback" not in err
    assert gone(begun)
    assert organization.run(*collect("cut.posture"))[0] == 0


def test_a_resumed_run_reads_the_accounts_that_the_first_had_found(organization: Organization) -> None:
    process = organization.start(*collect("cut.posture"))
    Finished(organization, process).wait(2)
    process.kill()
    process.communicate()
    client = client_of(organization, "organizations")
    id_ = client.create_account(AccountName="late", Email="late@example.org")["CreateAccountStatus"]["AccountId"]
    try:
        assert organization.run(*collect("cut.posture"))[0] == 0
        assert organization.run("check", "cut.posture", "-q", "-o", "json=r.json")[0] in (0, 3)
        assert id_ not in json.loads((organization.folder / "r.json").read_text())["snapshot"]["accounts"]
    finally:
        client.remove_account_from_organization(AccountId=id_)


def test_closed_accounts_are_left_out_and_said(organization: Organization) -> None:
    client = client_of(organization, "organizations")
    id_ = client.create_account(AccountName="old", Email="old@example.org")["CreateAccountStatus"]["AccountId"]
    client.close_account(AccountId=id_)
    code, _, err = organization.run(*collect("a.posture"))
    assert code == 0
    assert f"the account {id_} is SUSPENDED in the organization: it is not read" in err
    assert organization.run("check", "a.posture", "-q", "-o", "json=r.json")[0] in (0, 3)
    report = json.loads((organization.folder / "r.json").read_text())
    assert id_ not in report["snapshot"]["accounts"]
    assert [gap["resource_id"] for gap in report["gaps"] if gap["service"] == "organizations" and gap["resource_id"]]


def test_accounts_without_organizations(organization: Organization) -> None:
    since = organization.mark()
    listed = organization.folder / "accounts.txt"
    listed.write_text(f"# two of them\n{organization.members[0]}  # first\n{organization.members[1]},\n")
    chosen = ["--accounts", "accounts.txt", "--role-name", "security/audit", "--external-id", "seven"]
    arguments = [word for word in collect("a.posture", *chosen) if word != "--org"]
    code, _, err = organization.run(*arguments)
    assert code == 0, err
    lines = [json.loads(line) for line in organization.log.read_text().splitlines()[since:]]
    assert "ListAccounts" not in {line["action"] for line in lines}
    roles = {line["role"] for line in lines if line["action"] == "AssumeRole"}
    assert roles == {f"arn:aws:iam::{id_}:role/security/audit" for id_ in organization.members[:2]}


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--accounts", "11112222333"), "'11112222333' is no account id"),
        (("--accounts", "nowhere.txt"), "neither a list of account ids nor a file"),
        (("--exclude", "NEAR"), "in the organization. Did you mean ACCOUNT (team-"),
        (("--ou", "audit"), "'audit' is no id of an organizational unit"),
        (("--ou", "ou-ab12-11112222"), "there is no organizational unit ou-ab12-11112222"),
        (("--role-name", "arn:aws:iam::111122223333:role/audit"), "is no name of a role"),
        (("--max-age", "soon"), "takes a duration such as 90m"),
        (("--region", "eu-west-9"), "there is no region 'eu-west-9'"),
        (("--duration", "7200"), "an hour at most"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_makes_no_file(
    organization: Organization, arguments: tuple[str, ...], part: str
) -> None:
    first = organization.members[0]
    near = f"{first[:-1]}{(int(first[-1]) + 1) % 10}"
    words = [word.replace("NEAR", near) for word in arguments]
    code, _, err = organization.run("collect", "--org", "-s", "a.posture", *words)
    assert (code, err.count("\n")) == (2, 1), err
    assert part.replace("ACCOUNT", first) in err
    assert not (organization.folder / "a.posture").exists()


def test_units_choose_what_is_below_them(organization: Organization) -> None:
    client = client_of(organization, "organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    above = client.create_organizational_unit(ParentId=root, Name="above")["OrganizationalUnit"]["Id"]
    below = client.create_organizational_unit(ParentId=above, Name="below")["OrganizationalUnit"]["Id"]
    one, two = organization.members[:2]
    client.move_account(AccountId=one, SourceParentId=root, DestinationParentId=above)
    client.move_account(AccountId=two, SourceParentId=root, DestinationParentId=below)
    try:
        assert organization.run(*collect("a.posture", "--ou", above))[0] == 0
        assert organization.run("check", "a.posture", "-q", "-o", "json=r.json")[0] in (0, 3)
        accounts = json.loads((organization.folder / "r.json").read_text())["snapshot"]["accounts"]
        assert accounts == sorted([one, two])
    finally:
        client.move_account(AccountId=one, SourceParentId=above, DestinationParentId=root)
        client.move_account(AccountId=two, SourceParentId=below, DestinationParentId=root)


def slow_scan(name: str, *more: str) -> list[str]:
    regions = [word for region in ("us-east-1", "eu-west-1", "eu-central-1") for word in ("--region", region)]
    return ["scan", "--org", "-s", name, "--now", NOW, *regions, *more]


def shards(path: Path) -> int:
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute("SELECT count(*) FROM shard").fetchone()[0])


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Organization]:
    yield from served(tmp_path, 19)


@pytest.mark.slow
def test_twenty_accounts_under_fire(large: Organization) -> None:
    """Two accounts denied, a worker killed, the run killed at half time and gone on with: the same bytes."""
    organization, tmp_path = large, large.folder
    refused = organization.members[3], organization.members[11]
    organization.deny(*refused)
    code, _, err = organization.run(*slow_scan("whole.posture", "-q", "-o", "json=r.json"))
    assert code == 3, err
    report = json.loads((tmp_path / "r.json").read_text())
    gaps = {gap["account"] for gap in report["gaps"] if gap["reason"] == "denied"}
    assert gaps == set(refused)
    verdicts = {(item["account"] in refused, item["verdict"]) for item in report["findings"]}
    assert {verdict for denied, verdict in verdicts if denied} == {"unknown"}
    assert len(report["snapshot"]["accounts"]) == 20
    process = organization.start(*slow_scan("cut.posture"))
    finished = Finished(organization, process)
    finished.wait(20)
    os.kill(workers(process)[0], signal.SIGKILL)
    finished.wait(shards(tmp_path / "whole.posture") // 2)
    begun = workers(process)
    process.kill()
    finished.rest()
    assert gone(begun)
    code, _, err = organization.run(*slow_scan("cut.posture"))
    assert code == 3, err
    assert finished.read_again() == []
    assert {tuple(line.split(":")[0].split()) for line in err.splitlines() if " resources" in line}.isdisjoint(
        finished.at
    )
    assert organization.digest("cut.posture") == organization.digest("whole.posture")
