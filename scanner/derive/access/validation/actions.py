"""Checks of `Action` and `NotAction`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.derive.access.catalogue.services import action, actions_of, expand, known_prefix, services
from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.validation.policy import Block, Found, Policy, Text, shown

_PAIRS = 50_000
"""How many pairs of a list are compared; a list that asks for more has no place in a policy."""


def names(policy: Policy, block: Block) -> Iterator[Found]:
    """Actions and services that there are not."""
    for element in ("Action", "NotAction"):
        for one in block.texts(element):
            prefix, colon, _ = one.text.partition(":")
            if not colon or one.text == "*:*":
                continue
            if "*" in prefix or "?" in prefix:
                message = f"a wildcard in the service of {shown(one.text)} takes in services of similar names"
                yield Found("WILDCARD_IN_SERVICE_NAME", one.place, message)
            elif not known_prefix(prefix):
                message = f"there is no service {shown(prefix)}{policy.guess(prefix, services())}"
                yield Found("INVALID_SERVICE_IN_ACTION", one.place, message)
            elif not expand(one.text):
                message = f"there is no action {shown(one.text)}{policy.guess(one.text, actions_of(prefix))}"
                yield Found("INVALID_ACTION", one.place, message)


def redundant(_: Policy, block: Block) -> Iterator[Found]:
    """Actions that another of the same list takes in, and resources likewise."""
    for element, code, fold in (
        ("Action", "REDUNDANT_ACTION", True),
        ("NotAction", "REDUNDANT_ACTION", True),
        ("Resource", "REDUNDANT_RESOURCE", False),
        ("NotResource", "REDUNDANT_RESOURCE", False),
    ):
        found = covered(block.texts(element), fold=fold)
        if found:
            one, other = found[0]
            message = f"{shown(one.text)} is taken in by {shown(other.text)}"
            more = f", and {len(found) - 1} more of the list likewise" if len(found) > 1 else ""
            yield Found(code, one.place, message + more)


def covered(texts: Sequence[Text], *, fold: bool) -> list[tuple[Text, Text]]:
    """The texts that another means too, each with that other; of two that are the same, the later one.

    Sound, not complete: what only several patterns together take in is not found.
    """
    read = [(one, one.text.lower() if fold else one.text) for one in texts]
    first: dict[str, Text] = {}
    for one, text in read:
        first.setdefault(text, one)
    wild = [(text, one) for text, one in first.items() if "*" in text or "?" in text]
    if len(wild) * len(read) > _PAIRS:
        return []
    found = []
    for one, text in read:
        if first[text] is not one:
            found.append((one, first[text]))
            continue
        other = next((other for pattern, other in wild if pattern != text and _takes_in(pattern, text)), None)
        if other is not None:
            found.append((one, other))
    return found


def _takes_in(pattern: str, text: str) -> bool:
    return matches(pattern, text) and ("?" not in pattern or "*" not in text)


_ATTACHED = {
    "AWS::S3::Bucket": "s3", "AWS::S3::AccessPoint": "s3", "AWS::S3::MultiRegionAccessPoint": "s3",
    "AWS::S3ObjectLambda::AccessPoint": "s3-object-lambda", "AWS::S3Express::DirectoryBucket": "s3express",
    "AWS::S3Express::AccessPoint": "s3express", "AWS::S3Tables::TableBucket": "s3tables", "AWS::KMS::Key": "kms",
    "AWS::SQS::Queue": "sqs", "AWS::SNS::Topic": "sns", "AWS::SecretsManager::Secret": "secretsmanager",
    "AWS::Lambda::Function": "lambda", "AWS::Lambda::LayerVersion": "lambda", "AWS::ECR::Repository": "ecr",
    "AWS::EFS::FileSystem": "elasticfilesystem", "AWS::DynamoDB::Table": "dynamodb",
    "AWS::DynamoDB::Stream": "dynamodb", "AWS::Kinesis::Stream": "kinesis", "AWS::Backup::BackupVault": "backup",
}  # fmt: skip
"""Types whose own policies are about the actions and ARNs of one service, and its prefix."""
_SERVICES = {"s3-object-lambda": ("s3-object-lambda", "s3"), "backup": ("backup", "backup-storage")}
"""Where policies of a type name further prefixes."""


def attached(policy: Policy, block: Block) -> Iterator[Found]:
    """Actions and ARNs that have nothing to do with the resource that the policy is attached to."""
    own = _ATTACHED.get(policy.resource_type)
    if policy.type != "resource" or own is None:
        return
    prefixes = _SERVICES.get(own, (own,))
    for one in block.actions:
        prefix = one.text.partition(":")[0].lower()
        strange = not any(matches(prefix, each) for each in prefixes)
        known = action(one.text)
        # S3 alone refuses by name what is about no bucket; of others AWS does not say it
        homeless = own == "s3" and known is not None and not known.resources
        if one.text != "*" and (strange or homeless):
            message = f"{shown(one.text)} has no effect in a policy of {policy.resource_type}"
            yield Found("UNSUPPORTED_ACTION_IN_POLICY", one.place, message)
    for one in block.resources:
        parts = one.text.split(":")
        if len(parts) > 2 and parts[0] == "arn" and not any(matches(parts[2].lower(), each) for each in prefixes):
            message = f"{shown(one.text)} is no resource that a policy of {policy.resource_type} can be about"
            yield Found("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", one.place, message)
