"""Standard streams that are closed, full or not read, and encodings that hold little."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
FULL = Path("/dev/full")


def shell(line: str, cwd: Path) -> tuple[int, str]:
    """Exit code of `posture …` within a shell's line, and standard error. `P` stands for the command."""
    done = subprocess.run(
        ["bash", "-c", f'P() {{ "{sys.executable}" -m scanner "$@"; }}; {line}'],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": "/nonexistent"},
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("P gate template.yaml | true; exit ${PIPESTATUS[0]}", 1),
        ("P gate template.yaml -o json=- | true; exit ${PIPESTATUS[0]}", 1),
        ("P gate template.yaml --fail-on none -o json=- | true; exit ${PIPESTATUS[0]}", 0),
        ("P rules list --format json | true; exit ${PIPESTATUS[0]}", 0),
        ("P gate template.yaml >&-", 1),
        ("P gate template.yaml --fail-on none >&- 2>&-", 0),
        ("P gate nosuch.yaml 2>&-", 2),
    ],
)
def test_the_exit_code_does_not_hang_on_who_listens(template: Path, tmp_path: Path, line: str, code: int) -> None:
    assert template.name == "template.yaml"
    assert shell(line, tmp_path) == (code, "")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["gate template.yaml", "gate template.yaml -o json=-", "rules list", "--help"])
def test_a_full_disk_is_one_line(template: Path, tmp_path: Path, command: str) -> None:
    code, err = shell(f"P {command} >/dev/full", tmp_path)
    assert code == 2
    assert err.startswith("posture: ")
    assert "No space left" in err
    assert err.count("\n") == 1


def test_what_was_asked_for_on_a_closed_standard_output_is_an_error(template: Path, tmp_path: Path) -> None:
    code, err = shell("P gate template.yaml -o json=- >&-", tmp_path)
    assert (code, err.count("\n")) == (2, 1)
    assert "standard output is closed" in err


@pytest.mark.parametrize("format_", ["html", "console"])
def test_ascii_terminals(posture: Run, template: Path, tmp_path: Path, format_: str) -> None:
    """Reports are UTF-8 everywhere, what is shown to people is what their terminal can show."""
    assert posture("gate", template.name, PYTHONIOENCODING="ascii").out.isascii()
    piped = posture("gate", template.name, "-o", f"{format_}=-", "--now", "2026-01-01", PYTHONIOENCODING="ascii")
    assert piped.code == 1, piped.err
    posture("gate", template.name, "-o", f"{format_}=file", "--now", "2026-01-01")
    if format_ == "html":
        assert piped.out == (tmp_path / "file").read_text(encoding="utf-8")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_scan_ends_at_once_and_leaves_nothing(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """The endpoint never answers: the calls under way must not hold the process, nor its temporary file stay."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Event, Thread

    asked, leave = Event(), Event()

    class Silent(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if "GetCallerIdentity" in body:
                answer = (
                    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
                    b"<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>x</UserId>"
                    b"<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
                )
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                return
            self.do_GET()

        def do_GET(self) -> None:
            asked.set()
            leave.wait(30)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path / "temporary"
    folder.mkdir()
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}
    where = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "TMPDIR": str(folder),
        "HOME": "/nonexistent",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", "--region", "eu-west-1", "--service", "kms"],
        cwd=tmp_path,
        env={**os.environ, **keys, **where},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert asked.wait(30)
        assert list(folder.iterdir())
        begun = time.monotonic()
        process.send_signal(sent)
        out, err = process.communicate(timeout=20)
    finally:
        leave.set()
        server.shutdown()
        server.server_close()
    assert time.monotonic() - begun < 10
    assert (process.returncode, out, err) == (code, "", "posture: interrupted\n")
    assert not list(folder.iterdir())
