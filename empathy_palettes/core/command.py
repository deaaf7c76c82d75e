"""What an outlet or a remote control may ask of a show.

The table of commands that exist lives in `show.commands`; this is the record they travel in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A request, applied at the start of the next frame: a name from the table, and its values."""

    name: str
    args: tuple[float | str, ...] = ()
