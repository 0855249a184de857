import pytest

from scanner.aws.failures import clean, from_answer, why
from scanner.model import Why


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("AccessDenied", 403, Why.DENIED),
        ("SomethingNew", 403, Why.DENIED),
        ("SomethingNew", 401, Why.DENIED),
        ("ExpiredTokenException", 400, Why.DENIED),
        ("RequestTimeTooSkewed", 403, Why.ERROR),
        ("OptInRequired", 403, Why.UNSUPPORTED),
        ("InvalidAction", 400, Why.UNSUPPORTED),
        ("SomethingNew", 429, Why.THROTTLED),
        ("RequestLimitExceeded", 503, Why.THROTTLED),
        ("ServiceUnavailable", 503, Why.ERROR),
        ("404", 404, Why.ERROR),
        ("", 0, Why.ERROR),
    ],
)
def test_the_reason_of_a_code(code, status, expected):
    assert why(code, status) is expected


def test_a_bare_404_is_unsupported_only_where_the_endpoint_is_not_aws():
    assert why("404", 404, emulated=True) is Why.UNSUPPORTED
    assert why("NoSuchBucketPolicy", 404, emulated=True) is Why.ERROR


@pytest.mark.parametrize(
    "response", [{}, {"Error": None}, {"Error": "x"}, {"Error": {"Code": 7}, "ResponseMetadata": 3}]
)
def test_malformed_errors_are_errors(response):
    assert from_answer(response).why is Why.ERROR


def test_the_same_refusal_reads_the_same_and_is_one_clean_line():
    text = "You are not authorized.\nEncoded authorization failure message: {} (RequestID: {})\x1b[31m"
    assert clean(text.format("abc-_1", "77aa")) == clean(text.format("xyz", "88bb")) == "You are not authorized. [31m"
    assert len(clean("x" * 5000)) == 400
