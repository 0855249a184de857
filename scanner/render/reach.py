"""Answers on reachability as text and as diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.render.text import ELLIPSIS, printable

_WORDS = {True: "reachable", False: "not reachable", None: "not known"}
_SHOWN = 8
"""Blocks of addresses in a line; JSON has all of them."""


def text(answer: Mapping[str, Any], source: str, target: str) -> str:
    """The answer of `posture reach`."""
    return "".join(f"{printable(line)}\n" for line in _lines(answer, source, target))


def _lines(answer: Mapping[str, Any], source: str, target: str) -> Iterator[str]:
    yield f"{source} to {target}: {_WORDS[answer['reachable']]}"
    if answer["witness"]:
        yield f"  for example {packet(answer['witness'])}"
    yield from _packets(answer["packets"])
    yield from _blockers(answer["blocked_by"])
    yield from _hops("There:", answer["hops"])
    yield from _hops("Back:", answer["return_hops"])
    yield from _listed("Taken for granted:", answer["assumptions"])


def packet(witness: Mapping[str, Any]) -> str:
    """A packet in words."""
    if "icmp_type" in witness:
        kind = f"{witness['protocol']} type {witness['icmp_type']} code {witness['icmp_code']}"
        return f"{kind} from {witness['source']} to {witness['destination']}"
    if witness["destination_port"] is None:
        return f"protocol {witness['protocol']} from {witness['source']} to {witness['destination']}"
    ends = (_socket(witness[name], witness[f"{name}_port"]) for name in ("source", "destination"))
    return f"{witness['protocol']} {' to '.join(ends)}"


def row(one: Mapping[str, Any]) -> str:
    """One row of packets in words."""
    protocols = ", ".join(one["protocols"])
    words = protocols if protocols.isalnum() and not protocols.isdecimal() else f"protocols {protocols}"
    what = f"{words} {one['ports']}" if one["ports"] else words
    return f"{what} from {_few(one['sources'])}"


def _packets(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if rows:
        yield "  gets through:"
    for one in rows:
        yield f"    {row(one)} to {_few(one['destinations'])}"


def _few(texts: Sequence[str]) -> str:
    rest = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _blockers(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    unknown = [one for one in found if one["decision"] == "unknown"]
    shut = [one for one in found if one["decision"] != "unknown"]
    only = [one for one in shut if one["only"]]
    if only:
        yield from (f"  open but for {stage(one)}{_way(one)}" for one in only)
    elif shut:
        yield "  prevented by"
        for one in shut:
            yield f"    {stage(one)}{_way(one)}"
    if unknown:
        yield "  not read, and could change the answer:"
        for one in unknown:
            call = f" ({one['operation']} needs {one['permission']})" if one.get("permission") else ""
            yield f"    {stage(one)}{call}"


def _way(one: Mapping[str, Any]) -> str:
    return " (on the way back)" if one.get("way") == "back" else ""


def stage(one: Mapping[str, Any]) -> str:
    """A stage with the rule that decided, in words."""
    name = " ".join(part for part in (short(one["type"]), one["id"]) if part)
    return ": ".join(part for part in (name, one["rule"]) if part)


def short(type_: str) -> str:
    """A type's name as people say it."""
    return _NAMES.get(type_, type_.rpartition("::")[2] or type_)


_NAMES = {
    "AWS::EC2::NetworkAcl": "network ACL",
    "AWS::EC2::SecurityGroup": "security group",
    "AWS::EC2::RouteTable": "route table",
    "AWS::EC2::NetworkInterface": "interface",
    "AWS::EC2::InternetGateway": "internet gateway",
    "AWS::EC2::EgressOnlyInternetGateway": "egress-only internet gateway",
    "AWS::EC2::NatGateway": "NAT gateway",
    "AWS::EC2::VPCPeeringConnection": "peering connection",
    "AWS::EC2::TransitGatewayRouteTable": "transit gateway route table",
    "AWS::EC2::TransitGatewayAttachment": "transit gateway attachment",
    "AWS::EC2::VPNGateway": "virtual private gateway",
    "AWS::EC2::VPCEndpoint": "VPC endpoint",
    "AWS::EC2::VPCBlockPublicAccessOptions": "VPC Block Public Access",
    "AWS::EC2::Instance": "instance",
    "AWS::RDS::DBInstance": "DB instance",
    "AWS::ElasticLoadBalancing::LoadBalancer": "load balancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer",
}


def _hops(head: str, hops: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if hops:
        yield ""
        yield head
    for one in hops:
        yield f"  {one['decision']:<9} {stage(one)}"


def _listed(head: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield ""
        yield head
        yield from (f"  {one}" for one in items)


def _socket(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def mermaid(answer: Mapping[str, Any], source: str, target: str) -> str:
    """The hops as a Mermaid flowchart: the way there drawn through, the way back dashed, what prevents it in red."""
    lines = ["flowchart LR"]
    for prefix, hops, arrow in (("h", answer["hops"], "-->"), ("r", answer["return_hops"], "-.->")):
        for place, one in enumerate(hops):
            lines.append(f'  {prefix}{place}["{_label(one)}"]{_class(one)}')
            if place:
                lines.append(f"  {prefix}{place - 1} {arrow} {prefix}{place}")
    if not answer["hops"]:
        lines += [f'  h0["{_safe(source)}"]', f'  h1["{_safe(target)}"]', "  h0 --x h1"]
    for place, one in enumerate(answer["blocked_by"]):
        lines.append(f'  b{place}["{_label(one)}"]:::{"unknown" if one["decision"] == "unknown" else "deny"}')
    if answer["hops"] and answer["return_hops"]:
        lines.append(f"  h{len(answer['hops']) - 1} -.-> r0")
    lines += ["  classDef deny stroke:#c00,stroke-width:3px", "  classDef unknown stroke-dasharray:4"]
    return "".join(f"{line}\n" for line in lines)


def _class(one: Mapping[str, Any]) -> str:
    return f":::{one['decision']}" if one["decision"] in ("deny", "unknown") else ""


def _label(one: Mapping[str, Any]) -> str:
    parts = [short(one["type"]), one["id"], one["rule"]]
    return "<br/>".join(_safe(part) for part in parts if part)


def _safe(value: str) -> str:
    """Text in a quoted label: what Mermaid would take for its own is written as entities."""
    cleaned = printable(value)
    cleaned = cleaned if len(cleaned) <= _LONGEST else cleaned[: _LONGEST - 1] + ELLIPSIS
    return "".join(one if one.isalnum() or one in " .,:-_/→()*" else f"#{ord(one)};" for one in cleaned)


_LONGEST = 160
