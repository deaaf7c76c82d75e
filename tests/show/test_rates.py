"""The real presets at different frame rates: the same instants, whatever lies between them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import FixedClock
from empathy_palettes.crowd.signals import Reading
from empathy_palettes.mapping.params import Value
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import SafetyRules, Simulated, preset_show
from empathy_palettes.show.loop import opened

pytestmark = pytest.mark.gl

SIZE = (160, 90)
SECONDS = 2
Instant = tuple[Reading, Mapping[str, Value], NDArray[np.int16]]


def instants(preset: str, fps: int, every: Fraction) -> Sequence[Instant]:
    """What the crowd, the preset's inputs and the picture are at each multiple of `every`.

    Before the guard, which counts what was shown between two instants, too.
    """
    shown = preset_show(preset, SIZE, 5, Simulated(people=60, mood="wave"))
    installation = shown.model_copy(update={"safety": SafetyRules(unsafe_no_flash_guard=True)})
    found = []
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(
            installation, None, Assets.discover(), surface, size=SIZE, preroll=60, fade_in=False
        ),
    ) as (stage, _):
        for tick in FixedClock(fps, SECONDS * fps + 1):
            frame = stage.step(tick, [])
            if Fraction(tick.index, fps) % every == 0:
                inputs = dict(stage.programme.scene.now.inputs)
                found.append((dict(stage.crowd.reading), inputs, frame.pixels().astype(np.int16)))
    return found


@pytest.mark.parametrize("preset", ["tidal", "surge", "palette"])
def test_24_and_60_frames_a_second_agree_at_common_instants(preset: str) -> None:
    common = Fraction(1, 12)
    slow, fast = instants(preset, 24, common), instants(preset, 60, common)
    assert len(slow) == len(fast) == SECONDS * 12 + 1
    for (crowd, inputs, picture), (other_crowd, other_inputs, other_picture) in zip(
        slow, fast, strict=True
    ):
        assert crowd == other_crowd
        assert inputs == other_inputs
        assert np.abs(picture - other_picture).max() <= 2
