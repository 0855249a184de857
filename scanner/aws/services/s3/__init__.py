"""S3: the account, buckets of both kinds, and the other ways to what lies in them: access points and grants."""

from __future__ import annotations

from scanner.aws.services.s3 import access_points, buckets, directory, grants

TABLE = (*buckets.TABLE, *access_points.TABLE, *grants.TABLE, *directory.TABLE)
