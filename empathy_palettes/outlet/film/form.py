"""What the frames of a film are, and the stream that they make in its file.

Encodes no frame of a show.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.codec.context import CodecContext, Flags
from av.container import OutputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from .colour import Converter, tag
from .priority import kept_priority
from .recipes import Recipe

_FAR = 1 << 20  # frames: no picture is decoded so long before it is shown
_GROUP_SECONDS = 3  # between two pictures that need no other: where one can seek to, or resume at
#: Encoders whose choices depend on frames of earlier groups. Those of a graphics card do too, but
#: to begin one takes too long.
_REMEMBERING = frozenset({"libx264", "libx265", "libvpx-vp9"})


def mend_time(packet: Packet[VideoStream]) -> None:
    """Give a packet a time to be decoded at where its encoder gave none.

    FFmpeg's libx265 leaves that of a lone frame as its memory was.
    """
    pts, dts = packet.pts, packet.dts
    if pts is not None and (dts is None or not pts - _FAR <= dts <= pts):
        packet.dts = pts


@dataclass(frozen=True, slots=True)
class Form:
    """A recipe, and what is asked of it.

    `rate`: frames a second, or what their instants are counted in. `quality`: on the recipe's own
    scale, None: its usual. `alpha`: straight alpha is stored.
    """

    recipe: Recipe
    size: tuple[int, int]
    rate: Fraction
    quality: int | None = None
    alpha: bool = False

    @property
    def pixels(self) -> str:
        """How pixels are stored, in FFmpeg's words."""
        return self.recipe.format(alpha=self.alpha)

    @property
    def group(self) -> int:
        """How many frames are encoded together, by an encoder that knows of no others; 0: all.

        Encoders that remember would go on otherwise after a film was stopped than without.
        """
        return self._seconds_of_frames if self.recipe.encoder in _REMEMBERING else 0

    def add_to(self, container: OutputContainer) -> VideoStream:
        """Return a stream that is ready to encode; ValueError for an encoder that FFmpeg lacks."""
        if self.recipe.encoder == "libsvtav1":  # its library speaks on stderr otherwise
            os.environ.setdefault("SVT_LOG", "1")
        encoder, options = self.recipe.encoder, self.recipe.settings(self.quality)
        stream = container.add_stream(encoder, rate=self.rate, options=options)
        assert isinstance(stream, VideoStream)
        self._prepare(stream.codec_context)
        return stream

    def coder(self) -> VideoCodecContext:
        """Return another encoder for the stream: what it makes goes on where the last one ended."""
        coder = CodecContext.create(self.recipe.encoder, "w")
        assert isinstance(coder, VideoCodecContext)
        coder.options = self.recipe.settings(self.quality)
        coder.framerate = self.rate
        coder.flags |= Flags.global_header  # the file has one header for all
        self._prepare(coder)
        return coder

    @kept_priority()
    def header(self, muxer: str) -> bytes:
        """Return what a file tells players of such frames, found by writing one into memory."""
        memory = io.BytesIO()
        width, height = self.size
        with av.open(memory, "w", format=muxer) as container:
            stream = self.add_to(container)
            black = av.VideoFrame.from_ndarray(np.zeros((height, width, 4), np.uint8), "rgba")
            picture = Converter(self.pixels).convert(black)
            picture.pts, picture.time_base = 0, 1 / self.rate
            for packet in (*stream.encode(picture), *stream.encode(None)):
                mend_time(packet)
                container.mux(packet)
        memory.seek(0)
        with av.open(memory) as source:
            return source.streams.video[0].codec_context.extradata or b""

    @property
    def _seconds_of_frames(self) -> int:
        return max(1, round(_GROUP_SECONDS * self.rate))

    def _prepare(self, coder: VideoCodecContext) -> None:
        coder.width, coder.height = self.size
        coder.pix_fmt = self.pixels
        coder.time_base = 1 / self.rate
        if self.recipe.tag:
            coder.codec_tag = self.recipe.tag
        coder.gop_size = self._seconds_of_frames
        coder.thread_type = "FRAME"  # slices cost a fifth of the speed and a tenth of the size
        tag(coder, self.pixels)
