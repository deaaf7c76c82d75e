"""What is heard with a film, encoded as the film grows.

Does not decode and does not listen; `inlet` does.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.audio.format import AudioFormat
from av.audio.stream import AudioStream
from av.codec import Codec
from av.container import OutputContainer

from ...core.clock import STEPS_PER_SECOND
from ...inlet.hearing import Track

#: Hz that an encoder knows and players can be relied on to play; one that is not here takes any.
#: AAC: ISO/IEC 14496-3, table 1.18. Opus: RFC 6716 knows more, and they sound the same.
RATES = {
    "aac": frozenset({16_000, 22_050, 24_000, 32_000, 44_100, 48_000}),
    "libopus": frozenset({48_000}),
}
USUAL_RATE = 48_000  # of any other
LEAST_RATE, MOST_RATE = 8_000, 192_000  # what players take of sound that is stored as it is
BITS_PER_CHANNEL = 96_000  # a second, where some of the sound is given up


class Soundtrack:
    """What is heard from step `start` on, encoded as the film grows: never longer than its picture.

    `encoder`: FFmpeg's name of it. Made before the container's encoding begins.
    """

    def __init__(
        self, container: OutputContainer, track: Track, start: int, encoder: str = "aac"
    ) -> None:
        channels = track.samples.shape[0]
        self._track = track
        self._layout = "mono" if channels == 1 else "stereo"
        self._begin = start * track.rate // STEPS_PER_SECOND
        self._done = 0  # samples, at the track's rate
        known = RATES.get(encoder, range(LEAST_RATE, MOST_RATE + 1))
        rate = track.rate if track.rate in known else USUAL_RATE
        self._container = container
        stream = container.add_stream(encoder, rate=rate, layout=self._layout)
        assert isinstance(stream, AudioStream)
        self._stream = stream
        if encoder in RATES:
            stream.bit_rate = BITS_PER_CHANNEL * channels
        formats = Codec(encoder, "w").audio_formats or ()
        form = formats[0].name if formats else "s16"
        stream.codec_context.format = AudioFormat(form)
        self._resampler = av.AudioResampler(form, self._layout, rate)

    def encode(self, seconds: Fraction) -> None:
        """Go on to this instant of the film."""
        count = int(seconds * self._track.rate) - self._done
        if count <= 0:  # its samples are further apart than its pictures
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
