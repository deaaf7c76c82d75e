"""Whatever is said, in whatever order, the gate does what a slow one does row by row."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.sample import SAMPLE, Kind, Samples
from tests.inlet.slow_gate import Sampled, SlowGate
from tests.inlet.spoken import Told, columns

FEW = [f"n{number}" for number in range(6)]
MANY = [f"n{number}" for number in range(80)]
NEWCOMERS = {1: 3}  # through this inlet; 50 through others

feelings = st.sampled_from((float("nan"), 0.0, -0.0, 0.25, 1 / 64, -1.0, 0.7))
told = st.builds(
    Told,
    who=st.sampled_from(FEW),
    valence=feelings,
    arousal=feelings,
    dominance=feelings,
    weight=st.sampled_from((0.1, 0.5, 1.0)),
    kind=st.sampled_from(Kind),
    word=st.integers(0, 3),
    circle=st.sampled_from((None, None, None, "", "x", "y", "z")),
    consent=st.sampled_from((None, None, None, None, 0, 1, 2)),
    origin=st.integers(0, 2),
    host=st.sampled_from((0, 0, 1, 7, 7, 8)),
)
alike = st.sampled_from(
    (
        Told("", valence=0.5),
        Told("", consent=1),
        Told("", consent=0),
        Told("", circle="x"),
        Told("", arousal=0.5, consent=1, circle="y"),
    )
)
floods = st.builds(
    lambda row, first, count, machine: [
        row._replace(who=who, host=machine) for who in MANY[first : first + count]
    ],
    alike,
    st.integers(0, 40),
    st.integers(15, 80),
    st.sampled_from((0, 7, 8)),
)
parts = st.one_of(st.lists(told, max_size=12), st.lists(told, max_size=12), floods)
batches = st.lists(parts, max_size=3).map(lambda some: [row for part in some for row in part])
stories = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 3), batches),
        st.tuples(st.sampled_from((1, 1, 20, 40, 600)), batches),
        st.lists(st.integers(0, 20), max_size=8),  # numbers to forget
    ),
    max_size=8,
)


def plain(samples: Samples) -> list[Sampled]:
    order = ["who", "step", "valence", "arousal", "dominance", "weight", "kind", "word", "origin"]
    assert samples.dtype == SAMPLE
    order += ["circle", "consent"]
    return list(zip(*(samples[name].tolist() for name in order), strict=True))


@given(
    st.sampled_from(("attested", "explicit")),
    st.sampled_from((1, 2, 3, 60)),
    st.integers(1, 3),
    st.integers(1, 2),
    stories,
)
@settings(max_examples=200)
def test_it_does_what_a_slow_gate_does(
    mode: Mode,
    max_people: int,
    circles: int,
    level: int,
    story: list[tuple[int, list[Told]] | list[int]],
) -> None:
    notices = Notices()
    gate = Gate(mode, max_people, notices, circles, NEWCOMERS, level)
    slow = SlowGate(mode == "attested", max_people, circles, newcomers=NEWCOMERS, level=level)
    step, sent = 0, 0
    for chapter in story:
        if isinstance(chapter, list):
            gate.forget(np.array(chapter, np.uint32))
            slow.forget(chapter)
            continue
        passed, rows = chapter
        step += passed
        samples, withdrawn = gate.admit(columns(rows), step)
        expected, gone = slow.admit(rows, step)
        np.testing.assert_equal(plain(samples), expected)
        assert withdrawn.tolist() == gone
        assert notices.rejected == slow.rejected
        assert gate.accepted == slow.accepted
        sent += len(samples)
    np.testing.assert_equal(plain(gate.due(step + 2)), slow.due(step + 2))
    assert gate.superseded <= gate.accepted - sent
