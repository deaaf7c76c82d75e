"""How many messages a second arrive over loopback, and how long receiving holds the lock.

`python -m benchmarks.bench_wire [--json] [--rounds N]`, ten minutes or so; Linux, and two cores
that nothing else works on: a receiver that waits for its turn tells of others' work.

Rate: the highest at which, sent for a second, at most one in a thousand is missing .05 s after the
last; searched for by halving, for each receiver in turn, and again in each round: medians. One
message of 28 bytes (`/empathy/p0000 ,ff`) to a datagram, and bundles of 32. Receivers are processes
of their own, ours at 60 frames a second, python-osc's servers with the system's socket buffer and
with the 4 MB that ours asks for. The sender's own most, with nobody reading, stands beside them.

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
SECONDS = 1.0  # of sending
LEAST = 500.0  # messages a second
PEER = "python-osc"
FIRST = {1: 200_000.0, 32: 2_000_000.0}  # where the search begins
FIRST_OF_PEERS = 15_000.0


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


def trial(receiver: Process, elements: int, rate: float) -> tuple[float, float]:
    """Return at what rate was sent, and the share of messages that did not arrive in time."""
    receiver.ask()
    sent = sent_to(receiver.first, elements, rate, SECONDS)
    time.sleep(SETTLE)
    heard = int(receiver.ask().split()[0])
    time.sleep(0.4)  # what is late is not the next one's
    return sent / SECONDS, 1 - heard / max(1, sent)


def highest(receiver: Process, elements: int, first: float) -> tuple[float, bool]:
    """Return the highest rate without loss, to a twentieth, and whether the sender was the limit.

    A rate is without loss if it was in one of two tries: what else the machine does is nobody's.
    """
    low = high = 0.0
    rate = first
    while rate >= LEAST:
        reached, lost = trial(receiver, elements, rate)
        if lost > LOSS:
            reached, lost = trial(receiver, elements, rate)
        if lost <= LOSS:
            low = max(low, reached)
            if reached < rate * 0.95:
                return low, True
        else:
            high = min(high or reached, reached)
        if low and high:
            if high / low < 1.1:
                break
            rate = (low * high) ** 0.5
        else:
            rate = rate / 2 if high else rate * 2
    return low, False


def sender_s_own(elements: int) -> float:
    """Return messages a second to a port that nobody reads."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        return float(sent_to(str(port.getsockname()[1]), elements, 0, 1.0))


def rates(rounds: int) -> dict[str, dict[str, tuple[float, bool]]]:
    """Return the median rate of every receiver by shape, and whether the sender was the limit.

    All are tried in the first round, and in the others ours beside python-osc's best.
    """
    found: dict[str, dict[str, list[tuple[float, bool]]]] = {shape: {} for shape in SHAPES}
    for _ in range(rounds):
        for shape, elements in SHAPES.items():
            by_name = found[shape]
            peers = [name for name in by_name if name.startswith(PEER)]
            best = max(peers, key=lambda name: by_name[name][0][0], default=None)
            for name, (kind, buffer) in RECEIVERS.items():
                if best and name.startswith(PEER) and name != best:
                    continue
                receiver = Process("wire_receivers", kind, buffer)
                first = FIRST[elements] if not name.startswith(PEER) else FIRST_OF_PEERS
                by_name.setdefault(name, []).append(highest(receiver, elements, first))
                receiver.end()
            by_name.setdefault("the sender, unheard", []).append((sender_s_own(elements), True))
    return {
        shape: {
            name: (statistics.median(rate for rate, _ in each), any(limit for _, limit in each))
            for name, each in by_name.items()
        }
        for shape, by_name in found.items()
    }


def locks(rounds: int) -> dict[str, dict[int, tuple[float, float]]]:
    """Return ms per frame of the lock, 99th of 100 and median, by receiver and rate."""
    found: dict[str, dict[int, list[tuple[float, float]]]] = {}
    for _ in range(rounds):
        for name in ("ours, drained", "ours, napping thread", "python-osc blocking, 4 MB"):
            receiver = Process("wire_receivers", *RECEIVERS[name])
            for rate in LOCKED_AT:
                if name.startswith(PEER) and rate > 20_000:
                    continue  # it loses most, and holds the lock throughout
                receiver.ask()
                sent_to(receiver.first, 1, rate, 4.0)
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
        best = max(found for name, (found, _) in by_name.items() if name.startswith(PEER))
        print(f"{shape}: messages a second, × python-osc's best")
        for name, (found, limit) in by_name.items():
            more = "or more: the sender's limit" if limit and name.startswith("ours") else ""
            print(f"  {name:<28} {found:12,.0f}   × {found / best:.2f} {more}")
    print("lock held per frame of 1/60 s, one message per datagram: ms, 99th of 100 (median)")
    for name, by_rate in lock.items():
        each = "   ".join(f"{at:,}/s {high:.3f} ({mid:.3f})" for at, (high, mid) in by_rate.items())
        print(f"  {name:<28} {each}")


if __name__ == "__main__":
    main()
