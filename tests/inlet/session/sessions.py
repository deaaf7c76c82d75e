"""A small session and its truth, written with the `mcap` library by what `format` says alone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from mcap.writer import CompressionType, Writer
from numpy.typing import NDArray

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.command import Command
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.sample import SAMPLE, SIMULATED, Samples
from empathy_palettes.inlet.session import format as topics
from empathy_palettes.inlet.session.format import (
    KEYS,
    PROFILE,
    ROW_ENCODING,
    ROW_TOPICS,
    Beginning,
    File,
    Sealed,
    pack,
    write_sealed,
)
from empathy_palettes.inlet.session.sealing import BEFORE, SECOND, Seal
from empathy_palettes.inlet.session.session import Session

SERIES = "00112233445566778899aabbccddeeff"
SALT = b"a salt of 16 byt"
NAMES = ("anna", "ben", "cleo", "dora", "emil")
SHADER = b"void main() { gl_FragColor = vec4(1.0); }\n"
NANOSECONDS = 1_000_000_000
COMMANDS = {7: Command("next"), 71: Command("knob", ("pace", 1.5)), 100: Command("freeze")}


@dataclass
class Truth:
    """What was recorded: by step, samples in their order; everything else as a `Session` has it."""

    begin: Beginning
    samples: dict[int, Samples]
    withdrawn: dict[int, list[int]]
    ticks: list[Tick]
    commands: tuple[tuple[int, Command], ...]
    signals: list[dict[str, float]]
    works: list[dict[str, Any]]
    here: Samples
    keys: dict[int, bytes] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return self.ticks[-1].step


def beginning(**changes: Any) -> Beginning:
    file = File("0/shaders/white.fs", hashlib.sha256(SHADER).hexdigest(), len(SHADER), True)
    begin = Beginning(
        SERIES, 1, 0, "0.1.0", "20260131-235959", "A wall", (64, 36), {"title": "A wall"},
        roots=("0",),
        files=(file,),
    )  # fmt: skip
    return replace(begin, **changes)


def truth(seconds: int = 4, *, seed: int = 0, part: int = 1, first: int = 0) -> Truth:
    """Five people and three simulated ones who speak at random, from the second `first` on."""
    chance = np.random.default_rng(seed + 100 * first)
    samples: dict[int, Samples] = {}
    withdrawn: dict[int, list[int]] = {}
    for step in range(60 * first, 60 * (first + seconds)):
        told = _samples(chance, int(chance.integers(0, 4)), step)
        if len(told):
            samples[step] = told
        if step % 97 == 90:
            withdrawn[step] = [int(chance.integers(0, 5))]
    ticks: list[Tick] = []
    at = 60 * first
    while True:
        steps = int(chance.integers(1, 4))
        at += steps
        if at >= 60 * (first + seconds):
            break
        ticks.append(Tick(1000 * first + len(ticks), at, steps))
    marks = range(60 * first, 60 * (first + seconds), 6)
    return Truth(
        beginning(part=part, step=60 * first),
        samples,
        withdrawn,
        ticks,
        tuple((step + 60 * first, command) for step, command in COMMANDS.items()),
        [{"step": step, "valence": step / 1024, "count": 5.0} for step in marks],
        [{"step": 60 * first, "place": 0, "name": "surge", "title": "Surge"}],
        _samples(chance, 3, 60 * first) if part > 1 else np.empty(0, SAMPLE),
        {who: bytes([who + 1]) * 32 for who in range(5)},
    )


def _samples(chance: np.random.Generator, count: int, step: int) -> Samples:
    samples = np.zeros(count, SAMPLE)
    samples["who"] = chance.permutation(8)[:count]
    samples["step"] = step
    for axis in ("valence", "arousal", "dominance"):
        samples[axis] = chance.integers(-32, 33, count) / 32
    samples["dominance"][chance.random(count) < 0.5] = np.nan
    samples["weight"] = chance.random(count)
    samples["circle"] = chance.integers(0, 3, count)
    samples["consent"] = chance.integers(1, 3, count)
    samples["origin"] = np.where(samples["who"] >= 5, SIMULATED, 1)
    return samples


def write(
    path: Path, told: Truth, *, finished: bool = True, keys: bool = True, plain: bool = False
) -> list[int]:
    """Write the session and its key table; return where each chunk ends. `plain`: not packed."""
    if keys:
        write_keys(path.with_name(path.name.removesuffix(topics.PART) + KEYS), told)
    with path.open("wb") as file:
        return Recording(file, told, plain).write(finished)


def write_keys(path: Path, told: Truth) -> None:
    naming = Naming(SALT)
    with closing(sqlite3.connect(path)) as table, table:
        table.execute("CREATE TABLE about(name TEXT PRIMARY KEY, value BLOB)")
        table.execute("CREATE TABLE salts(epoch INTEGER PRIMARY KEY, salt BLOB)")
        columns = "who INTEGER PRIMARY KEY, epoch INTEGER, name BLOB, key BLOB"
        table.execute(f"CREATE TABLE people({columns})")
        table.execute("CREATE TABLE erased(who INTEGER PRIMARY KEY, step INTEGER)")
        about = {"format": 1, "series": told.begin.series, "part": told.begin.part}
        table.executemany("INSERT INTO about VALUES(?, ?)", about.items())
        table.execute("INSERT INTO salts VALUES(1, ?)", (SALT,))
        for who, key in told.keys.items():
            first, second = naming.digest(NAMES[who].encode(), Space.SENDER)
            name = first.to_bytes(8, "little") + second.to_bytes(8, "little")
            table.execute("INSERT INTO people VALUES(?, 1, ?, ?)", (who, name, key))


class Recording:
    """One file being written."""

    def __init__(self, file: BinaryIO, told: Truth, plain: bool) -> None:
        self._file = file
        self._told = told
        packing = CompressionType.NONE if plain else CompressionType.ZSTD
        self._writer: Any = Writer(
            file, chunk_size=1 << 40, compression=packing, enable_data_crcs=True
        )
        self._channels: dict[str, int] = {}
        self._at = 0

    def write(self, finished: bool) -> list[int]:
        told = self._told
        self._writer.start(PROFILE)
        for name in [each.path for each in told.begin.files if each.embedded]:
            self._writer.add_attachment(0, 0, name, "text/plain", SHADER)
        self.say(topics.BEGIN, told.begin.plain())
        for work in told.works:
            self.say(topics.WORKS, work)
        first = told.begin.step // 60
        if len(told.here):
            self._rows(told.here, first, topics.HERE, topics.HERE_SIMULATED, BEFORE)
        ends = []
        last = max(max(told.samples), told.last) // 60
        for second in range(first, last + 1):
            self._second(second)
            if second == last and finished:
                frames = {"frames": len(told.ticks), "steps": told.last, "why": "ended"}
                self.say(topics.END, frames)
            self._writer.flush()
            ends.append(self._file.tell())
        if finished:
            self._writer.finish()
        return ends

    def say(self, topic: str, value: Any) -> None:
        self.put(topic, json.dumps(value).encode())

    def put(self, topic: str, data: bytes) -> None:
        if topic not in self._channels:
            encoding = ROW_ENCODING if topic in ROW_TOPICS else "json"
            self._channels[topic] = self._writer.register_channel(topic, encoding, 0)
        self._writer.add_message(self._channels[topic], self._at, data, self._at)

    def flush(self) -> None:
        """End the chunk."""
        self._writer.flush()

    def _second(self, second: int) -> None:
        told, steps = self._told, range(60 * second, 60 * second + 60)
        self._at = second * NANOSECONDS
        there = [told.samples[step] for step in steps if step in told.samples]
        if there:
            self._rows(np.concatenate(there), second, topics.SAMPLES, topics.SIMULATED, SECOND)
        for step in steps:
            if step in told.withdrawn:
                self.say(topics.WITHDRAWN, {"step": step, "who": told.withdrawn[step]})
        ticks = [tick for tick in told.ticks if tick.step in steps]
        if ticks:
            spans = [tick.steps for tick in ticks]
            told_ticks = {"index": ticks[0].index, "step": ticks[0].step, "steps": spans}
            self.say(topics.TICKS, told_ticks)
        for signals in told.signals:
            if signals["step"] in steps:
                self.say(topics.SIGNALS, signals)
        for step, command in told.commands:
            if step in steps:
                value = {"step": step, "name": command.name, "args": list(command.args)}
                self.say(topics.COMMANDS, value)

    def _rows(self, samples: Samples, second: int, real: str, simulated: str, kind: int) -> None:
        rows, begin = pack(samples, 60 * second), self._told.begin
        invented = samples["origin"] == SIMULATED
        for topic, which in ((real, ~invented), (simulated, invented)):
            whos: NDArray[np.uint32] = np.unique(samples["who"][which])
            parts = []
            for who in whos.tolist():
                data = rows[which & (samples["who"] == who)].tobytes()
                if topic == real:
                    seal = Seal(self._told.keys[who], bytes.fromhex(begin.series), begin.part, who)
                    data = seal.seal(data, second, kind)
                parts.append(data)
            if parts:
                self.put(topic, write_sealed(Sealed(second, whos, tuple(parts))))


def all_samples(told: Truth, steps: range | None = None) -> Samples:
    """Return everything that was said at these steps, in its order."""
    there = [each for step, each in sorted(told.samples.items()) if steps is None or step in steps]
    return np.frombuffer(b"".join(each.tobytes() for each in there), SAMPLE)


def read_samples(session: Session, start: int = 0) -> Samples:
    seconds = [second.samples for second in session.seconds_of(start)]
    return np.concatenate(seconds) if seconds else np.empty(0, SAMPLE)


def same(some: Samples, others: Samples) -> bool:
    return some.tobytes() == others.tobytes()


def assert_prefix(session: Session, told: Truth, seconds: int) -> None:
    """Everything that a session says is the truth of its first `seconds`, and all of that."""
    steps = range(told.begin.step, told.begin.step + 60 * seconds)
    ticks = [tick for tick in told.ticks if tick.step in steps]
    assert list(session.ticks()) == ticks
    assert session.frames == len(ticks)
    read, gone = [np.empty(0, SAMPLE)], dict[int, Sequence[int]]()
    for second in session.seconds_of():
        read.append(second.samples)
        gone |= {step: who.tolist() for step, who in second.withdrawn.items()}
    assert same(np.concatenate(read), all_samples(told, steps))
    assert gone == {step: who for step, who in told.withdrawn.items() if step in steps}
    assert session.commands == tuple(each for each in told.commands if each[0] in steps)
    signals = [each for each in told.signals if each["step"] in steps]
    for name in ("valence", "count"):
        values = np.array([each[name] for each in signals], np.float32)
        assert np.array_equal(session.signals[name], values)
    assert session.time.tolist() == [each["step"] / 60 for each in signals]
    assert len(session.works) == len(told.works)
    assert same(session.here, told.here)
