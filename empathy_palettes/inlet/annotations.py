"""A folder of emotion annotations as a crowd: one file is one observer, who speaks OSC.

Draws no conclusions and paces nothing. A file is CSV with a header and a row per episode: `start`
and `end` in seconds of the film, `arousal` LOW, HIGH or empty, `valence` NEG, POS or empty; other
columns are not read. So Labs et al. 2015 (F1000Research 4:92) published what observers judged the
characters of a film to feel.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, isnan
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from ..core.errors import ConfigError, Fault
from .osc import encode, encode_bundle

_OPEN = float("nan")
_COLUMNS = ("start", "end", "arousal", "valence")
_LEVELS = {
    "arousal": {"LOW": -1.0, "HIGH": 1.0, "": _OPEN},
    "valence": {"NEG": -1.0, "POS": 1.0, "": _OPEN},
}
_BUNDLE = 32  # messages
_MOST_NAME = 64


@dataclass(frozen=True, slots=True)
class Annotator:
    """One observer's episodes, in the order of the file; `name` is the file's.

    `start end` (n,) in seconds; `valence arousal` (n,): -1 for NEG and LOW, 1 for POS and HIGH,
    NaN where the observer left it open.
    """

    name: str
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    valence: NDArray[np.float64]
    arousal: NDArray[np.float64]


class Timeline(NamedTuple):
    """What every observer sees felt at every asked second: (observers, seconds), NaN = nothing."""

    valence: NDArray[np.float64]
    arousal: NDArray[np.float64]


def load(folder: Path) -> list[Annotator]:
    """Return the folder's observers by name; ConfigError with every fault of every file."""
    paths = sorted(folder.glob("*.csv"))
    faults: list[Fault] = []
    if not paths:
        fix = "a folder of annotations holds a CSV file per observer"
        faults.append(Fault(str(folder), "", "no .csv file", fix))
    found = [_read(path, faults) for path in paths]
    if faults:
        raise ConfigError(faults)
    return found


def timeline(annotators: Sequence[Annotator], seconds: NDArray[np.float64]) -> Timeline:
    """Return the mean over the episodes that hold each of `seconds` (t,), from `start` up to `end`.

    An episode that leaves a dimension open does not count for it; where none counts, NaN.
    """
    shape = (len(annotators), len(seconds))
    valence, arousal = np.empty(shape), np.empty(shape)
    for row, annotator in enumerate(annotators):
        valence[row] = _mean(annotator, annotator.valence, seconds)
        arousal[row] = _mean(annotator, annotator.arousal, seconds)
    return Timeline(valence, arousal)


class AnnotationPlayer:
    """Plays a folder: every observer says what they see when it changes, and `rate` times a second.

    `speed`: film seconds per second. Step 0 is the film's start; there everybody consents. While
    an observer sees nothing felt, nothing is sent, and what they said last fades in the crowd.
    """

    def __init__(self, folder: Path, speed: float = 1.0, rate: float = 5.0) -> None:
        if not (speed > 0.0 and rate > 0.0):
            raise ValueError("speed and rate are above 0")
        self.annotators = load(folder)
        self._speed = speed
        self._rate = rate
        self._seen = np.full((2, len(self.annotators)), np.nan)

    @property
    def steps(self) -> int:
        """How many steps it takes to play everything."""
        end = max((float(one.end.max(initial=0.0)) for one in self.annotators), default=0.0)
        return floor(end / self._speed * STEPS_PER_SECOND) + 1

    def advance(self, step: int) -> list[bytes]:
        """Return the datagrams of `step`, bundles of at most 32 messages."""
        messages: list[bytes] = []
        if step == 0:
            messages = [encode(f"/empathy/{one.name}/consent", 1) for one in self.annotators]
        now = np.array([step / STEPS_PER_SECOND * self._speed])
        seen = np.stack(timeline(self.annotators, now))[..., 0]
        changed = ((seen != self._seen) & ~np.isnan(seen)).any(axis=0)
        self._seen = seen
        for index, one in enumerate(self.annotators):
            if changed[index] or self._calls(index, step):
                messages += _said(one.name, *seen[:, index].tolist())
        return [
            encode_bundle(messages[start : start + _BUNDLE])
            for start in range(0, len(messages), _BUNDLE)
        ]

    def _calls(self, index: int, step: int) -> bool:
        """Whether an observer speaks at `step`; they take turns."""
        offset = index / len(self.annotators)
        pace = self._rate / STEPS_PER_SECOND
        return floor((step + 1) * pace + offset) > floor(step * pace + offset)


def _said(name: str, valence: float, arousal: float) -> list[bytes]:
    if isnan(valence) and isnan(arousal):
        return []
    if isnan(arousal):
        return [encode(f"/empathy/{name}/valence", valence)]
    if isnan(valence):
        return [encode(f"/empathy/{name}/arousal", arousal)]
    return [encode(f"/empathy/{name}", valence, arousal)]


def _mean(
    annotator: Annotator, level: NDArray[np.float64], seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean of the levels under way: what has begun less what has ended, from sorted sums."""
    said = ~np.isnan(level)
    totals = np.zeros((2, len(seconds)))  # sum of levels, number of episodes
    for times, sign in ((annotator.start[said], 1.0), (annotator.end[said], -1.0)):
        order = np.argsort(times, kind="stable")
        so_far = np.searchsorted(times[order], seconds, side="right")
        for row, values in enumerate((level[said][order], np.ones(len(order)))):
            totals[row] += sign * np.concatenate([[0.0], np.cumsum(values)])[so_far]
    means = np.full(len(seconds), np.nan)
    np.divide(totals[0], totals[1], out=means, where=totals[1] > 0.0)
    return means


def _read(path: Path, faults: list[Fault]) -> Annotator:
    """Read one file as far as it can be read, adding what is wrong to `faults`."""
    rows: list[tuple[float, ...]] = []
    name = path.stem
    if not (name.isascii() and name.isprintable() and len(name) <= _MOST_NAME):
        fix = "name the file with at most 64 plain letters"
        faults.append(Fault(str(path), "", "the file's name cannot be a participant's", fix))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets mark it
            reader = csv.DictReader(file)
            missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
            for column in missing:
                fix = f"the header has {', '.join(_COLUMNS)}"
                faults.append(Fault(str(path), "line 1", f"no column {column!r}", fix))
            if not missing:
                rows = [_row(row, str(path), reader.line_num, faults) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = getattr(error, "strerror", None) or "not CSV in UTF-8"
        faults.append(Fault(str(path), "", problem, "check the path and its rights"))
    table = np.array(rows, np.float64).reshape(-1, len(_COLUMNS))
    start, end, arousal, valence = np.ascontiguousarray(table.T)
    return Annotator(name, start, end, valence, arousal)


def _row(row: dict[str, str], file: str, line: int, faults: list[Fault]) -> tuple[float, ...]:
    where = f"line {line}"
    start, end = (_seconds(row[column], file, where, column, faults) for column in ("start", "end"))
    if end < start:
        faults.append(Fault(file, where, f"ends at {end:g}, before it starts", "swap the two"))
    levels = [start, end]
    for column, known in _LEVELS.items():
        text = (row[column] or "").strip()
        if text not in known:
            fix = f"{' or '.join(filter(None, known))}, or empty"
            faults.append(Fault(file, where, f"{column} {text[:40]!r}", fix))
        levels.append(known.get(text, _OPEN))
    return tuple(levels)


def _seconds(text: str | None, file: str, where: str, column: str, faults: list[Fault]) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = _OPEN
    if isfinite(value):
        return value
    faults.append(Fault(file, where, f"{column} {(text or '')[:40]!r}", "write it in seconds"))
    return _OPEN
