"""What only time shows: hours of steps in minutes, with nothing that grows."""

import gc
import os
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Entry, Simulated, preset_show
from empathy_palettes.show.loop import opened

pytestmark = [pytest.mark.soak, pytest.mark.gl]

SIZE = (160, 90)
MINUTES = 12


def resident() -> int:
    """Return this process's resident memory in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory from /proc")
def test_a_playlist_that_goes_round_grows_by_nothing() -> None:
    """A playlist that goes round, people who come and go: memory and open files stay."""
    presets = ("tidal", "surge", "palette")
    installation = preset_show("tidal", SIZE, 0, Simulated(people=200, rate=4)).model_copy(
        update={"playlist": tuple(Entry(preset=name, seconds=20) for name in presets)}
    )
    memory, files = [], []
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(
            installation, None, Assets.discover(), surface, size=SIZE, fade_in=False
        ),
    ) as (stage, _):
        for minute in range(MINUTES):
            for frame in range(120):
                step = minute * 3600 + (frame + 1) * 30
                picture = stage.step(Tick(frame, step, 30), [])
            assert np.ptp(picture.pixels()[..., :3]) > 10
            gc.collect()
            memory.append(resident())
            files.append(len(os.listdir("/proc/self/fd")))
    settled = memory[6:]  # drivers and allocators take a while until nothing is new
    slope = np.polyfit(np.arange(len(settled)), settled, 1)[0]
    # A minute here holds three activations, as an hour of a wall's playlist does.
    assert slope < 2**18, f"{slope / 2**20:.2f} MiB for each minute of the show"
    assert files[-1] == files[6]
