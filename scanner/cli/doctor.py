"""`posture doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import api
from scanner.cli import _judging, _names, _options, _probed, _role, _streams
from scanner.errors import AwsError, PostureError, UsageError
from scanner.settings import Settings

if TYPE_CHECKING:
    import boto3

    from scanner.aws.plan import Wanted
    from scanner.aws.probe import Outcome
    from scanner.aws.session import LiveSource
    from scanner.engine.rules import RuleSet
    from scanner.engine.waivers import Waiver

FINE, NO_CREDENTIALS, DENIED = 0, 2, 3
_LABEL = 13
_SID = "PostureMissing"
_EXAMPLES = """\b
Examples:
  posture doctor
  posture doctor --profile audit --service s3 --region eu-west-1
  posture doctor --role-arn arn:aws:iam::111122223333:role/audit --external-id 7f3a

\b
Exit codes: 0 fine
            2 no credentials that can be used, or wrong usage
            3 a call that the rules need was denied or not answered
"""


@click.command(short_help="Check credentials, permissions and the installation.", epilog=_EXAMPLES)
@_role.acting
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="NAME",
    shell_complete=_names.regions,
    help="Try the calls in this region; repeats. Default: the region of your configuration.",
)
@_names.service_option("Only for rules of this service")
@_options.rules
@_options.packs
@_options.everything("Try every call that the collectors know, as `collect` makes them.")
@_names.extra_option()
@click.option("-v", "--verbose", is_flag=True, help="A line for each call, answered or not.")
@_options.config
@_options.use
def command(config_path: Path | None, **options: Any) -> int:
    """Check what a scan needs: the installation, the credentials, and each call that the rules read.

    Every call is tried once, on the first resources found, and only reads. What is not answered is
    told call by call, what is denied with its IAM action, and at the end stands the statement to add.
    """
    _role.check(options)
    _section("Installation", _installed(config_path))
    settings = _settings(config_path, options)
    ruleset = _chosen(settings)
    reads = api.needed(ruleset, _waivers(settings), settings.parameters, settings.frameworks)
    extras = _names.checked_extras((*settings.extras, *options["extras"]))
    from scanner.aws import plan
    from scanner.aws.session import LiveSource

    try:
        session = _session(options)
        source = LiveSource(session)
        regions = _say_identity(session, source, options["regions"])
    except AwsError as error:
        _section("Credentials", [f"{_sign(fine=False)} {error}"])
        return NO_CREDENTIALS
    wanted = plan.wanted(None if options["everything"] else reads, extras)
    return _try_calls(source, wanted, regions, all_calls=options["verbose"])


def _settings(config: Path | None, options: dict[str, Any]) -> Settings:
    """The settings that a scan here would have; if they are not valid, which has been told, only the options."""
    try:
        return _options.settings_from({**options, "config_path": config})
    except UsageError:
        if options["use"]:
            raise
        given = {"rules": options["rule_globs"], "services": options["services"]}
        return Settings().over({**given, "packs": tuple(map(str, options["packs"]))}, {})


def _chosen(settings: Settings) -> RuleSet:
    """The rules that a scan here would take."""
    packs = [path for name in settings.packs if (path := Path(name)).exists()]
    everything = api.load_rules(list(dict.fromkeys(packs)))
    return everything.select(
        settings.rules, settings.services, _judging.or_worse(settings.severity), settings.ignore, settings.frameworks
    )


def _waivers(settings: Settings) -> Sequence[Waiver]:
    """What a scan here would read for; a file that cannot be read has been told."""
    try:
        return _judging.waivers_of(settings).waivers
    except PostureError:
        return ()


def _installed(config: Path | None) -> Iterator[str]:
    from scanner.installation import lines

    for what, how, fine in lines(config):
        yield f"{_sign(fine=fine)} {what:<{_LABEL}}{how}"


def _section(title: str, lines: Sequence[str] | Iterator[str]) -> None:
    from scanner.render.text import printable

    text = "".join(f"  {printable(line)}\n" for line in lines)
    _streams.write(f"{title}\n{text}\n")


def _session(options: dict[str, Any]) -> boto3.Session:
    from scanner.collecting import session_of

    return session_of(
        options["profile"],
        options["role_arn"],
        external_id=options["external_id"],
        duration=options["duration"],
    )


def _say_identity(session: boto3.Session, source: LiveSource, chosen: Sequence[str]) -> Sequence[str]:
    """Tell who this is; gives the regions to try. Raises `AwsError`."""
    from scanner.aws import identity

    found = identity.found(session)
    arn = identity.arn(source)
    (account,) = source.accounts()
    if chosen:
        source.check_regions(account, chosen)
    regions, failure = source.regions(account)
    here = found.region or account.home
    facts = (
        ("source", found.source),
        ("profile", found.profile),
        ("expires", found.expires or "not told, or never"),
        ("account", f"{account.id}, partition {account.partition}"),
        ("identity", arn),
        ("region", found.region or f"none is set; {here} is used"),
        ("regions", f"not told ({failure.message})" if failure else f"{len(regions)} enabled"),
    )
    lost = {"regions"} if failure else set()
    _section("Credentials", [f"{_sign(fine=what not in lost)} {what:<{_LABEL}}{how}" for what, how in facts])
    return tuple(dict.fromkeys(chosen)) or (here,)


def _sign(*, fine: bool) -> str:
    return "✓" if fine else "✗"


def _try_calls(
    source: LiveSource, wanted: Mapping[str, Sequence[Wanted]], regions: Sequence[str], *, all_calls: bool
) -> int:
    from scanner.aws import policy_document
    from scanner.aws.probe import probe
    from scanner.model import INCOMPLETE, Why
    from scanner.render.tally import plural

    outcomes = [*_asked_first(source), *probe(source, wanted, regions)]
    _section(f"Calls in {', '.join(regions)}", _probed.lines(outcomes, all_calls=all_calls))
    _streams.write(f"{plural(len(outcomes), 'call')}: {_probed.counted(outcomes)}\n")
    missing = sorted({one.call.action for one in outcomes if one.why == Why.DENIED})
    if missing:
        statement = json.dumps(policy_document.statement(_SID, "Allow", missing), indent=2)
        _streams.write(f"\nAdd this statement to a policy of these credentials:\n{statement}\n")
    return DENIED if any(one.why in INCOMPLETE for one in outcomes) else FINE


def _asked_first(source: LiveSource) -> Iterator[Outcome]:
    """What every scan asks: who it is, which has been answered here, and for the regions."""
    from scanner.aws.permissions import Needed, permission
    from scanner.aws.probe import Outcome

    (account,) = source.accounts()
    _, failure = source.regions(account)
    regions = Needed("ec2", "DescribeRegions", permission("ec2", "DescribeRegions"))
    why, message = (failure.why, failure.message) if failure else ("", "")
    yield Outcome(Needed("sts", "GetCallerIdentity", "sts:GetCallerIdentity"), account.home, tried=True)
    yield Outcome(regions, account.home, tried=True, why=why, message=message)
