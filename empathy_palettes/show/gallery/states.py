"""The six states in which every preset is shown, and the lines that draw them again.

Draws nothing: `drawing` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from ...inlet.moods import Held
from ...mapping import states
from ...mapping.states import PEOPLE

TIME = 12  # seconds after its activation: what is smoothed over a few seconds has settled
SIZE = (640, 360)
#: Lossy, at some 44 dB: a picture takes a sixth of its PNG, and a hundred of them are 5 MB, not 20.
#: The encoder is exact: the same picture is the same file, so a test can still compare.
STILL_QUALITY = 94
LOOP_SIZE, LOOP_FPS = (480, 270), 24
LOOP_SECONDS, DISSOLVE_FRAMES = 10, 36
LOOP_BYTES = 150_000  # at most: sixteen works of six are a gallery of less than 20 MB
#: What pictures depend on besides their lines.
FORM = (STILL_QUALITY, LOOP_SIZE, LOOP_FPS, LOOP_SECONDS, DISSOLVE_FRAMES, LOOP_BYTES)


@dataclass(frozen=True, slots=True)
class State:
    """Who is in the room, and what they feel: `feel`, as `--feel` has it, or else `mood`."""

    name: str
    says: str
    feel: str = ""
    mood: str = "drift"
    people: int = PEOPLE

    @property
    def words(self) -> str:
        """What a command line says of it."""
        if self.feel:
            return f"--feel={self.feel}"
        return f"--mood {self.mood}" if self.people else "--people 0"


_SAYS = {
    "joy": "pleasant and stirred",
    "calm": "pleasant and still",
    "tension": "unpleasant and stirred",
    "sorrow": "unpleasant and still",
    "split": "two camps",
    "empty": "nobody here",
}


def _state(name: str, feels: Held | str | None) -> State:
    if isinstance(feels, Held):
        return State(name, _SAYS[name], feel=f"{feels.valence:g},{feels.arousal:g}")
    if feels is None:
        return State(name, _SAYS[name], people=0)
    return State(name, _SAYS[name], mood=feels)


STATES = tuple(_state(name, feels) for name, feels in states.STATES.items())


def still_name(preset: str, state: State) -> str:
    """Return the file of a picture."""
    return f"{preset}-{state.name}.webp"


def loop_name(preset: str, state: State) -> str:
    """Return the file of a loop."""
    return f"{preset}-{state.name}.webm"


def line(preset: str, state: State) -> str:
    """Return the command that draws the picture again, into a PNG."""
    out = quote(f"{preset}-{state.name}.png")
    width, height = SIZE
    return (
        f"empathy render {quote(preset)} --out {out} --size {width}x{height} "
        f"--time {TIME} {state.words}"
    )


def loops_line(preset: str) -> str:
    """Return the command that draws all pictures and loops of a preset again."""
    return f"empathy gallery {quote(preset)} --all"
