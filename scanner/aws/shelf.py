"""Finding the recorded answer to a call among files that others have written, in their way of naming them.

Read alike are `describe_vpcs`, `DescribeVpcs` and `describe-vpcs`, `elasticloadbalancing` for `elb`, lists in
JSON or with commas, an ARN for a name, `self` for the account's id, and pages in files of their own. An answer
that tells of less than was asked for counts for what it tells, never for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scanner.aws import models
from scanner.aws.normalise import document
from scanner.aws.recording import file_name, region_folder
from scanner.aws.source import Call
from scanner.model import GLOBAL, canonical

ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
REGION = re.compile(r"[a-z]{2,5}(?:-[a-z]+)+-\d+")
GLOBALS = (GLOBAL, "aws-global", "us-east-1")

_ALIASES = {
    "cloudwatch": ("monitoring",),
    "config": ("configservice", "awsconfig"),
    "directconnect": ("dx",),
    "ec2": ("vpc",),
    "efs": ("elasticfilesystem",),
    "elb": ("elasticloadbalancing", "classicelb"),
    "elbv2": ("elasticloadbalancingv2", "elasticloadbalancing", "alb"),
    "lambda": ("awslambda",),
    "logs": ("cloudwatchlogs",),
    "s3": ("s3api",),
    "sso-admin": ("sso", "identitycenter"),
    "ssm": ("systemsmanager",),
}
"""What folders of a service are called beside boto3's name; `-`, `_` and case do not count."""

_TOKENS = frozenset({
    "nexttoken", "marker", "startingtoken", "paginationtoken", "continuationtoken", "pagetoken", "keymarker", "page",
})  # fmt: skip
_SIZES = frozenset({
    "maxresults", "maxitems", "maxrecords", "maxkeys", "maxbuckets", "pagesize", "limit", "dryrun",
    "expectedbucketowner",
})  # fmt: skip
"""Parameters that do not change what an answer tells."""
HOME = "HomeRegion"
_OWN = {
    ("describesnapshots", "ownerids"): "OwnerId",
    ("describeimages", "owners"): "OwnerId",
    ("listdocuments", "filters"): "Owner",
    ("describetrails", "includeshadowtrails"): HOME,
}
"""Parameters that ask for what is the account's own, or the region's, and the member that tells whose a thing is."""
_WIDENING = {("listservicespecificcredentials", "allusers")}
"""Parameters without which an answer tells of less."""
# https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocumentPermission.html
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html
_NO_LESS = {
    ("getkeypolicy", "policyname"),
    ("describedocumentpermission", "permissiontype"),
    ("listtaskdefinitionfamilies", "status"),
}
"""Parameters without which an answer tells no less: they have one valid value, or leave something out."""
_WHOLE = ("same", "wider")
_PAGE = re.compile(r"[._-](?:page[._-]?)?(\d{1,4})$", re.IGNORECASE)


def fold(text: str) -> str:
    """A name without what people write differently."""
    return re.sub(r"[-_. ]", "", text).lower()


@dataclass(frozen=True, slots=True)
class File:
    """A recorded answer: its operation, its parameters as texts, and which page it is (`""`: the first)."""

    path: Path
    operation: str
    params: Mapping[str, tuple[str, ...]]
    page: str


@dataclass(slots=True)
class Found:
    """The files that answer a call.

    `lacks` says why there may be more than they tell. `owner`: only what is the account's own was asked for,
    and this member tells whose a thing is. One of the members `proof` must be in an answer to be one.
    """

    files: list[File] = field(default_factory=list)
    lacks: str = ""
    owner: str = ""
    proof: tuple[str, ...] = ()


class Shelf:
    """The files of a recording."""

    def __init__(self, accounts: Mapping[str, Path]) -> None:
        """`accounts`: the folder of each."""
        self._accounts = accounts
        self._services = {id_: _folders(path) for id_, path in accounts.items()}
        self._placed: dict[Path, dict[str, Path]] = {}
        self._listed: dict[Path, dict[str, list[File]]] = {}

    def regions(self, account: str) -> list[str]:
        """The regions that have a folder."""
        services = (path for paths in self._services[account].values() for path in paths)
        return sorted({name for path in services for name in self._regions_of(path) if REGION.fullmatch(name)})

    def folder(self, account: str) -> Path:
        """The folder of an account."""
        return self._accounts[account]

    def find(self, call: Call) -> Found | None:
        """What answers a call; `None` if nothing does."""
        if exact := self._exact(call):
            return Found([exact])
        narrower: list[File] = []
        for place in self._places(call):
            files = [(file, _compared(file, call)) for file in self._of(place, call)]
            # of those that tell the whole, the one that asks the same, and of pages the first
            whole = sorted((bool(file.page), how == "wider", file.path) for file, how in files if how in _WHOLE)
            if whole:
                late, wider, path = whole[0]
                file = next(file for file, _ in files if file.path == path)
                lacks = "the recording lacks the first page" if late else ""
                return Found([file], lacks, _owner(call) if wider else "", _proof(call, file))
            narrower += [file for file, how in files if how == "narrower"]
        if not narrower:
            return None
        names = sorted({name for file in narrower for name in file.params})
        return Found(narrower, lacks=f"the recording has it only for single {', '.join(names)}")

    def _exact(self, call: Call) -> File | None:
        operations = sorted({call.operation, models.api_name(call.service, call.operation)})
        wider = {name: value for name, value in call.params.items() if name not in call.narrowing}
        regions = dict.fromkeys((call.region, *(GLOBALS if call.everywhere or call.region == GLOBAL else ())))
        for asked in (call.params, wider) if call.narrowing else (call.params,):
            for region in regions:
                for operation in operations:
                    place = self._accounts[call.account.id] / call.service / region_folder(region)
                    path = place / file_name(operation, asked)
                    if path.is_file():
                        return File(path, fold(operation), {}, "")
        return None

    def pages(self, call: Call) -> dict[str, File]:
        """Further pages of an answer, by token or number."""
        files = (file for place in self._places(call) for file in self._of(place, call))
        return {file.page: file for file in files if file.page and _compared(file, call) in _WHOLE}

    def _places(self, call: Call) -> Iterator[Path]:
        """The folders in which an answer may lie, the likeliest first."""
        services = self._services[call.account.id]
        names = (call.service, *_ALIASES.get(call.service, ()))
        for service in (path for name in names for path in services.get(fold(name), ())):
            by_region = self._regions_of(service)
            wanted = [region_folder(call.region)]
            if call.everywhere or call.region == GLOBAL:
                wanted += [*GLOBALS, *sorted(by_region)]
            yield from (by_region[name] for name in dict.fromkeys(wanted) if name in by_region)
            if call.everywhere or call.region == GLOBAL:
                yield service

    def _regions_of(self, service: Path) -> dict[str, Path]:
        if service not in self._placed:
            self._placed[service] = {place.name.replace("_", "-"): place for place in _inside(service)}
        return self._placed[service]

    def _of(self, place: Path, call: Call) -> list[File]:
        if place not in self._listed:
            by_operation: dict[str, list[File]] = {}
            for path in sorted(place.glob("*.json")):
                file = _file(path, call.service)
                by_operation.setdefault(file.operation, []).append(file)
            self._listed[place] = by_operation
        return self._listed[place].get(fold(call.operation), [])


def _folders(path: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for each in _inside(path):
        found.setdefault(fold(each.name), []).append(each)
    return found


def _inside(path: Path) -> tuple[Path, ...]:
    return tuple(sorted(each for each in path.iterdir() if each.is_dir()))


def _file(path: Path, service: str) -> File:
    """What a file's name says."""
    operation, _, pairs = path.name.removesuffix(".json").partition("@")
    page = ""
    number = _PAGE.search(operation)
    if number and fold(operation) not in _operations(service):
        operation, page = operation[: number.start()], str(int(number[1]))
    params: dict[str, tuple[str, ...]] = {}
    for name, value in (pair.partition("=")[::2] for pair in pairs.split("&") if pair):
        if fold(name) in _TOKENS:
            page = unquote(value)
        elif fold(name) not in _SIZES:
            params[fold(name)] = _texts(value)
    return File(path, fold(operation), params, "" if page == "1" else page)


@cache
def _operations(service: str) -> frozenset[str]:
    return frozenset(map(fold, models.service_model(service).operation_names))


def _texts(value: str) -> tuple[str, ...]:
    """The texts of a recorded parameter: a list in JSON, or with commas between values that are encoded."""
    plain = unquote(value)
    if plain.startswith(("[", "{")):
        try:
            return _parts(document(plain))
        except ValueError:
            pass
    return tuple(unquote(part) for part in (value if "," in value else plain).split(","))


def _parts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(item if isinstance(item, str) else canonical(item) for item in items)


def _compared(file: File, call: Call) -> str:
    """How what a file tells relates to what a call asks: `same`, `wider`, `narrower`, or nothing (`""`)."""
    account = call.account.id
    asked = {fold(name): _parts(value) for name, value in call.params.items() if fold(name) not in _SIZES}
    how = "same"
    for name in asked.keys() | file.params.keys():
        here, there = asked.get(name), file.params.get(name)
        if here is not None and there is not None:
            if not _alike(here, there, account):
                return ""
        elif (name == "accountid" and (here or there) == (account,)) or (file.operation, name) in _NO_LESS:
            continue
        elif here is None or (file.operation, name) in _WIDENING:
            how = "narrower"
        elif (file.operation, name) in _OWN:
            how = "wider" if how == "same" else how
        elif name not in {"attribute", *map(fold, call.narrowing)}:
            return ""
    return how


def _owner(call: Call) -> str:
    return next(_OWN[key] for name in call.params if (key := (fold(call.operation), fold(name))) in _OWN)


def _proof(call: Call, file: File) -> tuple[str, ...]:
    """The member by which an answer shows that it is about an attribute that the file's name does not tell."""
    value = next((value for name, value in call.params.items() if fold(name) == "attribute"), None)
    if not isinstance(value, str) or "attribute" in file.params:
        return ()
    member = value[:1].upper() + value[1:]
    return (member, f"{member}s")


def _alike(here: tuple[str, ...], there: tuple[str, ...], account: str) -> bool:
    if len(here) != len(there):
        return False
    pairs = zip(sorted(here), sorted(there), strict=True)
    return all(_means(one, account) == _means(other, account) or _same_thing(one, other) for one, other in pairs)


def _means(text: str, account: str) -> str:
    return account if text.lower() == "self" else text


def _same_thing(one: str, other: str) -> bool:
    """Whether one text is the ARN of what the other names."""
    arn, name = (one, other) if one.startswith("arn:") else (other, one)
    return arn.startswith("arn:") and not name.startswith("arn:") and arn.endswith((f"/{name}", f":{name}"))
