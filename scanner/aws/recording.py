"""Where a recorded answer lies, and writing one: `<account>/<service>/<region>/<operation>[@param=value&…].json`."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scanner.aws import models
from scanner.aws.failures import Failure
from scanner.aws.source import Call
from scanner.errors import InputError
from scanner.model import canonical

SCOPE = "scope.json"
"""In an account's folder: the regions that were asked for when it was recorded."""
_LONGEST = 240
_REGION = re.compile(r"[A-Za-z0-9-]{1,63}")


def file_name(operation: str, params: Mapping[str, Any]) -> str:
    """The name of the file for a call: parameters sorted, values percent-encoded.

    A list is its values joined by commas, whatever else is not a string is JSON. A name that file
    systems would refuse as too long is cut and ends in its SHA-256.
    """
    pairs = "&".join(f"{name}={_value(value)}" for name, value in sorted(params.items()))
    name = f"{operation}@{pairs}" if pairs else operation
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 65]}~{hashlib.sha256(name.encode()).hexdigest()}"
    return name + ".json"


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(_value, value))
    return quote(value if isinstance(value, str) else canonical(value), safe="")


def relative_path(call: Call) -> Path:
    """Where the answer to a call lies in a recording."""
    return Path(call.account.id, call.service, region_folder(call.region), file_name(call.operation, call.params))


def region_folder(region: str) -> str:
    """The folder of a region; one that an answer made up leads nowhere else (`..`)."""
    return region if _REGION.fullmatch(region) else "~" + hashlib.sha256(region.encode(errors="replace")).hexdigest()


class Recorder:
    """Writes the answers that pass by into a folder, for `ReplaySource` to read; files are 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tap(self, call: Call, pages: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The same pages; when they end, they are in the recording as one answer, with the error if any.

        Of a listing that was left before its end nothing is kept: it would look like the whole.
        """
        seen: list[dict[str, Any]] = []
        try:
            for page in pages:
                seen.append(page)
                yield page
        except Failure as failure:
            error = {"Code": failure.code, "Message": failure.plain_message, "Why": str(failure.why)}
            self.save(call, {**merged(call, seen), "Error": error})
            raise
        self.save(call, merged(call, seen))

    def scope(self, account: str, regions: Collection[str]) -> None:
        """Keep which regions of an account are read, beside those of earlier runs into the same folder.

        Raises `InputError` if the folder cannot be written.
        """
        earlier: set[str] = set()
        with suppress(OSError, ValueError, KeyError, TypeError):
            earlier = set(json.loads((self._folder / account / SCOPE).read_text(encoding="utf-8"))["regions"])
        self._write(Path(account, SCOPE), {"regions": sorted(earlier | set(regions))})

    def save(self, call: Call, answer: Mapping[str, Any]) -> None:
        """Write one answer. Raises `InputError` if the folder cannot be written."""
        self._write(relative_path(call), answer)

    def _write(self, relative: Path, answer: Mapping[str, Any]) -> None:
        path = self._folder / relative
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
                json.dump(answer, file, indent=1, sort_keys=True)
            Path(temporary).replace(path)
        except OSError as error:
            raise InputError(f"the recording cannot be written ({error.strerror})", where=str(path)) from error


def merged(call: Call, pages: list[dict[str, Any]]) -> dict[str, Any]:
    """The pages of an answer as one: lists at botocore's result keys joined, tokens left out."""
    if not pages:
        return {}
    paging = models.paging_members(call.service, call.operation)
    whole = {name: value for name, value in pages[0].items() if name not in paging}
    for key in models.result_keys(call.service, call.operation):
        parts = [found for page in pages if isinstance(found := _at(page, key), list)]
        if parts:
            _set(whole, key, [item for part in parts for item in part])
    return whole


def _at(page: Any, path: str) -> Any:
    for name in path.split("."):
        page = page.get(name) if isinstance(page, dict) else None
    return page


def _set(whole: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for name in above:
        whole = whole.setdefault(name, {})
    whole[last] = value
