"""Waiting for OpenGL while other threads go on.

moderngl keeps the interpreter's lock while it waits, and an encoder beside it stands still.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import moderngl


def waiter(gl: moderngl.Context) -> Callable[[], None]:
    """Return what waits until all that was asked of `gl` is drawn; for the thread of `gl` only."""
    try:
        address = gl.mglo._context.load("glFinish")
    except (AttributeError, TypeError):  # another version of moderngl: it waits, and so do threads
        return gl.finish
    if not address:
        return gl.finish
    convention = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)  # Windows' own, where it is
    finish: Callable[[], None] = convention(None)(address)
    return finish
