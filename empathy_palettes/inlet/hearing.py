"""What is heard of a sound at one step: how loud it is, where, what begins; and its samples.

Reads no file: `sound` does. Every number is a pure function of the track and the step, worked out
once per step, whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND

Floats = NDArray[np.float32]

QUIETEST = -60.0  # dB below full scale that is 0; full scale is 1
#: Hz, from and up to.
BANDS = MappingProxyType({"bass": (20, 250), "mid": (250, 4_000), "treble": (4_000, 16_000)})
WINDOW = 1 / 24  # seconds that one look at the sound takes in, about
#: dB of a bin's amplitude, a full sine being 0, that are 0 and 1 in a spectrum: what browsers take
#: (Web Audio API, minDecibels −100 and maxDecibels −30, of a Blackman window that is not scaled).
FAINT, STRONG = -86.5, -16.5
MOST_COLUMNS = 16_384

MEMORY = 60  # steps, a second: what the threshold of an onset is the middle of
ABOVE = 1.6  # times that middle
LEAST = 0.02  # and this much more: the hum of a quiet room begins nothing
GAIN = 100.0  # of amplitude before its logarithm


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is heard at one step, each number from 0 to 1.

    `level`: the RMS of all channels in dB, −60 dB below full scale to 0 dB. `bass`, `mid`,
    `treble`: the same of 20 to 250, 250 to 4,000 and 4,000 to 16,000 Hz. `onset`: how far
    something new stands out, 0 where nothing begins.
    """

    level: float = 0.0
    bass: float = 0.0
    mid: float = 0.0
    treble: float = 0.0
    onset: float = 0.0
    source: Track | None = None
    step: int = 0

    def waveform(self, columns: int) -> Floats:
        """Return (channels, columns): the samples around this instant, silence being .5."""
        if self.source is None:
            return np.full((1, columns), 0.5, np.float32)
        around = self.source.around(self.step, columns)
        wave: Floats = np.clip(around * np.float32(0.5) + np.float32(0.5), 0, 1)
        return wave

    def spectrum(self, columns: int) -> Floats:
        """Return (channels, columns) from 0 to 1: from 0 Hz to half the rate, the loudest of each.

        0 is an amplitude of −86.5 dB and 1 one of −16.5 dB, a sine at full scale being 0 dB.
        """
        if self.source is None:
            return np.zeros((1, columns), np.float32)
        amplitudes = self.source.amplitudes(self.step)
        bins = amplitudes.shape[1] - 1  # the last is half the rate itself
        starts = np.arange(columns) * bins // columns
        loudest = np.maximum.reduceat(amplitudes[:, :bins], starts, axis=1)
        decibels = 20 * np.log10(np.maximum(loudest, 1e-9))
        shown: Floats = np.clip((decibels - FAINT) / (STRONG - FAINT), 0, 1).astype(np.float32)
        return shown


SILENCE = Hearing()


class Track:
    """A sound as it is heard step by step, from step 0 on; it begins again at its end.

    `samples`: float32 (channels, n), n > 0, full scale −1 to 1. `rate` in Hz. Before step 0 there
    is silence.
    """

    def __init__(self, samples: Floats, rate: int) -> None:
        self.samples = samples
        self.rate = rate
        self._size = 1 << max(round(np.log2(rate * WINDOW)), 5)
        self._hann = np.hanning(self._size + 1)[:-1].astype(np.float32)
        self._scale = np.float32(2 / self._hann.sum())
        self._power = np.float32(2 / (self._size * np.square(self._hann).sum()))
        half = self._size // 2 + 1
        self._bands = {name: self._bins(low, high, half) for name, (low, high) in BANDS.items()}
        self._heard = slice(self._bands["bass"].start, self._bands["treble"].stop)
        self._last: tuple[int, Floats] | None = None
        self._logarithms: tuple[int, Floats] | None = None
        self._fluxes: dict[int, float] = {}
        self._hearing = SILENCE

    @property
    def seconds(self) -> float:
        """How long it is before it begins again."""
        return float(self.samples.shape[1] / self.rate)

    def at(self, step: int) -> Hearing:
        """Return what is heard at a step."""
        if self._hearing.source is None or self._hearing.step != step:
            self._hearing = self._heard_at(step)
        return self._hearing

    def around(self, step: int, count: int) -> Floats:
        """Return (channels, count): the samples whose middle is the instant of a step."""
        middle = (step * self.rate + STEPS_PER_SECOND // 2) // STEPS_PER_SECOND
        return self.stretch(middle - count // 2, count)

    def stretch(self, start: int, count: int) -> Floats:
        """Return (channels, count) samples from one on; what lies before 0 is silent."""
        length = self.samples.shape[1]
        begin = start % length
        if start >= 0 and begin + count <= length:
            return self.samples[:, begin : begin + count]
        places = np.arange(start, start + count)
        found: Floats = self.samples[:, places % length]
        found[:, places < 0] = 0
        return found

    def amplitudes(self, step: int) -> Floats:
        """Return (channels, bins) at a step, from 0 Hz to half the rate; a full sine is 1."""
        if self._last is None or self._last[0] != step:
            windowed = self.around(step, self._size) * self._hann
            spectrum: Floats = np.abs(np.fft.rfft(windowed, axis=1)).astype(np.float32)
            self._last = step, spectrum * self._scale
        return self._last[1]

    def _heard_at(self, step: int) -> Hearing:
        amplitudes = self.amplitudes(step)
        powers = np.square(amplitudes / self._scale).mean(axis=0) * self._power
        bands = {name: _loudness(powers[bins].sum()) for name, bins in self._bands.items()}
        level = _loudness(np.square(self.around(step, self._size)).mean())
        return Hearing(level, **bands, onset=self._onset(step), source=self, step=step)

    def _onset(self, step: int) -> float:
        """How much of the spectral flux is above its threshold.

        The flux is the half-wave rectified rise of the logarithmic spectrum since the step before
        (Dixon 2006, "Onset detection revisited"), its mean over what is heard; the threshold that
        moves with the median follows Bello et al. 2005, "A tutorial on onset detection".
        """
        before = [self._flux(number) for number in range(max(step - MEMORY, 0), step)]
        flux = self._flux(step)
        threshold = LEAST + (ABOVE * float(np.median(before)) if before else 0.0)
        return 1 - threshold / flux if flux > threshold else 0.0

    def _flux(self, step: int) -> float:
        if step not in self._fluxes:
            earlier = self._loudened(step - 1)
            rise = np.maximum(self._loudened(step) - earlier, 0)
            self._fluxes = {
                number: value
                for number, value in self._fluxes.items()
                if step - 2 * MEMORY <= number <= step + 2 * MEMORY
            }
            self._fluxes[step] = float(rise.mean())
        return self._fluxes[step]

    def _loudened(self, step: int) -> Floats:
        if self._logarithms is None or self._logarithms[0] != step:
            logarithms = np.log1p(self.amplitudes(step)[:, self._heard] * np.float32(GAIN))
            self._logarithms = step, logarithms
        return self._logarithms[1]

    def _bins(self, low: float, high: float, most: int) -> slice:
        places = (np.ceil(edge * self._size / self.rate) for edge in (low, high))
        first, last = (min(int(place), most) for place in places)
        return slice(first, last)


def _loudness(mean_square: float) -> float:
    decibels = 10 * np.log10(float(mean_square) + 1e-12)
    return float(np.clip(1 - decibels / QUIETEST, 0, 1))
