"""How a process with people's data fails: it tells where, and never what it held then.

A standard traceback ends with a message, which may hold what somebody sent; a core file holds all.
"""

from __future__ import annotations

import faulthandler
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from traceback import format_tb
from types import TracebackType

from ..core.errors import EmpathyError, printable

_FRAMES = 40  # of a traceback, the innermost
_PR_SET_DUMPABLE = 4  # linux/prctl.h


def leave_no_core() -> None:
    """Let this process, and those that it starts, be written to no file when they crash.

    Where no limit sees to that, each of them has to call this itself.
    """
    if sys.platform == "win32":
        return
    import resource

    # Linux: where cores go to a program (`core_pattern` begins with a bar) 0 is not asked for, and
    # 1 means none (fs/coredump.c). To a file neither allows a single page.
    linux = sys.platform.startswith("linux")
    for most in (1, 0) if linux else (0,):
        with suppress(ValueError, OSError):  # where it is 0, nobody but root may raise it
            resource.setrlimit(resource.RLIMIT_CORE, (most, most))
            break
    if linux and (resource.getrlimit(resource.RLIMIT_CORE)[0] != 1 or _goes_to_a_socket()):
        _forbid_cores()


def _goes_to_a_socket() -> bool:
    """Return whether this Linux sends cores to a socket: nothing says that limits count there."""
    with suppress(OSError, ValueError):
        return Path("/proc/sys/kernel/core_pattern").read_text().startswith("@")
    return False


def _forbid_cores() -> None:
    """Let nothing have a core of this process, wherever cores go; Linux.

    Nor may anything else of the same user look into it any more, as debuggers do, and what reads
    /proc/PID: therefore only where the limit is not enough.
    """
    with suppress(ImportError, OSError, AttributeError):  # a Python, or a C library, without
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, *map(ctypes.c_ulong, (0, 0, 0, 0)))


def crash_lines(error: BaseException) -> list[str]:
    """Return what raised an error, and where, causes first, without a word of what it says.

    Only what a user can mend, and what the system says of its own (`No space left on device`),
    says it in full.
    """
    return list(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "which led to:"
    yield from _where(error.__traceback__)
    name = type(error).__name__
    if isinstance(error, EmpathyError):
        for fault in error.faults:
            yield f"{name}: {fault}"
    elif isinstance(error, OSError) and error.strerror:
        yield f"{name}: {printable(error.strerror)}"
    else:
        yield name


def _where(traceback: TracebackType | None) -> Iterator[str]:
    for entry in format_tb(traceback, -_FRAMES):
        yield from map(printable, entry.rstrip("\n").split("\n"))


def tell_discreetly(tell: Callable[[list[str]], None]) -> None:
    """Let `tell` have the lines of whatever is raised and caught nowhere in this process.

    What ends the process from below Python, a driver say, is told on stderr as far as Python goes.
    """
    if sys.stderr is not None:
        with suppress(OSError, ValueError):  # it is no file
            faulthandler.enable()
    sys.excepthook = lambda _, error, __: tell(crash_lines(error))
    threading.excepthook = lambda hook: tell(_told(hook.exc_value))
    sys.unraisablehook = lambda hook: tell(_told(hook.exc_value))


@contextmanager
def discreetly(tell: Callable[[list[str]], None]) -> Iterator[None]:
    """Hold people's data inside: leave no core, and let `tell` have what is not ours to mend.

    Such an error ends the program with status 1. Those that a user can mend are passed on, and so
    is what ends a program in the usual ways.
    """
    leave_no_core()
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    tell_discreetly(tell)
    try:
        yield
    except EmpathyError:
        raise
    except Exception as error:
        tell(crash_lines(error))
        raise SystemExit(1) from None
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _told(error: BaseException | None) -> list[str]:
    return crash_lines(error) if error else []
