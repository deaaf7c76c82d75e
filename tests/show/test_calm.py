"""Presets that a crowd moves are left alone by the guard: it is there for what nobody meant."""

from __future__ import annotations

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.clock import FixedClock
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.guard.reference import Reference
from empathy_palettes.show.build import PREROLL_STEPS, open_stage
from empathy_palettes.show.installation import Installation, SafetyRules, Simulated, preset_show
from empathy_palettes.show.loop import opened

pytestmark = pytest.mark.gl

SIZE = (320, 180)
BEGINNING = 1.5  # seconds: it begins in black, which is a change of its own
MOODS = ("joy", "split", "wave")  # those in which most moves
PRESETS = sorted(path.stem for path in Assets([builtin_root()]).listing("presets"))


def plain(preset: str, mood: str) -> Installation:
    """A show of 300 people in a mood, that nothing guards."""
    show = preset_show(preset, SIZE, 5, Simulated(people=300, mood=mood))
    return show.model_copy(update={"safety": SafetyRules(unsafe_no_flash_guard=True)})


@pytest.mark.parametrize(
    ("preset", "mood", "fps", "seconds"),
    [
        pytest.param("tidal", "joy", 20, 2, id="short"),
        *(
            pytest.param(preset, mood, 60, 10, id=f"{preset}-{mood}", marks=pytest.mark.soak)
            for preset in PRESETS
            for mood in MOODS
        ),
    ],
)
def test_the_guard_alters_next_to_nothing(preset: str, mood: str, fps: int, seconds: int) -> None:
    """By the reference, which the shaders equal: what it makes of the pictures of a plain show."""
    guard = Reference(SIZE)
    held, reddened, errors = [], [], []
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(
            plain(preset, mood),
            None,
            Assets.discover(),
            surface,
            size=SIZE,
            preroll=PREROLL_STEPS,
            fade_in=False,
        ),
    ) as (stage, _):
        for tick in FixedClock(fps, round((BEGINNING + seconds) * fps)):
            picture = np.ascontiguousarray(stage.step(tick, []).pixels()[..., :3])
            shown = guard.step(picture, tick.steps)
            if tick.seconds >= BEGINNING:
                held.append(float(guard.held.mean()))
                reddened.append(float(guard.reddened.mean()))
                errors.append(float(np.square(picture.astype(np.float32) - shown).mean()))
        assert not stage.interventions.of, "it was guarded: what is measured here is nothing"
    error = float(np.mean(errors))
    noise = 10 * np.log10(255**2 / error) if error else np.inf
    told = f"{preset}, {mood}: held {np.mean(held):.3%}, most {np.max(held):.1%}"
    print(f"{told}; paled {np.mean(reddened):.3%}; {noise:.1f} dB")
    assert np.mean(held) + np.mean(reddened) <= 0.01
    assert noise >= 40
