"""The trails that record in every region of an account, and which management events."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.elements import Elements
from scanner.derive.logs.trails import READS, recorders
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


class RecordingTrail(TypedDict):
    """A trail of all regions that logs: does it record reads and writes of all management events, and of KMS?"""

    arn: str
    management: bool
    kms: bool


@derives("AWS::CloudTrail::AccountSettings", "recording_trails", gives=list[RecordingTrail], reads=READS)
def recording_trails(settings: Resource, context: Context) -> Partial:
    """Multi-region trails that log, the organization's too, by their basic or advanced event selectors.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
    """
    fact = Partial([])
    found = Elements(fact)
    trails, missing = recorders(settings, context)
    for trail in trails:
        found.add({"arn": trail.arn, "management": trail.management, "kms": trail.kms}, trail.logging)
    found.open(missing)
    return fact
