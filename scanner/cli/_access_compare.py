"""`posture access compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from scanner.cli import _help, _streams
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import InputError

if TYPE_CHECKING:
    from scanner.derive.access.search.compare import Comparison

_LARGEST = 4_000_000
_CODES = """\b
Exit codes: 0 the new policy allows nothing that the old one does not
            1 it does
            2 wrong usage, or a fatal error: see standard error
            3 it could not be told; the reason is in the answer
"""
_EPILOG = (
    _help.examples(
        (
            "before a policy is merged",
            "git show main:policy.json > old.json; posture access compare old.json policy.json",
        ),
        ("for a program", "posture access compare old.json new.json --type resource --format json"),
    )
    + "\n"
    + _CODES
)


@click.command("compare", epilog=_EPILOG)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--type",
    "kind",
    type=click.Choice(("identity", "resource")),
    help="What the policies are attached to. Default: resource if one of them names principals.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="For people or programs.",
)
def command(old: Path, new: Path, *, kind: Literal["identity", "resource"] | None, format_: str) -> int:
    """Whether the policy in NEW allows any request that the one in OLD does not.

    The answer is exact on what policies mean, not on how they are written, and a newly allowed request is shown.
    Policies are compared by themselves: what other policies allow or deny does not count.
    """
    from scanner.derive.access.decision.document import parse
    from scanner.derive.access.search.compare import compare as comparing

    before, after = _read(old), _read(new)
    use = kind or ("resource" if _names_principals(before) or _names_principals(after) else "identity")
    found = comparing(parse(before, use), parse(after, use), use)
    _show(found, format_)
    return INCOMPLETE_RUN if found.new_access is None else int(found.new_access)


def _read(path: Path) -> Any:
    """What a policy file holds. Raises `InputError`."""
    import json

    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path} is larger than any policy", hint="Give a policy document in JSON")
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no policy document in JSON: {error}") from error


def _names_principals(policy: Any) -> bool:
    body = policy.get("Statement") if isinstance(policy, dict) else None
    several = body if isinstance(body, list) else [body]
    return any(isinstance(one, dict) and not {"Principal", "NotPrincipal"}.isdisjoint(one) for one in several)


def _show(found: Comparison, format_: str) -> None:
    answer = found.to_json()
    if format_ == "json":
        import json

        _streams.write(json.dumps(answer, indent=2, ensure_ascii=True) + "\n", wanted=True)
    else:
        from scanner.render.access_comparison import comparison

        _streams.write(comparison(answer), wanted=True)
