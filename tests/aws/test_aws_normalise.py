from datetime import UTC, datetime, timedelta, timezone

import pytest

from scanner.aws.normalise import document, iso, location, plain, policy, tags, tidy


def test_dates_are_in_utc_with_seconds():
    assert iso(datetime(2026, 11, 24, 1, 2, 3, 999, tzinfo=UTC)) == "2026-11-24T01:02:03Z"
    assert iso(datetime(2026, 11, 24, 2, 2, 3, tzinfo=timezone(timedelta(hours=1)))) == "2026-11-24T01:02:03Z"


def test_python_values_become_json():
    assert plain({"a": (b"\x00", None, True, 1.5, [datetime(2026, 1, 1, tzinfo=UTC)])}) == {
        "a": ["AA==", None, True, 1.5, ["2026-01-01T00:00:00Z"]]
    }


def test_lists_are_sorted_but_for_those_that_are_ordered():
    value = {"S": [{"b": 1}, {"a": [3, 1, 2]}], "O": ["z", "a"], "V": 1}
    assert tidy(value, ("O",), ("V",)) == {"S": [{"a": [1, 2, 3]}, {"b": 1}], "O": ["z", "a"]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}], {"a": "1", "b": "2"}),
        ([{"TagKey": "a", "TagValue": "1"}], {"a": "1"}),
        ({"a": 1}, {"a": "1"}),
        ([{"Key": "a"}], {"a": ""}),
        (None, {}),
        ("junk", {}),
    ],
)
def test_tags_become_a_map(given, expected):
    assert tags(given) == expected


@pytest.mark.parametrize("text", ["{", "", "NaN", '{"a": Infinity}', "[" * 100_000, '{"a":' * 150 + "1" + "}" * 150])
def test_what_is_no_policy_stays_a_string(text):
    assert policy(text) == text


def test_documents_from_outside_are_bounded():
    assert document(b'{"a": [1]}') == {"a": [1]}
    with pytest.raises(ValueError, match="nested too deeply"):
        document("[" * 120 + "]" * 120)


def test_locations():
    assert [location(item) for item in (None, "", "EU", "ap-south-1")] == [
        "us-east-1",
        "us-east-1",
        "eu-west-1",
        "ap-south-1",
    ]
