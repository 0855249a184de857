"""What Northwind has accepted: one fail that is meant to be, and one whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from scanner.engine.waivers import Matcher, Waiver

_SOURCE = "posture.waivers.toml"


def waivers(now: str) -> list[Waiver]:
    """The waivers, as seen at a moment (ISO 8601)."""
    today = datetime.fromisoformat(now)
    return [
        Waiver(
            Matcher(rule="s3-bucket-policy-public", resource="nwf-route-exports"),
            "The tracking pages are meant for everyone",
            "web@northwind.example",
            (today + timedelta(days=90)).date().isoformat(),
            f"{_SOURCE}:1",
        ),
        Waiver(
            Matcher(rule="ec2-instance-imdsv2", resource="yard-gate"),
            "Its agent is replaced in the autumn",
            "yard@northwind.example",
            (today - timedelta(days=12)).date().isoformat(),
            f"{_SOURCE}:8",
        ),
    ]
