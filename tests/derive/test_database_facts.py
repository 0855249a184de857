"""Facts of database instances: what forces TLS, which logs stay, who may log in by IAM."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, LATER, completes, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Resource, Unknown, Why

INSTANCE, CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
GROUP, CLUSTER_GROUP = "AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup"
ALL = (CLUSTER, GROUP, CLUSTER_GROUP)


def instance(engine: str, version: str, group: str = "own", status: str | None = "in-sync", **more: Any) -> Any:
    groups = [{"DBParameterGroupName": group, "ParameterApplyStatus": status}]
    return {
        "DBInstanceIdentifier": "db",
        "Engine": engine,
        "EngineVersion": version,
        "DBParameterGroups": groups,
        **more,
    }


def group(parameter: str, value: str | None, name: str = "own", type_: str = GROUP, **envelope: Any) -> Resource:
    member = "DBParameterGroupName" if type_ == GROUP else "DBClusterParameterGroupName"
    parameters = [{"ParameterName": "other", "ParameterValue": "7"}, {"ParameterName": parameter}]
    if value is not None:
        parameters[1]["ParameterValue"] = value
    return resource(type_, {member: name, "Parameters": parameters}, id=name, **envelope)


def cluster(name: str = "own", status: str = "in-sync", member: str = "db") -> Resource:
    members = [{"DBInstanceIdentifier": member, "DBClusterParameterGroupStatus": status}]
    config = {"DBClusterIdentifier": "c", "DBClusterParameterGroup": name, "DBClusterMembers": members}
    return resource(CLUSTER, config, id="c")


def tls(config: dict[str, Any], *others: Resource, unknown: Any = None, **more: Any) -> Partial:
    return fact(resource(INSTANCE, config, unknown), "requires_tls", *others, **more)


def enforced(config: dict[str, Any], *others: Resource) -> bool:
    found = tls(config, *others)
    assert found.unknown == {}
    return bool(found.value["enforced"])


@pytest.mark.parametrize("value", ["1", "ON", "on", "true"])
def test_on_however_it_is_written(value: str) -> None:
    assert enforced(instance("mysql", "8.0.36"), group("require_secure_transport", value))


@pytest.mark.parametrize(
    ("engine", "version", "parameter"),
    [
        ("postgres", "16.3", "rds.force_ssl"),
        ("sqlserver-ex", "16.00.4131.2.v1", "rds.force_ssl"),
        ("mysql", "8.4.3", "require_secure_transport"),
        ("mariadb", "11.8.2", "require_secure_transport"),
    ],
)
def test_the_group_prevails_over_the_default(engine: str, version: str, parameter: str) -> None:
    assert enforced(instance(engine, version), group(parameter, "1"))
    assert not enforced(instance(engine, version), group(parameter, "0"))


DEFAULTS = [
    ("postgres", "15.4", True),
    ("postgres", "14.12", False),
    ("postgres", "9.6.24", False),
    ("mysql", "5.7.44", False),
    ("mysql", "8.0.36", False),
    ("mysql", "8.4.3", False),
    ("mysql", "9.7.0", True),
    ("mariadb", "10.11.8", False),
    ("mariadb", "11.4.3", False),
    ("mariadb", "11.8.2", True),
    ("sqlserver-se", "15.00.4365.2.v1", False),
]
CLUSTER_DEFAULTS = [
    ("aurora-postgresql", "16.4", False),
    ("aurora-postgresql", "17.4", True),
    ("aurora-mysql", "8.0.mysql_aurora.3.08.0", False),
    ("aurora-mysql", "5.7.mysql_aurora.2.11.2", False),
    ("aurora-mysql", "8.4.7", True),
    ("aurora", "5.6.10a", False),
    ("postgres", "15.4", True),
]


@pytest.mark.parametrize(("engine", "version", "on"), DEFAULTS)
def test_what_holds_where_the_group_says_nothing(engine: str, version: str, on: bool) -> None:
    nothing = resource(GROUP, {"DBParameterGroupName": "own", "Parameters": []}, id="own")
    assert enforced(instance(engine, version), nothing) is on
    unset = group("rds.force_ssl" if "o" in engine[:2] or "q" in engine[:2] else "require_secure_transport", None)
    assert enforced(instance(engine, version), unset) is on
    # A default group cannot be changed, so it need not have been listed.
    assert enforced(instance(engine, version, group="default.family")) is on


@pytest.mark.parametrize(("engine", "version", "on"), CLUSTER_DEFAULTS)
def test_a_member_takes_it_from_its_cluster(engine: str, version: str, on: bool) -> None:
    config = instance(engine, version, DBClusterIdentifier="c")
    parameter = "rds.force_ssl" if "postgres" in engine else "require_secure_transport"
    against = group(parameter, "0" if on else "1")
    nothing = resource(CLUSTER_GROUP, {"DBClusterParameterGroupName": "own", "Parameters": []}, id="own")
    assert enforced(config, cluster(), against, nothing) is on
    flipped = group(parameter, "0" if on else "1", type_=CLUSTER_GROUP)
    assert enforced(config, cluster(), flipped) is not on


def test_what_waits_for_a_reboot_is_not_in_force() -> None:
    on = group("rds.force_ssl", "1")
    waiting = tls(instance("sqlserver-se", "15.00", status="pending-reboot"), on)
    assert waiting.value == {
        "enforced": False,
        "parameter": "rds.force_ssl",
        "value": True,
        "group": "own",
        "status": "pending-reboot",
    }
    member = instance("aurora-postgresql", "16.4", DBClusterIdentifier="c")
    assert not enforced(member, cluster(status="pending-reboot"), group("rds.force_ssl", "1", type_=CLUSTER_GROUP))


def test_where_aws_does_not_say_whether_it_is_in_force() -> None:
    unsaid = instance("postgres", "16.3", status=None)
    assert "/enforced" in tls(unsaid, group("rds.force_ssl", "1")).unknown
    assert enforced(unsaid, group("rds.force_ssl", "0")) is False


@pytest.mark.parametrize("engine", ["oracle-ee", "db2-se", "docdb", "custom-sqlserver-se"])
def test_engines_without_such_a_parameter(engine: str) -> None:
    assert (tls(instance(engine, "1.0")).value, tls(instance(engine, "1.0")).unknown) == (None, {})


def test_a_group_of_another_region_is_another_group() -> None:
    found = tls(instance("postgres", "16.3"), group("rds.force_ssl", "1", region="us-east-1"))
    assert found.unknown["/enforced"].why is Why.NOT_COLLECTED


def test_what_could_not_be_read_is_unknown_with_its_reason() -> None:
    assert tls(instance("postgres", "16.3"), incomplete={GROUP: DENIED}).unknown["/enforced"] == DENIED
    denied = resource(GROUP, {"DBParameterGroupName": "own"}, {"/Parameters": DENIED}, id="own")
    assert tls(instance("postgres", "16.3"), denied).unknown["/enforced"] == DENIED
    member = instance("aurora-mysql", "8.4.7", DBClusterIdentifier="c")
    assert tls(member, incomplete={CLUSTER: DENIED}).unknown["/enforced"] == DENIED
    stranger = tls(member, cluster(member="another"))
    assert stranger.unknown["/enforced"].why is Why.ERROR
    assert tls(instance("postgres", "16.3"), group("rds.force_ssl", "maybe")).unknown["/value"].why is Why.ERROR
    assert tls(instance("postgres", "new"), group("rds.force_ssl", None)).unknown["/value"].why is Why.ERROR


@settings(max_examples=200)
@given(st.data(), st.sampled_from(["0", "1", None]), st.sampled_from(["in-sync", "pending-reboot"]), st.booleans())
def test_partial_databases_hold_for_every_completion(
    data: st.DataObject, value: str | None, status: str, in_cluster: bool
) -> None:
    more = {"DBClusterIdentifier": "c"} if in_cluster else {}
    config = instance("postgres", "16.3", status=status, **more)
    others = [cluster(status=status), group("rds.force_ssl", value), group("rds.force_ssl", value, type_=CLUSTER_GROUP)]
    truth = tls(config, *others)
    part = data.draw(hidden(config) | st.just(Partial(config)))
    for other in others:
        view = data.draw(st.just(Partial(other.config)) | hidden(other.config))
        other.config, other.unknown = view.value, view.unknown
    told = tls(part.value, *others, unknown=part.unknown)
    known = told.value or {}
    assert {name: known[name] for name in ("enforced", "value") if name in known}.items() <= truth.value.items()


def logs(engine: str, exported: Any, unknown: Any = None) -> Partial:
    return fact(
        resource(INSTANCE, {"Engine": engine, "EnabledCloudwatchLogsExports": exported}, unknown), "unexported_logs"
    )


@pytest.mark.parametrize(
    ("engine", "exported", "left"),
    [
        ("postgres", ["postgresql"], ["postgres/iam-db-auth-error", "postgres/upgrade"]),
        ("mysql", ["audit", "error", "general", "iam-db-auth-error", "slowquery"], []),
        (
            "mariadb",
            None,
            [f"mariadb/{log}" for log in ("audit", "error", "general", "iam-db-auth-error", "slowquery")],
        ),
        ("oracle-se2", ["alert", "audit", "listener"], ["oracle/oemagent", "oracle/trace"]),
        ("sqlserver-se", [], ["sqlserver/agent", "sqlserver/error"]),
        ("sqlserver-ex", [], ["sqlserver/error"]),
        ("aurora-mysql", [], []),
    ],
)
def test_which_logs_stay_with_the_instance(engine: str, exported: Any, left: list[str]) -> None:
    assert (logs(engine, exported).value, logs(engine, exported).unknown) == (left, {})


@settings(max_examples=200)
@given(st.data(), st.lists(st.sampled_from(["postgresql", "upgrade"]), unique=True))
def test_partial_exports_hold_for_every_completion(data: st.DataObject, exported: list[str]) -> None:
    config = {"Engine": "postgres", "EnabledCloudwatchLogsExports": exported}
    part = data.draw(hidden(config))
    told = fact(resource(INSTANCE, part.value, part.unknown), "unexported_logs")
    assert completes(told, logs("postgres", exported).value)


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [
        ("postgres", None, True),
        ("mysql", "5.6", True),
        ("aurora-mysql", None, True),
        ("mariadb", "10.5.24", False),
        ("mariadb", "10.6.1", True),
        ("mariadb", "10.11.8", True),
        ("mariadb", "11.4.3", True),
        ("oracle-ee", "19", False),
        ("sqlserver-se", None, False),
        ("custom-mysql", None, False),
    ],
)
def test_which_engines_know_iam(engine: str, version: str | None, expected: bool) -> None:
    config = {"Engine": engine, "EngineVersion": version}
    assert fact(resource(INSTANCE, config), "supports_iam_authentication").value is expected


def test_what_is_unknown_of_an_engine() -> None:
    def of(config: dict[str, Any], unknown: dict[str, Unknown]) -> Partial:
        return fact(resource(INSTANCE, config, unknown), "supports_iam_authentication")

    assert of({}, {"/Engine": LATER}).unknown == {"": LATER}
    assert of({"Engine": "mariadb"}, {"/EngineVersion": LATER}).unknown == {"": LATER}
    assert of({"Engine": "mysql"}, {"/EngineVersion": LATER}).value is True


@pytest.mark.parametrize(
    ("engine", "size", "expected"),
    [
        ("mysql", "db.t4g.micro", False),
        ("mysql", "db.t4g.medium", True),
        ("mariadb", "db.t3.small", False),
        ("aurora-mysql", "db.t3.medium", False),
        ("aurora-mysql", "db.t4g.medium", True),
        ("aurora-mysql", "db.serverless", True),
        ("postgres", "db.t3.micro", True),
        ("aurora-postgresql", None, True),
        ("sqlserver-se", "db.t3.small", True),
        ("db2-se", "db.m6i.large", False),
        ("custom-oracle-ee", "db.m5.large", False),
        ("docdb", "db.r6g.large", False),
        ("neptune", "db.r6g.large", False),
    ],
)
def test_where_load_can_be_recorded(engine: str, size: str | None, expected: bool) -> None:
    config = {"Engine": engine, "DBInstanceClass": size}
    assert fact(resource(INSTANCE, config), "supports_performance_insights").value is expected


def test_load_where_engine_or_class_is_not_known() -> None:
    def of(config: dict[str, Any], unknown: dict[str, Unknown]) -> Partial:
        return fact(resource(INSTANCE, config, unknown), "supports_performance_insights")

    assert of({"DBInstanceClass": "db.m6i.large"}, {"/Engine": LATER}).unknown == {"": LATER}
    assert of({"Engine": "mysql"}, {"/DBInstanceClass": LATER}).unknown == {"": LATER}
    assert of({"Engine": "postgres"}, {"/DBInstanceClass": LATER}).value is True
    assert of({"Engine": "db2-se"}, {"/DBInstanceClass": LATER}).value is False


@pytest.mark.parametrize("flag", [True, False])
def test_the_public_flag_as_told(flag: bool) -> None:
    assert fact(resource(INSTANCE, {"PubliclyAccessible": flag}), "publicly_accessible").value is flag


def test_an_answer_without_the_public_flag_tells_nothing() -> None:
    assert fact(resource(INSTANCE, {}), "publicly_accessible").unknown[""].why is Why.NOT_COLLECTED
    denied = fact(resource(INSTANCE, {}, {"/PubliclyAccessible": DENIED}), "publicly_accessible")
    assert denied.unknown == {"": DENIED}
