"""The sub-resources of a bucket: CloudFormation's names onto those of S3's API."""

from __future__ import annotations

from typing import Any

from scanner.iac.cloudformation.holes import Hole, More
from scanner.iac.cloudformation.shape import Convert, Table, flag, items, members, text, whole

_FLAGS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def _block(value: Any) -> Any:
    """Once the block is written, a flag that it leaves out is false: S3 replaces all four."""
    if isinstance(value, Hole):
        return value
    found = members(dict.fromkeys(_FLAGS, flag))(value)
    return {name: found.get(name, False) for name in _FLAGS} if isinstance(found, dict) else found


def _encryption_rule(value: Any) -> Any:
    """`BucketKeyEnabled` is always in S3's answer."""
    found = members(
        {
            "ServerSideEncryptionByDefault": (
                "ApplyServerSideEncryptionByDefault",
                members({"SSEAlgorithm": text, "KMSMasterKeyID": text}),
            ),
            "BucketKeyEnabled": flag,
        }
    )(value)
    return {"BucketKeyEnabled": False, **found} if isinstance(found, dict) else found


_LOGGING = members({"DestinationBucketName": ("TargetBucket", text), "LogFilePrefix": ("TargetPrefix", text)})


def _logging(value: Any) -> Any:
    """Logs go to the bucket itself unless a destination is named; the prefix may be empty."""
    found = _LOGGING(value)
    return {"TargetPrefix": "", **found} if isinstance(found, dict) else found


_TEXTS = items(text, ordered=False)
_CORS = members(
    {
        "CorsRules": (
            "CORSRules",
            items(
                members(
                    {
                        "Id": ("ID", text),
                        "MaxAge": ("MaxAgeSeconds", whole),
                        "ExposedHeaders": ("ExposeHeaders", _TEXTS),
                        "AllowedHeaders": _TEXTS,
                        "AllowedMethods": _TEXTS,
                        "AllowedOrigins": _TEXTS,
                    }
                )
            ),
        )
    }
)
_WEBSITE = members(
    {
        "IndexDocument": lambda value: {"Suffix": text(value)},
        "ErrorDocument": lambda value: {"Key": text(value)},
        "RoutingRules": items(
            members({"RedirectRule": ("Redirect", members({})), "RoutingRuleCondition": ("Condition", members({}))})
        ),
    }
)
_TAG_FILTERS = {"TagFilters": ("Tags", items(ordered=False)), "TagFilter": ("Tag", members({}))}
_REPLICATION = members(
    {
        "Role": text,
        "Rules": items(
            members(
                {
                    "Id": ("ID", text),
                    "Priority": whole,
                    "Filter": members({**_TAG_FILTERS, "And": members(_TAG_FILTERS)}),
                    "Destination": members({"Bucket": text, "Account": text}),
                }
            ),
            ordered=False,
        ),
    }
)
_EVENT_FILTER = members({"S3Key": ("Key", members({"Rules": ("FilterRules", items(ordered=False))}))})


def _events(target: str, arn: str) -> Convert:
    """Notification targets of one kind; CloudFormation names one event where the API has a list."""
    return items(
        members({"Event": ("Events", lambda value: [text(value)]), target: (arn, text), "Filter": _EVENT_FILTER}),
        ordered=False,
    )


_NOTIFICATION = members(
    {
        "LambdaConfigurations": ("LambdaFunctionConfigurations", _events("Function", "LambdaFunctionArn")),
        "QueueConfigurations": _events("Queue", "QueueArn"),
        "TopicConfigurations": _events("Topic", "TopicArn"),
        "EventBridgeConfiguration": lambda value: value if isinstance(value, Hole) else {},
    }
)
_TRANSITION: Table = {"TransitionInDays": ("Days", whole), "TransitionDate": ("Date", text), "StorageClass": text}
_NONCURRENT: Table = {
    "TransitionInDays": ("NoncurrentDays", whole),
    "NewerNoncurrentVersions": whole,
    "StorageClass": text,
}
_RULE = members(
    {
        "Id": ("ID", text),
        "Status": text,
        "Transitions": items(members(_TRANSITION), ordered=False),
        "NoncurrentVersionTransitions": items(members(_NONCURRENT), ordered=False),
        "NoncurrentVersionExpiration": members({"NoncurrentDays": whole, "NewerNoncurrentVersions": whole}),
        "AbortIncompleteMultipartUpload": members({"DaysAfterInitiation": whole}),
    }
)
_EXPIRATION = {
    "ExpirationInDays": ("Days", whole),
    "ExpirationDate": ("Date", text),
    "ExpiredObjectDeleteMarker": ("ExpiredObjectDeleteMarker", flag),
}
_LIMITS: dict[str, Convert] = {"ObjectSizeGreaterThan": whole, "ObjectSizeLessThan": whole, "Prefix": text}
_SINGULAR = {"Transition": "Transitions", "NoncurrentVersionTransition": "NoncurrentVersionTransitions"}


def _lifecycle_rule(value: Any) -> Any:
    """A rule, its expiration and filter gathered as the API has them."""
    if not isinstance(value, dict):
        return _RULE(value)
    rest = dict(value)
    for one, many in _SINGULAR.items():
        if one in rest:
            rest.setdefault(many, [rest.pop(one)])
    expiration = {api: convert(rest.pop(name)) for name, (api, convert) in _EXPIRATION.items() if name in rest}
    days = rest.pop("NoncurrentVersionExpirationInDays", None)
    if days is not None:
        rest.setdefault("NoncurrentVersionExpiration", {"NoncurrentDays": days})
    rule_filter = _lifecycle_filter(rest)
    out = _RULE(rest)
    if expiration:
        out["Expiration"] = expiration
    out["Filter"] = rule_filter
    return out


def _lifecycle_filter(rest: dict[str, Any]) -> Any:
    """One criterion stands alone, several under `And`; none is the empty prefix. Takes them out of `rest`."""
    found = {name: convert(rest.pop(name)) for name, convert in _LIMITS.items() if rest.get(name) is not None}
    wanted = rest.pop("TagFilters", None)
    if isinstance(wanted, Hole):
        return wanted
    chosen = wanted if isinstance(wanted, list) else []
    if any(isinstance(item, More) for item in chosen):
        return {"And": {**found, "Tags": chosen}}
    if len(chosen) == 1 and not found:
        return {"Tag": chosen[0]}
    if len(found) + len(chosen) > 1:
        return {"And": {**found, **({"Tags": chosen} if chosen else {})}}
    return found or {"Prefix": ""}


MEMBERS: dict[str, tuple[str, Convert]] = {
    "PublicAccessBlockConfiguration": ("PublicAccessBlockConfiguration", _block),
    "BucketEncryption": (
        "BucketEncryption",
        members({"ServerSideEncryptionConfiguration": ("Rules", items(_encryption_rule))}),
    ),
    "VersioningConfiguration": ("VersioningConfiguration", members({"Status": text})),
    "LoggingConfiguration": ("LoggingConfiguration", _logging),
    "WebsiteConfiguration": ("WebsiteConfiguration", _WEBSITE),
    "CorsConfiguration": ("CorsConfiguration", _CORS),
    "AccelerateConfiguration": ("AccelerateConfiguration", members({"AccelerationStatus": ("Status", text)})),
    "ReplicationConfiguration": ("ReplicationConfiguration", _REPLICATION),
    "ObjectLockConfiguration": ("ObjectLockConfiguration", members({"ObjectLockEnabled": text})),
    "LifecycleConfiguration": ("LifecycleConfiguration", members({"Rules": items(_lifecycle_rule, ordered=False)})),
    "NotificationConfiguration": ("NotificationConfiguration", _NOTIFICATION),
}
"""Property → member of `config` and how it gets there."""
