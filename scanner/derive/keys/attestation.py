"""What a key's policy asks of the enclave that a request comes from.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclaves.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.actions import allows_any
from scanner.derive.access.caller_conditions import STRINGS, each_value
from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, allows, with_more
from scanner.derive.access.told import Told, told_by_statements
from scanner.derive.logic import Maybe, as_kind, both, either, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_SENSITIVE = (
    "kms:Decrypt", "kms:DeriveSharedSecret", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateRandom",
)  # fmt: skip
_KEYS = "kms:recipientattestation:"
_DEPLOYMENT = frozenset({f"{_KEYS}pcr{number}" for number in (3, 4, 8)})


class Attestation(TypedDict):
    """One Allow of an action that gives out plain text or key material.

    `attested`: its condition fixes a measurement of the enclave; `deployed`: one of those that tell the instance's
    role, the instance, or who signed the image (PCR3, PCR4, PCR8). `measurements` are the values, in lower case.
    """

    attested: bool
    deployed: bool
    measurements: list[str]
    sid: str | None
    source: str


@derives("AWS::KMS::Key", "attestation", gives=list[Attestation], reads=("Policy",))
def attestation(key: Resource, context: Context) -> Partial:
    """Measurements count under positive operators on text that also fail where the enclave tells none.

    Denies are not weighed, nor are grants and the IAM policies that a statement for the account leaves it to.
    """
    del context
    return told_by_statements(Node.of(key, "Policy"), _told)


def _told(statement: PolicyStatement, _: PolicyStatements) -> Iterator[Told]:
    granted = both((allows(statement), allows_any(statement, _SENSITIVE)))
    if granted is False:
        return
    lines = [line for line in entries(statement.node.member("Condition")) if line.key.startswith(_KEYS)]
    doubt = refused(statement.node.member("Condition")) or False
    members = {
        "attested": either([*(_asks(line) for line in lines), doubt]),
        "deployed": either([*(_asks(line) for line in lines if line.key in _DEPLOYMENT), doubt]),
        "measurements": _measurements(lines, statement),
    }
    yield members, granted


def _asks(line: Entry) -> Maybe:
    if line.operator not in STRINGS or line.if_exists or line.quantifier == "forallvalues":
        return False
    return each_value(line, lambda text: bool(text) and not set(text) & {"*", "?"} and "${" not in text)


def _measurements(lines: list[Entry], statement: PolicyStatement) -> Partial:
    found = [*_values(lines)]
    fact = Partial(sorted({one for one in found if isinstance(one, str)}))
    doubts = [one for one in found if isinstance(one, Unknown)]
    why = refused(statement.node.member("Condition"))
    if doubts or why:
        fact.unknown["/-"] = as_kind(weightiest([*doubts, *([why] if why else [])]), "more")
    return fact


def _values(lines: list[Entry]) -> Iterator[str | Unknown]:
    for line in lines:
        for value in with_more(line.values):
            yield value if isinstance(value, Unknown) else value.unknown or str(value.value).lower()
