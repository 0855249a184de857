"""An inventory held in memory: what code inputs give, and what a sealed export is read into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scanner.model import GLOBAL, Gap, Resource, Reused, Shard, Unknown, Why

_OUT_OF_SCOPE = Unknown(Why.OUT_OF_SCOPE, message="the live account is not part of this input")
_NOT_ASKED = Unknown(Why.NOT_COLLECTED, message="this type was not asked for there")


class MemoryInventory:
    """Shards in memory; see `scanner.model.Inventory`. Later shards win where ids are equal."""

    def __init__(self, shards: Iterable[Shard], *, taken_at: str, source: str, reused: Reused | None = None) -> None:
        """`source` decides what an unasked listing means: out of scope for code, else not collected."""
        self.taken_at = taken_at
        self.source = source
        self.reused = reused
        self._by_type: dict[str, dict[tuple[str, str, str], Resource]] = {}
        self._by_id: dict[str, Resource] = {}
        self._listed: dict[str, dict[tuple[str, str], Unknown | None]] = {}
        gaps: list[Gap] = []
        accounts: set[str] = set()
        regions: set[str] = set()
        for shard in shards:
            gaps += shard.gaps
            accounts.add(shard.account)
            regions.add(shard.region)
            for type_, why in shard.listed.items():
                self._listed.setdefault(type_, {})[shard.account, shard.region] = why
            for resource in shard.resources:
                self._add(resource)
                accounts.add(resource.account)
                regions.add(resource.region)
        self.gaps: Sequence[Gap] = gaps
        self.accounts: Sequence[str] = tuple(sorted(accounts - {""}))
        self.regions: Sequence[str] = tuple(sorted(regions - {GLOBAL, ""}))

    def _add(self, resource: Resource) -> None:
        key = (resource.account, resource.region, resource.id)
        self._by_type.setdefault(resource.type, {})[key] = resource
        self._by_id[resource.id] = resource
        if resource.physical_id:
            self._by_id.setdefault(resource.physical_id, resource)

    def types(self) -> Sequence[str]:
        """The types that hold at least one resource, in order."""
        return sorted(self._by_type)

    def places(self, type_: str) -> Sequence[tuple[str, str]]:
        """(account, region) that hold a resource of the type, in order."""
        return sorted({key[:2] for key in self._by_type.get(type_, {})})

    def of(self, type_: str, account: str | None = None, region: str | None = None) -> Iterator[Resource]:
        """Resources of a type, ordered by account, region and id."""
        for key, resource in sorted(self._by_type.get(type_, {}).items()):
            if account in (None, key[0]) and region in (None, key[1]):
                yield resource

    def get(self, id_: str) -> Resource | None:
        """The resource with that id, else with that physical id."""
        return self._by_id.get(id_)

    def listings(self, type_: str) -> Iterator[tuple[str, str, Unknown | None]]:
        """(account, region, why its listing is incomplete) wherever the type was asked for."""
        for (account, region), why in sorted(self._listed.get(type_, {}).items(), key=lambda item: item[0]):
            yield account, region, why

    def listing(self, type_: str, account: str, region: str) -> Unknown | None:
        """Why the listing of a type in one place is incomplete; `None` if it is complete."""
        unasked = _NOT_ASKED if self.source in ("live", "recording") else _OUT_OF_SCOPE
        return self._listed.get(type_, {}).get((account, region), unasked)

    def listed_types(self) -> Sequence[str]:
        """The types that were asked for anywhere, in order."""
        return sorted(self._listed)
