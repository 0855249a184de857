"""The resource's side of a request: its policy, its owner and what else lets somebody in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scanner.derive.access.decision.document import Document, Named, Statement
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.world.buckets import Buckets
from scanner.derive.access.world.documents import gaps, joined, read, unread
from scanner.derive.access.world.key_grants import KeyGrant, KeyGrants
from scanner.derive.access.world.kinds import ALIAS, ARN_PARTS, LOG_GROUP, NOT_COLLECTED, Kind, kind_of
from scanner.derive.access.world.organization import Level
from scanner.derive.access.world.principals import Labelled
from scanner.derive.node import Node
from scanner.model import GLOBAL, Inventory, Resource, Unknown, Why

ASSUMING = frozenset({
    "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession",
    "sts:setsourceidentity", "sts:setcontext",
})  # fmt: skip
"""Actions about which a role's trust policy has a say; the other actions on a role know no resource's policy."""


_OF_POINTS = ("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin")
"""Keys that only requests through an access point have."""


_EFS_DEFAULT = Statement(
    0,
    "",
    "Allow",
    (Named("AWS", "*"),),
    None,
    ("elasticfilesystem:clientmount", "elasticfilesystem:clientwrite", "elasticfilesystem:clientrootaccess"),
    None,
    ("*",),
    None,
    (),
    variables=False,
)
"""Whoever reaches a mount target (https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html)."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A resource as requests meet it.

    `arn` is what a request names (of a key's alias, the key); `owner` the account, empty if not known; `documents`
    are its policies and what means the same, `grants` those of a key, and `document` all of these as one;
    `context` is what the resource itself puts into a request; `beneath` the bucket behind an access point;
    `unseen` says why a policy that it may have is not known at all: that is an assumption within its account, and
    leaves open what others may do; `assumptions` are what is taken for granted, in words.
    """

    arn: str
    type: str = ""
    id: str = ""
    owner: str = ""
    documents: tuple[Labelled, ...] = ()
    grants: tuple[KeyGrant, ...] = ()
    document: Document | None = None
    rcp: tuple[Level, ...] | None = None
    context: Mapping[str, Values] = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    beneath: Guarded | None = None
    unseen: Unknown | None = None
    assumptions: tuple[str, ...] = ()

    @property
    def gaps(self) -> tuple[Unknown, ...]:
        """What of its policies is not known."""
        return tuple(dict.fromkeys(why for one in self.documents for why in gaps(one.document)))


class Resources:
    """The resources of a snapshot by ARN."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._buckets = Buckets(inventory)
        self._grants = KeyGrants(inventory)

    def find(self, arn: str, action: str) -> Guarded:
        """The resource's side of an action on an ARN (`*`: of none), its RCPs aside."""
        found = self._find(arn, action)
        documents = [one.document for one in (*found.documents, *(grant.policy for grant in found.grants))]
        return replace(found, document=joined(documents)) if documents else found

    def points(self, bucket: str) -> Iterator[str]:
        """The access points to a bucket, by ARN."""
        name = bucket.rpartition(":")[2].partition("/")[0]
        for type_ in ("AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint"):
            for point in self._inventory.of(type_):
                if name in _behind(point):
                    yield point.id

    def _find(self, arn: str, action: str) -> Guarded:
        arn, aliases = self._of_alias(arn)
        parts = arn.split(":", ARN_PARTS - 1)
        account = parts[4] if len(parts) == ARN_PARTS else ""
        if arn.startswith("arn:") and parts[2] == "logs" and LOG_GROUP.match(parts[-1]):
            return Guarded(arn, "AWS::Logs::LogGroup", arn, account, tuple(self._of_logs(account, parts[3])))
        found = kind_of(arn)
        if found is None:
            return self._without(arn, parts[2] if len(parts) == ARN_PARTS else "", account)
        kind, holder = found
        if kind.type == "AWS::IAM::Role" and action.lower() not in ASSUMING:
            role = self._inventory.get(holder)
            return Guarded(arn, owner=account, tags=role.tags if role and role.tags_unknown is None else None)
        if kind.type == "AWS::Lambda::Function" and arn != holder:
            # versions and aliases have policies of their own
            # https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
            return self._without(arn, "", account, unseen=True)
        resource = self._inventory.get(holder)
        if resource is None or resource.type != kind.type:
            return self._absent(arn, kind, holder, account)
        return self._held(arn, kind, resource, aliases)

    def _held(self, arn: str, kind: Kind, resource: Resource, context: Mapping[str, Values]) -> Guarded:
        node = Node.of(resource, kind.member)
        documents = (
            [Labelled(f"{kind.label} of {resource.name}", read(node, "resource"), node.value)] if node.present else []
        )
        beneath = None
        if resource.type == "AWS::S3::Bucket":
            documents += self._buckets.beside(resource)
            context = dict.fromkeys(_OF_POINTS, ())
        elif resource.type in ("AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint"):
            documents += self._buckets.beside_point(resource)
            beneath = self._beneath(arn, resource)
            context = through_point(resource)
        elif resource.type == "AWS::EFS::FileSystem" and not node.present:
            documents = [Labelled(f"default policy of {resource.name}", Document([_EFS_DEFAULT]))]
        grants = self._grants.of(resource) if resource.type == "AWS::KMS::Key" else ()
        return Guarded(
            arn,
            resource.type,
            resource.id,
            resource.account,
            tuple(documents),
            grants,
            context=context,
            tags=resource.tags if _tagged(arn, resource) else None,
            beneath=beneath,
            assumptions=tuple(self._buckets.assumptions(resource)) if resource.type == "AWS::S3::Bucket" else (),
        )

    def _beneath(self, arn: str, point: Resource) -> Guarded | None:
        """The bucket behind an access point, with the keys that a request through the point brings to it."""
        bucket = next(iter(_behind(point)), None)
        if bucket is None:
            return None
        _, sign, key = arn.partition("/object/")
        target = f"arn:{point.partition}:s3:::{bucket}" + (f"/{key}" if sign else "")
        return replace(self.find(target, ""), context=through_point(point))

    def _absent(self, arn: str, kind: Kind, holder: str, account: str) -> Guarded:
        """A resource that the snapshot does not hold: it has none, or its policy was not read."""
        region = arn.split(":", ARN_PARTS - 1)[3] or GLOBAL
        known = account in self._inventory.accounts
        why = self._inventory.listing(kind.type, account, region) if known else None
        if not account:
            # a bucket's ARN tells no account, so it may be in any whose buckets were not listed
            why = next((why for *_, why in self._inventory.listings(kind.type) if why is not None), None)
        if why is None and known:
            told = f"{holder} is not in the snapshot, although its listing is complete: it is taken to have no policy"
            return Guarded(arn, kind.type, "", account, assumptions=(told,))
        why = why or Unknown(
            Why.OUT_OF_SCOPE, message=f"{holder} is not in the snapshot, so its {kind.label} is not known"
        )
        return Guarded(arn, kind.type, "", account, (Labelled(f"{kind.label} of {holder}", unread(why)),))

    @staticmethod
    def _without(arn: str, service: str, account: str, *, unseen: bool = False) -> Guarded:
        """A resource of a type that has no policy, or none that is collected."""
        if service not in NOT_COLLECTED and not unseen:
            return Guarded(arn, owner=account)
        why = f"a policy of {arn} itself is not collected"
        return Guarded(
            arn,
            owner=account,
            unseen=Unknown(Why.NOT_COLLECTED, message=why),
            assumptions=(f"no policy of {arn} itself says otherwise: it is not collected",),
        )

    def _of_alias(self, arn: str) -> tuple[str, Mapping[str, Values]]:
        """The key of an alias, and how a request by the alias tells of it."""
        head, _, name = arn.rpartition(":")
        if not arn.startswith("arn:") or ":kms:" not in head or not ALIAS.fullmatch(name):
            return arn, {}
        alias = self._inventory.get(arn)
        key = Node.of(alias, "TargetKeyId").value if alias else None
        if not isinstance(key, str):
            return arn, {}
        return f"{head}:key/{key.rpartition('/')[2]}", {"kms:requestalias": (name,)}

    def _of_logs(self, account: str, region: str) -> Iterator[Labelled]:
        """Policies that an account gives to all its log groups of a region."""
        type_ = "AWS::Logs::ResourcePolicy"
        for policy in self._inventory.of(type_, account, region):
            node = Node.of(policy, "policyDocument")
            yield Labelled(f"logs resource policy {policy.name}", read(node, "resource"), node.value)
        why = self._inventory.listing(type_, account, region)
        if why is not None:
            yield Labelled("logs resource policies", unread(why))


def spans_several(arn: str, action: str) -> bool:
    """Whether an ARN's wildcards stand where resources with policies of their own are told apart."""
    found = kind_of(arn)
    if found is None or (found[0].type == "AWS::IAM::Role" and action.lower() not in ASSUMING):
        return False
    return "*" in found[1] or "?" in found[1]


def through_point(point: Resource) -> Mapping[str, Values]:
    """The keys that a request through an access point has."""
    origin = Node.of(point, "NetworkOrigin").value
    found: dict[str, Values] = dict(zip(_OF_POINTS, ((point.id,), (point.account,)), strict=False))
    return {**found, _OF_POINTS[2]: (origin,)} if isinstance(origin, str) else found


def _behind(point: Resource) -> list[str]:
    """The buckets of an access point; one of several regions has several, with the same objects."""
    regions = [one.member("Bucket").value for one in Node.of(point, "Regions").elements()]
    return [name for name in (Node.of(point, "Bucket").value, *regions) if isinstance(name, str)]


def _tagged(arn: str, resource: Resource) -> bool:
    """Whether its tags are in every request on it: an object has others, and a bucket's must be enabled first."""
    return resource.tags_unknown is None and resource.id == arn and not resource.type.startswith("AWS::S3::")
