"""Whether a lifecycle policy of the region makes snapshots."""

from __future__ import annotations

from scanner.derive.compute.listing import listed
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_POLICY = "AWS::DLM::LifecyclePolicy"


@derives("AWS::EC2::AccountSettings", "snapshot_policies", gives=bool, reads=(f"{_POLICY}.State",))
def snapshot_policies(settings: Resource, context: Context) -> Partial:
    """One that is on (https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html)."""
    found = listed(context, _POLICY, settings, "State")
    if "ENABLED" in found.by_value:
        return Partial(value=True)
    return Partial(None, {"": found.missing}) if found.missing else Partial(value=False)
