"""What nobody meant to happen, as a fault like any other: the net below a show of months.

Decides nothing about the show: whoever uses it says what goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb

from ..core.errors import EmpathyError, Fault


@contextmanager
def survived(tell: Callable[[tuple[str, ...]], None]) -> Iterator[None]:
    """Go on after whatever is raised inside; `tell` gets its faults, a line each."""
    try:
        yield
    except EmpathyError as error:
        tell(tuple(map(str, error.faults)))
    except Exception as error:  # a wall stays lit
        tell((str(our_mistake(error)),))


def our_mistake(error: Exception, file: str = "") -> Fault:
    """Return an error that is none of a user's as a fault, with the line of ours that raised it.

    Not with what it says: that may hold what somebody sent.
    """
    *_, last = extract_tb(error.__traceback__)
    problem = f"{type(error).__name__} ({Path(last.filename).name}, line {last.lineno})"
    return Fault(file, "", problem, "this is a mistake of ours: please report it")
