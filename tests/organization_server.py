"""An emulated organization as a process of its own: moto's server with a log and a switch.

    python organization_server.py LOG

prints its port, and writes a line of JSON for each request. `POST /switch?deny=ID,…` has AssumeRole into these
accounts denied; moto itself lets anybody assume any role.
"""

from __future__ import annotations

import io
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from emulation import Quiet, emulated_aws
from moto.iam.models import get_account_id_from
from werkzeug.serving import make_server

DENIED = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: "
    "sts:AssumeRole on resource: {role}</Message></Error><RequestId>x</RequestId></ErrorResponse>"
)
SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")


class Logged:
    def __init__(self, app: Any, path: Path) -> None:
        self.app = app
        self.log = path.open("a", buffering=1)
        self.lock = threading.Lock()
        self.denied: set[str] = set()

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if env["PATH_INFO"] == "/switch":
            self.denied = set(parse_qs(env["QUERY_STRING"]).get("deny", [""])[0].split(","))
            start("200 OK", [("Content-Length", "0")])
            return []
        body = env["wsgi.input"].read(int(env.get("CONTENT_LENGTH") or 0))
        env["wsgi.input"] = io.BytesIO(body)
        signed = SCOPE.search(env.get("HTTP_AUTHORIZATION", ""))
        key, region, service = signed.groups() if signed else ("", "", "")
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        action = env.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or form.get("Action", "")
        line = {
            "account": get_account_id_from(key) if key else "",
            "service": service,
            "region": region,
            "action": action or f"{env['REQUEST_METHOD']} {env['PATH_INFO']}?{env['QUERY_STRING']}",
            "role": form.get("RoleArn", ""),
        }
        with self.lock:
            self.log.write(json.dumps(line) + "\n")
        if action == "AssumeRole" and line["role"].split(":")[4] in self.denied:
            text = DENIED.format(role=line["role"]).encode()
            start("403 Forbidden", [("Content-Type", "text/xml"), ("Content-Length", str(len(text)))])
            return [text]
        found: Iterable[bytes] = self.app(env, start)
        return found


if __name__ == "__main__":
    app = Logged(emulated_aws(), Path(sys.argv[1]))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()
