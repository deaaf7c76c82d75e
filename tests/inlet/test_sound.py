"""Sounds out of files."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.errors import AssetError
from empathy_palettes.inlet import media
from empathy_palettes.inlet.sound import open_sound

Wave = NDArray[np.float32]


def write_sound(path: Path, codec: str, samples: Wave, rate: int, format_: str = "fltp") -> Path:
    channels = len(samples)
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(
            format_, layout, rate, stream.codec_context.frame_size or 1024
        )
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
        frame.sample_rate = rate
        frame.pts = 0
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def tune(rate: int, channels: int = 2) -> Wave:
    """1.5 s of a swept tone, another in each channel, that begins after a silence of 0.25 s."""
    places = np.arange(rate * 3 // 2) / rate
    sweeps = [np.sin(2 * np.pi * (200 + 150 * n + 400 * places) * places) for n in range(channels)]
    return (0.5 * np.stack(sweeps) * (places > 0.25)).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "codec", "format_", "rate", "near"),
    [
        ("a.wav", "pcm_s16le", "s16", 44_100, 1e-4),
        ("b.wav", "pcm_f32le", "flt", 48_000, 1e-7),
        ("c.flac", "flac", "s16", 22_050, 1e-4),
        ("d.mp3", "libmp3lame", "fltp", 44_100, 0.1),
        ("e.m4a", "aac", "fltp", 48_000, 0.1),
        ("f.opus", "libopus", "flt", 48_000, 0.1),
    ],
)
def test_samples_are_those_that_were_written_and_where(
    tmp_path: Path, name: str, codec: str, format_: str, rate: int, near: float
) -> None:
    wanted = tune(rate)
    track = open_sound(write_sound(tmp_path / name, codec, wanted, rate, format_))
    assert track.rate == rate and track.samples.dtype == np.float32
    assert abs(track.samples.shape[1] - wanted.shape[1]) <= (0 if near < 1e-3 else 2048)
    count = min(track.samples.shape[1], wanted.shape[1])
    gap = track.samples[:, :count] - wanted[:, :count]
    assert np.sqrt(np.square(gap).mean()) <= near * 0.5


def test_one_channel_stays_one_and_many_become_two(tmp_path: Path) -> None:
    one = open_sound(write_sound(tmp_path / "a.wav", "pcm_f32le", tune(8000, 1), 8000, "flt"))
    assert one.samples.shape == (1, 12_000)
    six = open_sound(write_sound(tmp_path / "b.wav", "pcm_f32le", tune(8000, 6), 8000, "flt"))
    assert six.samples.shape == (2, 12_000)


def refusal(path: Path) -> str:
    with pytest.raises(AssetError) as caught:
        open_sound(path)
    (fault,) = caught.value.faults
    assert fault.file == str(path) and fault.fix
    return fault.problem


def test_what_cannot_be_heard_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(tmp_path / "none.wav") == "no such file"
    with pytest.raises(AssetError, match="check the path"):
        open_sound(tmp_path / "none.wav")
    (tmp_path / "beat.wav").write_text("no sound")
    with pytest.raises(AssetError, match=r"did you mean '.*beat\.wav'"):
        open_sound(tmp_path / "bet.wav")
    (tmp_path / "a.wav").write_text("no sound")
    assert "that can be read" in refusal(tmp_path / "a.wav")
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert refusal(tmp_path / "mute.mp4") == "no sound in it"
    write_sound(tmp_path / "full.wav", "pcm_s16le", tune(8000), 8000, "s16")
    (tmp_path / "empty.wav").write_bytes((tmp_path / "full.wav").read_bytes()[:44])
    assert refusal(tmp_path / "empty.wav")
    monkeypatch.setattr(media, "MOST_SAMPLES", 2 * 8000)
    long = write_sound(tmp_path / "long.wav", "pcm_s16le", tune(8000), 8000, "s16")
    assert refusal(long) == "too long to be kept in memory"


def write_header(path: Path, samples: Wave, rate: int) -> Path:
    """Write a WAV of 32-bit floats, whatever they are, with any rate in its header."""
    content = np.ascontiguousarray(samples.T, "<f4").tobytes()
    count = len(samples)
    head = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, 3, count, rate, rate * 4 & 2**32 - 1, 4 * count, 32
    )
    head += struct.pack("<4sI", b"data", len(content))
    path.write_bytes(
        struct.pack("<4sI4s", b"RIFF", 4 + len(head + content), b"WAVE") + head + content
    )
    return path


@pytest.mark.parametrize("rate", [1, 100, 3_999, 400_001, 2_000_000_000])
def test_a_rate_that_no_sound_has_is_refused(tmp_path: Path, rate: int) -> None:
    path = write_header(tmp_path / "a.wav", tune(8000), rate)
    assert refusal(path) == f"{rate} samples a second, not 4000 to 400000"


@pytest.mark.parametrize("rate", [4_000, 400_000])
def test_the_slowest_and_the_fastest_are_heard(tmp_path: Path, rate: int) -> None:
    track = open_sound(write_header(tmp_path / "a.wav", tune(rate), rate))
    heard = track.at(40)
    assert (track.rate, track.seconds) == (rate, 1.5)
    assert 0.5 < heard.level <= 1 and heard.spectrum(256).max() > 0.5


def test_samples_that_are_no_numbers_are_silent_and_none_is_vast(tmp_path: Path) -> None:
    samples = tune(8000)
    samples[0, 4000:4005] = np.nan, np.inf, -np.inf, 1e38, -1e38
    track = open_sound(write_header(tmp_path / "a.wav", samples, 8000))
    assert track.samples[0, 4000:4005].tolist() == [0, 4, -4, 4, -4]
    np.testing.assert_array_equal(track.samples[1], samples[1])
    heard = [track.at(step) for step in range(90)]
    assert all(0 <= each.level <= 1 and 0 <= each.onset <= 1 for each in heard)
    assert (
        np.isfinite(track.at(30).spectrum(64)).all() and np.isfinite(heard[30].waveform(64)).all()
    )
