"""Acting as a role: what is sent to STS, what is said when it refuses, and that credentials renew themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from scanner.aws.role import Role, assumed
from scanner.aws.session import open_session
from scanner.errors import UsageError

Run = Callable[..., Any]
ROLE = "arn:aws:iam::111122223333:role/audit"
CALLER = "arn:aws:iam::444455556666:user/ci"
IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>{arn}</Arn><UserId>x</UserId><Account>{account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""
CREDENTIALS = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>x</Arn><AssumedRoleId>x:y</AssumedRoleId></AssumedRoleUser><Credentials>
<AccessKeyId>ROLE{number}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>{expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
ERROR = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>{code}</Code><Message>User is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"""
TOKEN = "7f3a-ok"


class Sts(ThreadingHTTPServer):
    """AssumeRole for whoever brings the external id; GetCallerIdentity; nothing else is known."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, str]] = []
        self.seconds = 3600

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, query: dict[str, str], key: str) -> tuple[int, str]:
        self.asked.append(query | {"Key": key})
        if query.get("Action") == "GetCallerIdentity":
            mine = key.startswith("ROLE")
            arn = "arn:aws:sts::111122223333:assumed-role/audit/aws-posture" if mine else CALLER
            return 200, IDENTITY.format(arn=arn, account="111122223333" if mine else "444455556666")
        if query.get("Action") == "AssumeRole" and query.get("ExternalId") == TOKEN:
            expires = (datetime.now(UTC) + timedelta(seconds=self.seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
            return 200, CREDENTIALS.format(number=len(self.asked), expires=expires)
        return 403, ERROR.format(code="AccessDenied")


class _Handler(BaseHTTPRequestHandler):
    server: Sts

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        key = self.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        status, text = self.server.answer({name: values[0] for name, values in parse_qs(body).items()}, key)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def sts() -> Iterator[Sts]:
    server = Sts()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def environment(sts: Sts) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": sts.url,
        "AWS_ACCESS_KEY_ID": "CALLER",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_MAX_ATTEMPTS": "1",
    }


def test_the_scan_acts_as_the_role(posture: Run, sts: Sts) -> None:
    result = posture(
        "collect", "-s", "x.posture", "--role-arn", ROLE, "--external-id", TOKEN, "--duration", "900",
        "--region", "eu-west-1", "--service", "kms", **environment(sts),
    )  # fmt: skip
    assert "111122223333" in result.out, result.err
    (assuming,) = [query for query in sts.asked if query.get("Action") == "AssumeRole"]
    assert assuming == {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": ROLE,
        "RoleSessionName": "aws-posture",
        "ExternalId": TOKEN,
        "DurationSeconds": "900",
        "Key": "CALLER",
    }
    others = [query["Key"] for query in sts.asked if query.get("Action") != "AssumeRole"]
    assert others
    assert all(key.startswith("ROLE") for key in others)
    assert f"acting as {ROLE}" in result.err


@pytest.mark.parametrize("command", [("collect", "-s", "x.posture"), ("scan",)])
def test_a_refusal_names_who_tried_which_role_in_one_line(posture: Run, sts: Sts, command: tuple[str, ...]) -> None:
    result = posture(*command, "--role-arn", ROLE, **environment(sts))
    assert result.code == 2
    lines = [line for line in result.err.splitlines() if line.startswith("posture: ") and "acting as" not in line]
    assert len(lines) == 1, result.err
    for part in (CALLER, f"may not assume {ROLE}", "trust policy", "--external-id"):
        assert part in lines[0]


def test_the_doctor_tells_a_refused_role(posture: Run, sts: Sts) -> None:
    result = posture("doctor", "--role-arn", ROLE, "--external-id", "wrong-one", **environment(sts))
    assert result.code == 2
    assert f"{CALLER} may not assume {ROLE}" in result.out
    assert "the external id given" in result.out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--role-arn", "audit"), "no ARN of a role"),
        (("--role-arn", "arn:aws:iam::111122223333:user/x"), "no ARN of a role"),
        (("--external-id", "x1"), "--role-arn"),
        (("--role-arn", ROLE, "--replay", "."), "need no credentials"),
        (("--role-arn", ROLE, "--external-id", "a b"), "no external id"),
        (("--role-arn", ROLE, "--duration", "5"), "900"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(posture: Run, arguments: tuple[str, ...], part: str) -> None:
    result = posture("scan", *arguments)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert part in result.err


def test_without_credentials_of_ones_own_no_role_is_tried(posture: Run) -> None:
    result = posture("scan", "--role-arn", ROLE, "-q")
    assert result.code == 2
    assert "no AWS credentials were found" in result.err


def test_credentials_are_renewed_before_they_expire(sts: Sts, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(sts).items():
        monkeypatch.setenv(name, value)
    sts.seconds = 60  # within botocore's mandatory window, so each use asks again
    session = assumed(open_session(), Role(ROLE, TOKEN), "eu-west-1")
    client = session.client("sts")
    client.get_caller_identity()
    client.get_caller_identity()
    used = [query["Key"] for query in sts.asked if query["Action"] == "GetCallerIdentity"]
    assert len(set(used)) == 2, "the second call has newer credentials"


def test_a_role_is_checked() -> None:
    assert Role("arn:aws-us-gov:iam::111122223333:role/path/to/audit").checked().arguments() == {
        "RoleSessionName": "aws-posture"
    }
    with pytest.raises(UsageError):
        Role(ROLE + "\n").checked()
