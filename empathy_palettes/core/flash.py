"""What a flash is: the numbers that the guard, the analyser and the palettes share.

Judges no picture: `render.flashes` does. Guards none: `render.guard` does.

General and red flashes: WCAG 2.3.1, "Three flashes or below threshold", and its definition (W3C
Recommendations 2.1 and 2.2), after Harding & Binnie 2002 and Ofcom's guidance (2017). Extended
flashes: ITU-R BT.1702.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DARKER_BELOW = 0.80  # of relative luminance: between states brighter than this nothing flashes
CHANGE = 0.10  # of relative luminance, that makes a transition
ABSOLUTE_CHANGE = 20.0  # cd/m², which a bright wall reaches before that
MOST_TRANSITIONS = 6  # in any second: three flashes, each a pair of opposing transitions
AREA = 0.25  # of any window of ten degrees
WINDOW = 1 / 3  # of the picture's width, and height: 341x256 of 1024x768
WINDOW_PER_METRE = 0.175  # metres across, for each metre that the viewer is away
EXTENDED_TRANSITIONS = 4  # in a second, and more, is too many for long
EXTENDED_SECONDS = 4  # of
EXTENDED_OF_SECONDS = 5

RED_SATURATED = 0.8  # R / (R + G + B) of linear light, and more
RED_CHANGE = 20 / 320  # of R − G − B (WCAG 2.0, 2.1)
RED_DISTANCE = 0.2  # in u'v' of CIE 1976 (WCAG 2.2)

#: A colour whose R − G − B is below this is never taken for a saturated red: it is too dark to be
#: one, and the chromaticity of black is nobody's. WCAG 2.0's own threshold; 2.2 has none.
RED_FLOOR = RED_CHANGE

SLEW = 0.37  # of full light per second, in fades: to white takes 2.7 of them


@dataclass(frozen=True, slots=True)
class Safety:
    """How the picture is guarded.

    `peak_nits`: the luminance of the display's white in cd/m². `guard`: "budget" counts
    transitions in cells, and holds those that would make one too many; "slew" lets nothing change
    faster than three transitions a second take; "off" guards nothing.
    """

    peak_nits: float = 200.0
    guard: Literal["budget", "slew", "off"] = "budget"


def threshold(peak_nits: float) -> float:
    """Return the change of relative luminance that makes a transition, in (0, .10].

    `peak_nits`: the luminance of white in cd/m², above 0.
    """
    return min(CHANGE, ABSOLUTE_CHANGE / peak_nits)
