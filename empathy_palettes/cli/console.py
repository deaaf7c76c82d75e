"""How the command line speaks: lines on stderr, results on stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from ..core.clock import RealClock
from ..core.errors import ConfigError, EmpathyError, Fault, MachineError, printable

Size = tuple[int, int]

CirclesOption = Annotated[int, typer.Option(help="Circles that they join.", min=0, max=64)]


def say(line: str) -> None:
    """Tell a person something, on stderr."""
    print("\n".join(map(printable, line.split("\n"))), file=sys.stderr, flush=True)


def tell_crash(lines: list[str]) -> None:
    """Tell what broke a program that people speak to, and write it down."""
    from ..outlet.log import add_lines, default_log_path

    for line in lines:
        with suppress(OSError, ValueError):  # the terminal is gone
            say(line)
    add_lines(default_log_path(), lines)


def show_json(value: object) -> None:
    """Give a program something, on stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def show_faults(error: EmpathyError) -> None:
    """Print one line per fault."""
    for fault in error.faults:
        say(str(fault))


def real_steps(seconds: float | None) -> Iterator[int]:
    """Yield every step from 0 as its time comes, for `seconds` or until Ctrl-C is pressed."""
    yield 0
    try:
        for tick in RealClock(seconds):
            yield from range(tick.step - tick.steps + 1, tick.step + 1)
    except KeyboardInterrupt:
        return


def parse_size(text: str) -> Size:
    """Return `1280x720` as numbers; ConfigError otherwise."""
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) == 2 and all(part.isascii() and part.isdecimal() for part in parts):
        width, height = map(int, parts)
        if 16 <= width <= 16384 and 16 <= height <= 16384:
            return width, height
    raise ConfigError(Fault("", "size", repr(text), "write it as 1280x720, 16 to 16384 each"))


def parse_fps(text: str) -> Fraction:
    """Return `24` or `24000/1001` as a rate, 1 to 240; ConfigError otherwise."""
    try:
        fps = Fraction(text)
    except (ValueError, ZeroDivisionError):
        fps = Fraction(0)
    if not 1 <= fps <= 240:
        raise ConfigError(Fault("", "fps", repr(text), "write 24, 30, 60 or 24000/1001"))
    return fps


def check_folder(out: Path, option: str = "out") -> None:
    """Say at once, not after minutes of work, that a file cannot be written; MachineError."""
    where = f"--{option}"
    if not out.name or out.is_dir():
        raise MachineError(Fault(str(out), where, "this is a folder", "name a file in it"))
    if not out.parent.is_dir():
        fix = f"make it: mkdir {out.parent}"
        raise MachineError(Fault(str(out), where, "no such folder", fix))
    if not os.access(out.parent, os.W_OK):
        fix = "choose another folder, or ask for the right to write"
        raise MachineError(Fault(str(out), where, "this folder may not be written", fix))


def check_suffix(out: Path, suffix: str, what: str, option: str = "out") -> None:
    """Say before any work is done that a file of another kind is named; MachineError."""
    if out.suffix.lower() != suffix:
        fix = f"name it {out.with_suffix(suffix).name}"
        raise MachineError(Fault(str(out), f"--{option}", f"{what} is written", fix))


def refuse_session(name: str, instead: str) -> None:
    """Say how to show a session that was named where a work or an installation is; ConfigError."""
    if name.endswith((".mcap", ".mcap.part")):
        raise ConfigError(Fault(name, "", "is a recorded session", f"{instead} {quote(name)}"))


def parse_who(text: str) -> str:
    """Return a participant's name as OSC can say it: printable ASCII without `/`; ConfigError."""
    if 1 <= len(text) <= 64 and all("!" <= sign <= "~" and sign != "/" for sign in text):
        return text
    fix = "letters, digits and signs without spaces or /, at most 64"
    raise ConfigError(Fault("", "who", repr(text), fix))


def parse_address(text: str) -> tuple[str, int]:
    """Return `HOST:PORT`, or `:PORT` on this machine, in parts; ConfigError otherwise."""
    host, _, port = text.rpartition(":")
    if port.isascii() and port.isdecimal() and len(port) <= 5 and 1 <= int(port) <= 65535:
        return host.strip("[]") or "127.0.0.1", int(port)
    fix = "write it as HOST:PORT, for example 127.0.0.1:9000"
    if port.isascii() and port.isdecimal():
        fix = "a port is a number from 1 to 65535"
    raise ConfigError(Fault("", "to", repr(text), fix))
