"""The nouns that every part of the scanner shares; this module imports nothing of ours.

Hot nouns are slotted dataclasses. What comes from outside is validated where it arrives,
not here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeAlias, get_args

GLOBAL = "global"
"""The region of IAM, Organizations and account-level S3."""

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""Worst first."""


class Verdict(StrEnum):
    """What a rule says of a resource."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Why(StrEnum):
    """Why something is not known. The first four make a run incomplete, the others do not."""

    DENIED = "denied"
    THROTTLED = "throttled"
    ERROR = "error"
    UNSUPPORTED = "unsupported"
    NOT_COLLECTED = "not_collected"
    AFTER_APPLY = "after_apply"
    OUT_OF_SCOPE = "out_of_scope"
    RULE_ERROR = "rule_error"


INCOMPLETE = frozenset({Why.DENIED, Why.THROTTLED, Why.ERROR})
"""Reasons that make a run incomplete (exit 3): a call was needed and not answered."""

UnknownKind: TypeAlias = Literal["any", "more", "opaque", "maybe"]

UNKNOWN_KINDS: tuple[UnknownKind, ...] = get_args(UnknownKind)
"""Every kind, in the order in which they are explained."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """That one place of a document is not known, and why.

    `kind` is `any` (it may hold any value, null included), `more` (the pointer ends in `/-`:
    the list may have further elements), `opaque` (a non-null string that equals only
    itself; `token` says which) or `maybe` (the pointer leads to an element of a list: it is
    as given, parts of it that are unknown themselves aside, but it may not be there at all;
    those behind it then move up). Indices always count the list as written.
    """

    why: Why
    kind: UnknownKind = "any"
    message: str = ""
    service: str = ""
    operation: str = ""
    permission: str = ""
    token: str = ""

    def to_json(self) -> dict[str, str]:
        """The members that are set."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: str(value) for name, value in pairs if value}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Unknown:
        """Undo `to_json`. Raises `KeyError` or `ValueError` on foreign data."""
        kind = data.get("kind", "any")
        if kind not in UNKNOWN_KINDS:
            raise ValueError(kind)
        rest = {k: v for k, v in data.items() if k not in ("why", "kind")}
        return cls(Why(data["why"]), kind, **rest)


Unknowns: TypeAlias = dict[str, Unknown]
"""JSON Pointer (RFC 6901) into a document → why that place is not known."""


@dataclass(slots=True)
class Partial:
    """A JSON value and what is not known of it.

    At an `any` or `opaque` pointer the value is absent; at a `maybe` pointer it is there.
    """

    value: Any
    unknown: Unknowns = field(default_factory=dict)


@dataclass(slots=True)
class Origin:
    """Where a resource was read: for code a place in a file, live the calls that answered."""

    kind: Literal["live", "recording", "terraform", "cloudformation"]
    file: str = ""
    line: int = 0
    end_line: int = 0
    address: str = ""
    calls: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The members that are set."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: list(v) if isinstance(v, tuple) else v for name, v in pairs if v}


@dataclass(slots=True)
class Resource:
    """One AWS resource: an envelope of ours round a configuration in AWS's own words.

    `type` is the CloudFormation registry's name, `id` the ARN or `<account>/<region>/<type>`;
    `account` and `region` are empty where code does not tell them. `unknown` points into `config`.
    """

    type: str
    id: str
    name: str
    account: str
    region: str
    config: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    unknown: Unknowns = field(default_factory=dict)
    origin: Origin = field(default_factory=lambda: Origin("live"))
    partition: str = "aws"
    physical_id: str = ""
    tags_unknown: Unknown | None = None


@dataclass(slots=True)
class Gap:
    """A call that was not answered, or an input that was not read.

    `accepted` says who lives with it, why and until when; such a gap leaves a run complete.
    """

    account: str
    region: str
    service: str
    operation: str
    permission: str
    reason: Why
    resource_types: tuple[str, ...] = ()
    resource_id: str = ""
    rules: tuple[str, ...] = ()
    message: str = ""
    accepted: dict[str, Any] | None = None

    @property
    def unanswered(self) -> bool:
        """Whether something was asked and not answered, and nobody accepted that."""
        return self.reason in INCOMPLETE and not self.accepted

    @property
    def blocks(self) -> bool:
        """Whether it makes a judged run incomplete: a rule needed what was not answered, or a whole input is lost."""
        return self.unanswered and bool(self.rules or not self.resource_types)

    def to_json(self) -> dict[str, Any]:
        """The member of the same name in the report."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: list(v) if isinstance(v, tuple) else v for name, v in pairs}


@dataclass(slots=True)
class Shard:
    """What one collection unit gave: account × region × service, or one file of code.

    `listed` says for each type whether its listing is complete (`None`) or why it is not. `read_at` is
    when its reading began by the clock (as `taken_at` is written), apart from the content.
    """

    account: str
    region: str
    service: str
    resources: list[Resource] = field(default_factory=list)
    listed: dict[str, Unknown | None] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    read_at: str = ""


@dataclass(frozen=True, slots=True)
class Reused:
    """That `shards` of `total` were read by an earlier run, none before `oldest` (as `taken_at` is written)."""

    shards: int
    total: int
    oldest: str

    def to_json(self) -> dict[str, Any]:
        """The member of the report's `coverage`."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Neighbours:
    """The resources asked for, and why there may be others (`None`: there are none)."""

    resources: list[Resource]
    incomplete: Unknown | None


class Inventory(Protocol):
    """What facts and rules may ask of a snapshot, whatever holds it."""

    @property
    def taken_at(self) -> str:
        """When the first run began, ISO 8601 in UTC with seconds and `Z`."""

    @property
    def source(self) -> str:
        """`live`, `recording`, `terraform`, `cloudformation` or `mixed`."""

    @property
    def accounts(self) -> Sequence[str]:
        """Account ids in order."""

    @property
    def regions(self) -> Sequence[str]:
        """Regions in order."""

    @property
    def gaps(self) -> Sequence[Gap]:
        """What could not be read, in order."""

    @property
    def reused(self) -> Reused | None:
        """What is older than `taken_at`, since a run reused it; `None` if nothing is."""

    def types(self) -> Sequence[str]:
        """The types that hold at least one resource, in order."""

    def of(self, type_: str, account: str | None = None, region: str | None = None) -> Iterator[Resource]:
        """Resources of a type, ordered by account, region and id."""

    def get(self, id_: str) -> Resource | None:
        """The resource with that id or physical id."""

    def places(self, type_: str) -> Sequence[tuple[str, str]]:
        """(account, region) that hold a resource of the type, in order."""

    def listed_types(self) -> Sequence[str]:
        """The types that were asked for anywhere, in order."""

    def listings(self, type_: str) -> Iterator[tuple[str, str, Unknown | None]]:
        """(account, region, why its listing is incomplete) wherever the type was asked for."""

    def listing(self, type_: str, account: str, region: str) -> Unknown | None:
        """Why the listing of a type in one place is incomplete; `None` if it is complete.

        Where nobody asked, that is `Why.NOT_COLLECTED` (live) or `Why.OUT_OF_SCOPE` (code).
        """


class Shape:
    """What members a document of a type can have; made by `aws` and `derive`, read by the linter."""

    __slots__ = ("element", "enum", "kind", "members", "optional")

    def __init__(
        self,
        kind: Literal["structure", "list", "map", "string", "number", "boolean", "any"],
        members: Mapping[str, Shape] | None = None,
        element: Shape | None = None,
        enum: Sequence[str] = (),
        *,
        optional: bool = True,
    ) -> None:
        """`element` is a list's or a map's; `enum` the strings AWS allows; `optional`: may be null."""
        self.kind = kind
        self.members = dict(members or {})
        self.element = element
        self.enum = tuple(enum)
        self.optional = optional


Reads: TypeAlias = dict[str, frozenset[str]]
"""Type → members read (`Policy`, `Rotation.KeyRotationEnabled`; `*` for all): which calls are needed."""


@dataclass(frozen=True, slots=True)
class FrameworkMapping:
    """One rule's evidence for one requirement of a framework, with parameters bound if any."""

    framework: str
    requirement: str
    params: tuple[tuple[str, Any], ...] = ()


@dataclass(slots=True)
class Rule:
    """A rule is data: section 6 of the design, and `rules/README.md`."""

    id: str
    title: str
    severity: str
    since: str
    resource: str
    responsibility: str
    covers: tuple[str, ...]
    expect: str
    message: str
    why: str
    fix: dict[str, str]
    references: tuple[str, ...]
    when: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    frameworks: Sequence[FrameworkMapping] = ()
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    source: str = ""

    @property
    def service(self) -> str:
        """The service's name as rules are grouped by: the folder of `rules/`."""
        return self.source.rsplit("/", 2)[-2] if "/" in self.source else self.id.split("-", 1)[0]


@dataclass(slots=True)
class Evidence:
    """One reason for a verdict. `path` is JMESPath-like into the document, `source` says what
    decided (a JSON Pointer, a statement's Sid, a neighbour's id).
    """

    path: str
    value: Any = None
    expected: Any = None
    source: str = ""
    reason: str = ""
    operation: str = ""
    permission: str = ""

    def to_json(self) -> dict[str, Any]:
        """All members, as the report publishes them."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Finding:
    """A rule's verdict on one resource, for one binding of the rule's parameters."""

    rule_id: str
    resource_id: str
    resource_type: str
    account: str
    region: str
    verdict: Verdict
    severity: str
    message: str
    evidence: list[Evidence]
    origin: dict[str, Any]
    params: dict[str, Any]
    fingerprint: str
    fix: dict[str, str] = field(default_factory=dict)
    waiver: dict[str, Any] | None = None
    change: str | None = None

    def sort_key(self) -> tuple[str, str, str, str, str, str]:
        """The published order; the fingerprint only parts parameter bindings."""
        return (self.account, self.region, self.resource_type, self.resource_id, self.rule_id, self.fingerprint)

    def to_json(self) -> dict[str, Any]:
        """The member of the report's `findings`."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        out: dict[str, Any] = dict(pairs)
        out["verdict"] = str(self.verdict)
        out["evidence"] = [item.to_json() for item in self.evidence]
        return out


@dataclass(slots=True)
class Report:
    """All that a renderer needs; nothing is looked up elsewhere when rendering.

    `rules`, `frameworks` and `resources` are keyed by id and hold JSON; `coverage`, `snapshot`,
    `waivers`, `attestations`, `accepted_gaps`, `changes` and `baseline` are as published in
    `reports/schema/report.json`.
    Findings stand in the published order; those of a large report are read from a file each time they are
    looked at (`scanner.findings`).
    """

    tool: dict[str, Any]
    snapshot: dict[str, Any]
    rules: dict[str, dict[str, Any]]
    frameworks: dict[str, dict[str, Any]]
    coverage: dict[str, Any]
    gaps: list[Gap]
    resources: Mapping[str, dict[str, Any]]
    findings: Sequence[Finding]
    paths: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    waivers: list[dict[str, Any]] = field(default_factory=list)
    accepted_gaps: list[dict[str, Any]] = field(default_factory=list)
    baseline: dict[str, Any] | None = None
    attestations: list[dict[str, Any]] = field(default_factory=list)


class Facts(Protocol):
    """What `derive` gives to `engine`: documents with the facts that an expression reads."""

    def document(self, resource: Resource, names: Iterable[str]) -> Partial:
        """`config` with `derived` holding the named facts and the envelope's members."""


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values, equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(rule_id: str, resource_id: str, params: Mapping[str, Any] | None = None) -> str:
    """32 hex digits that name a finding for ever; `params` only where they are not the defaults."""
    text = f"{rule_id}\0{resource_id}" + (f"\0{canonical(dict(params))}" if params else "")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def pointer(*parts: str | int) -> str:
    """A JSON Pointer (RFC 6901) from its reference tokens."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def pointer_parts(text: str) -> list[str]:
    """The reference tokens of a JSON Pointer. Raises `ValueError` if it does not start with `/`."""
    if not text:
        return []
    if text[0] != "/":
        message = f"not a JSON Pointer: {text!r}"
        raise ValueError(message)
    return [part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/")]
