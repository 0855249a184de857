"""Reports with attack paths, for the HTML tests."""

from __future__ import annotations

import html_samples as samples
import html_samples_changes as more

from scanner.derive.paths.path import Edge, Evidence, Node, Path, in_order
from scanner.model import Report

ACCOUNT = samples.ACCOUNTS[0]
_INTERNET = Node("internet", "", "the internet", "internet")
_ROLE = Node(f"arn:aws:iam::{ACCOUNT}:role/portal", "AWS::IAM::Role", "portal", "role")
_HOSTS = Node(
    f"{_ROLE.id}/instances", "AWS::EC2::Instance", "2 instances", "instance",
    tuple(f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-{number}" for number in (1, 2)),
)  # fmt: skip
_BUCKET = Node("arn:aws:s3:::exports", "AWS::S3::Bucket", "exports", "bucket")
_BALANCER = Node("arn:aws:lb/front", "AWS::ElasticLoadBalancingV2::LoadBalancer", "front", "load_balancer")
_EVERYTHING = Node(f"{ACCOUNT}/everything", "", f"everything in {ACCOUNT}", "everything")
_OPEN = Edge(
    "network", "reaches tcp 443", (Evidence("sg-1", "ingress tcp 443 from 0.0.0.0/0"),), "close tcp 443 of front"
)
_HANDED = Edge("network", "hands on to tcp 8080", (), "take the instances out of the target group")
_CREDENTIALS = Edge(
    "metadata", "gives out the role's credentials (IMDSv1)",
    (Evidence("i-1", "", "MetadataOptions.HttpTokens", "optional"),), "require IMDSv2",
)  # fmt: skip
_STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
_READS = Edge(
    "data", "reads by s3:GetObject",
    (Evidence("inline policy web", "statement Read allows", "Statement", _STATEMENT),), "allow it only on what is needed",
)  # fmt: skip


def by_balancer() -> Path:
    """Five places, two instances as one."""
    nodes = (_INTERNET, _BALANCER, _HOSTS, _ROLE, _BUCKET)
    title = "The internet reaches 2 instances, whose role portal can read exports"
    return Path("internet-data", title, "high", ACCOUNT, nodes, (_OPEN, _HANDED, _CREDENTIALS, _READS))


def supposed() -> Path:
    """One step of which something was not read."""
    step = Edge("escalation", "write an inline policy", (), "take away iam:PutRolePolicy", ("denied (iam:GetPolicy)",))
    return Path(
        "escalation", "The role portal can become an administrator", "high", ACCOUNT, (_ROLE, _EVERYTHING), (step,)
    )


def numbered(number: int, name: str = "") -> Path:
    """A short one among many."""
    user = Node(f"arn:aws:iam::{ACCOUNT}:user/u-{number:03}", "AWS::IAM::User", name or f"u-{number:03}", "user")
    step = Edge("escalation", "attach a managed policy", (), "take away iam:AttachUserPolicy")
    title = f"The user {user.name} can become an administrator"
    return Path("escalation", title, "high", ACCOUNT, (user, _EVERYTHING), (step,))


def _with(paths: list[Path], left_out: int = 0) -> Report:
    made = samples.small()
    ordered = in_order(paths)
    made.paths = [path.to_json() for path in ordered]
    certain = sum(path.is_certain for path in paths)
    counts = {"certain": certain + left_out, "possible": len(paths) - certain, "left_out": left_out, "unread": []}
    made.coverage["paths"] = counts
    return made


def attacked() -> Report:
    """A long one, a possible one and a short one."""
    return _with([by_balancer(), supposed(), numbered(1)])


def many_paths() -> Report:
    """More than one page holds, and more than the report does."""
    return _with([numbered(number) for number in range(120)], left_out=30)


def unlisted() -> Report:
    """None found, and not everything listed."""
    made = _with([])
    made.coverage["paths"]["unread"] = ["AWS::IAM::Role in 111122223333 global: denied (iam:ListRoles)"]
    return made


def hostile_paths() -> Report:
    """Names, evidence and reasons of an attacker's."""
    found = []
    for number, name in enumerate(more.HOSTILE):
        edge = Edge("network", name, (Evidence(name, name, name, {name: name}),), name, (name,) * (number % 2))
        nodes = (Node(name, "", name, "internet"), Node(f"{number}{name}", name, name, name, (name,)))
        found.append(Path("internet-data", name, "high", name, nodes, (edge,)))
    return _with(found)
