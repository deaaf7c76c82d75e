"""No preset that a crowd moves is a pattern of stripes: nothing guards a wall against these."""

from __future__ import annotations

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.clock import FixedClock
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.flashes.stripes import STILL_AREA, Stripes, shrunk
from empathy_palettes.show.build import PREROLL_STEPS, open_stage
from empathy_palettes.show.installation import Simulated, preset_show
from empathy_palettes.show.loop import opened

pytestmark = pytest.mark.gl

FPS = 6  # five of a second are looked at; steps are the same at every rate
MOODS = ("joy", "split", "wave")  # those in which most moves
PRESETS = sorted(path.stem for path in Assets([builtin_root()]).listing("presets"))


@pytest.mark.parametrize(
    ("preset", "mood", "size", "seconds"),
    [
        pytest.param("surge", "joy", (640, 360), 5, id="short"),
        *(
            pytest.param(
                preset, mood, (1280, 720), 24, id=f"{preset}-{mood}", marks=[pytest.mark.soak]
            )
            for preset in PRESETS
            for mood in MOODS
        ),
    ],
)
def test_stripes_stay_under_the_limit(
    preset: str, mood: str, size: tuple[int, int], seconds: int
) -> None:
    show = preset_show(preset, size, 5, Simulated(people=300, mood=mood))
    stripes = Stripes()
    with opened(
        Headless(),
        [],
        OutletContext(size),
        lambda surface: open_stage(
            show,
            None,
            Assets.discover(),
            surface,
            size=size,
            preroll=PREROLL_STEPS,
            fade_in=False,
        ),
    ) as (stage, _):
        for tick in FixedClock(FPS, seconds * FPS):
            picture = np.ascontiguousarray(stage.step(tick, []).pixels()[..., :3])
            stripes.see(shrunk(picture), round(tick.seconds * 1e6))
    found = stripes.finding(size)
    print(f"{preset}, {mood}: stripes over {found.share:.0%}, moving {found.moving}")
    assert found.passed
    assert found.share <= STILL_AREA
