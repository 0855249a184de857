"""Whom and what people mean by what they write: ARNs, names, account ids, services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scanner.derive.access.decision.request import Principal, principal
from scanner.derive.access.world.asking import Asker
from scanner.derive.access.world.principals import Identity
from scanner.derive.access.world.world import World
from scanner.errors import UsageError

_SERVICES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal")
_PROVIDERS = (":saml-provider/", ":oidc-provider/")
_SHOWN = 5


def asker(world: World, text: str) -> Asker:
    """Who is meant: an ARN, a name, an account id, a service, an identity provider or `anonymous`.

    Raises `UsageError` where nobody or several are.
    """
    if text.lower() == "anonymous":
        return Asker(Principal("Anonymous", "anonymous"))
    if any(sign in text for sign in _PROVIDERS):
        return Asker(Principal("Federated", text))
    if text.startswith("arn:") or (text.isdigit() and len(text) == len("111122223333")):
        return _of_arn(world, text)
    if text.endswith(_SERVICES):
        return Asker(Principal("Service", text))
    if (found := world.identity(text)) is not None:
        return Asker(found.principal, found)
    return _of_name(world, text)


def _of_arn(world: World, text: str) -> Asker:
    try:
        who = principal(text)
    except ValueError as error:
        raise UsageError(str(error), hint="Give a user, role, session, root user, service or provider") from error
    if who.kind == "Root":
        return Asker(who)
    identity = world.identity(text)
    if identity is not None:
        return Asker(replace(who, partition=identity.partition) if who.session else identity.principal, identity)
    if who.kind != "FederatedUser" and who.account in world.accounts and world.account(who.account).unlisted is None:
        raise UsageError(f"{text} is no user or role of this snapshot", hint=_near(world, who.name))
    return Asker(who)


def _of_name(world: World, text: str) -> Asker:
    found = _named(world, text)
    if len(found) == 1:
        return Asker(found[0].principal, found[0])
    if found:
        arns = ", ".join(one.arn for one in found[:_SHOWN])
        raise UsageError(f"{len(found)} users and roles are called {text}", hint=f"Give one's ARN: {arns}")
    if "." in text and "/" not in text:
        return Asker(Principal("Federated", text))
    raise UsageError(f"no user or role of this snapshot is called {text}", hint=_near(world, text))


def _named(world: World, name: str) -> list[Identity]:
    found: list[Identity] = []
    for account in world.accounts:
        held = world.account(account)
        arns = [arn for arn, resource in held.resources.items() if resource.name == name]
        found += [one for arn in arns if (one := held.identity(arn)) is not None]
    return found


def _near(world: World, name: str) -> str:
    from difflib import get_close_matches

    names: Sequence[str] = sorted({one.name for a in world.accounts for one in world.account(a).resources.values()})
    near = get_close_matches(name, names, 3)
    return f"Near it: {', '.join(near)}" if near else 'See: posture query SNAPSHOT "select id from iam_role"'
