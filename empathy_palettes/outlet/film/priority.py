"""Keeps a thread's priority: an encoder may take a real-time one for it, which would starve a show.

SVT-AV1 does so where it may, which is as root: it tries SCHED_FIFO on the thread that opens it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def kept_priority() -> Iterator[None]:
    """Give the calling thread its scheduling policy back, whatever was done to it meanwhile."""
    if sys.platform != "linux":
        yield
        return
    policy, param = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        if os.sched_getscheduler(0) != policy:
            with suppress(OSError):
                os.sched_setscheduler(0, policy, param)
