"""What the files of this folder are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rendering.words import Config, attributes, without


@dataclass(slots=True)
class Part:
    """One planned resource, called `this`; `refers`: attributes that hold what another one will have."""

    type: str
    after: Config
    refers: Mapping[str, str] = field(default_factory=dict)
    name: str = "this"

    @property
    def address(self) -> str:
        return f"{self.type}.{self.name}"


def plain(type_: str, drop: tuple[str, ...] = (), **renamed: str) -> Callable[[Config], list[Part]]:
    """A type whose attributes are the API's members in Terraform's spelling but for some names."""

    def render(config: Config) -> list[Part]:
        return [Part(type_, attributes(without(config, drop), renamed))]

    return render
