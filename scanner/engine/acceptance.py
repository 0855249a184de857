"""All that a project lives with, laid over a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.engine import accepted_gaps, waivers
from scanner.model import Report


@dataclass(frozen=True, slots=True)
class Acceptances:
    """Waivers of fails, accepted gaps, and whether regions that the organisation has closed are accepted."""

    waivers: Sequence[waivers.Waiver] = ()
    gaps: Sequence[accepted_gaps.AcceptedGap] = ()
    region_deny: bool = True


def apply(report: Report, acceptances: Acceptances) -> None:
    """Mark what is accepted, and list every entry with what it covers and what is wrong with it."""
    waivers.apply(report, acceptances.waivers)
    accepted_gaps.apply(report, acceptances.gaps)
