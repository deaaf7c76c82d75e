"""Pictures, films and sounds out of files: one face for all formats, exact on the step clock.

Knows nothing of presets and shaders, and reads nothing but the file it is given: lists of other
files (HLS, concat) are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from ..core.errors import AssetError, Fault
from ..core.meant import media_meant
from .exif import TURNS, orientation_of

Pixels = NDArray[np.uint8]  # (height, width, 4), sRGB, straight alpha, row 0 at the bottom
Samples = NDArray[np.float32]  # (channels, n), full scale is -1 to 1
Timed = tuple[Fraction, VideoFrame]  # a frame and its instant, seconds since the film's first

MOST_SIDE = 8192  # pixels
MOST_SAMPLES = 2**27  # of all channels, half a gigabyte: 23 minutes of stereo at 48 kHz
RATES = (4_000, 400_000)  # Hz: what sound is kept at, from telephones to converters
LOUDEST = 4.0  # of a sample, full scale being 1: 12 dB of headroom
ROUGH = Fraction(1, 1000)  # Matroska's unit of time, to which a frame's instant is rounded
FAR = 2  # seconds of film: what lies further ahead is looked up, not played up to
PADDING = 2048  # samples that an encoder may have put after the last of a sound
LATE = Fraction(1, 2)  # seconds: a film that ends this much before its end is not whole
THREADS = 4  # each holds a frame or two

_LISTS = frozenset({"concat", "dash", "hls", "imf", "mpjpeg", "rtsp", "sdp"})
_GUESSES = frozenset({"mpeg", "mpegvideo"})  # after a seek they tell wrong times
_REFUSALS = (FFmpegError, OSError, ValueError)  # what FFmpeg's errors are, one or another
_UNSPECIFIED = 2  # the code point of ITU-T H.273
_SMALL = 600  # rows: below it, a film that does not say is taken for BT.601, else for BT.709
_SEEN = "save it as PNG, JPEG or MP4"
_HEARD = "save it as WAV, FLAC, MP3 or M4A"


class Media(Protocol):
    """What can be looked at: a picture, a film, or a folder of pictures."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of what is seen now."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What went wrong since it was opened."""

    def at(self, step: int) -> Pixels:
        """Return what is seen at a step; the same object for as long as it is the same picture."""

    def close(self) -> None:
        """Let go of the file; safe to call twice."""


def open_media(path: Path, *, speed: float = 1.0, loop: bool = True) -> Media:
    """Return the picture or the film in a file; `speed`, above 0, and `loop` are for films.

    AssetError for what cannot be read, has no picture, or is larger than `MOST_SIDE`.
    """
    with ExitStack() as undo:
        reader = Reader(path)
        undo.callback(reader.close)
        try:
            _, frame = next(reader.frames)
            moves = next(reader.frames, None) is not None
            pixels = reader.pixels(frame) if moves else reader.pixels(frame, orientation_of(path))
            if not moves:
                return Still(pixels)
            film = Film(path, reader, pixels, Fraction(speed), loop)
        except StopIteration:
            raise _refused(path, reader.trouble or "no picture in it", _SEEN) from None
        except _REFUSALS as error:
            raise _refused(path, _reason(error), _SEEN) from None
        undo.pop_all()
        return film


class Still:
    """One picture."""

    def __init__(self, pixels: Pixels) -> None:
        self.faults: tuple[Fault, ...] = ()
        self._pixels = pixels

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width, _ = self._pixels.shape
        return width, height

    def at(self, step: int) -> Pixels:
        """Return the picture."""
        return self._pixels

    def close(self) -> None:
        """Do nothing: no file is open."""


class Film:
    """A film from step 0 on: at each step the frame whose time holds that instant.

    Decodes in step with the show. What cannot be decoded is left out: the last good frame stays,
    and `faults` says so, once. Made by `open_media`.
    """

    def __init__(
        self, path: Path, reader: Reader, first: Pixels, speed: Fraction, loop: bool
    ) -> None:
        self.faults: tuple[Fault, ...] = ()
        self.seconds = reader.length()
        self._path = path
        self._reader = reader
        self._speed = speed
        self._loop = loop
        self._pixels = first
        reader.seek(Fraction(0))
        self._shown, self._ahead = Fraction(0), next(reader.frames, None)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width, _ = self._pixels.shape
        return width, height

    def at(self, step: int) -> Pixels:
        """Return the frame that is seen at a step, counted from 0."""
        instant = Fraction(step, STEPS_PER_SECOND) * self._speed
        instant = instant % self.seconds if self._loop else min(instant, self.seconds)
        try:
            self._go(instant + self._reader.early)
        except _REFUSALS as error:
            self._fail(instant, _reason(error))
        if self._reader.trouble:
            self._fail(instant, self._reader.trouble)
        return self._pixels

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._reader.close()

    def _go(self, instant: Fraction) -> None:
        found: Timed | None = None
        if not self._shown <= instant <= self._shown + FAR:
            found = self._reader.seek(instant)
            self._ahead = next(self._reader.frames, None)
        while self._ahead is not None and self._ahead[0] <= instant:
            found = self._ahead
            self._ahead = next(self._reader.frames, None)
        if found is None:
            return
        self._shown = found[0]
        self._pixels = self._reader.pixels(found[1])
        if self._ahead is None and self.seconds - self._shown > max(self._reader.frame * 4, LATE):
            self._fail(self._shown, "it ends here, and says that it is longer")

    def _fail(self, instant: Fraction, problem: str) -> None:
        if not self.faults:
            where = f"at {float(instant):.1f} s"
            fix = "its last good picture stays; convert it again"
            self.faults = (Fault(str(self._path), where, problem, fix),)


class Reader:
    """A file's first stream of pictures; `frames` are those from the last `seek` on.

    `trouble`: why a packet could not be decoded, or "". `early`: how much before its written time
    a frame may be due. AssetError where there is no picture.
    """

    def __init__(self, path: Path) -> None:
        self.trouble = ""
        self._owner = ExitStack()
        self._path = path
        self._container = self._owner.enter_context(_opened(path, _SEEN))
        if not self._container.streams.video:
            self.close()
            raise _refused(path, "no picture in it", _SEEN)
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = THREADS
        self._time_base = self._stream.time_base or ROUGH
        self.early = ROUGH / 2 if self._time_base == ROUGH else Fraction(0)
        self._guesses = self._container.format.name in _GUESSES
        self._begin: Fraction | None = None  # what the first frame's time is written as
        self.frame = 1 / (self._stream.average_rate or Fraction(25))  # how long one is seen
        self._reformatter = VideoReformatter()
        try:
            _check_size(path, self._stream.width, self._stream.height)
        except AssetError:
            self.close()
            raise
        self.frames = self._decoded()

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._owner.close()

    def seek(self, instant: Fraction) -> Timed | None:
        """Go to a frame at or before an instant and return it; `frames` go on after it."""
        begin = self._begin or Fraction(0)
        found = None
        places = (begin + instant, begin, None)  # some formats find only their start
        for place in places[self._guesses :]:
            if place is None:
                self._container.seek(0)
            else:
                self._container.seek(int(place / self._time_base), stream=self._stream)
            self.frames = self._decoded()
            found = next(self.frames, None)
            if found is not None and found[0] <= instant:
                break
        return found

    def length(self) -> Fraction:
        """Return the seconds from the first frame to the end of the last, by the last packets.

        What a file says of itself is often a little wrong, and then a loop would not be exact.
        """
        begin = self._begin or Fraction(0)
        end = begin
        if self._container.duration:
            start = self._container.start_time or 0
            self._container.seek(start + self._container.duration)
            end = self._end(begin)
        if end <= begin:
            self._container.seek(0)
            end = self._end(begin)
        seconds = max(end - begin, self.frame)
        declared = (self._stream.duration or 0) * self._time_base
        return declared if declared - seconds > LATE else seconds  # it was cut off

    def pixels(self, frame: VideoFrame, orientation: int = 0) -> Pixels:
        """Return a frame as it is to be seen; `orientation`: Exif's, 0 for the frame's own."""
        _check_size(self._path, frame.width, frame.height)
        space: Any = matrix_of(frame)
        picture = self._reformatter.reformat(
            frame, format="rgba", src_colorspace=space, dst_color_range=ColorRange.JPEG
        )
        plane = picture.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        seen = rows[: picture.height, : picture.width * 4].reshape(picture.height, -1, 4)
        if orientation:
            mirrored, turns = TURNS[orientation]
            seen = np.rot90(seen[:, ::-1] if mirrored else seen, turns)
        else:
            seen = np.rot90(seen, round(frame.rotation / 90))
        return np.ascontiguousarray(seen[::-1])

    def _decoded(self) -> Iterator[Timed]:
        last = Fraction(-1)
        for packet in self._container.demux(self._stream):
            try:
                frames = packet.decode()
            except _REFUSALS as error:
                self.trouble = _reason(error)
                continue
            for frame in frames:
                time = last + self.frame
                if frame.pts is not None:
                    time = frame.pts * self._time_base
                    if self._begin is None:
                        self._begin = time
                    time -= self._begin
                if frame.is_corrupt:
                    self.trouble = "a frame is damaged"
                elif time > last:
                    last = time
                    yield time, frame

    def _end(self, begin: Fraction) -> Fraction:
        """Return the latest end of the packets from here on."""
        end = begin
        for packet in self._container.demux(self._stream):
            if packet.pts is not None:
                own = packet.duration * self._time_base if packet.duration else self.frame
                end = max(end, packet.pts * self._time_base + own)
        return end


def matrix_of(frame: VideoFrame) -> int:
    """Return the matrix of a frame's colours, by its number in ITU-T H.273; never unspecified."""
    if frame.colorspace != _UNSPECIFIED:
        return int(frame.colorspace)
    return int(Colorspace.ITU601 if frame.height < _SMALL else Colorspace.ITU709)


def decode_sound(path: Path) -> tuple[Samples, int]:
    """Return a file's first sound, one or two channels of it, and its rate in Hz.

    Every sample is a number, `LOUDEST` at most. AssetError for what cannot be read, has no sound,
    has more than `MOST_SAMPLES`, or a rate outside `RATES`.
    """
    with _opened(path, _HEARD) as container:
        if not container.streams.audio:
            raise _refused(path, "no sound in it", _HEARD)
        stream = container.streams.audio[0]
        _check_rate(path, stream.rate)
        layout = "mono" if stream.channels == 1 else "stereo"
        most = MOST_SAMPLES if stream.channels == 1 else MOST_SAMPLES // 2
        resampler = av.AudioResampler(format="fltp", layout=layout, rate=stream.rate)
        chunks: list[Samples] = []
        count = 0
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
                for frame in frames:
                    _check_rate(path, frame.sample_rate)  # it may have one of its own
                heard = [each for frame in frames for each in resampler.resample(frame)]
            except _REFUSALS:
                continue  # a damaged packet: a gap that nobody sees
            chunks += map(_floats, heard)
            count += sum(frame.samples for frame in heard)
            if count > most:
                minutes = most / stream.rate / 60
                fix = f"cut it to {minutes:.0f} minutes: it begins again at its end"
                raise _refused(path, "too long to be kept in memory", fix)
        if not count:
            raise _refused(path, "no sound in it", _HEARD)
        chunks += map(_floats, resampler.resample(None))
        samples = np.concatenate(chunks, axis=1)
        if stream.duration and stream.time_base:
            ends = round(stream.duration * stream.time_base * stream.rate)
            if 0 <= samples.shape[1] - ends <= PADDING:
                samples = samples[:, :ends]
        return samples, stream.rate


def _floats(frame: AudioFrame) -> Samples:
    numbers = np.nan_to_num(frame.to_ndarray(), nan=0.0, posinf=LOUDEST, neginf=-LOUDEST)
    samples: Samples = np.clip(numbers, -LOUDEST, LOUDEST).astype(np.float32, copy=False)
    return samples


@contextmanager
def _opened(path: Path, fix: str) -> Iterator[InputContainer]:
    """Open a file and no other: what it names beside itself stays closed."""
    with ExitStack() as owner:
        try:
            file = owner.enter_context(path.open("rb"))
            options = {"protocol_whitelist": "none"}
            container = av.open(file, "r", options=options, metadata_errors="ignore")
            owner.callback(container.close)
        except FileNotFoundError:
            found = media_meant(str(path), [path.parent])
            fix = found if found.startswith("did") else "check the path"
            raise _refused(path, "no such file", fix) from None
        except (IsADirectoryError, PermissionError) as error:
            raise _refused(path, _reason(error), "check the path and its rights") from None
        except _REFUSALS as error:
            raise _refused(path, _reason(error), fix) from None
        if not _LISTS.isdisjoint(container.format.name.split(",")):
            raise _refused(path, "a list of other files", fix)
        yield container


def _check_size(path: Path, width: int, height: int) -> None:
    if max(width, height) > MOST_SIDE:
        fix = f"scale it down: no side above {MOST_SIDE} pixels"
        raise _refused(path, f"{width}x{height} is too large", fix)


def _check_rate(path: Path, rate: int) -> None:
    least, most = RATES
    if not least <= rate <= most:
        problem = f"{rate} samples a second, not {least} to {most}"
        raise _refused(path, problem, "its header may be damaged: save it again, at 48000 Hz")


def _refused(path: Path, problem: str, fix: str) -> AssetError:
    return AssetError(Fault(str(path), "", problem, fix))


def _reason(error: Exception) -> str:
    if isinstance(error, av.error.InvalidDataError):
        return "no picture, film or sound that can be read"
    return getattr(error, "strerror", None) or str(error)
