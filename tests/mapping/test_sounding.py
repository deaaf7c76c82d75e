"""The sound as shaders see it."""

from __future__ import annotations

import numpy as np

from empathy_palettes.core.isf import IsfInput
from empathy_palettes.core.isf_input import read_input
from empathy_palettes.inlet.hearing import SILENCE, Track
from empathy_palettes.mapping.params import Params, interpolate
from empathy_palettes.mapping.sounding import Sounding


def test_a_row_is_a_channel_and_a_column_a_sample_or_a_bin() -> None:
    rng = np.random.default_rng(0)
    track = Track(rng.uniform(-1, 1, (2, 8000)).astype(np.float32), 8000)
    declared = {
        "a": {
            "wave": IsfInput("wave", "audio", max=32.0),
            "bins": IsfInput("bins", "audioFFT", max=64.0),
            "level": IsfInput("level", "float", default=0.0, max=1.0),
        },
        "b": {"plain": IsfInput("plain", "audio"), "wave": IsfInput("wave", "audio", max=48.0)},
    }
    hearing = track.at(30)
    textures = Sounding(declared).textures(hearing)
    shapes = {name: texture.shape for name, texture in textures.items()}
    assert shapes == {"wave": (2, 48, 4), "bins": (2, 64, 4), "plain": (2, 256, 4)}
    for texture in textures.values():
        assert texture.dtype == np.float32
        assert np.all(texture[:, :, 3] == 1)
        assert np.all(texture[:, :, :3] == texture[:, :, :1])
    middle = 4000  # of step 30 at 8 kHz
    samples = track.samples[:, middle - 24 : middle + 24]
    np.testing.assert_allclose(textures["wave"][:, :, 0], samples / 2 + 0.5, atol=1e-6)
    np.testing.assert_array_equal(textures["bins"][:, :, 0], hearing.spectrum(64))


def test_without_a_sound_it_is_silent() -> None:
    declared = {"a": {"wave": IsfInput("wave", "audio"), "bins": IsfInput("bins", "audioFFT")}}
    textures = Sounding(declared).textures(SILENCE)
    assert np.all(textures["wave"] == [0.5, 0.5, 0.5, 1])
    assert np.all(textures["bins"] == [0, 0, 0, 1])


def test_an_image_hears_as_a_shadertoys_channel_does() -> None:
    rng = np.random.default_rng(1)
    track = Track(rng.uniform(-1, 1, (2, 48_000)).astype(np.float32), 48_000)
    sounding = Sounding({"a": {"iChannel0": IsfInput("iChannel0", "image")}}, ["iChannel0"])
    hearing = track.at(20)
    texture = sounding.textures(hearing)["iChannel0"]
    assert texture.shape == (2, 512, 4)
    low = hearing.spectrum(1024)[:, :512].mean(axis=0)  # 0 Hz to a quarter of the rate
    np.testing.assert_allclose(texture[0, :, 0], low, atol=1e-6)
    np.testing.assert_allclose(texture[1, :, 0], hearing.waveform(512).mean(axis=0), atol=1e-6)
    assert np.all(texture[:, :, 1] == texture[:, :, 0]) and np.all(texture[:, :, 3] == 1)
    assert sounding.textures(SILENCE) == {}  # as an image that nothing is shown on


def test_a_header_says_how_many_columns_it_wants() -> None:
    def columns(**table: object) -> int:
        item = read_input("wave", {"TYPE": "audio", **table}, "", lambda warning: None)
        texture = Sounding({"a": {"wave": item}}).textures(SILENCE)["wave"]
        return int(texture.shape[1])

    assert columns() == 256
    assert columns(MAX=1) == 1
    assert columns(MAX="512") == 512
    assert columns(MAX=0) == columns(MAX=-5) == columns(MAX=[1]) == 256
    assert columns(MAX=1e9) == 16_384


def test_between_two_steps_the_sound_is_that_of_the_step() -> None:
    def params(step: int, value: float) -> Params:
        palette = np.zeros((1, 3), np.float32)
        texture = np.full((1, 4, 4), value, np.float32)
        textures = {"wave": texture, "emo_field": texture}
        return Params(step, step / 60, {}, {}, palette, palette, textures)

    mixed = interpolate(params(0, 0.0), params(1, 1.0), 0.25)
    assert np.all(mixed.textures["wave"] == 0.0)
    assert np.all(mixed.textures["emo_field"] == 0.25)
