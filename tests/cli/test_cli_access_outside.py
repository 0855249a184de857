"""`posture access public` and `external` over a snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.derive import world_snapshots as w

Run = Callable[..., Any]


def estate(path: Path) -> None:
    """An open bucket whose name is hostile, one shared with an account, and one whose policy was not read."""
    name = "open\x1b[2J"
    opened = w.bucket(name, w.doc(w.allow("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal="*")))
    shared = w.doc(w.allow("s3:*", ["arn:aws:s3:::shared/*"], Principal={"AWS": w.OTHER}, Sid="Partner"))
    w.written(path, opened, w.bucket("shared", shared))


def test_public_and_external(posture: Run, tmp_path: Path) -> None:
    estate(tmp_path / "s.posture")
    public = posture("access", "public", "s.posture")
    assert (public.code, "\x1b" in public.out) == (0, False)
    assert "1 of 2 resources" in public.out
    assert "anybody: s3:GetObject" in public.out
    external = posture("access", "external", "s.posture")
    assert f"{w.OTHER}: s3:" in external.out
    assert 'allowed by statement "Partner" of the bucket policy of shared' in external.out
    trusting = json.loads(posture("access", "external", "s.posture", "--trusted", w.OTHER, "--format", "json").out)
    assert [row["access"][0]["who"] for row in trusting["resources"]] == ["*"]


def test_what_was_not_read_ends_with_three_and_is_named(posture: Run, tmp_path: Path) -> None:
    w.written(tmp_path / "s.posture", w.hidden(w.bucket("data"), Policy=w.DENIED))
    done = posture("access", "public", "s.posture")
    assert (done.code, "0 of 1" in done.out, "1 not known" in done.out) == (3, True, True)
    assert "arn:aws:s3:::data: not allowed" in done.out


def test_wrong_arguments(posture: Run, tmp_path: Path) -> None:
    estate(tmp_path / "s.posture")
    assert "is no account" in posture("access", "external", "s.posture", "--trusted", "abc").err
    assert posture("access", "public", "nope.posture").code == 2
    assert "Did you mean 'public'" in posture("access", "pubic", "s.posture").err
