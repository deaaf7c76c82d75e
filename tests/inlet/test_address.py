"""Every address of the table says what it should; everything else is dropped and counted."""

import math
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.words import WORDS
from empathy_palettes.inlet.address import AddressSpace
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Argument, Message, decode, encode
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.sample import Kind, Observation

Read = Callable[..., list[Observation]]


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def read(notices: Notices) -> Read:
    """Read one message, its range -1..1, by way of its bytes."""
    space = AddressSpace((-1.0, 1.0), notices=notices)
    return lambda address, *args: space.read(decode(encode(address, *args)))


def axes(said: Observation) -> tuple[float, float, float]:
    return said.valence, said.arousal, said.dominance


def test_valence_and_arousal(read: Read) -> None:
    (said,) = read("/empathy/anna", 0.5, -0.25)
    assert (said.who, said.valence, said.arousal, said.weight) == (b"anna", 0.5, -0.25, 1.0)
    assert math.isnan(said.dominance)
    assert said.word == 0
    assert said.circle is None
    assert said.consent is None


def test_dominance_and_weight(read: Read) -> None:
    (three,) = read("/empathy/a", 0.5, -0.25, 1.0)
    assert axes(three) == (0.5, -0.25, 1.0)
    (four,) = read("/empathy/a", 0.5, -0.25, 1.0, 0.125)
    assert four.weight == 0.125


@pytest.mark.parametrize("axis", ["valence", "arousal"])
def test_one_at_a_time_leaves_the_other_unsaid(read: Read, axis: str) -> None:
    (said,) = read(f"/empathy/a/{axis}", -0.5)
    assert getattr(said, axis) == -0.5
    assert sum(map(math.isnan, axes(said))) == 2


@pytest.mark.parametrize("word", ["grief", " Grief ", "joy"])
def test_a_word_is_its_place_in_the_table(read: Read, word: str) -> None:
    (said,) = read("/empathy/a/word", word)
    known = WORDS[word.strip().lower()]
    assert axes(said) == (known.valence, known.arousal, known.dominance)
    assert said.word == known.index


@pytest.mark.parametrize("name", ["river", ""])
def test_a_circle_is_named_and_left_with_nothing(read: Read, name: str) -> None:
    (said,) = read("/empathy/a/circle", name)
    assert said.circle == name
    assert all(map(math.isnan, axes(said)))


@pytest.mark.parametrize("answer", [0, 1, 2, 1.0, True, False])
def test_consent_is_any_kind_of_number(read: Read, answer: float) -> None:
    (said,) = read("/empathy/a/consent", answer)
    assert said.consent == answer
    assert all(map(math.isnan, axes(said)))


def record(name: bytes, valence: float, arousal: float) -> bytes:
    return struct.pack("<8sff", name, valence, arousal)


def test_a_gateway_speaks_for_many(read: Read, notices: Notices) -> None:
    blob = b"".join(
        (
            record(b"a", 0.5, -0.5),
            record(b"eight888", -1.0, 1.0),
            record(b"", 0.0, 0.0),
            record(b"\xffx", 0.0, 0.0),
            record(b"n", math.nan, 0.0),
            record(b"far", 0.0, 3.0),
            record(b"z", 0.25, 0.25),
        )
    )
    said = read("/empathy/crowd", blob)
    assert [one.who for one in said] == [b"a", b"eight888", b"z"]
    assert [(one.valence, one.arousal) for one in said] == [(0.5, -0.5), (-1, 1), (0.25, 0.25)]
    assert notices.rejected == {Reason.NAME: 2, Reason.NOT_A_NUMBER: 1, Reason.RANGE: 1}


REJECTED: dict[str, tuple[Reason, str, tuple[Argument, ...]]] = {
    "not ours": (Reason.UNKNOWN_ADDRESS, "/muse/eeg", (1.0,)),
    "prefix only": (Reason.UNKNOWN_ADDRESS, "/empathy", (1.0, 1.0)),
    "unknown field": (Reason.UNKNOWN_ADDRESS, "/empathy/a/mood", (1.0,)),
    "too deep": (Reason.UNKNOWN_ADDRESS, "/empathy/a/b/valence", (1.0,)),
    "trailing slash": (Reason.UNKNOWN_ADDRESS, "/empathy/a/", (1.0, 1.0)),
    "no name": (Reason.NAME, "/empathy/", (1.0, 1.0)),
    "empty name": (Reason.NAME, "/empathy//valence", (1.0,)),
    "name too long": (Reason.NAME, "/empathy/" + "a" * 65, (1.0, 1.0)),
    "the crowd is nobody": (Reason.NAME, "/empathy/crowd/valence", (1.0,)),
    "one number": (Reason.VALUES, "/empathy/a", (1.0,)),
    "five numbers": (Reason.VALUES, "/empathy/a", (0.0,) * 5),
    "texts": (Reason.VALUES, "/empathy/a", ("0.5", "0.5")),
    "nothing": (Reason.VALUES, "/empathy/a/valence", (None,)),
    "word as number": (Reason.VALUES, "/empathy/a/word", (1,)),
    "two words": (Reason.VALUES, "/empathy/a/word", ("joy", "calm")),
    "circle too long": (Reason.VALUES, "/empathy/a/circle", ("x" * 65,)),
    "crowd as numbers": (Reason.VALUES, "/empathy/crowd", (1.0, 1.0)),
    "half a record": (Reason.VALUES, "/empathy/crowd", (b"12345678",)),
    "NaN": (Reason.NOT_A_NUMBER, "/empathy/a", (math.nan, 0.0)),
    "infinity": (Reason.NOT_A_NUMBER, "/empathy/a/valence", (math.inf,)),
    "too high": (Reason.RANGE, "/empathy/a", (0.0, 1.001)),
    "too low": (Reason.RANGE, "/empathy/a/valence", (-73,)),
    "dominance too high": (Reason.RANGE, "/empathy/a", (0.0, 0.0, 2.0)),
    "negative weight": (Reason.WEIGHT, "/empathy/a", (0.0, 0.0, 0.0, -0.1)),
    "heavy": (Reason.WEIGHT, "/empathy/a", (0.0, 0.0, 0.0, 100.0)),
    "no word": (Reason.WORD, "/empathy/a/word", ("joyy",)),
    "empty word": (Reason.WORD, "/empathy/a/word", ("",)),
    "consent 3": (Reason.CONSENT, "/empathy/a/consent", (3,)),
    "consent 0.5": (Reason.CONSENT, "/empathy/a/consent", (0.5,)),
}


@pytest.mark.parametrize("case", REJECTED)
def test_what_says_nothing_is_counted(read: Read, notices: Notices, case: str) -> None:
    reason, address, args = REJECTED[case]
    assert read(address, *args) == []
    assert notices.rejected == {reason: 1}
    assert len(notices.lines(0)) == 1


@given(
    st.floats(-1000, 1000),
    st.floats(0.01, 1000),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_the_range_is_mapped_onto_the_whole_scale(
    lo: float, span: float, v: float, a: float
) -> None:
    space = AddressSpace((lo, lo + span))
    (said,) = space.read([Message("/empathy/a", (lo + v * span, lo + a * span))])
    assert said.valence == pytest.approx(2 * v - 1, abs=1e-9 * max(1.0, abs(lo) / span))
    assert said.arousal == pytest.approx(2 * a - 1, abs=1e-9 * max(1.0, abs(lo) / span))
    assert -1.0 <= said.valence <= 1.0


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_usual_range_changes_nothing(valence: float, arousal: float) -> None:
    space = AddressSpace((-1.0, 1.0))
    (said,) = space.read([Message("/empathy/a", (valence, arousal))])
    assert (said.valence, said.arousal) == (valence, arousal)


def test_an_end_that_float32_rounds_outwards_is_inside() -> None:
    notices = Notices()
    space = AddressSpace((-0.1, 0.1), notices=notices)
    (said,) = space.read(decode(encode("/empathy/a", 0.1, -0.1)))
    assert (said.valence, said.arousal) == (1.0, -1.0)


def test_booleans_and_whole_numbers_are_numbers() -> None:
    space = AddressSpace((0.0, 127.0), kind=Kind.PHYSIOLOGY)
    (said,) = space.read([Message("/empathy/a", (127, False))])
    assert (said.valence, said.arousal, said.kind) == (1.0, -1.0, Kind.PHYSIOLOGY)


@pytest.mark.parametrize("wrong", [(1.0, 1.0), (1.0, -1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_a_range_that_is_none(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="range"):
        AddressSpace(wrong)


@given(
    st.lists(
        st.builds(
            Message,
            st.one_of(
                st.text(max_size=80).map(lambda text: f"/empathy/{text}"),
                st.sampled_from(["valence", "arousal", "word", "circle", "consent"]).map(
                    lambda field: f"/empathy/a/{field}"
                ),
                st.sampled_from(["/empathy/a", "/empathy/crowd"]),
            ),
            st.lists(
                st.one_of(
                    st.floats(), st.integers(), st.text(), st.binary(), st.booleans(), st.none()
                ),
                max_size=5,
            ).map(tuple),
        ),
        max_size=8,
    )
)
def test_nothing_raises_and_nothing_leaves_the_scale(messages: list[Message]) -> None:
    notices = Notices()
    for said in AddressSpace((0.0, 1.0), notices=notices).read(messages):
        assert all(math.isnan(value) or -1.0 <= value <= 1.0 for value in axes(said))
        assert 0.0 <= said.weight <= 1.0
        assert 1 <= len(said.who) <= 64
    assert all(len(line) < 300 for line in notices.lines(0))
