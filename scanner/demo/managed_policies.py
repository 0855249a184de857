"""Packs AWS's managed policies anew: `python -m scanner.demo.managed_policies`.

They are read from moto, which takes them from IAM with each release and is at hand for the demo.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from scanner.derive.access.managed import packed


def policies() -> tuple[str, dict[str, Any]]:
    """The day of the newest policy, and the documents by path and name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found: dict[str, Any] = json.loads(aws_managed_policies_data)
    day = max(str(one.get("UpdateDate") or one["CreateDate"])[:10] for one in found.values())
    return day, {f"{one['Path'].lstrip('/')}{name}": one["Document"] for name, one in found.items()}


def main() -> None:
    """Write the file anew."""
    path = Path(packed.__file__).with_name(packed.FILE)
    path.write_bytes(packed.pack(*policies()))
    sys.stdout.write(f"wrote {path.name}: {path.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main()
