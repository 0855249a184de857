"""Botocore's clients, made cheaply: one for each service and region, and one way out for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from scanner.aws import models
from scanner.aws.answer_parsers import StrictParsers
from scanner.aws.credentials import from_library
from scanner.aws.retries import Line, Retries
from scanner.aws.source import Meter
from scanner.aws.throttle import Throttle
from scanner.aws.transport import Transport
from scanner.version import VERSION


class Clients:
    """The clients of a session. A client costs some 2 ms and 300 KiB once its service's model is read."""

    def __init__(self, session: boto3.Session, throttle: Throttle, meter: Meter, threads: int) -> None:
        self._session = session
        self._throttle = throttle
        self._meter = meter
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], BaseClient] = {}
        self._ways: dict[str, Transport] = {}
        self._timeout = (throttle.patience.connect, throttle.patience.read)
        self._config = Config(
            connect_timeout=throttle.patience.connect,
            read_timeout=throttle.patience.read,
            max_pool_connections=max(threads, 1),
            parameter_validation=False,
            retries={"mode": "standard", "total_max_attempts": 1},  # we ask again ourselves
            user_agent_extra=f"aws-posture/{VERSION}",
        )

    def get(self, service: str, region: str, watch: Callable[..., None]) -> BaseClient:
        """The client of a service in a region; `watch` sees each answer. Raises `Failure`."""
        key = (service, region)
        with self._lock:  # making a client is not safe in threads, using it is
            if key not in self._made:
                try:
                    client = self._session.client(service, region_name=region, config=self._config)  # type: ignore[call-overload]  # the stubs list the services one by one
                except (BotoCoreError, ValueError, OSError) as error:
                    raise from_library(error, emulated=False) from error
                client.meta.events.register("response-received", watch)
                self._made[key] = self._ours(client, service, region)
            return self._made[key]

    def _ours(self, client: BaseClient, service: str, region: str) -> BaseClient:
        """A client with our way out, our parsers and our patience.

        Botocore has no way to hand these over, so they are put where it keeps its own.
        """
        endpoint: Any = client._endpoint  # type: ignore[attr-defined]  # noqa: SLF001 - botocore hands it to nobody
        way = Transport.way(endpoint.http_session)
        if way not in self._ways:
            self._ways[way] = Transport.like(endpoint.http_session, self._timeout)
        endpoint.http_session = Line(self._ways[way], self._throttle, service, region)
        endpoint._response_parser_factory = StrictParsers()  # noqa: SLF001 - as above
        retries = Retries(self._throttle, self._meter, service, region)
        client.meta.events.register("needs-retry", retries.needs_retry)  # type: ignore[arg-type]  # the stubs forget what it gives
        return client

    def forget(self, services: Collection[str]) -> None:
        """Let go of clients, and of the models that they were made from."""
        with self._lock:
            for key in [key for key in self._made if key[0] in services]:
                del self._made[key]
            models.loader().forget(services)
