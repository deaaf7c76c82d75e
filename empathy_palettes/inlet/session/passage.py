"""What a chunk of a session says: its messages, read strictly, nothing of them guessed.

Opens no seal and compares nothing with the chunks before: `order` does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ...core.clock import STEPS_PER_SECOND
from ...core.command import Command
from .format import (
    BEGIN,
    COMMANDS,
    END,
    FORMAT,
    HERE,
    HERE_SIMULATED,
    SAMPLES,
    SIGNALS,
    SIMULATED,
    TICKS,
    WITHDRAWN,
    WORKS,
    Beginning,
    Sealed,
    Whos,
    read_sealed,
)
from .records import BrokenError, Chunk, Message

MOST_STEP = 2**53  # whole numbers up to it are the same in every reader of JSON
_MOST_JSON = 1 << 20
_MOST_BEGINNING = 16 << 20


class LaterFormatError(ValueError):
    """A session of a format that is not known here yet."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Frames, one after another: `index` and `step` of the first, the `steps` that each spans."""

    index: int
    step: int
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A preset on show from `step` on, in the `place` of the programme."""

    step: int
    place: int
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class End:
    """How a file ended: the frames and steps that it holds, and why."""

    frames: int
    steps: int
    why: str


@dataclass(slots=True)
class Passage:
    """A chunk's messages by topic, each in the order of the file."""

    begin: Beginning | None = None
    end: End | None = None
    ticks: list[Ticks] = field(default_factory=list)
    signals: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    commands: list[tuple[int, Command]] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    withdrawn: list[tuple[int, Whos]] = field(default_factory=list)
    samples: list[Sealed] = field(default_factory=list)
    here: list[Sealed] = field(default_factory=list)
    here_simulated: list[Sealed] = field(default_factory=list)
    simulated: list[Sealed] = field(default_factory=list)


def passage(chunk: Chunk) -> Passage:
    """Return what a chunk says; messages of other topics are passed over.

    `BrokenError` where one is not as `format` has it; LaterFormatError where the format is later.
    """
    said = Passage()
    for message in chunk.messages:
        try:
            _take(said, message)
        except LaterFormatError:
            raise
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            name = message.topic.rpartition("/")[2]
            raise BrokenError(f"a message of {name!r} that says nothing") from None
    return said


def _take(said: Passage, message: Message) -> None:
    topic, data = message.topic, message.data
    if topic == BEGIN:
        if said.begin is not None:
            raise ValueError
        said.begin = _beginning(data)
    elif topic == TICKS:
        said.ticks.append(_ticks(_read(data)))
    elif topic == SIGNALS:
        values = _read(data)
        step = _whole(values.pop("step"))
        said.signals.append((step, {name: _number(value) for name, value in values.items()}))
    elif topic == COMMANDS:
        told = _read(data)
        said.commands.append((_whole(told["step"], least=-1), _command(told)))
    elif topic == WITHDRAWN:
        told = _read(data)
        who = np.array([_whole(each, 2**32 - 1) for each in told["who"]], np.uint32)
        said.withdrawn.append((_whole(told["step"]), who))
    elif topic == WORKS:
        told = _read(data)
        step, place = _whole(told["step"]), _whole(told["place"], 2**31)
        said.works.append(Work(step, place, _text(told["name"]), _text(told["title"])))
    elif topic == SAMPLES:
        said.samples.append(_sealed(data))
    elif topic == HERE:
        said.here.append(_sealed(data))
    elif topic == HERE_SIMULATED:
        said.here_simulated.append(_sealed(data))
    elif topic == SIMULATED:
        said.simulated.append(_sealed(data))
    elif topic == END:
        told = _read(data)
        frames, steps = _whole(told["frames"]), _whole(told["steps"])
        said.end = End(frames, steps, _text(told["why"]))


def _read(data: bytes, most: int = _MOST_JSON) -> dict[str, Any]:
    if len(data) > most:
        raise ValueError
    told = json.loads(data, parse_constant=_refuse)
    if not isinstance(told, dict):
        raise TypeError
    return told


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _beginning(data: bytes) -> Beginning:
    told = _read(data, _MOST_BEGINNING)
    if _whole(told.get("format")) > FORMAT:
        raise LaterFormatError
    try:
        begin = _strict().validate_json(data, strict=True)
    except ValidationError:
        raise ValueError from None
    sound = len(begin.series) == 32 and bytes.fromhex(begin.series) and begin.part >= 1
    if not sound or not 0 <= begin.step <= MOST_STEP or min(begin.size) < 1:
        raise ValueError
    for file in begin.files:
        if not _stays_within(file.path):
            raise ValueError
    return begin


@cache
def _strict() -> TypeAdapter[Beginning]:
    """A beginning's types, as something to hold one against; it takes milliseconds to be made."""
    return TypeAdapter(Beginning)


def _stays_within(path: str) -> bool:
    """Whether a path, of a file that somebody may write out again, leads nowhere else."""
    steps = path.split("/")
    unfit = "\\" in path or ":" in steps[0] or "\0" in path
    return not unfit and not any(step in ("", ".", "..") for step in steps)


def _ticks(told: dict[str, Any]) -> Ticks:
    steps = tuple(_whole(each, 2**31) for each in told["steps"])
    return Ticks(_whole(told["index"]), _whole(told["step"]), steps)


def _command(told: dict[str, Any]) -> Command:
    args = tuple(each if isinstance(each, str) else _number(each) for each in told["args"])
    return Command(_text(told["name"]), args)


def _sealed(data: bytes) -> Sealed:
    sealed = read_sealed(data)
    if sealed.second > MOST_STEP // STEPS_PER_SECOND or len(np.unique(sealed.who)) < len(
        sealed.who
    ):
        raise ValueError
    return sealed


def _whole(value: Any, most: int = MOST_STEP, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not abs(value) < 1e300:
        raise ValueError
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
