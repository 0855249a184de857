"""moto as a server that says of a call it lacks what AWS would: not implemented, where it fails with a page of HTML."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

App = Callable[..., Iterable[bytes]]


def emulated_aws() -> App:
    """moto's application; what it fails at is answered with HTTP 501."""
    app = DomainDispatcherApplication(create_backend_app)

    def answer(env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return list(app(env, start))
        except Exception:  # noqa: BLE001 - whatever the emulator stumbles over is what it lacks
            start("501 Not Implemented", [("Content-Type", "text/html"), ("Content-Length", "0")])
            return []

    return answer


class Quiet(WSGIRequestHandler):
    """Requests are not told on standard error."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The endpoint of an emulated AWS in a thread of this process, stopped at the end."""
    server = make_server("127.0.0.1", 0, emulated_aws(), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
