"""What of a film that was stopped can be kept: all up to its last whole group of pictures.

Encodes nothing: the packets are taken over as they are.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from ...core.errors import Fault, MachineError
from .finish import hold, part_of
from .form import Form

OPTION = "--resume"
#: By codec: MP4 writes the length of each unit before it, where encoders mark its beginning.
_UNWRAP = {"h264": "h264_mp4toannexb", "hevc": "hevc_mp4toannexb"}


@dataclass(frozen=True, slots=True)
class Kept:
    """The first frames of a film that was stopped; `part`: where they lie.

    `packets`: how many packets they are, the first ones in the file. `rate`: what their instants
    are counted in, a second. `frames`: as many as packets.
    """

    part: Path
    packets: int
    rate: Fraction

    @property
    def frames(self) -> int:
        """How many frames of the film need not be encoded again."""
        return self.packets

    def copy(
        self, container: OutputContainer, stream: VideoStream, header: bytes
    ) -> Iterator[tuple[int, int]]:
        """Write the packets into `stream` of `container`; yield when each is shown, and decoded.

        `header`: what a file would tell players of the frames that follow. MachineError where the
        packets' own says something else.
        """
        if not self.packets:
            return
        with _open(self.part) as source:
            theirs = source.streams.video[0].codec_context.extradata
            if (theirs or b"") != header:
                problem = "its encoder was set otherwise, or was of another version"
                raise MachineError(Fault(str(self.part), OPTION, problem, _anew(self.part)))
            unwrap = _unwrapper(source)
            for packet in _first_packets(source, self.packets):
                instants = _instant(packet, self.rate), _decoded(packet, self.rate)
                for bare in unwrap.filter(packet) if unwrap else [packet]:
                    bare.stream = stream
                    container.mux(bare)
                yield instants


def find_kept(path: Path, line: str, form: Form, *, variable: bool = False) -> Kept | None:
    """Return what is left of the film that was to be at `path`; None: nothing that can be kept.

    `line`: what makes the film; MachineError where another line made what is there, or somebody is
    writing it. `form`: of its frames; `variable`: some instants have none.
    """
    part = part_of(path)
    if not part.exists():
        return None
    try:
        with hold(part), _open(part) as source:
            theirs = _line_of(source)
            if theirs != plain(line):
                problem = f"another line made it: {theirs or 'it does not say which'}"
                raise MachineError(Fault(str(part), OPTION, problem, _anew(part)))
            return Kept(part, _whole_groups(source, form, variable), form.rate)
    except (FFmpegError, OSError, ValueError, IndexError):
        return Kept(part, 0, form.rate)  # stopped before a frame of it was written


def made_by(path: Path, line: str) -> bool:
    """Return whether there is a film that says that this line made it, resumed or not."""
    try:
        with _open(path) as source:
            return _line_of(source) == plain(line)
    except (FFmpegError, OSError, ValueError):
        return False


def plain(line: str) -> str:
    """Return a command line without the option that resumes: it makes the same film."""
    try:
        words = shlex.split(line)
    except ValueError:
        return line
    return shlex.join(word for word in words if word != OPTION) if OPTION in words else line


def _line_of(source: InputContainer) -> str:
    return source.metadata.get("comment") or source.metadata.get("COMMENT") or ""


def _open(part: Path) -> InputContainer:
    return av.open(str(part))


def _anew(part: Path) -> str:
    return f"leave {OPTION} out, or take {part.name} away"


def _whole_groups(source: InputContainer, form: Form, variable: bool) -> int:
    """Return how many packets come before the last one that a player could begin at.

    Of groups that look back across their beginning, none would do: their first frames are missing.
    """
    packets, latest = 0, -1
    whole = 0
    try:
        for packet in source.demux(video=0):
            if packet.dts is None and packet.pts is None:
                continue
            if packet.is_corrupt or packet.pts is None:
                break
            instant = _instant(packet, form.rate)
            begins = packet.is_keyframe and packets % (form.group or 1) == 0
            if begins and instant > latest and (variable or instant == packets):
                whole = packets
            packets += 1
            latest = max(latest, instant)
    except FFmpegError:  # where it was cut
        pass
    return whole


def _unwrapper(source: InputContainer) -> BitStreamFilterContext | None:
    """Return what gives packets back as the encoder made them; None: they are that way."""
    stream = source.streams.video[0]
    name = _UNWRAP.get(stream.codec_context.name)
    if name is None or "mp4" not in source.format.name:
        return None
    return BitStreamFilterContext(name, in_stream=stream)


def _first_packets(source: InputContainer, count: int) -> Iterator[Packet[VideoStream]]:
    left = count
    for packet in source.demux(video=0):
        if left == 0:
            return
        left -= 1
        yield packet


def _instant(packet: Packet[VideoStream], rate: Fraction) -> int:
    """Return when a packet's frame is shown, in whole frames or steps."""
    assert packet.pts is not None
    return round(packet.pts * packet.time_base * rate)


def _decoded(packet: Packet[VideoStream], rate: Fraction) -> int:
    """Return when a packet is to be decoded, likewise."""
    when = packet.pts if packet.dts is None else packet.dts
    assert when is not None
    return round(when * packet.time_base * rate)
