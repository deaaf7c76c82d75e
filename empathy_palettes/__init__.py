"""Empathy Palettes: what a crowd feels, as light.

For notebooks and scripts: `render` a picture of a preset; `open_session`, one that was recorded.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .inlet.session.session import open_session
    from .show.still import render

__all__ = ["__version__", "open_session", "render"]

__version__ = version("empathy-palettes")


def __getattr__(name: str) -> Any:
    """Return what is imported when it is first asked for: numpy and OpenGL take their time."""
    if name == "render":
        from .show.still import render

        return render
    if name == "open_session":
        from .inlet.session.session import open_session

        return open_session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
