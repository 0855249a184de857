"""The page of what is collected, generated from the tables: `python -m scanner.aws.page`."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import botocore

from scanner.aws.described import Described, Question, described
from scanner.aws.instead import NOT_MADE
from scanner.aws.table import extras

NAME = "collectors.md"
_INTRO = """\
# What is collected

{types} types of {services} services, by {calls} different calls. This page is generated from the tables in
`scanner/aws/services` by `python -m scanner.aws.page`; `posture types TYPE` tells the same of one type, and
`posture permissions --format text` which rule needs which call.

`collect` makes all these calls but those of extras, `scan` only those that the chosen rules read. *Requests* says
how often a call is made; a listing takes one more for each further page. What is marked with a name in bold costs a
call for each resource and is asked for with `--with NAME`: {extras}.

Types are named as the CloudFormation registry names them, members as AWS's API does; those listed here are what
botocore {botocore} knows. `tags` are in every resource's envelope; where no call gives
them, they are unknown, not empty.
"""
_INSTEAD = """\
## Calls that are not made

| service | calls | what answers instead | why |
|---|---|---|---|
"""


def page() -> str:
    """The page as Markdown."""
    found = described()
    services = sorted({one.service for one in found})
    calls = {question.call for one in found for question in one.questions}
    intro = _INTRO.format(
        types=len({one.type for one in found}),
        services=len(services),
        calls=len(calls),
        extras=", ".join(f"**{name}**" for name in extras()),
        botocore=botocore.__version__,
    )
    parts = [intro, *_contents(found, services), ""]
    for service in services:
        parts += _service(service, [one for one in found if one.service == service])
    rows = [
        f"| {one.service} | {', '.join(map(_code, one.operations))} | {_code(one.call)} | {one.why} |\n"
        for one in NOT_MADE
    ]
    return "\n".join([*parts, _INSTEAD + "".join(rows)])


def _contents(found: Sequence[Described], services: Sequence[str]) -> Iterator[str]:
    yield "| service | types | calls | extras |"
    yield "|---|---|---|---|"
    for service in services:
        mine = [one for one in found if one.service == service]
        questions = [question for one in mine for question in one.questions]
        calls = len({question.call for question in questions})
        named = ", ".join(sorted({question.extra for question in questions} - {""}))
        yield f"| [{service}](#{service}) | {len(mine)} | {calls} | {named} |"


def anchor(type_: str) -> str:
    """Where a type stands on the page: `aws-kms-key`."""
    return re.sub(r"\W+", "-", type_).lower()


def _service(service: str, types: Sequence[Described]) -> Iterator[str]:
    yield f"## {service}\n"
    yield "| type | call | IAM action | requests |"
    yield "|---|---|---|---|"
    for one in types:
        name = f'<a id="{anchor(one.type)}"></a>{_code(one.type)}'
        rows = Counter((question.call, question.cost, question.extra) for question in one.questions)
        for (call, cost, extra), count in rows.items():
            often = f"{count} {cost.removeprefix('1 ')}" if count > 1 else cost
            cells = (name, _code(f"{call.service}:{call.operation}"), _code(call.action))
            yield f"| {' | '.join(cells)} | {often}{f'; **{extra}**' if extra else ''} |"
            name = ""
        if not rows:
            yield f"| {name} | none | | 0: it is there wherever the service is |"
    yield "\nMembers, and the call that gives them:\n"
    yield from (_members(one) for one in types)
    yield ""


def _members(one: Described) -> str:
    told = "; ".join(_given(question) for question in one.questions if question.gives)
    return f"* {_code(one.type)}, id `{one.id}`: {told or 'none'}"


def _given(question: Question) -> str:
    where = f", where {_code(question.condition)}" if question.condition else ""
    return f"{', '.join(map(_code, question.gives))} ({question.call.operation}{where})"


def _code(text: str) -> str:
    """Code as Markdown has it; JMESPath has back quotes of its own."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def main(arguments: Iterable[str] = ()) -> None:
    """Write the page of the checkout, or into the folder that is named."""
    from pathlib import Path

    folder = Path(next(iter(arguments), Path(__file__).resolve().parents[2] / "docs"))
    if not folder.is_dir():
        sys.exit(f"{folder}: there is no such folder; name one: python -m scanner.aws.page FOLDER")
    (folder / NAME).write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{folder / NAME}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
