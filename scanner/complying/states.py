"""A requirement's state: what may be said of it from what was seen and from what people attest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """In the order in which they want attention."""

    NOT_MET = "not_met"
    NOT_SEEN = "not_seen"
    PARTLY_SEEN = "partly_seen"
    NEEDS_ATTESTATION = "needs_attestation"
    MET = "met"
    ATTESTED = "attested"
    INHERITED = "inherited"
    NOT_APPLICABLE = "not_applicable"


TITLES = {
    State.NOT_MET: "Not met",
    State.NOT_SEEN: "Not seen",
    State.PARTLY_SEEN: "Partly seen",
    State.NEEDS_ATTESTATION: "Needs attestation",
    State.MET: "Met",
    State.ATTESTED: "Attested",
    State.INHERITED: "Inherited from AWS",
    State.NOT_APPLICABLE: "Nothing to judge",
}

COUNTED = {**TITLES, State.NEEDS_ATTESTATION: "Need an attestation"}
"""The same behind a number."""

MEANINGS = {
    State.NOT_MET: "A resource fails a rule that gives evidence for it, accepted or not.",
    State.NOT_SEEN: "No failure was seen, but something that had to be read was not, or no rule looks at it.",
    State.PARTLY_SEEN: "All that rules can see of it passes. They see a part; the rest needs an attestation.",
    State.NEEDS_ATTESTATION: "No rule can see it, and nobody has attested it, or the attestation has ended.",
    State.MET: "Rules can see it, everything was read, and every resource passes.",
    State.ATTESTED: "A person attests it, and nothing that was read contradicts.",
    State.INHERITED: "AWS answers for it, by the report or certificate named.",
    State.NOT_APPLICABLE: "There is nothing of it in what was read, or a person states that it does not apply.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What rules say of a requirement, added up over some places.

    `rules` is how many give evidence, `blind` whether something that one of them needs was not read or one was
    not run, `short` whether what passed was judged at less than the framework asks for, `code` whether it is the
    code of an account that was judged, which shows what it makes and not what there is.
    """

    rules: int = 0
    passed: int = 0
    failed: int = 0
    blind: bool = False
    short: bool = False
    code: bool = False


def decide(assessment: str, seen: Seen, attested: str = "") -> State:
    """The state of a requirement; `attested` is `met` or `not_applicable` where a valid attestation says so.

    A failure is never attested away, and what was not read is neither met nor attested.
    """
    if seen.failed or seen.blind:
        return State.NOT_MET if seen.failed else State.NOT_SEEN
    if attested == "not_applicable" and not seen.passed:
        return State.NOT_APPLICABLE
    if assessment == "inherited":
        return State.INHERITED
    if assessment == "automated":
        return _automated(seen, attested)
    if attested == "met":
        return State.ATTESTED
    return State.PARTLY_SEEN if seen.passed else State.NEEDS_ATTESTATION


def _automated(seen: Seen, attested: str) -> State:
    if seen.passed:
        return State.PARTLY_SEEN if seen.short or seen.code else State.MET
    if attested == "met":
        return State.ATTESTED
    return State.NOT_APPLICABLE if seen.rules and not seen.code else State.NOT_SEEN
