"""The one table of commands: what may be asked of a running show, and by which key.

Does not carry them out: the window answers the ones about itself, the stage all others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command: its name and arguments, what it does, its key ("" = none).

    `remote`: whether a remote control may ask for it. `recorded`: whether a session keeps it, so
    that it happens again when the show is shown again.
    """

    name: str
    arguments: tuple[str, ...]
    does: str
    key: str
    remote: bool
    recorded: bool = False


COMMANDS = (
    CommandSpec("help", (), "show or hide this help", "h", False),
    CommandSpec("mouse", (), "feel with the mouse: right = pleasant, up = stirred", "m", False),
    CommandSpec("picture", (), "keep a picture, and the line that makes one like it", "p", True),
    CommandSpec("keep", (), "keep the last minute, and make a film of it", "k", True),
    CommandSpec("freeze", (), "hold the picture still, or let it go on", "space", True, True),
    CommandSpec("blackout", (), "fade to black, or back", "b", True, True),
    CommandSpec("next", (), "cross over to the next preset", "right", True, True),
    CommandSpec("previous", (), "cross over to the preset before", "left", True, True),
    CommandSpec("knob", ("name", "value"), "turn a knob of the preset on show", "", True, True),
    CommandSpec("feel", ("valence", "arousal"), "what the hand at this machine feels", "", False),
    CommandSpec("quit", (), "end the show", "escape", False),
)


#: The names of those that a session keeps.
RECORDED = frozenset(command.name for command in COMMANDS if command.recorded)


def key_table() -> dict[str, str]:
    """Return key name → command name."""
    return {command.key: command.name for command in COMMANDS if command.key}


def help_rows() -> tuple[tuple[str, str], ...]:
    """Return (key, what it does) rows for a help screen."""
    return tuple((command.key, command.does) for command in COMMANDS if command.key)
