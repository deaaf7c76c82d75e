"""The signals: their names, ranges, neutrals and plain words, each defined here and nowhere else.

Does not compute them: `statistics`, `resonance` and `smooth` do.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """One number about the crowd: its span [lo, hi], what it is when undefined, what it says."""

    name: str
    lo: float
    hi: float
    neutral: float
    says: str


_TABLE = (
    Signal("valence", -1, 1, 0, "how pleasant it feels, from unpleasant to pleasant"),
    Signal("arousal", -1, 1, 0, "how stirred we are, from still to stirred"),
    Signal("dominance", -1, 1, 0, "how much in charge we feel, from small to in charge"),
    Signal("median_valence", -1, 1, 0, "the pleasantness that half of us are above"),
    Signal("median_arousal", -1, 1, 0, "the stir that half of us are above"),
    Signal("median_dominance", -1, 1, 0, "the command that half of us are above"),
    Signal("agreement", 0, 1, 1, "we feel alike"),
    Signal("polarization", 0, 1, 0, "we are in two camps"),
    Signal("divide_angle", -3.1416, 3.1416, 0, "which way the camps lie, in radians"),
    Signal(
        "divide_offset", -1.4142, 1.4142, 0, "how far the line between the camps is from neutral"
    ),
    Signal("divide_gap", 0, 2.8284, 0, "how far apart the two camps' centres are"),
    Signal("resonance", 0, 1, 0, "we move together"),
    Signal("spread", 0, 1, 0, "how far apart we are"),
    Signal("diversity", 0, 1, 0, "how many kinds of feeling there are among us"),
    Signal("momentum_valence", -1, 1, 0, "where pleasantness is going, per second"),
    Signal("momentum_arousal", -1, 1, 0, "where the stir is going, per second"),
    Signal("joy", 0, 1, 0.25, "the share of us pleasant and stirred"),
    Signal("calm", 0, 1, 0.25, "the share of us pleasant and still"),
    Signal("tension", 0, 1, 0.25, "the share of us unpleasant and stirred"),
    Signal("sorrow", 0, 1, 0.25, "the share of us unpleasant and still"),
    Signal("count", 0, 1_000, 0, "how many people are here"),
    Signal("presence", 0, 1, 0, "how full the room is: min(1, ln(1 + count) / ln 1001)"),
    Signal("confidence", 0, 1, 0, "how much the numbers can be relied on"),
    Signal("arrivals", 0, 10, 0, "people who came, per second"),
    Signal("departures", 0, 10, 0, "people who left, per second"),
)

SIGNALS: dict[str, Signal] = {signal.name: signal for signal in _TABLE}

#: Signal name → value. Raw readings hold NaN where too few people make a number undefined.
Reading = dict[str, float]


def neutral_reading() -> Reading:
    """Return what a preset sees of an empty room."""
    return {signal.name: signal.neutral for signal in _TABLE}
