"""What `--rules` takes: a file, a folder, or the name of an installed pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Type = click.ParamType[Path]
else:
    _Type = click.ParamType  # generic only in the newest releases


class Pack(_Type):
    """A path of rules; a bare name that is no path is looked up among the installed packs."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The folder or file."""
        path = Path(value)
        if path.exists():
            return path
        from scanner.engine import installed_packs
        from scanner.errors import UsageError

        try:
            found = installed_packs.folder(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)
        if found is None:
            names = ", ".join(installed_packs.names())
            known = f"Installed packs: {names}." if names else "No pack is installed."
            self.fail(f"there is no file or folder {str(value)!r}, and no pack of that name. {known}", param, ctx)
        return found

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> Any:
        """Installed packs, then paths."""
        del ctx, param
        from click.shell_completion import CompletionItem

        from scanner.engine import installed_packs

        found = [CompletionItem(name) for name in installed_packs.names() if name.startswith(incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]
