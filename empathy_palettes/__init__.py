"""Empathy Palettes: what a crowd feels, as light.

For notebooks and scripts: `render` a picture of a preset; `open_session`, one that was recorded.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .inlet.session.session import open_session
    from .show.still import render

__all__ = ["__version__", "open_session", "render"]

__version__ = version("empathy-palettes")


class _Package(ModuleType):
    """Imports what is asked for when it is: numpy and OpenGL take their time.

    `render` is a room of the house, too; what is imported from in there is found all the same.
    """

    @property
    def open_session(self) -> Any:
        from .inlet.session.session import open_session

        return open_session

    @property
    def render(self) -> Any:
        from .show.still import render

        return render

    @render.setter
    def render(self, room: ModuleType) -> None:
        """Pass over the room, which Python puts here once it has been entered."""


sys.modules[__name__].__class__ = _Package
