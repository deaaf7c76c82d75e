"""Short films that repeat in a browser: GIF and WebP.

While the show goes on each frame is kept losslessly, in a film beside; when it ends that film is
read again, twice for a GIF: its 256 colours are those that serve all of its frames. Memory is
that of a few frames, however long it is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.container import OutputContainer
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.stream import VideoStream

from ...core.clock import Tick
from ...core.command import Command
from ...core.errors import Fault, MachineError
from ...render.frame import Frame
from ..contract import OutletContext
from .choosing import faults
from .film import Film
from .finish import REFUSALS, part_of
from .recipes import RECIPES, Recipe
from .resuming import OPTION, made_by

_KEPT = RECIPES["ffv1"]


class Animated:
    """Writes a picture of many frames to `path`, and shows it for ever; frame k at k / fps.

    `quality`: on the recipe's own scale; `alpha`, `resume`: see `Film`. The file appears whole, or
    not at all.
    """

    def __init__(
        self,
        path: Path,
        fps: Fraction,
        recipe: Recipe,
        quality: int | None = None,
        *,
        alpha: bool = False,
        resume: bool = False,
    ) -> None:
        self._path = path
        self._fps = fps
        self._recipe = recipe
        self._quality = quality
        self._asked = alpha
        self._alpha = recipe.stores_alpha(asked=alpha)
        self._beside = path.with_name(f"{path.name}.mkv")
        self._resume = resume
        self._film = Film(self._beside, fps, _KEPT, alpha=self._alpha, resume=resume)
        self._open = False

    def open(self, context: OutletContext) -> None:
        """Begin the film beside; MachineError, with every fault, where this cannot be had."""
        recipe, path = self._recipe, self._path
        found = [
            *faults(recipe, path, context.size, self._fps, quality=self._quality, alpha=self._asked)
        ]
        part = part_of(self._beside)
        # All was drawn, and then it was stopped: the film beside is gone on with as any other.
        drawn = self._resume and not part.exists() and made_by(self._beside, context.reproduce)
        if self._beside.exists() and not drawn:
            fix = "move it away: a film of that name is needed on the way"
            found.append(Fault(str(self._beside), "", "is there already", fix))
        if found:
            raise MachineError(found)
        if drawn:
            self._beside.rename(part)
        self._film.open(context)
        self._open = True

    @property
    def kept(self) -> int:
        """How many frames were there already, known once open."""
        return self._film.kept

    def poll(self) -> list[Command]:
        """Return nothing: a file asks for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Keep one frame; see `Film.present`."""
        self._film.present(frame, tick)

    def close(self) -> None:
        """Make the file of the frames; MachineError where that fails, and the film beside stays.

        Of no frames it makes no file. Safe to call twice.
        """
        if not self._open:
            return
        self._open = False
        self._film.close()
        if not self._beside.exists():
            return
        aside = self._path.with_name(f".{self._path.name}.part")
        try:
            make = _write_gif if self._recipe.label == "gif" else self._write_webp
            make(self._beside, aside)
            os.replace(aside, self._path)
            self._beside.unlink()
        except KeyboardInterrupt:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise
        except REFUSALS as error:
            with contextlib.suppress(OSError):
                aside.unlink()
            reason = getattr(error, "strerror", None) or str(error)
            fix = f"its frames are in {self._beside}, which plays, and {OPTION} goes on with it"
            problem = f"cannot be finished: {reason}"
            raise MachineError(Fault(str(self._path), "", problem, fix)) from None

    def written(self) -> int:
        """Return how many bytes the film beside has by now."""
        return self._film.written()

    def stop(self) -> str:
        """End before the end: the film beside stays, and plays.

        Returns a line that says so; "" where it had ended already.
        """
        self._open = False
        return self._film.stop()

    def _write_webp(self, source: Path, target: Path) -> None:
        settings = self._recipe.settings(self._quality)
        with _output(target, "webp") as file:
            # libwebp itself turns RGB into what WebP's lossy frames are: BT.601, limited range.
            stream = _stream(file, "libwebp", "bgra", source, settings)
            for frame in _frames(source):
                picture = frame.reformat(format="bgra")
                picture.pts, picture.time_base = frame.pts, frame.time_base
                _encode(file, stream, picture)
            _encode(file, stream, None)
        if self._alpha:
            _part_frames(target)


def _part_frames(path: Path) -> None:
    """Have no frame of a WebP lie over the one before it, as FFmpeg would have them.

    By Google's WebP Container Specification: chunks behind twelve bytes, and of a frame's chunk the
    second bit of its sixteenth byte.
    """
    with path.open("r+b") as file:
        place = 12
        while len(head := (file.seek(place), file.read(8))[1]) == 8:
            length = int.from_bytes(head[4:], "little")
            if head[:4] == b"ANMF":
                file.seek(place + 8 + 15)
                (flags,) = file.read(1)
                file.seek(place + 8 + 15)
                file.write(bytes([flags | 2]))
            place += 8 + length + length % 2


def _write_gif(source: Path, target: Path) -> None:
    palette = _palette(source)
    graph = Graph()
    with av.open(str(source)) as film:
        entry = graph.add_buffer(template=film.streams.video[0])
    colours = graph.add_buffer(
        width=palette.width,
        height=palette.height,
        format=palette.format,
        time_base=palette.time_base or Fraction(1, 1000),
    )
    use = graph.add("paletteuse", "dither=sierra2_4a:diff_mode=rectangle")
    sink = graph.add("buffersink")
    entry.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    with _output(target, "gif") as file:
        stream = _stream(file, "gif", "pal8", source, {})
        for frame in chain(_frames(source), [None]):
            entry.push(frame)
            for picture in _ready(sink):
                _encode(file, stream, picture)
        _encode(file, stream, None)


def _palette(source: Path) -> av.VideoFrame:
    """Return the 256 colours that serve all the frames of a film, as a picture of 16 by 16."""
    graph = Graph()
    with av.open(str(source)) as film:
        entry = graph.add_buffer(template=film.streams.video[0])
    # It counts every colour that comes: of 18 bits they are not too many to be held.
    coarse = "bitand(val,252)+floor(val/64)"
    count = graph.add("lutrgb", r=coarse, g=coarse, b=coarse)
    make = graph.add("palettegen", "stats_mode=full:reserve_transparent=0")
    sink = graph.add("buffersink")
    graph.link_nodes(entry, count, make, sink).configure()
    made: list[av.VideoFrame] = []
    for frame in chain(_frames(source), [None]):
        entry.push(frame)
        made += _ready(sink)  # nothing but the last time; unless asked, a graph only holds frames
    (palette,) = made
    return palette


def _frames(source: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(source)) as film:
        yield from film.decode(video=0)


def _ready(sink: FilterContext) -> Iterator[av.VideoFrame]:
    with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
        while True:
            frame = sink.pull()
            assert isinstance(frame, av.VideoFrame)
            yield frame


def _output(path: Path, kind: str) -> OutputContainer:
    return av.open(str(path), "w", format=kind, options={"loop": "0"})  # for ever


def _stream(
    file: OutputContainer, encoder: str, pixels: str, source: Path, settings: dict[str, str]
) -> VideoStream:
    with av.open(str(source)) as film:
        template = film.streams.video[0]
        rate = template.average_rate or Fraction(25)
        stream = file.add_stream(encoder, rate=rate, options=settings)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = template.width, template.height
    stream.pix_fmt = pixels
    stream.codec_context.time_base = template.time_base or 1 / rate
    return stream


def _encode(file: OutputContainer, stream: VideoStream, picture: av.VideoFrame | None) -> None:
    file.mux(stream.encode(picture))
