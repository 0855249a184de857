"""A snapshot of any size: the sealed example's estate again and again, in many accounts, each copy whole.

A copy's resources name each other as the original's do (interfaces their groups and subnets, roles their
policies, keys their aliases), so that facts have the neighbours that they have in an account.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from scanner.model import Inventory, Resource, Shard
from scanner.snapshot.opening import open_inventory
from scanner.snapshot.rows import RESOURCE_COLUMNS, resource_from, resource_row
from scanner.snapshot.store import Store

EXAMPLE = Path(__file__).parents[2] / "examples" / "northwind.posture.gz"
_COPY = "c0c0c0"
"""Stands in a template where the number of the copy goes: hexadecimal, as identifiers are."""
_IDENTIFIER = re.compile(r"\b([a-z]+-[0-9a-f]{2,11}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{6})[0-9a-f]{6}\b")
_BETWEEN = "\x1f"
_ONE_AN_ACCOUNT = re.compile(r"Settings$|PasswordPolicy$|RootUser$|Membership$|PrefixList$")
_AWS_OWN = re.compile(r"^alias/aws/|^default|^<root_account>$|^com\.amazonaws|^root$|^\d{12}$")
_NAMED = re.compile(r"^AWS::(?:IAM|RDS|S3)::")


def write(path: Path, resources: int, *, accounts: int = 20) -> int:
    """Write a snapshot of at least so many resources, spread over accounts; give how many it has."""
    original = open_inventory(EXAMPLE)
    templates = _Templates(original)
    copies = max(1, -(-resources // (accounts * len(templates.repeated))))
    count = 0
    with Store(path, taken_at=original.taken_at, selection={}) as store:
        for number in range(accounts):
            account = f"{100_000_000_000 + number:012d}"
            for shard in templates.shards(account, copies, number * copies):
                store.write(shard)
                count += len(shard.resources)
        store.finish({})
    return count


class _Templates:
    """The original's rows with its account and the copy's number left open."""

    def __init__(self, original: Inventory) -> None:
        self._account = original.accounts[0]
        found = [resource for name in original.types() for resource in original.of(name)]
        names = {one.name for one in found if _NAMED.match(one.type) and not _AWS_OWN.match(one.name)}
        longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        self._names = re.compile(rf'(?:(?<=["/:])|^)({longest_first})(?=["/:]|$)')
        self.repeated = [self._row(one) for one in found if not self._single(one)]
        self._once = [self._row(one) for one in found if self._single(one)]
        self._listed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name in original.listed_types():
            for _, region, why in original.listings(name):
                if why is None:
                    self._listed[region, name.split("::")[1]].append(name)

    def _single(self, resource: Resource) -> bool:
        return bool(_ONE_AN_ACCOUNT.search(resource.type) or _AWS_OWN.match(resource.name))

    def _row(self, resource: Resource) -> str:
        """The columns of a row as one text, in which all that is the copy's own holds `_COPY`."""
        columns = resource_row(resource)[: len(RESOURCE_COLUMNS)]
        if not self._single(resource):
            columns = tuple(self._names.sub(rf"\g<1>-{_COPY}", _IDENTIFIER.sub(rf"\g<1>{_COPY}", c)) for c in columns)
        return _BETWEEN.join(columns)

    def shards(self, account: str, copies: int, first: int) -> Iterator[Shard]:
        """Those of one account; `first` is the number of its first copy."""
        by_place: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        rows = [(text, "") for text in self._once]
        rows += [(text, f"{first + copy:06x}") for copy in range(copies) for text in self.repeated]
        for text, number in rows:
            resource = self._filled(text, account, number)
            by_place[resource.region, resource.type.split("::")[1]].append(resource)
        for (region, service), listed in sorted(self._listed.items()):
            shard = Shard(account, region, service.lower(), by_place[region, service])
            shard.listed = dict.fromkeys(listed)
            yield shard

    def _filled(self, text: str, account: str, number: str) -> Resource:
        filled = text.replace(self._account, account).replace(_COPY, number or _COPY)
        return resource_from(filled.split(_BETWEEN))
