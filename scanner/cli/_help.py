"""The parts of help pages that several commands share."""

from __future__ import annotations

_CODES = """\b
Exit codes: 0 done
            1 a rule failed at or above --fail-on
            2 wrong usage, or a fatal error: see standard error
            3 incomplete: a needed call was not answered, or an input skipped
"""

_FILES = """\b
Files:       posture.toml, else [tool.aws-posture] in pyproject.toml
             (settings; options win)
Environment: NO_COLOR, TERM and COLUMNS are respected{more}
"""

_AWS = """
             AWS_PROFILE, AWS_REGION and all that the AWS CLI reads"""

_DATABASE = """\b
A snapshot is one SQLite file for its owner's eyes, without secrets;
`posture query` asks it in SQL.
"""


def examples(*lines: tuple[str, str]) -> str:
    """Commands, each under a line that says what it is for."""
    return "\b\nExamples:\n" + "".join(f"  # {what}\n  {how}\n" for what, how in lines)


def page(shown: str, *, aws: bool = False, codes: str = _CODES) -> str:
    """The end of a command's help: examples, files, exit codes."""
    parts = [shown, _FILES.format(more=_AWS if aws else ""), *([_DATABASE] if aws else []), codes]
    return "\n".join(parts)


COLLECT_CODES = """\b
Exit codes: 0 done
            2 wrong usage, or a fatal error: see standard error
            3 incomplete: calls were denied, throttled out or failed
"""
