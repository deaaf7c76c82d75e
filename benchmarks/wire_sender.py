"""A sender that is seldom the limit: datagrams made beforehand, sent 64 by a call, paced.

`python -m benchmarks.wire_sender PORT ELEMENTS RATE SECONDS` sends messages of 28 bytes, `ELEMENTS`
to a datagram, `RATE` messages a second (0 = as fast as it can) and prints how many it has sent.
"""

from __future__ import annotations

import socket
import sys
import time

from empathy_palettes.inlet.osc import encode, encode_bundle

PEOPLE = 4_096
_NAP = 0.0001
_SOL_UDP, _UDP_SEGMENT = 17, 103
_MOST_SEGMENTS = 64
_MOST_BYTES = 65_507


def datagrams(elements: int) -> list[bytes]:
    """Return a round of feelings, one per person, `elements` to a datagram."""
    messages = [encode(f"/empathy/p{n:04d}", (n % 65) / 32 - 1, 0.25) for n in range(PEOPLE)]
    if elements == 1:
        return messages
    return [encode_bundle(messages[at : at + elements]) for at in range(0, PEOPLE, elements)]


class Burst:
    """Sends from a ring of datagrams of one length, up to 64 by one call that the kernel splits.

    Linux 4.18 or later alone (`UDP_SEGMENT`); .6 µs a datagram where `sendmmsg` takes 2.6.
    """

    def __init__(self, port: int, ring: list[bytes]) -> None:
        self._size = len(ring[0])
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(_SOL_UDP, _UDP_SEGMENT, self._size)
        self._socket.connect(("127.0.0.1", port))
        self._ring = memoryview(b"".join(ring))
        self._most = min(_MOST_SEGMENTS, _MOST_BYTES // self._size)
        self._at = 0
        self._length = len(ring)

    def send(self, most: int) -> int:
        """Send the next ones; return how many."""
        count = min(most, self._most, self._length - self._at)
        try:
            self._socket.send(self._ring[self._at * self._size : (self._at + count) * self._size])
        except ConnectionRefusedError:  # the receiver is gone; what it has not heard was sent
            pass
        self._at = (self._at + count) % self._length
        return count


def main() -> None:
    """Send, and print how many messages were."""
    port, elements, rate, seconds = (float(text) for text in sys.argv[1:])
    burst = Burst(int(port), datagrams(int(elements)))
    print("ready", flush=True)
    sys.stdin.readline()
    sent = 0
    begun = time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds:
        due = int(rate * passed / elements) - sent if rate else _MOST_SEGMENTS
        if due > 0:
            sent += burst.send(due)
        else:
            time.sleep(_NAP)
    print(sent * int(elements), flush=True)


if __name__ == "__main__":
    main()
