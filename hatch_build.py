"""The build hook: compiles the built-in rules into the package, for wheels and editable installs alike."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface):
    """Writes `scanner/engine/_builtin*`, which version control leaves out and the wheel takes in."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Generate the files. An invalid rule file ends the build with its place."""
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        try:
            from scanner.engine.build import build

            written = build(Path(self.root, "rules"))
        finally:
            sys.path.remove(self.root)
        build_data["artifacts"] += [path.relative_to(self.root).as_posix() for path in written]
