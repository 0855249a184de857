"""Northwind Freight, a fictional company: an estate of two regions built with boto3, every default said.

moto answers for a new resource with what AWS did years ago; so whatever AWS sets by itself today is
set here by hand, and the estate reads like a real one. What moto lacks is in `scanner.demo.recorded`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

REGIONS = ("eu-west-1", "eu-central-1")
"""The main region first."""


def build(session: boto3.Session) -> None:
    """Make the estate in the session's account. Only ever called on embedded moto."""
    from scanner.demo.estate import compute, databases, doors, identities, keys, ladders, network, roads, storage

    main, second = REGIONS

    def client(service: str, region: str = main) -> Any:
        return session.client(service, region_name=region)  # type: ignore[call-overload]  # the stubs list services one by one

    account = client("sts").get_caller_identity()["Account"]
    identities.build(client("iam"), account)
    ladders.build(client("iam"), account)
    made = keys.build(client("kms"), account, main)
    second_key = keys.build_second(client("kms", second), account)
    storage.build(client("s3"), client("s3control"), account, made)
    storage.build_second(client("s3", second), second)
    doors.build(client("s3"), client("s3control"), account, main)
    networks = network.build(client("ec2"))
    compute.build(client("ec2"), networks, made)
    keys.retire(client("kms"), made)
    databases.build(client("rds"), networks, made)
    roads.build(client("ec2"), client("elbv2"), client("rds"))
    other = network.build_second(client("ec2", second))
    compute.build_second(client("ec2", second), other, second_key)
    databases.build_second(client("rds", second), other, second_key)


def pass_a_week(session: boto3.Session) -> None:
    """Change what changed in the last week, so that two scans have something to compare."""
    from scanner.demo.estate import last_week

    services = ("ec2", "s3", "rds", "kms", "iam")
    last_week.happen(*(session.client(name, region_name=REGIONS[0]) for name in services))  # type: ignore[call-overload]  # the stubs list services one by one
