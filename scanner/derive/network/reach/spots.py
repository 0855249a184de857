"""Where packets go and arrive, and the ways there."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from scanner.derive.network.reach.interfaces import Interface
from scanner.derive.network.reach.routes import Target
from scanner.derive.network.reach.stages import Stage
from scanner.derive.network.reach.transit import Attachment
from scanner.derive.network.reach.vpcs import Subnet

EndKind: TypeAlias = Literal["interface", "nat", "internet", "on-premises", "beyond"]


class Goal(NamedTuple):
    """Where packets shall arrive; an internet gateway or attachment by its id where it must be that one."""

    kind: EndKind
    interface: Interface | None = None
    through: str = ""


class Spot(NamedTuple):
    """Where packets arrived, and where the answer sets out from: in a subnet, or at a gateway or attachment."""

    kind: EndKind
    subnet: Subnet
    gateway: Target
    attachment: Attachment | None = None
    nat: Interface | None = None


class Way(NamedTuple):
    """The stages up to a spot. `known`: on the way groups can be told by reference."""

    stages: tuple[Stage, ...]
    end: Spot
    known: bool = True

    def after(self, *stages: Stage) -> Way:
        """The same way with stages in front."""
        return self._replace(stages=(*stages, *self.stages))
