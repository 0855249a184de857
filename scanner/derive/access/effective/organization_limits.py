"""What the organization's service control policies leave of a user's or role's permissions.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal

from scanner.derive.access.decision.document import Document, Named, Statement
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.request import Principal
from scanner.derive.access.decision.statements import keys_of
from scanner.derive.access.judged.worlds import world_of
from scanner.derive.access.search.could import could
from scanner.derive.access.world.documents import at_least, at_most, bounded, gaps
from scanner.derive.access.world.lens import OF_PRINCIPAL
from scanner.derive.access.world.organization import Above
from scanner.derive.logic import Maybe
from scanner.derive.passes import Context
from scanner.model import Resource, Unknown

_ANYBODY = (Named("AWS", "*"),)
_OPEN = Document([Statement(0, "", "Allow", _ANYBODY, None, ("*",), None, ("*",), None, (), variables=False)])
"""The policy of a resource that is open to everybody, as roles and keys must be whose policies have a say."""


class Limits:
    """The service control policies over one user or role; those that nobody read limit nothing."""

    def __init__(self, principal: Resource, context: Context) -> None:
        """Reads nothing before it is asked."""
        self._resource = principal
        self._context = context

    def leave(self, action: str) -> Maybe:
        """Whether the principal could do an action on anything, in whichever request, if its own policies let it."""
        if self._policies is None:
            return True
        if action not in self._known:
            self._known[action] = self._ask(action, self._policies)
        return self._known[action]

    @cached_property
    def _known(self) -> dict[str, Maybe]:
        """What was answered, for all principals of the account alike where no policy looks at who asks."""
        account, who = self._resource.account, self._principal
        told_apart = who.arn if who.service_linked or self._looks_at_who_asks else ""
        return self._context.once(("organization_limits", account, told_apart), dict)

    @cached_property
    def _looks_at_who_asks(self) -> bool:
        documents = [one for _, one in self._policies.all()] if self._policies else []
        every = [one for document in documents for bound in (at_most, at_least) for one in bound(document).statements]
        return any(key.startswith(OF_PRINCIPAL) for key in keys_of(every))

    @cached_property
    def _above(self) -> Above | None:
        account = self._resource.account
        return world_of(self._context, account).organization(account) if account else None

    @cached_property
    def _policies(self) -> Policies | None:
        above = self._above
        if above is None or above.scp is None:
            return None
        return Policies(resource=_OPEN, scp=[level.documents for level in above.scp])

    @cached_property
    def _principal(self) -> Principal:
        one = self._resource
        kind: Literal["User", "Role"] = "User" if one.type.endswith("::User") else "Role"
        told = one.physical_id or one.id
        arn = (
            told if f":{kind.lower()}/" in told else f"arn:{one.partition}:iam::{one.account}:{kind.lower()}/{one.name}"
        )
        return Principal(kind, arn, one.partition, one.account, one.name)

    def _ask(self, action: str, policies: Policies) -> Maybe:
        above = self._above
        given = {"aws:principalorgid": (above.id,)} if above and above.id else {}

        def possible(bound: Callable[[Document], Document]) -> Maybe:
            found = could(self._principal, bounded(policies, bound), action, given=given)
            return found if isinstance(found, Unknown) else found is not None

        most = possible(at_most)
        doubt = next((why for _, one in policies.all() for why in gaps(one)), None)
        if most is not True or doubt is None or possible(at_least) is True:
            return most
        return doubt
