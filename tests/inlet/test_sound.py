"""Sounds out of files."""

from __future__ import annotations

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
    assert refusal(tmp_path / "none.wav") == "No such file or directory"
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
