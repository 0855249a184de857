"""What AWS makes of a member that code leaves out: a constant of the service, or something that depends.

One table for Terraform and CloudFormation, keyed by our type and the member of `Resource.config`
(`MetadataOptions.HttpTokens` for a member inside). Every member of a type is named there, so that
none can be absent by oversight: what is neither told by the input nor a constant is unknown.
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
from collections.abc import Collection, Mapping
from functools import cache

from scanner.iac.defaults import tables
from scanner.iac.defaults.language import Constant, Default, Depends
from scanner.model import Partial, Unknown, Why, pointer

__all__ = ["Constant", "Depends", "default_key_policy", "default_of", "defaults", "missing"]


@cache
def defaults() -> Mapping[str, Mapping[str, Default]]:
    """Every type's members, from the modules of `tables`."""
    found: dict[str, Mapping[str, Default]] = {}
    for module in sorted(pkgutil.iter_modules(tables.__path__), key=lambda item: item.name):
        found |= importlib.import_module(f"{tables.__name__}.{module.name}").TABLE
    return found


def default_of(type_: str, member: str) -> Default | None:
    """What AWS makes of a member (`MetadataOptions.HttpTokens`) left out; `None` where the table has none."""
    return defaults().get(type_, {}).get(member)


def missing(type_: str, present: Collection[str], *, new: bool = True) -> Partial:
    """The top-level members of a type that are not in `present`: their values, and the unknown ones.

    `new=False` is a resource that exists already and of which the input does not tell the member:
    AWS's default for new ones says nothing of it.
    """
    out = Partial({})
    for member, default in defaults().get(type_, {}).items():
        if member in present or "." in member:
            continue
        if isinstance(default, Depends):
            out.unknown[pointer(member)] = default.unknown()
        elif new or default.always:
            out.value[member] = copy.deepcopy(default.value)
        else:
            out.unknown[pointer(member)] = Unknown(Why.OUT_OF_SCOPE, message="the input does not tell it")
    return out


def default_key_policy(account: str, partition: str = "aws") -> Partial:
    """The policy of a key made without one: the account's root may do everything, so IAM policies decide.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    Where the account is not known its root is opaque: some ARN, but certainly not everybody.
    """
    principal = {"AWS": f"arn:{partition}:iam::{account}:root"} if account else {}
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "kms:*",
        "Resource": "*",
    }
    out = Partial({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]})
    if not account:
        out.unknown["/Statement/0/Principal/AWS"] = Unknown(
            Why.OUT_OF_SCOPE,
            "opaque",
            message="the account that the code is deployed to",
            token="account.root",  # noqa: S106 - names an opaque value
        )
    return out
