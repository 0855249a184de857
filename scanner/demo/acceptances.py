"""What Northwind has accepted (one fail that is meant to be, one whose time is over), and what its people attest."""

from __future__ import annotations

from datetime import datetime, timedelta

from scanner.complying.attestations import Attestation
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


_ATTESTED = "posture.attestations.yaml"


def attestations(now: str) -> list[Attestation]:
    """The attestations, as seen at a moment (ISO 8601): some valid, one whose time is over."""
    today = datetime.fromisoformat(now).date()
    year = {"on": (today - timedelta(days=120)).isoformat(), "until": (today + timedelta(days=245)).isoformat()}
    over = {"on": (today - timedelta(days=400)).isoformat(), "until": (today - timedelta(days=35)).isoformat()}
    training = {"by": "Ingrid Holm, operations", "evidence": "https://wiki.northwind.example/training"}
    terminals = {"says": "not_applicable", "statement": "There are no terminals."}
    policy = {"by": "Jonas Berg, security", "evidence": "https://wiki.northwind.example/policies"}
    said = [
        {**policy, **year, "framework": "iso-27001-2022", "requirement": "A.5.1"},
        {**training, **year, "framework": "iso-27001-2022", "requirement": "A.6.3"},
        {**policy, **year, "framework": "pci-dss-4.0.1", "requirement": "12.1"},
        {**training, **over, "framework": "pci-dss-4.0.1", "requirement": "12.6"},
        {**policy, **year, "framework": "pci-dss-4.0.1", "requirement": "A2", **terminals},
        {**policy, **year, "aws_report": "pci"},
    ]
    return [Attestation.from_json({**one, "source": f"{_ATTESTED}:{2 + 6 * n}"}) for n, one in enumerate(said)]
