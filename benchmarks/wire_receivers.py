"""Receivers in processes of their own: ours, and python-osc's servers, counting what they decode.

`python -m benchmarks.wire_receivers NAME BUFFER` prints its port, then a line for each line it
reads: how many messages it has decoded, how many milliseconds of each frame of 1/60 s it has held
the interpreter lock (99th of 100, and median), and starts these anew.

The lock: what a thread works (`CLOCK_THREAD_CPUTIME_ID`) it works with the lock, but for system
calls that give it up. Of ours `recvmmsg` is taken off, by a clock around the call itself, and the
naps are not, about 10 µs each; of python-osc's servers nothing is, about 2 µs of 30 a message. So
it is the most that another thread can feel: numpy gives the lock up in loops over more than 500
elements, which this counts as held. Nearly all of it is what code that was not used for a frame
costs to touch again, whatever arrives: 40 µs pass before the first line has run.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import (
    AsyncIOOSCUDPServer,
    BlockingOSCUDPServer,
    OSCUDPServer,
    ThreadingOSCUDPServer,
)

from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.wire.mmsg import Mmsg
from empathy_palettes.inlet.wire.udp import UdpInlet

FRAME = 1 / 60
_SO_RCVBUF = (1, 8)  # SOL_SOCKET, SO_RCVBUF


class Tally:
    """What a receiver has done since it was last asked."""

    def __init__(self) -> None:
        self.messages = 0
        self.frames: list[float] = []

    def answer(self, port: int) -> None:
        """Print the port, then an answer to each line that comes in."""
        print(port, flush=True)
        for _ in sys.stdin:
            frames = self.frames or [0.0]
            high, middle = np.percentile(frames, [99, 50]) * 1e3
            print(self.messages, high, middle, flush=True)
            self.messages, self.frames = 0, []


def ours(buffer: int, tally: Tally, napping: bool) -> None:
    """Drain and decode at the start of each frame, as a show does; draw nothing."""
    receiver: Any = Mmsg()
    free = [0.0]  # CPU seconds in calls that give the lock up
    call = receiver._call

    def timed(*arguments: Any) -> int:
        begun = time.thread_time()
        result: int = call(*arguments)
        free[0] += time.thread_time() - begun
        return result

    receiver._call = timed
    inlet = UdpInlet("127.0.0.1", 0, buffer, receiver)
    reader = Reader((-1.0, 1.0))
    threading.Thread(target=tally.answer, args=(inlet.port,), daemon=True).start()
    clocks: list[Callable[[], float]] = [time.thread_time]
    if napping:
        inlet.nap()
        (thread,) = (one for one in threading.enumerate() if one.name == "nap")
        assert thread.ident
        clock = time.pthread_getcpuclockid(thread.ident)
        clocks.append(lambda: time.clock_gettime(clock))
    step = 0
    following = time.perf_counter()
    while True:
        before = sum(clock() for clock in clocks) - free[0]
        taken = inlet._napper.take(1 << 20) if inlet._napper else inlet.drain()
        tally.messages += len(reader.read(taken, step))
        # Until the next frame begins: the thread works in the meantime.
        step += 1
        following = max(following + FRAME, time.perf_counter())
        time.sleep(max(0.0, following - time.perf_counter()))
        tally.frames.append(sum(clock() for clock in clocks) - free[0] - before)


def python_osc(kind: str, buffer: int, tally: Tally) -> None:
    """Serve for ever, counting in the cheapest handler there is."""

    def count(*_: object) -> None:
        tally.messages += 1

    dispatcher = Dispatcher()
    dispatcher.set_default_handler(count)
    if kind == "asyncio":
        asyncio.run(_asyncio(dispatcher, buffer, tally))
        return
    server: OSCUDPServer
    if kind == "blocking":
        server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
    else:
        server = ThreadingOSCUDPServer(("127.0.0.1", 0), dispatcher)
    if buffer:
        server.socket.setsockopt(*_SO_RCVBUF, buffer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    threading.Thread(
        target=tally.answer, args=(server.socket.getsockname()[1],), daemon=True
    ).start()
    assert thread.ident
    clock = time.pthread_getcpuclockid(thread.ident)
    while True:
        before = time.clock_gettime(clock)
        time.sleep(FRAME)
        tally.frames.append(time.clock_gettime(clock) - before)


async def _asyncio(dispatcher: Dispatcher, buffer: int, tally: Tally) -> None:
    loop = asyncio.get_running_loop()
    server = AsyncIOOSCUDPServer(("127.0.0.1", 0), dispatcher, loop)  # type: ignore[arg-type]
    transport, _ = await server.create_serve_endpoint()
    bound = transport.get_extra_info("socket")
    if buffer:
        bound.setsockopt(*_SO_RCVBUF, buffer)
    port = bound.getsockname()[1]
    threading.Thread(target=tally.answer, args=(port,), daemon=True).start()
    while True:
        before = time.thread_time()
        await asyncio.sleep(FRAME)
        tally.frames.append(time.thread_time() - before)


def main() -> None:
    """Receive until the process is ended."""
    name, buffer = sys.argv[1], int(sys.argv[2])
    tally = Tally()
    if name in ("drain", "nap"):
        ours(buffer, tally, name == "nap")
    else:
        python_osc(name, buffer, tally)


if __name__ == "__main__":
    main()
