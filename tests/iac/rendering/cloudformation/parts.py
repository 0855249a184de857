"""What the files of this folder are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rendering.words import Config, without

Resources = dict[str, Any]


MAIN = "This"
"""The logical id of the resource that the example is about."""


def plain(type_: str, drop: tuple[str, ...] = (), **renamed: str) -> Callable[[Config], Resources]:
    """A type whose properties are the API's members but for some names; `drop`: AWS gives them itself."""

    def render(config: Config) -> Resources:
        properties = {renamed.get(name, name): value for name, value in without(config, drop).items()}
        return main(type_, {name: value for name, value in properties.items() if value is not None})

    return render


def main(type_: str, properties: Config, **beside: Config) -> Resources:
    """The resource and those that complete it."""
    return {MAIN: {"Type": type_, "Properties": properties}, **beside}


def move(source: Config, target: Config, name: str, to: str, make: Callable[[Any], Any] = lambda value: value) -> None:
    value = source.pop(name, None)
    if value is not None:
        target[to] = make(value)
