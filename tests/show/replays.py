"""Shows that are recorded and shown again, frame by frame, for the tests of both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.command import Command
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.door import Door
from empathy_palettes.show.installation import (
    Consent,
    Display,
    Entry,
    Installation,
    Simulated,
    Transition,
)
from empathy_palettes.show.listening import Inlet
from empathy_palettes.show.loop import opened
from empathy_palettes.show.recorded import Recorded, opened_session
from empathy_palettes.show.recorded_door import ticks
from empathy_palettes.show.recording import open_recording
from empathy_palettes.show.stage import Stage
from empathy_palettes.show.witness import Witness

SIZE = (48, 27)
THREE = ("tidal", "surge", "palette")

Before = Callable[[int, Stage], None]


def place(*presets: str, people: int = 60, port: int | None = None, group: int = 5) -> Installation:
    """An installation of these presets, five seconds each, and a simulated crowd or a port."""
    return Installation(
        playlist=tuple(Entry(preset=preset, seconds=5) for preset in presets or THREE),
        transition=Transition(seconds=1, shader="tide"),
        display=(Display(size=SIZE, fullscreen=False),),
        inlet=(Inlet(port=port),) if port is not None else (),
        consent=Consent(mode="attested", statement="a test", minimum_group=group),
        simulated=Simulated(people=people, mood="wave", circles=3) if people else None,
        seed=3,
    )


def hashed(stage: Stage, tick: Tick, commands: Iterable[Command] = ()) -> str:
    pixels = stage.step(tick, list(commands)).pixels()
    return hashlib.blake2b(pixels.tobytes(), digest_size=8).hexdigest()


def uneven(frames: int, seed: int = 0) -> list[Tick]:
    """Ticks as a busy machine has them: one to eight steps each."""
    step, found = 0, []
    for index, steps in enumerate(np.random.default_rng(seed).integers(1, 9, frames).tolist()):
        step += steps
        found.append(Tick(index, step, steps))
    return found


def live(
    installation: Installation,
    assets: Assets,
    path: Path,
    times: Iterable[Tick],
    commands: Mapping[int, Iterable[Command]] | None = None,
    *,
    owner: Path | None = None,
    before: Before = lambda index, stage: None,
) -> list[str]:
    """Record a show to `path`; return the hashes of its frames."""

    def witnesses(door: Door) -> list[Witness]:
        return [open_recording(path, installation, owner, assets, "a test", SIZE, door.salt)]

    hashes = []
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(
            installation, owner, assets, surface, size=SIZE, witnesses=witnesses
        ),
    ) as (stage, _):
        for tick in times:
            before(tick.index, stage)
            hashes.append(hashed(stage, tick, (commands or {}).get(tick.index, ())))
    return hashes


def again(
    path: Path,
    now: Assets,
    times: Callable[[Recorded], Iterable[Tick]] = lambda recorded: ticks(recorded.session),
    seen: Callable[[Stage], None] = lambda stage: None,
) -> tuple[list[str], tuple[str, ...]]:
    """Show a session again; return the hashes of its frames, and what is to be told of it."""
    with ExitStack() as stack:
        recorded = stack.enter_context(opened_session(path, now))
        stage, _ = stack.enter_context(
            opened(
                Headless(),
                [],
                OutletContext(SIZE),
                lambda surface: open_stage(
                    recorded.installation,
                    recorded.owner,
                    recorded.assets,
                    surface,
                    size=SIZE,
                    session=recorded.session,
                ),
            )
        )
        hashes = []
        for tick in times(recorded):
            hashes.append(hashed(stage, tick))
            seen(stage)
        return hashes, recorded.notes
