"""The shape of the JSON report: what `load` accepts and what `reports/schema/report.json` publishes.

Only `load` and the tests import this module, because pydantic takes a tenth of a second to load.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from scanner.errors import InputError
from scanner.render.json_model_changes import Acceptance, AcceptedGap, Baseline, Change, Waiver
from scanner.render.json_model_paths import AttackPath
from scanner.render.json_model_rules import Closed, Count, Coverage, Framework, Open, Rule, Severity, UnknownWhy
from scanner.render.text import cut, printable

SCHEMA_ID = "urn:aws-posture:schema:report"


class Tool(Open):
    """What made the report."""

    name: str
    """`aws-posture`."""
    version: str
    """The version of the tool."""
    information_uri: str | None = None
    """Where its documentation is."""


class Snapshot(Open):
    """What was judged."""

    taken_at: str
    """When reading began: ISO 8601 in UTC."""
    accounts: list[str]
    """Ids of the accounts that were read, in order."""
    regions: list[str]
    """Regions that were read, in order."""
    source: str
    """`live`, `recording`, `terraform`, `cloudformation` or `mixed`."""


class Gap(Closed):
    """A call that was not answered, or an input that was not read."""

    account: str
    """Where; empty if it does not matter."""
    region: str
    """Where; empty if it does not matter."""
    service: str
    """The service's name in the SDK."""
    operation: str
    """The API operation."""
    permission: str
    """The IAM action that the call needs."""
    reason: Literal["denied", "throttled", "unsupported", "error", "not_collected"]
    """Why it was not answered."""
    resource_types: list[str]
    """What could not be judged in full."""
    resource_id: str
    """The one resource that it concerns, or empty."""
    rules: list[str]
    """The rules whose verdicts depend on it."""
    message: str
    """In words."""
    accepted: Acceptance | None = None
    """Who accepted it, why and until when; null if nobody did."""


class Unknown(Closed):
    """Why one place of a document is not known."""

    why: UnknownWhy
    """The reason."""
    kind: Literal["any", "more", "opaque", "maybe"] = "any"
    """Any value; further elements of a list; a string that equals only itself; or an element that may be absent."""
    message: str = ""
    """In words."""
    service: str = ""
    """The service of the call."""
    operation: str = ""
    """The call."""
    permission: str = ""
    """The IAM action that it needs."""
    token: str = ""
    """Which string, if opaque."""


class Origin(Open):
    """Where a resource was read. Members that are not set are left out."""

    kind: str | None = None
    """`live`, `recording`, `terraform` or `cloudformation`."""
    file: str | None = None
    """Code: path of the file, relative to where the scan ran."""
    line: Count | None = None
    """Code: first line, from 1."""
    end_line: Count | None = None
    """Code: last line."""
    address: str | None = None
    """Code: the resource's full address or logical id."""
    calls: list[str] | None = None
    """Live: the calls that answered."""


class Resource(Open):
    """A resource with at least one fail or unknown (or all, or none, if asked for)."""

    type: str
    """By the CloudFormation registry's name."""
    id: str
    """Its ARN, or `<account>/<region>/<type>`, or `<path>#<address>` in code."""
    name: str
    """The name that people use."""
    account: str
    """Empty where code does not tell."""
    region: str
    """`global` for what has none; empty where code does not tell."""
    tags: dict[str, str]
    """Its tags."""
    config: dict[str, Any]
    """Its configuration, in the AWS API's members."""
    unknown: dict[str, Unknown]
    """JSON Pointer into `config` → why that place is not known."""
    derived: dict[str, Any]
    """Facts computed from the configuration."""
    origin: Origin
    """Where it was read."""
    physical_id: str | None = None
    """Code: the id of the resource that exists already."""


class Evidence(Closed):
    """One reason for a verdict."""

    path: str
    """The member of the document."""
    value: Any
    """What was found."""
    expected: Any
    """What was expected."""
    source: str
    """What decided: a JSON Pointer, a statement's Sid, a neighbour's id."""
    reason: str
    """Why it is not known, if it is not."""
    operation: str
    """The call that would tell."""
    permission: str
    """The IAM action that the call needs."""


class Finding(Closed):
    """A rule's verdict on one resource, for one binding of the rule's parameters."""

    rule_id: str
    """The key in `rules`."""
    resource_id: str
    """The key in `resources`, or `<account>/<region>/<type>` where a listing failed."""
    resource_type: str
    """The resource's type."""
    account: str
    """The resource's account."""
    region: str
    """The resource's region."""
    verdict: Literal["pass", "fail", "unknown"]
    """What the rule says; what is not applicable is only counted, in `coverage`."""
    severity: Severity
    """Of a fail."""
    message: str
    """The verdict in words."""
    evidence: list[Evidence]
    """The reasons."""
    origin: Origin
    """Where the resource was read."""
    params: dict[str, Any]
    """The values that the rule's parameters were bound to."""
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    """Names the finding for ever."""
    fix: dict[str, str]
    """The rule's fix, filled in."""
    waiver: Acceptance | None
    """Who accepted the fail, why and until when; null if nobody did, or no longer does."""
    change: Literal["new", "existing", "fixed", "reopened", "not_assessed"] | None
    """Against an earlier scan; null if there is none."""


class Attestation(Closed):
    """Somebody's word for a requirement, or that AWS's own report was got and read."""

    by: str
    """Who."""
    on: str
    """From which day."""
    until: str
    """Up to which day, itself included."""
    evidence: str
    """Where the proof is."""
    framework: str
    """The framework's id; empty for AWS's report."""
    requirement: str
    """The requirement's id, or that of a heading, for all under it; empty for AWS's report."""
    says: Literal["met", "not_applicable"]
    """What is said of it."""
    statement: str
    """The same in words, if any were given."""
    accounts: list[str]
    """The accounts that it is about; all if there are none."""
    aws_report: str
    """The key in the framework's `attestations` of AWS's report; empty for a requirement."""
    source: str
    """Its place in the file."""


class Report(Closed):
    """A report of aws-posture: everything that any other format shows."""

    tool: Tool
    """What made the report."""
    snapshot: Snapshot
    """What was judged."""
    rules: dict[str, Rule]
    """Rule id → the rule."""
    frameworks: dict[str, Framework]
    """Framework id → the framework."""
    coverage: Coverage
    """How much was judged."""
    gaps: list[Gap]
    """What could not be read."""
    resources: dict[str, Resource]
    """Resource id → the resource."""
    findings: list[Finding]
    """Ordered by account, region, resource_type, resource_id and rule_id."""
    paths: list[AttackPath]
    """Attack paths: ways through several resources, the worst first."""
    changes: list[Change]
    """Differences of configuration against an earlier scan."""
    waivers: list[Waiver] = Field(default_factory=list)
    """Every waiver that was given, those that do nothing included."""
    accepted_gaps: list[AcceptedGap] = Field(default_factory=list)
    """Every entry of the settings' `accepted_gaps`, those that do nothing included."""
    baseline: Baseline | None = None
    """The earlier report that this one was compared with, and what that gave."""
    attestations: list[Attestation] = Field(default_factory=list)
    """What people attest of requirements that no rule can see, or only a part of."""


class _Schema(GenerateJsonSchema):
    """pydantic's schema without the titles that only repeat the members' names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        return {"$schema": self.schema_dialect, "$id": SCHEMA_ID, **super().generate(schema, mode)}


def schema() -> str:
    """The text of `reports/schema/report.json` (JSON Schema 2020-12)."""
    made = Report.model_json_schema(schema_generator=_Schema)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def check(data: Any, where: str) -> None:
    """That parsed JSON is a report. Raises `InputError` with the first place that is wrong."""
    findings = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(findings, list):
        _validate(TypeAdapter(Report), data, where, ())
        return
    _validate(TypeAdapter(Report), data | {"findings": []}, where, ())
    one = TypeAdapter(Finding)
    for index, finding in enumerate(findings):  # one by one: a hundred thousand models are not held
        _validate(one, finding, where, ("findings", index))


def _validate(adapter: TypeAdapter[Any], data: Any, where: str, prefix: tuple[str | int, ...]) -> None:
    try:
        adapter.validate_python(data)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False, include_context=False)[0]
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in (*prefix, *first["loc"]))
        shown = cut(printable(place.lstrip(".")), 200) or "the document"
        message = f"not a report: {shown}: {first['msg'][:1].lower()}{first['msg'][1:]}"
        raise InputError(message, where=where, hint="Give a report written by -o json=FILE") from None
