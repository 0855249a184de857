"""What a policy costs, over all managed policies of AWS that moto ships: parsed, classified, validated.

python tests/bench/bench_policies.py
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def main() -> None:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    from scanner.derive.access.catalogue.levels import levels
    from scanner.derive.access.decision.document import parse
    from scanner.derive.access.validation.validate import validate

    documents = [one["Document"] for one in json.loads(aws_managed_policies_data).values()]
    parsed = [parse(one, "identity") for one in documents]
    sys.stdout.write(f"{len(documents):,} policies, {sum(len(json.dumps(one)) for one in documents) >> 10:,} KiB\n")
    tell("parse", lambda: [parse(one, "identity") for one in documents], len(documents))
    tell("classify by access level", lambda: [levels(one) for one in parsed], len(documents))
    tell("validate", lambda: [validate(one, "identity") for one in documents], len(documents))


def tell(what: str, work: Callable[[], Any], count: int) -> None:
    """Cold is the first time in this process, the catalogue unread; warm the second."""
    took = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) / count * 1e6)
    sys.stdout.write(f"{what:28} {took[0]:8,.0f} µs a policy cold, {took[1]:8,.0f} warm\n")


if __name__ == "__main__":
    main()
