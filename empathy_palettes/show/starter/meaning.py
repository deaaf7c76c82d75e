"""What the name of an input lets one guess: what of the crowd it could follow.

A table of words and nothing else: whoever edits the preset knows better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """A signal, the seconds of lag up and down; `falling`: high when the signal is low."""

    signal: str
    lag: tuple[int, int]
    why: str
    falling: bool = False


STIRRED = Guess("live(arousal)", (1, 4), "more when we are stirred")
_PLEASANT = Guess("live(valence)", (3, 3), "more when it feels pleasant")
_TENSE = Guess("tension", (2, 4), "more when we are tense")
_APART = Guess("polarization", (3, 3), "more when we are in two camps")
_ALIKE = Guess("agreement", (3, 3), "more when we feel alike")
_STILL = Guess("live(arousal)", (4, 2), "more when we are still", falling=True)
_MANY = Guess("presence", (3, 3), "more the more of us are here")

#: Where several words of a name are here, the first row that holds one of them counts.
_TABLE: tuple[tuple[Guess | None, str], ...] = (
    # Where a picture should not wander by itself, or a change is a jump: left as it is.
    (None, "seed phase angle rotation rotate rot hue direction orient orientation azimuth"),
    (None, "iterations iteration iter steps loops octaves levels sides segments count number num"),
    (None, "x y z pos position center centre left right top bottom min max start end index"),
    (None, "strobe flash blink flicker bpm threshold thresh tolerance alpha opacity mask fov"),
    (None, "red green blue r g b a font mode date day hour minute second"),
    (_PLEASANT, "brightness bright light lights lightness exposure luminance luma sun day"),
    (_PLEASANT, "glow shine shimmer warmth warm bloom gamma vignette clarity open"),
    (_TENSE, "noise distortion distort warp glitch chaos random randomness randomize jitter shake"),
    (_TENSE, "displace displacement turbulence turbulance rough roughness wobble sharp sharpness"),
    (_TENSE, "crack twist twirl burn grain deform error edge edges angular"),
    (_APART, "split separation separate divide division gap spread apart break shift"),
    (_ALIKE, "symmetry order regular regularity coherence align unity sync together"),
    (_STILL, "soft softness blur smooth smoothness smoothing feather fade trail trails decay mist"),
    (_STILL, "fog haze spacing"),
    (_MANY, "density crowd particles population fill stars dots cloud clouds"),
    (STIRRED, "saturation vibrance contrast colorfulness colour color"),
    (STIRRED, "speed rate velocity tempo pace frequency freq time spin scroll flow motion"),
    (STIRRED, "size scale zoom radius rad width thickness thick height depth length amount"),
    (STIRRED, "intensity strength amplitude amp power energy magnitude force wave waves swell"),
    (_PLEASANT, "gain level"),
    (STIRRED, "amt multiplier factor mix blend pulse beat detail zoomlevel morph bump spike"),
)
_BY_WORD = {word: guess for guess, words in reversed(_TABLE) for word in words.split()}
_ORDER = {word: place for place, (_, words) in enumerate(_TABLE) for word in words.split()}


def guessed(name: str) -> Guess | None:
    """Return what an input of this name could follow; None where nothing is, or nothing should.

    `lineWidth`, `line_width` and `LINEWIDTH2` are read as words.
    """
    word = _telling(name)
    return _BY_WORD[word] if word else None


def settled(name: str) -> bool:
    """Whether an input of this name is better left as it is."""
    word = _telling(name)
    return word is not None and _BY_WORD[word] is None


def _telling(name: str) -> str | None:
    """The word of the name that decides: the one highest up in the table."""
    words = [part.lower() for part in _PART.findall(name)]
    if len(words) > 1:
        words = [word for word in words if len(word) > 1]  # the x of xScale
    words += [known for known in _BY_WORD if len(known) > 3 and name.lower().endswith(known)]
    known = [word for word in words if word in _BY_WORD]
    return min(known, key=_ORDER.__getitem__, default=None)
