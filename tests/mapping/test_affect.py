import math

import numpy as np
import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.color import (
    RED_SHARE,
    delta_e_ok,
    linear_to_srgb,
    oklch_to_oklab,
)
from empathy_palettes.core.words import WORDS
from empathy_palettes.mapping.affect import (
    affect_lch,
    affect_rgb,
    residual_dominance,
    wanted_chroma,
)
from empathy_palettes.mapping.hues import AFFECT, PLACES

AXIS = np.linspace(-1, 1, 81)
VALENCE, AROUSAL = np.meshgrid(AXIS, AXIS)
DOMINANCES = (None, -1.0, -0.4, 0.0, 0.4, 1.0)


def plane(dominance: float | None) -> np.ndarray | None:
    return None if dominance is None else np.full_like(VALENCE, dominance)


# What the mapping gave when it was worked out, before red was bounded; the words at their places.
@pytest.mark.parametrize(
    ("label", "published"),
    [
        ("joy", "#fba951"),
        ("excitement", "#f99709"),
        ("love", "#ffbebd"),
        ("relaxed", "#8bc8d5"),
        ("sadness", "#4b5c7d"),
        ("boredom", "#525b6c"),
        ("neutral", "#987f82"),
    ],
)
def test_words_have_their_colours(label: str, published: str) -> None:
    word = WORDS[label]
    srgb = linear_to_srgb(affect_rgb(word.valence, word.arousal, word.dominance))
    np.testing.assert_allclose(srgb, Color(published).coords(), atol=0.51 / 255)


@pytest.mark.parametrize(("label", "published"), [("anger", "#98371b"), ("disgust", "#883e19")])
def test_bounded_red_costs_chroma_alone(label: str, published: str) -> None:
    word = WORDS[label]
    light, chroma, hue = affect_lch(word.valence, word.arousal, word.dominance)
    before = Color(published).convert("oklch")
    assert light == pytest.approx(before["lightness"], abs=0.003)
    assert hue == pytest.approx(before["hue"], abs=1.0)
    assert before["chroma"] - 0.05 < chroma < before["chroma"]
    linear = affect_rgb(word.valence, word.arousal, word.dominance)
    assert linear[0] == pytest.approx(RED_SHARE * linear.sum(), abs=1e-6)


@given(st.floats(-1, 1), st.floats(-1, 1), st.none() | st.floats(-1, 1))
def test_agrees_with_the_formulas_one_feeling_at_a_time(
    valence: float, arousal: float, dominance: float | None
) -> None:
    rest = 0.0 if dominance is None else min(max(dominance - 0.72 * valence, -1), 1)
    pull = sway = total = 0.0
    for name, (v, a, d) in PLACES.items():
        hue = getattr(AFFECT, name)
        square = (valence - v) ** 2 + (arousal - a) ** 2
        if dominance is not None:
            square += 0.49 * (dominance - d) ** 2
        near = math.exp(-square / (2 * 0.22**2)) + 1e-12
        pull += near * math.cos(math.radians(hue))
        sway += near * math.sin(math.radians(hue))
        total += near
    wanted = min(max(0.10 + 0.08 * arousal + 0.035 * valence + 0.015 * rest, 0.015), 0.30)
    muted = wanted * (0.25 + 0.75 * math.hypot(pull, sway) / total)
    light, chroma, hue_found = affect_lch(valence, arousal, dominance)
    assert light == pytest.approx(0.62 + 0.22 * valence - 0.06 * rest, abs=1e-12)
    turn = (float(hue_found) - math.degrees(math.atan2(sway, pull)) + 180) % 360 - 180
    assert turn == pytest.approx(0, abs=1e-6)
    assert chroma <= muted + 1e-12
    fits = Color("oklch", [float(light), muted, float(hue_found)]).in_gamut("srgb", tolerance=0)
    linear = affect_rgb(valence, arousal, dominance)
    if fits and linear[0] < (RED_SHARE - 1e-3) * linear.sum():
        assert chroma == pytest.approx(muted, abs=1e-9)


@pytest.mark.parametrize("dominance", DOMINANCES)
def test_pleasant_is_lighter_everywhere(dominance: float | None) -> None:
    light, _, _ = affect_lch(VALENCE, AROUSAL, plane(dominance))
    assert (np.diff(light, axis=1) > 0).all()


@pytest.mark.parametrize("dominance", DOMINANCES)
def test_stirred_asks_for_more_chroma(dominance: float | None) -> None:
    chroma = wanted_chroma(VALENCE, AROUSAL, plane(dominance))
    climb = np.diff(chroma, axis=0)
    clipped = (chroma[1:] == 0.30) | (chroma[:-1] == 0.015)
    assert ((climb > 0) | clipped).all()


@pytest.mark.parametrize("dominance", DOMINANCES)
def test_a_small_step_in_feeling_is_a_small_step_in_colour(dominance: float | None) -> None:
    lab = oklch_to_oklab(np.stack(affect_lch(VALENCE, AROUSAL, plane(dominance)), axis=-1))
    step = 2  # 0.05
    assert delta_e_ok(lab[:, step:], lab[:, :-step]).max() <= 0.08
    assert delta_e_ok(lab[step:], lab[:-step]).max() <= 0.08


@pytest.mark.parametrize("dominance", DOMINANCES)
def test_every_colour_can_be_shown_and_none_is_saturated_red(dominance: float | None) -> None:
    linear = affect_rgb(VALENCE, AROUSAL, plane(dominance))
    assert linear.min() >= 0
    assert linear.max() <= 1
    assert (linear[..., 0] <= (RED_SHARE + 1e-6) * linear.sum(axis=-1)).all()


def test_dominance_nobody_spoke_of_is_not_zero() -> None:
    unknown, nan = affect_rgb(0.7, 0.5), affect_rgb(0.7, 0.5, math.nan)
    np.testing.assert_array_equal(unknown, nan)
    assert np.abs(unknown - affect_rgb(0.7, 0.5, 0.0)).max() > 0.01
    assert residual_dominance(0.7, None) == residual_dominance(0.7, math.nan) == 0
    assert residual_dominance(1.0, -1.0) == -1


def test_people_are_coloured_each_by_themselves() -> None:
    random = np.random.default_rng(1)
    v, a, d = random.uniform(-1, 1, (3, 64)).astype(np.float32)
    d[::3] = np.nan
    together = affect_rgb(v, a, d)
    assert together.dtype == np.float32
    alone = np.stack(
        [affect_rgb(*one) for one in zip(v.tolist(), a.tolist(), d.tolist(), strict=True)]
    )
    np.testing.assert_allclose(together, alone, atol=2e-5)  # 2e-5 is 1/200 of a step of 8 bits


def test_vivid_is_a_factor_of_chroma() -> None:
    _, plain, _ = affect_lch(-0.6, -0.4)
    _, grey, _ = affect_lch(-0.6, -0.4, vivid=0.0)
    _, half, _ = affect_lch(-0.6, -0.4, vivid=0.5)
    assert grey == 0
    assert half == pytest.approx(plain / 2)
