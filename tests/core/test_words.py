import pytest

from empathy_palettes.core.words import WORDS, lookup

# Ratings of 1..9 as Warriner, Kuperman & Brysbaert 2013 print them, for some of the words taken
# from them: an oracle for the change of scale.
WARRINER = {
    "amusement": (7.00, 4.82, 6.59),
    "gratitude": (6.67, 5.09, 6.71),
    "calm": (6.89, 1.67, 7.44),
    "serenity": (7.75, 2.95, 5.97),
    "caring": (7.64, 2.67, 6.56),
    "awe": (6.85, 3.83, 5.85),
    "grief": (2.33, 4.95, 3.26),
    "loneliness": (2.35, 4.09, 3.61),
    "shame": (2.62, 5.40, 5.21),
    "rage": (2.50, 6.62, 4.17),
    "stress": (1.79, 4.72, 3.85),
}


@pytest.mark.parametrize("label", WARRINER)
def test_ratings_are_brought_to_one_scale(label: str) -> None:
    v, a, d = WARRINER[label]
    word = WORDS[label]
    assert word.source == "W13"
    assert word.valence == pytest.approx(0.32 * (v - 5.064) / 1.275 + 0.02, abs=0.0051)
    assert word.arousal == pytest.approx(0.31 * (a - 4.211) / 0.896 + 0.06, abs=0.0051)
    assert word.dominance == pytest.approx(0.20 * (d - 5.185) / 0.938, abs=0.0051)


def test_the_table_holds_what_a_sample_can_carry() -> None:
    assert [word.index for word in WORDS.values()] == list(range(1, len(WORDS) + 1))
    assert len(WORDS) == 49
    assert len(WORDS) <= 255
    for label, word in WORDS.items():
        assert word.label == label == label.strip().casefold()
        assert all(-1 <= x <= 1 for x in (word.valence, word.arousal, word.dominance))
        assert word.source in {"R&M77", "W13", "origin"}


def test_words_lie_where_people_put_them() -> None:
    assert (WORDS["joy"].valence, WORDS["joy"].arousal, WORDS["joy"].dominance) == (
        0.76,
        0.48,
        0.35,
    )
    assert WORDS["anger"].dominance > 0 > WORDS["fear"].dominance
    assert WORDS["calm"].arousal < 0 < WORDS["excitement"].arousal
    assert WORDS["sadness"].valence < 0 < WORDS["love"].valence


def test_neutral_is_the_origin() -> None:
    neutral = WORDS["neutral"]
    assert (neutral.valence, neutral.arousal, neutral.dominance) == (0, 0, 0)


@pytest.mark.parametrize("text", ["joy", " Joy ", "JOY", "joyful"])
def test_lookup_forgives_case_space_and_form(text: str) -> None:
    assert lookup(text) is WORDS["joy"]


@pytest.mark.parametrize("text", ["", " ", "jo y", "joyy", "schadenfreude", "\0", "joy\nanger"])
def test_lookup_knows_what_it_does_not_know(text: str) -> None:
    assert lookup(text) is None


@pytest.mark.parametrize("form", ["happy", "sad", "angry", "afraid", "bored", "care", "anxious"])
def test_common_forms_lead_to_their_word(form: str) -> None:
    word = lookup(form)
    assert word is not None
    assert word.label != form
