"""How many messages a second arrive over loopback, and how long receiving holds the lock.

`python -m benchmarks.bench_wire [--json] [--rounds N]`, ten minutes or so; Linux, two free cores.

Rate: the highest at which, sent for a second, at most one in a thousand is missing .05 s after the
last; searched for by halving, for each receiver in turn, and again in each round: medians. One
message of 28 bytes (`/empathy/p0000 ,ff`) to a datagram, and bundles of 32. Receivers are processes
of their own, ours at 60 frames a second, python-osc's servers with the system's socket buffer and
with the 4 MB that ours asks for. The sender's own most, with nobody listening, stands beside them.

Lock: see `wire_receivers`.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time

BIG = 4 * 1024 * 1024
RECEIVERS = {
    "ours, drained": ("drain", BIG),
    "ours, napping thread": ("nap", BIG),
    "python-osc blocking": ("blocking", 0),
    "python-osc blocking, 4 MB": ("blocking", BIG),
    "python-osc threading": ("threading", 0),
    "python-osc threading, 4 MB": ("threading", BIG),
    "python-osc asyncio": ("asyncio", 0),
    "python-osc asyncio, 4 MB": ("asyncio", BIG),
}
SHAPES = {"one message per datagram": 1, "bundles of 32": 32}
LOSS = 0.001
SETTLE = 0.05
LOCKED_AT = (5_000, 20_000, 100_000)
_FIRST = {"drain": (150_000.0, 1_500_000.0), "nap": (150_000.0, 1_500_000.0)}
_PEER = 15_000.0


class Process:
    """A module of ours in another process, asked and answering by lines."""

    def __init__(self, module: str, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.first = self.line()

    def line(self) -> str:
        """Return the next line it writes."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def ask(self) -> str:
        """Write a line and return the one that answers it."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.line()

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def sent_to(port: str, elements: int, rate: float, seconds: float) -> int:
    """Send from another process; return how many messages."""
    sender = Process("wire_sender", port, elements, rate, seconds)
    sent = int(sender.ask())
    sender.end()
    return sent


def loss(receiver: Process, elements: int, rate: float, seconds: float = 1.0) -> float:
    """Return the share of messages that did not arrive in time."""
    receiver.ask()
    sent = sent_to(receiver.first, elements, rate, seconds)
    time.sleep(SETTLE)
    heard = int(receiver.ask().split()[0])
    time.sleep(0.5)  # what is late is not the next one's
    return 1 - heard / sent if sent else 1.0


def highest(receiver: Process, elements: int, first: float, tries: int = 5) -> float:
    """Return the highest rate without loss, to a twentieth."""
    low, high, factor = 0.0, 0.0, 2.0
    rate = first
    while factor > 1.05:
        good = loss(receiver, elements, rate) <= LOSS or loss(receiver, elements, rate) <= LOSS
        if good:
            low = rate
        else:
            high = rate
        if low and high:
            factor = (high / low) ** 0.5
            rate = low * factor
        else:
            rate = rate * 2 if good else rate / 2
        if rate < 500 or (good and rate > 64e6):
            break
    return low


def sender_s_own(elements: int) -> float:
    """Return messages a second to a port that nobody reads."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        return float(sent_to(str(port.getsockname()[1]), elements, 0, 1.0))


def rates(rounds: int) -> dict[str, dict[str, float]]:
    """Return the median rate of every receiver, by shape; the sender's own last."""
    found: dict[str, dict[str, list[float]]] = {shape: {} for shape in SHAPES}
    for _ in range(rounds):
        for shape, elements in SHAPES.items():
            for name, (kind, buffer) in RECEIVERS.items():
                receiver = Process("wire_receivers", kind, buffer)
                first = _FIRST[kind][elements > 1] if kind in _FIRST else _PEER
                found[shape].setdefault(name, []).append(highest(receiver, elements, first))
                receiver.end()
            found[shape].setdefault("the sender, unheard", []).append(sender_s_own(elements))
    return {
        shape: {name: statistics.median(each) for name, each in by_name.items()}
        for shape, by_name in found.items()
    }


def locks(rounds: int) -> dict[str, dict[int, tuple[float, float]]]:
    """Return ms per frame of the lock, 99th of 100 and median, by receiver and rate."""
    found: dict[str, dict[int, list[tuple[float, float]]]] = {}
    for _ in range(rounds):
        for name in ("ours, drained", "ours, napping thread", "python-osc blocking, 4 MB"):
            receiver = Process("wire_receivers", *RECEIVERS[name])
            for rate in LOCKED_AT:
                if name.startswith("python") and rate > 20_000:
                    continue  # it loses most, and holds the lock throughout
                receiver.ask()
                sent_to(receiver.first, 1, rate, 5.0)
                _, high, middle = map(float, receiver.ask().split())
                found.setdefault(name, {}).setdefault(rate, []).append((high, middle))
                time.sleep(0.5)
            receiver.end()
    return {
        name: {
            rate: (
                statistics.median(high for high, _ in each),
                statistics.median(middle for _, middle in each),
            )
            for rate, each in by_rate.items()
        }
        for name, by_rate in found.items()
    }


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lock = locks(options.rounds)
    rate = rates(options.rounds)
    if options.json:
        print(json.dumps({"rates": rate, "locks": lock}))
        return
    for shape, by_name in rate.items():
        best = max(found for name, found in by_name.items() if name.startswith("python-osc"))
        print(f"{shape}: messages a second, × python-osc's best")
        for name, found in by_name.items():
            print(f"  {name:<28} {found:12,.0f}   × {found / best:.2f}")
    print("lock held per frame of 1/60 s, one message per datagram: ms, 99th of 100 (median)")
    for name, by_rate in lock.items():
        each = "   ".join(f"{at:,}/s {high:.3f} ({mid:.3f})" for at, (high, mid) in by_rate.items())
        print(f"  {name:<28} {each}")


if __name__ == "__main__":
    main()
