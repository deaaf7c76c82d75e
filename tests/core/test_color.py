from typing import Any

import numpy as np
import pytest
from coloraide import Color as ColoraideColor
from coloraide.gamut.fit_oklch_chroma import OkLChChroma
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.color import (
    DEFICIENCIES,
    RED_SHARE,
    Array,
    Deficiency,
    delta_e_ok,
    fit_oklab,
    fit_oklab_and_linear,
    fit_oklch,
    hex_to_srgb,
    linear_to_oklab,
    linear_to_srgb,
    luminance,
    max_chroma,
    oklab_to_linear,
    oklab_to_oklch,
    oklch_to_oklab,
    simulate_cvd,
    srgb_to_linear,
)

RANDOM = np.random.default_rng(20)
SRGB = RANDOM.random((200, 3))


class FineChroma(OkLChChroma):
    """coloraide's own bisection, which stops at 1e-4, taken further."""

    NAME = "fine-chroma"
    MIN_CONVERGENCE = 1e-9


class Oracle(ColoraideColor):
    pass


Oracle.register(FineChroma())


def converted(srgb: Array, space: str) -> Array:
    return np.array([Oracle("srgb", list(color)).convert(space).coords() for color in srgb])


def test_linear_light_agrees_with_coloraide() -> None:
    np.testing.assert_allclose(srgb_to_linear(SRGB), converted(SRGB, "srgb-linear"), atol=1e-12)


def test_oklab_agrees_with_coloraide() -> None:
    lab = linear_to_oklab(srgb_to_linear(SRGB))
    np.testing.assert_allclose(lab, converted(SRGB, "oklab"), atol=1e-10)


def test_oklch_agrees_with_coloraide() -> None:
    lch = oklab_to_oklch(linear_to_oklab(srgb_to_linear(SRGB)))
    wanted = converted(SRGB, "oklch")
    np.testing.assert_allclose(lch[:, :2], wanted[:, :2], atol=1e-10)
    apart = (lch[:, 2] - wanted[:, 2] + 180) % 360 - 180
    np.testing.assert_allclose(apart * wanted[:, 1], 0, atol=1e-8)  # a grey has no hue to agree on


def test_difference_agrees_with_coloraide() -> None:
    lab = linear_to_oklab(srgb_to_linear(SRGB))
    wanted = [
        Oracle("srgb", list(one)).delta_e(Oracle("srgb", list(other)), method="ok")
        for one, other in zip(SRGB[:50], SRGB[50:100], strict=True)
    ]
    np.testing.assert_allclose(delta_e_ok(lab[:50], lab[50:100]), wanted, atol=1e-10)


def test_luminance_agrees_with_coloraide() -> None:
    wanted = [Oracle("srgb", list(color)).luminance() for color in SRGB]
    # WCAG prints three digits of the weights, coloraide takes more
    np.testing.assert_allclose(luminance(srgb_to_linear(SRGB)), wanted, atol=1e-4)


@pytest.mark.parametrize("kind", DEFICIENCIES)
def test_deficiencies_agree_with_coloraide(kind: Deficiency) -> None:
    wanted = [
        Oracle("srgb", list(color)).filter(kind, method="machado").convert("srgb-linear").coords()
        for color in SRGB
    ]
    seen = simulate_cvd(srgb_to_linear(SRGB), kind)
    np.testing.assert_allclose(seen, np.clip(wanted, 0, 1), atol=1e-12)


@pytest.mark.parametrize("kind", DEFICIENCIES)
def test_greys_look_the_same_to_everybody(kind: Deficiency) -> None:
    greys = np.linspace(0, 1, 7)[:, None] * np.ones(3)
    np.testing.assert_allclose(simulate_cvd(greys, kind), greys, atol=1e-5)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_every_conversion_has_a_way_back(color: list[float]) -> None:
    linear = srgb_to_linear(color)
    lab = linear_to_oklab(linear)
    # the two branches of the standard's curve miss each other by 3e-8
    np.testing.assert_allclose(linear_to_srgb(linear), color, rtol=0, atol=1e-7)
    np.testing.assert_allclose(oklab_to_linear(lab), linear, atol=1e-12)
    np.testing.assert_allclose(oklch_to_oklab(oklab_to_oklch(lab)), lab, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_keep_their_dtype_and_arrays_their_shape(dtype: Any) -> None:
    colors = SRGB.astype(dtype).reshape(4, 50, 3)
    lab = linear_to_oklab(srgb_to_linear(colors))
    for result in (lab, oklab_to_oklch(lab), oklch_to_oklab(oklab_to_oklch(lab)), fit_oklab(lab)):
        assert result.dtype == dtype
        assert result.shape == (4, 50, 3)
    assert luminance(colors).shape == (4, 50)
    assert max_chroma(lab[..., 0], lab[..., 1]).dtype == dtype


@pytest.mark.parametrize("value", [0.0, 0.002, 0.5, 1.0, -0.25, 1])
def test_one_number_is_taken_like_many(value: float) -> None:
    for convert in (srgb_to_linear, linear_to_srgb):
        assert convert(value).shape == () and convert(value) == convert([value])[0]
    assert linear_to_srgb(np.float32(0.5)).dtype == np.float32


def test_single_precision_is_enough_for_a_screen() -> None:
    exact = linear_to_oklab(srgb_to_linear(SRGB))
    back = linear_to_srgb(oklab_to_linear(exact.astype(np.float32)))
    np.testing.assert_allclose(back, SRGB, atol=0.1 / 255)


def test_white_is_1_and_black_0() -> None:
    np.testing.assert_allclose(linear_to_oklab([1, 1, 1]), [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(linear_to_oklab([0, 0, 0]), [0, 0, 0], atol=0)


def test_most_chroma_agrees_with_coloraide() -> None:
    lightness = RANDOM.uniform(0.03, 0.98, 300)
    hue = RANDOM.uniform(0, 360, 300)
    hue[np.abs(hue - 264.5) < 2] += 5  # at the blue edge chroma leaves the gamut and comes back
    wanted = [
        Oracle("oklch", [light, 0.45, angle]).fit("srgb", method="fine-chroma", jnd=0)["chroma"]
        for light, angle in zip(lightness, hue, strict=True)
    ]
    np.testing.assert_allclose(max_chroma(lightness, hue, red_share=1), wanted, atol=2e-6)


@given(st.floats(0, 1), st.floats(0, 360))
def test_the_most_chroma_is_inside_and_a_little_more_is_not(light: float, hue: float) -> None:
    most = float(max_chroma(light, hue))
    inside = oklab_to_linear(oklch_to_oklab([light, most, hue]))
    assert -1e-6 <= inside.min() <= inside.max() <= 1 + 1e-6
    assert inside[0] <= RED_SHARE * inside.sum() + 1e-6
    more = oklab_to_linear(oklch_to_oklab([light, most + 1e-3, hue]))
    left = more.min() < 0 or more.max() > 1 or more[0] > RED_SHARE * more.sum()
    assert left or light < 1e-3  # there every chroma is a thousandth of nothing


def test_red_is_bounded() -> None:
    red = linear_to_oklab([1.0, 0.0, 0.0])
    free, bound = fit_oklab(red, red_share=1), fit_oklab(red)
    np.testing.assert_allclose(oklab_to_linear(free), [1, 0, 0], atol=1e-5)
    linear = oklab_to_linear(bound)
    assert linear[0] == pytest.approx(RED_SHARE * linear.sum(), abs=1e-5)
    np.testing.assert_allclose(oklab_to_oklch(bound)[[0, 2]], oklab_to_oklch(red)[[0, 2]])


def test_fitting_leaves_what_fits_alone() -> None:
    linear = srgb_to_linear(SRGB)
    kept = linear[:, 0] <= RED_SHARE * linear.sum(axis=1)
    lch = oklab_to_oklch(linear_to_oklab(linear[kept]))
    np.testing.assert_array_equal(fit_oklch(lch), lch)


def test_fitting_keeps_lightness_and_hue_and_lowers_chroma() -> None:
    wild = np.stack(
        [RANDOM.uniform(0, 1, 300), RANDOM.uniform(0, 0.5, 300), RANDOM.uniform(0, 360, 300)], -1
    )
    fitted = fit_oklch(wild)
    np.testing.assert_array_equal(fitted[:, [0, 2]], wild[:, [0, 2]])
    assert (fitted[:, 1] <= wild[:, 1]).all()
    linear = oklab_to_linear(oklch_to_oklab(fitted))
    assert linear.min() > -1e-6
    assert linear.max() < 1 + 1e-6


def test_few_colours_have_the_same_most_chroma_as_among_many() -> None:
    light, hue = RANDOM.random(60), RANDOM.random(60) * 360
    for share in (RED_SHARE, 1.0):
        many = max_chroma(light, hue, share)
        few = [max_chroma(light[i : i + 5], hue[i : i + 5], share) for i in range(0, 60, 5)]
        np.testing.assert_array_equal(np.concatenate(few), many)
        assert float(max_chroma(light[0], hue[0], share)) == many[0]


def test_fitting_gives_the_linear_light_of_what_it_fits() -> None:
    lab = oklch_to_oklab(np.stack([RANDOM.random((4, 50)) * k for k in (1, 0.35, 360)], axis=-1))
    fitted, linear = fit_oklab_and_linear(lab)
    assert fitted.shape == linear.shape == lab.shape
    np.testing.assert_allclose(linear, oklab_to_linear(fitted), atol=1e-14)
    within = (np.abs(fitted - lab) < 1e-15).all(axis=-1)
    assert within.any() and not within.all()
    lch, before = oklab_to_oklch(fitted)[~within], oklab_to_oklch(lab)[~within]
    np.testing.assert_allclose(lch[:, [0, 2]], before[:, [0, 2]], atol=1e-9)
    assert (lch[:, 1] < before[:, 1]).all()


def test_hex() -> None:
    assert hex_to_srgb("#ff8000") == (1.0, 128 / 255, 0.0)
    for text in ("ff8000", "#ff800", "#ff80000", "#gg0000", "#", "", "#ff 000"):
        with pytest.raises(ValueError, match="is not a colour"):
            hex_to_srgb(text)
