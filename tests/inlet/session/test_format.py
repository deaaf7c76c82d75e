"""What is packed and sealed comes out as it went in, or not at all."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.sample import SAMPLE, Samples
from empathy_palettes.inlet.session.format import (
    ROW,
    Beginning,
    File,
    Sealed,
    pack,
    read_sealed,
    unpack,
    write_sealed,
)
from empathy_palettes.inlet.session.sealing import BEFORE, SECOND, TAG_BYTES, Seal, new_key
from tests.inlet.gates import MODES, samples_of
from tests.inlet.session.recording import beginning, same
from tests.inlet.spoken import Told, consent

SERIES = bytes(range(16))


@st.composite
def seconds(draw: st.DrawFn) -> tuple[int, Samples]:
    """The first step of a second, and what was said in it, step after step."""
    first = 60 * draw(st.integers(0, 2**40))
    count = draw(st.integers(0, 40))
    samples = np.zeros(count, SAMPLE)
    samples["step"] = first + np.sort(
        draw(arrays.arrays(np.int64, count, elements=st.integers(0, 59)))
    )
    for name in ("who", "kind", "circle", "word", "origin", "consent"):
        samples[name] = draw(arrays.arrays(SAMPLE[name], count))
    samples["weight"] = draw(arrays.arrays(np.float32, count))
    for name in ("valence", "arousal", "dominance"):
        units = draw(arrays.arrays(np.int8, count, elements=st.integers(-33, 32)))
        samples[name] = np.where(units < -32, np.nan, units.astype(np.float32) / 32)
    return first, samples


@settings(max_examples=40)
@given(seconds(), st.integers(0, 2**31), st.randoms())
def test_samples_are_packed_and_unpacked(
    told: tuple[int, Samples], place: int, chance: Any
) -> None:
    first, samples = told
    rows = pack(samples, first, place)
    assert rows.dtype == ROW
    order = list(range(len(rows)))
    chance.shuffle(order)  # sealed, they are apart by person
    got = unpack(rows[order], samples["who"][order], first)
    assert same(got, samples)


def test_what_the_gate_lets_in_is_packed_and_unpacked() -> None:
    for mode in MODES:
        chance = np.random.default_rng(1)
        gate = Gate(mode)
        told = [
            Told(str(n), *chance.uniform(-1, 1, 3).tolist(), *chance.random(1).tolist())
            for n in range(40)
        ]
        if mode == "explicit":
            samples_of(gate, *(consent(str(n), 1) for n in range(40)))
        samples = samples_of(gate, *told, step=125)
        assert len(samples) == 40
        rows = pack(samples, 120)
        assert same(unpack(rows, samples["who"], 120), samples)


@pytest.mark.parametrize(
    ("name", "value"), [("valence", 0.01), ("arousal", 33 / 32), ("step", 119), ("step", 180)]
)
def test_what_no_gate_lets_in_is_not_packed(name: str, value: float) -> None:
    samples = np.zeros(3, SAMPLE)
    samples["step"] = 130
    samples[name][1] = value
    with pytest.raises(ValueError, match=r"32nd|other steps"):
        pack(samples, 120)


@pytest.mark.parametrize(("name", "value"), [("valence", 33), ("dominance", -33), ("step", 60)])
def test_rows_that_nobody_packed_are_refused(name: str, value: int) -> None:
    rows = pack(np.zeros(2, SAMPLE), 0)
    rows[name][1] = value
    with pytest.raises(ValueError, match=r"beyond|second"):
        unpack(rows, np.zeros(2, np.uint32), 0)


SEALED = st.builds(
    lambda second, told: Sealed(second, np.array([*told], np.uint32), tuple(told.values())),
    st.integers(0, 2**64 - 1),
    st.dictionaries(st.integers(0, 2**32 - 1), st.binary(max_size=60), max_size=9),
)


@given(SEALED)
def test_messages_are_read_as_they_were_written(sealed: Sealed) -> None:
    told = read_sealed(write_sealed(sealed))
    assert (told.second, told.who.tolist(), told.bytes) == (
        sealed.second, sealed.who.tolist(), sealed.bytes,
    )  # fmt: skip


@settings(max_examples=30)
@given(SEALED)
def test_a_message_that_is_cut_or_longer_is_none(sealed: Sealed) -> None:
    message = write_sealed(sealed)
    for size in range(len(message)):
        with pytest.raises(ValueError, match=r"cut off|add up|reshape|buffer"):
            read_sealed(message[:size])
    with pytest.raises(ValueError, match="add up"):
        read_sealed(message + b"\0")


def test_a_beginning_is_read_from_json_as_it_was() -> None:
    files = (File("0/a.fs", hashlib.sha256(b"").hexdigest(), 0, True),)
    begin = Beginning(
        "ab" * 16, 2, 7200, "1.0", "20260131-235959", "A wall", (1920, 1080), {"title": "A wall"},
        files=files, roots=("0",), standing=(1, 0, 0), left_out={"a": "b"},
    )  # fmt: skip
    assert Beginning.from_plain(begin.plain()) == begin
    assert Beginning.from_plain({**begin.plain(), "of_later": 1}) == begin
    with pytest.raises((KeyError, TypeError, ValueError)):
        Beginning.from_plain({"series": beginning().series})


@given(st.binary(max_size=200), st.integers(0, 2**63), st.sampled_from([SECOND, BEFORE]))
def test_a_seal_opens_what_it_sealed(plain: bytes, second: int, kind: int) -> None:
    key = new_key()
    sealed = Seal(key, SERIES, 1, 7).seal(plain, second, kind)
    assert len(sealed) == len(plain) + TAG_BYTES
    assert Seal(key, SERIES, 1, 7).open(sealed, second, kind) == plain


def test_a_seal_opens_nothing_else() -> None:
    key = new_key()
    seal = Seal(key, SERIES, 1, 7)
    sealed = seal.seal(b"what was said", 5)
    for other in (
        Seal(new_key(), SERIES, 1, 7),
        Seal(key, SERIES[::-1], 1, 7),
        Seal(key, SERIES, 2, 7),
        Seal(key, SERIES, 1, 8),
    ):
        with pytest.raises(ValueError, match="another key"):
            other.open(sealed, 5)
    for second, kind in ((6, SECOND), (5, BEFORE)):
        with pytest.raises(ValueError, match="another key"):
            seal.open(sealed, second, kind)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(ValueError, match="another key"):
            seal.open(bytes(changed), 5)
