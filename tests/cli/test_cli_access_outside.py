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


def test_organizations_are_trusted_by_settings_and_by_option(posture: Run, tmp_path: Path) -> None:
    of = w.doc(
        w.allow("s3:*", "*", Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": ["o-first", "o-second"]}})
    )
    w.written(tmp_path / "s.posture", w.bucket("data", of))

    def outsiders(*options: str) -> list[str]:
        found = json.loads(posture("access", "external", "s.posture", "--format", "json", *options).out)
        return [one["who"] for row in found["resources"] for one in row["access"]]

    assert outsiders() == ["o-first", "o-second"]
    assert outsiders("--trusted", "o-first") == ["o-second"]
    (tmp_path / "posture.toml").write_text('trusted_accounts = ["o-second"]\n', "utf-8")
    assert outsiders() == ["o-first"]
    assert outsiders("--trusted", "o-first") == []


def test_what_was_not_read_ends_with_three_and_is_named(posture: Run, tmp_path: Path) -> None:
    w.written(tmp_path / "s.posture", w.hidden(w.bucket("data"), Policy=w.DENIED))
    done = posture("access", "public", "s.posture")
    assert (done.code, "0 of 1" in done.out, "1 not known" in done.out) == (3, True, True)
    assert "arn:aws:s3:::data: not allowed" in done.out


def test_wrong_arguments(posture: Run, tmp_path: Path) -> None:
    estate(tmp_path / "s.posture")
    assert "is no account and no organization" in posture("access", "external", "s.posture", "--trusted", "abc").err
    assert posture("access", "public", "nope.posture").code == 2
    assert "Did you mean 'public'" in posture("access", "pubic", "s.posture").err
