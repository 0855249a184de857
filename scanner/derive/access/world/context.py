"""What every request of an identity on a resource brings with it, as far as a snapshot tells.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.world.documents import at_most
from scanner.derive.access.world.organization import Above
from scanner.derive.access.world.principals import Identity
from scanner.derive.access.world.resources import Guarded

PRINCIPAL_TAG, RESOURCE_TAG = "aws:principaltag/", "aws:resourcetag/"
_PASSING = "sts:tagsession"


def of_identity(identity: Identity, above: Above) -> Mapping[str, Values]:
    """Organization, unique id and tags of who asks."""
    found: dict[str, Values] = {}
    if above.id is not None:
        found["aws:principalorgid"] = (above.id,) if above.id else ()
        if above.path or not above.id:
            found["aws:principalorgpaths"] = (above.path,) if above.path else ()
    if identity.kind == "User" and identity.unique_id:
        found["aws:userid"] = (identity.unique_id,)
    if identity.tags_unknown is None and not may_pass_tags(identity):
        found |= {f"{PRINCIPAL_TAG}{name}".lower(): (value,) for name, value in sorted(identity.tags.items())}
    return found


def of_resource(guarded: Guarded, above: Above | None) -> Mapping[str, Values]:
    """Owner, organization and tags of a resource, and what it brings itself."""
    found: dict[str, Values] = dict(guarded.context)
    if guarded.owner:
        found["aws:resourceaccount"] = (guarded.owner,)
    if above is not None and above.id is not None:
        found["aws:resourceorgid"] = (above.id,) if above.id else ()
        if above.path or not above.id:
            found["aws:resourceorgpaths"] = (above.path,) if above.path else ()
    for name, value in sorted((guarded.tags or {}).items()):
        found[f"{RESOURCE_TAG}{name}".lower()] = (value,)
    return found


def may_pass_tags(identity: Identity) -> bool:
    """Whether sessions of a role may bring tags of their own: its trust policy then allows `sts:TagSession`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    if identity.kind == "User":
        return False
    return identity.trust is None or any(_allows_passing(one) for one in at_most(identity.trust).statements)


def _allows_passing(one: Statement) -> bool:
    if one.effect == "Deny":
        return False
    if one.actions is not None:
        return any(matches(pattern, _PASSING) for pattern in one.actions)
    return not any(matches(pattern, _PASSING) for pattern in one.not_actions or ())
