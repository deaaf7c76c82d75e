"""One message from bytes to values: our decoder, python-osc's parser, and the whole way in."""

from __future__ import annotations

from pythonosc.osc_packet import OscPacket

from benchmarks.alternate import compare
from empathy_palettes.inlet.address import AddressSpace
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import decode, encode

MESSAGES = 1_000


def main() -> None:
    """Print µs per message."""
    datagrams = [encode(f"/empathy/p{n:04d}", 0.5, -0.25) for n in range(MESSAGES)]
    space = AddressSpace((-1.0, 1.0), Notices())
    gate = Gate("attested")

    def ours() -> None:
        for datagram in datagrams:
            decode(datagram)

    def python_osc() -> None:
        for datagram in datagrams:
            OscPacket(datagram)

    def whole() -> None:
        said = [one for datagram in datagrams for one in space.read(decode(datagram))]
        gate.admit(said, 0)

    ways = {"decode": ours, "python-osc OscPacket": python_osc, "decode, read and admit": whole}
    compare("OSC in, per message", ways, MESSAGES)


if __name__ == "__main__":
    main()
