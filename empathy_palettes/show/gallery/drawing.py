"""Draws the gallery: which presets are due, their pictures and loops, and what is written of them.

Shows no progress (`cli.gallery` does), and lays out no page (`page` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.assets import Assets
from ...core.clock import STEPS_PER_SECOND, FixedClock, Tick
from ...core.errors import AssetError, EmpathyError, Fault, MachineError
from ...inlet.media import open_media
from ...inlet.simulate import Held
from ...mapping.preset import LoadedPreset, load_preset
from ...outlet.contact import Strip, contact_sheet
from ...outlet.contract import OutletContext
from ...outlet.film.loop import Pictures, closed, write_loop
from ...outlet.film.webp import encode_webp
from ...outlet.headless import Headless
from ..build import PREROLL_STEPS, open_stage
from ..feeling import parse_feeling
from ..installation import Simulated, preset_show
from ..loop import opened
from ..still import render
from .index import Work, mark_of, read_index, work_of, write_bytes, write_index, write_text
from .page import page
from .palettes import draw_swatches
from .readme import readme
from .states import (
    DISSOLVE_FRAMES,
    LOOP_BYTES,
    LOOP_FPS,
    LOOP_SECONDS,
    LOOP_SIZE,
    SIZE,
    STATES,
    STILL_QUALITY,
    TIME,
    State,
    loop_name,
    still_name,
)
from .told import motion_of, seen

SHEET = "sheet.webp"
SHEET_QUALITY = 90
LOOP_FRAMES = LOOP_SECONDS * LOOP_FPS + DISSOLVE_FRAMES
FRAMES = len(STATES) * (LOOP_FRAMES + 1)  # that are drawn of each preset


class Gallery:
    """A folder of pictures, and the presets that are to be drawn into it.

    `names`: of presets; none: all there are, and what is there of others is taken away. `anew`:
    draw what has not changed, too. AssetError for a name that finds no preset, ConfigError for a
    folder that holds another kind of index, MachineError for one that cannot be made. `faults`:
    what keeps presets from being drawn, known at once or as they are; the others are drawn.
    """

    def __init__(
        self, folder: Path, assets: Assets, names: Sequence[str] = (), *, anew: bool = False
    ) -> None:
        self.faults: list[Fault] = []
        self.drawn: list[str] = []
        self._folder = folder
        self._assets = assets
        paths = [_preset(name, assets) for name in names] or assets.listing("presets")
        self.works = read_index(folder)
        self._gone = [] if names else sorted(set(self.works) - {path.stem for path in paths})
        self._due: dict[str, tuple[LoadedPreset, str]] = {}
        for path in dict.fromkeys(paths):
            try:
                loaded = load_preset(path, assets)
                mark = mark_of(loaded, assets)
            except (EmpathyError, OSError) as error:
                self.faults += _faults(path, error)
                continue
            known = self.works.get(path.stem)
            whole = known and all((folder / name).is_file() for name in known.files)
            if known and whole and known.mark == mark and not anew:
                self.works[path.stem] = work_of(loaded, mark, known.seen)
            else:
                self._due[path.stem] = loaded, mark
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problem = f"this folder cannot be made: {error.strerror}"
            raise MachineError(Fault(str(folder), "--out", problem, "name another")) from None

    @property
    def frames(self) -> int:
        """How many frames there are to draw."""
        return len(self._due) * FRAMES

    def draw(self) -> Iterator[Tick]:
        """Draw what is due, a tick for each frame; a preset that is done is kept if this stops."""
        for name, (loaded, mark) in self._due.items():
            said: dict[str, str] = {}
            try:
                for state in STATES:
                    yield from self._draw(loaded, state, said)
            except MachineError:
                raise  # no other preset will fare better
            except EmpathyError as error:
                self.faults += error.faults
                continue
            self.works[name] = work_of(loaded, mark, said)
            self.drawn.append(name)
            write_index(self._folder, self._ordered())

    def finish(self) -> None:
        """Write the sheets, the page and the README; take away what is of presets that are gone."""
        for name in self._gone:
            for file in self.works.pop(name).files:
                (self._folder / file).unlink(missing_ok=True)
        works = self._ordered()
        strips = [
            Strip(work.title, work.artist, [self._still(work, state) for state in STATES])
            for work in works
        ]
        sheet = contact_sheet([state.name for state in STATES], strips)
        write_bytes(self._folder / SHEET, encode_webp(sheet, SHEET_QUALITY))
        write_index(self._folder, works)
        swatches = draw_swatches(self._folder, self._assets, self.faults)
        size = (sheet.shape[1], sheet.shape[0])
        write_text(self._folder / "index.html", page(works, size, swatches))
        write_text(self._folder / "README.md", readme(works, swatches))

    def _draw(self, loaded: LoadedPreset, state: State, said: dict[str, str]) -> Iterator[Tick]:
        name = loaded.path.stem
        still = draw_still(loaded.path, state, self._assets)
        yield Tick(0, 0, 0)
        pictures: Pictures = []
        for tick, pixels in draw_loop(loaded.path, state, self._assets):
            pictures.append(pixels)
            yield tick
        pictures = closed(pictures, DISSOLVE_FRAMES)
        said[state.name] = seen(still, motion_of(pictures, LOOP_FPS))
        write_bytes(self._folder / still_name(name, state), encode_webp(still, STILL_QUALITY))
        write_loop(self._folder / loop_name(name, state), pictures, LOOP_FPS, LOOP_BYTES)

    def _ordered(self) -> list[Work]:
        """Return the works as they are shown: by artist, then by title."""
        return sorted(self.works.values(), key=lambda work: (work.artist, work.title))

    def _still(self, work: Work, state: State) -> NDArray[np.uint8]:
        media = open_media(self._folder / still_name(work.name, state))
        try:
            return media.at(0)[::-1, :, :3]
        finally:
            media.close()


def draw_still(preset: Path, state: State, assets: Assets) -> NDArray[np.uint8]:
    """Return the picture of a state, (360, 640, 3) sRGB, as its line draws it."""
    image = render(
        preset,
        feel=state.feel or None,
        people=state.people,
        mood=state.mood,
        time=TIME,
        size=SIZE,
        assets=assets,
    )
    return np.ascontiguousarray(np.asarray(image)[..., :3])


def draw_loop(
    preset: Path, state: State, assets: Assets
) -> Iterator[tuple[Tick, NDArray[np.uint8]]]:
    """Yield the frames of a loop, under the flash guard, those that are dissolved into it first.

    Behind those it begins at the instant of the picture.
    """
    held = Held(*parse_feeling(state.feel)) if state.feel else None
    crowd = Simulated(people=state.people, mood=state.mood)
    start = TIME * STEPS_PER_SECOND - DISSOLVE_FRAMES * STEPS_PER_SECOND // LOOP_FPS
    with opened(
        Headless(),
        [],
        OutletContext(LOOP_SIZE),
        lambda surface: open_stage(
            preset_show(str(preset), LOOP_SIZE, 0, crowd),
            None,
            assets,
            surface,
            size=LOOP_SIZE,
            held=held,
            preroll=PREROLL_STEPS,
            fade_in=False,
        ),
    ) as (stage, _):
        for tick in FixedClock(LOOP_FPS, LOOP_FRAMES, start):
            yield tick, np.ascontiguousarray(stage.step(tick, []).pixels()[..., :3])


def _preset(name: str, assets: Assets) -> Path:
    try:
        return assets.find("presets", name)
    except AssetError as error:
        if _is_shader(name, assets):
            fix = f"the gallery shows presets; make one of it: empathy new NAME --from {name}"
            raise AssetError(Fault(name, "", "is a shader", fix)) from None
        raise error from None


def _is_shader(name: str, assets: Assets) -> bool:
    """Whether a name that is no preset's is a shader's."""
    try:
        assets.find("shaders", name)
    except AssetError:
        return False
    return True


def _faults(path: Path, error: EmpathyError | OSError) -> tuple[Fault, ...]:
    if isinstance(error, EmpathyError):
        return error.faults
    return (Fault(str(path), "", f"cannot be read: {error.strerror or error}"),)
