"""The one family of errors a user can cause, and the record each of them is made of.

Does not print and does not exit: `cli` does both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in the artist's words.

    `file` and `where` (a key such as `inputs.swell`, or `line 12`) may be empty;
    `problem` holds the offending value; `fix` says what to do about it.
    """

    file: str
    where: str
    problem: str
    fix: str = ""

    def __str__(self) -> str:
        parts = (self.file, self.where, self.problem, self.fix)
        return printable(": ".join(part for part in parts if part))


def printable(line: str) -> str:
    """Return a line as a terminal may show it: what is no letter, sign or space is written out.

    File names and shaders hold whatever their author liked, an escape sequence too.
    """
    return "".join(
        sign if sign.isprintable() else " " if sign == "\t" else ascii(sign)[1:-1] for sign in line
    )


class EmpathyError(Exception):
    """Something a user can mend; carries every fault found, never only the first."""

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class AssetError(EmpathyError):
    """A preset, shader or installation that cannot be found or may not be opened."""


class ConfigError(EmpathyError):
    """A TOML file that does not say what its kind of file must say."""


class FormulaError(EmpathyError):
    """A formula outside the language, or one that names what is not there."""


class ShaderError(EmpathyError):
    """An ISF header or a GLSL source that does not hold."""


class MachineError(EmpathyError):
    """What the machine lacks or refuses: OpenGL, a display, a port, room on the disk."""


class SessionError(EmpathyError):
    """A recorded session that cannot be read, or not by this version."""
