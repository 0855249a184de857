"""What lets somebody into a bucket, or keeps them out, beside its policy: the ACL and the blocks of public access.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from scanner.derive.access.decision.document import Document, Named, Statement
from scanner.derive.access.decision.operators import Test
from scanner.derive.access.policy import policy_statements
from scanner.derive.access.public_statements import is_public
from scanner.derive.access.world.documents import maybe
from scanner.derive.access.world.principals import Labelled
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.node import Node, each
from scanner.model import GLOBAL, Inventory, Resource, Unknown

_BLOCK, _SETTINGS = "PublicAccessBlockConfiguration", "AWS::S3::AccountSettings"
_GROUPS = "http://acs.amazonaws.com/groups/"
_ALL, _AUTHENTICATED, _LOGS = (
    f"{_GROUPS}global/AllUsers",
    f"{_GROUPS}global/AuthenticatedUsers",
    f"{_GROUPS}s3/LogDelivery",
)
_SIGNED = (Test("null", "", if_exists=False, key="aws:principalarn", values=("false",)),)


class _Grantee(NamedTuple):
    """Whom a grant means."""

    who: Named
    tests: tuple[Test, ...] = ()


class _Allows(NamedTuple):
    """What a permission of a bucket's ACL allows: actions on the bucket, and on its objects."""

    bucket: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


_READ = ("s3:listbucket", "s3:listbucketversions", "s3:listbucketmultipartuploads")
_ALLOWS: Mapping[str, _Allows] = {
    "READ": _Allows(_READ),
    "WRITE": _Allows((), ("s3:putobject",)),
    "READ_ACP": _Allows(("s3:getbucketacl",)),
    "WRITE_ACP": _Allows(("s3:putbucketacl",)),
    "FULL_CONTROL": _Allows((*_READ, "s3:getbucketacl", "s3:putbucketacl"), ("s3:putobject",)),
}


class Buckets:
    """What stands beside the policies of buckets and access points."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def beside(self, bucket: Resource) -> Iterator[Labelled]:
        """The bucket's ACL as statements, and the block of public access as a Deny."""
        yield from self._acl(bucket)
        own, shared = Node.of(bucket, _BLOCK), self._of_account(bucket.account)
        yield from _restricted(
            bucket,
            _public(bucket),
            either((_flag(own, "RestrictPublicBuckets"), _shared(shared, "RestrictPublicBuckets"))),
        )

    def beside_point(self, point: Resource) -> Iterator[Labelled]:
        """The block of public access of an access point, as a Deny."""
        own, shared = Node.of(point, _BLOCK), self._of_account(point.account)
        flag = "RestrictPublicBuckets"
        yield from _restricted(point, _public(point), either((_flag(own, flag), _shared(shared, flag))))
        vpc = Node.of(point, "VpcConfiguration", "VpcId").value
        if Node.of(point, "NetworkOrigin").value == "VPC" and isinstance(vpc, str):
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
            lines = (Test("stringnotequals", "", if_exists=False, key="aws:sourcevpc", values=(vpc,)),)
            yield Labelled(f"network origin of {point.name}", Document([_deny("NetworkOrigin", lines)]))

    def assumptions(self, bucket: Resource) -> Iterator[str]:
        """Objects have ACLs of their own where ACLs are not disabled."""
        if _enforced(bucket) is not True:
            yield f"no ACL of an object in {bucket.name} says otherwise, which nobody reads object by object"

    def _of_account(self, account: str) -> Node | Unknown:
        found = list(self._inventory.of(_SETTINGS, account))
        if found:
            return Node.of(found[0], _BLOCK)
        return self._inventory.listing(_SETTINGS, account, GLOBAL) or Node(None)

    def _acl(self, bucket: Resource) -> Iterator[Labelled]:
        enforced = _enforced(bucket)
        if enforced is True:
            return
        own, shared = Node.of(bucket, _BLOCK), self._of_account(bucket.account)
        ignored = either((_flag(own, "IgnorePublicAcls"), _shared(shared, "IgnorePublicAcls")))
        for number, grant in enumerate(each(Node.of(bucket, "Acl", "Grants"))):
            if isinstance(grant, Unknown):
                anything = _statements(bucket, number, "ACL", _Grantee(Named("AWS", "*")), _ALLOWS["FULL_CONTROL"])
                yield Labelled(f"ACL of {bucket.name}", maybe(Document(list(anything)), grant))
                continue
            yield from self._grant(bucket, number, grant, ignored, enforced)

    def _grant(self, bucket: Resource, number: int, grant: Node, ignored: Maybe, enforced: Maybe) -> Iterator[Labelled]:
        grantee, permission = grant.member("Grantee"), grant.member("Permission")
        uri, id_ = grantee.member("URI").value, grantee.member("ID").value
        doubt = permission.unknown or grantee.unknown or grantee.member("URI").unknown or grantee.member("ID").unknown
        allows = _ALLOWS["FULL_CONTROL"] if doubt else _ALLOWS.get(str(permission.value), _Allows())
        holds = both(
            (negate(ignored) if uri in (_ALL, _AUTHENTICATED) or doubt else True, negate(enforced), doubt or True)
        )
        if holds is False:
            return
        shown = f"{permission.value} for {uri.rpartition('/')[2] if isinstance(uri, str) else id_}"
        document = Document(list(_statements(bucket, number, shown, _grantee(uri, id_, self._canonical), allows)))
        yield Labelled(f"ACL of {bucket.name}", maybe(document, holds) if isinstance(holds, Unknown) else document)

    @cached_property
    def _canonical(self) -> Mapping[str, str]:
        """Account by canonical id: a bucket's ACL names its owner."""
        found: dict[str, str] = {}
        for bucket in self._inventory.of("AWS::S3::Bucket"):
            owner = Node.of(bucket, "Acl", "Owner", "ID").value
            if isinstance(owner, str) and bucket.account:
                found[owner] = bucket.account
        return found


def _grantee(uri: object, id_: object, accounts: Mapping[str, str]) -> _Grantee:
    """`accounts` by canonical id. Whom neither tells may be anybody."""
    if uri == _AUTHENTICATED:
        return _Grantee(Named("AWS", "*"), _SIGNED)
    if uri == _LOGS:
        return _Grantee(Named("Service", "logging.s3.amazonaws.com"))
    if uri == _ALL or not isinstance(id_, str):
        return _Grantee(Named("AWS", "*"))
    return _Grantee(Named("AWS", accounts[id_]) if id_ in accounts else Named("CanonicalUser", id_))


def _statements(bucket: Resource, number: int, sid: str, grantee: _Grantee, allows: _Allows) -> Iterator[Statement]:
    arn = f"arn:{bucket.partition}:s3:::{bucket.name}"
    who, tests = (grantee.who,), grantee.tests
    for actions, resource in ((allows.bucket, arn), (allows.objects, f"{arn}/*")):
        if actions:
            yield Statement(number, sid, "Allow", who, None, actions, None, (resource,), None, tests, variables=False)


def _restricted(resource: Resource, public: Maybe, flag: Maybe) -> Iterator[Labelled]:
    """`RestrictPublicBuckets`: a public policy lets in only services and the owner's account."""
    holds = both((flag, public))
    if holds is False:
        return
    tests = (
        Test("stringnotequals", "", if_exists=False, key="aws:principalaccount", values=(resource.account,)),
        Test("bool", "", if_exists=True, key="aws:principalisawsservice", values=("false",)),
    )
    document = Document([_deny("RestrictPublicBuckets", tests)])
    label = f"block of public access of {resource.name}"
    yield Labelled(label, maybe(document, holds) if isinstance(holds, Unknown) else document)


def _deny(sid: str, tests: tuple[Test, ...]) -> Statement:
    anybody = (Named("AWS", "*"),)
    return Statement(0, sid, "Deny", anybody, None, ("s3:*",), None, ("*",), None, tests, variables=False)


def _public(resource: Resource) -> Maybe:
    statements = policy_statements(Node.of(resource, "Policy"))
    if isinstance(statements, Unknown):
        return statements
    return either([*(is_public(one) for one in statements.all), statements.more or False])


def _enforced(bucket: Resource) -> Maybe:
    rules = Node.of(bucket, "OwnershipControls").member("Rules")
    if rules.unknown:
        return rules.unknown
    modes = [rule.member("ObjectOwnership") for rule in rules.elements()]
    return either([*(mode.unknown or mode.value == "BucketOwnerEnforced" for mode in modes), rules.more or False])


def _shared(settings: Node | Unknown, name: str) -> Maybe:
    return settings if isinstance(settings, Unknown) else _flag(settings, name)


def _flag(configuration: Node, name: str) -> Maybe:
    flag = configuration.member(name)
    return flag.unknown or flag.value is True
