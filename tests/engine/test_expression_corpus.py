"""JMESPath's official compliance cases, where a folder holds them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import jmespath
import pytest

from scanner.engine.expression import EvaluationError, ExpressionError, parse
from scanner.engine.scope import Scope

SCOPE = Scope({}, datetime(2026, 7, 1, tzinfo=UTC))


def cases():
    root = Path(os.environ["POSTURE_CORPORA"]) / "jmespath"
    for file in sorted(root.glob("*.json")):
        for suite in json.loads(file.read_text(encoding="utf-8")):
            for case in suite["cases"]:
                yield file.name, suite["given"], case


@pytest.mark.corpus
@pytest.mark.skipif("POSTURE_CORPORA" not in os.environ, reason="POSTURE_CORPORA names no folder")
def test_compliance():
    count, wrong = 0, []
    for name, document, case in cases():
        count += 1
        source = case["expression"]
        try:
            found = json.dumps(parse(source).search(document, SCOPE), sort_keys=True)
        except (ExpressionError, EvaluationError):
            found = None
        wanted = None if "error" in case else case.get("result", ...)
        if wanted is ...:  # a benchmark case without a result
            wanted = jmespath.search(source, document)
        if found != (None if "error" in case else json.dumps(wanted, sort_keys=True)):
            wrong.append((name, source, found, case))
    print(f"{count - len(wrong)} of {count} compliance cases")  # noqa: T201 - the figure is the point
    assert not wrong
    assert count > 500
