import pytest

from empathy_palettes.core.errors import ConfigError
from empathy_palettes.core.words import WORDS
from empathy_palettes.show.feeling import parse_feeling


def test_words_and_numbers() -> None:
    joy = WORDS["joy"]
    assert parse_feeling("Joy") == (joy.valence, joy.arousal, joy.dominance)
    assert parse_feeling("-0.5,0.25") == (-0.5, 0.25, None)
    assert parse_feeling("-0.5 0.25 1") == (-0.5, 0.25, 1.0)
    assert parse_feeling((0.0, 1.0)) == (0.0, 1.0, None)


@pytest.mark.parametrize(
    ("wrong", "told"), [("sorow", "did you mean 'sorrow'?"), ("xyz", "empathy list words")]
)
def test_every_form_of_a_word_may_have_been_meant(wrong: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told.replace("?", r"\?")):
        parse_feeling(wrong)


@pytest.mark.parametrize("wrong", ["joyfull", "0.5", "0.5,1.1", "1,2,3,4", "nan,0", "", "0,inf"])
def test_what_is_neither_says_what_would_be(wrong: str) -> None:
    with pytest.raises(ConfigError, match="feel"):
        parse_feeling(wrong)
