"""The gallery's README, for who looks at the folder where it is kept.

Writes no file. The page, with the loops, is made by `page`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...mapping.states import PEOPLE
from .index import Work
from .palettes import Swatches
from .states import STATES, line, loop_name, loops_line, still_name

_ABOUT = """\
# Gallery

What every preset looks like with {people} simulated people in joy, calm, tension or sorrow, with
{people} of two minds, and with nobody there. A click on a picture leads to ten seconds of it, under
the flash guard. `index.html` shows them all in motion.

![{alt}](sheet.webp)

`empathy gallery` writes all of this, and draws what has changed. The lines below draw each picture
again, as a PNG; here it is kept as WebP, in a sixth of the room."""
_PALETTES = """\
The colours of what is felt, `affect`, in six states, and composed ones: swatches, their ramp, and
how eyes without long, middle or short cones see them."""
_SAYS = {"+": "more", "-": "less"}


def sheet_alt(works: list[Work]) -> str:
    """Return what is said of the contact sheet to who does not see it."""
    titles = ", ".join(work.title for work in works)
    states = ", ".join(state.name for state in STATES)
    return f"Contact sheet: {titles}, each in six states: {states}"


def promise(signal: str, measure: str, sign: str) -> str:
    """Return a promise in words: `more arousal, more motion`."""
    return f"more {signal}, {_SAYS[sign]} {measure}"


def readme(works: list[Work], swatches: Sequence[Swatches] = ()) -> str:
    """Return the README."""
    parts = [_ABOUT.format(people=PEOPLE, alt=sheet_alt(works))]
    for work in works:
        parts.append(f"## {work.title}\n\n{_by(work)}")
        for states in (STATES[:3], STATES[3:]):
            names = " | ".join(state.name for state in states)
            pictures = " | ".join(
                f"[![{work.alt(state.name)}]({still_name(work.name, state)})]"
                f"({loop_name(work.name, state)})"
                for state in states
            )
            parts.append(f"| {names} |\n|{'---|' * len(states)}\n| {pictures} |")
        lines = [*(line(work.name, state) for state in STATES), loops_line(work.name)]
        parts.append("```\n" + "\n".join(lines) + "\n```")
    if swatches:
        sheets = "\n".join(f"![{each.alt}]({each.file})" for each in swatches)
        parts.append(f"## Palettes\n\n{_PALETTES}\n\n{sheets}")
    return "\n\n".join(parts) + "\n"


def _by(work: Work) -> str:
    said = f"*{work.artist}.* {work.about}"
    promised = "; ".join(promise(*each) for each in work.promises)
    return f"{said} Its file promises: {promised}." if promised else said
