"""`posture permissions`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import api
from scanner.cli import _names, _options, _streams
from scanner.errors import UsageError
from scanner.model import Reads

if TYPE_CHECKING:
    from scanner.aws.permissions import Needed
    from scanner.engine.rules import RuleSet

_NAMED = 3
_EXAMPLES = """\b
Examples:
  posture permissions > policy.json
  aws iam create-policy --policy-name posture --policy-document file://policy.json
  posture permissions --rule 's3-*' --format text    which rule needs which call
"""


@click.command(short_help="Print the IAM policy that a scan needs.", epilog=_EXAMPLES)
@_options.rules
@_names.service_option("Only for rules of this service")
@_options.packs
@click.option("--everything", is_flag=True, help="Every call that the collectors know, as `collect` makes them.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("json", "text")),
    default="json",
    show_default=True,
    help="The policy, or a table of calls with the rules that need each.",
)
@click.option("--part", type=click.IntRange(1), metavar="N", help="Only the Nth policy, where it takes several.")
def command(  # noqa: PLR0913 - an option each
    rule_globs: tuple[str, ...],
    services: tuple[str, ...],
    packs: tuple[Path, ...],
    format_: str,
    part: int | None,
    *,
    everything: bool,
) -> int:
    """Print the least-privilege IAM policy for a scan with all rules, or some.

    One statement allows the calls that the rules read, one denies reading customers' data. Where the
    policy would be longer than IAM takes (6,144 characters), JSON is a list of policies.
    """
    ruleset = api.load_rules(packs, rule_globs, services)
    for error in ruleset.errors:
        _streams.tell(f"posture: {error}")
    reads = None if everything else api.needed(ruleset)
    if format_ == "text":
        from scanner.aws.permissions import calls

        click.echo(_table(calls(reads), _askers(ruleset)), nl=False)
    else:
        click.echo(_json(reads, part))
    return 3 if ruleset.errors else 0


def _json(reads: Reads | None, part: int | None) -> str:
    from scanner.aws.permissions import actions
    from scanner.aws.policy_document import policies

    found = policies(actions(reads))
    if part is not None:
        if part > len(found):
            raise UsageError(f"there is no part {part}", hint=f"It takes {len(found)}")
        return json.dumps(found[part - 1], indent=2)
    if len(found) == 1:
        return json.dumps(found[0], indent=2)
    _streams.tell(f"posture: this takes {len(found)} managed policies; print one with: --part 1")
    return json.dumps(found, indent=2)


def _askers(ruleset: RuleSet) -> dict[Needed, list[str]]:
    """The rules that need each call."""
    from scanner.aws.permissions import calls
    from scanner.engine.rules import RuleSet

    found: dict[Needed, list[str]] = {}
    for one in ruleset:
        for call in calls(api.needed(RuleSet({one.rule.id: one}))):
            found.setdefault(call, []).append(one.rule.id)
    return found


def _table(needed: Sequence[Needed], askers: Mapping[Needed, Sequence[str]]) -> str:
    from scanner.aws.permissions import ALWAYS
    from scanner.render.tally import listed
    from scanner.render.text import printable

    rows = [("CALL", "ACTION", "NEEDED BY"), *((action, action, "every scan") for action in ALWAYS)]
    for one in needed:
        rules = listed(list(map(printable, askers.get(one, ()))), _NAMED)
        rows.append((f"{one.service}:{one.operation}", one.action, rules or "no chosen rule"))
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "".join(f"{call:<{first}}  {action:<{second}}  {rules}\n" for call, action, rules in rows)
