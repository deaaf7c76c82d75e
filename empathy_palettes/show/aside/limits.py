"""What a process may take of the machine, and when it is to end though nobody stops it.

Windows sets none of these limits; macOS sets none on memory.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

ALLOWANCE = 4 << 30  # bytes that a process may take beyond those it begins with


def bound_memory() -> None:
    """Let what asks for the memory of the whole machine be refused instead."""
    if sys.platform.startswith("linux"):
        import resource

        most = _pages(0) * resource.getpagesize() + ALLOWANCE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def resident() -> int:
    """The memory that the process has now, in MiB; on macOS its most so far, on Windows 0."""
    if sys.platform == "win32":
        return 0
    import resource

    if sys.platform.startswith("linux"):  # its most would be that of whoever started it
        return _pages(1) * resource.getpagesize() >> 20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20


def end_alone(seconds: float) -> None:
    """Let the process end then though nobody is left to stop it; 0: it need not.

    Where it hangs in a driver, it does not hear that its questions have ended.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _pages(column: int) -> int:
    """Pages of memory as Linux counts them: 0: all that is mapped, 1: what is there."""
    return int(Path("/proc/self/statm").read_text().split()[column])
