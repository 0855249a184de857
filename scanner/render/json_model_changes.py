"""The parts of the JSON report that say what was accepted, and what changed since an earlier report."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from scanner.render.json_model_rules import Closed, Count, Open, Severity


class Acceptance(Open):
    """Who accepted a fail or a gap, why and until when."""

    reason: str
    """Why it is accepted."""
    owner: str
    """Who answers for that."""
    expires: str
    """The last day on which it holds: `2027-03-31`; empty if it does not end by itself."""
    source: str = ""
    """The file and line that say so."""


class Waiver(Acceptance):
    """An entry of the waivers, whether or not it still holds."""

    rule: str
    """A rule's id or a glob."""
    account: str = ""
    """An account's id or a glob; empty for any."""
    region: str = ""
    """A region or a glob; empty for any."""
    resource: str = ""
    """A resource's id or name, or a glob; empty for any."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Tags that the resource must have; values are globs."""
    fingerprint: str = ""
    """The one finding that is meant; empty if the other members say which."""
    exclude: list[dict[str, Any]] = Field(default_factory=list)
    """What it does not cover: the same matchers, any of which is enough."""
    findings: Count = 0
    """How many fails it covers."""
    problems: list[Literal["expired", "unused", "too_broad"]] = Field(default_factory=list)
    """What is wrong with it; one that expired covers nothing."""


class AcceptedGap(Acceptance):
    """An entry of the settings that says which unanswered calls or unread inputs are lived with."""

    service: str = ""
    """The service's name in the SDK, or a glob; empty for any."""
    operation: str = ""
    """The API operation, or a glob; empty for any."""
    account: str = ""
    """An account's id or a glob; empty for any."""
    region: str = ""
    """A region or a glob; empty for any."""
    resource: str = ""
    """A resource's id, the path of an input, or a glob; empty for any."""
    gaps: Count = 0
    """How many gaps it covers."""
    problems: list[Literal["expired", "unused", "too_broad"]] = Field(default_factory=list)
    """What is wrong with it; one that expired covers nothing."""


class Gone(Closed):
    """A fail or unknown of the earlier report whose resource or rule the new one does not have."""

    rule_id: str
    """The rule."""
    resource_id: str
    """The resource."""
    resource_type: str
    """Its type."""
    account: str
    """Its account."""
    region: str
    """Its region."""
    verdict: Literal["fail", "unknown"]
    """What was said of it."""
    severity: Severity
    """Of the fail."""
    message: str
    """What was said, in words."""
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    """The finding's name."""
    why: Literal["resource", "rule", "not_applicable", "not_scanned", "untold"]
    """The resource is gone; the rule was not run (or with other parameters); it does not apply to the resource any
    more; its account, region or type was not scanned; or the reports do not tell which of these it is."""


class Baseline(Open):
    """The earlier report that this one was compared with."""

    taken_at: str
    """When its snapshot was taken."""
    version: str
    """The version of the tool that made it."""
    accounts: list[str]
    """The accounts that it holds."""
    regions: list[str]
    """The regions that it holds."""
    rules_added: list[str]
    """Rules that only the new report has."""
    rules_removed: list[str]
    """Rules that only the earlier one has."""
    counts: dict[str, Count]
    """How many findings are `new`, `reopened`, `existing`, `fixed`, `not_assessed`, and `gone`."""
    gone: list[Gone]
    """What the new report cannot say anything about any more."""
    severities: dict[str, Severity] = Field(default_factory=dict)
    """Fails that the earlier report has with another severity: fingerprint → that severity."""
    mended: list[str] = Field(default_factory=list)
    """Fingerprints of what failed once, was fixed, and has not failed since: failing again, it is `reopened`."""


class MemberChange(Closed):
    """One member of a configuration that is not what it was."""

    path: str
    """A JSON Pointer into the configuration, `/tags/…` for a tag. Elements of lists are compared by what they
    hold; an index counts the new list, but for an element that only the earlier one has."""
    before: Any
    """The earlier value; null if there was none."""
    after: Any
    """The new value; null if there is none."""
    before_unknown: str = ""
    """Why the earlier value is not known, if it is not; then nobody can tell whether the member changed."""
    after_unknown: str = ""
    """The same of the new value."""


class Change(Closed):
    """A resource that came, went or is configured otherwise than in the earlier scan."""

    kind: Literal["added", "removed", "changed"]
    """What happened."""
    resource_id: str
    """The resource."""
    resource_type: str
    """Its type."""
    name: str
    """Its name."""
    account: str
    """Its account."""
    region: str
    """Its region."""
    members: list[MemberChange]
    """The members that differ; empty for what came or went."""
