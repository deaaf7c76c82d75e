"""One picture of one preset, for a notebook, a gallery or a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import numpy as np

from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.config import parse
from ..core.errors import ConfigError, Fault
from ..inlet.session.session import Session, open_session
from ..inlet.simulate import Held
from ..inlet.sound import open_sound
from ..outlet.contract import OutletContext
from ..outlet.headless import Headless
from ..outlet.png import encode_png
from .build import PREROLL_STEPS, open_stage
from .feeling import parse_feeling
from .installation import SafetyRules, Simulated, preset_show
from .loop import opened
from .recorded import installation_of, notes_of
from .recorded_door import length
from .replay import with_crowd_of

LEAST_SIDE, MOST_SIDE = 16, 16384  # pixels


class Image(np.ndarray[Any, np.dtype[np.uint8]]):
    """A picture: (height, width, 4) uint8, sRGB, top row first; a notebook shows it."""

    def _repr_png_(self) -> bytes:
        return encode_png(np.asarray(self))


def render(
    preset: str | Path,
    *,
    feel: str | Sequence[float] | None = None,
    people: int = 0,
    mood: str = "drift",
    time: float = 0.0,
    size: tuple[int, int] = (1280, 720),
    seed: int = 0,
    sound: str | Path | None = None,
    circles: int = 0,
    session: str | Path | Session | None = None,
    assets: Assets | None = None,
    tell: Callable[[str], None] | None = None,
) -> Image:
    """Return what `preset` looks like `time` seconds after its activation.

    `feel`: a word, or valence and arousal (and dominance) in [-1, 1], that `people` simulated
    people feel, each a little differently; with no people, one person feels just that. Without
    `feel`, the people go through `mood`. `circles`: how many circles they join, 0 to 64. `sound`:
    an audio file that it hears, from its activation on. `session`: a recorded one, whose crowd goes
    through what it went through then, with `preset` on show from its beginning; what else is said
    of people means nothing then. `tell` is given a line for whatever may not
    be as it was meant, such as a picture that is missing. The same arguments give the same bytes.
    Raises EmpathyError for a preset, shader, feeling, sound or session that does not hold.
    """
    held = Held(*parse_feeling(feel)) if feel is not None else None
    given = {"people": max(people, 1) if held else people, "mood": mood, "circles": circles}
    crowd = None if session else parse(given, Simulated, "")
    alone = SafetyRules(unsafe_no_flash_guard=True)  # one picture cannot flash
    _check_size(size)
    installation = preset_show(str(preset), size, seed, crowd).model_copy(update={"safety": alone})
    instant = time * STEPS_PER_SECOND
    tick = Tick(0, int(instant), int(instant), instant - int(instant))
    with ExitStack() as stack:
        recorded = None
        if session is not None:
            recorded = (
                session
                if isinstance(session, Session)
                else stack.enter_context(open_session(session))
            )
            if instant >= length(recorded):
                lasts = f"it lasts {length(recorded) / STEPS_PER_SECOND:g} s"
                fault = Fault(str(recorded.path), "time", f"{time:g} s is beyond it", lasts)
                raise ConfigError(fault)
            installation = with_crowd_of(installation_of(recorded), installation)
        stage, _ = stack.enter_context(
            opened(
                Headless(),
                [],
                OutletContext(size),
                lambda surface: open_stage(
                    installation,
                    None,
                    assets or Assets.discover(),
                    surface,
                    size=size,
                    held=held,
                    preroll=0 if recorded else PREROLL_STEPS,
                    session=recorded,
                    own=False,
                    start=int(instant),
                    fade_in=False,
                    sound=open_sound(Path(sound)) if sound else None,
                ),
            )
        )
        if tell:
            told = notes_of(recorded) if recorded else []
            for line in (*told, *map(str, stage.programme.scene.warnings)):
                tell(line)
        return cast(Image, stage.step(tick, []).pixels().view(Image))


def _check_size(size: tuple[int, int]) -> None:
    if not (len(size) == 2 and all(LEAST_SIDE <= side <= MOST_SIDE for side in size)):
        fix = f"each side from {LEAST_SIDE} to {MOST_SIDE} pixels"
        raise ConfigError(Fault("", "size", "x".join(map(str, size)), fix))
