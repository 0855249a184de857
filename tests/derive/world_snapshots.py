"""Small accounts for questions on access: resources in few words, inventories, and snapshots of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scanner.derive.access.world.world import World
from scanner.model import GLOBAL, Inventory, Resource, Shard, Unknown, Unknowns, Why
from scanner.snapshot.memory import MemoryInventory
from scanner.snapshot.store import Store

OWN, OTHER, MANAGER = "111122223333", "444455556666", "999900001111"
REGION = "eu-west-1"
TAKEN_AT = "2026-01-01T00:00:00Z"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
DENIED = Unknown(Why.DENIED, message="not allowed", service="iam", operation="GetPolicyVersion")
LISTED = (
    "AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::ManagedPolicy", "AWS::S3::Bucket",
    "AWS::S3::AccountSettings", "AWS::S3::AccessPoint", "AWS::KMS::Key", "AWS::KMS::Alias", "AWS::KMS::Grant",
    "AWS::SNS::Topic", "AWS::Organizations::Membership", "AWS::Organizations::Policy", "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret", "AWS::Lambda::Function", "AWS::Logs::ResourcePolicy",
)  # fmt: skip


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return _statement("Allow", action, resource, more)


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return _statement("Deny", action, resource, more)


def _statement(effect: str, action: Any, resource: Any, more: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, **({"Resource": resource} if resource else {}), **more}


def made(
    type_: str, id_: str, config: dict[str, Any], account: str = OWN, region: str = GLOBAL, **more: Any
) -> Resource:
    name = more.pop("name", id_.rpartition("/")[2].rpartition(":")[2])
    return Resource(type=type_, id=id_, name=name, account=account, region=region, config=config, **more)


def user(name: str, *policies: Any, account: str = OWN, **more: Any) -> Resource:
    return _identity("User", name, policies, account, more)


def role(name: str, *policies: Any, account: str = OWN, **more: Any) -> Resource:
    more.setdefault("AssumeRolePolicyDocument", doc(allow("sts:AssumeRole", "", Principal={"AWS": account})))
    return _identity("Role", name, policies, account, more)


def _identity(kind: str, name: str, policies: Any, account: str, more: dict[str, Any]) -> Resource:
    """Policies are documents (inline) or ARNs (attached)."""
    arn = f"arn:aws:iam::{account}:{kind.lower()}/{name}"
    inline = [
        {"PolicyName": f"p{n}", "PolicyDocument": one} for n, one in enumerate(policies) if not isinstance(one, str)
    ]
    attached = [{"PolicyArn": one, "PolicyName": one.rpartition("/")[2]} for one in policies if isinstance(one, str)]
    known = {one: more.pop(one) for one in ("tags", "unknown") if one in more}
    config = {
        "Arn": arn, "Path": "/", f"{kind}Name": name, f"{kind}PolicyList": inline, "AttachedManagedPolicies": attached,
        **more,
    }  # fmt: skip
    return made(f"AWS::IAM::{kind}", arn, config, account, **known)


def group(name: str, *policies: Any, account: str = OWN) -> Resource:
    made_ = _identity("Group", name, policies, account, {})
    made_.config["GroupPolicyList"] = made_.config.pop("GroupPolicyList")
    return made_


def managed(arn: str, document: Any, account: str = OWN, **more: Any) -> Resource:
    return made("AWS::IAM::ManagedPolicy", arn, {"Arn": arn, "PolicyDocument": document}, account, **more)


def bucket(name: str, policy: Any = None, account: str = OWN, **more: Any) -> Resource:
    config = {
        "Name": name,
        "Policy": policy,
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": None,
        **more,
    }
    return made("AWS::S3::Bucket", f"arn:aws:s3:::{name}", config, account, REGION, name=name)


def block(account: str = OWN, **flags: bool) -> Resource:
    id_ = f"{account}/global/AWS::S3::AccountSettings"
    return made("AWS::S3::AccountSettings", id_, {"PublicAccessBlockConfiguration": flags or None}, account)


def key(id_: str, policy: Any, account: str = OWN, **more: Any) -> Resource:
    arn = f"arn:aws:kms:{REGION}:{account}:key/{id_}"
    return made("AWS::KMS::Key", arn, {"Arn": arn, "KeyId": id_, "Policy": policy}, account, REGION, **more)


def grant(key_: Resource, grantee: str, *operations: str, **more: Any) -> Resource:
    config = {"GrantId": "g1", "GranteePrincipal": grantee, "Operations": list(operations), **more}
    return made("AWS::KMS::Grant", f"{key_.id}/grant/g1", config, key_.account, REGION)


def outside_of_organizations(account: str = OWN) -> Resource:
    id_ = f"{account}/global/AWS::Organizations::Membership"
    return made("AWS::Organizations::Membership", id_, {"Organization": None, "Accounts": None}, account)


def organization(*policies: tuple[str, str, Any], path: str = "o-aa/r-rrrr/ou-rrrr-uuuuuuuu/") -> list[Resource]:
    """A management account over `OWN`; policies are (kind, target, document)."""
    told = {"Id": "o-aa", "MasterAccountId": MANAGER}
    kinds = [{"Type": kind, "Status": "ENABLED"} for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")]
    config = {
        "Organization": told,
        "Accounts": [{"Id": OWN, "Paths": [path]}, {"Id": MANAGER, "Paths": ["o-aa/r-rrrr/"]}],
        "Roots": [{"Id": "r-rrrr", "PolicyTypes": kinds}],
    }
    member = made("AWS::Organizations::Membership", f"{OWN}/m", {"Organization": told, "Accounts": None}, OWN)
    found = [made("AWS::Organizations::Membership", f"{MANAGER}/m", config, MANAGER), member]
    for number, (kind, target, document) in enumerate(policies):
        body = {"Type": f"{kind}_CONTROL_POLICY", "Content": document, "Targets": [{"TargetId": target}]}
        found.append(made("AWS::Organizations::Policy", f"arn:aws:organizations::p/p-{number}", body, MANAGER))
    return found


def shards(resources: list[Resource], unlisted: dict[str, Unknown] | None = None) -> list[Shard]:
    accounts = sorted({one.account for one in resources} | {OWN})
    found: dict[tuple[str, str], Shard] = {}
    for account in accounts:
        for region in (GLOBAL, REGION):
            listed = {type_: (unlisted or {}).get(type_) for type_ in LISTED}
            found[account, region] = Shard(account, region, "all", listed=listed)
    for one in resources:
        found[one.account, one.region].resources.append(one)
    return list(found.values())


def inventory(*resources: Resource, unlisted: dict[str, Unknown] | None = None, source: str = "live") -> Inventory:
    every = [*resources]
    for account in sorted({one.account for one in every} | {OWN}):
        if not any(one.type == "AWS::Organizations::Membership" and one.account == account for one in every):
            every.append(outside_of_organizations(account))
    return MemoryInventory(shards(every, unlisted), taken_at=TAKEN_AT, source=source)


def world(*resources: Resource, **more: Any) -> World:
    return World(inventory(*resources, **more))


def written(path: Path, *resources: Resource, unlisted: dict[str, Unknown] | None = None) -> Path:
    """A snapshot file of the resources."""
    found = inventory(*resources, unlisted=unlisted)
    every = [one for type_ in found.types() for one in found.of(type_)]
    with Store(path, taken_at=TAKEN_AT, selection={}) as store:
        for shard in shards(every, unlisted):
            store.write(shard)
        store.finish({})
    return path


def hidden(resource: Resource, **unknown: Unknown) -> Resource:
    """The resource with members that were not read."""
    resource.unknown = Unknowns({f"/{name}": why for name, why in unknown.items()})
    for name in unknown:
        resource.config.pop(name, None)
    return resource
