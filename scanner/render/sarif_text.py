"""The words of a SARIF file: rules' help, results' messages, and what the run could not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.model import Finding, Verdict
from scanner.render.gap_groups import GapGroup, gap_text
from scanner.render.tally import listed, plural, reason, setting
from scanner.render.text import cut, printable

LONGEST = 1024
"""Characters that GitHub takes of a description."""

_WEB = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_WORD = re.compile(r"[^A-Za-z0-9]+")
_FIXES = (("cli", "AWS CLI", "sh"), ("terraform", "Terraform", "hcl"), ("cloudformation", "CloudFormation", "yaml"))


def message(finding: Finding, rule: Mapping[str, Any]) -> str:
    """What is wrong with which resource: a dashboard shows this beside an anchor, so it names the resource."""
    text = sentence(finding.message or "This rule fails")
    name = sentence(finding.resource_id)
    bound = sentence(setting(rule, finding))
    where = "" if name in text else f" ({name})"
    return cut(f"{text}{where}{f', with {bound}' if bound else ''}", LONGEST)


def sentence(text: str) -> str:
    """One line of visible characters in which no name can make a link."""
    return printable(text).replace("](", "] (")


def short(text: str) -> str:
    """A description within GitHub's limit."""
    return cut(printable(text), LONGEST)


def pascal(rule_id: str) -> str:
    """`S3BucketPolicyPublic` for `s3-bucket-policy-public`, as SARIF wants a rule's name."""
    return "".join(part[:1].upper() + part[1:] for part in _WORD.split(rule_id))[:255]


def web(references: Sequence[Any]) -> list[str]:
    """The references that are plain https addresses."""
    return [text for text in map(str, references) if _WEB.fullmatch(text)]


def help_text(rule: Mapping[str, Any]) -> str:
    """Why and fix as plain text."""
    fixes = [f"{label}: {printable(text)}" for label, _, text in _fixes(rule)]
    return "\n".join([printable(str(rule.get("why", ""))).strip() or printable(str(rule.get("title", ""))), *fixes])


def help_markdown(rule: Mapping[str, Any]) -> str:
    """Why, fix, references and requirements, as GitHub shows them beside an alert."""
    blocks = [_lines(str(rule.get("why", "")))]
    for label, language, text in _fixes(rule):
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        blocks.append(f"**{label}**\n\n{fence}{language}\n{_lines(text)}\n{fence}")
    links = [f"* <{address}>" for address in web(rule.get("references", ()))]
    if links:
        blocks.append("**References**\n\n" + "\n".join(links))
    met = [
        f"* {sentence(framework)}: {sentence(', '.join(requirements))}"
        for framework, requirements in sorted(rule.get("frameworks", {}).items())
    ]
    if met:
        blocks.append("**Gives evidence for**\n\n" + "\n".join(met))
    return "\n\n".join(block for block in blocks if block) or help_text(rule)


def _fixes(rule: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    fix = rule.get("fix", {})
    for name, label, language in _FIXES:
        if fix.get(name):
            yield label, language, str(fix[name]).strip()


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.strip().split("\n")))


def gap(group: GapGroup) -> str:
    """What was not read, in which no name can make a link."""
    return cut(sentence(gap_text(group)), LONGEST)


def unknown_text(title: str, findings: Sequence[Finding]) -> str:
    """How many resources a rule could not judge, and why."""
    words = sorted({reason(item) for item in findings} - {""})
    names = sorted({finding.resource_id for finding in findings})
    why = f" ({listed(list(map(sentence, words)))})" if words else ""
    text = f"{sentence(title)}: cannot tell for {plural(len(findings), 'resource')}{why}"
    return cut(f"{text}: {listed(list(map(sentence, names)))}.", LONGEST)


def unknown_by_rule(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Rule id → its findings that could not be told, in order."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.verdict is Verdict.UNKNOWN:
            found.setdefault(finding.rule_id, []).append(finding)
    return dict(sorted(found.items()))
