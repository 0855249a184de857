"""Checks of condition keys: whether they exist, and go with the operator, the actions and each other."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.derive.access.catalogue.keys import DEPRECATED, Key, is_listed, key, same_key
from scanner.derive.access.catalogue.services import Action, action, known_prefix, service
from scanner.derive.access.validation.policy import Block, Found, Line, Policy, shown

_TAGS = ("aws:resourcetag", "aws:requesttag", "aws:principaltag")
_OPERATORS = {
    "String": "string", "ARN": "arn", "Bool": "bool", "Numeric": "numeric", "Date": "date", "IPAddress": "ip",
    "Binary": "binary",
}  # fmt: skip
_WORDS = {
    "string": "String", "arn": "Arn", "bool": "Bool", "numeric": "Numeric", "date": "Date", "ip": "IpAddress",
    "binary": "Binary",
}  # fmt: skip
_PAIRED = {
    "aws:vpcsourceip": ("aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"),
    "aws:ec2instancesourceprivateipv4": ("aws:Ec2InstanceSourceVpc",),
}
"""Keys that mean little alone → one of which makes them mean something."""
_SPOOFED = ("aws:referer", "aws:useragent")
_AUDIENCES = ("accounts.google.com:aud", "cognito-identity.amazonaws.com:aud", "graph.facebook.com:app_id",
              "www.amazon.com:app_id", "token.actions.githubusercontent.com:aud")  # fmt: skip
"""Audience keys that AWS documents as single-valued."""


def exist(policy: Policy, block: Block) -> Iterator[Found]:
    """Keys that there are not."""
    for line in block.lines:
        name = line.name
        prefix, colon, rest = name.partition(":")
        if not colon or not prefix or not rest:
            yield Found("INVALID_CONDITION_KEY_FORMAT", line.place, f"a key is service:name, not {shown(line.key)}")
        elif name == "aws:arn":
            message = "aws:ARN is not supported: aws:PrincipalArn is who asks, aws:SourceArn for what a service asks"
            yield Found("UNSUPPORTED_GLOBAL_CONDITION_KEY", line.place, message)
        elif name in DEPRECATED:
            message = f"{line.key} is deprecated: use {DEPRECATED[name]}"
            yield Found("DEPRECATED_GLOBAL_CONDITION_KEY", line.place, message)
        elif key(name) is None:
            yield from _missing(policy, line, prefix)


def _missing(policy: Policy, line: Line, prefix: str) -> Iterator[Found]:
    bare = line.name.rstrip("/")
    if key(f"{bare}/tag") is not None and (bare in _TAGS or bare.endswith("tag")):
        message = f"{line.key} lacks the tag's key: {bare}/tag-key"
        yield Found("MISSING_TAG_KEY_IN_CONDITION", line.place, message)
    elif prefix == "aws":
        known = tuple(one.name for one in _global_keys())
        message = f"there is no key {shown(line.key)}{policy.guess(line.key, known)}"
        yield Found("INVALID_GLOBAL_CONDITION_KEY", line.place, message)
    elif known_prefix(prefix):
        found = service(prefix)
        known = tuple(found.keys) if found else ()
        message = f"{prefix} has no key {shown(line.key)}{policy.guess(line.key, known)}"
        yield Found("INVALID_SERVICE_CONDITION_KEY", line.place, message)
    elif "." not in prefix and "/" not in prefix:
        yield Found("INVALID_SERVICE", line.place, f"there is no service {shown(prefix)} for a condition key")


def _global_keys() -> tuple[Key, ...]:
    from scanner.derive.access.catalogue.keys import GLOBAL

    return GLOBAL


def twice(_: Policy, block: Block) -> Iterator[Found]:
    """Keys that an operator has in several spellings."""
    seen: dict[tuple[str, str], str] = {}
    for line in block.lines:
        first = seen.setdefault((line.operator, line.name), line.key)
        if first != line.key:
            message = f"{shown(line.key)} and {shown(first)} are one key: capitals do not matter"
            yield Found("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", line.place, message)


def fit(_: Policy, block: Block) -> Iterator[Found]:
    """Keys whose type or number of values is not that of the operator."""
    for line in block.lines:
        found = key(line.name)
        if line.base == "null":
            if line.quantifier:
                yield Found("NULL_WITH_QUALIFIER", line.place, "Null asks for the key, not its values: no qualifier")
        elif found is not None:
            yield from _quantified(block, line, found)
            yield from _typed(line, found)
        elif line.quantifier and line.name.endswith(":aud"):
            yield _audience(line)


def _typed(line: Line, found: Key) -> Iterator[Found]:
    wanted = _OPERATORS[found.type]
    if line.sort == wanted or (found.name == "aws:EpochTime" and line.sort == "numeric"):
        return
    if line.sort == "arn" and "${" in found.name:
        # whoever names a tag or an encryption context decides what it holds
        return
    message = f"{found.name} is of type {found.type}: use {_WORDS[wanted]} operators, not {line.operator}"
    if wanted == "arn" and line.sort == "string":
        # StringEquals compares an ARN whole, which is exact; the wildcards of StringLike reach over colons
        if line.like:
            yield Found("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", line.place, message)
        return
    yield Found("TYPE_MISMATCH", line.place, message)


def _quantified(block: Block, line: Line, found: Key) -> Iterator[Found]:
    if found.many and not line.quantifier:
        message = f"a request may hold several values of {found.name}: say ForAnyValue or ForAllValues"
        yield Found("MISSING_QUALIFIER", line.place, message)
    elif found.many and line.quantifier == "forallvalues" and block.allows and not _is_there(block, line.name):
        message = f"ForAllValues also holds without any {found.name}: add Null {{{found.name}: false}} to ask for it"
        yield Found("FORALLVALUES_WITHOUT_NULL_CHECK", line.place, message)
    elif not found.many and line.quantifier == "forallvalues":
        message = f"ForAllValues also holds where {found.name} is absent, and is for keys with several values"
        yield Found("FORALLVALUES_WITH_SINGLE_VALUED_KEY", line.place, message)
    elif not found.many and line.quantifier == "foranyvalue" and line.name.endswith((":aud", ":azp", ":app_id")):
        yield _audience(line)


def _audience(line: Line) -> Found:
    if line.quantifier == "foranyvalue" and line.name in _AUDIENCES:
        message = f"{line.key} has one value: leave ForAnyValue out"
        return Found("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", line.place, message)
    message = (
        f"{line.key} is for whom the token is made out: if that is one, leave {line.operator.partition(':')[0]} out"
    )
    return Found("CONFIRM_AUDIENCE_CLAIM_TYPE", line.place, message)


def _is_there(block: Block, name: str) -> bool:
    """Whether another line asks that the key is there."""
    return any(
        one.name == name
        and ((one.base == "null" and [v.text for v in one.values] == ["false"]) or one.quantifier == "foranyvalue")
        for one in block.lines
    )


def trusted(_: Policy, block: Block) -> Iterator[Found]:
    """Keys that the caller writes, or that mean little without another."""
    present = block.keys
    for line in block.lines:
        if line.name in _SPOOFED:
            message = f"{line.key} is what the caller writes: whoever knows the value passes"
            yield Found("UNTRUSTWORTHY_CONDITION_KEY", line.place, message)
        partners = _PAIRED.get(line.name)
        if partners and not present & {one.lower() for one in partners}:
            message = f"{line.key} alone is the same in many networks: add {' or '.join(partners)}"
            yield Found("MISSING_PAIRED_CONDITION_KEYS", line.place, message)


def of_actions(_: Policy, block: Block) -> Iterator[Found]:
    """Keys that the requests of a named action never hold. Patterns of actions are not judged, as with AWS."""
    actions = [found for one in block.actions if (found := action(one.text)) is not None]
    for line in block.lines:
        if not is_listed(line.name):
            continue
        strange = [one.name for one in actions if not _holds(one, line.name)]
        if strange:
            more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
            message = f"{line.key} is never in requests of {strange[0]}{more}"
            yield Found("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", line.place, message)


def _holds(one: Action, name: str) -> bool:
    listed = {*one.keys, *(own for wanted in one.resources for own in wanted.type.keys)}
    return any(same_key(name, each) for each in sorted(listed))


def tags(_: Policy, block: Block) -> Iterator[Found]:
    """`aws:ResourceTag` with actions of services that do not look at it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
    """
    for line in block.lines:
        if not line.name.startswith("aws:resourcetag/") or line.negated or line.if_exists or line.base == "null":
            continue
        effect = "DENY" if block.denies else "ALLOW"
        if "NotAction" in block.body:
            message = f"many actions do not look at {line.key}, and the statement never means those: name the actions"
            code = f"{effect}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
            yield Found(code, line.place, message)
            continue
        blind = sorted({one.partition(":")[0] for one in _blind(block, line.name)})
        if blind:
            does = "denied" if block.denies else "allowed"
            message = f"actions of {', '.join(blind)} do not look at {line.key}: they are never {does} by this"
            yield Found(f"{effect}_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", line.place, message)


def _blind(block: Block, name: str) -> Iterator[str]:
    """The actions without the key; of a wildcard over a whole service, only if none of it has the key."""
    for one in block.actions:
        found = action(one.text)
        prefix, _, rest = one.text.lower().partition(":")
        if found is not None and not _holds(found, name):
            yield found.name
        elif found is None and rest == "*" and known_prefix(prefix) and not _service_holds(prefix, name):
            yield one.text


def _service_holds(prefix: str, name: str) -> bool:
    found = service(prefix)
    return found is None or any(same_key(name, each) for each in found.keys)
