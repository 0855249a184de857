"""The parts of the JSON report that say which rules and frameworks were used, and how much they judged."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Count: TypeAlias = Annotated[int, Field(ge=0)]
Severity: TypeAlias = Literal["critical", "high", "medium", "low", "info"]
UnknownWhy: TypeAlias = Literal[
    "denied", "throttled", "error", "unsupported", "not_collected", "after_apply", "out_of_scope", "rule_error"
]


class Closed(BaseModel):
    """A record whose members are all listed."""

    model_config = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


class Open(BaseModel):
    """A record that later versions may add members to."""

    model_config = ConfigDict(strict=True, extra="allow", use_attribute_docstrings=True)


class Fix(Open):
    """How to mend what the rule found, as templates; `{…}` stands for a member of the document."""

    cli: str | None = None
    """A command of the AWS CLI."""
    terraform: str | None = None
    """The argument to set in Terraform."""
    cloudformation: str | None = None
    """The property to set in CloudFormation."""


class Rule(Open):
    """A rule that was used."""

    id: str
    """Stable for ever."""
    title: str
    """The goal."""
    severity: Severity
    """Of a fail."""
    service: str
    """The service that the rule is grouped under."""
    resource: str
    """The type that it judges, by the CloudFormation registry's name."""
    responsibility: str
    """`customer` or `shared`, after AWS's shared responsibility model."""
    since: str
    """The version of the tool that brought the rule."""
    covers: list[str]
    """Keys of the controls that the rule answers."""
    why: str
    """What follows from a fail."""
    fix: Fix
    """How to mend it."""
    references: list[str]
    """AWS's documentation of it."""
    frameworks: dict[str, list[str]]
    """Framework id → ids of the requirements that the rule gives evidence for."""
    when: str | None = None
    """JMESPath: to which resources the rule applies; empty for all."""
    expect: str | None = None
    """JMESPath: what must hold."""
    params: dict[str, Any] = {}
    """Parameters with their defaults."""
    message: str | None = None
    """The template of a finding's message."""
    bindings: list[dict[str, Any]] | None = None
    """With which parameters it was judged, each time those that are not the defaults; absent if only with these."""
    own: dict[str, Any] | None = None
    """The project's own parameters, where they are not the defaults."""
    framework_params: dict[str, dict[str, dict[str, Any]]] | None = None
    """Framework id → requirement id → the parameters that the requirement asks for."""


class Requirement(Open):
    """A requirement of a framework, under a short title of our own."""

    id: str
    """As the framework numbers it."""
    title: str
    """Our own words."""
    responsibility: str
    """`aws`, `shared` or `customer`."""
    assessment: str
    """`automated`, `partial`, `manual` or `inherited`."""
    parent: str | None = None
    """The heading or requirement that it stands under."""
    group: bool | None = None
    """A heading, which asks for nothing itself."""
    levels: list[str] | None = None
    """The authority's profiles or baselines that ask for it."""
    attested_by: list[str] | None = None
    """Keys in the framework's `attestations`: by what AWS answers for its part."""
    aws: str | None = None
    """AWS's part."""
    remains: str | None = None
    """What is left to the customer."""
    note: str | None = None
    """What else to know."""
    not_run: Count | None = None
    """How many rules would give evidence for it and were not run."""


class AwsAttestation(Open):
    """A report or certificate by which AWS answers for its part of requirements."""

    title: str
    """What it is called."""
    where: str
    """Where it is to be had."""


class Framework(Open):
    """A framework that the rules give evidence for."""

    id: str
    """Names it in rules."""
    title: str
    """Its name."""
    version: str | None = None
    """Its version."""
    attestations: dict[str, AwsAttestation] | None = None
    """AWS's reports and certificates, by their key."""
    requirements: list[Requirement]
    """All of them, assessed or not, in the framework's order."""


class VerdictCounts(Closed):
    """Verdicts by kind."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    passed: Count = Field(alias="pass")
    """The expectation holds, whatever was not read."""
    fail: Count
    """The expectation does not hold."""
    unknown: Count
    """What was not read decides."""
    not_applicable: Count
    """The rule does not apply; such verdicts are only counted."""


class Listing(Open):
    """Whether all resources of a type in one place were listed."""

    type: str
    """The resource type."""
    account: str
    """Where."""
    region: str
    """Where."""
    complete: bool
    """False if there may be others."""
    reason: UnknownWhy | Literal[""] | None = None
    """Why it is not complete."""
    message: str | None = None
    """The same in words."""


class RuleError(Open):
    """A rule that could not be evaluated on one resource."""

    rule: str
    """The rule's id."""
    resource: str
    """The resource's id."""
    message: str
    """What went wrong."""


class Reused(Open):
    """What an earlier run had read and this one took over: it is older than `snapshot.taken_at`."""

    shards: Count
    """How many parts (an account, a region and a service) are as the earlier run read them."""
    total: Count
    """How many parts there are."""
    oldest: str
    """When the oldest of them was read, in UTC."""


class PathCounts(Closed):
    """How many attack paths there are."""

    certain: Count
    """Those that are certain in each step."""
    possible: Count
    """Those with a step of which something was not read."""
    left_out: Count
    """How many of both the report does not hold: it has the worst."""
    unread: list[str]
    """Types that paths lead through and that were not listed everywhere: there may be more."""


class Coverage(Open):
    """How much was judged."""

    rules: dict[str, VerdictCounts]
    """Rule id → its verdicts."""
    resources: dict[str, Count]
    """Resource type → how many were read."""
    listings: list[Listing]
    """The listings that were asked for."""
    verdicts: VerdictCounts
    """All verdicts."""
    rule_errors: list[RuleError]
    """Rules that could not be evaluated; the verdicts are unknown."""
    reused: Reused | None = None
    """Absent where everything was read by the run itself."""
    paths: PathCounts | None = None
    """Absent where attack paths were not looked for."""
