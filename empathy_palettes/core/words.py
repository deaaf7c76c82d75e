"""The emotion words a person may send, and where each lies in valence, arousal and dominance.

Does not read messages: `inlet.address` does.

Sources. "R&M77": Russell & Mehrabian 1977, J. Research in Personality 11:273, means in -1..1.
"W13": Warriner, Kuperman & Brysbaert 2013, Behavior Research Methods 45:1191, means in 1..9,
brought to the scale of the former by V = .32 (v - 5.064) / 1.275 + .02,
A = .31 (a - 4.211) / .896 + .06, D = .20 (d - 5.185) / .938. Where both rate a word, R&M77 is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place in the space of feeling, each coordinate in [-1, 1].

    `index` is what a sample carries, 1..255 (0 = no word); recorded shows hold it, so the table
    grows at its end only. `source` is "R&M77", "W13", or "origin" for neutral.
    """

    index: int
    label: str
    valence: float
    arousal: float
    dominance: float
    source: str


_ROWS = (
    ("neutral", 0.0, 0.0, 0.0, "origin"),
    ("joy", 0.76, 0.48, 0.35, "R&M77"),
    ("happiness", 0.81, 0.51, 0.46, "R&M77"),
    ("excitement", 0.62, 0.75, 0.38, "R&M77"),
    ("love", 0.87, 0.54, -0.18, "R&M77"),
    ("amusement", 0.51, 0.27, 0.30, "W13"),
    ("admiration", 0.65, 0.51, 0.20, "W13"),
    ("gratitude", 0.42, 0.36, 0.33, "W13"),
    ("pride", 0.38, 0.52, 0.14, "W13"),
    ("optimism", 0.56, 0.32, 0.37, "W13"),
    ("hope", 0.63, 0.43, 0.34, "W13"),
    ("relief", 0.41, 0.13, 0.10, "W13"),
    ("relaxed", 0.68, -0.46, 0.06, "R&M77"),
    ("calm", 0.48, -0.82, 0.48, "W13"),
    ("serenity", 0.69, -0.38, 0.17, "W13"),
    ("content", 0.43, -0.30, 0.16, "W13"),
    ("approval", 0.44, -0.18, 0.31, "W13"),
    ("caring", 0.67, -0.47, 0.29, "W13"),
    ("curiosity", 0.22, 0.62, -0.01, "R&M77"),
    ("desire", 0.52, 0.75, 0.19, "W13"),
    ("surprise", 0.40, 0.67, -0.13, "R&M77"),
    ("awe", 0.47, -0.07, 0.14, "W13"),
    ("realization", 0.36, -0.13, 0.11, "W13"),
    ("nostalgia", 0.42, 0.12, 0.04, "W13"),
    ("compassion", 0.73, 0.16, 0.25, "W13"),
    ("sadness", -0.63, -0.27, -0.33, "R&M77"),
    ("grief", -0.67, 0.32, -0.41, "W13"),
    ("loneliness", -0.66, 0.02, -0.34, "W13"),
    ("disappointment", -0.55, 0.30, -0.24, "W13"),
    ("remorse", -0.34, 0.09, -0.13, "W13"),
    ("guilt", -0.68, 0.15, -0.18, "W13"),
    ("shame", -0.59, 0.47, 0.01, "W13"),
    ("embarrassment", -0.57, 0.49, -0.48, "W13"),
    ("confusion", -0.53, 0.27, -0.32, "R&M77"),
    ("disapproval", -0.40, 0.07, 0.02, "W13"),
    ("annoyance", -0.51, 0.02, -0.37, "W13"),
    ("frustration", -0.64, 0.52, 0.35, "R&M77"),
    ("disgust", -0.60, 0.35, 0.11, "R&M77"),
    ("contempt", -0.44, 0.20, -0.16, "W13"),
    ("hate", -0.56, 0.59, 0.13, "R&M77"),
    ("anger", -0.51, 0.59, 0.25, "R&M77"),
    ("rage", -0.62, 0.89, -0.22, "W13"),
    ("fear", -0.64, 0.60, -0.43, "R&M77"),
    ("terror", -0.62, 0.82, -0.43, "R&M77"),
    ("nervousness", -0.47, 0.14, -0.27, "W13"),
    ("anxiety", -0.65, 0.26, -0.38, "W13"),
    ("stress", -0.80, 0.24, -0.28, "W13"),
    ("boredom", -0.65, -0.62, -0.33, "R&M77"),
    ("sleepy", 0.20, -0.70, -0.44, "R&M77"),
)

WORDS: MappingProxyType[str, Word] = MappingProxyType(
    {row[0]: Word(index, *row) for index, row in enumerate(_ROWS, start=1)}
)

# The same word in the form a button or a sentence has it in; never a neighbour in meaning, but for
# the two of the four quadrants' names (joy, calm, tension, sorrow) that no study of these rated.
_FORMS = MappingProxyType(
    {
        "happy": "happiness",
        "sorrow": "sadness",
        "tension": "stress",
        "excited": "excitement",
        "amused": "amusement",
        "grateful": "gratitude",
        "proud": "pride",
        "optimistic": "optimism",
        "hopeful": "hope",
        "relieved": "relief",
        "serene": "serenity",
        "care": "caring",
        "curious": "curiosity",
        "surprised": "surprise",
        "nostalgic": "nostalgia",
        "compassionate": "compassion",
        "joyful": "joy",
        "sad": "sadness",
        "lonely": "loneliness",
        "disappointed": "disappointment",
        "guilty": "guilt",
        "ashamed": "shame",
        "embarrassed": "embarrassment",
        "confused": "confusion",
        "annoyed": "annoyance",
        "frustrated": "frustration",
        "disgusted": "disgust",
        "angry": "anger",
        "afraid": "fear",
        "terrified": "terror",
        "nervous": "nervousness",
        "anxious": "anxiety",
        "stressed": "stress",
        "bored": "boredom",
    }
)


def spellings() -> tuple[str, ...]:
    """Return everything that `lookup` knows: the words, and the other forms of some."""
    return *WORDS, *_FORMS


def lookup(text: str) -> Word | None:
    """Return the word that `text` means, or None; case and space around it do not matter."""
    label = text.strip().casefold()
    return WORDS.get(_FORMS.get(label, label))
