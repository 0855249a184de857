"""Options and progress of the commands that ask AWS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scanner.cli import _names, _organization, _progress, _role, _streams
from scanner.settings import Settings

if TYPE_CHECKING:
    from scanner.collecting import Request
    from scanner.snapshot.reading import Snapshot

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--region",
        "regions",
        multiple=True,
        metavar="NAME",
        shell_complete=_names.regions,
        help="Only this region; repeats. Default: all enabled ones.",
    ),
    _names.service_option("Only this service"),
    _names.extra_option(),
    click.option(
        "-s",
        "--snapshot",
        "path",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Keep the snapshot in this file; if an interrupted run began it, go on there.",
    ),
    click.option("--force", is_flag=True, help="Replace the snapshot that is in that file."),
    click.option(
        "--replay",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Read recorded API answers in this folder instead of asking AWS.",
    ),
    click.option(
        "--record",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep AWS's answers in this folder, secrets gone, for --replay.",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 256),
        default=32,
        show_default=True,
        help="How many calls are made at a time.",
    ),
)


def asking(command: F) -> F:
    """The options of `scan` and `collect`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return _organization.choosing(_role.acting(command))


def request(options: dict[str, Any], settings: Settings) -> Request:
    """What to collect, from options and the settings that lie under them. Raises `UsageError`."""
    from scanner.collecting import Request

    _role.check(options)
    accounts = _organization.choice(options, settings)
    return Request(
        profile=options["profile"],
        role_arn=options["role_arn"],
        external_id=options["external_id"] or (settings.organization.get("external_id", "") if accounts else ""),
        duration=options["duration"],
        regions=settings.regions or None,
        services=settings.services or None,
        path=options["path"],
        force=options["force"],
        replay=options["replay"],
        record=options["record"],
        extras=_names.checked_extras((*settings.extras, *options["extras"])),
        concurrency=options["concurrency"],
        accounts=accounts,
        processes=options["processes"] or 0,
        max_age=_organization.max_age(options),
        taken_at=options["now"] or "",
        tell=None if options["quiet"] else _streams.tell,
        progress=None if options["quiet"] else _progress.progress(),
    )


def collect(what: Request) -> Snapshot:
    """Collect, and clear the progress whatever happens."""
    from scanner.collecting import collect_into
    from scanner.memory import share_heaps

    share_heaps()
    if what.role_arn and what.progress:
        _streams.tell(f"acting as {what.role_arn}")
    try:
        return collect_into(what)
    finally:
        if isinstance(what.progress, _progress.Progress):
            what.progress.close()
