"""`posture compliance REPORT.json`."""

from __future__ import annotations

import json
import os
import shutil
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import _attested, _help, _names, _options, _streams
from scanner.cli._output import INCOMPLETE_RUN
from scanner.cli._report_file import read_report
from scanner.complying.states import State
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.complying.evidence import Evidence
    from scanner.model import Report

_FORMATS = ("text", "csv", "md", "json", "oscal")
_EPILOG = _help.page(
    _help.examples(
        (
            "how the account stands against PCI DSS",
            "posture scan -q -o json=report.json && posture compliance report.json --framework pci-dss-4.0.1",
        ),
        (
            "with what people attest, for an auditor's tools",
            "posture compliance report.json --framework nist-800-53-r5 --attestations a.yaml --format oscal > r.json",
        ),
        ("which frameworks the report holds, and how each stands", "posture compliance report.json"),
    )
    + """
\b
Exit codes: 0 told, whatever the states
            2 wrong usage, or a fatal error
            3 an entry of the attestations was skipped
"""
)


@click.command(short_help="Tell how a saved REPORT stands against a framework.", epilog=_EPILOG)
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--framework", "name", metavar="ID", shell_complete=_names.framework_ids, help="Such as pci-dss-4.0.1.")
@_options.attestations
@click.option("--account", metavar="ID", default="", help="Only this account.")
@click.option("--region", metavar="NAME", default="", help="Only this region; `global` for what has none.")
@click.option("--level", metavar="NAME", default="", help="Only what this level asks for: L1, L2, Low, Moderate …")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(state) for state in State]),
    help="List the requirements in this state (text); repeats. Default: not met, not seen and partly seen.",
)
@click.option("--all", "everything", is_flag=True, help="List the requirements in every state (text).")
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="text", show_default=True)
def command(report: Path, name: str | None, attestations: tuple[Path, ...], **options: Any) -> int:
    """Tell how a saved REPORT (the JSON of `-o json=…`) stands against a framework.

    Each requirement has a state, and says what that rests on: rules' verdicts, people's attestations, or what AWS
    answers for. Nothing is judged again.
    """
    from scanner.complying.evidence import Evidence

    loaded = read_report(report)
    fine = _attested.add_to(loaded, attestations)
    evidence = Evidence.of(loaded)
    text = _one(loaded, evidence, name, options) if name else _overview(loaded, evidence, options)
    _streams.write(text, wanted=options["format_"] != "text")
    return 0 if fine else INCOMPLETE_RUN


def _one(report: Report, evidence: Evidence, name: str, options: dict[str, Any]) -> str:
    """One framework in the format asked for. Raises `UsageError`."""
    from scanner.complying.assess import Scope, assess
    from scanner.complying.published import document

    _check(report, evidence, name, options)
    scope = Scope(options["account"], options["region"], options["level"])
    places = options["format_"] in ("json", "oscal")
    return _rendered(document(report, assess(report, name, scope, evidence), places=places), options)


def _rendered(document: dict[str, Any], options: dict[str, Any]) -> str:
    from scanner.render import compliance_markdown, compliance_oscal, compliance_rows, compliance_text

    if options["format_"] == "json":
        return json.dumps(document, indent=2) + "\n"
    if options["format_"] == "csv":
        return compliance_rows.render(document)
    if options["format_"] == "md":
        return compliance_markdown.render(document)
    if options["format_"] == "oscal":
        return compliance_oscal.render(document)
    states = [str(state) for state in State] if options["everything"] else options["states"] or compliance_text.WANTED
    return compliance_text.render(document, _style(), states)


def _style() -> Any:
    from scanner.render.console_style import Style

    tty = sys.stdout is not None and sys.stdout.isatty()
    return Style(
        width=shutil.get_terminal_size().columns if tty else 100,
        color=tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        unicode=_streams.utf8(sys.stdout),
    )


def _check(report: Report, evidence: Evidence, name: str, options: dict[str, Any]) -> None:
    """Refuse words that the report does not know: a typing mistake must not look like an empty account."""
    if name not in report.frameworks:
        near = get_close_matches(name, report.frameworks, 1)
        known = ", ".join(sorted(report.frameworks)) or "none"
        hint = f"Did you mean {near[0]}?" if near else f"It holds {known}; scan or check with --framework {name}"
        raise UsageError(f"the report does not hold the framework {name!r}", hint=hint)
    _check_places(evidence, options)
    levels = {level for one in report.frameworks[name]["requirements"] for level in one.get("levels", ())}
    if options["level"] and options["level"] not in levels:
        hint = f"Known: {', '.join(sorted(levels)) or 'none'}"
        raise UsageError(f"{name} has no level {options['level']!r}", hint=hint)


def _overview(report: Report, evidence: Evidence, options: dict[str, Any]) -> str:
    """How each framework of the report stands. Raises `UsageError` for what only one framework can answer."""
    from scanner.complying.assess import Scope, assess
    from scanner.complying.states import TITLES
    from scanner.render.rows import comma_separated, objects, table

    if options["format_"] in ("md", "oscal") or options["level"]:
        raise UsageError("this needs one framework", hint=f"Add --framework ID: {', '.join(report.frameworks)}")
    _check_places(evidence, options)
    scope = Scope(options["account"], options["region"])
    rows = []
    for id_ in sorted(report.frameworks):
        found = assess(report, id_, scope, evidence)
        rows.append([id_, len(found.assessed), *found.totals().values()])
    if options["format_"] == "text":
        return table(["framework", "requirements", *(TITLES[state].lower() for state in State)], rows)
    names = ["framework", "requirements", *map(str, State)]
    return objects(names, rows) if options["format_"] == "json" else comma_separated(names, rows)


def _check_places(evidence: Evidence, options: dict[str, Any]) -> None:
    for what, known in zip(("account", "region"), evidence.places(), strict=True):
        if (word := options[what]) and word not in known:
            raise UsageError(f"the report knows no {what} {word!r}", hint=f"Known: {', '.join(known) or 'none'}")
