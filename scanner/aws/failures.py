"""Why a call gave no answer: the one place that reads AWS's error codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from scanner.model import Why

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and each service's common errors.
_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# The call does not exist there, or the account has not subscribed to it: asking again or with more
# permissions would not help. OptInRequired and SubscriptionRequiredException come with HTTP 403.
_UNSUPPORTED = frozenset(
    {
        "InvalidAction",  # query protocols: this endpoint does not know the operation
        "NotImplemented",  # S3, HTTP 501
        "NotImplementedException",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnknownOperationException",  # JSON protocols: this endpoint does not know the operation
        "UnsupportedOperation",
        "UnsupportedOperationException",
    }
)
# How emulators say that they lack a call: an HTTP status and a page of HTML, without a code of AWS's.
_BARE = frozenset({("", 404), ("404", 404), ("500", 500)})
# Codes that come with HTTP 400 as well, or from emulators without a status.
_DENIED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthFailure",
        "AuthorizationError",
        "AuthorizationErrorException",
        "ExpiredToken",
        "ExpiredTokenException",
        "Forbidden",
        "InvalidClientTokenId",
        "UnauthorizedAccess",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
# HTTP 403 without being a matter of permissions.
_NOT_DENIED = frozenset({"RequestTimeTooSkewed", "SignatureDoesNotMatch"})
# EC2 encodes the request into its refusals, so the same refusal never reads the same twice.
_NOISE = re.compile(
    r"\s*Encoded authorization failure message: \S+|\s*\(?(?:RequestI[dD]|request id|HostI[dD])[:=] ?[\w/+=-]+\)?",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LONGEST = 400


class Failure(Exception):  # noqa: N818 - a kind of answer that the interpreter handles, not an error of ours
    """That a call gave no answer, or no further page. `code` is AWS's, or the exception's name."""

    def __init__(self, why: Why, code: str, message: str = "", status: int = 0) -> None:
        self.why = why
        self.code = code
        self.status = status
        self.message = clean(": ".join(part for part in (code, message) if part))
        self.plain_message = clean(message)
        super().__init__(self.message)

    def among(self, codes: Collection[str]) -> bool:
        """Whether this is one of the codes, or of the messages written `<code>: <message>`."""
        return self.code in codes or self.message.rstrip(".") in codes


def from_answer(response: Mapping[str, Any], *, emulated: bool = False) -> Failure:
    """The failure that an error answer tells (`Error` and, if known, `ResponseMetadata`).

    `emulated`: it came from an endpoint that is not AWS's, where a bare HTTP 404 or 500 means that the
    call is not implemented.
    """
    error = response.get("Error")
    error = error if isinstance(error, Mapping) else {}
    code, message = str(error.get("Code") or ""), str(error.get("Message") or "")
    metadata = response.get("ResponseMetadata")
    status = metadata.get("HTTPStatusCode") if isinstance(metadata, Mapping) else 0
    status = status if isinstance(status, int) else 0
    return Failure(why(code, status, emulated=emulated), code, message, status)


def why(code: str, status: int, *, emulated: bool = False) -> Why:
    """The reason that an error code and an HTTP status stand for."""
    if code in _THROTTLED or status == 429:
        return Why.THROTTLED
    if code in _UNSUPPORTED or status == 501 or (emulated and (code, status) in _BARE):
        return Why.UNSUPPORTED
    if code in _NOT_DENIED:
        return Why.ERROR
    if code in _DENIED or status in (401, 403):
        return Why.DENIED
    return Why.ERROR


def is_throttle(code: str, status: int) -> bool:
    """Whether AWS asked to slow down."""
    return code in _THROTTLED or status == 429


def clean(message: str) -> str:
    """A message from outside as one line that reads the same each time."""
    return " ".join(_CONTROL.sub(" ", _NOISE.sub("", message)).split())[:_LONGEST]
