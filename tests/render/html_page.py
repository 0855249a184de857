"""What the page's script reads, read again: the data blocks of a rendered page."""

from __future__ import annotations

import base64
import gzip
import json
import re
from array import array
from typing import Any

_CODES = {1: "B", 2: "H", 4: "I"}
_EVIDENCE = {"path": "", "value": None, "expected": None, "source": "", "reason": "", "operation": "", "permission": ""}


class Data:
    """The core, the columns by name, and the blocks of details."""

    def __init__(self, page: str) -> None:
        self._page = page
        self.core: dict[str, Any] = json.loads(_inflated(self._block("core")))
        self.columns: dict[str, array[int]] = {}
        raw, at = _inflated(self._block("columns")), 0
        for name, width, length in self.core["layout"]:
            self.columns[name] = array(_CODES[width], raw[at : at + width * length])
            at += -(-width * length // 4) * 4
        assert at == len(raw)
        self.findings = {name[2:]: column for name, column in self.columns.items() if name.startswith("f.")}
        self.resources = {name[2:]: column for name, column in self.columns.items() if name.startswith("r.")}
        self.blocks = [json.loads(_inflated(text)) for text in self._block("details").split("\n") if text]

    def differences(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(_inflated(self._block("changes")))
        return made

    def fingerprints(self) -> list[str]:
        text = self.columns["fingerprint"].tobytes().hex()
        return [text[i : i + 32] for i in range(0, len(text), 32)]

    def texts(self, column: str) -> list[str]:
        return [self.core["strings"][index] for index in self.findings[column]]

    def resource(self, place: int, column: str) -> str:
        text: str = self.core["strings"][self.resources[column][place]]
        return text

    def evidence(self, finding: int) -> list[dict[str, Any]]:
        starts = list(self.columns["starts"])
        number = max(n for n, start in enumerate(starts) if start <= finding)
        detail = self.blocks[number]["findings"][finding - starts[number]]
        return [_EVIDENCE | dict(zip(_EVIDENCE, row, strict=False)) for row in detail.get("evidence", [])]

    def document(self, id_: str) -> dict[str, Any]:
        (place,) = [r for r in range(len(self.resources["id"])) if self.resource(r, "id") == id_]
        made: dict[str, Any] = self.blocks[self.resources["block"][place] - 1]["resources"][id_]
        return made

    def _block(self, id_: str) -> str:
        block = re.search(rf'id="{id_}">([A-Za-z0-9+/=\n]*)</script>', self._page)
        assert block
        return block[1]


def _inflated(text: str) -> bytes:
    return gzip.decompress(base64.b64decode(text))
