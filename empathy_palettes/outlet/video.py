"""The picture into a video file, every frame of it, and what it heard: on a thread of its own.

Owns no GL context (open a surface first, close it last) and no clock: frame k is shown at k / fps.
Until it is finished the film lies beside its name as `NAME.part`, a fragmented file that plays up
to where it was stopped, whatever stopped it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.stream import Stream
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.command import Command
from ..core.config import nearest
from ..core.errors import Fault, MachineError
from ..inlet.hearing import Track
from ..render.frame import Frame, Pixels
from .contract import OutletContext

_POOL = 4  # frames between the render and the encoder; once all are full, the render waits
_BT709 = 1  # the code point (ITU-T H.273) of its primaries, its transfer and its matrix alike
_FORMATS = {".mp4": "mp4", ".mov": "mov"}
_FRAGMENTED = {
    "movflags": "delay_moov+default_base_moof",
    "frag_duration": "1000000",  # in microseconds
    "flush_packets": "1",  # else a megabyte of film may wait in memory
}
#: Hz that AAC knows (ISO/IEC 14496-3, table 1.18) and players can be relied on to play.
AAC_RATES = frozenset({16_000, 22_050, 24_000, 32_000, 44_100, 48_000})
AAC_RATE = 48_000  # of any other
BITS_PER_CHANNEL = 96_000  # a second

_REFUSALS = (OSError, ValueError, FFmpegError)  # what FFmpeg's errors are, one or another
_FOLDER = "choose a folder that exists, may be written to and has room"


@dataclass(frozen=True, slots=True)
class Codec:
    """A kind of film: FFmpeg's encoder, what it is told, and the tag that players look for."""

    encoder: str
    tag: str
    options: tuple[tuple[str, str], ...]


CODECS = {
    "h264": Codec("libx264", "avc1", (("preset", "veryfast"),)),
    "h265": Codec("libx265", "hvc1", (("preset", "veryfast"), ("x265-params", "log-level=none"))),
}


class Video:
    """Writes each frame to `path` (.mp4 or .mov): BT.709, limited range, 4:2:0.

    `codec`: a key of `CODECS`. `crf`: 0 to 51, less is finer. `sound`: what is heard with it, as
    AAC, as long as the picture; `start`: the step that the first frame shows. A frame is read one
    tick late, so that its drawing need not be waited for; none is ever dropped.
    """

    def __init__(
        self,
        path: Path,
        fps: Fraction,
        codec: str = "h264",
        crf: int = 18,
        *,
        sound: Track | None = None,
        start: int = 0,
    ) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._fps = fps
        self._codec = codec
        self._crf = crf
        self._sound = sound
        self._start = start
        self._encoder: _Encoder | None = None
        self._waiting: Frame | None = None

    def open(self, context: OutletContext) -> None:
        """Begin the file; MachineError, with every fault, where it cannot be what is asked for."""
        if faults := tuple(self._faults(context.size)):
            raise MachineError(faults)
        format_ = _FORMATS[self._path.suffix]
        self._part = _free(self._path)
        codec = CODECS[self._codec]
        container = av.open(str(self._part), "w", format=format_, options=_FRAGMENTED)
        container.metadata.update({"title": context.title, "comment": context.reproduce})
        try:
            stream = _add_stream(container, codec, context.size, self._fps, self._crf)
            heard = Soundtrack(container, self._sound, self._start) if self._sound else None
            container.start_encoding()  # the file is made here
        except _REFUSALS as error:
            container.close()
            with contextlib.suppress(OSError):
                self._part.unlink()
            if isinstance(error, OSError):
                raise self._error("cannot be written", error, _FOLDER) from None
            fix = "choose another codec or size"
            raise self._error(f"{codec.encoder} refuses", error, fix) from None
        self._encoder = _Encoder(container, stream, context.size, self._fps, heard)

    def poll(self) -> list[Command]:
        """Return nothing: a file asks for nothing."""
        return []

    def present(self, frame: Frame, tick: Tick) -> None:
        """Store the frame before this one; waits while the encoder is behind.

        MachineError, once, where the encoder has failed; from then on frames go nowhere.
        """
        if self._encoder is not None:
            self._store(self._encoder)
            self._waiting = frame

    def close(self) -> None:
        """Finish the file under its own name; MachineError where that fails.

        What was written by then stays, and plays, as `NAME.part`. A film of no frames leaves none.
        """
        if self._encoder is None:
            return
        encoder = self._encoder
        self._store(encoder)
        self._encoder = None
        encoder.finish()
        if encoder.failure is not None:
            raise self._stopped(encoder) from encoder.failure
        try:
            if encoder.frames:
                _remux(self._part, self._path, _FORMATS[self._path.suffix])
            self._part.unlink()
        except _REFUSALS as error:
            raise self._error("cannot be finished", error, self._kept()) from None

    def stop(self) -> str:
        """End before the end: what was written stays, and plays, as `NAME.part`.

        A film of that name that was there before stays too. Returns a line that says so.
        """
        if self._encoder is None:
            return f"{self._path}: stopped"
        encoder = self._encoder
        self._encoder = None
        self._waiting = None
        encoder.finish()
        if not encoder.frames or encoder.failure is not None:
            self._part.unlink(missing_ok=True)
            return f"{self._path}: stopped before anything was written"
        return f"{self._path}: stopped after {encoder.frames} frames: {self._kept()}"

    def _store(self, encoder: _Encoder) -> None:
        """Hand the waiting frame to the encoder."""
        if self._waiting is None:
            return
        pixels = encoder.free.get()
        if encoder.failure is not None:
            self._encoder = None
            encoder.finish()
            raise self._stopped(encoder) from encoder.failure
        self._waiting.read_into(pixels)
        self._waiting = None
        encoder.full.put(pixels)

    def _faults(self, size: tuple[int, int]) -> Iterator[Fault]:
        file = str(self._path)
        if self._path.suffix not in _FORMATS:
            fix = f"give it one of {', '.join(_FORMATS)}"
            yield Fault(file, "", f"no video format for {self._path.suffix!r}", fix)
        if self._codec not in CODECS:
            yield Fault(file, "codec", repr(self._codec), nearest(self._codec, CODECS))
        if not 0 <= self._crf <= 51:
            yield Fault(file, "crf", str(self._crf), "0 is the finest, 51 the coarsest")
        width, height = size
        if width % 2 or height % 2:
            even = f"{width + width % 2}x{height + height % 2}"
            problem = f"{width}x{height} cannot be encoded: 4:2:0 shares colour between two pixels"
            yield Fault(file, "size", problem, f"use even numbers, such as {even}")

    def _stopped(self, encoder: _Encoder) -> MachineError:
        assert encoder.failure is not None
        return self._error(f"stopped after {encoder.frames} frames", encoder.failure, self._kept())

    def _kept(self) -> str:
        return f"what was written plays: {self._part}"

    def _error(self, problem: str, error: Exception, fix: str) -> MachineError:
        reason = getattr(error, "strerror", None) or str(error)
        return MachineError(Fault(str(self._path), "", f"{problem}: {reason}", fix))


def _free(path: Path) -> Path:
    """Return a name for what is being written that no other film is being written under."""
    part = path.with_name(path.name + ".part")
    return path.with_name(f"{path.name}.{os.getpid()}.part") if part.exists() else part


class Soundtrack:
    """What is heard from step `start` on, encoded as the film grows: never longer than its picture.

    Made before the container's encoding begins.
    """

    def __init__(self, container: OutputContainer, track: Track, start: int) -> None:
        channels = track.samples.shape[0]
        self._track = track
        self._layout = "mono" if channels == 1 else "stereo"
        self._begin = start * track.rate // STEPS_PER_SECOND
        self._done = 0  # samples, at the track's rate
        rate = track.rate if track.rate in AAC_RATES else AAC_RATE
        self._container = container
        self._stream = container.add_stream("aac", rate=rate, layout=self._layout)
        self._stream.bit_rate = BITS_PER_CHANNEL * channels
        self._resampler = av.AudioResampler("fltp", self._layout, rate)

    def encode(self, seconds: Fraction) -> None:
        """Go on to this instant of the film."""
        count = int(seconds * self._track.rate) - self._done
        if count == 0:  # its samples are further apart than its pictures
            return
        samples = self._track.stretch(self._begin + self._done, count)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", self._layout)
        frame.sample_rate = self._track.rate
        frame.time_base = Fraction(1, self._track.rate)
        frame.pts = self._done
        self._done += count
        for heard in self._resampler.resample(frame):
            self._container.mux(self._stream.encode(heard))

    def finish(self) -> None:
        """Encode what is left."""
        for heard in self._resampler.resample(None):
            self._container.mux(self._stream.encode(heard))
        self._container.mux(self._stream.encode(None))


class _Encoder:
    """The thread that turns pixels into packets; `free` and `full` hold the pool between them.

    `frames`: how many it has taken. `failure`: what stopped it; it then keeps emptying `full`, so
    that nobody waits for it in vain.
    """

    def __init__(
        self,
        container: OutputContainer,
        stream: VideoStream,
        size: tuple[int, int],
        fps: Fraction,
        sound: Soundtrack | None,
    ) -> None:
        self.free: queue.Queue[Pixels] = queue.Queue()
        self.full: queue.Queue[Pixels | None] = queue.Queue()
        self.frames = 0
        self.failure: Exception | None = None
        width, height = size
        for _ in range(_POOL):
            self.free.put(np.empty((height, width, 4), np.uint8))
        self._upright = np.empty((height, width, 4), np.uint8)
        self._source = av.VideoFrame.from_numpy_buffer(self._upright, "rgba")  # shares its memory
        self._reformatter = VideoReformatter()
        self._container = container
        self._stream = stream
        self._fps = fps
        self._sound = sound
        self._thread = threading.Thread(target=self._work, name="video", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Encode what is left and close the file; safe after a failure."""
        self.full.put(None)
        self._thread.join()
        try:
            if self.failure is None:
                self._container.mux(self._stream.encode(None))
                if self._sound:
                    self._sound.finish()
            self._container.close()
        except _REFUSALS as error:
            self.failure = self.failure or error

    def _work(self) -> None:
        while (pixels := self.full.get()) is not None:
            if self.failure is None:
                try:
                    self._encode(pixels)
                except Exception as error:  # raised again, as a MachineError, where frames arrive
                    self.failure = error
            self.free.put(pixels)

    def _encode(self, pixels: Pixels) -> None:
        np.copyto(self._upright, pixels[::-1])
        picture = self._reformatter.reformat(
            self._source,
            format="yuv420p",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA,  # the only one that averages all four of a block
        )
        picture.pts = self.frames
        self._container.mux(self._stream.encode(picture))
        self.frames += 1
        if self._sound:
            self._sound.encode(self.frames / self._fps)


def _add_stream(
    container: OutputContainer, codec: Codec, size: tuple[int, int], fps: Fraction, crf: int
) -> VideoStream:
    options = {"crf": str(crf), **dict(codec.options)}
    stream = container.add_stream(codec.encoder, rate=fps, options=options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    coder = stream.codec_context
    coder.time_base = 1 / fps
    coder.codec_tag = codec.tag
    coder.thread_type = "FRAME"  # slices cost a fifth of the speed and a tenth of the size
    coder.color_range = ColorRange.MPEG
    coder.color_primaries = coder.color_trc = coder.colorspace = _BT709
    return stream


def _remux(part: Path, path: Path, format_: str) -> None:
    """Copy the packets into a file whose index comes first; it appears whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    try:
        with (
            av.open(str(part)) as source,
            av.open(str(aside), "w", format=format_, options={"movflags": "faststart"}) as target,
        ):
            target.metadata.update(source.metadata)
            copies: dict[int, Stream] = {}
            for template in (*source.streams.video, *source.streams.audio):
                stream = target.add_stream_from_template(template)
                stream.codec_context.codec_tag = template.codec_context.codec_tag
                copies[template.index] = stream
            for packet in source.demux():
                if packet.dts is not None:  # the last one only says that there are no more
                    packet.stream = copies[packet.stream.index]
                    target.mux(packet)
        os.replace(aside, path)
    except _REFUSALS:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
