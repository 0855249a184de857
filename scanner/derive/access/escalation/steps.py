"""The single steps: what somebody could do to come by the permissions of another, or by more of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.derive.access.escalation.asking import Granted
from scanner.derive.access.escalation.primitives import Primitive
from scanner.model import Unknown


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a principal to another (or to itself), with the requests that it takes.

    `ends`: whether it leads to every permission whatever the target has. `assumptions` are what must hold
    besides and the snapshot does not tell: a step without any is certain.
    """

    primitive: Primitive
    source: str
    target: str
    granted: tuple[Granted, ...]
    assumptions: tuple[str, ...] = ()
    ends: bool = False
    through: str = ""
    then: Primitive | None = None

    @property
    def title(self) -> str:
        """What is done, in words."""
        return self.primitive.title if self.then is None else f"{self.primitive.title}, then {self.then.title}"


@dataclass(slots=True)
class Trial:
    """What was granted of the needs of a way so far; `None` for `granted` once one was refused."""

    granted: list[Granted]
    assumptions: list[str]


Tried = Trial | None


def joined(answers: Iterable[Granted | list[Granted] | Unknown | None], assumptions: Sequence[str] = ()) -> Tried:
    """All of several answers: nothing where one is refused; what is not known is assumed."""
    trial = Trial([], list(assumptions))
    for answer in answers:
        if answer is None:
            return None
        if isinstance(answer, Unknown):
            trial.assumptions.append(f"what could not be decided is allowed: {answer.message}")
        elif isinstance(answer, Granted):
            trial.granted.append(answer)
        else:
            trial.granted += answer
    return trial


def step(  # noqa: PLR0913 - as many as a step has
    primitive: Primitive, source: str, target: str, trial: Trial, *, ends: bool = False, through: str = ""
) -> Step:
    """The step of a trial that went well."""
    assumptions = tuple(dict.fromkeys(trial.assumptions))
    return Step(primitive, source, target, tuple(trial.granted), assumptions, ends, through)
