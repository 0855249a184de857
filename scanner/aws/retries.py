"""Asking again: what botocore's standard mode calls transient or throttled, within our budget and deadline."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import HTTPClientError
from botocore.retries.standard import (
    ModeledRetryableChecker,
    RetryEventAdapter,
    ThrottlingErrorDetector,
    TransientRetryableChecker,
)

from scanner.aws.source import Meter
from scanner.aws.throttle import Throttle
from scanner.aws.transport import NoSuchHostError, Transport

_SENT, _UNTIL = "posture-sent", "posture-until"
"""In a request's context, which all its attempts share: when the last was sent, and when to give up."""


class ThrottledOutError(HTTPClientError):
    """AWS asked to slow down for so long that the request was not made any more."""

    fmt = "AWS asked to slow down, and the turn of this request did not come within {seconds:.0f} s"


class Line:
    """A client's way out, in place of the HTTP session that botocore made for it: paced and bounded in time."""

    def __init__(self, transport: Transport, throttle: Throttle, service: str, region: str) -> None:
        self._transport = transport
        self._pace = throttle.pace(service, region)
        self._deadline = throttle.patience.deadline

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send a request when it may go. Raises botocore's `HTTPClientError`."""
        context: dict[str, Any] = request.context  # type: ignore[attr-defined]  # the stubs do not know it yet
        until = context.setdefault(_UNTIL, time.monotonic() + self._deadline)
        wait = self._pace.reserve(until - time.monotonic())
        if wait is None:
            raise ThrottledOutError(seconds=self._deadline)
        if wait:
            time.sleep(wait)
        context[_SENT] = time.monotonic()
        return self._transport.send_until(request, until)

    def close(self) -> None:
        """Nothing: the transport is shared."""


class Retries:
    """The judge of one client's answers: which to ask for again, and when. Botocore's `needs-retry` event."""

    def __init__(self, throttle: Throttle, meter: Meter, service: str, region: str) -> None:
        self._throttle = throttle
        self._meter = meter
        self._service = service
        self._region = region
        self._pace = throttle.pace(service, region)
        self._adapter = RetryEventAdapter()
        self._throttling = ThrottlingErrorDetector(self._adapter)
        self._transient = (TransientRetryableChecker(), ModeledRetryableChecker())

    def needs_retry(self, **event: Any) -> float | None:
        """The seconds after which a request is made again, or `None`: then its answer stands."""
        context = self._adapter.create_retry_context(**event)
        answered = context.http_response is not None
        throttled = answered and self._throttling.is_throttling_error_from_context(context)
        now = time.monotonic()
        self._pace.answered(context.request_context.get(_SENT, now), throttled=throttled)
        key = (self._service, self._region, str(context.operation_model.name))
        if answered:
            self._throttle.silence.heard(key)
        if not throttled and not self._again(context):
            if answered:
                self._throttle.budget.earn()
            return None
        pause = self._pause(context, throttled=throttled)
        if pause is None or now + pause > context.request_context.get(_UNTIL, now + pause):
            if not answered:
                self._throttle.silence.missed(key)
            return None
        if not self._throttle.budget.take():
            return None
        self._meter.retried(f"{key[0]}:{key[2]}")
        return pause

    def _again(self, context: Any) -> bool:
        if isinstance(context.caught_exception, ThrottledOutError | NoSuchHostError):
            return False
        return any(checker.is_retryable(context) for checker in self._transient)

    def _pause(self, context: Any, *, throttled: bool) -> float | None:
        """Full jitter, but no less than AWS says (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/)."""
        patience = self._throttle.patience
        attempts: int = context.attempt_number
        if attempts >= (patience.throttled if throttled and patience.attempts > 1 else patience.attempts):
            return None
        base = patience.slow_pause if throttled else patience.pause
        pause = random.random() * min(base * 2 ** (attempts - 1), patience.longest)  # noqa: S311 - no secret
        headers: Mapping[str, str] = context.http_response.headers if context.http_response is not None else {}
        return float(max(pause, retry_after(headers)))


def retry_after(headers: Mapping[str, str]) -> float:
    """The seconds that an answer asks to wait, 0 if it does not.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after, and AWS's own header in milliseconds.
    """
    scale = 1000.0 if "x-amz-retry-after" in headers else 1.0
    text = headers.get("x-amz-retry-after") or headers.get("Retry-After") or ""
    if text.isascii() and text.isdigit():
        return int(text[:9]) / scale
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0) if text else 0.0
    except (ValueError, OverflowError):
        return 0.0
