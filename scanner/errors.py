"""Errors that a user can mend: each is one line that says what happened, where and what to do."""

from __future__ import annotations


class PostureError(Exception):
    """Anything that ends a run or skips an input with a message for the user (exit 2 or 3)."""

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        """`where` is a file with line, a resource or a call; `hint` says what to do."""
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """`where: message. hint`, in one line."""
        head = f"{self.where}: {self.message}" if self.where else self.message
        stop = "" if head.endswith((".", "?", "!")) else "."
        return " ".join(f"{head}{stop} {self.hint}".split()) if self.hint else " ".join(head.split())


class UsageError(PostureError):
    """A wrong option or combination of options."""


class InputError(PostureError):
    """A file that cannot be read, parsed or trusted: snapshot, plan, template, report, recording."""


class RuleError(PostureError):
    """A rule, pack or framework file that is not valid; `where` holds file and line."""


class AwsError(PostureError):
    """AWS cannot be used at all: no credentials, no such region, no endpoint."""
