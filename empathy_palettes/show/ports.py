"""What is wrong between the ports of an installation and those it sends to.

Opens no port: a machine's own addresses are told by asking for any free port of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from ipaddress import ip_address

from ..core.errors import EmpathyError, Fault
from ..inlet.adapters.adapter import Adapter
from ..inlet.wire.endpoint import open_socket
from ..outlet.osc_out import Send, address_of
from .listening import PORT, Inlet, port_of

_EVERYWHERE = ("0.0.0.0", "::")


def wrong_ports(
    inlets: Sequence[Inlet], sends: Sequence[Send], adapters: Mapping[str, Adapter], file: str
) -> list[Fault]:
    """Return a fault for any two inlets on one port, and for whatever is sent to an own inlet."""
    faults = []
    ports = [port_of(inlet, adapters) for inlet in inlets]
    for later, inlet in enumerate(inlets):
        for earlier, other in enumerate(inlets[:later]):
            if ports[earlier] == ports[later] and _meet(inlet, other):
                problem = f"[[inlet]] {earlier + 1} and {later + 1} have the same port"
                fix = f"give each its own: port = {_free(ports)}"
                faults.append(Fault(file, f"inlet.{later}.port", problem, fix))
                break
    for number, send in enumerate(sends):
        host, port = address_of(send.to)
        for place, inlet in enumerate(inlets):
            if inlet.protocol == "udp" and ports[place] == port and _reaches(host, inlet.listen):
                problem = f"{send.to!r} is this show's own [[inlet]] {place + 1}"
                fix = "it would hear itself: send to another port"
                faults.append(Fault(file, f"send.{number}.to", problem, fix))
                break
    return faults


def _meet(one: Inlet, other: Inlet) -> bool:
    if one.protocol != other.protocol:
        return False
    listen = {one.listen, other.listen}
    return len(listen) == 1 or not listen.isdisjoint(_EVERYWHERE)


def _free(ports: Sequence[int]) -> int:
    """A port that none of them is."""
    return min(set(range(PORT, PORT + len(ports) + 1)).difference(ports))


def _reaches(host: str, listen: str) -> bool:
    """Whether what is sent to `host` arrives at what listens at `listen`, the ports being equal."""
    if host == listen or (_is_loopback(host) and _is_loopback(listen)):
        return True
    return listen in _EVERYWHERE and (_is_loopback(host) or _is_ours(host))


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    return address.is_loopback or address.is_unspecified


def _is_ours(host: str) -> bool:
    """Whether it is an address of this machine, or of everybody on its network."""
    try:
        bound, address = open_socket(host, 0, "", "")
    except EmpathyError:
        return False  # nobody's; that is told when it is opened
    with closing(bound):
        try:
            bound.bind(address)
        except OSError:
            return False
    return True
