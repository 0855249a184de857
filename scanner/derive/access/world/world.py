"""The access of a whole snapshot: who there is, what there is, and every policy between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from scanner.derive.access.decision.document import parse
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.managed import packed
from scanner.derive.access.world.context import of_identity, of_resource
from scanner.derive.access.world.documents import read
from scanner.derive.access.world.key_grants import KeyGrant
from scanner.derive.access.world.organization import Above, Organizations
from scanner.derive.access.world.principals import POLICY, ROLE, USER, Account, Identity, Labelled
from scanner.derive.access.world.resources import Guarded, Resources
from scanner.derive.node import Node, identity
from scanner.model import GLOBAL, Inventory, Unknown, Why


class World:
    """Every policy of a snapshot. Nothing is read before it is asked for, and no document twice.

    A policy that was not read, or not wholly, is a `PartlyKnown` document: `decide` answers "Unknown" by it, and
    `documents.bounded` gives the most and the least that it may allow. Organization policies that nobody listed
    are left out; `organization(account).assumptions` says so in words. A managed policy of AWS's that the snapshot
    names without its document is taken as it was on the day in its label.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._accounts: dict[str, Account] = {}
        self._organizations = Organizations(inventory)
        self._resources = Resources(inventory)
        self._guarded: dict[tuple[str, str], Guarded] = {}
        self._documents: dict[tuple[str, str], Labelled | Unknown] = {}

    @cached_property
    def accounts(self) -> Sequence[str]:
        """Those whose users and roles are known or were asked for, in order; empty text where code tells none."""
        held = {account for type_ in (USER, ROLE) for account, _ in self.inventory.places(type_)}
        return sorted(held | {account for type_ in (USER, ROLE) for account, *_ in self.inventory.listings(type_)})

    def account(self, account: str) -> Account:
        """The identities of one account."""
        if account not in self._accounts:
            self._accounts[account] = Account(self.inventory, account, self._managed)
        return self._accounts[account]

    def identities(self, account: str | None = None) -> Sequence[Identity]:
        """Users and roles, by account and ARN."""
        found: list[Identity] = []
        for one in self.accounts if account is None else (account,):
            found += self.account(one).identities
        return found

    def identity(self, arn: str) -> Identity | None:
        """The user or role of an ARN, or of code's id; of a session, its role."""
        parts = arn.split(":", 5)
        account = parts[4] if len(parts) == len(("arn", "aws", "iam", "", "account", "role/x")) else ""
        held = self.account(account)
        if len(parts) > 2 and parts[2] == "sts" and parts[5].startswith("assumed-role/"):
            arn = held.roles.get(parts[5].split("/")[1], "")
        for one in (held, *(self.account(other) for other in self.accounts if not arn.startswith("arn:"))):
            if (found := one.identity(arn)) is not None:
                return found
        return None

    def guarded(self, arn: str, action: str = "") -> Guarded:
        """The resource's side of an action on an ARN; `*` for actions that are about no resource.

        Without an action, a role's trust policy does not count.
        """
        key = arn, action.lower() if ":role/" in arn else ""
        if key not in self._guarded:
            self._guarded[key] = self._under(self._resources.find(arn, action))
        return self._guarded[key]

    def points(self, bucket: str) -> Sequence[str]:
        """The access points to the bucket of an ARN."""
        return sorted(self._resources.points(bucket)) if bucket.startswith("arn:") and ":s3:::" in bucket else ()

    def organization(self, account: str) -> Above:
        """The service and resource control policies over an account, and what had to be assumed of them."""
        return self._organizations.above(account)

    def policies(self, identity: Identity | None, guarded: Guarded | None, *, account: str = "") -> Policies:
        """All policies of a request of `identity` on `guarded`, as `decide` takes them.

        Without an identity it is that of the root user of `account`, or of somebody of whom no policy is known.
        """
        documents = [one.document for one in identity.documents] if identity else []
        boundary = [identity.boundary.document] if identity and identity.boundary else None
        above = self.organization(identity.account if identity else account) if identity or account else None
        for grant in guarded.grants if guarded else ():
            if identity and means(grant, identity):
                # a grant needs no policy of the grantee's own, in no account
                documents.append(grant.policy.document)
                boundary = None if boundary is None else [*boundary, grant.policy.document]
        return Policies(
            identity=documents,
            resource=guarded.document if guarded else None,
            boundary=boundary,
            scp=[level.documents for level in above.scp] if above and above.scp is not None else None,
            rcp=[level.documents for level in guarded.rcp] if guarded and guarded.rcp is not None else None,
        )

    def context(self, identity: Identity | None, guarded: Guarded | None = None) -> Mapping[str, Values]:
        """The keys that every request of `identity` on `guarded` has for sure, in lower case; `()`: surely absent."""
        found: dict[str, Values] = {}
        if identity is not None:
            found |= of_identity(identity, self.organization(identity.account))
        if guarded is not None:
            found |= of_resource(guarded, self.organization(guarded.owner) if guarded.owner else None)
        return found

    def _under(self, guarded: Guarded) -> Guarded:
        """With the resource control policies over its owner."""
        rcp = self.organization(guarded.owner).rcp if guarded.owner else None
        beneath = self._under(guarded.beneath) if guarded.beneath else None
        return replace(guarded, rcp=rcp, beneath=beneath)

    def _managed(self, account: str, key: str) -> Labelled | Unknown:
        """A managed policy, of the account or AWS's own."""
        theirs = ":iam::aws:policy/" in key
        at = ("" if theirs else account, key)
        if at not in self._documents:
            self._documents[at] = self._read(account, key)
        return self._documents[at]

    def _read(self, account: str, key: str) -> Labelled | Unknown:
        policy = self._policies.get((account, key)) or self._policies.get(("", key))
        if policy is not None:
            return Labelled(key, read(policy, "identity"), policy.value)
        if (shipped := packed.document(key)) is not None:
            return Labelled(f"{key} as of {packed.as_of()}", parse(shipped, "identity"), shipped)
        why = self.inventory.listing(POLICY, account, GLOBAL) or Unknown(Why.NOT_COLLECTED)
        return replace(why, message=f"the policy {key} was not read" + (f": {why.message}" if why.message else ""))

    @cached_property
    def _policies(self) -> Mapping[tuple[str, str], Node]:
        """The documents by account and ARN; AWS's own under no account, too."""
        found: dict[tuple[str, str], Node] = {}
        for one in self.inventory.of(POLICY):
            node = Node.of(one)
            for key in {identity(node.member("Arn")), one.physical_id, one.id} - {""}:
                found[one.account, key] = node.member("PolicyDocument")
                if ":iam::aws:policy/" in key and node.member("PolicyDocument").whole:
                    found["", key] = node.member("PolicyDocument")
        return found


def means(grant: KeyGrant, identity: Identity) -> bool:
    """Whether a grant is for the identity, or for one of its sessions, or perhaps for it."""
    session = f":assumed-role/{identity.name}/"
    return grant.grantee in ("*", identity.arn) or (identity.kind == "Role" and session in grant.grantee)
