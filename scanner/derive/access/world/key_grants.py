"""Grants of keys: what they allow, to whom, without any policy.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from scanner.derive.access.decision.document import Document, Named, Statement
from scanner.derive.access.decision.operators import Test
from scanner.derive.access.world.documents import maybe
from scanner.derive.access.world.principals import Labelled
from scanner.derive.node import Node
from scanner.model import Inventory, Resource, Unknown

GRANT = "AWS::KMS::Grant"
_UNCONSTRAINED = frozenset({"CreateGrant", "RetireGrant", "DescribeKey", "GetPublicKey", "Sign", "Verify",
                            "GenerateMac", "VerifyMac", "DeriveSharedSecret"})  # fmt: skip
"""Operations that know no encryption context, so that a constraint on it says nothing of them."""
_OPERATIONS = ("kms:encrypt", "kms:decrypt", "kms:generatedatakey*", "kms:reencrypt*", "kms:creategrant",
               "kms:retiregrant", "kms:describekey", "kms:getpublickey", "kms:sign", "kms:verify", "kms:generatemac",
               "kms:verifymac", "kms:derivesharedsecret")  # fmt: skip
ANYBODY = "*"


class KeyGrant(NamedTuple):
    """A grant as a policy that names its grantee; `grantee` is an ARN or a service, `*` where it is not known."""

    grantee: str
    policy: Labelled


class KeyGrants:
    """The grants of all keys."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def of(self, key: Resource) -> tuple[KeyGrant, ...]:
        """The grants of a key; where they were not all listed, one for anybody that may be there."""
        found = [one for grant in self._by_key.get(key.id, ()) for one in _read(grant)]
        why = self._inventory.listing(GRANT, key.account, key.region)
        if why is not None:
            anything = Document([_statement(0, "", Named("AWS", "*"), _OPERATIONS, ())])
            found.append(KeyGrant(ANYBODY, Labelled("grants", maybe(anything, why))))
        return tuple(found)

    @cached_property
    def _by_key(self) -> Mapping[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for grant in self._inventory.of(GRANT):
            found[grant.id.partition("/grant/")[0]].append(grant)
        return found


def _read(grant: Resource) -> Iterator[KeyGrant]:
    """The grant, and that its second principal may retire it."""
    id_ = grant.id.rpartition("/")[2]
    label, node = f"grant {grant.name or id_}", Node.of(grant)
    service, grantee = node.member("GranteeServicePrincipal"), node.member("GranteePrincipal")
    grantee = service if service.value is not None else grantee
    yield _one(label, id_, grantee, node.member("Operations"), node.member("Constraints"))
    for name in ("RetiringPrincipal", "RetiringServicePrincipal"):
        if node.member(name).present:
            yield _one(label, id_, node.member(name), Node(["RetireGrant"]), Node(None))


def _one(label: str, id_: str, who: Node, operations: Node, constraints: Node) -> KeyGrant:
    doubt = who.unknown or operations.unknown or operations.more
    named = who.value if isinstance(who.value, str) else ANYBODY
    names = [one.value for one in operations.elements() if isinstance(one.value, str)]
    principal = (
        Named("Service", named) if named.endswith((".amazonaws.com", ".amazonaws.com.cn")) else Named("AWS", named)
    )
    if doubt:
        anything = Document([_statement(0, id_, principal, _OPERATIONS, ())])
        return KeyGrant(named, Labelled(label, maybe(anything, doubt)))
    free = [f"kms:{name}".lower() for name in names if name in _UNCONSTRAINED]
    bound = [f"kms:{name}".lower() for name in names if name not in _UNCONSTRAINED]
    source = tuple(_source(constraints))
    context = (*source, *_tests(constraints))
    statements = [
        _statement(number, id_, principal, tuple(actions), lines)
        for number, (actions, lines) in enumerate(((free, source), (bound, context)))
        if actions
    ]
    document = Document(statements)
    unknown = _unknown(constraints)
    return KeyGrant(named, Labelled(label, maybe(document, unknown) if unknown else document))


def _unknown(constraints: Node) -> Unknown | None:
    if constraints.unknown or constraints.whole:
        return constraints.unknown
    return next((one.unknown for _, one in constraints.members() if one.unknown), None)


def _source(constraints: Node) -> Iterator[Test]:
    """The resource on whose behalf a service must ask."""
    arn = constraints.member("SourceArn").value
    if isinstance(arn, str):
        yield Test("stringequals", "", if_exists=False, key="aws:sourcearn", values=(arn,))


def _tests(constraints: Node) -> Iterator[Test]:
    """An encryption context that must be in the request, or that must be all of it."""
    for name in ("EncryptionContextSubset", "EncryptionContextEquals"):
        pairs = constraints.member(name)
        if not isinstance(pairs.value, dict):
            continue
        for key, value in pairs.value.items():
            yield Test(
                "stringequals", "", if_exists=False, key=f"kms:encryptioncontext:{key}".lower(), values=(str(value),)
            )
        if name == "EncryptionContextEquals":
            yield Test(
                "stringequals",
                "forallvalues",
                if_exists=False,
                key="kms:encryptioncontextkeys",
                values=tuple(pairs.value),
            )


def _statement(number: int, sid: str, who: Named, actions: tuple[str, ...], tests: tuple[Test, ...]) -> Statement:
    return Statement(number, sid, "Allow", (who,), None, actions, None, ("*",), None, tests, variables=False)
