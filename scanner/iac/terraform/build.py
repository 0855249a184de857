"""From a plan to resources: every type's table, its satellites, and one gap for each entry that cannot be read."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from scanner.iac.terraform import joins, providers, types
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite, resource
from scanner.iac.terraform.plan import Malformed, Plan, Planned
from scanner.model import Resource, Shard, Unknown, Why


def kinds() -> list[Kind]:
    """The tables of `types/`, found by presence."""
    found: list[Kind] = []
    for module in sorted(pkgutil.iter_modules(types.__path__), key=lambda item: item.name):
        found += getattr(importlib.import_module(f"{types.__name__}.{module.name}"), "KINDS", ())
    return found


def shard(plan: Plan) -> Shard:
    """The plan's posture after the apply."""
    builder = _Builder(plan, kinds())
    resources = builder.build()
    out = Shard("", "", "terraform", sorted(resources, key=lambda item: (item.type, item.id)))
    out.gaps = plan.gaps
    broken = Unknown(Why.ERROR, message="a resource of the plan could not be read", service="terraform")
    out.listed = dict.fromkeys(sorted(builder.broken), broken)
    return out


class _Builder:
    """One plan's drafts by address, and the types of which something could not be read."""

    def __init__(self, plan: Plan, tables: list[Kind]) -> None:
        self.plan = plan
        self.kinds = tables
        self.drafts = Drafts()
        self.outside: dict[tuple[str, str, str], Draft] = {}
        self.broken: set[str] = set()
        ours = {name: kind.type for kind in tables for name in _terraform_types(kind)}
        for gap in plan.gaps:
            # An entry whose type cannot be read might have been anything.
            named = [ours[gap.operation]] if gap.operation in ours else []
            gap.resource_types = tuple(named if gap.operation else sorted(set(ours.values())))
            self.broken.update(gap.resource_types)

    def build(self) -> list[Resource]:
        for kind in self.kinds:
            for planned in self.plan.of(*kind.terraform):
                build = kind.build if planned.remains else kind.removed
                if build:
                    self._guard(kind, planned, partial(self._begin, kind, planned, build))
        for kind in self.kinds:
            for satellite in kind.satellites:
                self._lay(kind, satellite)
                self._unplanned(kind, satellite)
        return [item for kind in self.kinds for item in self._finish(kind)]

    def _guard(self, kind: Kind, planned: Planned, step: Callable[[], Any]) -> bool:
        """One entry that is not what its type says must not end the others."""
        try:
            step()
        except Malformed as error:
            self._fault(kind, planned, str(error))
        except RecursionError:
            self._fault(kind, planned, "it is nested too deeply")
        else:
            return True
        return False

    def _fault(self, kind: Kind, planned: Planned, message: str) -> None:
        self.plan.gap(planned.address, message, planned.type, (kind.type,))
        self.broken.add(kind.type)

    def _begin(self, kind: Kind, planned: Planned, build: Callable[[Planned], Draft]) -> None:
        draft = build(planned)
        if not kind.merge:
            self.drafts.add(draft)
            return
        # Without a region one provider's settings must not pass for another's.
        key = (kind.type, providers.account(planned), providers.region(planned) or planned.provider)
        first = self.outside.setdefault(key, draft)
        first.config = {**draft.config, **first.config}

    def _lay(self, kind: Kind, satellite: Satellite) -> None:
        found = list(self.plan.of(satellite.terraform))
        gone = [item for item in found if not item.remains]
        for planned in gone:
            self._guard(kind, planned, partial(self._remove, kind, satellite, planned))
        for planned in found:
            if planned.remains and not self._guard(kind, planned, partial(self._join, kind, satellite, planned)):
                self._spoil(kind, satellite, planned)

    def _remove(self, kind: Kind, satellite: Satellite, planned: Planned) -> None:
        assert kind.owners is not None  # noqa: S101 - a table with satellites names their owners
        for owner in joins.owners_before(planned, satellite.owner, kind.owners):
            self._remove_from(owner, satellite, planned)

    def _remove_from(self, owner: joins.Owner, satellite: Satellite, planned: Planned) -> None:
        draft = self.drafts.get(owner.resource.address) if owner.resource else None
        if draft is None or draft.new:
            return
        if satellite.removed:
            satellite.removed(draft, planned)
        elif not satellite.repeated:
            gone = Unknown(Why.OUT_OF_SCOPE, message=f"what the deletion of {planned.address} leaves")
            draft.config.update(dict.fromkeys(satellite.members, gone))

    def _join(self, kind: Kind, satellite: Satellite, planned: Planned) -> None:
        assert kind.owners is not None  # noqa: S101 - a table with satellites names their owners
        if satellite.many:
            # An owner that is named no longer loses what it had.
            self._remove(kind, satellite, planned)
            for owner in joins.owners_of(planned, satellite.owner, kind.owners):
                self._join_to(owner, kind, satellite, planned)
        else:
            self._join_to(joins.owner_of(planned, satellite.owner, kind.owners), kind, satellite, planned)

    def _join_to(self, owner: joins.Owner, kind: Kind, satellite: Satellite, planned: Planned) -> None:
        if owner.resource:
            draft = self.drafts.get(owner.resource.address)
            if draft is not None:
                self._apply(satellite, draft, planned)
            return
        if owner.candidates:
            reason = Unknown(Why.AFTER_APPLY, message=f"{planned.address} may belong to this resource")
            for candidate in owner.candidates:
                self._doubt(satellite, self.drafts.get(candidate.address), planned, reason)
            return
        adopted = kind.adopt(owner.outside, self.drafts) if kind.adopt else None
        self._apply(satellite, adopted or self._outside(kind, satellite, planned, owner), planned)

    def _apply(self, satellite: Satellite, draft: Draft, planned: Planned) -> None:
        before = [draft.set_by.get(member) for member in satellite.members]
        satellite.apply(draft, planned)
        if satellite.repeated:
            return
        for member, first in zip(satellite.members, before, strict=True):
            draft.set_by[member] = planned.address
            if first:
                both = f"{first} and {planned.address} both set it"
                draft.config[member] = Unknown(Why.AFTER_APPLY, message=both)

    def _doubt(self, satellite: Satellite, draft: Draft | None, planned: Planned, reason: Unknown) -> None:
        if draft is None:
            return
        if satellite.doubt:
            satellite.doubt(draft, planned, reason)
            return
        for member in satellite.members:
            draft.config[member] = reason
            draft.set_by[member] = planned.address

    def _spoil(self, kind: Kind, satellite: Satellite, planned: Planned) -> None:
        """A satellite that cannot be read leaves its members unknown wherever it may belong."""
        reason = Unknown(Why.ERROR, message=f"{planned.address} could not be read")
        for draft in self.drafts.of(kind.type):
            self._guard(kind, planned, partial(self._doubt, satellite, draft, planned, reason))

    def _unplanned(self, kind: Kind, satellite: Satellite) -> None:
        """An incomplete plan may lack satellites that the configuration has: `-target`, a failed plan."""
        document = self.plan.document
        if document.get("complete", True) is True and not document.get("errored", False):
            return
        if not self.plan.lacks(satellite.terraform):
            return
        reason = Unknown(Why.AFTER_APPLY, message=f"the plan is not complete: it may lack {satellite.terraform}")
        for draft in self.drafts.of(kind.type):
            for member in satellite.members:
                if satellite.repeated:
                    draft.parts.setdefault("unplanned", []).append((member, replace(reason, kind="more")))
                elif member not in draft.set_by:
                    draft.config[member] = reason

    def _outside(self, kind: Kind, satellite: Satellite, planned: Planned, owner: joins.Owner) -> Draft:
        where = f"{planned.provider}\0{providers.region(planned)}"
        key = (kind.type, where, owner.outside or planned.address)
        if key not in self.outside:
            draft = Draft(kind.type, planned, new=False, outside=True)
            if satellite.many:
                key_of = json.dumps(owner.outside, ensure_ascii=False) if owner.known and owner.outside else ""
                draft.part = f".{satellite.owner}[{key_of}]"
            if kind.outside and owner.known and owner.outside:
                kind.outside(draft, owner.outside)
            self.outside[key] = draft
        return self.outside[key]

    def _finish(self, kind: Kind) -> Iterable[Resource]:
        outside = [draft for draft in self.outside.values() if draft.type == kind.type]
        for draft in [*self.drafts.of(kind.type), *outside]:
            made: list[Resource] = []
            self._guard(kind, draft.planned, partial(self._complete, kind, draft, made))
            yield from made

    def _complete(self, kind: Kind, draft: Draft, made: list[Resource]) -> None:
        if kind.finish:
            kind.finish(draft, self.drafts)
        draft.fill()
        for member, reason in draft.parts.get("unplanned", ()):
            listed = draft.config.get(member)
            if isinstance(listed, list):
                listed.append(reason)
        made.append(resource(draft))


def _terraform_types(kind: Kind) -> list[str]:
    return [*kind.terraform, *(satellite.terraform for satellite in kind.satellites)]
