"""As boto3's users expect: whose credentials are used, and which endpoints are asked, before and behind a role."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from botocore.credentials import Credentials

from scanner.aws.credentials import frozen
from scanner.aws.role import Role, acting, assumed, home_of
from scanner.aws.session import open_session
from scanner.aws.source import HOMES
from scanner.errors import AwsError

ANSWER = """<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
<AssumedRoleUser><Arn>x</Arn><AssumedRoleId>x:y</AssumedRoleId></AssumedRoleUser><Credentials>
<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>{expires}</Expiration></Credentials></{action}Result></{action}Response>"""


class Sts(ThreadingHTTPServer):
    """Gives whoever asks the credentials of the role whose name stands in them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Sts

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = {name: values[0] for name, values in parse_qs(body).items()}
        signed = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        self.server.asked.append({**query, "Key": signed[0], "Region": signed[2] if len(signed) > 2 else ""})
        expires = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        key = query["RoleArn"].rpartition("/")[2].upper()
        text = ANSWER.format(action=query["Action"], key=key, expires=expires)
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sts]:
    server = Sts()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{server.server_address[1]}")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of profiles, and nothing else that AWS's libraries would find."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return path


KEYS = "[profile keys]\naws_access_key_id = ROOTKEY\naws_secret_access_key = s\nregion = eu-west-1\n"


def test_a_chain_of_roles_ends_in_the_last(config: Path, sts: Sts) -> None:
    config.write_text(
        KEYS
        + "[profile hop]\nrole_arn = arn:aws:iam::111122223333:role/hop\nsource_profile = keys\nregion = eu-west-1\n"
        + "[profile last]\nrole_arn = arn:aws:iam::444455556666:role/last\nsource_profile = hop\nregion = eu-west-1\n"
    )
    assert frozen(open_session("last"))[0] == "LAST"
    assert [(one["RoleArn"].rpartition("/")[2], one["Key"]) for one in sts.asked] == [
        ("hop", "ROOTKEY"),
        ("last", "HOP"),
    ]


def test_a_web_identity_of_the_environment(
    config: Path, sts: Sts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text("a.b.c")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/ci")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert frozen(open_session())[0] == "CI"
    assert sts.asked[0]["Action"] == "AssumeRoleWithWebIdentity"
    assert sts.asked[0]["WebIdentityToken"] == "a.b.c"


def test_a_process_that_gives_credentials(config: Path, tmp_path: Path) -> None:
    script = tmp_path / "give.py"
    script.write_text('print(\'{"Version": 1, "AccessKeyId": "GIVEN", "SecretAccessKey": "s"}\')\n')
    config.write_text(f"[profile p]\ncredential_process = {sys.executable} {script}\nregion = eu-west-1\n")
    assert frozen(open_session("p")) == ("GIVEN", "s", None)


MFA = "[profile mfa]\nrole_arn = arn:aws:iam::111122223333:role/mfa\nmfa_serial = arn:aws:iam::1:mfa/me\n"
USES = "import sys; from scanner.aws.credentials import frozen; from scanner.aws.session import open_session; "
USES += "print(frozen(open_session('mfa'))[0])"


def test_a_code_is_asked_for_on_the_terminal(config: Path, sts: Sts) -> None:
    config.write_text(KEYS + MFA + "source_profile = keys\nregion = eu-west-1\n")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", USES])  # noqa: S606 - our own program
    seen = b""
    while b"Enter MFA code for arn:aws:iam::1:mfa/me" not in seen:
        seen += os.read(terminal, 1024)
    os.write(terminal, b"123456\n")
    while b"MFA\r\n" not in seen.partition(b"me: ")[2]:
        seen += os.read(terminal, 1024)
    assert os.waitpid(pid, 0)[1] == 0
    os.close(terminal)
    assert sts.asked[0]["TokenCode"] == "123456"


def test_without_a_terminal_a_code_is_one_line(config: Path) -> None:
    config.write_text(
        KEYS
        + MFA
        + "source_profile = keys\nregion = eu-west-1\n[profile far]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = mfa\n"
    )
    for profile in ("mfa", "far"):
        done = subprocess.run(
            [sys.executable, "-m", "scanner", "scan", "-q", "--profile", profile],
            stdin=subprocess.PIPE,  # that never answers
            capture_output=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            timeout=60,
            check=False,
            text=True,
        )
        assert done.returncode == 2
        assert "asks for a code of arn:aws:iam::1:mfa/me, and there is no terminal" in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("partition", "home"), sorted(HOMES.items()))
def test_a_role_without_a_region_is_asked_for_in_its_partition(partition: str, home: str) -> None:
    assert home_of(Role(f"arn:{partition}:iam::111122223333:role/audit").checked()) == home


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_sts_is_asked_there(config: Path, sts: Sts, partition: str, region: str) -> None:
    config.write_text(KEYS.replace("region = eu-west-1\n", ""))
    session = assumed(open_session("keys"), Role(f"arn:{partition}:iam::111122223333:role/audit"))
    assert sts.asked[0]["Region"] == region
    assert session.region_name == region


@pytest.mark.parametrize(
    "case",
    [
        ("", "kms", "cn-north-1", "https://kms.cn-north-1.amazonaws.com.cn"),
        ("", "organizations", "us-isof-south-1", "https://organizations.us-isof-south-1.csp.hci.ic.gov"),
        ("use_fips_endpoint = true", "kms", "us-east-1", "https://kms-fips.us-east-1.amazonaws.com"),
        ("use_dualstack_endpoint = true", "ec2", "eu-west-1", "https://ec2.eu-west-1.api.aws"),
        ("endpoint_url = http://127.0.0.1:9", "kms", "eu-west-1", "http://127.0.0.1:9"),
        ("services = own\n[services own]\nkms =\n  endpoint_url = http://127.0.0.1:8", "kms", "eu-west-1", "http://127.0.0.1:8"),
    ],
)  # fmt: skip
def test_a_profile_s_endpoints_hold_behind_a_role_too(config: Path, sts: Sts, case: tuple[str, str, str, str]) -> None:
    setting, service, region, endpoint = case
    config.write_text(KEYS + setting + "\n")
    before = open_session("keys")
    behind = acting(Credentials("A", "s"), Role("arn:aws:iam::111122223333:role/audit"), "eu-west-1", "keys")
    for session in (before, behind):
        client = session.client(service, region_name=region)  # type: ignore[call-overload]
        assert client.meta.endpoint_url == endpoint


@pytest.mark.parametrize(
    "case",
    [
        ("AWS_USE_FIPS_ENDPOINT", "true", "https://kms-fips.us-east-1.amazonaws.com"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true", "https://kms.us-east-1.api.aws"),
        ("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:7", "http://127.0.0.1:7"),
    ],
)
def test_the_environment_s_endpoints_hold_behind_a_role_too(
    config: Path, sts: Sts, monkeypatch: pytest.MonkeyPatch, case: tuple[str, str, str]
) -> None:
    name, value, endpoint = case
    config.write_text(KEYS)
    monkeypatch.setenv(name, value)
    behind = acting(Credentials("A", "s"), Role("arn:aws:iam::111122223333:role/audit"), "eu-west-1", "keys")
    assert behind.client("kms", region_name="us-east-1").meta.endpoint_url == endpoint


def test_the_bundle_and_the_proxy_hold_behind_a_role_too(
    config: Path, sts: Sts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(KEYS + f"ca_bundle = {tmp_path / 'ca.pem'}\n")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:6")
    behind = acting(Credentials("A", "s"), Role("arn:aws:iam::111122223333:role/audit"), "eu-west-1", "keys")
    session = behind.client("kms")._endpoint.http_session
    assert session._verify == str(tmp_path / "ca.pem")
    assert session._proxy_config.proxy_url_for("https://kms.eu-west-1.amazonaws.com") == "http://127.0.0.1:6"


def test_sso_that_is_not_signed_in_is_one_line(config: Path) -> None:
    config.write_text(
        "[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = audit\nregion = eu-west-1\n"
        "[sso-session corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\n"
    )
    with pytest.raises(AwsError, match="aws sso login"):
        frozen(open_session("sso"))
