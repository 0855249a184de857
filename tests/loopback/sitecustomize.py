"""Leads `<account>.127.0.0.1` here: S3 Control puts the account in front of the endpoint's host."""

import re
import socket

_ACCOUNT = re.compile(r"\d{12}\.127\.0\.0\.1")
_resolve = socket.getaddrinfo


def _loopback(host, *arguments, **options):
    if isinstance(host, str) and _ACCOUNT.fullmatch(host):
        host = "127.0.0.1"
    return _resolve(host, *arguments, **options)


socket.getaddrinfo = _loopback
