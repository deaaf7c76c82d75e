"""A preset at work: what its shaders are told at every step, for months, and through edits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.color import linear_to_srgb
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.core.isf import IsfInput
from empathy_palettes.crowd.modes import NO_MODES
from empathy_palettes.crowd.signals import neutral_reading
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE, Samples
from empathy_palettes.mapping.mapper import Mapper
from empathy_palettes.mapping.params import Params
from empathy_palettes.mapping.preset import LoadedPreset, load_preset
from empathy_palettes.mapping.view import CrowdView

Load = Callable[[str], LoadedPreset]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    root = tmp_path.resolve()
    for name in ("shaders/tidal.fs", "shaders/bloom.fs", "presets/palettes/dusk.toml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text('title = "Dusk"\ncolors = ["#102030", "#ffffff"]\n', "utf-8")

    def load(text: str) -> LoadedPreset:
        path = root / "presets" / "it.toml"
        head = 'title = "It"\nshader = ["tidal.fs", "bloom.fs"]\n'
        path.write_text(head + text, encoding="utf-8")
        return load_preset(path, Assets([root]))

    return load


def declare(**inputs: str) -> dict[str, dict[str, IsfInput]]:
    return {"tidal": {name: IsfInput(name, kind) for name, kind in inputs.items()}, "bloom": {}}


def samples(count: int, first: int = 0) -> Samples:
    array = np.zeros(count, SAMPLE)
    array["who"] = np.arange(first, first + count)
    array["valence"] = np.linspace(-1, 1, count)
    array["arousal"] = 0.5
    array["dominance"] = np.nan
    array["weight"] = 1.0
    return array


def view(step: int = 0, people: People | None = None, **reading: float) -> CrowdView:
    return CrowdView({**neutral_reading(), **reading}, people or People(8), NO_MODES, step)


def run(mapper: Mapper, steps: int, **reading: Any) -> list[Params]:
    """Step the mapper; a signal that is a function is given the step."""
    got = []
    for n in range(steps):
        now = {k: float(v(n)) if callable(v) else v for k, v in reading.items()}
        got.append(mapper.step(view(n, None, **now), {}))
    return got


def told(got: list[Params], name: str) -> list[Any]:
    return [params.inputs[name] for params in got]


def test_the_first_step_is_that_of_the_activation(load: Load) -> None:
    mapper = Mapper(load('[inputs]\nflow = "travel(60)"'), declare(flow="float"), seed=1)
    got = run(mapper, 4)
    assert [params.step for params in got] == [0, 1, 2, 3]
    assert [params.time for params in got] == pytest.approx([0, 1 / 60, 2 / 60, 3 / 60])
    assert told(got, "flow") == pytest.approx([0, 1, 2, 3])


def test_every_type_is_told_in_its_own_form(load: Load) -> None:
    loaded = load(
        """
        [palette]
        source = "dusk"
        colors = 2
        [inputs]
        swell = { follow = "arousal", to = [0.1, 1.3] }
        kind = "joy * 10"
        on = "joy > 0.2"
        wind = ["valence", "0.1"]
        tint = "palette[1]"
        shade = ["joy", 0, 1, 0.5]
        """
    )
    kinds = declare(
        swell="float", kind="long", on="bool", wind="point2D", tint="color", shade="color"
    )
    params = Mapper(loaded, kinds, seed=1).step(view(valence=-0.5, arousal=0.0), {})
    assert params.inputs == {
        "swell": pytest.approx(0.7),
        "kind": 2,
        "on": True,
        "wind": (-0.5, 0.1),
        "tint": (1.0, 1.0, 1.0, 1.0),
        "shade": (0.25, 0.0, 1.0, 0.5),
    }
    assert type(params.inputs["kind"]) is int
    assert params.inputs["on"] is True


def test_one_shader_may_be_told_otherwise_and_signals_bind_themselves(load: Load) -> None:
    loaded = load('[inputs]\nswell = "joy"\n[inputs.bloom]\nswell = "calm * 2"')
    declared = {
        stem: {name: IsfInput(name, "float") for name in ("swell", "arousal", "speed", "other")}
        for stem in ("tidal", "bloom")
    }
    params = Mapper(loaded, declared, seed=1).step(view(arousal=-0.75), {})
    assert params.inputs == {"swell": 0.25, "arousal": -0.75}
    assert params.overrides == {"bloom": {"swell": 0.5}}


def test_misfits_are_all_told(load: Load) -> None:
    loaded = load('[inputs]\nswel = "joy"\nwind = "joy"\nhit = "joy"')
    with pytest.raises(ConfigError) as caught:
        Mapper(loaded, declare(swell="float", wind="point2D", hit="event"), seed=1)
    assert [fault.where for fault in caught.value.faults] == [
        "inputs.swel",
        "inputs.wind",
        "inputs.hit",
    ]
    assert {fault.file for fault in caught.value.faults} == {str(loaded.path)}


def test_knobs_are_turned_within_their_range(load: Load) -> None:
    loaded = load('[knobs]\npace = { value = 1, max = 3 }\n[inputs]\nswell = "pace"')
    mapper = Mapper(loaded, declare(swell="float"), seed=1)
    for turned, expected in [({}, 1.0), ({"pace": 2.5}, 2.5), ({"pace": 9.0, "more": 1.0}, 3.0)]:
        assert mapper.step(view(), turned).inputs == {"swell": expected}


@pytest.mark.parametrize("steps", [30, 60])
def test_an_event_is_simulated_exactly_once(load: Load, steps: int) -> None:
    loaded = load(f'step = {steps}\n[inputs]\nhit = "trigger(joy > 0.5)"')
    mapper = Mapper(loaded, declare(hit="event"), seed=1)
    peaks = {7, 8, 20, 21, 22, 35}
    got = told(run(mapper, 60, joy=lambda n: n in peaks), "hit")
    every = 60 // steps
    assert all(type(hit) is bool for hit in got)
    assert sum(got[::every]) == 3
    assert sum(got) == 3 * every
    assert [n for n in range(0, 60, every) if got[n]] == [n + n % every for n in (7, 20, 35)]


def test_the_palette_is_encoded_and_a_fixed_one_is_given_as_it_is(load: Load) -> None:
    fixed = Mapper(load('[palette]\nsource = "dusk"\ncolors = 2'), declare(), seed=1)
    first, second = run(fixed, 2)
    np.testing.assert_allclose(first.palette * 255, [[16, 32, 48], [255] * 3], atol=1e-3)
    assert first.palette.dtype == np.float32
    assert first.ramp.shape == (256, 3)
    assert second.palette is first.palette
    assert second.ramp is first.ramp
    own = Mapper(load("[palette]\ncolors = 7"), declare(), seed=1)
    params = own.step(view(valence=0.5, arousal=0.4), {})
    assert params.palette.shape == (7, 3)
    assert ((params.palette >= 0) & (params.palette <= 1)).all()
    encoded = linear_to_srgb(np.array([0.0, 0.5, 1.0]))
    assert encoded[1] > 0.7  # the encoding is sRGB's, which lightens


def test_the_palettes_formulas_shape_it(load: Load) -> None:
    def lightness(text: str) -> float:
        loaded = load(f"[palette]\n{text}")
        palette = Mapper(loaded, declare(), seed=1).step(view(polarization=0.9), {}).palette
        return float(np.ptp(palette.mean(axis=1)))

    assert lightness('contrast = "polarization"') > lightness("contrast = 0.0") + 0.05


def test_textures_are_made_for_what_is_declared(load: Load) -> None:
    people = People(8)
    people.apply(samples(3), 0)
    loaded = load('[people]\nx = "valence * 0.5"\ny = 0.25\nsize = "32 * weight"')
    none = Mapper(loaded, declare(), seed=1).step(view(200, people), {})
    assert none.textures == {}
    assert none.counts == {"emo_people_count": 3}
    declared = declare(emo_people="image", inputImage="image", emo_palette="image")
    params = Mapper(loaded, declared, seed=1).step(view(200, people), {})
    assert list(params.textures) == ["emo_people"]
    column = params.textures["emo_people"][0]
    np.testing.assert_allclose(column[:3, 0], [0.25, 0.5, 0.75])
    np.testing.assert_allclose(column[:3, 1], 0.625)
    np.testing.assert_allclose(column[:3, 2], 0.5)
    assert (column[3:] == 0).all()


def test_a_persons_memory_ends_with_them(load: Load) -> None:
    people = People(4)
    people.apply(samples(2), 0)
    mapper = Mapper(
        load('[people]\nx = "travel(6)  * 0 + smooth(valence, 1e6)"'),
        declare(emo_people="image"),
        seed=1,
    )
    mapper.step(view(0, people), {})
    people.withdraw(np.array([1], np.uint32))
    mapper.step(view(1, people), {})
    newcomer = samples(1, first=2)
    newcomer["valence"] = 0.5
    people.apply(newcomer, 2)
    got = mapper.step(view(2, people), {}).textures["emo_people"]
    np.testing.assert_allclose(got[0, :2, 0], [0.0, 0.75], atol=1e-6)


def test_the_same_preset_with_another_seed_is_another(load: Load) -> None:
    def noise(text: str, seed: int) -> Any:
        loaded = load(text + '[inputs]\nflow = "noise(1)"')
        return Mapper(loaded, declare(flow="float"), seed).step(view(), {}).inputs["flow"]

    assert noise("seed = 3\n", 1) == noise("seed = 3\n", 1)
    assert len({noise("seed = 3\n", 1), noise("seed = 3\n", 2), noise("seed = 4\n", 1)}) == 3


class TestEdits:
    DECLARED = declare(flow="float", swell="float", hit="event")

    def test_time_and_memory_go_on(self, load: Load) -> None:
        old = Mapper(load('[inputs]\nflow = "travel(60)"'), self.DECLARED, seed=1)
        run(old, 10)
        edited = load('[inputs]\nflow = "2 * travel( 60 )"\nswell = "travel(1)"')
        new = Mapper(edited, self.DECLARED, seed=1, memory=old.memory)
        params = new.step(view(), {})
        assert params.step == 10
        assert params.inputs == {"flow": 20.0, "swell": 0.0}

    def test_the_palette_goes_on_unless_it_is_what_was_edited(self, load: Load) -> None:
        old = Mapper(load(""), self.DECLARED, seed=1)
        run(old, 60, valence=-0.8, arousal=-0.6)
        glad = view(valence=0.8, arousal=0.6)
        new = Mapper(load("[knobs]\npace = 1"), self.DECLARED, seed=1, memory=old.memory)
        went_on = new.step(glad, {}).palette
        anew = Mapper(load(""), self.DECLARED, seed=1).step(glad, {}).palette
        last = run(old, 1, valence=-0.8, arousal=-0.6)[0].palette
        assert np.abs(went_on - last).max() < 0.1 < np.abs(anew - last).max()
        other = Mapper(load("[palette]\ncolors = 3"), self.DECLARED, seed=1, memory=old.memory)
        assert other.step(glad, {}).palette.shape == (3, 3)

    def test_what_was_edited_out_is_forgotten_and_not_before_the_first_step(
        self, load: Load
    ) -> None:
        text = '[inputs]\nflow = "travel(60)"'
        old = Mapper(load(text), self.DECLARED, seed=1)
        run(old, 10)
        without = Mapper(load(""), self.DECLARED, seed=1, memory=old.memory)
        back = Mapper(load(text), self.DECLARED, seed=1, memory=without.memory)
        assert run(back, 1)[0].inputs == {"flow": 10.0}  # `without` was never taken up
        run(without, 1)
        anew = Mapper(load(text), self.DECLARED, seed=1, memory=without.memory)
        assert run(anew, 1)[0].inputs == {"flow": 0.0}

    def test_an_edit_that_misfits_leaves_the_old_one_as_it_was(self, load: Load) -> None:
        old = Mapper(load('[inputs]\nflow = "travel(60)"'), self.DECLARED, seed=1)
        run(old, 10)
        with pytest.raises(ConfigError):
            Mapper(load("[inputs]\nflw = 1"), self.DECLARED, seed=1, memory=old.memory)
        params = run(old, 1)[0]
        assert (params.step, params.inputs) == (10, {"flow": 10.0})

    def test_another_seed_is_another_chance(self, load: Load) -> None:
        old = Mapper(load('seed = 1\n[inputs]\nflow = "noise(0)"'), self.DECLARED, seed=1)
        edited = load('seed = 2\n[inputs]\nflow = "noise(0)"')
        new = Mapper(edited, self.DECLARED, seed=1, memory=old.memory)
        assert run(new, 1)[0].inputs != run(old, 1)[0].inputs


def test_whatever_the_crowd_does_every_value_is_finite(load: Load) -> None:
    loaded = load(
        """
        [inputs]
        flow = "travel(exp(100 * arousal) / valence)"
        swell = "log(count) ** -polarization / (joy - 0.25)"
        [people]
        x = "valence / 0 + noise(1 / arousal)"
        size = "exp(age * 1e9) / weight"
        """
    )
    declared = declare(flow="float", swell="float", emo_people="image", emo_field="image")
    mapper = Mapper(loaded, declared, seed=1)
    people = People(8)
    people.apply(samples(5), 0)
    for step in range(30):
        wild = {"valence": (-1.0) ** step, "arousal": 1.0, "count": 1e6, "polarization": 1.0}
        params = mapper.step(view(step, people, **wild), {})
        assert np.isfinite(list(params.inputs.values())).all()
        assert all(np.isfinite(texture).all() for texture in params.textures.values())
        assert np.isfinite(params.palette).all()


SCRIPT = """
import hashlib, pathlib, sys
sys.path.insert(0, {here!r})
from test_mapper import *
root = pathlib.Path({root!r})
loaded = load_preset(root / "presets/it.toml", Assets([root]))
mapper = Mapper(loaded, declare(flow="float", swell="float", emo_people="image"), 5)
people = People(8)
people.apply(samples(5), 0)
digest = hashlib.sha256()
for step in range(20):
    params = mapper.step(view(step, people, arousal=step / 20), {{}})
    digest.update(repr(sorted(params.inputs.items())).encode())
    digest.update(params.palette.tobytes() + params.textures["emo_people"].tobytes())
print(digest.hexdigest())
"""


def test_nothing_depends_on_the_hash_seed(load: Load, tmp_path: Path) -> None:
    load(
        """
        [inputs]
        flow = "noise(2) + lfo(1) + pick(3)"
        swell = { follow = "live(arousal)", to = [0, 2], lag = [0.1, 0.2] }
        [people]
        x = "0.5 * noise(3) + 0.1 * pick(1)"
        """
    )
    script = SCRIPT.format(here=str(Path(__file__).parent), root=str(tmp_path.resolve()))
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
