"""Which of its logs a database instance keeps to itself."""

from __future__ import annotations

from scanner.derive.databases.engines import exportable_logs
from scanner.derive.logic import Maybe, as_kind, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::RDS::DBInstance", "unexported_logs", gives=list[str], reads=("Engine", "EnabledCloudwatchLogsExports"))
def unexported_logs(instance: Resource, context: Context) -> Partial:
    """`family/log` for each log that the engine could export to CloudWatch Logs and does not.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
    """
    del context
    engine = Node.of(instance, "Engine")
    if engine.unknown:
        return Partial(None, {"": as_kind(engine.unknown, "any")})
    exported = Node.of(instance, "EnabledCloudwatchLogsExports")
    fact = Partial([])
    for log in exportable_logs(str(engine.value)):
        known = _is_among(exported, log.partition("/")[2])
        if isinstance(known, Unknown):
            fact.unknown[f"/{len(fact.value)}"] = as_kind(known, "maybe")
        if known is not True:
            fact.value.append(log)
    return fact


def _is_among(exported: Node, log: str) -> Maybe:
    return either([*(one.unknown or one.value == log for one in exported.elements()), exported.more or False])
