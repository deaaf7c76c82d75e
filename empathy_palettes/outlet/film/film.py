"""The picture into a film file, every frame of it, and what it heard: on a thread of its own.

Owns no GL context (open a surface first, close it last) and no clock. Until it is finished the
film lies beside its name as `NAME.part`, which plays up to where it was stopped, whatever stopped
it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from av.container import OutputContainer

from ...core.clock import STEPS_PER_SECOND, Tick
from ...core.command import Command
from ...core.errors import Fault, MachineError
from ...inlet.hearing import Track
from ...render.frame import Frame
from ..contract import OutletContext
from ..waiting import waiter
from .chapters import Chapters
from .choosing import faults
from .encoder import Encoder
from .finish import REFUSALS, WRITING, free_part, hold, part_of, remux
from .form import Form
from .priority import kept_priority
from .recipes import MUXERS, RECIPES, Recipe
from .resuming import OPTION, Kept, find_kept, plain
from .sound import Soundtrack

_FOLDER = "choose a folder that exists, may be written to and has room"
_STEPS = Fraction(STEPS_PER_SECOND)


class Film:
    """Writes each frame to `path`, as `recipe` says, one of kind "film".

    `fps`: frame k is shown at k / fps; None: each at its tick's own step, as it was lived.
    `quality`: on the recipe's own scale, None: its usual. `sound`: what is heard with it, as long
    as the picture; `start`: the step that the first frame shows. `alpha`: straight alpha is stored,
    of a renderer that keeps it. `resume`: goes on with `NAME.part`, if there is one of the same
    line: its first frames are given again, and not encoded again. A frame is read one tick late, so
    that its drawing need not be waited for; none is ever dropped. `kept`: frames that were there
    already, known once open.
    """

    def __init__(
        self,
        path: Path,
        fps: Fraction | None,
        recipe: Recipe = RECIPES["h264"],
        quality: int | None = None,
        *,
        sound: Track | None = None,
        start: int = 0,
        alpha: bool = False,
        resume: bool = False,
    ) -> None:
        self.kept = 0
        self._path = path
        self._part = part_of(path)
        self._muxer = MUXERS.get(path.suffix.lower(), "")
        self._rate = fps or _STEPS
        self._variable = fps is None
        self._recipe = recipe
        self._quality = quality
        self._sound = sound
        self._start = start
        self._asked = alpha
        self._alpha = recipe.stores_alpha(asked=alpha)
        self._resume = resume
        self._encoder: Encoder | None = None
        self._waiting: tuple[Frame, int] | None = None
        self._wait: Callable[[], None] | None = None
        self._chapters = Chapters()
        self._held: BinaryIO | None = None
        self._seen = 0
        self._pts = -1
        self._first: int | None = None

    @kept_priority()
    def open(self, context: OutletContext) -> None:
        """Begin the file; MachineError, with every fault, where it cannot be what is asked for."""
        recipe, size = self._recipe, context.size
        form = Form(recipe, size, self._rate, self._quality, self._alpha)
        if found := tuple(
            faults(recipe, self._path, size, quality=self._quality, alpha=self._asked)
        ):
            raise MachineError(found)
        kept, dts = None, None
        if self._resume:
            line, variable = context.reproduce, self._variable
            kept = find_kept(self._path, line, form, variable=variable)
        self._part = free_part(self._path)
        options = dict(WRITING[self._muxer])
        container = av.open(str(self._part), "w", format=self._muxer, options=options)
        told = {"title": context.title, "comment": plain(context.reproduce)}
        if context.session:
            told["album"] = f"session {context.session}"  # the name that MOV has room for, too
        container.metadata.update(told)
        try:
            stream = form.add_to(container)
            heard = self._hear(container)
            container.start_encoding()  # the file is made here
            self._held = hold(self._part)
            if kept is not None:
                copied = kept.copy(container, stream, form.header(self._muxer))
                dts = self._take_over(kept, copied, heard)
        except (*REFUSALS, MachineError) as error:
            self._let_go()
            with contextlib.suppress(*REFUSALS):
                container.close()
            with contextlib.suppress(OSError):
                self._part.unlink()
            if isinstance(error, MachineError):
                raise
            if isinstance(error, OSError):
                raise self._error("cannot be written", error, _FOLDER) from None
            fix = "choose another codec or size"
            raise self._error(f"{recipe.encoder} refuses", error, fix) from None
        self._encoder = Encoder(container, stream, form, heard, frames=self.kept, dts=dts)

    def poll(self) -> list[Command]:
        """Return nothing: a file asks for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Store the frame before this one; waits while the encoder is behind.

        MachineError, once, where the encoder has failed; from then on frames go nowhere.
        """
        if self._encoder is None:
            return
        if self._wait is None:
            self._wait = waiter(frame.framebuffer.ctx)
        instant = self._instant(tick)
        self._chapters.note(frame.work, instant / self._rate)
        if self._seen >= self.kept:
            self._store(self._encoder)
            self._waiting = frame, instant
        else:
            self._wait()
        self._seen += 1

    def close(self) -> None:
        """Finish the file under its own name; MachineError where that fails.

        What was written by then stays, and plays, as `NAME.part`. A film of no frames leaves none.
        """
        if self._encoder is None:
            return
        encoder = self._encoder
        self._store(encoder)
        self._finish(encoder)
        if encoder.failure is not None:
            raise self._stopped(encoder) from encoder.failure
        try:
            if encoder.frames:
                remux(self._part, self._path, self._muxer, self._chapters.until(self._length))
            self._part.unlink()
        except REFUSALS as error:
            raise self._error("cannot be finished", error, self._kept()) from None

    def written(self) -> int:
        """Return how many bytes the film has by now."""
        try:
            return self._part.stat().st_size
        except OSError:  # not begun, or finished
            return 0

    def stop(self) -> str:
        """End before the end: what was written stays, and plays, as `NAME.part`.

        A film of that name that was there before stays too. Returns a line that says so; "" where
        it had ended already.
        """
        if self._encoder is None:
            return ""
        encoder = self._encoder
        self._waiting = None
        self._finish(encoder)
        if not encoder.frames:
            self._part.unlink(missing_ok=True)
            return f"{self._path}: stopped before anything was written"
        return f"{self._path}: stopped after {encoder.frames} frames: {self._kept()}"

    def _finish(self, encoder: Encoder) -> None:
        """Have the encoder end; whoever wants to may go on with the file."""
        self._encoder = None
        encoder.finish()
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    @property
    def _length(self) -> Fraction:
        """How long the film is by now, in seconds."""
        return (self._pts + 1) / self._rate

    def _instant(self, tick: Tick) -> int:
        """Return when the frame of a tick is shown, in the film's own time."""
        if self._first is None:
            self._first = tick.step
        lived = tick.step - self._first if self._variable else 0
        self._pts = max(self._pts + 1, lived)
        return self._pts

    def _store(self, encoder: Encoder) -> None:
        """Hand the waiting frame to the encoder."""
        if self._waiting is None or self._wait is None:
            return
        shot = encoder.free.get()
        if encoder.failure is not None:
            self._finish(encoder)
            raise self._stopped(encoder) from encoder.failure
        frame, shot.pts = self._waiting
        self._waiting = None
        self._wait()
        frame.read_into(shot.pixels)
        if shot.alpha is not None:
            frame.read_alpha_into(shot.alpha)
        encoder.full.put(shot)

    def _hear(self, container: OutputContainer) -> Soundtrack | None:
        if self._sound is None or not self._recipe.sound:
            return None
        return Soundtrack(container, self._sound, self._start, self._recipe.sound)

    def _take_over(
        self, kept: Kept, copied: Iterator[tuple[int, int]], heard: Soundtrack | None
    ) -> int | None:
        """Begin with the frames of a film that was stopped; return when the last is decoded."""
        last = None
        for pts, dts in copied:
            last = dts
            if heard is not None:  # it costs little, and encoded anew it has no seam
                heard.encode((pts + 1) / self._rate)
        self.kept = kept.frames
        with contextlib.suppress(PermissionError):  # some systems do not rename what is open
            self._part = self._part.replace(kept.part)
        return last

    def _stopped(self, encoder: Encoder) -> MachineError:
        assert encoder.failure is not None
        return self._error(f"stopped after {encoder.frames} frames", encoder.failure, self._kept())

    def _kept(self) -> str:
        resumed = part_of(self._path)  # another film of this name may have been there before
        which = "it" if self._part == resumed else resumed.name
        return f"what was written plays: {self._part}, and {OPTION} goes on with {which}"

    def _error(self, problem: str, error: Exception, fix: str) -> MachineError:
        reason = getattr(error, "strerror", None) or str(error)
        return MachineError(Fault(str(self._path), "", f"{problem}: {reason}", fix))
