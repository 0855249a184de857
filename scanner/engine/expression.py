"""JMESPath expressions, compiled to Python: what rules and collectors are written in.

`parse` checks an expression and bounds it; `Expression.search` has the exact semantics of jmespath's
Python implementation (https://jmespath.org/specification.html), with `param`, `now`, `age_days`
and `between` besides. jmespath itself is imported only where a text must be parsed.
"""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast

from scanner.engine.functions import EvaluationError
from scanner.engine.scope import Scope
from scanner.errors import RuleError

__all__ = ["EvaluationError", "Expression", "ExpressionError", "Function", "Scope", "parse"]

Node: TypeAlias = dict[str, Any]
Function: TypeAlias = Callable[[Any, Scope], Any]
"""A compiled expression: from the current value and the scope to a JSON value."""


class ExpressionError(RuleError):
    """A text that is no valid expression; `column` counts from 1, and is 0 where no place is to blame."""

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(f"column {column}: {message}" if column else message)
        self.column = column


class Expression:
    """An expression that was checked, with what it reads; make one with `parse` or `from_compiled`."""

    __slots__ = ("_ast", "_function", "_parts", "_stored", "members", "params", "source")

    source: str
    members: frozenset[str]
    """Dotted paths read from the root (`Policy`, `Rotation.KeyRotationEnabled`); `*` for all of it."""
    params: frozenset[str]
    """Names read by `param('name')`."""

    def __init__(self, source: str, members: Iterable[str], params: Iterable[str]) -> None:
        self.source = source
        self.members = frozenset(members)
        self.params = frozenset(params)
        self._ast: Node | None = None
        self._function: Function | None = None
        self._stored = ""
        self._parts: dict[int, Function] = {}

    @classmethod
    def from_compiled(
        cls, source: str, function: Function, members: Iterable[str], params: Iterable[str], tree: str = ""
    ) -> Expression:
        """An expression whose function was generated earlier, by `compiler.python_source`; parses nothing.

        `tree` is its syntax tree as JSON, so that not even partly known documents need the parser.
        """
        made = cls(source, members, params)
        made._function = function
        made._stored = tree
        return made

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    @property
    def ast(self) -> Node:
        """The syntax tree of jmespath's parser, which callers must not change. Raises `ExpressionError`."""
        if self._ast is None:
            self._ast = json.loads(self._stored) if self._stored else _checked(self.source)
        return self._ast

    def search(self, document: Any, scope: Scope) -> Any:
        """The expression's value on a document. Raises `EvaluationError` where it has none."""
        if self._function is None:
            self._function = self.part(self.ast)
        try:
            return self._function(document, scope)
        except RecursionError:
            raise too_deep() from None

    def part(self, node: Node) -> Function:
        """The compiled function of one node of `ast`, made on first use."""
        found = self._parts.get(id(node))
        if found is None:
            from scanner.engine.compiler import compile_ast

            found = self._parts[id(node)] = compile_ast(node)
        return found


def too_deep() -> EvaluationError:
    """The error of a document that is nested deeper than Python's stack."""
    return EvaluationError("the document is nested too deeply")


def parse(source: str) -> Expression:
    """Check an expression. Raises `ExpressionError` that says what is wrong and at which column.

    Wrong are: bad syntax, unknown functions, a wrong number of arguments, `&` where no function takes
    it, a parameter's name that is no literal, and whatever is longer, deeper or more self-repeating
    than the bounds in `compiler_checks`.
    """
    from scanner.engine.compiler_reads import members, params

    ast = _checked(source)
    made = Expression(source, members(ast), params(ast))
    made._ast = ast  # noqa: SLF001 - the class's own maker
    return made


def _checked(source: str) -> Node:
    from scanner.engine.compiler_checks import MAX_LENGTH, FaultError, check

    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"the expression is longer than {MAX_LENGTH} characters")
    if not source.strip():
        raise ExpressionError("the expression is empty")
    try:
        ast = _syntax_tree(source)
        check(ast)
    except FaultError as fault:
        raise ExpressionError(str(fault), _call_column(source, fault.call)) from None
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None
    return ast


def _syntax_tree(source: str) -> Node:
    from jmespath.exceptions import LexerError, ParseError
    from jmespath.parser import Parser

    try:
        with warnings.catch_warnings():  # unquoted strings in backticks are deprecated, yet part of the language
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            tree = cast("Node", Parser().parse(source).parsed)
    except LexerError as error:
        raise ExpressionError(error.message, error.lex_position + 1) from None
    except ParseError as error:
        raise ExpressionError(_explain(error.msg, error.token_value), error.lex_position + 1) from None
    except (ValueError, IndexError) as error:  # jmespath's lexer and look-ahead leak these on odd input
        raise ExpressionError(f"it cannot be read: {error}") from None
    return tree


def _explain(message: str, token: str | None) -> str:
    if token is None:
        return "the expression ends too early"
    return message if str(token) in message else f"{message} at {token!r}"


def _call_column(source: str, call: int | None) -> int:
    """The column of the call with that number, in the order of the source."""
    if call is None:
        return 0
    from jmespath.lexer import Lexer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        tokens = list(Lexer().tokenize(source))
    pairs = itertools.pairwise(tokens)
    starts = [
        name["start"] + 1 for name, after in pairs if (name["type"], after["type"]) == ("unquoted_identifier", "lparen")
    ]
    return int(starts[call]) if call < len(starts) else 0
