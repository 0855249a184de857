"""Bounds on what one template may cost, so that a hostile one cannot hang or crash a gate."""

from __future__ import annotations

from scanner.errors import InputError

MAX_STEPS = 1_000_000
"""Expressions evaluated for one template."""

MAX_DEPTH = 100
"""References followed from within references, conditions in conditions: together, at one time."""


class Budget:
    """Counts the steps and the depth of evaluating one template. Use it as a context manager."""

    __slots__ = ("_depth", "_left", "file")

    def __init__(self, file: str) -> None:
        """`file` is named in the error."""
        self.file = file
        self._left = MAX_STEPS
        self._depth = 0

    def __enter__(self) -> None:
        """One step down. Raises `InputError` when there were too many."""
        self._left -= 1
        self._depth += 1
        if self._left < 0 or self._depth > MAX_DEPTH:
            raise InputError(
                "its expressions refer to each other without end", where=self.file, hint="Nest fewer references."
            )

    def __exit__(self, *_: object) -> None:
        """One step up."""
        self._depth -= 1
