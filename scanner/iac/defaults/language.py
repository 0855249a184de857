"""The language of the tables: what AWS makes of a member that code leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.model import Unknown, Why


@dataclass(frozen=True, slots=True)
class Constant:
    """AWS answers this for a new resource that does not say the member; `always`: for an old one too."""

    value: Any
    always: bool = False


@dataclass(frozen=True, slots=True)
class Depends:
    """No constant: `on` says what decides, `why` whether that lies outside the input or in the future."""

    on: str
    why: Why = Why.OUT_OF_SCOPE

    def unknown(self) -> Unknown:
        """The reason to record at the member."""
        outside = self.why is Why.OUT_OF_SCOPE
        return Unknown(self.why, message=f"it depends on {self.on}" if outside else self.on)


Default: TypeAlias = Constant | Depends


def after(what: str, members: str) -> dict[str, Default]:
    """Members that AWS decides when the resource is made."""
    return {member: Depends(what, Why.AFTER_APPLY) for member in members.split()}


def outside(what: str, members: str) -> dict[str, Default]:
    """Members that something outside the input decides."""
    return {member: Depends(what) for member in members.split()}


def nulls(members: str) -> dict[str, Default]:
    """Members that a new resource does not have unless it says so."""
    return dict.fromkeys(members.split(), Constant(None))


def constants(value: Any, members: str) -> dict[str, Default]:
    """Members that AWS gives the same value."""
    return {member: Constant(value) for member in members.split()}


def off(members: str) -> dict[str, Default]:
    """Switches that are off."""
    return dict.fromkeys(members.split(), Constant(value=False))


ON_CREATION = "AWS decides it when the resource is created"
ACCOUNT = "the account that the code is deployed to"
