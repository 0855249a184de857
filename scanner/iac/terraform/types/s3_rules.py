"""S3: the rules of a bucket: life cycles, replication, websites, notifications."""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.fields import Field, block, blocks, convert, more, strings, unordered
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown

_STATUS = block(Field("Status", "status", values.text))


def tags(cell: Cell) -> Any:
    """A map of tags as the API's list."""
    if cell.state is State.NULL or (cell.state is State.COMPUTED and cell.resource.is_new):
        return None
    if cell.state is not State.KNOWN or not isinstance(cell.value, dict):
        return [more(cell)]
    return ordered({"Key": key, "Value": values.text(cell[key])} for key in cell.value) or None


_ROUTING = (
    Field(
        "Condition",
        "condition",
        block(
            Field("HttpErrorCodeReturnedEquals", "http_error_code_returned_equals", values.text),
            Field("KeyPrefixEquals", "key_prefix_equals", values.text),
        ),
    ),
    Field(
        "Redirect",
        "redirect",
        block(
            Field("HostName", "host_name", values.text),
            Field("HttpRedirectCode", "http_redirect_code", values.text),
            Field("Protocol", "protocol", values.text),
            Field("ReplaceKeyPrefixWith", "replace_key_prefix_with", values.text),
            Field("ReplaceKeyWith", "replace_key_with", values.text),
        ),
    ),
)
WEBSITE = (
    Field("IndexDocument", "index_document", block(Field("Suffix", "suffix", values.text))),
    Field("ErrorDocument", "error_document", block(Field("Key", "key", values.text))),
    Field(
        "RedirectAllRequestsTo",
        "redirect_all_requests_to",
        block(Field("HostName", "host_name", values.text), Field("Protocol", "protocol", values.text)),
    ),
    Field("RoutingRules", "routing_rule", blocks(*_ROUTING)),
)


def _size(cell: Cell) -> Any:
    """A size in bytes; 0 is how the provider says that there is none."""
    return values.number(cell) or None


def _set(cell: Cell) -> Any:
    """A flag that AWS answers only where it is set."""
    return values.boolean(cell) or None


_AND = block(
    Field("Prefix", "prefix", values.text),
    Field("Tags", "tags", tags),
    Field("ObjectSizeGreaterThan", "object_size_greater_than", _size),
    Field("ObjectSizeLessThan", "object_size_less_than", _size),
)
_FILTER = block(
    Field("Prefix", "prefix", values.text),
    Field("ObjectSizeGreaterThan", "object_size_greater_than", _size),
    Field("ObjectSizeLessThan", "object_size_less_than", _size),
    Field("Tag", "tag", block(Field("Key", "key", values.text), Field("Value", "value", values.text))),
    Field("And", "and", _AND),
)


def filter_of(cell: Cell) -> Any:
    """Which objects a rule is for; a filter without criteria is answered as the empty prefix."""
    found = _FILTER(cell)
    return {"Prefix": ""} if found == {} else found


TRANSITION = (
    Field("Date", "date", values.text),
    Field("Days", "days", values.number),
    Field("StorageClass", "storage_class", values.text),
)
EXPIRATION = block(
    Field("Date", "date", values.text),
    Field("Days", "days", values.number),
    Field("ExpiredObjectDeleteMarker", "expired_object_delete_marker", _set),
)
_OLD_VERSIONS = (
    Field("NoncurrentDays", "noncurrent_days", values.number),
    Field("NewerNoncurrentVersions", "newer_noncurrent_versions", values.number),
)
LIFECYCLE = (
    Field(
        "Rules",
        "rule",
        unordered(
            Field("ID", "id", values.text),
            Field("Status", "status", values.text),
            Field("Prefix", "prefix", values.text),
            Field("Filter", "filter", filter_of),
            Field("Expiration", "expiration", EXPIRATION),
            Field("Transitions", "transition", unordered(*TRANSITION)),
            Field("NoncurrentVersionExpiration", "noncurrent_version_expiration", block(*_OLD_VERSIONS)),
            Field(
                "NoncurrentVersionTransitions",
                "noncurrent_version_transition",
                unordered(*_OLD_VERSIONS, Field("StorageClass", "storage_class", values.text)),
            ),
            Field(
                "AbortIncompleteMultipartUpload",
                "abort_incomplete_multipart_upload",
                block(Field("DaysAfterInitiation", "days_after_initiation", values.number)),
            ),
        ),
    ),
    Field("TransitionDefaultMinimumObjectSize", "transition_default_minimum_object_size", values.text),
)

_MINUTES = block(Field("Minutes", "minutes", values.number))
_STATUS_AND = (Field("Status", "status", values.text),)
_REPLICA_KEY = block(Field("ReplicaKmsKeyID", "replica_kms_key_id", values.identifier))
_DESTINATION = block(
    Field("Bucket", "bucket", values.identifier),
    Field("Account", "account", values.text),
    Field("StorageClass", "storage_class", values.text),
    Field("EncryptionConfiguration", "encryption_configuration", _REPLICA_KEY),
    Field("AccessControlTranslation", "access_control_translation", block(Field("Owner", "owner", values.text))),
    Field("Metrics", "metrics", block(*_STATUS_AND, Field("EventThreshold", "event_threshold", _MINUTES))),
    Field("ReplicationTime", "replication_time", block(*_STATUS_AND, Field("Time", "time", _MINUTES))),
)
REPLICATION = (
    Field("Role", "role", values.identifier),
    Field(
        "Rules",
        "rule",
        unordered(
            Field("ID", "id", values.text),
            Field("Priority", "priority", values.number),
            Field("Status", "status", values.text),
            Field("Prefix", "prefix", values.text),
            Field("Filter", "filter", filter_of),
            Field("DeleteMarkerReplication", "delete_marker_replication", _STATUS),
            Field("ExistingObjectReplication", "existing_object_replication", _STATUS),
            Field(
                "SourceSelectionCriteria",
                "source_selection_criteria",
                block(
                    Field("SseKmsEncryptedObjects", "sse_kms_encrypted_objects", _STATUS),
                    Field("ReplicaModifications", "replica_modifications", _STATUS),
                ),
            ),
            Field("Destination", "destination", _DESTINATION),
        ),
    ),
)


def _notified(api: str, tf: str, arn: str, attribute: str) -> Field:
    rows = (
        Field("Id", "id", values.text),
        Field(arn, attribute, values.identifier),
        Field("Events", "events", strings),
        *_PARTS,
    )

    def read(cell: Cell) -> Any:
        found = blocks(*rows)(cell)
        return ordered(map(_filtered, found)) if isinstance(found, list) else found

    return Field(api, tf, read)


_PARTS = (Field("Prefix", "filter_prefix", values.text), Field("Suffix", "filter_suffix", values.text))


def _filtered(item: Any) -> Any:
    """A prefix and a suffix as the API's filter rules."""
    if isinstance(item, Unknown):
        return item
    found = [{"Name": name, "Value": item.pop(name)} for name in ("Prefix", "Suffix") if name in item]
    return {**item, "Filter": {"Key": {"FilterRules": ordered(found)}}} if found else item


NOTIFICATION = (
    _notified("TopicConfigurations", "topic", "TopicArn", "topic_arn"),
    _notified("QueueConfigurations", "queue", "QueueArn", "queue_arn"),
    _notified("LambdaFunctionConfigurations", "lambda_function", "LambdaFunctionArn", "lambda_function_arn"),
)


def notification(cell: Cell) -> Any:
    """Event notifications; EventBridge is told by an empty object."""
    out = convert(cell, NOTIFICATION)
    bridge = values.boolean(cell["eventbridge"])
    if bridge:
        out["EventBridgeConfiguration"] = bridge if isinstance(bridge, Unknown) else {}
    return out
