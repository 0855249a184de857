"""What botocore's models say of an operation: its API name, its answer's shape, how it pages."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape


class _Files(JSONFileLoader):
    """Model files as plain dicts without their documentation: half the memory and time of botocore's own reading."""

    def load_file(self, file_path: str) -> Any:
        """The content of a file named without its extension; `None` where there is none."""
        for extension, opened in ((".json", open), (".json.gz", gzip.open)):
            path = file_path + extension
            if os.path.isfile(path):  # noqa: PTH113 - asked thousands of times when services are looked for
                with opened(path, "rb") as file:
                    return _undocumented(json.loads(file.read()))
        return None


def _undocumented(model: Any) -> Any:
    """A service's model without the texts for people; any other file as it is."""
    if isinstance(model, dict) and "shapes" in model:
        for shape in model["shapes"].values():
            _strip((shape, *shape.get("members", {}).values(), *(shape[name] for name in _INNER if name in shape)))
        for operation in model.get("operations", {}).values():
            inner = (operation[name] for name in ("input", "output") if name in operation)
            _strip((operation, *inner, *operation.get("errors", ())))
    return model


_INNER = ("member", "key", "value")


def _strip(items: Iterable[dict[str, Any]]) -> None:
    for item in items:
        item.pop("documentation", None)


class Models(Loader):
    """The loader of model files, which can let go of services that are done with."""

    _cache: dict[tuple[Any, ...], Any]

    def forget(self, services: Collection[str]) -> None:
        """Let go of what was read of services (boto3's names); who asks again has it read again."""
        for key in list(self._cache):
            if key[0] in ("load_service_model", "load_data_with_path") and str(key[1]).split("/")[0] in services:
                self._cache.pop(key, None)
        for kept in (service_model, _api_names, _paginators, bare_token):
            kept.cache_clear()


@cache
def loader() -> Models:
    """The one loader of model files, shared with the sessions so that each file is parsed once."""
    named = os.environ.get("AWS_DATA_PATH")
    folders = [os.path.expanduser(os.path.expandvars(path)) for path in named.split(os.pathsep)] if named else []  # noqa: PTH111 - as botocore reads it
    return Models(extra_search_paths=folders, file_loader=_Files())


@cache
def service_model(service: str) -> ServiceModel:
    """The model of a service by boto3's name. Raises botocore's `UnknownServiceError`."""
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


@cache
def _api_names(service: str) -> Mapping[str, str]:
    return {xform_name(name): name for name in service_model(service).operation_names}


def api_name(service: str, operation: str) -> str:
    """`ListKeys` for `list_keys`; a name in the API's form is given back. Raises `KeyError`."""
    names = _api_names(service)
    return names[operation] if operation in names else names[xform_name(operation)]


def operation_model(service: str, operation: str) -> OperationModel:
    """The model of an operation named as boto3's clients do. Raises `KeyError`."""
    return service_model(service).operation_model(api_name(service, operation))


def output_shape(service: str, operation: str) -> Shape | None:
    """The shape of the answer; `None` where there is none."""
    return operation_model(service, operation).output_shape


@cache
def _paginators(service: str) -> Mapping[str, Mapping[str, Any]]:
    try:
        found: Mapping[str, Any] = loader().load_service_model(service, "paginators-1")
    except UnknownServiceError:
        return {}
    operations: Mapping[str, Mapping[str, Any]] = found.get("pagination", {})
    return operations


def result_keys(service: str, operation: str) -> tuple[str, ...]:
    """Where the lists are in the pages of an answer (dotted paths); empty if it does not page."""
    if bare_token(service, operation):
        shape = output_shape(service, operation)
        members = getattr(shape, "members", {}).items()
        return tuple(name for name, member in members if member.type_name == "list")
    keys = _paginators(service).get(api_name(service, operation), {}).get("result_key", ())
    return (keys,) if isinstance(keys, str) else tuple(keys)


def paging_members(service: str, operation: str) -> tuple[str, ...]:
    """The members of an answer that only serve to fetch the next page."""
    if bare := bare_token(service, operation):
        return (bare,)
    found = _paginators(service).get(api_name(service, operation), {})
    tokens = found.get("output_token", ())
    more = found.get("more_results")
    return (*((tokens,) if isinstance(tokens, str) else tokens), *((more,) if more else ()))


_TOKENS = ("NextToken", "nextToken", "Marker", "NextContinuationToken")
PARTNERS = {"NextContinuationToken": "ContinuationToken"}
"""Token of an answer → the parameter that takes it, where it has another name."""


@cache
def bare_token(service: str, operation: str) -> str:
    """The token by which an operation pages that botocore has no paginator for; empty if there is none."""
    model = operation_model(service, operation)
    if api_name(service, operation) in _paginators(service) or not model.output_shape or not model.input_shape:
        return ""
    given, taken = model.output_shape.members, model.input_shape.members
    return next((token for token in _TOKENS if token in given and PARTNERS.get(token, token) in taken), "")


def has_more(service: str, operation: str, page: Mapping[str, Any]) -> bool:
    """Whether an answer says that there are further pages."""
    if bare := bare_token(service, operation):
        return bool(page.get(bare))
    found = _paginators(service).get(api_name(service, operation), {})
    if more := found.get("more_results"):
        return bool(jmespath.search(more, page))
    tokens = found.get("output_token", ())
    return any(jmespath.search(token, page) for token in ((tokens,) if isinstance(tokens, str) else tokens))


def next_token(service: str, operation: str, page: Mapping[str, Any]) -> str:
    """What the next page is asked for by; empty if an answer says that there is none."""
    if not has_more(service, operation, page):
        return ""
    tokens = [page.get(bare_token(service, operation)) if bare_token(service, operation) else None]
    output = _paginators(service).get(api_name(service, operation), {}).get("output_token", ())
    tokens += [jmespath.search(token, page) for token in ((output,) if isinstance(output, str) else output)]
    return next((token for token in tokens if isinstance(token, str) and token), "(not told)")


def smallest_page(service: str, operation: str) -> int:
    """The fewest elements that a page can be asked for; 0 where the model does not tell or there are no pages."""
    limit = _paginators(service).get(api_name(service, operation), {}).get("limit_key", "")
    inputs = operation_model(service, operation).input_shape
    member = inputs.members.get(limit) if isinstance(inputs, StructureShape) else None
    least = member.metadata.get("min", 0) if member is not None else 0
    return least if isinstance(least, int) else 0
