"""What may be said of a requirement: every combination, held to the laws that must never bend."""

import itertools

import pytest

from scanner.complying.states import COUNTED, MEANINGS, TITLES, Seen, State, decide

ALL = [
    (assessment, Seen(rules, passed if rules else 0, failed if rules else 0, blind, short, code), attested)
    for assessment, rules, passed, failed, blind, short, code, attested in itertools.product(
        ("automated", "partial", "manual", "inherited"),
        (0, 2),
        (0, 3),
        (0, 1),
        (False, True),
        (False, True),
        (False, True),
        ("", "met", "not_applicable"),
    )
]


def test_a_failure_is_never_attested_away():
    for assessment, seen, attested in ALL:
        assert (decide(assessment, seen, attested) is State.NOT_MET) == bool(seen.failed)


def test_what_was_not_read_is_neither_met_nor_attested():
    for assessment, seen, attested in ALL:
        if seen.blind and not seen.failed:
            assert decide(assessment, seen, attested) is State.NOT_SEEN


def test_met_means_that_rules_see_it_whole():
    for assessment, seen, attested in ALL:
        if decide(assessment, seen, attested) is State.MET:
            assert assessment == "automated"
            assert seen.passed
            assert not any((seen.failed, seen.blind, seen.short, seen.code))


def test_evidence_of_a_part_needs_somebodys_word():
    for assessment, seen, attested in ALL:
        state = decide(assessment, seen, attested)
        if state is State.ATTESTED:
            assert attested == "met"
        if assessment == "partial" and seen.passed and not (seen.failed or seen.blind):
            assert state is (State.ATTESTED if attested == "met" else State.PARTLY_SEEN)


def test_only_what_aws_answers_for_alone_is_inherited():
    for assessment, seen, attested in ALL:
        if decide(assessment, seen, attested) is State.INHERITED:
            assert assessment == "inherited"


@pytest.mark.parametrize(
    ("assessment", "seen", "attested", "state"),
    [
        ("automated", Seen(2, passed=3), "", State.MET),
        ("automated", Seen(2, passed=3, short=True), "", State.PARTLY_SEEN),
        ("automated", Seen(2, passed=3, code=True), "", State.PARTLY_SEEN),
        ("automated", Seen(2), "", State.NOT_APPLICABLE),
        ("automated", Seen(2, code=True), "", State.NOT_SEEN),
        ("automated", Seen(), "", State.NOT_SEEN),
        ("automated", Seen(), "met", State.ATTESTED),
        ("automated", Seen(2, passed=1), "not_applicable", State.MET),
        ("partial", Seen(2), "", State.NEEDS_ATTESTATION),
        ("partial", Seen(), "not_applicable", State.NOT_APPLICABLE),
        ("manual", Seen(), "", State.NEEDS_ATTESTATION),
        ("manual", Seen(), "met", State.ATTESTED),
        ("inherited", Seen(), "", State.INHERITED),
        ("inherited", Seen(), "not_applicable", State.NOT_APPLICABLE),
    ],
)
def test_the_state_of(assessment, seen, attested, state):
    assert decide(assessment, seen, attested) is state


def test_every_state_has_its_words():
    assert set(State) == set(TITLES) == set(MEANINGS) == set(COUNTED)
