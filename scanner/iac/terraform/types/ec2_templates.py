"""EC2 launch templates: what the default version holds after the apply.

Terraform's attributes describe the latest version, which need not be the default one:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html
"""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft, Kind
from scanner.iac.terraform.fields import convert, unresolved
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.types.ec2_fields import TEMPLATE
from scanner.model import Unknown, Why

_TYPE = "AWS::EC2::LaunchTemplate"


def _template(planned: Planned) -> Draft:
    draft = Draft(_TYPE, planned, new=planned.is_new)
    config = draft.config
    config["LaunchTemplateId"] = values.identity(planned, "id")
    name = values.text(Cell.of(planned, "name"))
    if name is not None:
        config["LaunchTemplateName"] = name
    draft.name = name if isinstance(name, str) else ""
    latest = _data(Cell.of(planned), planned)
    draft.parts["latest"] = [latest]
    config["LaunchTemplateData"] = latest
    if not planned.is_new:
        _existing(draft, planned, latest)
    arn = values.identity(planned, "arn")
    known = [value for value in (arn, config["LaunchTemplateId"]) if isinstance(value, str)]
    draft.physical_id = known[0] if known else ""
    return draft


def _data(cell: Cell, planned: Planned) -> dict[str, Any]:
    data = convert(cell, TEMPLATE)
    for attribute, member in (
        ("tag_specifications", "TagSpecifications"),
        ("instance_requirements", "InstanceRequirements"),
    ):
        inner = cell[attribute]
        if inner.state is State.KNOWN and inner.value:
            data[member] = unresolved(f"{planned.address}: {attribute} is not read")
        elif inner.state in (State.REFERRED, State.SECRET):
            data[member] = inner.after_apply()
    return data


def _existing(draft: Draft, planned: Planned, latest: dict[str, Any]) -> None:
    """Which version is the default one after a change, and what it holds."""
    config = draft.config
    number = values.number(Cell.of(planned, "latest_version"))
    default = values.number(Cell.of(planned, "default_version"))
    config["LatestVersionNumber"] = unresolved("the latest version") if number is None else number
    if values.boolean(Cell.of(planned, "update_default_version")) is True:
        config["DefaultVersionNumber"] = config["LatestVersionNumber"]
        return
    old = planned.old("default_version")
    config["DefaultVersionNumber"] = default if isinstance(default, int) else old if isinstance(old, int) else number
    if not isinstance(config["DefaultVersionNumber"], int):
        config["DefaultVersionNumber"] = unresolved("the default version")
    if isinstance(number, int) and config["DefaultVersionNumber"] == number:
        config["LaunchTemplateData"] = latest
    elif config["DefaultVersionNumber"] == planned.old("latest_version"):
        config["LaunchTemplateData"] = _data(Cell.before(planned), planned)
    else:
        config["LaunchTemplateData"] = Unknown(
            Why.OUT_OF_SCOPE, message="a plan tells a template's latest version, and its default version is another"
        )


KINDS = (Kind(_TYPE, ("aws_launch_template",), _template),)
