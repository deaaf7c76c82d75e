"""A sender that is never the limit: datagrams made beforehand, sent by the hundred, paced.

`python -m benchmarks.wire_sender PORT ELEMENTS RATE SECONDS` sends messages of 28 bytes, `ELEMENTS`
to a datagram, `RATE` messages a second (0 = as fast as it can) and prints how many it has sent.
"""

from __future__ import annotations

import ctypes
import socket
import sys
import time

import numpy as np

from empathy_palettes.inlet.mmsg import _Headers, _Vector
from empathy_palettes.inlet.osc import encode, encode_bundle

PEOPLE = 4_096
_MOST_AT_ONCE = 128
_NAP = 0.0001


def datagrams(elements: int) -> list[bytes]:
    """Return a round of feelings, one per person, `elements` to a datagram."""
    messages = [encode(f"/empathy/p{n:04d}", (n % 65) / 32 - 1, 0.25) for n in range(PEOPLE)]
    if elements == 1:
        return messages
    return [encode_bundle(messages[at : at + elements]) for at in range(0, PEOPLE, elements)]


class Burst:
    """Sends from a ring of datagrams by `sendmmsg`; Linux alone."""

    def __init__(self, port: int, ring: list[bytes]) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._call = ctypes.CDLL(None, use_errno=True).sendmmsg
        rows = np.frombuffer(b"".join(ring), np.uint8)
        each = np.arange(len(ring))
        vectors = np.zeros(len(ring), np.dtype(_Vector))
        vectors["base"] = rows.ctypes.data + each * len(ring[0])
        vectors["size"] = len(ring[0])
        headers = np.zeros(len(ring), np.dtype(_Headers))
        headers["header"]["vectors"] = vectors.ctypes.data + each * vectors.itemsize
        headers["header"]["vector_count"] = 1
        self._kept = rows, vectors, headers
        self._at = 0
        self._length = len(ring)

    def send(self, most: int) -> int:
        """Send the next ones; return how many."""
        headers = self._kept[2]
        most = min(most, _MOST_AT_ONCE, self._length - self._at)
        address = ctypes.c_void_p(headers.ctypes.data + self._at * headers.itemsize)
        sent: int = self._call(self._socket.fileno(), address, most, 0)
        if sent <= 0:
            return 0
        self._at = (self._at + sent) % self._length
        return sent


def main() -> None:
    """Send, and print how many messages were."""
    port, elements, rate, seconds = (float(text) for text in sys.argv[1:])
    burst = Burst(int(port), datagrams(int(elements)))
    print("ready", flush=True)
    sys.stdin.readline()
    sent = 0
    begun = time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds:
        due = int(rate * passed / elements) - sent if rate else _MOST_AT_ONCE
        if due > 0:
            sent += burst.send(due)
        else:
            time.sleep(_NAP)
    print(sent * int(elements), flush=True)


if __name__ == "__main__":
    main()
