"""What changed since an earlier report: findings and configuration, filled into the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote
from typing import Any

from scanner.engine.compare import mark
from scanner.errors import UsageError
from scanner.model import Finding, Inventory, Report, Resource, Unknown, Why
from scanner.snapshot.diff import Change, Listings, difference

_CODE = ("terraform", "cloudformation", "mixed")


def read(path: Path) -> Report:
    """An earlier report in JSON, without evidence. Raises `InputError`, and `UsageError` if there is none."""
    from scanner.render.json_earlier import read as read_report

    if not path.exists():
        hint = f"The first time, leave the option out and make it with -o json={quote(str(path))}"
        raise UsageError("there is no earlier report to compare with", where=str(path), hint=hint)
    return read_report(path)


def fill(report: Report, earlier: Report, inventory: Inventory) -> bool:
    """Set the report's `baseline`, `changes` and its findings' `change`; it was made from `inventory`.

    False if the two reports have no finding in common: they may well tell of different things.
    """
    look = Whereabouts(inventory)
    mark(earlier, report, look)
    report.changes = [change.to_json() for change in _changes(earlier, inventory, look)]
    names = {finding.fingerprint for finding in earlier.findings}
    return not names or any(finding.fingerprint in names for finding in report.findings)


def between(earlier: Report, report: Report) -> Iterator[Change]:
    """How the resources that both reports hold differ, in order; others cannot be told by reports."""
    for before in _held(earlier):
        data = report.resources.get(before.id)
        after = _resource(before.id, data) if data else None
        if after and after.type == before.type and (found := difference(before, after)[0]):
            yield found


def _changes(earlier: Report, inventory: Inventory, look: Whereabouts) -> Iterator[Change]:
    """How the resources that the earlier report holds are configured now; what came later it cannot tell."""
    if (earlier.snapshot.get("source") in _CODE) is not (inventory.source in _CODE):
        return
    for before in _held(earlier):
        after = inventory.get(before.id)
        if after is None or after.id != before.id or after.type != before.type:
            if look.lacks(before.id, before.type, before.account, before.region):
                yield Change("removed", before)
        elif (found := difference(before, after)[0]) and found.kind == "changed":
            yield found


class Whereabouts:
    """Where the resources of earlier findings are in an inventory; see `scanner.engine.compare.Look`."""

    def __init__(self, inventory: Inventory) -> None:
        """What is asked of the inventory is kept."""
        self._inventory = inventory
        self._is_code = inventory.source in _CODE
        self._listings = Listings(inventory)
        self._files: set[str] | None = None
        self._broken = {gap.resource_id for gap in inventory.gaps if gap.reason is Why.ERROR}

    def __call__(self, finding: Finding) -> str:
        """`here`, `gone` or `not_scanned`."""
        resource = self._inventory.get(finding.resource_id)
        if resource is not None and resource.id == finding.resource_id:
            return "here"
        if (finding.origin.get("kind") in _CODE) is not self._is_code:
            return "not_scanned"
        place = (finding.resource_type, finding.account, finding.region)
        return "gone" if self.lacks(finding.resource_id, *place) else "not_scanned"

    def lacks(self, id_: str, type_: str, account: str, region: str) -> bool:
        """Whether it is sure that a resource is not there any more."""
        if not self._is_code:
            return self._listings.missing(type_, account, region) is None
        if self._files is None:
            inventory = self._inventory
            ids = (resource.id for each in inventory.types() for resource in inventory.of(each))
            self._files = {each.partition("#")[0] for each in ids}
        file, _, address = id_.partition("#")
        return file in self._files and not {id_, address} & self._broken


def _held(report: Report) -> list[Resource]:
    """The resources that a report holds, in the published order."""
    found = (_resource(id_, data) for id_, data in report.resources.items())
    return sorted(found, key=lambda each: (each.type, each.account, each.region, each.id))


def _resource(id_: str, data: Mapping[str, Any]) -> Resource:
    """A resource as it was read; facts are not configuration, and neither is what is unknown of them."""
    unknown = {at: Unknown.from_json(why) for at, why in data["unknown"].items()}
    own = {at: why for at, why in unknown.items() if at != "/derived" and not at.startswith("/derived/")}
    plain = {name: data[name] for name in ("type", "name", "account", "region", "config", "tags")}
    return Resource(**plain, id=id_, unknown=own, tags_unknown=unknown.get("/derived/tags"))
