"""The six states differ, and each is shown as the mapping has it."""

import numpy as np
import pytest

from empathy_palettes.core.color import delta_e_ok, linear_to_oklab, oklab_to_oklch
from empathy_palettes.core.errors import FormulaError
from empathy_palettes.mapping.hues import PLACES, Hues
from empathy_palettes.mapping.palette import PaletteSpec
from empathy_palettes.mapping.sight import LEAST_DIFFERENCE, least_difference
from empathy_palettes.mapping.states import STATES, Shown, palette_in


@pytest.fixture(scope="module")
def shown() -> dict[str, Shown]:
    return {state: palette_in(state) for state in STATES}


def test_each_has_its_own_palette(shown: dict[str, Shown]) -> None:
    assert list(shown) == ["joy", "calm", "tension", "sorrow", "split", "empty"]
    labs = {state: linear_to_oklab(each.colors) for state, each in shown.items()}
    for one in labs:
        assert least_difference(labs[one]) >= LEAST_DIFFERENCE
        assert sum(shown[one].counts) == len(labs[one]) == 5
        for other in labs:
            apart = delta_e_ok(labs[one], labs[other]).mean()
            assert apart > 0.05 or one == other, (one, other)
    light = {state: lab[:, 0].mean() for state, lab in labs.items()}
    chroma = {state: oklab_to_oklch(lab)[:, 1].mean() for state, lab in labs.items()}
    assert min(light["joy"], light["calm"]) > max(light["tension"], light["sorrow"]) + 0.1
    assert min(chroma["joy"], chroma["tension"]) > max(chroma["calm"], chroma["sorrow"])


def test_two_camps_have_a_group_each(shown: dict[str, Shown]) -> None:
    assert len(shown["split"].counts) == 2
    lab = linear_to_oklab(shown["split"].colors)
    first = shown["split"].counts[0]
    assert lab[first, 0] - lab[first - 1, 0] > 0.2  # nobody feels what lies between


def test_it_follows_hues_and_the_preset() -> None:
    every = Hues(**dict.fromkeys(PLACES, 200.0))
    spec = PaletteSpec(colors=3, diversity=0.0, vivid="0.5 + 0.5 * joy")
    turned = palette_in("joy", spec, every)
    assert turned.colors.shape == (3, 3)
    hue = oklab_to_oklch(linear_to_oklab(turned.colors))[:, 2]
    np.testing.assert_allclose(hue, 200, atol=13)
    np.testing.assert_array_equal(turned.colors, palette_in("joy", spec, every).colors)
    with pytest.raises(FormulaError):
        palette_in("joy", PaletteSpec(vivid="my_knob"))
