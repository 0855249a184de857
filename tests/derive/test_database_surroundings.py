"""Facts of databases that depend on what stands round them: parameters, support, sources, subscriptions, shares."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, fact, resource

from scanner.model import Partial, Resource

INSTANCE, CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
GROUP, CLUSTER_GROUP = "AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup"
MAJOR, SUBSCRIPTION = "AWS::RDS::DBMajorEngineVersion", "AWS::RDS::EventSubscription"
SHARE, SETTINGS = "AWS::RAM::ResourceShare", "AWS::RDS::AccountSettings"
OTHER = "222222222222"
ARN = f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:c"


def group(type_: str, name: str, **values: str) -> Resource:
    settings = [{"ParameterName": key, "ParameterValue": value} for key, value in values.items()]
    member = "DBParameterGroupName" if type_ == GROUP else "DBClusterParameterGroupName"
    return resource(type_, {member: name, "Parameters": settings}, id=name)


def cluster(**config: Any) -> Resource:
    return resource(
        CLUSTER, {"DBClusterIdentifier": "c", "DBClusterArn": ARN, "Engine": "aurora-mysql", **config}, id="c"
    )


def member(name: str, **config: Any) -> Resource:
    return resource(INSTANCE, {"DBParameterGroups": [{"DBParameterGroupName": name}], **config})


def test_an_instances_group_prevails_over_its_clusters() -> None:
    own = group(GROUP, "own", log_statement="ddl")
    shared = group(CLUSTER_GROUP, "shared", log_statement="none", server_audit_logging="1")
    of = cluster(DBClusterParameterGroup="shared")
    both = {"log_statement": "ddl", "server_audit_logging": "1"}
    assert fact(member("own", DBClusterIdentifier="c"), "parameters", own, shared, of) == Partial(both)
    assert fact(member("own"), "parameters", own, shared, of) == Partial({"log_statement": "ddl"})
    assert fact(of, "parameters", own, shared).value == {"log_statement": "none", "server_audit_logging": "1"}


def test_a_group_that_was_not_read() -> None:
    assert fact(member("default.postgres16"), "parameters") == Partial({})
    unread = fact(member("own"), "parameters", incomplete={GROUP: DENIED})
    assert "/log_statement" in unread.unknown
    assert unread.value == {}
    part = resource(GROUP, {"DBParameterGroupName": "own", "Parameters": [{"ParameterName": "log_statement"}]},
                    {"/Parameters/0/ParameterValue": LATER}, id="own")  # fmt: skip
    assert set(fact(member("own"), "parameters", part).unknown) == {"/log_statement"}


def major(engine: str, version: str, standard: str, extended: str = "") -> Resource:
    ends = [{"LifecycleSupportName": "open-source-rds-standard-support", "LifecycleSupportEndDate": standard}]
    if extended:
        ends.append({"LifecycleSupportName": "open-source-rds-extended-support", "LifecycleSupportEndDate": extended})
    config = {"Engine": engine, "MajorEngineVersion": version, "SupportedEngineLifecycles": ends}
    return resource(MAJOR, config, region="global", id=f"{engine}/{version}")


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [("mysql", "8.0.36", "8.0"), ("postgres", "9.6.24", "9.6"), ("postgres", "16.3", "16"),
     ("aurora-mysql", "8.0.mysql_aurora.3.05.2", "8.0"), ("mysql", "8.04.1", None), ("mariadb", "10.6.8", "10.6")],
)  # fmt: skip
def test_the_major_version_of_a_version(engine: str, version: str, expected: str | None) -> None:
    known = [major(each, one, "2024-02-29", "2027-02-28") for each, one in
             [("mysql", "8.0"), ("mysql", "8"), ("postgres", "9.6"), ("postgres", "16"), ("aurora-mysql", "8.0")]]  # fmt: skip
    known.append(major("mariadb", "10.6", "2026-08-31"))
    one = resource(INSTANCE, {"Engine": engine, "EngineVersion": version})
    found = fact(one, "engine_support", *known)
    if expected is None:
        assert found.value["major"] == "8"
    else:
        until = "2026-08-31" if engine == "mariadb" else "2027-02-28"
        standard = until if engine == "mariadb" else "2024-02-29"
        assert found == Partial({"major": expected, "standard_until": standard, "until": until})


def test_no_end_of_support_is_told() -> None:
    assert fact(resource(INSTANCE, {"Engine": "oracle-ee", "EngineVersion": "19"}), "engine_support") == Partial(None)
    one = resource(INSTANCE, {"Engine": "mysql", "EngineVersion": "5.5.1"})
    assert set(fact(one, "engine_support").unknown) == {""}
    assert fact(one, "engine_support", incomplete={MAJOR: DENIED}).unknown[""].why == DENIED.why


def test_a_replica_and_its_source() -> None:
    source = resource(INSTANCE, {"DBInstanceIdentifier": "s", "PubliclyAccessible": True}, id="s")
    assert fact(member("g"), "replica_of", source) == Partial(None)
    near = member("g", ReadReplicaSourceDBInstanceIdentifier="s")
    assert fact(near, "replica_of", source) == Partial({"source": "s", "public": True, "encrypted": False})
    far = member("g", ReadReplicaSourceDBInstanceIdentifier=f"arn:aws:rds:us-east-1:{ACCOUNT}:db:s")
    assert set(fact(far, "replica_of", source).unknown) == {"/public", "/encrypted"}
    source.region = "us-east-1"
    assert fact(far, "replica_of", source).unknown == {}
    foreign = member("g", ReadReplicaSourceDBInstanceIdentifier=f"arn:aws:rds:us-east-1:{OTHER}:db:s")
    assert set(fact(foreign, "replica_of", source).unknown) == {"/public", "/encrypted"}


def told(*subscriptions: dict[str, Any], **more: Any) -> Partial:
    base = {"Enabled": True, "Status": "active", "SourceIdsList": [], "EventCategoriesList": []}
    made = [resource(SUBSCRIPTION, base | one, id=str(i)) for i, one in enumerate(subscriptions)]
    database = resource(INSTANCE, {"Engine": "mysql"}, id="db")
    return fact(resource(SETTINGS, {}), "subscribed", database, *made, **more)


ALL = ["configuration change", "failure", "maintenance"]


@pytest.mark.parametrize(
    ("subscriptions", "missing"),
    [
        ([], ALL),
        ([{}], []),
        ([{"SourceType": "db-instance"}], []),
        ([{"SourceType": "db-cluster"}], ALL),
        ([{"Enabled": False}], ALL),
        ([{"Status": "no-permission"}], ALL),
        ([{"SourceType": "db-instance", "SourceIdsList": ["db"]}], ALL),
        ([{"EventCategoriesList": ["failure"]}], ["configuration change", "maintenance"]),
        ([{"EventCategoriesList": ["failure", "maintenance"]}, {"EventCategoriesList": ["configuration change"]}], []),
    ],
)
def test_what_nobody_is_told_of(subscriptions: list[dict[str, Any]], missing: list[str]) -> None:
    found = told(*subscriptions)
    assert found.value["instances"] == {"exist": True, "missing": missing}
    assert found.value["clusters"]["exist"] is False


def test_subscriptions_that_were_not_read() -> None:
    found = told(incomplete={SUBSCRIPTION: DENIED})
    assert found.unknown["/instances/missing/0"].kind == "maybe"
    sure = told({}, incomplete={SUBSCRIPTION: DENIED})
    assert sure.value["instances"]["missing"] == []
    assert sure.unknown == {}


@pytest.mark.parametrize(
    ("name", "family", "exist"),
    [
        ("own", "mysql8.0", True),
        ("own", "aurora-postgresql16", True),
        ("own", "docdb5.0", False),
        ("own", "neptune1.3", False),
        ("default.mysql8.0", "mysql8.0", False),
    ],
)
def test_whose_parameter_groups_count(name: str, family: str, exist: bool) -> None:
    for type_, key in ((GROUP, "DBParameterGroupName"), (CLUSTER_GROUP, "DBClusterParameterGroupName")):
        one = resource(type_, {key: name, "DBParameterGroupFamily": family}, id=name)
        assert fact(resource(SETTINGS, {}), "subscribed", one).value["parameter_groups"]["exist"] is exist
        unread = resource(type_, {key: name}, {"/DBParameterGroupFamily": DENIED}, id=name)
        told = fact(resource(SETTINGS, {}), "subscribed", unread)
        assert ("/parameter_groups/exist" in told.unknown) is (name == "own")


def share(principal: str, status: str = "ASSOCIATED", held: str = ARN, external: bool = True) -> Resource:
    principals = [{"associatedEntity": principal, "status": status, "external": external}]
    resources = [{"associatedEntity": held, "status": "ASSOCIATED"}]
    return resource(SHARE, {"PrincipalAssociations": principals, "ResourceAssociations": resources}, name="s")


def test_with_whom_a_cluster_is_shared() -> None:
    found = fact(cluster(), "shared_with", share(OTHER))
    assert found == Partial([{"share": "s", "principal": OTHER, "account": OTHER, "external": True}])
    role = f"arn:aws:iam::{OTHER}:role/r"
    assert fact(cluster(), "shared_with", share(role)).value[0]["account"] == OTHER
    unit = "arn:aws:organizations::111111111111:ou/o-a/ou-b"
    assert fact(cluster(), "shared_with", share(unit, external=False)).value[0]["account"] == ""
    assert fact(cluster(), "shared_with", share(OTHER, "DISASSOCIATED")) == Partial([])
    assert fact(cluster(), "shared_with", share(OTHER, held="arn:other")) == Partial([])
    assert set(fact(cluster(), "shared_with", incomplete={SHARE: DENIED}).unknown) == {"/-"}
