"""What every outlet is: the whole contract, as code.

Exactly one outlet of a show is a `Surface`: it owns the GL context, and is opened first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import moderngl

from ..core.clock import Tick
from ..core.command import Command
from ..render.frame import Frame


@dataclass(frozen=True, slots=True)
class OutletContext:
    """What an outlet is told when it is opened.

    `keys`: key name (`h`, `space`, `escape`, …) → command name; `help`: (key, what it does) rows
    for the help screen. `reproduce`: the command line that makes this picture again, and `session`:
    the digest of the recorded session that it is of; both go into the files that outlets write.
    """

    size: tuple[int, int]
    title: str = "Empathy Palettes"
    keys: Mapping[str, str] = field(default_factory=dict)
    help: tuple[tuple[str, str], ...] = ()
    reproduce: str = ""
    session: str = ""


class Outlet(Protocol):
    """Somewhere the picture goes."""

    def open(self, context: OutletContext) -> None:
        """Take hold of what is needed; MachineError says what the machine lacks."""

    def poll(self) -> list[Command]:
        """Return what was asked for since the last frame; never waits."""

    def present(self, frame: Frame, tick: Tick) -> None:
        """Show or store one frame."""

    def close(self) -> None:
        """Finish what was begun and give everything back; safe to call twice."""


class Surface(Outlet, Protocol):
    """The outlet that owns the GL context; `gl` is there once it is open.

    `notes`: what the machine would not do, a line each, known then too.
    """

    gl: moderngl.Context
    notes: list[str]
