"""`posture permissions`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from scanner import api
from scanner.cli import _help, _judging, _names, _options, _policy, _streams
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.aws.permissions import Needed
    from scanner.engine.rules import RuleSet
    from scanner.settings import Settings

_NAMED = 3
_JSON, _TEXT = "json", "text"
_CODES = """\b
Exit codes: 0 done
            2 wrong usage: see standard error
            3 a rule of your own is not valid: what it needs is missing
"""
_EPILOG = _help.page(
    _help.examples(
        ("the policy; then: aws iam create-policy --policy-document …", "posture permissions > policy.json"),
        ("a role with it, as code", "posture permissions --format terraform > posture.tf"),
        (
            "the role in every account; run it in the management account",
            "posture permissions --format stackset > org.yaml",
        ),
        (
            "make them: OrganizationalUnitIds is the root's id, or some units'",
            (
                "aws cloudformation deploy --template-file org.yaml --stack-name aws-posture \\\n"
                "      --capabilities CAPABILITY_NAMED_IAM --parameter-overrides OrganizationalUnitIds=r-ab12"
            ),
        ),
        ("which rule needs which call", "posture permissions --rule 's3-*' --format text"),
    ),
    codes=_CODES,
)


@click.command(short_help="Print the IAM policy that a scan needs, or a role with it.", epilog=_EPILOG)
@_options.rules
@_options.ignored
@_options.severity
@_names.service_option("Only for rules of this service")
@_options.packs
@_options.waivers
@_options.config
@_options.use
@_options.everything("Every call that the collectors know, as `collect` makes them.")
@_names.extra_option()
@click.option(
    "--format",
    "format_",
    type=click.Choice((_JSON, _TEXT, *_policy.FORMATS)),
    default=_JSON,
    show_default=True,
    help="The policy; a table of calls with the rules that need each; a role with the policy as Terraform or "
    "CloudFormation; or a template for the management account that makes the role in every account by a StackSet.",
)
@click.option("--part", type=click.IntRange(1), metavar="N", help="Only the Nth policy, where it takes several.")
@click.option(
    "--org",
    "organization",
    is_flag=True,
    help="The policy that `scan --org` needs where it starts, beside that for each account.",
)
@click.option("--role-name", default=None, metavar="NAME", help="The role in each account, for --org.")
def command(format_: str, part: int | None, *, everything: bool, organization: bool, **options: Any) -> int:
    """Print the least-privilege IAM policy for a scan with the chosen rules, or a role with it.

    One statement allows the calls that the rules read, one denies reading customers' data. Where the
    policy would be longer than IAM takes (6,144 characters), it is several policies, in JSON a list.
    Rules are chosen as `scan` would here: by options, and the settings that lie under them.
    """
    _check(format_, part, options["role_name"], organization=organization)
    settings = _options.settings_from(options)
    if organization:
        click.echo(_policy.of_organization(options["role_name"] or settings.organization.get("role_name", "")))
        return 0
    ruleset = _judging.chosen(settings)
    waivers = _judging.waivers_of(settings).waivers
    reads = None if everything else api.needed(ruleset, waivers, settings.parameters, settings.frameworks)
    extras = _names.checked_extras((*settings.extras, *options["extras"]))
    if format_ == _TEXT:
        from scanner.aws.permissions import calls

        click.echo(_table(calls(reads, extras), _askers(ruleset, settings)), nl=False)
        return 3 if ruleset.errors else 0
    from scanner.aws.permissions import actions
    from scanner.aws.policy_document import policies

    found = policies(actions(reads, extras))
    click.echo(_json(found, part) if format_ == _JSON else _policy.role(format_, found), nl=format_ == _JSON)
    return 3 if ruleset.errors else 0


def _check(format_: str, part: int | None, role_name: str | None, *, organization: bool) -> None:
    """Refuse what would do nothing. Raises `UsageError`."""
    if role_name and not organization:
        raise UsageError("--role-name is of --org", hint="The templates have it as a parameter")
    if organization and (format_ != _JSON or part):
        raise UsageError("--org prints one policy, as JSON", hint="--format stackset has it too")
    if part and format_ != _JSON:
        raise UsageError("--part is of --format json")


def _json(found: Sequence[Mapping[str, Any]], part: int | None) -> str:
    if part is not None:
        if part > len(found):
            raise UsageError(f"there is no part {part}", hint=f"It takes {len(found)}")
        return json.dumps(found[part - 1], indent=2)
    if len(found) == 1:
        return json.dumps(found[0], indent=2)
    _streams.tell(f"posture: this takes {len(found)} managed policies; print one with: --part 1")
    return json.dumps(found, indent=2)


def _askers(ruleset: RuleSet, settings: Settings) -> dict[Needed, list[str]]:
    """The rules that need each call."""
    from scanner.aws.permissions import calls
    from scanner.engine.rules import RuleSet

    found: dict[Needed, list[str]] = {}
    for one in ruleset:
        for call in calls(api.needed(RuleSet({one.rule.id: one}), params=settings.parameters)):
            found.setdefault(call, []).append(one.rule.id)
    return found


def _table(needed: Sequence[Needed], askers: Mapping[Needed, Sequence[str]]) -> str:
    """A block a service; the first is what every scan asks."""
    from scanner.aws.permissions import ALWAYS
    from scanner.render.tally import listed, plural
    from scanner.render.text import printable

    rows = {
        one: (one.operation, one.action, listed(list(map(printable, askers.get(one, ()))), _NAMED)) for one in needed
    }
    blocks = {"every scan": [(action.partition(":")[2], action, "") for action in ALWAYS]}
    for one in needed:
        operation, action, rules = rows[one]
        blocks.setdefault(one.service, []).append((operation, action, rules or "no chosen rule"))
    widths = [max(len(row[column]) for block in blocks.values() for row in block) for column in (0, 1)]
    lines = [f"{plural(len(needed), 'call')} of {plural(len(blocks) - 1, 'service')}"]
    for name, block in blocks.items():
        lines += ["", name]
        lines += [f"  {call:<{widths[0]}}  {action:<{widths[1]}}  {rules}".rstrip() for call, action, rules in block]
    return "\n".join([*lines, ""])
