"""A literal reading of AWS's evaluation flow, to compare the engine with: shares no code with it and is in no hurry.

Written from the documentation. Each step names its page under https://docs.aws.amazon.com/IAM/latest/UserGuide/:

    [flow]      reference_policies_evaluation-logic_policy-eval-denyallow.html
    [cross]     reference_policies_evaluation-logic-cross-account.html
    [operators] reference_policies_elements_condition_operators.html
    [multi]     reference_policies_condition-single-vs-multi-valued-context-keys.html
    [values]    reference_policies_condition-logic-multiple-context-keys-or-values.html
    [variables] reference_policies_variables.html
    [principal] reference_policies_elements_principal.html
    [not]       reference_policies_elements_notprincipal.html
    [keys]      reference_policies_condition-keys.html

and [scp] and [rcp] for Organizations' orgs_manage_policies_scps.html and orgs_manage_policies_rcps.html.
"""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import re
from typing import Any

STAR, ONE = object(), object()
RCP_SERVICES = ("s3", "sts", "kms", "sqs", "secretsmanager")  # those that are certain; the list grows


def decision(case: dict[str, Any]) -> str:
    """Allowed, ImplicitlyDenied or ExplicitlyDenied."""
    request, policies = case["request"], case["policies"]
    who = asker(request["principal"])
    owner = request.get("resource_account") or account_of(request["resource"]) or who["account"]
    asked = {**request, "who": who, "owner": owner, "context": context(request, who, owner)}
    return Reading(asked, policies).decide()


class Reading:
    """One request against its policies."""

    def __init__(self, asked: dict[str, Any], policies: dict[str, Any]) -> None:
        self.asked = asked
        self.who = asked["who"]
        self.identity = documents(policies.get("identity"))
        self.resource = documents(policies.get("resource"))
        self.boundary = None if policies.get("boundary") is None else documents(policies["boundary"])
        self.session = None if policies.get("session") is None else documents(policies["session"])
        self.endpoint = None if policies.get("vpce") is None else documents(policies["vpce"])
        # [scp] reaches users, roles and root users, but no service-linked role; no service and nobody unknown.
        reached = self.who["kind"] in ("user", "role", "session", "federated-user", "root") and not self.who["linked"]
        self.scp = levels(policies.get("scp")) if reached else []
        # [rcp] reaches resources of some services, whoever asks, but no service-linked role.
        covered = service(asked["action"]) in RCP_SERVICES and asked["action"].lower() != "kms:retiregrant"
        self.rcp = levels(policies.get("rcp")) if covered and not self.who["linked"] else []

    def decide(self) -> str:  # noqa: PLR0911 - a step each
        action, kind = self.asked["action"].lower(), self.who["kind"]
        if action == "sts:getcalleridentity" and self.who["account"]:
            return "Allowed"  # STS API_GetCallerIdentity: no permission is needed, and no Deny keeps from it
        if self.denied():
            return "ExplicitlyDenied"
        if action == "kms:createalias" and ":alias/aws/" in self.asked["resource"] and not self.who["linked"]:
            return "ImplicitlyDenied"  # KMS API_CreateAlias: the prefix is reserved for AWS managed keys
        if action == "sts:assumerole" and kind == "root":
            return "ImplicitlyDenied"  # STS API_AssumeRole: not with the credentials of a root user
        if not all(self.allowed(level) for level in [*self.rcp, *self.scp]):
            return "ImplicitlyDenied"  # [flow]: RCPs, then SCPs; each level must allow
        if self.endpoint is not None and not self.names(self.endpoint):
            return "ImplicitlyDenied"
        if self.who["account"] and self.who["account"] == self.asked["owner"]:
            granted = self.within_the_account()
        elif self.who["account"]:
            # [cross]: both accounts evaluate, and both must allow.
            granted = self.by_its_own_account() and bool(self.names(self.resource))
        else:
            granted = bool(self.names(self.resource))  # services, providers, nobody: no policies of their own
        return "Allowed" if granted else "ImplicitlyDenied"

    def denied(self) -> bool:
        """[flow] Deny evaluation: one applicable Deny in any policy ends it."""
        own = [self.identity, self.boundary or [], self.session or []] if self.who["account"] else []
        whole = [*own, *self.scp, *self.rcp]
        if any(self.applies(one, "Deny") for documents_ in whole for one in statements(documents_)):
            return True
        # S3 API_DeleteBucketPolicy: the owner's root user keeps its way to the bucket's policy whatever that denies.
        action = self.asked["action"].lower()
        owns = self.who["kind"] == "root" and self.who["account"] == self.asked["owner"]
        spared = owns and action in ("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy")
        by_resource = [] if spared else self.resource
        return any(
            self.applies(one, "Deny") and self.targets(one)
            for one in statements([*by_resource, *(self.endpoint or [])])
        )

    def targets(self, statement: dict[str, Any]) -> bool:
        """Whether a Deny of a resource's policy means the asker."""
        if "NotPrincipal" not in statement:
            return self.named(statement["Principal"]) != ""
        # [not]: "will always deny any IAM principal that has a permissions boundary policy attached".
        if self.boundary is not None and self.who["kind"] in ("user", "role", "session"):
            return True
        # [not]: denied are "all principals except" who is named; the account beside it is no matter here, since what
        # happens without it "depends on the service".
        return not any(self.names_level(self.who["chain"][0], one) for one in pairs(statement["NotPrincipal"]))

    def allowed(self, documents_: list[Any]) -> bool:
        return any(self.applies(one, "Allow") for one in statements(documents_))

    def by_its_own_account(self) -> bool:
        # [flow]: denied by default "with the exception of the root user, which has full access"; a session by AssumeRoot
        # is limited by the policy of its task.
        return (self.who["kind"] == "root" or self.allowed(self.identity)) and self.limits_allow()

    def limits_allow(self) -> bool:
        """[flow] permissions boundary, then session policy; a federated user without one has nothing."""
        if self.boundary is not None and not self.allowed(self.boundary):
            return False
        if self.session is not None:
            return self.allowed(self.session)
        return self.who["kind"] != "federated-user"

    def within_the_account(self) -> bool:
        named = self.names(self.resource)
        # [flow]: granted directly, "an implicit deny in an identity-based policy, a permissions boundary, or a
        # session policy does not impact the final decision"; a role's ARN is limited by the latter two.
        if "directly" in named or ("role" in named and self.limits_allow()):
            return True
        # [flow]: trust policies and key policies "must explicitly allow access for principals".
        if guarded_by_its_policy(self.asked) and "account" not in named:
            return False
        return self.by_its_own_account()

    def names(self, documents_: list[Any]) -> set[str]:
        """How a resource's policy allows the asker: directly, through its role, through its account."""
        found = set()
        for one in statements(documents_):
            if not self.applies(one, "Allow"):
                continue
            if "NotPrincipal" in one:
                if not any(
                    self.names_level(level, p) for level in self.who["chain"] for p in pairs(one["NotPrincipal"])
                ):
                    found.add("directly")
            elif how := self.named(one["Principal"]):
                found.add(how)
        return found

    def named(self, principal: Any) -> str:
        """[principal]: by whom a Principal element means the asker; the closest."""
        if principal == "*":
            return "directly"
        found = ""
        for kind, value in pairs(principal):
            if kind == "AWS" and value == "*":
                return "directly"
            closest = self.who["chain"][0]
            ways = [("role", self.who["role"]), ("account", "account")]
            if self.who["kind"] != "role":
                ways.insert(0, ("directly", closest))
            hows = [how for how, level in ways if self.names_level(level, (kind, value))]
            found = min([found, *hows], key=("directly", "role", "account", "").index)
        return found

    def names_level(self, level: Any, pair: tuple[str, str]) -> bool:
        kind, value = pair
        if level is None:
            return False
        if value == "*":
            return kind == "AWS"
        if level == "account":
            account = self.who["account"]
            return kind == "AWS" and bool(account) and value in (account, f"arn:aws:iam::{account}:root")
        # [principal]: a user's or role's unique id stands where AWS cannot say the ARN; aws:userid begins with it.
        prefix = {"user": "AIDA", "role": "AROA", "session": "AROA"}.get(self.who["kind"])
        if prefix and value.startswith(prefix) and level != ("AWS", self.who.get("session_arn")):
            return kind == "AWS" and [value] == [
                one.partition(":")[0] for one in self.asked["context"].get("aws:userid", [])
            ]
        if isinstance(level, tuple) and level[0] == "role-name":  # a session's ARN does not hold its role's path
            return (
                kind == "AWS"
                and re.fullmatch(rf"arn:aws:iam::{level[1]}:role/(.*/)?{re.escape(level[2])}", value) is not None
            )
        return bool(level == (kind, value))

    def applies(self, statement: dict[str, Any], effect: str) -> bool:  # noqa: PLR0911 - an element each
        """Effect, Action, Resource and Condition of a statement, for this request."""
        if statement["Effect"] != effect:
            return False
        # access-analyzer-reference-policy-checks.html: with an empty array the statement "does not affect the policy"
        elements = ("Action", "NotAction", "Resource", "NotResource", "Principal")
        if any(statement.get(name) in ([], {}) for name in elements):
            return False
        now, version = self.asked["context"], statement["version"]
        action = self.asked["action"].lower()
        if "Action" in statement:
            if not any(matches(plain(one.lower()), action) for one in several(statement["Action"])):
                return False
        elif any(matches(plain(one.lower()), action) for one in several(statement["NotAction"])):
            return False
        if "Resource" in statement and not any(
            like(one, self.asked["resource"], now, version) for one in several(statement["Resource"])
        ):
            return False
        if "NotResource" in statement and any(
            like(one, self.asked["resource"], now, version) for one in several(statement["NotResource"])
        ):
            return False
        return all(
            holds(operator, key, several(wanted), now, version)
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )


def asker(principal: Any) -> dict[str, Any]:
    """Kind, account, and the levels at which a NotPrincipal must leave it out, the closest first."""
    if isinstance(principal, dict):
        kind, name = principal["type"], principal.get("id", "")
        return {"kind": kind, "id": name, "account": "", "chain": [(kind, name)], "role": None, "linked": False}
    _, _, _, _, account, rest = principal.split(":", 5)
    kind, _, name = rest.partition("/")
    found: dict[str, Any] = {"id": principal, "account": account, "name": name, "role": None, "linked": False}
    if rest == "root":
        return {**found, "kind": "root", "chain": ["account"]}
    if kind == "assumed-role":
        role, _, found["session"] = name.partition("/")
        through = ("role-name", account, role)
        chain = [("AWS", principal), through, "account"]
        found["session_arn"] = principal
        return {**found, "kind": "session", "name": role, "role": through, "chain": chain, "linked": is_linked(role)}
    if kind == "role":
        linked = is_linked(name.rpartition("/")[2])
        # A role acts as a session; which one is not told, so its ARN names it through the role.
        chain = [("AWS", principal), "account"]
        return {**found, "kind": "role", "role": ("AWS", principal), "chain": chain, "linked": linked}
    # [flow]: a federated user is also meant by the ARN of the user who federated, within its limits.
    by = ("AWS", f"arn:aws:iam::{account}:user/{name}") if kind == "federated-user" else None
    return {**found, "kind": kind, "role": by, "chain": [("AWS", principal), "account"]}


def is_linked(role: str) -> bool:
    return role.startswith("AWSServiceRoleFor")


def guarded_by_its_policy(asked: dict[str, Any]) -> bool:
    action, resource = asked["action"].lower(), asked["resource"]
    if action.startswith("kms:"):
        return ":key/" in resource
    return action.startswith("sts:assumerole") or (
        action in ("sts:tagsession", "sts:setsourceidentity") and ":role/" in resource
    )


def context(request: dict[str, Any], who: dict[str, Any], owner: str) -> dict[str, list[str]]:
    """[keys] that follow from the request, under those that it gives; names are not case-sensitive."""
    kind, account = who["kind"], who["account"]
    found: dict[str, Any] = {"aws:viaawsservice": "false"}
    if account or kind == "Service":
        found["aws:principalisawsservice"] = "true" if kind == "Service" else "false"
    if kind == "Service":
        found["aws:principalservicename"] = who["id"]
    if kind == "Anonymous":
        found |= {"aws:principalaccount": "anonymous", "aws:principaltype": "Anonymous", "aws:userid": "anonymous"}
    if owner:
        found["aws:resourceaccount"] = owner
    if account:
        arn = f"arn:aws:iam::{account}:role/{who['name']}" if kind == "session" else who["id"]
        found |= {"aws:principalaccount": account, "aws:principalarn": arn}
        types = {"user": "User", "root": "Account", "federated-user": "FederatedUser"}
        found["aws:principaltype"] = types.get(kind, "AssumedRole")
    if kind == "user":
        found["aws:username"] = who["name"].rpartition("/")[2]
    if kind == "root":
        found["aws:userid"] = account
    if kind == "federated-user":
        found["aws:userid"] = f"{account}:{who['name']}"
    found |= {key.lower(): value for key, value in request.get("context", {}).items()}
    return {key: several(value) for key, value in found.items()}


NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def holds(  # noqa: PLR0911 - a rule each
    operator: str, key: str, wanted: list[Any], now: dict[str, list[str]], version: str
) -> bool:
    """One operator and key. [operators], [multi], [values]."""
    quantifier, _, rest = operator.rpartition(":")
    base = rest.removesuffix("IfExists")
    given = now.get(key.lower(), [])
    wanted = [text(one) for one in wanted]
    if base == "Null" and quantifier:
        return quantifier == "ForAllValues"  # "Null with qualifier": they "always return a true or false respectively"
    if base == "Null":
        return ("true" if not given else "false") in [one.lower() for one in wanted]
    if not given:
        if base != rest:
            return True  # "If the key is not present, evaluate the condition element as true"
        if quantifier:
            return quantifier == "ForAllValues"
        return base in NEGATED
    if quantifier and set(given) == {""}:
        return quantifier == "ForAllValues"  # "an empty data set (for example, an empty string)"
    results = [meets(base, one, wanted, now, version) for one in given]
    return all(results) if quantifier == "ForAllValues" else any(results)


def meets(base: str, value: str, wanted: list[str], now: dict[str, list[str]], version: str) -> bool:
    # OR for positive operators, NOR for negated ones. [variables], "Policy variables with no value": nothing is equal
    # to or like such a value, so StringEquals does not match it and StringNotEquals does.
    hit = any(compared(NEGATED.get(base, base), value, one, now, version) for one in wanted)
    return hit is not (base in NEGATED)


def compared(  # noqa: PLR0911 - an operator each
    base: str, value: str, wanted: str, now: dict[str, list[str]], version: str
) -> bool:
    """Whether one value meets one wanted value by a positive operator."""
    if base in ("StringEquals", "StringEqualsIgnoreCase"):
        tokens = read(wanted, now, version, wild=False)
        if tokens is None:
            return False
        whole = "".join(str(one) for one in tokens)
        return whole == value if base == "StringEquals" else whole.lower() == value.lower()
    if base == "StringLike":
        return like(wanted, value, now, version)
    if base in ("ArnLike", "ArnEquals"):
        return arn_like(wanted, value, now, version)
    if base == "Bool":
        tokens = read(wanted, now, version, wild=False)
        wanted = "" if tokens is None else "".join(str(one) for one in tokens)
        return wanted.lower() == value.lower() and wanted.lower() in ("true", "false")
    if base == "BinaryEquals":
        return base64.b64decode(wanted) == base64.b64decode(value)
    if base == "IpAddress":
        return in_network(value, wanted)
    left, right = (number(value), number(wanted)) if base.startswith("Numeric") else (moment(value), moment(wanted))
    if left is None or right is None:
        return False
    return {
        "Equals": left == right,
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }[base.removeprefix("Numeric").removeprefix("Date")]


def in_network(value: str, wanted: str) -> bool:
    try:
        address, network = ipaddress.ip_address(value), ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network


def number(value: str) -> float | None:
    return float(value) if re.fullmatch(r"[+-]?\d+(\.\d+)?", value) else None


def moment(value: str) -> float | None:
    if re.fullmatch(r"\d{6,}", value):
        return float(value)
    if re.fullmatch(r"\d{4}-\d{2}", value):  # W3C's date formats, to which [operators] points, have months too
        value += "-01"
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or dt.UTC).timestamp()


def arn_like(wanted: str, value: str, now: dict[str, list[str]], version: str) -> bool:
    """[operators] ARN: "Each of the six colon-delimited components of the ARN is checked separately"."""
    tokens = read(wanted, now, version, wild=True)
    if tokens is None:
        return False
    parts: list[list[Any]] = [[]]
    for one in tokens:
        if one == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(one)
    given = value.split(":", 5)
    return len(parts) == len(given) == 6 and all(matches(a, b) for a, b in zip(parts, given, strict=True))


def like(wanted: str, value: str, now: dict[str, list[str]], version: str) -> bool:
    """[variables]: with a variable without value it "will not match any resource"."""
    tokens = read(wanted, now, version, wild=True)
    return tokens is not None and matches(tokens, value)


def read(pattern: str, now: dict[str, list[str]], version: str, *, wild: bool) -> list[Any] | None:
    """A text of a policy as letters and wildcards, its variables filled in as letters; None where one has no value."""
    found: list[Any] = []
    while pattern:
        variable = re.match(r"\$\{([^}]*)\}", pattern) if version == "2012-10-17" else None
        if variable is None:
            found.append({"*": STAR, "?": ONE}.get(pattern[0], pattern[0]) if wild else pattern[0])
            pattern = pattern[1:]
            continue
        pattern = pattern[variable.end() :]
        name, _, default = variable[1].partition(", ")
        if name in ("*", "?", "$"):
            found.append(name)
            continue
        values = now.get(name.lower(), [])
        if len(values) == 1:
            found.extend(values[0])
        elif default:
            found.extend(default.strip("'"))
        else:
            return None
    return found


def plain(pattern: str) -> list[Any]:
    return [{"*": STAR, "?": ONE}.get(one, one) for one in pattern]


def matches(pattern: list[Any], value: str) -> bool:
    if not pattern:
        return not value
    if pattern[0] is STAR:
        return matches(pattern[1:], value) or (bool(value) and matches(pattern, value[1:]))
    return bool(value) and (pattern[0] is ONE or pattern[0] == value[0]) and matches(pattern[1:], value[1:])


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def documents(value: Any) -> list[Any]:
    return [json.loads(one) if isinstance(one, str) else one for one in ([] if value is None else several(value))]


def levels(value: Any) -> list[list[Any]]:
    return [documents(level) for level in value or []]


def statements(policies: list[Any]) -> list[dict[str, Any]]:
    return [
        {**one, "version": policy.get("Version", "2008-10-17")}
        for policy in policies
        for one in several(policy["Statement"])
    ]


def pairs(principal: Any) -> list[tuple[str, str]]:
    if principal == "*":
        return [("AWS", "*")]
    return [(kind, one) for kind, ones in principal.items() for one in several(ones)]


def service(action: str) -> str:
    return action.partition(":")[0].lower()


def account_of(resource: str) -> str:
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else ""
