"""A template file to resources in the live ones' shape."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scanner.errors import InputError
from scanner.iac.cloudformation.budget import Budget
from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import Hole, freeze, holes
from scanner.iac.cloudformation.parse import Document, parse
from scanner.iac.cloudformation.resolver import Resolver
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.iac.cloudformation.types import builders
from scanner.iac.defaults import defaults, missing
from scanner.model import GLOBAL, Gap, Origin, Resource, Shard, Unknown, Why, pointer

_GLOBAL = "AWS::IAM::"
"""The types that belong to no region."""
_KNOWN_TRANSFORMS = ("AWS::Serverless", "AWS::LanguageExtensions", "AWS::SecretsManager", "AWS::CodeDeploy")


def read_template(
    path: str,
    data: bytes | None = None,
    *,
    root: str = ".",
    parameters: Mapping[str, Any] | None = None,
) -> list[Shard]:
    """One shard with the resources of a CloudFormation template in YAML or JSON.

    `data` is the content where it was read already. Resource ids begin with the path relative to
    `root`. `parameters` are values by name; pseudo parameters (`AWS::Region`) may be among them.
    Raises `InputError` for a file that is not a template; what is wrong with single resources
    becomes gaps.
    """
    file = _display(path, root)
    if data is None:
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise InputError(
                f"cannot be read: {error.strerror or 'failed'}", where=file, hint="Check the path."
            ) from None
    return [_Reader(file, parse(data, file), dict(parameters or {})).shard()]


def _display(path: str, root: str) -> str:
    """The path relative to `root` with slashes; as given where it lies elsewhere."""
    try:
        relative = os.path.relpath(path, root)
    except ValueError:
        relative = path
    return Path(path if relative.startswith("..") else relative).as_posix()


class _Reader:
    """Reads one parsed template."""

    def __init__(self, file: str, document: Document, given: dict[str, Any]) -> None:
        self.file = file
        self.document = document
        template = document.value
        if not isinstance(template, dict):
            raise InputError("not a CloudFormation template", where=f"{file}:1", hint="Its top must be a mapping.")
        if not isinstance(template.get("Resources"), dict) or not template["Resources"]:
            raise InputError(
                "no Resources, so not a CloudFormation template", where=f"{file}:1", hint="Leave the file out."
            )
        self.template: dict[str, Any] = template
        self.resolver = Resolver(template, given, Budget(file))
        self.account = text_of(given.get("AWS::AccountId", ""))
        self.region = text_of(given.get("AWS::Region", ""))
        self.result = Shard(self.account, self.region, "cloudformation")

    def shard(self) -> Shard:
        """All resources of types that we know, and what could not be read."""
        known = builders()
        entries = self._entries(known)
        stack = Stack(entries, self.resolver)
        for entry in entries.values():
            for draft in known[entry.type](entry, stack):
                self.result.resources.append(self._resource(draft))
        self._undecided(entries)
        self._transforms()
        return self.result

    def _entries(self, known: Mapping[str, Any]) -> dict[str, Entry]:
        """The resources that exist or may exist, resolved."""
        entries: dict[str, Entry] = {}
        for logical, body in self.template["Resources"].items():
            if logical.startswith("Fn::"):
                self._gap(logical, f"{logical} makes resources at the deploy; they are not judged", Why.AFTER_APPLY)
            elif not isinstance(body, dict) or not isinstance(body.get("Type"), str):
                self._gap(logical, "a resource needs a mapping with a Type")
            elif body["Type"] in known:
                entry = self._entry(logical, body)
                if entry:
                    entries[logical] = entry
        return entries

    def _entry(self, logical: str, body: dict[str, Any]) -> Entry | None:
        """One resource, or nothing if its condition is false or its properties are no mapping."""
        condition = body.get("Condition")
        if condition is not None and self.resolver.conditions.truth(condition) is False:
            return None
        raw = body.get("Properties")
        raw = {} if raw is None else raw
        scope = self.resolver.under(condition)
        props = scope.resolve(raw) if isinstance(raw, dict) else None
        if isinstance(props, Hole) and body["Type"] in defaults():
            self._opaque(logical, body["Type"], props)
        elif not isinstance(props, dict):
            self._gap(logical, "its Properties are not a mapping", type_=body["Type"])
        if not isinstance(props, dict):
            return None
        return Entry(logical, body["Type"], condition, raw, scope, props)

    def _opaque(self, logical: str, type_: str, reason: Hole) -> None:
        """A resource that exists and of which nothing is known."""
        first, last = self.document.spans.get(logical, (1, 1))
        unknown = {pointer(name): reason.unknown() for name in defaults()[type_] if "." not in name}
        origin = Origin("cloudformation", self.file, first, last, logical)
        where = (self.account, GLOBAL if type_.startswith(_GLOBAL) else self.region)
        found = Resource(type_, f"{self.file}#{logical}", logical, *where, {}, unknown=unknown, origin=origin)
        self.result.resources.append(found)

    def _resource(self, draft: Draft) -> Resource:
        """A draft with its holes turned into pointers, and the envelope."""
        entry = draft.entry
        first, last = self.document.spans.get(entry.logical, (1, 1))
        partial = freeze(draft.config)
        rest = missing(draft.type, draft.config.keys(), new=draft.new)
        found = draft.tags if isinstance(draft.tags, dict) else {}
        doubt = next(holes(draft.tags), None)
        return Resource(
            type=draft.type,
            id=f"{self.file}#{entry.logical}{draft.part}",
            name=draft.name if isinstance(draft.name, str) and draft.name else entry.logical,
            account=self.account,
            region=GLOBAL if draft.type.startswith(_GLOBAL) else self.region,
            config={**partial.value, **rest.value},
            tags={name: item for name, item in found.items() if isinstance(item, str)},
            unknown={**partial.unknown, **rest.unknown},
            origin=Origin("cloudformation", self.file, first, last, entry.logical),
            partition=text_of(self.resolver.reference("AWS::Partition")),
            tags_unknown=Unknown(doubt.why, message=doubt.message) if doubt else None,
        )

    def _gap(self, logical: str, message: str, reason: Why = Why.ERROR, type_: str = "") -> None:
        """Say that one resource was not read, and where it stands."""
        line = self.document.spans.get(logical, (1, 1))[0]
        self.result.gaps.append(
            Gap(
                self.account,
                self.region,
                "cloudformation",
                "read",
                "",
                reason,
                resource_types=(type_,) if type_ else (),
                resource_id=f"{self.file}#{logical}",
                message=f"{self.file}:{line}: {logical[:80]}: {message}",
            )
        )

    def _undecided(self, entries: Mapping[str, Entry]) -> None:
        """Note resources that are judged as if they existed."""
        for entry in entries.values():
            if entry.condition is not None and self.resolver.conditions.truth(entry.condition) is None:
                message = (
                    f"judged as if its condition {text_of(entry.condition)[:80]} held; pass --parameter to decide it"
                )
                self._gap(entry.logical, message, Why.AFTER_APPLY, entry.type)

    def _transforms(self) -> None:
        """Note macros of the author's own, which may change anything."""
        named = self.template.get("Transform")
        for name in named if isinstance(named, list) else [named]:
            if isinstance(name, dict):
                name = name.get("Name")  # noqa: PLW2901 - both spellings of one thing
            if isinstance(name, str) and not name.startswith(_KNOWN_TRANSFORMS):
                self._gap("Transform", f"the macro {name[:80]} may change the template at the deploy", Why.AFTER_APPLY)
