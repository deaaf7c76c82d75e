"""What is heard: levels by hand, onsets where they are, and the same whatever was asked before."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.inlet.hearing import SILENCE, Hearing, Track

RATE = 44_100
Wave = NDArray[np.float32]


def sine(hertz: float, amplitude: float = 1.0, seconds: float = 2.0, rate: int = RATE) -> Wave:
    places = np.arange(int(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * hertz * places)).astype(np.float32)


def track(*channels: Wave, rate: int = RATE) -> Track:
    return Track(np.stack(channels), rate)


def loudness(amplitude: float) -> float:
    """A sine's RMS in dB of full scale, −60 as 0 and 0 as 1."""
    return float(np.clip(1 + 20 * np.log10(amplitude / np.sqrt(2)) / 60, 0, 1))


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize(
    ("hertz", "band"), [(60, "bass"), (120, "bass"), (1000, "mid"), (3000, "mid"), (9000, "treble")]
)
def test_a_sine_is_as_loud_as_it_is_and_in_its_band(rate: int, hertz: float, band: str) -> None:
    for amplitude in (1.0, 0.1, 0.01):
        heard = track(sine(hertz, amplitude, rate=rate), rate=rate).at(60)
        assert heard.level == pytest.approx(loudness(amplitude), abs=0.01)
        bands = {name: getattr(heard, name) for name in ("bass", "mid", "treble")}
        assert bands.pop(band) == pytest.approx(loudness(amplitude), abs=0.01)
        # Hann's side lobes are 31 dB and more below: two bands further they are nothing.
        assert max(bands.values()) <= max(loudness(amplitude) - 0.4, 0)
        assert heard.onset == 0.0


def test_channels_count_alike_and_do_not_cancel() -> None:
    wave = sine(440, 0.5)
    one, both = track(wave).at(60), track(wave, wave).at(60)
    against, half = track(wave, -wave).at(60), track(wave, 0 * wave).at(60)
    assert both.level == against.level == pytest.approx(one.level, abs=1e-6)
    assert half.level == pytest.approx(one.level - 10 * np.log10(2) / 60, abs=1e-5)


def test_silence_and_what_is_too_loud() -> None:
    still = track(np.zeros(RATE, np.float32)).at(30)
    assert (still.level, still.bass, still.mid, still.treble, still.onset) == (0, 0, 0, 0, 0)
    assert np.all(still.waveform(8) == 0.5) and np.all(still.spectrum(8) == 0)
    loud = track(sine(100, 30.0)).at(30)
    assert (loud.level, loud.bass) == (1, 1)
    assert loud.waveform(64).min() == 0 and loud.waveform(64).max() == 1
    assert SILENCE == Hearing()
    assert SILENCE.waveform(5).tolist() == [[0.5] * 5]
    assert SILENCE.spectrum(5).tolist() == [[0.0] * 5]


def clicks(instants: list[float], noise: float = 0.0) -> Wave:
    rng = np.random.default_rng(2)
    wave = noise * rng.normal(size=8 * RATE)
    for instant in instants:
        begin = round(instant * RATE)
        fade = np.exp(-np.arange(3000) / 600)
        wave[begin : begin + 3000] += 0.5 * rng.normal(size=3000) * fade
    return wave.astype(np.float32)


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_an_onset_is_where_something_begins_and_nowhere_else(noise: float) -> None:
    instants = [1.0, 1.5, 2.25, 4.0, 4.3]
    heard = track(clicks(instants, noise))
    onsets = np.array([heard.at(step).onset for step in range(7 * 60)])
    for instant in instants:
        step = round(instant * 60)
        assert onsets[step - 1 : step + 2].max() > 0.5
        onsets[step - 2 : step + 4] = 0
    onsets[0] = 0  # the noise itself begins there
    assert onsets.max() == 0.0
    assert 0 <= min(onsets) and max(onsets) <= 1


def test_what_goes_on_is_no_onset() -> None:
    rng = np.random.default_rng(4)
    places = np.arange(4 * RATE) / RATE
    vibrato = 0.5 * np.sin(2 * np.pi * 440 * places + 5 * np.sin(2 * np.pi * 5 * places))
    for wave in (0.1 * rng.normal(size=4 * RATE), vibrato):
        heard = track(wave.astype(np.float32))
        assert max(heard.at(step).onset for step in range(10, 230)) == 0.0


def test_the_numbers_of_a_step_do_not_hang_on_what_was_asked_before() -> None:
    wave = clicks([0.5, 1.2, 3.0], 0.02)
    forth, anywhere = track(wave), track(wave)
    numbers = [forth.at(step) for step in range(400)]
    for step in np.random.default_rng(1).permutation(400)[:60].tolist():
        found, wanted = anywhere.at(step), numbers[step]
        for name in ("level", "bass", "mid", "treble", "onset"):
            assert getattr(found, name) == getattr(wanted, name), (step, name)
        np.testing.assert_array_equal(found.spectrum(64), wanted.spectrum(64))
    assert anywhere.at(7) is anywhere.at(7)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_samples_are_those_of_the_instant_and_begin_again_at_the_end(rate: int) -> None:
    """A ramp says where in the track a sample is."""
    length = rate * 2 - 137
    ramp = (np.arange(length) / length).astype(np.float32)
    heard = track(ramp, rate=rate)
    assert heard.seconds == length / rate
    for step in (0, 1, 60, 118, 121, 240, 100_000):
        middle = round(Fraction(step * rate, 60) + Fraction(1, 10**9))
        places = np.arange(middle - 16, middle + 16)
        wanted = np.where(places < 0, 0.0, ramp[places % length])
        np.testing.assert_allclose(heard.at(step).waveform(32)[0], wanted / 2 + 0.5, atol=1e-6)
    assert heard.around(-600, 40).max() == 0
    short = track(sine(1000, seconds=0.01))
    assert short.at(1000).level == pytest.approx(loudness(1), abs=0.01)


def test_a_spectrum_has_its_peak_in_the_column_of_the_sine() -> None:
    """Columns are equal parts of 0 Hz to half the rate; a full sine of −16.5 dB is 1."""
    for columns in (16, 64, 256, 1000, 4000):
        for hertz in (500.0, 5000.0, 15_000.0):
            low, high = sine(hertz, 10 ** (-51.5 / 20)), sine(hertz, 0.5)
            spectrum = track(low, high).at(60).spectrum(columns)
            assert spectrum.shape == (2, columns) and spectrum.dtype == np.float32
            column = hertz / (RATE / 2) * columns
            wide = max(columns / 1024, 1)  # a bin's own width, where columns are narrower
            assert abs(spectrum[0].argmax() + 0.5 - column) <= 1.5 * wide
            # Between two bins a Hann window sees 1.42 dB less.
            assert spectrum[0].max() == pytest.approx(0.5, abs=1.5 / 70 + 0.002)
            assert spectrum[1].max() == 1.0
            assert spectrum[0, int(min(column + 30 * wide, columns)) :].max(initial=0) == 0


def test_a_step_costs_less_than_half_a_millisecond() -> None:
    rng = np.random.default_rng(0)
    heard = Track(rng.normal(size=(2, RATE * 5)).astype(np.float32), RATE)
    heard.at(0)
    took = []
    for step in range(1, 200):
        begun = time.process_time()
        hearing = heard.at(step)
        hearing.waveform(256)
        hearing.spectrum(256)
        took.append(time.process_time() - begun)
    assert np.median(took) < 0.5e-3
