"""SNS: topics with who may use them, and the account's subscriptions in one listing."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_TOPIC = {"TopicArn": "TopicArn"}
_FEEDBACK = ("HTTP", "Firehose", "Lambda", "Application", "SQS")
# https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
_ATTRIBUTES = (
    "Policy",
    "Owner",
    "DisplayName",
    "KmsMasterKeyId",
    "DeliveryPolicy",
    "SignatureVersion",
    "TracingConfig",
    "FifoTopic",
    "SubscriptionsConfirmed",
    "SubscriptionsPending",
    *(f"{kind}{outcome}FeedbackRoleArn" for kind in _FEEDBACK for outcome in ("Success", "Failure")),
)

TABLE = (
    Collect(
        "AWS::SNS::Topic",
        "sns",
        "list_topics",
        "Topics[]",
        id="{TopicArn}",
        gone=("NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException"),
        policies=("Policy", "DeliveryPolicy"),
        then=(
            Then(
                "",
                "get_topic_attributes",
                _TOPIC,
                f"Attributes.{{{', '.join(f'{name}: {name}' for name in _ATTRIBUTES)}}}",
            ),
            Then("Tags", "list_tags_for_resource", {"ResourceArn": "TopicArn"}, "Tags", optional=True),
        ),
    ),
    # One that nobody confirmed yet has no ARN but the word PendingConfirmation; a topic counts them
    # (https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html). Other accounts' subscriptions to our topics are
    # not in this answer, but counted too. A web hook's address is all that is needed to write to it: a secret.
    Collect(
        "AWS::SNS::Subscription",
        "sns",
        "list_subscriptions",
        "Subscriptions[?starts_with(SubscriptionArn, 'arn:')]",
        id="{SubscriptionArn}",
        secret=("Subscriptions[Protocol~http].Endpoint",),
    ),
)
