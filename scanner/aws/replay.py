"""Recorded API answers as a source: what they hold is read as if AWS had answered it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Literal

import botocore.session
from botocore.exceptions import UnknownRegionError

from scanner.aws import models
from scanner.aws.failures import Failure, from_answer
from scanner.aws.normalise import document, shaped
from scanner.aws.recording import file_name, region_folder, relative_path
from scanner.aws.redact import redacted
from scanner.aws.source import HOMES, Account, Call, Meter
from scanner.errors import InputError
from scanner.model import GLOBAL, Why

_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2,5}(?:-[a-z]+)+-\d+")
_GLOBALS = (GLOBAL, "aws-global", "us-east-1")


class ReplaySource:
    """The accounts of a folder of recorded answers; `Source` says what the methods promise."""

    def __init__(self, folder: Path) -> None:
        """Raises `InputError` if the folder holds no account."""
        self.meter = Meter()
        self._folder = folder
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise InputError(f"the recording cannot be read ({error.strerror})", where=str(folder)) from error
        self._accounts = [entry.name for entry in entries if entry.is_dir() and _ACCOUNT.fullmatch(entry.name)]
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
        found = {place.name for place in (self._folder / name).glob("*/*") if place.is_dir()}
        return sorted(place for place in found if _REGION.fullmatch(place))

    def regions(self, account: Account) -> tuple[Sequence[str], Failure | None]:
        """The regions of a recorded DescribeRegions, else those that have a folder."""
        places = self._places(account.id)
        for place in places:
            try:
                answer = next(self.pages(Call(account, "ec2", place, "describe_regions")))
            except Failure as failure:
                if failure.why is Why.NOT_COLLECTED:
                    continue
                return places, failure
            regions = answer.get("Regions")
            names = [item.get("RegionName") for item in regions or () if isinstance(item, dict)]
            return tuple(sorted({name for name in names if isinstance(name, str) and _REGION.fullmatch(name)})), None
        return places, None

    def check_regions(self, account: Account, regions: Sequence[str]) -> None:
        """Nothing: what a recording lacks is told call by call."""

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        """The recorded answer, its pages merged. Raises `Failure`."""
        path = self._find(call)
        self.meter.count(f"{call.service}:{models.api_name(call.service, call.operation)}", 0.0)
        answer = self._read(path)
        failure = _recorded(answer) if "Error" in answer else None
        content = {name: value for name, value in answer.items() if name not in ("Error", "ResponseMetadata")}
        if content or not failure:
            yield self._answer(call, content)
        if failure:
            raise failure
        if models.has_more(call.service, call.operation, content):
            raise Failure(Why.ERROR, "", f"the recording {self._shown(path)} ends before the last page")

    def slowed(self, services: Collection[str], region: str) -> bool:  # noqa: ARG002 - as a source is asked
        """Never: files do not complain."""
        return False

    def forget(self, services: Collection[str]) -> None:
        """Nothing is kept."""

    def _answer(self, call: Call, answer: dict[str, Any]) -> dict[str, Any]:
        try:
            found = shaped(redacted(answer, call.secret), models.output_shape(call.service, call.operation))
        except ValueError as error:
            raise Failure(
                Why.ERROR, "", f"{relative_path(call).as_posix()} has not the form of an answer ({error})"
            ) from error
        return dict(found or {})

    def _find(self, call: Call) -> Path:
        """The file of a call, its operation named in either way; global services lie in any of three folders."""
        operations = sorted({call.operation, models.api_name(call.service, call.operation)})
        regions = dict.fromkeys((call.region, *(_GLOBALS if call.everywhere or call.region == GLOBAL else ())))
        wider = {name: value for name, value in call.params.items() if name not in call.narrowing}
        for asked in (call.params, wider) if call.narrowing else (call.params,):
            for region, name in product(regions, operations):
                place = self._folder / call.account.id / call.service / region_folder(region)
                path: Path = place / file_name(name, asked)
                if path.is_file():
                    return path
        raise Failure(Why.NOT_COLLECTED, "", f"the recording has no file {relative_path(call).as_posix()}")

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            answer: Any = document(path.read_bytes())
        except (OSError, ValueError) as error:
            raise Failure(
                Why.ERROR, "", f"{self._shown(path)} cannot be read ({type(error).__name__}: {error})"
            ) from error
        if not isinstance(answer, dict):
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
