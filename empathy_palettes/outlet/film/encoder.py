"""The thread that turns pictures into packets.

Does not choose the file, nor what becomes of it; `film` does.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass

import av
import av.filter
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.format import VideoFormat
from av.video.stream import VideoStream
from numpy.typing import NDArray

from ...render.frame import Pixels
from .colour import Converter, straighten
from .finish import REFUSALS
from .form import Form, mend_time
from .priority import kept_priority
from .sound import Soundtrack

_POOL = 4  # frames between the render and the encoder; once all are full, the render waits


@dataclass(slots=True)
class Shot:
    """Room for one frame: its pixels, bottom row first, its alpha if kept, and its instant."""

    pixels: Pixels
    alpha: NDArray[np.uint8] | None
    pts: int = 0


class Encoder:
    """Encodes shots on a thread of its own; `free` and `full` hold the pool between them.

    `form`: what `stream` was made by; `Shot.pts` counts in its rate. `frames`: how many the film
    has by now; `dts`: when the last packet that is there is decoded. `failure`: what stopped it; it
    then keeps emptying `full`, so that nobody waits for it in vain.
    """

    def __init__(
        self,
        container: OutputContainer,
        stream: VideoStream,
        form: Form,
        sound: Soundtrack | None,
        *,
        frames: int = 0,
        dts: int | None = None,
    ) -> None:
        self.free: queue.Queue[Shot] = queue.Queue()
        self.full: queue.Queue[Shot | None] = queue.Queue()
        self.frames = frames
        self.failure: Exception | None = None
        width, height = form.size
        for _ in range(_POOL):
            beside = np.empty((height, width), np.uint8) if form.alpha else None
            self.free.put(Shot(np.empty((height, width, 4), np.uint8), beside))
        self._turn = _upside_down(form)
        self._converter = Converter(form.pixels)
        self._container = container
        self._stream = stream
        self._form = form
        self._time_base = 1 / form.rate
        self._coder = stream.codec_context
        self._dts = dts
        self._first = frames
        self._sound = sound
        self._thread = threading.Thread(target=self._work, name="film", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Encode what is left and close the file; safe after a failure."""
        self.full.put(None)
        self._thread.join()
        try:
            if self.failure is None:
                self._mux(self._coder.encode(None))
                if self._sound:
                    self._sound.finish()
        except REFUSALS as error:
            self.failure = error
        try:
            self._container.close()
        except REFUSALS as error:
            self.failure = self.failure or error

    def _work(self) -> None:
        while (shot := self.full.get()) is not None:
            if self.failure is None:
                try:
                    self._encode(shot)
                except Exception as error:  # raised again, as a MachineError, where frames arrive
                    self.failure = error
            self.free.put(shot)

    @kept_priority()
    def _encode(self, shot: Shot) -> None:
        if shot.alpha is not None:
            straighten(shot.pixels, shot.alpha)
        frame = av.VideoFrame.from_numpy_buffer(shot.pixels, "rgba")  # shares the shot's memory
        frame.pts, frame.time_base = shot.pts, self._time_base
        self._turn.push(frame)
        upright = self._turn.pull()
        assert isinstance(upright, av.VideoFrame)
        picture = self._converter.convert(upright)  # no recipe stores RGBA, so this one is its own
        picture.pts, picture.time_base = shot.pts, self._time_base
        if (group := self._form.group) and self.frames % group == 0 and self.frames > self._first:
            self._mux(self._coder.encode(None))
            self._coder = self._form.coder()
        self._mux(self._coder.encode(picture))
        self.frames += 1
        if self._sound:
            self._sound.encode((shot.pts + 1) * self._time_base)

    def _mux(self, packets: list[Packet[VideoStream]]) -> None:
        for packet in packets:
            mend_time(packet)
            packet.stream = self._stream
            if packet.dts is not None:
                if self._dts is not None and packet.dts <= self._dts:
                    packet.dts = self._dts + 1  # a new group supposes that its past was as even
                self._dts = packet.dts
            self._container.mux(packet)


def _upside_down(form: Form) -> av.filter.Graph:
    """Return what turns a picture over; it only counts the rows backwards and copies none."""
    graph = av.filter.Graph()
    width, height = form.size
    source = graph.add_buffer(
        width=width, height=height, format=VideoFormat("rgba"), time_base=1 / form.rate
    )
    turn, sink = graph.add("vflip"), graph.add("buffersink")
    source.link_to(turn)
    turn.link_to(sink)
    graph.configure()
    return graph
