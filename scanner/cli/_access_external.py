"""`posture access external`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import _help, _options, _outside

_EPILOG = (
    _help.examples(
        ("who outside of each account gets in", "posture access external account.posture"),
        ("but for a partner", "posture access external account.posture --trusted 111122223333"),
    )
    + "\n"
    + _outside.CODES
)


@click.command("external", epilog=_EPILOG)
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option(
    "--trusted",
    multiple=True,
    metavar="ID",
    help="An account, or an organization (o-…), that may be let in, beside the settings' trusted_accounts. Repeats.",
)
@_options.config
@_outside.format_option
def command(snapshot: Path, *, trusted: tuple[str, ...], config_path: Path | None, format_: str) -> int:
    """What in a SNAPSHOT other accounts can reach, and anybody; each with a request that is allowed.

    Accounts of the resource's own organization, as far as the snapshot tells, are not outside, nor are AWS's services.
    """
    settings = _options.settings_from({"config_path": config_path})
    return _outside.answer(snapshot, "external", [*settings.trusted_accounts, *trusted], format_)
