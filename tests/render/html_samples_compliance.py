"""Reports with frameworks, attestations and several accounts, for the compliance view."""

from __future__ import annotations

from typing import Any

import html_samples as samples

from scanner.model import Report

MANY = 60


def _requirement(id_: str, title: str, who: str, how: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "title": title, "responsibility": who, "assessment": how, **more}


def _requirements() -> list[dict[str, Any]]:
    inherited = {"attested_by": ["soc2"], "remains": "Own offices"}
    return [
        _requirement("AC", "Access", "customer", "partial", group=True),
        _requirement("AC-3", "Access is enforced", "customer", "automated", parent="AC", levels=["Low"]),
        _requirement("AC-4", "Flows are known", "customer", "manual", parent="AC"),
        _requirement("SC", "Boundaries", "shared", "partial", group=True),
        _requirement("SC-7", "Boundaries are guarded", "shared", "partial", parent="SC", **inherited),
        _requirement("PE-3", "Doors are locked", "aws", "inherited", **inherited),
        *(_requirement(f"M-{n}", f"Told {n}", "customer", "manual") for n in range(MANY)),
    ]


def _said(requirement: str, **more: Any) -> dict[str, Any]:
    return {
        "framework": "nist-800-53-r5",
        "requirement": requirement,
        "says": "met",
        "statement": "In force.",
        "by": "Ada Lovelace, CISO",
        "on": "2026-01-01",
        "until": "2030-12-31",
        "evidence": "https://wiki.example.com/ac-4",
        "accounts": [],
        "aws_report": "",
        "source": "attestations.yaml:2",
        **more,
    }


def compliance() -> Report:
    """One framework: automated, partial, manual and inherited, one attestation valid and one expired."""
    report = samples.small()
    report.frameworks = {
        "nist-800-53-r5": {
            "id": "nist-800-53-r5",
            "title": "NIST SP 800-53",
            "version": "Rev. 5",
            "authority": "NIST",
            "url": "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final",
            "statement": "A mapping means that a rule gives evidence for the requirement.",
            "attestations": {"soc2": {"title": "AWS SOC 2 report", "where": "AWS Artifact"}},
            "requirements": _requirements(),
        }
    }
    report.attestations = [_said("AC-4"), _said("M-0", on="2020-01-01", until="2020-12-31")]
    return report


def hostile_compliance() -> Report:
    """The same with names and words that attack the page."""
    report = compliance()
    body = report.frameworks["nist-800-53-r5"]
    for text in samples.HOSTILE:
        body["requirements"].append(
            _requirement(text, text, "shared", "manual", attested_by=["soc2"], remains=text, aws=text, note=text)
        )
        report.attestations.append(_said(text, by=text, evidence=text, statement=text))
    body |= {"title": samples.HOSTILE[0], "url": samples.HOSTILE[5], "statement": samples.HOSTILE[1]}
    body["attestations"]["soc2"] = {"title": samples.HOSTILE[2], "where": samples.HOSTILE[3]}
    return report
