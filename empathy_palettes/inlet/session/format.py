"""What a session file is made of: its topics, its records, and how a person's samples are packed.

Reads and writes no file: `writer` and `reading` do. The container is MCAP; one chunk holds a second
of the show. Time of a message (`log_time`) is that of the show: nanoseconds since its step 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ..sample import NOT_GIVEN, SAMPLE, Samples

PROFILE = "empathy-palettes"
FORMAT = 1  # a reader knows this one and those before it
SUFFIX = ".mcap"
PART = ".part"  # of a file that is being written, after its suffix
KEYS = ".keys"  # of the key table, after the name that the file has, or will have

BEGIN = "/empathy/begin"  # the first message: a `Beginning`
TICKS = (
    "/empathy/ticks"  # of a second: {"index": of the first frame, "step": its step, "steps": []}
)
SIGNALS = "/empathy/signals"  # ten a second: {"step": s, "valence": v, …}, as far as they are told
COMMANDS = "/empathy/commands"  # {"step": taken by the show after this step, "name", "args"}
WITHDRAWN = "/empathy/withdrawn"  # {"step": s, "who": [numbers]}
WORKS = "/empathy/works"  # what is on show from a step on: {"step", "place", "name", "title"}
SAMPLES = "/empathy/samples"  # of a second: everybody's, each sealed under a key of their own
HERE = (
    "/empathy/here"  # the same, at the beginning of a later part: what each who is here said last
)
HERE_SIMULATED = "/empathy/here-simulated"  # of simulated people, which is nobody's
SIMULATED = "/empathy/simulated"  # of a second: simulated people's, which are nobody's
END = "/empathy/end"  # the last message: {"frames": of this file, "steps": the next, "why"}

JSON_TOPICS = (BEGIN, TICKS, SIGNALS, COMMANDS, WITHDRAWN, WORKS, END)
ROW_TOPICS = (SAMPLES, HERE, HERE_SIMULATED, SIMULATED)
ROW_ENCODING = "empathy.rows.1"

GRAIN = 32  # feelings are whole 32nds: the gate sees to it
_UNSAID = -128
_AXES = ("valence", "arousal", "dominance")
_COPIED = ("weight", "kind", "circle", "word", "origin", "consent")

#: A sample without whose it is. `step`: of the second's sixty. `place`: which of all the second's
#: samples it is, so that they can be put in their order again.
ROW = np.dtype(
    [
        ("step", "u1"),
        ("place", "<u4"),
        ("valence", "i1"),
        ("arousal", "i1"),
        ("dominance", "i1"),
        ("weight", "<f4"),
        ("kind", "u1"),
        ("circle", "<u2"),
        ("word", "u1"),
        ("origin", "u1"),
        ("consent", "u1"),
    ]
)
Rows = NDArray[np.void]  # of dtype ROW
Whos = NDArray[np.uint32]


class Sealed(NamedTuple):
    """What a message of `ROW_TOPICS` holds: whose, and the bytes of each; `second` from 0 on."""

    second: int
    who: Whos
    bytes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that the show was made from.

    `path`: below one of the show's roots, as `0/presets/jareb/surge.toml`; `sha256` in hex;
    `embedded`: whether its bytes are in the session, as an attachment of that name.
    """

    path: str
    sha256: str
    size: int
    embedded: bool


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a show began, and what it was made of; plain values, for JSON.

    `series`: 32 hex digits, those of all parts of one show; `part` counts from 1, and begins at
    `step`. `begun`: local time as `20260131-235959`. `installation`: all of its keys. `owner`: the
    installation's file below `roots`, "" where it has none; `roots`, `include_paths`: as in
    `File.path`. `standing`, `left_out`: what it took over from a show that broke off. `simulated`:
    whether all its people were. `drawn_by`: the driver's name for the GPU.
    """

    series: str
    part: int
    step: int
    version: str
    begun: str
    title: str
    size: tuple[int, int]
    installation: Mapping[str, Any]
    owner: str = ""
    roots: tuple[str, ...] = ()
    include_paths: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    sound: str = ""
    standing: tuple[int, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    drawn_by: str = ""
    guard: str = "budget"
    format: int = FORMAT

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Beginning:
        """Return what `plain` gave; keys of a later version are passed over.

        KeyError, TypeError or ValueError for what is none.
        """
        known = {each.name: told[each.name] for each in fields(cls) if each.name in told}
        width, height = known["size"]
        known["size"] = int(width), int(height)
        known["files"] = tuple(File(**file) for file in known.get("files", ()))
        for name in ("roots", "include_paths", "standing"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


def pack(samples: Samples, first: int, place: int = 0) -> Rows:
    """Return samples as rows; `first`: the second's first step; `place`: of the first of them.

    ValueError where a step is not of that second, or a feeling is no whole 32nd in [-1, 1].
    """
    rows = np.zeros(len(samples), ROW)
    offset = samples["step"] - first
    if len(samples) and not (0 <= offset.min() and offset.max() < STEPS_PER_SECOND):
        raise ValueError(f"samples of other steps than {first} to {first + STEPS_PER_SECOND - 1}")
    rows["step"] = offset
    rows["place"] = np.arange(place, place + len(samples), dtype=np.uint32)
    for axis in _AXES:
        units = samples[axis] * np.float32(GRAIN)
        unsaid = np.isnan(units)
        whole = np.where(unsaid, np.float32(_UNSAID), np.rint(units))
        if not (((whole == units) & (np.abs(whole) <= GRAIN)) | unsaid).all():
            raise ValueError(f"a feeling that is no whole {GRAIN}nd")
        rows[axis] = whole
    for name in _COPIED:
        rows[name] = samples[name]
    return rows


def unpack(rows: Rows, who: Whos, first: int) -> Samples:
    """Return the samples that `pack` made rows of, in their order; `who` (n,) says whose each is.

    ValueError where a row is none that `pack` makes.
    """
    if len(rows) and int(rows["step"].max()) >= STEPS_PER_SECOND:
        raise ValueError("a sample of another second")
    samples = np.zeros(len(rows), SAMPLE)
    samples["who"] = who
    samples["step"] = rows["step"]
    samples["step"] += first
    for axis in _AXES:
        units = rows[axis]
        unsaid = units == _UNSAID
        if (np.abs(units.astype(np.int16)) > GRAIN)[~unsaid].any():
            raise ValueError("a feeling beyond -1 to 1")
        values = units.astype(np.float32) / np.float32(GRAIN)
        samples[axis] = np.where(unsaid, np.float32(NOT_GIVEN), values)
    for name in _COPIED:
        samples[name] = rows[name]
    # By place: it counts through the second, so that steps come in their order, too.
    order = np.argsort(rows["place"], kind="stable")
    return samples[order]


def write_sealed(sealed: Sealed) -> bytes:
    """Return a message of `ROW_TOPICS`: second u8, people u4; who and length u4 each; the bytes."""
    heads = np.empty((2, len(sealed.who)), "<u4")
    heads[0] = sealed.who
    heads[1] = [len(part) for part in sealed.bytes]
    head = sealed.second.to_bytes(8, "little") + len(sealed.who).to_bytes(4, "little")
    return b"".join((head, heads.tobytes(), *sealed.bytes))


def read_sealed(message: bytes) -> Sealed:
    """Return what `write_sealed` wrote; ValueError where the bytes are none of it."""
    second = int.from_bytes(message[:8], "little")
    people = int.from_bytes(message[8:12], "little")
    start = 12 + 8 * people
    if len(message) < start:
        raise ValueError("cut off")
    who, length = np.frombuffer(message, "<u4", 2 * people, 12).reshape(2, people)
    ends = start + np.cumsum(length, dtype=np.int64)
    if (int(ends[-1]) if people else start) != len(message):
        raise ValueError("lengths that do not add up")
    parts = tuple(
        message[int(end) - int(size) : int(end)] for end, size in zip(ends, length, strict=True)
    )
    return Sealed(second, who.astype(np.uint32), parts)
