"""A show that is told step by step, always the same, for what records it; and what came of it.

Run by itself it records in real time until it is killed, and says how far it has come.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from empathy_palettes.core.clock import Tick
from empathy_palettes.inlet.naming import Digests, Naming, Space
from empathy_palettes.inlet.sample import SAMPLE, SIMULATED, Samples
from empathy_palettes.inlet.session.format import Beginning, File, Whos
from empathy_palettes.inlet.session.recorder import Recorder
from empathy_palettes.inlet.session.room import RecordRules
from empathy_palettes.inlet.session.session import Session

SALT = bytes(range(16))
OTHER_SALT = bytes(range(16, 32))
NOBODY: Whos = np.empty(0, np.uint32)
PLENTY = RecordRules(least_free_gigabytes=0.0)
REPORT_EVERY = 3  # steps
SHADER = b"void main() {}"
FILES = {"0/a.fs": SHADER}
PER_STEP = 33  # samples: two thousand in a second


def beginning(step: int = 0) -> Beginning:
    series = "00112233445566778899aabbccddeeff"
    shader = File("0/a.fs", hashlib.sha256(SHADER).hexdigest(), len(SHADER), True)
    return Beginning(
        series, 1, step, "0.1.0", "20260131-235959", "A wall", (64, 36), {}, files=(shader,)
    )


def said_at(step: int, count: int = PER_STEP, people: int = 200) -> Samples:
    """What is said at a step: by people of numbers 0 to `people`, some of them simulated."""
    chance = np.random.default_rng(step)
    samples = np.zeros(count, SAMPLE)
    samples["who"] = chance.integers(0, people, count)
    samples["step"] = step
    for axis in ("valence", "arousal", "dominance"):
        samples[axis] = chance.integers(-32, 33, count) / np.float32(32)
        samples[axis][chance.random(count) < 0.3] = np.nan
    samples["weight"] = chance.random(count, np.float32)
    for name, most in (("kind", 4), ("circle", 300), ("word", 9)):
        samples[name] = chance.integers(0, most, count)
    samples["consent"] = chance.integers(1, 3, count)
    samples["origin"] = np.where(samples["who"] % 10 == 9, SIMULATED, 1)
    return samples


def last_said(steps: range) -> dict[int, dict[str, float]]:
    """What each said last, person by person: the oracle of what a later part begins with."""
    people = dict[int, dict[str, float]]()
    for step in steps:
        for row in said_at(step):
            told = {name: float(row[name]) for name in SAMPLE.names or ()}
            before = people.setdefault(int(told["who"]), dict(told))
            felt = [
                axis for axis in ("valence", "arousal", "dominance") if told[axis] == told[axis]
            ]
            kept = [*felt, "circle", "consent"]
            kept += ("weight", "kind", "word", "origin") if felt else ()
            before.update({name: told[name] for name in kept})
    return people


def named(whos: Whos, salt: bytes = SALT) -> Digests:
    texts = [b"person %d" % who for who in whos.tolist()]
    return Naming(salt).digests_of_texts(texts, Space.SENDER)


def told_at(step: int) -> dict[str, float]:
    return {"valence": np.sin(step / 100.0), "count": float(step % 7), "agreement": float("nan")}


def play(
    recorder: Recorder,
    steps: Iterable[int],
    said: Callable[[int], Samples] = said_at,
    withdrawn: dict[int, list[int]] | None = None,
    gone: dict[int, list[int]] | None = None,
) -> None:
    """Take a recorder through steps, a frame for every two of them."""
    for step in steps:
        leaving, left = (
            np.array((each or {}).get(step, ()), np.uint32) for each in (withdrawn, gone)
        )
        recorder.step(step, said(step), leaving, left, told_at(step), named, SALT)
        if step % 2 == 0 and step:
            recorder.tick(Tick(step // 2 - 1, step, 2))


def samples_of(session: Session) -> dict[int, Samples]:
    """What was said at each step, as it is read."""
    read = dict[int, Samples]()
    for second in session.seconds_of():
        for step in np.unique(second.samples["step"]).tolist():
            read[step] = second.samples[second.samples["step"] == step]
    return read


def same(one: Samples, other: Samples) -> bool:
    """Whether two samples are, bit by bit; NaN is NaN."""
    return len(one) == len(other) and all(
        np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")
        for name in SAMPLE.names or ()
    )


def until_written(recorder: Recorder, seconds: float = 20.0) -> None:
    """Wait until nothing waits for the disk any more."""
    end = time.monotonic() + seconds
    while recorder.waiting:
        assert time.monotonic() < end, "the recorder does not come to an end"
        time.sleep(0.005)


def main(path: Path) -> None:
    """Record at sixty steps a second; tell each step that was given, and each sync's seconds."""
    telling = threading.Lock()

    def tell(line: str) -> None:
        with telling:
            os.write(1, line.encode())

    def sync(file: int) -> None:
        begun = time.monotonic()
        os.fsync(file)
        tell(f"synced {time.monotonic() - begun:.4f}\n")

    recorder = Recorder(path, beginning(), FILES, salt=SALT, rules=PLENTY, sync=sync)
    steps = [said_at(step) for step in range(60)]
    begun, step = time.monotonic(), 0
    while True:
        steps[step % 60]["step"] = step
        play(recorder, (step,), lambda step: steps[step % 60])
        if step % REPORT_EVERY == 0:
            tell(f"step {step}\n")
        step += 1
        time.sleep(max(0.0, begun + step / 60 - time.monotonic()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
