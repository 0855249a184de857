"""`posture reach SNAPSHOT --from A --to B`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import _help
from scanner.cli._access_can import show
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.derive.network.reach.packets import Packets

FORMATS = click.Choice(("text", "json", "mermaid"))
CODES = """\b
Exit codes: 0 answered, whatever the answer
            2 wrong usage, or a fatal error: see standard error
            3 not known, since something was not read
"""
_PORT = 65536
_PROTOCOLS = 256
_EPILOG = (
    _help.examples(
        ("may anybody log in", "posture reach account.posture --from internet --to i-0a1b2c3d4e5f60718 --port 22"),
        ("does it get out", "posture reach account.posture --from web-db --to 198.51.100.7 --protocol udp --port 53"),
        ("drawn", "posture reach account.posture --from internet --to i-0a1b2c3d4e5f60718 --format mermaid"),
    )
    + "\n"
    + CODES
)


@click.command("ask", epilog=_EPILOG)
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--from", "source", required=True, metavar="END", help="internet, on-premises, an address, an id or ARN.")
@click.option("--to", "target", required=True, metavar="END", help="The same.")
@click.option("--protocol", metavar="NAME", help="tcp, udp, icmp, icmpv6 or a number. Default: any; tcp with --port.")
@click.option("--port", metavar="N", help="The destination's port, or N-M for any of several. Default: any.")
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True, help="For people or programs.")
def command(  # noqa: PLR0913 - an option each
    snapshot: Path, source: str, target: str, *, protocol: str | None, port: str | None, format_: str
) -> int:
    """Whether packets get from one end to another in a SNAPSHOT, and their answers back.

    Shows a packet that does, with every hop there and back and the rule that decided; or what prevents it, and
    whether that is the only thing. Ends are internet, on-premises, an address, or anything of the snapshot that has
    a network interface: an instance, a database, a load balancer, a subnet, a security group …
    """
    from scanner.derive.network.reach import answers
    from scanner.derive.network.reach.cases import Cases
    from scanner.render import reach
    from scanner.snapshot.opening import open_inventory

    wanted = _wanted(protocol, port)
    cases = Cases(open_inventory(snapshot))
    answer = answers.ask(cases, cases.ends.named(source), cases.ends.named(target), wanted)
    texts = {"text": reach.text, "mermaid": reach.mermaid}
    show(answer, format_, texts[format_](answer, source, target) if format_ in texts else "")
    return INCOMPLETE_RUN if answer["reachable"] is None else 0


def _wanted(protocol: str | None, port: str | None) -> Packets:
    """The packets that are asked about. Raises `UsageError`."""
    from scanner.derive.network.reach import flows

    ports = None if port is None else _ports(port)
    if protocol is None:
        return flows.only(flows.NUMBERS["tcp"] if ports else None, ports)
    number = flows.NUMBERS.get(protocol.lower(), int(protocol) if protocol.isdecimal() and protocol.isascii() else -1)
    if not 0 <= number < _PROTOCOLS:
        raise UsageError(f"{protocol!r} is no protocol", hint="Give tcp, udp, icmp, icmpv6 or a number below 256")
    if ports and number not in (flows.NUMBERS["tcp"], flows.NUMBERS["udp"]):
        raise UsageError(f"{protocol} has no ports", hint="Leave --port out, or ask about tcp or udp")
    return flows.only(number, ports)


def _ports(text: str) -> tuple[int, int]:
    low, sign, high = text.partition("-")
    numbers = [int(one) if one.isascii() and one.isdecimal() else _PORT for one in (low, high if sign else low)]
    if not numbers[0] <= numbers[1] < _PORT:
        raise UsageError(f"{text!r} is no port", hint="Give a number up to 65535, or two as in 8000-8080")
    return numbers[0], numbers[1] + 1
