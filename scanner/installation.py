"""What is installed and set up here: what `posture doctor` says before it asks AWS."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scanner import api
from scanner.errors import PostureError
from scanner.settings import Settings, find, load
from scanner.version import VERSION

_REQUIREMENT = re.compile(r"""([\w.-]+).*;\s*extra\s*==\s*['"]([\w-]+)['"]""")
_DEVELOPERS = "dev"


def lines(config: Path | None = None) -> Iterator[tuple[str, str, bool]]:
    """(what, how it is, whether that is fine), in the order of telling; nothing is raised."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield "aws-posture", f"{VERSION}, Python {version}", True
    yield "extras", ", ".join(f"{name} {state}" for name, state in sorted(extras().items())) or "not known", True
    path = config or find(Path())
    settings: Settings | None = None
    try:
        settings = load(path)
        yield "settings", f"{path}: valid" if path else "none: no posture.toml here", True
    except PostureError as error:
        yield "settings", str(error), False
    yield from _rules(settings or Settings())
    yield from _waivers(settings or Settings())


def extras() -> dict[str, str]:
    """The optional parts by name: `installed`, or what is missing; empty where nobody installed the package."""
    from importlib import metadata

    try:
        wanted = metadata.requires(api.NAME) or ()
    except metadata.PackageNotFoundError:
        return {}
    found: dict[str, str] = {}
    for text in wanted:
        match = _REQUIREMENT.match(text)
        if match and match[2] != _DEVELOPERS:
            missing = not any(metadata.distributions(name=match[1]))
            if missing or match[2] not in found:
                found[match[2]] = f"lacks {match[1]}" if missing else found.get(match[2], "installed")
    return found


def _rules(settings: Settings) -> Iterator[tuple[str, str, bool]]:
    packs = [Path(name) for name in settings.packs]
    for pack in packs:
        there = pack.exists()
        yield "pack", str(pack) if there else f"{pack}: there is no such folder or file", there
    try:
        ruleset = api.load_rules([pack for pack in packs if pack.exists()])
    except PostureError as error:
        yield "rules", str(error), False
        return
    yield "rules", f"{len(ruleset)}", True
    for problem in ruleset.errors:
        yield "rules", str(problem), False


def _waivers(settings: Settings) -> Iterator[tuple[str, str, bool]]:
    from scanner.engine import waiver_file

    named = [Path(name) for name in settings.waivers]
    files = named or waiver_file.found_in(Path(settings.path).parent, Path())
    for path in files:
        problems = waiver_file.load(path).errors
        yield "waivers", str(path), not problems
        for problem in problems:
            yield "waivers", str(problem), False
    if not files:
        yield "waivers", "none", True
