"""No colour of ours is a saturated red: those worked out, those written down, those between."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.color import (
    RED_SHARE,
    Array,
    hex_to_srgb,
    linear_to_oklab,
    linear_to_srgb,
    oklab_to_linear,
    srgb_to_linear,
)
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.core.flash import RED_SATURATED
from empathy_palettes.core.isf import parse
from empathy_palettes.core.isf_input import IsfInput
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE
from empathy_palettes.mapping.ladder import told_apart
from empathy_palettes.mapping.own_color import OwnColors
from empathy_palettes.mapping.palette import PaletteMemory, palette, ramp, resample
from empathy_palettes.mapping.preset import load_preset
from empathy_palettes.mapping.red import (
    checked_hex,
    nearest_within,
    red_share,
    reds_at_rest,
    too_red,
)

UNIT = st.floats(-1, 1)
SHARE = st.floats(0, 1)
CODES = st.tuples(*[st.integers(0, 255)] * 3)
SLACK = 2e-7  # of full light: what core.color lets pass
BUILTIN = Assets([builtin_root()])


def keeps_the_bound(linear: Array, slack: float = SLACK) -> bool:
    """The bound by its definition; the sum of light is not divided by, so that black is easy."""
    red, total = linear[..., 0], linear.sum(axis=-1)
    return bool((red <= RED_SHARE * total + slack).all())


@given(UNIT, UNIT, st.integers(2, 16), SHARE, SHARE, st.floats(0, 2))
@example(-0.51, 0.59, 5, 1.0, 1.0, 2.0)  # anger, as vivid as may be
@example(-0.64, 0.60, 16, 0.0, 1.0, 2.0)
def test_palettes_keep_the_bound_and_so_does_all_between_their_colours(
    v: float, a: float, colors: int, contrast: float, diversity: float, vivid: float
) -> None:
    linear = palette(v, a, colors, contrast, diversity, vivid)
    assert keeps_the_bound(linear)
    assert keeps_the_bound(ramp(linear))
    for count in (2, 3, 8, 16):
        assert keeps_the_bound(resample(linear, count))


@settings(max_examples=25)
@given(st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=4), st.integers(2, 16))
def test_a_crowd_that_turns_keeps_it_from_step_to_step(
    camps: list[tuple[float, float]], colors: int
) -> None:
    crowd, memory = Crowd(CrowdSettings(max_people=64)), PaletteMemory(colors)
    samples = np.zeros(64, SAMPLE)
    samples["who"], samples["weight"] = np.arange(64), 1
    for step in range(1, 41):
        felt = np.resize(np.array(camps) * (1 if step < 20 else -1), (64, 2))
        samples["valence"], samples["arousal"] = felt.T
        samples["dominance"] = np.nan
        samples["step"] = step
        crowd.step(step, samples, np.empty(0, np.uint32))
        linear = memory.step(crowd.reading, crowd.modes, 1.0, 1.0, 2.0)
        assert keeps_the_bound(linear)
        if step % 4 == 0:
            assert keeps_the_bound(ramp(linear))


@given(st.lists(CODES, min_size=2, max_size=8))
def test_what_is_told_apart_for_every_eye_keeps_it(codes: list[tuple[int, int, int]]) -> None:
    lab = linear_to_oklab(srgb_to_linear(np.array(codes) / 255))
    assert keeps_the_bound(told_apart(lab[lab[:, 0].argsort()])[1])


@settings(max_examples=40)
@given(st.lists(CODES, min_size=2, max_size=16), st.integers(2, 16))
def test_a_palette_file_keeps_it_between_its_colours_too(
    codes: list[tuple[int, int, int]], count: int
) -> None:
    written = np.array(codes) / 255
    within = [nearest_within(each) if too_red(each) else tuple(each) for each in written]
    fixed = srgb_to_linear(np.array(within))
    assert keeps_the_bound(fixed)
    assert keeps_the_bound(ramp(fixed))
    assert keeps_the_bound(resample(fixed, count))


def test_two_colours_within_it_may_have_a_mixture_that_is_not() -> None:
    """Why the colours between are fitted as well; a mixture in linear light would never be."""
    yellow, violet = np.array([1.0, 0.283, 0.0]), np.array([1.0, 0.0, 0.283])
    assert keeps_the_bound(np.array([yellow, violet]))
    lab = linear_to_oklab(np.array([yellow, violet]))
    mixed = lab.mean(axis=0)
    assert not keeps_the_bound(oklab_to_linear(mixed))
    assert keeps_the_bound(ramp(np.array([yellow, violet])))


def test_everybody_s_own_colour_keeps_it() -> None:
    levels = np.arange(-32, 33, dtype=np.float32) / 32
    valence, arousal = (each.ravel() for each in np.meshgrid(levels, levels))
    for dominance in (np.nan, -1.0, 0.0, 1.0):
        samples = np.zeros(len(valence), SAMPLE)
        samples["who"] = np.arange(len(valence))
        samples["valence"], samples["arousal"] = valence, arousal
        samples["dominance"], samples["weight"] = dominance, 1
        people = People(len(valence))
        people.apply(samples, 0)
        own = OwnColors(people.capacity)
        everybody = np.arange(people.capacity)
        own.step(people, everybody, everybody)
        assert np.ptp(own.shown[:, 0]) > 0.3
        assert keeps_the_bound(srgb_to_linear(own.shown[:, :3].astype(np.float64)), 1e-6)


def test_a_screen_s_codes_leave_the_bound_well_below_a_saturated_red() -> None:
    """Rounded to 8 bits, no palette reaches what the rule calls saturated, unless it is black."""
    axis = np.linspace(-1, 1, 17)
    for v in axis:
        for a in axis:
            codes = np.round(linear_to_srgb(ramp(palette(v, a, 5, 1.0, 1.0, 2.0))) * 255)
            linear = srgb_to_linear(codes / 255)
            assert (red_share(codes / 255) < RED_SATURATED)[linear.sum(axis=1) > 0.01].all()


@given(CODES)
@example((255, 0, 0))
@example((1, 0, 0))
@example((0, 0, 0))
def test_the_nearest_is_within_and_none_is_nearer(code: tuple[int, int, int]) -> None:
    srgb = np.array(code) / 255
    near = np.array(nearest_within(srgb))
    assert not too_red(near)
    codes = near * 255
    np.testing.assert_allclose(codes, np.round(codes), atol=1e-6)
    if not too_red(srgb):
        np.testing.assert_allclose(near, srgb, atol=1e-9)
        return
    others = np.random.default_rng(code).integers(0, 256, (4000, 3)).astype(np.float64)
    nearby = np.clip(codes + np.random.default_rng(1).integers(-30, 31, (4000, 3)), 0, 255)
    tried = np.concatenate([others, nearby]) / 255
    tried = tried[red_share(tried) <= RED_SHARE]
    away = np.linalg.norm(lab_of(tried) - lab_of(srgb), axis=1)
    assert np.linalg.norm(lab_of(near) - lab_of(srgb)) <= away.min() + 1e-12


def lab_of(srgb: NDArray[np.floating]) -> Array:
    return linear_to_oklab(srgb_to_linear(srgb))


def test_a_red_is_refused_and_the_fault_says_what_would_do() -> None:
    assert checked_hex("#d17a35") == "#d17a35"
    with pytest.raises(
        ValueError, match="100 % of its light is red, and at most 78 % may"
    ) as caught:
        checked_hex("#ff0000")
    near = re.findall(r"#\w{6}", str(caught.value))[0]
    assert checked_hex(near) == near
    red, green, blue = hex_to_srgb(near)
    assert red > 0.9 and max(green, blue) < 0.6  # still a red


def written(project: Path, inputs: str) -> Path:
    (project / "presets").mkdir(exist_ok=True)
    (project / "shaders").mkdir(exist_ok=True)
    (project / "shaders" / "bare.fs").write_text('/*{"ISFVSN": "2"}*/\nvoid main() {}\n')
    path = project / "presets" / "mine.toml"
    path.write_text(f'title = "Mine"\nshader = "bare.fs"\n[inputs]\n{inputs}\n')
    return path


@pytest.mark.parametrize(
    "color",
    ["[1, 0, 0]", "[1.0, 0.0, 0.0, 0.5]", '["0.5 + 0.5", "0", 0.1]', "[7, -1, 0]", "[0.1, 0, 0]"],
)
@pytest.mark.parametrize("where", ["", "[inputs.bare]\n"])
def test_a_red_written_in_a_preset_is_a_fault(tmp_path: Path, color: str, where: str) -> None:
    path = written(tmp_path, f"{where}ink = {color}")
    with pytest.raises(ConfigError) as caught:
        load_preset(path, Assets.discover(tmp_path))
    (fault,) = caught.value.faults
    assert fault.file == str(path)
    assert fault.where == ("inputs.bare.ink" if where else "inputs.ink")
    assert "of its light is red" in fault.fix
    near = re.findall(r"\[[^\]]*\] comes nearest", fault.fix)[0].removesuffix(" comes nearest")
    load_preset(written(tmp_path, f"{where}ink = {near}"), Assets.discover(tmp_path))


KNOBBED = """
[knobs]
hot = 1.0
cool = 0.2
[inputs]
INPUT
"""


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ('ink = ["hot", 0, "0.1 * cool"]', ["inputs.ink"]),
        ('ink = ["1 - cool", "cool", "cool"]', ["inputs.ink"]),
        ('ink = ["hot", 0.7, 0.7]', []),
        ('ink = ["cool", 0.2, "hot"]', []),
        ('ink = ["hot * joy", 0, 0]', []),  # changes: the guard's
        ('ink = ["hot * lfo(1)", 0, 0]', []),
        ('point = ["hot", "cool"]', []),
        ("rest = [0.5, 0.5, 0.5]", []),
        ("", []),
        ('rest = ["hot", 0, 0]', ["inputs.rest"]),
    ],
)
def test_a_red_that_knobs_or_a_default_make_is_warned_of(
    tmp_path: Path, inputs: str, told: list[str]
) -> None:
    path = written(tmp_path, "")
    text = path.read_text().replace("[inputs]\n", KNOBBED.replace("INPUT", inputs))
    path.write_text(text)
    loaded = load_preset(path, Assets.discover(tmp_path))
    items = (
        IsfInput("rest", "color", default=(0.9, 0.1, 0.1, 1.0)),
        IsfInput("fine", "color", default=(0.9, 0.7, 0.7, 1.0)),
    )
    declared = {"bare": {item.name: item for item in items}}
    knobs = {name: knob.value for name, knob in loaded.preset.knobs.items()}
    found = list(reds_at_rest(loaded.bindings, knobs, declared))
    default = [] if "rest" in inputs else ["inputs.rest"]
    assert [fault.where for fault in found] == told + default
    assert all("of its light is red" in fault.fix and "nearest" in fault.fix for fault in found)


@pytest.mark.parametrize(
    "color",
    [
        "[0, 0, 0]",
        "[1, 0.6, 0.5]",
        '["joy", 0, 0]',  # changes: the guard's
        '["lfo(1)", 0, 0]',
        '"palette[2]"',
        "[1, 0]",  # a point
    ],
)
def test_other_colours_are_not(tmp_path: Path, color: str) -> None:
    load_preset(written(tmp_path, f"ink = {color}"), Assets.discover(tmp_path))


def test_a_palette_file_tells_each_red_by_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_text(path.read_text().replace("[inputs]", '[palette]\nsource = "mine"'))
    (tmp_path / "presets" / "palettes").mkdir()
    file = tmp_path / "presets" / "palettes" / "mine.toml"
    file.write_text('title = "Mine"\ncolors = ["#000000", "#c00010", "#80c0ff", "#ff2000"]')
    with pytest.raises(ConfigError) as caught:
        load_preset(path, Assets.discover(tmp_path))
    assert [fault.where for fault in caught.value.faults] == [
        "palette.source (mine.toml, colors.1)",
        "palette.source (mine.toml, colors.3)",
    ]
    assert [fault.problem for fault in caught.value.faults] == ["'#c00010'", "'#ff2000'"]


SHADERS = sorted(builtin_root().glob("shaders/**/*.fs"))


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_what_our_shaders_show_where_nobody_tells_them_keeps_it(path: Path) -> None:
    header = parse(path.read_text(encoding="utf-8"), str(path))
    colours = [item.default for item in header.inputs if item.type == "color"]
    for colour in colours:
        assert isinstance(colour, tuple) and not too_red(colour[:3])


def test_all_our_presets_hold() -> None:
    for path in BUILTIN.listing("presets"):
        load_preset(path, BUILTIN)
