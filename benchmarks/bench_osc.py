"""Messages from bytes to what was said: many at a time, one at a time, and python-osc's parser.

A frame's worth at 100,000 messages a second is 1,667. python-osc only parses them; ours come out
named by their keyed hash, scaled, and in columns.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from pythonosc.osc_packet import OscPacket

from benchmarks.alternate import compare
from empathy_palettes.inlet.osc import decode, encode, encode_bundle
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.wire.datagrams import from_ourselves

FRAME = 1_667
IN_A_BUNDLE = 32


def main() -> None:
    """Print µs per message."""
    alike = [encode(f"/empathy/p{n:05d}", 0.5, -0.25) for n in range(4 * FRAME)]
    mixed = [encode(f"/empathy/p{n * 6}", 0.5, -0.25) for n in range(FRAME)]
    axes = [
        encode(f"/empathy/p{n // 2}/{axis}", 0.5)
        for n, axis in enumerate(("valence", "arousal") * (FRAME // 2))
    ]
    words = [encode(f"/empathy/p{n}/word", "joy") for n in range(FRAME)]
    records = b"".join(struct.pack("<8sff", b"p%05d" % n, 0.5, -0.25) for n in range(FRAME))
    blobs = [
        encode("/empathy/crowd", records[start : start + 64 * 16])
        for start in range(0, len(records), 64 * 16)
    ]
    cases = {
        "one per datagram": (alike[:FRAME], FRAME),
        "one per datagram, four frames' worth": (alike, 4 * FRAME),
        "one per datagram, names of many lengths": (mixed, FRAME),
        "one per datagram, one axis": (axes, len(axes)),
        "one per datagram, words": (words, FRAME),
        f"bundles of {IN_A_BUNDLE}": (bundles(alike[:FRAME]), FRAME),
        f"bundles of {IN_A_BUNDLE}, four frames' worth": (bundles(alike), 4 * FRAME),
        f"bundles of {IN_A_BUNDLE}, names of many lengths": (bundles(mixed), FRAME),
        "records of 16 bytes, 64 to a blob": (blobs, FRAME),
    }
    for title, (packets, messages) in cases.items():
        compare(f"OSC in, {title}", ways(packets), messages)


def bundles(messages: Sequence[bytes]) -> list[bytes]:
    return [
        encode_bundle(messages[start : start + IN_A_BUNDLE])
        for start in range(0, len(messages), IN_A_BUNDLE)
    ]


def ways(packets: Sequence[bytes]) -> dict[str, Callable[[], object]]:
    block = from_ourselves(packets)
    fast = Reader((-1.0, 1.0), slow=10**9)
    slow = Reader((-1.0, 1.0), slow=10**9, batch=False)

    def ours() -> None:
        fast.read(block, 0)

    def one_at_a_time() -> None:
        slow.read(block, 0)

    def decoded() -> None:
        for packet in packets:
            decode(packet)

    def python_osc() -> None:
        for packet in packets:
            OscPacket(packet)

    return {
        "Reader": ours,
        "Reader, one at a time": one_at_a_time,
        "osc.decode alone": decoded,
        "python-osc OscPacket": python_osc,
    }


if __name__ == "__main__":
    main()
