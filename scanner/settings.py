"""Settings from `posture.toml`, or `[tool.aws-posture]` in `pyproject.toml`, read by a small table.

A profile (`[profiles.nightly]`) lays some of the same keys over the others; options win over both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scanner.engine import accepted_gaps
from scanner.engine.accepted_gaps import AcceptedGap
from scanner.engine.fields import FieldError, Reader, account, boolean, list_of, read, string, strings, words
from scanner.errors import UsageError
from scanner.model import SEVERITIES

THRESHOLDS = (*SEVERITIES, "none")
DEFAULT = "default"
EVERY_RULE = "*"

TRUSTED = re.compile(r"[0-9]{12}|o-[a-z0-9]{4,32}")
"""The id of an account, or of an organization."""
_VERSION = re.compile(r"\d+\.\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has decided once; options of the command line win over each.

    `path` is the file, `use` the profile. `packs`, `waivers` and `baseline` are paths as seen from the
    current folder (in the file they are seen from the file's). `origins` says of each key that is not at
    its default where its value comes from.
    """

    path: str = ""
    use: str = ""
    fail_on: str = ""
    severity: str = ""
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    pin: str = ""
    packs: tuple[str, ...] = ()
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    trusted_accounts: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    attestations: tuple[str, ...] = ()
    accepted_gaps: tuple[AcceptedGap, ...] = ()
    accept_region_deny: bool = True
    baseline: str = ""
    anchor: str = ""
    organization: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Parameters by rule id, and under `*` those of every rule that has them and is not told otherwise."""
        if not self.trusted_accounts:
            return self.params
        shared = {"trusted_accounts": list(self.trusted_accounts), **self.params.get(EVERY_RULE, {})}
        return {**self.params, EVERY_RULE: shared}

    def over(self, values: Mapping[str, Any], origins: Mapping[str, str]) -> Settings:
        """These settings with others laid over, key by key; parameters parameter by parameter."""
        merged = dict(values)
        if "organization" in values:
            merged["organization"] = {**self.organization, **values["organization"]}
        if "params" in values:
            merged["params"] = {
                **self.params,
                **{k: {**self.params.get(k, {}), **v} for k, v in values["params"].items()},
            }
        return replace(self, **merged, origins={**self.origins, **origins})

    def origin(self, key: str) -> str:
        """Where a key's value comes from: `default`, `posture.toml: fail_on`, `option --fail-on`."""
        return self.origins.get(key, DEFAULT)


KEYS = tuple(item.name for item in fields(Settings) if item.name not in ("path", "origins"))
"""What can be set, in the order in which it is shown."""


def _threshold(value: Any) -> str:
    return _one_of(value, THRESHOLDS)


def _severity(value: Any) -> str:
    return _one_of(value, SEVERITIES)


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError("one of " + ", ".join(known))
    return str(value)


def _version(value: Any) -> str:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        raise ValueError('a version such as "0.1"')
    return value


def _params(value: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
        raise ValueError("a table of rule ids, each a table of parameters")
    return value


def _accounts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of account ids")  # noqa: TRY004 - the readers' one kind of error
    return tuple(map(account, value))


def _trusted(value: Any) -> tuple[str, ...]:
    found = strings(value)
    if not all(TRUSTED.fullmatch(one) for one in found):
        raise ValueError("a list of account ids and of organizations' ids (o-…)")
    return found


_ORGANIZATION: dict[str, Reader] = {
    "role_name": words,
    "external_id": words,
    "accounts": _accounts,
    "exclude": _accounts,
    "ous": strings,
}


def _organization(value: Any) -> Mapping[str, Any]:
    return read(value, _ORGANIZATION)


_RULES: dict[str, Reader] = {"select": strings, "ignore": strings, "pin": _version}
_FLAT = {"select": "rules", "ignore": "ignore", "pin": "pin"}
"""Members of the table `rules` → keys of `Settings`."""


def _rules(value: Any) -> Any:
    if not isinstance(value, dict):
        try:
            return strings(value)
        except ValueError as error:
            raise ValueError(f"{error}, or a table of {', '.join(_RULES)}") from error
    return read(value, _RULES)


_READERS: dict[str, Reader] = {
    "fail_on": _threshold,
    "severity": _severity,
    "regions": strings,
    "services": strings,
    "extras": strings,
    "rules": _rules,
    "frameworks": strings,
    "packs": strings,
    "params": _params,
    "trusted_accounts": _trusted,
    "waivers": strings,
    "attestations": strings,
    "accepted_gaps": list_of(accepted_gaps.READERS, accepted_gaps.NEEDED),
    "accept_region_deny": boolean,
    "baseline": string,
    "anchor": string,
    "organization": _organization,
}


def _profiles(value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
        raise ValueError("a table of names, each a table of settings: [profiles.nightly]")
    return {name: _profile(name, item) for name, item in value.items()}


def _profile(name: str, value: dict[str, Any]) -> dict[str, Any]:
    try:
        return read(value, _READERS, noun="setting")
    except FieldError as error:
        raise error.within(name) from error


_FILE: dict[str, Reader] = {**_READERS, "use": string, "profiles": _profiles}


def find(start: Path) -> Path | None:
    """`posture.toml` in the folder, else a `pyproject.toml` there that has our table."""
    own = start / "posture.toml"
    if own.is_file():
        return own
    project = start / "pyproject.toml"
    with suppress(OSError):  # a project that is not ours to read has no settings for us
        if project.is_file() and b"aws-posture" in project.read_bytes():
            return project
    return None


def load(path: Path | None, use: str = "") -> Settings:
    """Read a settings file, with the profile named or the one that the file uses; none gives the defaults.

    Raises `UsageError` with file and key.
    """
    if path is None:
        if use:
            raise UsageError(f"there is no profile {use!r}", hint="There are no settings; profiles are in posture.toml")
        return Settings()
    try:
        values = read(_table(path), _FILE, noun="setting")
    except FieldError as error:
        raise error.at(str(path), UsageError) from error
    named, profiles = values.pop("use", ""), values.pop("profiles", {})
    settings = Settings(path=str(path)).over(*_placed(path, values))
    chosen = use or named
    if not chosen:
        return settings
    if chosen not in profiles:
        near = get_close_matches(chosen, profiles, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Profiles: {', '.join(sorted(profiles)) or 'none'}"
        raise UsageError(f"there is no profile {chosen!r}", where=str(path), hint=hint)
    origin = "option --use" if use else f"{path}: use"
    settings = settings.over({"use": chosen}, {"use": origin})
    return settings.over(*_placed(path, profiles[chosen], f"profiles.{chosen}."))


def _table(path: Path) -> Any:
    import tomllib  # a run without settings need not pay for it

    try:
        data: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the settings cannot be read ({error.strerror})", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("the settings are not UTF-8", where=str(path), hint="Save them as UTF-8") from error
    except RecursionError as error:
        raise UsageError("the settings are nested too deeply", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the settings cannot be read: {error}", where=str(path)) from error
    if path.name == "pyproject.toml":
        for name in ("tool", "aws-posture"):
            data = data.get(name, {}) if isinstance(data, dict) else data
        if not isinstance(data, dict):
            raise UsageError("tool.aws-posture must be a table of settings", where=str(path))
    return data


def _placed(path: Path, values: Mapping[str, Any], prefix: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """Values by the keys of `Settings`, with paths seen from the current folder, and where each comes from."""
    flat: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, value in values.items():
        table = value if key == "rules" and isinstance(value, dict) else None
        parts = {key: (key, value)} if table is None else {_FLAT[k]: (f"{key}.{k}", item) for k, item in table.items()}
        for name, (member, item) in parts.items():
            flat[name] = _seen(path, name, item)
            origins[name] = f"{path}: {prefix}{member}"
    return flat, origins


def _pack(base: Path, item: str) -> str:
    """A path; a name that is none may be that of an installed pack."""
    place = base / item
    if place.exists() or len(Path(item).parts) != 1:
        return str(place)
    from scanner.engine import installed_packs

    return str(installed_packs.folder(item) or place)


def _seen(path: Path, key: str, value: Any) -> Any:
    if key == "packs":
        return tuple(_pack(path.parent, item) for item in value)
    if key in ("waivers", "attestations"):
        return tuple(str(path.parent / item) for item in value)
    if key == "baseline":
        return str(path.parent / value) if value else ""
    return accepted_gaps.entries(value, str(path)) if key == "accepted_gaps" else value
