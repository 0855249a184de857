"""Recorded API answers as a source: what they hold is read as if AWS had answered it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Literal

import botocore.session
from botocore.exceptions import UnknownRegionError
from botocore.model import StructureShape

from scanner.aws import models
from scanner.aws.failures import Failure, from_answer
from scanner.aws.foreign import at_home, owned, unwrapped
from scanner.aws.normalise import document, shaped
from scanner.aws.recording import SCOPE, relative_path
from scanner.aws.redact import redacted
from scanner.aws.shelf import ACCOUNT, HOME, REGION, File, Shelf, fold
from scanner.aws.source import HOMES, Account, Call, Meter
from scanner.errors import AwsError, InputError
from scanner.model import GLOBAL, Why


class ReplaySource:
    """The accounts of a folder of recorded answers; `Source` says what the methods promise."""

    def __init__(self, folder: Path) -> None:
        """Raises `InputError` if the folder holds no account."""
        self.meter = Meter()
        self._folder = folder
        try:
            found = _accounts(folder)
            self._shelf = Shelf(found)
        except OSError as error:
            raise InputError(f"the recording cannot be read ({error.strerror})", where=str(folder)) from error
        self._accounts = sorted(found)
        if not self._accounts:
            raise InputError(
                "this folder holds no recording",
                where=str(folder),
                hint="It needs <account>/<service>/<region>/<operation>.json with the 12 digits of an account",
            )

    @property
    def kind(self) -> Literal["recording"]:
        """What the resources' `Origin` says."""
        return "recording"

    def accounts(self) -> Sequence[Account]:
        """One account a folder; its partition is that of the recorded identity, else of its regions."""
        return tuple(self._account(name) for name in self._accounts)

    def _account(self, name: str) -> Account:
        partition = self._identified(name) or self._partition(name)
        return Account(name, partition, HOMES.get(partition, next(iter(self._places(name)), HOMES["aws"])))

    def _identified(self, name: str) -> str:
        call = Call(Account(name), "sts", GLOBAL, "get_caller_identity", everywhere=True)
        try:
            arn = str(next(self.pages(call)).get("Arn", "")).split(":")
        except Failure:
            return ""
        return arn[1] if len(arn) > 1 else ""

    def _partition(self, name: str) -> str:
        core = botocore.session.Session()
        for region in self._places(name):
            try:
                return str(core.get_partition_for_region(region))
            except UnknownRegionError:
                continue
        return "aws"

    def _places(self, name: str) -> list[str]:
        return self._shelf.regions(name)

    def regions(self, account: Account) -> tuple[Sequence[str], Failure | None]:
        """The regions that were recorded: those that the recording names, else those enabled that have a folder.

        Where folders are fewer than enabled regions, a failure says so: the others were not collected.
        """
        places = self._places(account.id)
        if scope := self._scope(account):
            return scope, None
        enabled, failure = self._enabled(account, places)
        if enabled is None or failure:
            return places, failure
        missing = sorted(enabled - set(places))
        if not places or not missing:
            return sorted(enabled | set(places)), None
        message = f"the recording has no folder of {len(missing)} enabled regions ({', '.join(missing)})"
        return places, Failure(Why.NOT_COLLECTED, "", message)

    def knows_regions(self, account: Account) -> bool:
        """Whether the recording says what it was made of."""
        return bool(self._scope(account))

    def _scope(self, account: Account) -> list[str]:
        """The regions that were asked for when the account was recorded."""
        try:
            said = self._read(self._shelf.folder(account.id) / SCOPE).get("regions")
        except Failure:
            return []
        return sorted({name for name in said or () if isinstance(name, str) and REGION.fullmatch(name)})

    def _enabled(self, account: Account, places: Sequence[str]) -> tuple[set[str] | None, Failure | None]:
        """The regions of a recorded DescribeRegions; none if there is no such answer."""
        for place in places:
            try:
                answer = next(self.pages(Call(account, "ec2", place, "describe_regions")))
            except Failure as failure:
                if failure.why is Why.NOT_COLLECTED:
                    continue
                return None, failure
            regions = answer.get("Regions")
            items = [item for item in regions or () if isinstance(item, dict)]
            names = [item.get("RegionName") for item in items if item.get("OptInStatus") != "not-opted-in"]
            return {name for name in names if isinstance(name, str) and REGION.fullmatch(name)}, None
        return None, None

    def check_regions(self, account: Account, regions: Sequence[str]) -> None:
        """Raise `AwsError` for a region of which the recording holds nothing in any account: a typing mistake."""
        del account
        accounts = [Account(name) for name in self._accounts]
        known = {name for each in accounts for name in (*self._places(each.id), *self._scope(each))}
        for each in accounts:
            known |= self._enabled(each, self._places(each.id))[0] or set()
        for region in regions if known else ():
            if region not in known:
                near = difflib.get_close_matches(region, sorted(known), n=3)
                hint = f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join(sorted(known))}"
                raise AwsError(f"no account of the recording has the region {region!r}", hint=hint)

    def slowed(self, services: Collection[str], region: str) -> bool:  # noqa: ARG002 - as a source is asked
        """Never: files do not complain."""
        return False

    def forget(self, services: Collection[str]) -> None:
        """Nothing is kept."""

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        """The recorded answer, its pages in order. Raises `Failure`."""
        found = self._shelf.find(call)
        self.meter.count(f"{call.service}:{models.api_name(call.service, call.operation)}", 0.0)
        if found is None:
            raise Failure(Why.NOT_COLLECTED, "", f"the recording has no file {relative_path(call).as_posix()}")
        for file in found.files:
            for page in self._pages_of(file.path, call):
                if found.proof and page.keys().isdisjoint(found.proof):
                    message = f"{self._shown(file.path)} does not tell of {found.proof[0]}"
                    raise Failure(Why.NOT_COLLECTED, "", message)
                yield self._asked_for(page, found.owner, call)
        if found.lacks:
            raise Failure(Why.NOT_COLLECTED, "", found.lacks)

    def _asked_for(self, page: dict[str, Any], owner: str, call: Call) -> dict[str, Any]:
        """A page without what the call did not ask for."""
        if owner == HOME:
            return at_home(page, call.region, self._places(call.account.id))
        return owned(page, owner, call.account.id) if owner else page

    def _pages_of(self, path: Path, call: Call) -> Iterator[dict[str, Any]]:
        """The answer of a file, and of the files in which it goes on."""
        further: dict[str, File] | None = None
        for number in count(2):
            content: dict[str, Any] = {}
            for content in self._contents(path, call):
                yield self._answer(call, content, path)
            token = models.next_token(call.service, call.operation, content)
            if not token:
                return
            further = self._shelf.pages(call) if further is None else further
            file = further.pop(token, None) or further.pop(str(number), None)
            if file is None:
                raise Failure(Why.ERROR, "", f"the recording {self._shown(path)} ends before the last page")
            path = file.path

    def _contents(self, path: Path, call: Call) -> Iterator[dict[str, Any]]:
        """The pages in a file, without what is not content. Raises `Failure`, behind them if one was recorded."""
        whole = self._read(path)
        for answer in whole if isinstance(whole, list) else [whole]:
            failure = _recorded(answer) if "Error" in answer else None
            content = {name: value for name, value in answer.items() if name not in ("Error", "ResponseMetadata")}
            if content or not failure:
                self._check(content, path, call)
                yield content
            if failure:
                raise failure

    def _check(self, content: dict[str, Any], path: Path, call: Call) -> None:
        """Refuse an answer of something else: read leniently, it would pass for an empty one."""
        shape = models.output_shape(call.service, call.operation)
        members = shape.members if isinstance(shape, StructureShape) else {}
        if content and members.keys().isdisjoint(content):
            name = models.api_name(call.service, call.operation)
            message = f"{self._shown(path)} holds no answer of {name}: {', '.join(sorted(content))[:100]}"
            alias = fold(call.service) not in map(fold, path.relative_to(self._folder).parts)
            raise Failure(Why.NOT_COLLECTED if alias else Why.ERROR, "", message)

    def _answer(self, call: Call, answer: dict[str, Any], path: Path) -> dict[str, Any]:
        try:
            found = shaped(redacted(answer, call.secret), models.output_shape(call.service, call.operation))
        except ValueError as error:
            raise Failure(Why.ERROR, "", f"{self._shown(path)} has not the form of an answer ({error})") from error
        return dict(found or {})

    def _read(self, path: Path) -> Any:
        """What a file holds: a page, or a list of pages. Raises `Failure`."""
        try:
            answer: Any = unwrapped(document(path.read_bytes()))
        except FileNotFoundError:
            raise Failure(Why.NOT_COLLECTED, "", f"the recording has no file {self._shown(path)}") from None
        except (OSError, ValueError) as error:
            raise Failure(
                Why.ERROR, "", f"{self._shown(path)} cannot be read ({type(error).__name__}: {error})"
            ) from error
        pages = answer if isinstance(answer, list) and answer else [answer]
        if not all(isinstance(page, dict) for page in pages):
            raise Failure(Why.ERROR, "", f"{self._shown(path)} holds no object")
        return answer

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _recorded(answer: dict[str, Any]) -> Failure:
    """The failure that was recorded, with its reason where the recorder was ours."""
    failure = from_answer(answer)
    error = answer["Error"]
    if isinstance(error, dict) and error.get("Why") in [str(reason) for reason in Why]:
        failure.why = Why(error["Why"])
    return failure


def _accounts(folder: Path) -> dict[str, Path]:
    """The folder of each account: those whose names hold its 12 digits, or the folder given is one itself."""
    found = {
        digits[0]: entry
        for entry in sorted(folder.iterdir(), reverse=True)
        if entry.is_dir() and len(digits := ACCOUNT.findall(entry.name)) == 1
    }
    own = ACCOUNT.fullmatch(folder.resolve().name)
    return found or ({own[0]: folder} if own and any(each.is_dir() for each in folder.iterdir()) else {})
