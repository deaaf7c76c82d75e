"""What only time shows: hours of steps in minutes, with nothing that grows."""

import ctypes
import gc
import math
import os
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.crowd.crowd import CrowdSettings
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Entry, preset_show
from empathy_palettes.show.listening import Inlet
from empathy_palettes.show.loop import opened

pytestmark = [pytest.mark.soak, pytest.mark.gl]

SIZE = (160, 90)
MINUTES = 12


def resident() -> int:
    """Return this process's resident memory in bytes, without what its allocator holds free.

    glibc keeps up to some MiB of freed memory, more or less by chance: that is no growth.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def visitors(frame: int) -> list[bytes]:
    """Return what 200 people say at a frame: nobody stays longer than 100 s, nobody returns."""
    return [
        encode(f"/empathy/visitor{who}", math.sin(who), math.cos(frame / 50 + who))
        for who in range(frame, frame + 200)
        if (who + frame) % 4 == 0
    ]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory from /proc")
def test_a_playlist_that_goes_round_grows_by_nothing(free_port: int) -> None:
    """A playlist that goes round, people who come and go: memory and open files stay."""
    presets = ("tidal", "surge", "palette")
    installation = preset_show("tidal", SIZE, 0, None).model_copy(
        update={
            "playlist": tuple(Entry(preset=name, seconds=20) for name in presets),
            "inlet": (Inlet(port=free_port),),
            "crowd": CrowdSettings(leave_after=20.0),
        }
    )
    memory, files = [], []
    frame = 0
    with (
        closing(Sender("127.0.0.1", free_port)) as sender,
        opened(
            Headless(),
            [],
            OutletContext(SIZE),
            lambda surface: open_stage(
                installation, None, Assets.discover(), surface, size=SIZE, fade_in=False
            ),
        ) as (stage, _),
    ):
        for _ in range(MINUTES):
            for _ in range(120):
                for datagram in visitors(frame):
                    sender.send(datagram)
                picture = stage.step(Tick(frame, (frame + 1) * 30, 30), [])
                frame += 1
            assert np.ptp(picture.pixels()[..., :3]) > 10
            memory.append(resident())
            files.append(len(os.listdir("/proc/self/fd")))
        assert stage.door.accepted == 50 * frame
        assert 200 <= stage.most_people <= 250
    settled = memory[6:]  # drivers and allocators take a while until nothing is new
    slope = np.polyfit(np.arange(len(settled)), settled, 1)[0]
    # A minute here holds three activations, as an hour of a wall's playlist does.
    assert slope < 2**18, f"{slope / 2**20:.2f} MiB for each minute of the show"
    assert files[-1] == files[6]
