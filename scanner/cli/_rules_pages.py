"""`posture rules pages DIR`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import _names, _options, _rule_reads, _streams
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.engine.rules import Loaded, RuleSet


@click.command("pages")
@click.argument("target", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@_names.service_option("Only rules of this service")
@_options.rules
@_options.packs
def pages(target: Path, packs: tuple[Path, ...], rule_globs: tuple[str, ...], services: tuple[str, ...]) -> int:
    """Write a page of Markdown for each rule, with its examples, and an index: a rulebook to publish.

    DIR gets a folder a service. Pages that are there already are written anew; no file is removed.
    """
    from scanner.engine.mappings import by_framework
    from scanner.render.rule_page import Beside, page
    from scanner.render.tally import plural

    whole = _with_examples(packs)
    for error in whole.errors:
        _streams.tell(f"posture: {error}")
    ruleset = whole.select(rule_globs, services)
    rows: list[str] = []
    for one in ruleset:
        place = target / one.rule.service / f"{one.rule.id}.md"
        told = (_rule_reads.calls(one), _rule_reads.inputs(one.rule), by_framework(one.rule), _examples(one))
        _write(place, page(one.rule, Beside(*told)))
        rows.append(f"* [{one.rule.id}]({one.rule.service}/{one.rule.id}.md) · {one.rule.severity}")
    _write(target / "README.md", "\n".join(["# Rules", "", *rows, ""]))
    _streams.tell(f"{plural(len(rows), 'page')} in {target}")
    return 3 if whole.errors else 0


def _with_examples(packs: tuple[Path, ...]) -> RuleSet:
    """Rules as they are written: only files bring examples."""
    from scanner.engine.builtin import rules_with_examples
    from scanner.engine.rules import load_pack

    ruleset = rules_with_examples()
    for pack in packs:
        ruleset.add(load_pack(pack))
    return ruleset


def _examples(one: Loaded) -> dict[str, str]:
    import yaml

    def short(example: dict[str, Any]) -> Any:
        more = {key: example[key] for key in ("unknown", "params") if example.get(key)}
        return {"document": example["document"], **more} if more else example["document"]

    return {
        str(verdict): yaml.safe_dump([short(item) for item in items], sort_keys=False, allow_unicode=True, width=110)
        if items
        else ""
        for verdict, items in one.rule.examples.items()
    }


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{place} cannot be written ({error.strerror})", hint="Name a folder that can") from error
