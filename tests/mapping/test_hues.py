"""Hues are swapped, and nothing else is: not lightness, not the chroma that a feeling asks for."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.color import (
    Array,
    linear_to_oklab,
    oklab_to_oklch,
    srgb_to_linear,
)
from empathy_palettes.core.isf_input import IsfInput
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.sample import SAMPLE
from empathy_palettes.mapping.affect import affect_lch, affect_rgb, wanted_chroma
from empathy_palettes.mapping.hues import AFFECT, PLACES, Hues, arrows, places
from empathy_palettes.mapping.mapper import Mapper
from empathy_palettes.mapping.palette import palette
from empathy_palettes.mapping.params import Params
from empathy_palettes.mapping.preset import LoadedPreset, load_preset
from empathy_palettes.mapping.red import too_red
from empathy_palettes.mapping.sight import LEAST_DIFFERENCE, least_difference
from empathy_palettes.mapping.view import CrowdView

AXIS = np.linspace(-1, 1, 41)
VALENCE, AROUSAL = np.meshgrid(AXIS, AXIS)

degrees = st.floats(0, 359.99)
all_hues = st.lists(degrees, min_size=len(PLACES), max_size=len(PLACES)).map(
    lambda turns: Hues(**dict(zip(PLACES, turns, strict=True)))
)
dominances = st.none() | st.floats(-1, 1)


def full(dominance: float | None) -> Array | None:
    return None if dominance is None else np.full_like(VALENCE, dominance)


def test_every_anchor_has_a_place_and_a_hue() -> None:
    assert list(PLACES) == list(Hues.model_fields)
    assert places().shape == (len(PLACES), 3) and arrows(AFFECT).shape == (len(PLACES), 2)


@given(all_hues, dominances)
def test_a_swap_changes_hue_only(hues: Hues, dominance: float | None) -> None:
    before = affect_lch(VALENCE, AROUSAL, full(dominance))
    light, chroma, _ = affect_lch(VALENCE, AROUSAL, full(dominance), hues=hues)
    np.testing.assert_array_equal(light, before[0])
    assert (chroma <= wanted_chroma(VALENCE, AROUSAL, full(dominance)) + 1e-9).all()


@given(degrees, st.sampled_from([0.1, 0.4]), dominances)
def test_all_turned_alike_turn_the_colours_and_leave_their_chroma(
    by: float, vivid: float, dominance: float | None
) -> None:
    """With so little chroma that sRGB has all of it at any hue."""
    turned = Hues(**{name: (getattr(AFFECT, name) + by) % 360 for name in PLACES})
    _, chroma, hue = affect_lch(VALENCE, AROUSAL, full(dominance), vivid / 10)
    _, same, found = affect_lch(VALENCE, AROUSAL, full(dominance), vivid / 10, turned)
    np.testing.assert_allclose(same, chroma, atol=1e-9)
    np.testing.assert_allclose((found - hue - by + 180) % 360, 180, atol=1e-5)


@given(st.sampled_from(sorted(PLACES)), degrees)
def test_an_anchor_takes_the_hue_that_it_is_given(name: str, hue: float) -> None:
    every = Hues(**dict.fromkeys(PLACES, hue))
    found = float(affect_lch(*PLACES[name], hues=every)[2])
    assert (found - hue + 180) % 360 == pytest.approx(180, abs=1e-6)


def test_what_is_not_named_keeps_its_hue() -> None:
    joy = Hues(joy=140.0)
    assert joy.model_copy(update={"joy": AFFECT.joy}) == AFFECT
    np.testing.assert_allclose(
        affect_rgb(*PLACES["sadness"], hues=joy), affect_rgb(*PLACES["sadness"]), atol=1e-6
    )
    assert np.abs(affect_rgb(*PLACES["joy"], hues=joy) - affect_rgb(*PLACES["joy"])).max() > 0.1


@pytest.mark.parametrize("wrong", [{"jooy": 80}, {"joy": 360}, {"joy": -1}, {"joy": "red"}])
def test_hues_are_degrees_of_anchors(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Hues.model_validate(wrong)


@given(all_hues, st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 2))
def test_a_palette_of_any_hues_keeps_the_rules(
    hues: Hues, valence: float, arousal: float, vivid: float
) -> None:
    linear = palette(valence, arousal, 5, 0.35, 0.5, vivid, hues)
    lab = linear_to_oklab(linear)
    assert (np.diff(lab[:, 0]) > 0).all()
    assert least_difference(lab) >= LEAST_DIFFERENCE
    assert (linear[:, 0] <= 0.78 * linear.sum(axis=1) + 2e-7).all()
    light = float(affect_lch(valence, arousal)[0])
    assert lab[:, 0].mean() == pytest.approx(light, abs=0.02)


DECLARED = {"it": {"emo_people": IsfInput("emo_people", "image")}}
PRESET = 'title = "It"\nshader = "it.fs"\n[palette]\nsource = "ours"\ncontrast = 0\ndiversity = 0\n'


def preset_of(folder: Path, palette_file: str) -> LoadedPreset:
    (folder / "shaders").mkdir(exist_ok=True)
    (folder / "shaders/it.fs").touch()
    (folder / "presets/palettes").mkdir(parents=True, exist_ok=True)
    (folder / "presets/palettes/ours.toml").write_text(palette_file)
    (folder / "presets/it.toml").write_text(PRESET)
    return load_preset(folder / "presets/it.toml", Assets([folder]))


def params_of(folder: Path, palette_file: str) -> Params:
    """What a preset with this palette makes of forty people who all feel joy."""
    mapper = Mapper(preset_of(folder, palette_file), DECLARED, 0)
    crowd = Crowd(CrowdSettings(max_people=64))
    samples = np.zeros(40, SAMPLE)
    samples["who"], samples["weight"] = np.arange(40), 1
    samples["valence"], samples["arousal"], samples["dominance"] = 0.75, 0.5, np.nan
    for step in range(600):
        crowd.step(step, samples[: 40 * (step == 0)], np.empty(0, np.uint32))
        view = CrowdView(crowd.reading, crowd.people, crowd.modes, step)
        params = mapper.step(view, {})
    return params


def hue_of(srgb: Array) -> Array:
    return oklab_to_oklch(linear_to_oklab(srgb_to_linear(srgb)))[..., 2]


def test_a_file_of_hues_reaches_the_palette_and_everybody(tmp_path: Path) -> None:
    every = ", ".join(f"{name} = 200" for name in PLACES)
    params = params_of(tmp_path, f'title = "Ours"\nhues = {{ {every} }}')
    people = params.textures["emo_people"][2, :40, :3]
    assert hue_of(people) == pytest.approx(200, abs=0.5)
    assert hue_of(params.palette)[2] == pytest.approx(200, abs=0.5)
    assert hue_of(params.palette) == pytest.approx(200, abs=13)
    own = params_of(tmp_path, 'title = "Ours"\nhues = { fear = 20 }')
    plain = affect_lch(0.75, 0.5)
    assert hue_of(own.palette)[2] == pytest.approx(float(plain[2]), abs=6)
    assert hue_of(own.textures["emo_people"][2, :40, :3]) == pytest.approx(float(plain[2]), abs=0.5)
    light = linear_to_oklab(srgb_to_linear(np.stack([params.palette, own.palette])))[..., 0]
    np.testing.assert_allclose(light[0], light[1], atol=0.03)


def test_fixed_colours_leave_people_their_own(tmp_path: Path) -> None:
    params = params_of(tmp_path, 'title = "Ours"\ncolors = ["#000000", "oklch(1 0 0)"]')
    np.testing.assert_allclose(params.palette[[0, -1]], [[0, 0, 0], [1, 1, 1]], atol=1e-6)
    people = params.textures["emo_people"][2, :40, :3]
    assert hue_of(people) == pytest.approx(float(affect_lch(0.75, 0.5)[2]), abs=0.5)
    assert not any(too_red(each) for each in people)


def test_an_edit_of_the_hues_is_taken_up(tmp_path: Path) -> None:
    """What a mapper takes over from the one before has not the old hues."""
    first = preset_of(tmp_path, 'title = "Ours"\nhues = { joy = 80 }')
    before = Mapper(first, DECLARED, 0)
    same = Mapper(first, DECLARED, 0, before.memory)
    assert same.memory.palette is before.memory.palette
    edited = preset_of(tmp_path, 'title = "Ours"\nhues = { joy = 200 }')
    after = Mapper(edited, DECLARED, 0, before.memory)
    assert after.memory.palette is not before.memory.palette
    assert tmp_path / "presets/palettes/ours.toml" in edited.files  # and so is looked at for edits
