"""What a rule file and a framework file must look like. Imports pydantic, so it is itself imported lazily."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from scanner.engine.rule_yaml import Source
from scanner.errors import RuleError

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\r\n]+$")]
Scalar = bool | int | float | str
Params = dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Scalar | list[Scalar]]
Responsibility = Literal["customer", "shared"]
EXPRESSION_LIMIT = 4_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MappingFile(_Strict):
    """A requirement that a rule gives evidence for, with parameters bound if any."""

    id: Line
    params: Params = {}


class FixFile(_Strict):
    """How to mend it, in three languages; a pack of one's own may know fewer."""

    cli: Text | None = None
    terraform: Text | None = None
    cloudformation: Text | None = None


class ExamplesFile(_Strict):
    """Documents by the verdict that the rule must give on them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    pass_: list[dict[str, Any]] = Field(default=[], alias="pass")
    fail: list[dict[str, Any]] = []
    not_applicable: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []


class RuleFile(_Strict):
    """A rule file, member by member."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$", max_length=100)]
    title: Line
    severity: Literal["critical", "high", "medium", "low", "info"]
    since: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$")]
    resource: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+$")]
    responsibility: Responsibility
    covers: list[Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]] = []
    params: Params = {}
    when: Annotated[str, Field(max_length=EXPRESSION_LIMIT)] = ""
    expect: Annotated[str, Field(min_length=1, max_length=EXPRESSION_LIMIT)]
    message: Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"^[^\r\n]+$")]
    why: Text
    fix: FixFile = FixFile()
    references: list[Annotated[str, Field(pattern=r"^https://[^\s<>\"']+$")]] = []
    frameworks: dict[str, list[Line | MappingFile]] = {}
    examples: ExamplesFile = ExamplesFile()

    @field_validator("when", "expect", "message", "why", mode="before")
    @classmethod
    def _trim(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value


class RequirementFile(_Strict):
    """One requirement of a framework: its id and our own words.

    `attested_by` names the attestations of AWS that cover its part, `aws` says what that part is, and `remains`
    what is left to the customer. `levels` are the authority's profiles or baselines that ask for it.
    """

    id: Line
    title: Line
    parent: Line | None = None
    responsibility: Literal["customer", "shared", "aws"]
    assessment: Literal["automated", "partial", "manual", "inherited"]
    group: bool = False
    levels: list[Line] = []
    attested_by: list[Line] = []
    aws: Line | None = None
    remains: Line | None = None
    note: Line | None = None


class AttestationFile(_Strict):
    """A report or certificate by which AWS answers for its part, and where it is to be had."""

    title: Line
    where: Line


class FrameworkFile(_Strict):
    """A framework file, member by member."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=60)]
    title: Line
    version: Line
    authority: Line
    url: Annotated[str, Field(pattern=r"^https://[^\s<>\"']+$")]
    statement: Text
    attestations: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]+$")], AttestationFile] = {}
    requirements: Annotated[list[RequirementFile], Field(min_length=1)]


class MappingsFile(_Strict):
    """A mapping file: controls or rules, and the requirements of one framework that they give evidence for."""

    framework: Line
    controls: dict[Annotated[str, Field(pattern=r"^[a-z0-9_]+$")], list[Line | MappingFile]] = {}
    rules: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$")], list[Line | MappingFile]] = {}
    same_as: dict[Line, dict[Line, Line]] = {}


M = TypeVar("M", bound=_Strict)


def checked(model: type[M], value: Any, places: Source) -> M:
    """The value as a model. Raises `RuleError` with `file:line` for the first thing wrong, in the file's order."""
    if not isinstance(value, dict):
        raise RuleError("is not a mapping of names to values", where=f"{places.file}:1")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        found = [(_path(item["loc"]), item["msg"]) for item in faults]
        line, dotted, message = min((places.line(*path), ".".join(map(str, path)), text) for path, text in found)
        raise RuleError(f"{dotted}: {message}", where=f"{places.file}:{line}") from error


def _path(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Without the names of union branches, which pydantic puts between members."""
    branches = ("bool", "int", "float", "str", "MappingFile")
    return tuple(part for part in location if part not in branches and not str(part).startswith("list["))
