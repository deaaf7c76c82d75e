"""A file for each frame, as PNG or as 16-bit TIFF: each is there whole, or not at all.

Owns no GL context and no clock. No sound: what is heard has no place in pictures.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from pathlib import Path

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from ...core.clock import Tick
from ...core.command import Command
from ...core.errors import Fault, MachineError
from ...render.frame import Frame, Pixels
from ..contract import OutletContext
from ..png import text_chunk
from .choosing import faults, numbered, pattern
from .colour import tag
from .pool import Pool
from .recipes import Recipe
from .resuming import OPTION, plain
from .tiff import encode_tiff

_HEAD = 33  # bytes of a PNG before its first chunk but the header: W3C PNG, 5.2 and 11.2.1


class Sequence:
    """Writes frame k to the file that `path` names with its number: `frames/%06d.png`.

    `path` may be a folder too, which is made if its own is there. `alpha`: straight alpha is
    stored, of a renderer that keeps it. `resume`: goes on behind the frames that are there, if they
    are of the same line. `kept`: how many these are, known once open. A frame is read one tick
    late; none is ever dropped.
    """

    def __init__(
        self, path: Path, recipe: Recipe, *, alpha: bool = False, resume: bool = False
    ) -> None:
        self.kept = 0
        self._path = path
        self._recipe = recipe
        self._names = pattern(path, recipe)
        self._resume = resume
        self._passed = 0
        self._bytes = 0
        self._counting = threading.Lock()
        self._text = ""
        self._alpha = recipe.stores_alpha(asked=alpha)
        self._asked = alpha
        self._pool: Pool | None = None

    def open(self, context: OutletContext) -> None:
        """Make the folder; MachineError, with every fault, where it cannot be what is asked for.

        Frames of another sequence are not mixed with these: where one lies there, that is a fault.
        """
        found = [*faults(self._recipe, self._path, context.size, alpha=self._asked)]
        if not found:
            found += self._in_the_way(context.reproduce)
        if found:
            raise MachineError(found)
        folder = Path(self._names).parent
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            fix = "choose a folder that exists, may be written to and has room"
            raise self._error(f"cannot be made: {error.strerror}", fix) from None
        self._text = plain(context.reproduce)
        workers = min(os.cpu_count() or 1, 8)
        self._pool = Pool(context.size, self._write, alpha=self._alpha, workers=workers)

    def poll(self) -> list[Command]:
        """Return nothing: files ask for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Store the frame before this one; waits while all hands are busy.

        MachineError, once, where one could not be written; from then on frames go nowhere.
        """
        if self._pool is None:
            return
        if self._passed < self.kept:
            self._passed += 1
            return
        self._pool.take(frame)
        if self._pool.failure is not None:
            self._end(last=False)

    def close(self) -> None:
        """Write what is left; MachineError where that fails. Safe to call twice."""
        if self._pool is not None:
            self._end(last=True)

    def written(self) -> int:
        """Return how many bytes were written by now, what was kept left out."""
        return self._bytes

    def stop(self) -> str:
        """End before the end; what was written stays.

        Returns a line that says so; "" where it had ended already.
        """
        if self._pool is None:
            return ""
        pool, self._pool = self._pool, None
        pool.finish(last=False)
        return f"{self._path}: stopped: {self._kept()}"

    def _end(self, *, last: bool) -> None:
        assert self._pool is not None
        pool, self._pool = self._pool, None
        pool.finish(last=last)
        if pool.failure is not None:
            reason = getattr(pool.failure, "strerror", None) or str(pool.failure)
            raise self._error(f"stopped: {reason}", self._kept()) from pool.failure

    def _kept(self) -> str:
        return f"the first {whole_frames(self._names)} frames are there"

    def _write(self, number: int, pixels: Pixels) -> None:
        path = Path(numbered(self._names, self.kept + number))
        shown = pixels if self._alpha else pixels[..., :3]
        if self._recipe.label == "png":
            data = _png(shown, self._recipe.format(alpha=self._alpha), self._text)
        else:
            data = encode_tiff(shown, self._text)
        aside = path.with_name(f".{path.name}.part")
        try:
            aside.write_bytes(data)
            os.replace(aside, path)
            with self._counting:
                self._bytes += len(data)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise

    def _in_the_way(self, line: str) -> Iterator[Fault]:
        path = Path(numbered(self._names, 0))
        if not path.exists():
            return
        if not self._resume:
            fix = f"delete what is there, choose another folder, or go on with {OPTION}"
            yield Fault(str(self._path), "", f"{path.name} is there already", fix)
        elif _says(path, plain(line)):
            self.kept = whole_frames(self._names)
        else:
            fix = f"leave {OPTION} out, and choose another folder"
            yield Fault(str(path), OPTION, "another line made it", fix)

    def _error(self, problem: str, fix: str) -> MachineError:
        return MachineError(Fault(str(self._path), "", problem, fix))


def whole_frames(names: str) -> int:
    """Return how many frames of a sequence are there, from its first up to the first one missing.

    `names`: as `choosing.pattern` gives them.
    """
    return next(number for number in count() if not Path(numbered(names, number)).exists())


def _says(path: Path, line: str) -> bool:
    """Return whether a picture was made by this line, or at least says so."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return any(line.encode(code, "replace") in data for code in ("utf-8", "latin-1"))


def _png(pixels: Pixels, kind: str, text: str) -> bytes:
    """Return a PNG file's bytes; FFmpeg packs them in a third of the time that numpy takes."""
    coder = av.CodecContext.create("png", "w")
    assert isinstance(coder, VideoCodecContext)
    coder.height, coder.width = pixels.shape[:2]
    coder.pix_fmt = kind
    coder.time_base = Fraction(1, 60)
    coder.thread_count = 1
    coder.options = {"pred": "mixed", "compression_level": "3"}
    tag(coder, kind)
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), kind)
    picture.color_primaries, picture.color_trc = coder.color_primaries, coder.color_trc
    data = b"".join(bytes(packet) for packet in (*coder.encode(picture), *coder.encode(None)))
    return data[:_HEAD] + (text_chunk("Source", text) if text else b"") + data[_HEAD:]
