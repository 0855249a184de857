"""Whether a bucket's policy turns away every request that does not use TLS."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypedDict

from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.glob import matches, matches_all_below, stranger
from scanner.derive.access.policy import (
    PolicyStatement,
    all_actions,
    covers_everybody,
    denies,
    policy_statements,
)
from scanner.derive.logic import Maybe, as_kind, both, either, malformed
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_SECURE = "aws:securetransport"
_VERSION = "s3:tlsversion"
_LESS = frozenset({"numericlessthan", "numericlessthanequals"})
_NAME_LENGTHS = (3, 63)
"""Of the shortest and the longest name that a bucket can have."""


class TlsOnly(TypedDict):
    """Whether requests on the bucket itself and on all of its objects need TLS, and who says so."""

    bucket: bool
    objects: bool
    source: str | None


@derives("AWS::S3::Bucket", "tls_only", gives=TlsOnly, reads=("Policy", "Name"))
def tls_only(bucket: Resource, context: Context) -> Partial:
    """A Deny of every action (`s3:*`, `*`) for everybody that holds for all requests without TLS.

    Two statements may cover the two halves; `source` is the first that covers most. Narrower
    on purpose than what could be true: `NotPrincipal`, `NotResource`, and lists that name every
    action one by one do not count. An Allow with TLS denies nothing, and `s3:TlsVersion` is
    absent from plain HTTP, so neither counts. A Deny without any condition turns away requests
    without TLS too, and counts, as does one whose only further line is
    `NumericLessThanIfExists` on `s3:TlsVersion`.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """
    del context
    statements = policy_statements(Node.of(bucket, "Policy"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    own = OwnArns(bucket)
    halves = [(statement.node.path, *_halves(statement, own)) for statement in statements.all]
    more: Maybe = statements.more or False
    fact = Partial({})
    known = [
        _put(fact, "bucket", either([*(whole for _, whole, _ in halves), more])),
        _put(fact, "objects", either([*(objects for _, _, objects in halves), more])),
    ]
    sources = sorted(halves, key=lambda half: -(half[1] is True) - (half[2] is True))
    sure = [path for path, whole, objects in sources if whole is True or objects is True]
    doubt = next((value for value in known if isinstance(value, Unknown)), None)
    if not sure and doubt is not None:
        fact.unknown["/source"] = as_kind(doubt, "any")
    else:
        fact.value["source"] = sure[0] if sure else None
    return fact


def _put(fact: Partial, name: str, value: Maybe) -> Maybe:
    if isinstance(value, Unknown):
        fact.unknown[f"/{name}"] = as_kind(value, "any")
    else:
        fact.value[name] = value
    return value


def _halves(statement: PolicyStatement, own: OwnArns) -> tuple[Maybe, Maybe]:
    """Whether the statement guards the bucket itself, and whether all objects."""
    node = statement.node
    guards = both(
        (
            denies(statement),
            covers_everybody(statement),
            all_actions(statement, "s3"),
            _holds_without_tls(node.member("Condition")),
        )
    )
    resource = node.member("Resource")
    if guards is False:
        return False, False
    named = [*resource.elements()]
    more = resource.more or False
    return (
        both((guards, either([*(own.is_bucket(name) for name in named), more]))),
        both((guards, either([*(own.is_all_objects(name) for name in named), more]))),
    )


def _holds_without_tls(condition: Node) -> Maybe:
    """Whether every request without TLS meets the condition: each line asks for just that, or there is none.

    S3 always tells `aws:SecureTransport`, so `IfExists` and quantifiers change nothing.
    """
    lines: list[Maybe] = []
    for line in entries(condition):
        if _ignores_absence(line):
            continue
        if line.operator != "bool" or line.key != _SECURE:
            return False
        values = line.values
        named: list[Maybe] = [v.unknown or str(v.value).lower() == "false" for v in values.elements()]
        lines.append(either([*named, values.more or False]))
    return both([*lines, refused(condition) or True])


def _ignores_absence(line: Entry) -> bool:
    """Whether the line asks for an old version of TLS at most: without TLS there is none, and it holds."""
    return line.key == _VERSION and line.operator in _LESS and line.if_exists


class OwnArns:
    """The ARNs of the bucket and of its objects, as far as they are known.

    In code a resource may be written with the bucket's own name or ARN as a placeholder
    (`${Bucket.Arn}/*`); a placeholder for anything else leaves it unknown.
    """

    def __init__(self, bucket: Resource) -> None:
        self._name = Node.of(bucket, "Name")
        self._prefix = f"arn:{bucket.partition}:s3:::"
        self._arns = {f"{bucket.origin.address}.{member}" for member in ("arn", "Arn")} if bucket.origin.address else ()

    def is_bucket(self, resource: Node) -> Maybe:
        """Whether a pattern matches the bucket's ARN."""
        return self._match(resource, "", matches)

    def is_all_objects(self, resource: Node) -> Maybe:
        """Whether a pattern matches the ARN of every object there can be."""
        return self._match(resource, "/", matches_all_below)

    def _match(self, resource: Node, after: str, check: Callable[[str, str], bool]) -> Maybe:
        if resource.unknown:
            return self._match_token(resource.unknown, after, check)
        pattern = resource.value
        if not isinstance(pattern, str):
            return malformed(resource.path, "this is no resource")
        if "${" in pattern:
            return False
        if self._name.unknown is None:
            return check(pattern, f"{self._prefix}{self._name.value}{after}")
        names = (stranger(pattern) * length for length in _NAME_LENGTHS)
        return all(check(pattern, f"{self._prefix}{name}{after}") for name in names) or self._name.unknown

    def _match_token(self, why: Unknown, after: str, check: Callable[[str, str], bool]) -> Maybe:
        if not why.token:
            return why
        token = why.token if "${" in why.token else f"${{{why.token}}}"
        name = stranger(token) if self._name.unknown else str(self._name.value)
        own = dict.fromkeys(self._arns, self._prefix + name)
        if self._name.unknown and self._name.unknown.token:
            own[self._name.unknown.token] = name
        pattern = _PLACEHOLDER.sub(lambda found: own.get(found[1], found[0]), token)
        return why if "${" in pattern else check(pattern, f"{self._prefix}{name}{after}")


_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
