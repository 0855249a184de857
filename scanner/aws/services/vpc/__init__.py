"""The VPC network: what it is made of, what joins it to others, what guards it and what looks at it."""

from __future__ import annotations

from scanner.aws.services.vpc import core, guard, transit, watch

TABLE = (*core.TABLE, *transit.TABLE, *guard.TABLE, *watch.TABLE)
