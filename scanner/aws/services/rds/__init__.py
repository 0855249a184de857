"""RDS: databases, what they are set up with, what is saved of them, and what is about to happen to them.

DocumentDB and Neptune answer through the same calls; `Engine` tells them apart.
"""

from __future__ import annotations

from scanner.aws.services.rds import copies, databases, groups, upkeep

TABLE = (*databases.TABLE, *copies.TABLE, *groups.TABLE, *upkeep.TABLE)
