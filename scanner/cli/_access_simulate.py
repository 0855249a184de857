"""`posture access simulate`."""

from __future__ import annotations

import json
from typing import IO, Any

import click

from scanner.cli import _help, _streams
from scanner.cli._output import INCOMPLETE_RUN

_BATCH = 256
_EPILOG = _help.examples(
    ("the cases of a file, a decision a line", "posture access simulate cases.jsonl > decisions.jsonl"),
    ("from another program", "generate-cases | posture access simulate"),
)


@click.command("simulate", epilog=_EPILOG)
@click.argument("file", type=click.File("r", encoding="utf-8", errors="surrogateescape"), default="-")
def command(file: IO[str]) -> int:
    """Decide the requests of FILE (JSON lines; default: standard input) over the policies beside them.

    A line is {"id", "request": {"principal", "action", "resource", "resource_account", "context"},
    "policies": {"identity": [], "resource": null, "boundary": null, "session": null, "scp": null,
    "rcp": null, "vpce": null}}. Answers {"id", "decision", "deciding"} in the same order; a line that is
    no case is answered "Unknown" with its "error", and the exit code is then 3.
    """
    failed, answers = 0, []
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        answer = _answer(line)
        if "error" in answer:
            failed += 1
            _streams.tell(f"posture: line {number}: {answer['error']}")
        answers.append(json.dumps(answer))
        if len(answers) >= _BATCH:
            _streams.write("\n".join(answers) + "\n", wanted=True)
            answers.clear()
    if answers:
        _streams.write("\n".join(answers) + "\n", wanted=True)
    return INCOMPLETE_RUN if failed else 0


def _answer(line: str) -> dict[str, Any]:
    from scanner.derive.access.decision import simulate as simulating

    case: Any = None
    try:
        case = json.loads(line)
        return simulating.simulate(case)
    except (simulating.CaseError, ValueError, RecursionError) as error:
        id_ = case.get("id") if isinstance(case, dict) else None
        message = str(error) if isinstance(error, simulating.CaseError) else f"this is no JSON ({error})"
        return {"id": id_, "decision": "Unknown", "deciding": [], "error": message}
