"""SQS: queues with who may use them, how they are encrypted, and where letters go that cannot be delivered."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_QUEUE = {"QueueUrl": "QueueUrl"}
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
_ATTRIBUTES = (
    "Policy",
    "KmsMasterKeyId",
    "SqsManagedSseEnabled",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "FifoQueue",
    "MessageRetentionPeriod",
)

TABLE = (
    # Without a page size AWS gives the first thousand and does not say that there are more
    # (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html).
    Collect(
        "AWS::SQS::Queue",
        "sqs",
        "list_queues",
        "QueueUrls[].{QueueUrl: @}",
        id="arn:{partition}:sqs:{region}:{account}:{QueueUrl/}",
        page_size=1000,
        gone=("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
        policies=("Policy", "RedrivePolicy", "RedriveAllowPolicy"),
        then=(
            Then(
                "",
                "get_queue_attributes",
                {**_QUEUE, "AttributeNames": "['All']"},
                f"Attributes.{{{', '.join(f'{name}: {name}' for name in _ATTRIBUTES)}}}",
            ),
            Then("Tags", "list_queue_tags", _QUEUE, "Tags", optional=True),
        ),
    ),
)
