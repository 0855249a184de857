"""The way to AWS that all clients share: one store of certificates, connections kept, and no request without end."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
    AWSResponse,
)
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

_TICK = 0.1
_HOSTS = 64
"""Hosts whose connections are kept: each bucket has one of its own."""
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


class NoSuchHostError(HTTPClientError):
    """A name that does not exist, while others do."""

    fmt = "there is no {host}: the service has no endpoint in this region"


class _Guard:
    """One request under way: the socket that it uses, closed when the time is up."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.socket: socket.socket | None = None
        self.expired = False

    def expire(self) -> None:
        self.expired = True
        if self.socket is not None:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


_guard: ContextVar[_Guard | None] = ContextVar("guard", default=None)


class _Watched:
    """A connection that shows its socket to the guard of the request it serves."""

    sock: Any

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # mixed into connections
        self._show()

    def request(self, *args: Any, **options: Any) -> Any:
        self._show()
        return super().request(*args, **options)  # type: ignore[misc]  # mixed into connections

    def _show(self) -> None:
        if (guard := _guard.get()) and self.sock is not None:
            guard.socket = self.sock


class _Plain(_Watched, AWSHTTPConnection):  # type: ignore[misc]  # as botocore mixes them
    pass


class _Secure(_Watched, AWSHTTPSConnection):  # type: ignore[misc]  # as botocore mixes them
    pass


class _PlainPool(AWSHTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(AWSHTTPSConnectionPool):
    ConnectionCls = _Secure


class _Watch:
    """Looks after the requests under way, from a thread that lives as long as there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._guards: set[_Guard] = set()
        self._watching = False

    @contextmanager
    def over(self, until: float) -> Iterator[_Guard]:
        guard = _Guard(until)
        with self._lock:
            self._guards.add(guard)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
        token = _guard.set(guard)
        try:
            yield guard
        finally:
            _guard.reset(token)
            with self._lock:
                self._guards.discard(guard)

    def _run(self) -> None:
        while True:
            time.sleep(_TICK)
            now = time.monotonic()
            with self._lock:
                if not self._guards:
                    self._watching = False
                    return
                late = [guard for guard in self._guards if now >= guard.until and not guard.expired]
            for guard in late:
                guard.expire()


class Transport(URLLib3Session):
    """Botocore's HTTP session, shared by clients.

    Certificates are loaded once: botocore has them loaded for each connection, which costs 13 ms of CPU.
    """

    def __init__(self, **options: Any) -> None:
        self._trusted: set[str] = set()
        self._trusting = threading.Lock()
        self._shared: ssl.SSLContext | None = None
        super().__init__(**options)
        self._pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        self._manager.pool_classes_by_scheme = self._pool_classes_by_scheme  # type: ignore[attr-defined]  # not in the stubs
        self._watch = _Watch()
        self._reached = ""

    @classmethod
    def like(cls, made: Any, timeout: tuple[float, float]) -> Transport:
        """One that goes the way of the session that botocore made for a client: certificates, proxies, sizes."""
        certificate = (made._cert_file, made._key_file) if made._cert_file else None  # noqa: SLF001 - nothing else tells
        return cls(
            verify=made._verify,  # noqa: SLF001 - botocore keeps it to itself
            proxies=made._proxy_config._proxies,  # noqa: SLF001 - botocore keeps it to itself
            proxies_config=made._proxy_config.settings,  # noqa: SLF001 - botocore keeps it to itself
            timeout=timeout,
            max_pool_connections=made._max_pool_connections,  # noqa: SLF001 - botocore keeps it to itself
            socket_options=made._socket_options,  # noqa: SLF001 - botocore keeps it to itself
            client_cert=certificate,
        )

    @staticmethod
    def way(made: Any) -> str:
        """What two sessions have in common that go the same way."""
        proxies = made._proxy_config  # noqa: SLF001 - nothing else tells
        return repr((made._verify, made._cert_file, proxies._proxies, proxies.settings))  # noqa: SLF001 - botocore keeps it to itself

    def send_until(self, request: AWSPreparedRequest, until: float) -> AWSResponse:
        """Send a request and read the answer, for so long by the monotonic clock. Raises `HTTPClientError`."""
        host = request.url.split("/")[2]
        with self._watch.over(until) as guard:
            try:
                answer = self.send(request)
            except EndpointConnectionError as error:
                if self._no_such(error, host):
                    raise NoSuchHostError(host=host) from error
                raise
            except HTTPClientError as error:
                if guard.expired:
                    raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
                raise
        if guard.expired:
            raise ReadTimeoutError(endpoint_url=request.url)
        self._reached = host
        if not request.stream_output and _cut_short(request, answer):
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    def _no_such(self, error: EndpointConnectionError, host: str) -> bool:
        """Whether a name does not exist; if no other does either, it is the network that is missing."""
        cause: Any = error.kwargs.get("error")
        while cause is not None and not isinstance(cause, socket.gaierror):
            cause = cause.__cause__ or cause.__context__
        if cause is None or cause.errno not in _NO_SUCH_NAME or self._reached in ("", host):
            return False
        try:
            socket.getaddrinfo(self._reached.rsplit(":", 1)[0], None)
        except OSError:
            return False
        return True

    def _get_pool_manager_kwargs(self, **extra: Any) -> dict[str, Any]:
        found: dict[str, Any] = super()._get_pool_manager_kwargs(**extra)  # type: ignore[misc]  # not in the stubs
        self._shared = self._shared or found["ssl_context"]
        return {**found, "ssl_context": self._shared, "num_pools": _HOSTS}

    def _setup_ssl_cert(self, conn: Any, url: str, verify: Any) -> None:
        super()._setup_ssl_cert(conn, url, verify)  # type: ignore[misc]  # not in the stubs
        bundle = conn.ca_certs
        if bundle and self._shared:
            with self._trusting:
                if bundle not in self._trusted:
                    self._shared.load_verify_locations(bundle)
                    self._trusted.add(bundle)
            conn.ca_certs = None


def _cut_short(request: AWSPreparedRequest, answer: AWSResponse) -> bool:
    """Whether a body is shorter than it was said to be."""
    length = answer.headers.get("Content-Length", "")
    bodiless = request.method == "HEAD" or answer.status_code in (204, 304)
    return not bodiless and length.isdigit() and len(answer.content) < int(length)
