"""The answer of `posture access compare` as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.render.text import printable

_WORDS = {
    True: "The new policy allows what the old one does not. For example:",
    False: "The new policy allows nothing that the old one does not.",
    None: "It could not be told whether the new policy allows anything more",
}


def comparison(answer: Mapping[str, Any]) -> str:
    """`answer` is as `posture access compare --format json` writes it."""
    return "".join(f"{printable(line)}\n" for line in _lines(answer))


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    words = _WORDS[answer["new_access"]]
    yield f"{words}: {answer['reason']}." if answer["new_access"] is None else words
    witness = answer["witness"]
    if witness is None:
        return
    yield f"  who       {_who(witness['principal'])}"
    yield f"  does      {witness['action']}"
    yield f"  on        {witness['resource']}"
    for key, values in witness["context"].items():
        yield f"  with      {key} = {' | '.join(values)}"


def _who(principal: Any) -> str:
    if isinstance(principal, str):
        return principal
    return "anybody, without credentials" if principal["type"] == "Anonymous" else str(principal["id"])
