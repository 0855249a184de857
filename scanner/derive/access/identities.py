"""Whose principals a policy means: accounts and organisations, as far as they can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.derive.access.conditions import Entry, fixing_lines
from scanner.derive.logic import Maybe, both, malformed
from scanner.derive.node import Node
from scanner.derive.passes import Context, the_neighbour
from scanner.model import GLOBAL, Resource, Unknown, Why

MEMBERSHIP = "AWS::Organizations::Membership"
OWN = "own"
"""Stands for the account that code is deployed to, whichever it is."""
_ACCOUNT = re.compile(r"[0-9]{12}")
_UNIQUE_ID = re.compile(r"A[A-Z]{2}A[A-Z0-9]+")
_PLACEHOLDERS = (("${AWS::AccountId}", OWN), ("${AWS::Partition}", "aws"))
OWN_ROOT = "account.root"
"""What code without a policy for a key leaves in it: the root of whichever account it is deployed to."""
_ACCOUNT_KEYS = frozenset({
    "aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "aws:vpceaccount",
    "kms:calleraccount", "s3:dataaccesspointaccount",
})  # fmt: skip
_ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn", "aws:sourcevpcarn", "s3:dataaccesspointarn"})
_ORGANISATION_KEYS = frozenset({"aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid"})
_PATH_KEYS = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"})


class Owner:
    """The account that a resource lies in, and its organisation, which is only looked up when asked for."""

    def __init__(self, resource: Resource, context: Context) -> None:
        self._account = resource.account
        self._context = context

    def owns(self, identity: str) -> Maybe:
        """Whether an account id or an organisation's id is the resource's own."""
        if identity == OWN:
            return True
        if identity.startswith("o-"):
            organisation = self._organisation()
            return organisation if isinstance(organisation, Unknown) else organisation == identity
        if not self._account:
            return Unknown(Why.AFTER_APPLY, message="the input does not tell the account: name it with --account")
        return identity == self._account

    def _organisation(self) -> str | Unknown:
        found = the_neighbour(self._context, MEMBERSHIP, self._account, GLOBAL)
        if isinstance(found, Unknown):
            return found
        own = Node.of(found, "Organization").member("Id")
        return own.unknown or str(own.value or "")


def account_of(principal: Node) -> str | Unknown | None:
    """The account of a principal (an ARN, or an account id); `None` of what has none or no longer exists.

    AWS shows a principal that was deleted by its unique id, and CloudFront's identities under an
    account of their own.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    text = _text(principal)
    if isinstance(text, Unknown) or _ACCOUNT.fullmatch(text):
        return text
    if _UNIQUE_ID.fullmatch(text):
        return None
    found = _account_in(text)
    if found is None and not text.startswith("arn:"):
        return malformed(principal.path, "this is no principal")
    return found


def _text(node: Node) -> str | Unknown:
    if node.unknown is None:
        return str(node.value)
    token = node.unknown.token
    if node.opaque and token == OWN_ROOT:
        return f"arn:aws:iam::{OWN}:root"
    for written, meant in _PLACEHOLDERS:
        token = token.replace(written, meant)
    return token if node.opaque and token.startswith("arn:") and "${" not in token else node.unknown


def _account_in(arn: str) -> str | None:
    parts = arn.split(":", 5)
    known = len(parts) == 6 and parts[0] == "arn" and (parts[4] == OWN or _ACCOUNT.fullmatch(parts[4]))
    return parts[4] if known else None


def fixed_identities(condition: Node) -> Iterator[list[str] | Unknown]:
    """The accounts and organisations that each line of a condition leaves, where it leaves only such."""
    for line, holds in fixing_lines(condition):
        if line.key not in _ACCOUNT_KEYS | _ARN_KEYS | _ORGANISATION_KEYS | _PATH_KEYS:
            continue
        if holds is not True:
            if isinstance(holds, Unknown):
                yield holds
            continue
        found = [_identity(line, value) for value in line.values.elements()]
        doubt = next((one for one in found if isinstance(one, Unknown)), None)
        if doubt is not None:
            yield doubt
        elif all(found):
            yield [str(one) for one in found]


def _identity(line: Entry, value: Node) -> str | Unknown | None:
    text = str(value.value)
    if value.unknown:
        named = value.unknown.token in ("AWS::AccountId", "${AWS::AccountId}") and line.key in _ACCOUNT_KEYS
        written = OWN if named else _text(value)
        if isinstance(written, Unknown):
            return written
        text = written
    if line.key in _ARN_KEYS:
        return _account_in(text)
    return text.partition("/")[0] if line.key in _PATH_KEYS else text


def only_own(identities: list[str] | Unknown, owner: Owner) -> Maybe:
    """Whether all of them are the resource's own."""
    return identities if isinstance(identities, Unknown) else both(owner.owns(one) for one in identities)
