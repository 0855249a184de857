"""What the expressions and templates of the tables are evaluated over, and what they give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from scanner.aws import normalise
from scanner.aws.failures import Failure
from scanner.aws.table import Collect
from scanner.model import Resource, Why

PLACEHOLDER = re.compile(r"\{(\w+(?:\|\w+)?)(/?)\}")


def search(expression: str, page: Any) -> Any:
    """What JMESPath finds in an answer. Raises `Failure` if the answer has not the form that AWS documents."""
    try:
        return jmespath.search(expression, page)
    except JMESPathError as error:
        raise Failure(Why.ERROR, "", f"the answer has not the form documented ({error})") from error


def params(wanted: Mapping[str, str], over: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a call, from expressions over a document."""
    return {name: jmespath.search(expression, over) for name, expression in wanted.items()}


def document(resource: Resource) -> dict[str, Any]:
    """What expressions see of a resource: its configuration and where it is."""
    place = {"account": resource.account, "region": resource.region, "partition": resource.partition}
    return {**resource.config, **place}


def truthy(value: Any) -> bool:
    """JMESPath's truth: null, false and whatever is empty are false, 0 is true."""
    return value is not None and value is not False and value not in ("", [], {})


def filled(template: str, resource: Resource, parent: Resource | None) -> str:
    """A template of an id over the resource's document and `parent`; `{Url/}` is what stands behind the last slash.

    `{AllocationId|PublicIp}` is the first of two members that is there.
    """
    values = {**document(resource), "parent": parent.id if parent else ""}

    def value(match: re.Match[str]) -> str:
        first, _, second = match[1].partition("|")
        text = str(values[second] if second and values.get(first) is None else values[first])
        return text.rpartition("/")[2] if match[2] else text

    return PLACEHOLDER.sub(value, template)


def finish(table: Collect, resource: Resource) -> None:
    """The name, and what AWS leaves out; lists that `adjust` made are sorted like all others."""
    if table.adjust:
        table.adjust(resource.config)
        resource.config = normalise.tidy(resource.config, table.ordered, documents=table.policies)
    named = resource.config.get(table.name) if table.name else None
    last = re.split(r"[/:]", resource.id)[-1] if resource.id.startswith("arn:") else resource.account
    resource.name = str(named or resource.tags.get("Name") or last)
