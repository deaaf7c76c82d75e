import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.color import linear_to_srgb
from empathy_palettes.crowd.modes import NO_MODES, Modes
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE
from empathy_palettes.mapping.affect import affect_rgb
from empathy_palettes.mapping.people import TEXTURES, PeopleTextures

Floats = NDArray[np.float32]


def say(people: People, step: int, *said: tuple[int, float, float, float]) -> None:
    """Let numbers say valence, arousal and dominance, NaN = nothing said of it."""
    samples = np.zeros(len(said), SAMPLE)
    names = ("who", "valence", "arousal", "dominance")
    for name, values in zip(names, zip(*said, strict=True), strict=True):
        samples[name] = values
    samples["weight"] = 1
    people.apply(samples, step)


NAN = float("nan")
JOY = (0.76, 0.48, 0.35)


def one_person(*, capacity: int = 16, step: int = 0) -> People:
    people = People(capacity)
    say(people, step, (0, *JOY))
    return people


def textures(people: People, step: int, *, size: float = 4.0) -> dict[str, Floats]:
    found, _ = PeopleTextures(people.capacity, TEXTURES).update(
        people, NO_MODES, people.valence, people.arousal, size, step
    )
    return found


def test_only_what_is_wanted_is_built() -> None:
    people = one_person()
    for wanted in (frozenset[str](), frozenset({"emo_dots"}), frozenset({"emo_modes", "other"})):
        found, counts = PeopleTextures(16, wanted).update(people, NO_MODES, 0.0, 0.0, 1.0, 0)
        assert found.keys() == wanted & TEXTURES
        assert counts == {"emo_people_count": 1}


def test_shapes_hold_for_the_show() -> None:
    empty, full = textures(People(100), 0), textures(one_person(capacity=100), 9)
    shapes = {
        "emo_people": (3, 100, 4),
        "emo_field": (90, 160, 4),
        "emo_dots": (144, 256, 4),
        "emo_modes": (2, 16, 4),
        "emo_circles": (3, 64, 4),
        "emo_ties": (64, 64, 4),
    }
    for found in (empty, full):
        assert {name: texture.shape for name, texture in found.items()} == shapes
        assert all(texture.dtype == np.float32 for texture in found.values())
    assert not empty["emo_people"].any()
    assert not empty["emo_dots"].any()
    assert not empty["emo_circles"][2].any() and not empty["emo_ties"][..., 1].any()


def test_a_person_is_written_down_whole() -> None:
    people = one_person()
    table = textures(people, 60, size=16.0)["emo_people"][:, 0]
    np.testing.assert_allclose(table[0], [0.88, 0.74, 0.25, 1.0], atol=1e-6)
    np.testing.assert_allclose(table[1], [0.88, 0.74, 0.675, 1.0], atol=1e-6)
    np.testing.assert_allclose(table[2, :3], linear_to_srgb(affect_rgb(*JOY)), atol=1e-4)
    assert table[2, 3] == pytest.approx(1 - np.exp(-1 / 60), abs=1e-6)


def test_what_was_never_said_is_the_middle() -> None:
    people = People(16)
    say(people, 0, (0, NAN, 0.5, NAN))
    found = textures(people, 60)
    np.testing.assert_allclose(found["emo_people"][0, 0, :2], [0.5, 0.75])
    np.testing.assert_allclose(found["emo_people"][1, 0], [0.5, 0.75, 0.5, 1])
    srgb = linear_to_srgb(affect_rgb(0.0, 0.5))
    np.testing.assert_allclose(found["emo_people"][2, 0, :3], srgb, atol=1e-4)
    assert all(np.isfinite(texture).all() for texture in found.values())


def test_people_appear_within_a_second_and_fade_with_silence() -> None:
    people = one_person(step=100)
    shown = PeopleTextures(16, TEXTURES, leave_after=10.0)

    def presence(step: int) -> float:
        found, _ = shown.update(people, NO_MODES, 0.0, 0.0, 1.0, step)
        return float(found["emo_people"][0, 0, 3])

    arriving = [presence(step) for step in range(100, 161)]
    assert arriving[0] == 0
    assert (np.diff(arriving) > 0).all()
    assert arriving[-1] == 1
    assert presence(100 + 5 * 60) == 1
    leaving = [presence(100 + 5 * 60 + step) for step in range(1, 301)]
    assert (np.diff(leaving) < 0).all()
    assert leaving[-1] == pytest.approx(0, abs=1e-6)
    say(people, 800, (0, *JOY))
    assert presence(800) == 1


def test_the_withdrawn_are_gone_at_once() -> None:
    people = one_person()
    shown = PeopleTextures(16, TEXTURES)
    shown.update(people, NO_MODES, 0.0, 0.0, 4.0, 60)
    people.withdraw(np.array([0], np.uint32))
    found, counts = shown.update(people, NO_MODES, 0.0, 0.0, 4.0, 61)
    assert not found["emo_people"].any()
    assert not found["emo_dots"].any()
    assert not found["emo_field"][..., 0].any()
    assert counts["emo_people_count"] == 0


def test_a_colour_eases_to_what_was_said_but_never_from_somebody_elses() -> None:
    people = one_person()
    shown = PeopleTextures(16, frozenset({"emo_people"}))

    def color(step: int) -> Floats:
        found, _ = shown.update(people, NO_MODES, 0.0, 0.0, 1.0, step)
        return found["emo_people"][2, 0, :3]

    joy, sorrow = color(0), linear_to_srgb(affect_rgb(-0.6, -0.4))
    say(people, 1, (0, -0.6, -0.4, NAN))
    people.dominance[0] = NAN
    way = [np.abs(color(step) - sorrow).max() for step in range(1, 121)]
    assert np.abs(joy - sorrow).max() > way[0] > way[14] > way[60]
    assert way[14] / np.abs(joy - sorrow).max() == pytest.approx(np.exp(-1), abs=0.01)
    assert way[-1] < 1e-3
    people.withdraw(np.array([0], np.uint32))
    say(people, 121, (1, *JOY))
    np.testing.assert_allclose(color(121), joy, atol=1e-5)


def many(people: People, count: int, step: int = 0) -> Floats:
    """Let so many more people say something; what they say is returned."""
    samples = np.zeros(count, SAMPLE)
    samples["who"] = people.count + np.arange(count)
    samples["valence"] = np.linspace(-1, 1, count)
    samples["weight"] = 1
    people.apply(samples, step)
    return np.asarray(samples["valence"])


def test_more_slots_than_a_row_holds_are_folded() -> None:
    people = People(10_000)
    valence = many(people, 5000)
    found = textures(people, 60)["emo_people"]
    assert found.shape == (6, 4096, 4)
    for slot in (0, 4095, 4096, 4999):
        encoded = (valence[slot] + 1) / 2
        assert found[3 * (slot // 4096) + 1, slot % 4096, 0] == pytest.approx(encoded, abs=1e-6)
    assert not found[3:6, 5000 - 4096 :].any()


def test_a_million_slots_cost_what_is_in_use() -> None:
    people = People(1_000_000)
    many(people, 4096)
    shown = PeopleTextures(people.capacity, frozenset({"emo_people"}))

    def table(step: int) -> Floats:
        found, _ = shown.update(people, NO_MODES, 0.0, 0.0, 1.0, step)
        return found["emo_people"]

    assert table(0).shape == (3, 4096, 4)
    many(people, 4 * 4096)
    full = table(1)
    assert full.shape == (15, 4096, 4)
    assert (full[1::3, :, 3] == 1).all(), "everybody's weight"
    people.withdraw(np.arange(4096, 5 * 4096, dtype=np.uint32))
    assert table(2).shape == (3, 4096, 4)
    np.testing.assert_array_equal(table(3)[1, :, 0], full[1, :, 0])
    many(people, 1)
    grown = table(4)
    assert grown.shape == (6, 4096, 4)
    assert not grown[3:, 1:].any()


def test_the_last_slot_of_a_million_can_be_told() -> None:
    people = People(1_048_576)
    people.alive[-1] = True
    people.who[-1], people.born[-1], people.count, people.reach = 7, 0, 1, people.capacity
    found, counts = PeopleTextures(people.capacity, frozenset({"emo_dots"})).update(
        people, NO_MODES, 0.0, 0.0, 1.0, 60
    )
    numbers = found["emo_dots"][..., 2]
    assert numbers[numbers > 0].tolist() == [1.0]
    assert counts == {"emo_people_count": 1_048_576}


def test_everybody_has_a_dot_where_they_are() -> None:
    random = np.random.default_rng(2)
    people = People(64)
    say(people, 0, *[(who, *random.uniform(-1, 1, 3)) for who in range(40)])
    found = textures(people, 60, size=16.0)["emo_dots"]
    rows, columns = np.nonzero(found[..., 2])
    assert len(rows) == 40  # so few that no two share a cell
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        x, y, number, size = found[row, column].tolist()
        slot = round(number * 1_048_576) - 1
        assert number * 1_048_576 == slot + 1
        assert (column + x) / 256 * 2 - 1 == pytest.approx(people.valence[slot], abs=1e-5)
        assert (row + y) / 144 * 2 - 1 == pytest.approx(people.arousal[slot], abs=1e-5)
        assert size == 0.25


@pytest.mark.parametrize("corner", [-1.0, 1.0, -9.0, 9.0])
def test_dots_stay_on_the_grid(corner: float) -> None:
    found, _ = PeopleTextures(16, TEXTURES).update(
        one_person(), NO_MODES, corner, corner, 999.0, 60
    )
    row, column = (0, 0) if corner < 0 else (143, 255)
    np.testing.assert_array_equal(
        found["emo_dots"][row, column], [corner > 0] * 2 + [1 / 1_048_576, 1]
    )


def test_of_people_in_one_place_the_newest_is_shown() -> None:
    people = People(16)
    say(people, 0, (0, *JOY))
    say(people, 1, (1, *JOY))
    say(people, 2, (2, *JOY))
    people.withdraw(np.array([1], np.uint32))
    say(people, 3, (3, *JOY))  # takes the freed slot 1
    numbers = textures(people, 60)["emo_dots"][..., 2]
    assert numbers[numbers > 0].tolist() == [2 / 1_048_576]


def test_positions_may_be_given_for_the_slots_in_use_or_all() -> None:
    people = one_person(capacity=32)
    say(people, 0, (1, -0.5, 0.0, NAN))
    shown = PeopleTextures(32, frozenset({"emo_people"}))
    whole, _ = shown.update(people, NO_MODES, people.valence, people.arousal, people.weight, 5)
    part, _ = shown.update(
        people, NO_MODES, people.valence[:2], people.arousal[:2], people.weight[:2], 5
    )
    np.testing.assert_array_equal(whole["emo_people"][0], part["emo_people"][0])


def test_each_step_has_arrays_of_its_own() -> None:
    people = one_person()
    shown = PeopleTextures(16, TEXTURES)
    first, _ = shown.update(people, NO_MODES, 0.0, 0.0, 1.0, 5)
    kept = {name: texture.copy() for name, texture in first.items()}
    say(people, 6, (0, -1.0, -1.0, 0.0), (1, *JOY))
    shown.update(people, NO_MODES, 0.5, 0.5, 9.0, 6)
    for name, texture in first.items():
        np.testing.assert_array_equal(texture, kept[name])


def test_gatherings_have_a_place_each() -> None:
    modes = Modes(
        centres=np.array([[0.5, -0.5], [-1.0, 1.0]], np.float32),
        mass=np.array([0.6, 0.3], np.float32),
        spread=np.array([0.1, 0.2], np.float32),
        identity=np.array([3, 1_048_577], np.int64),
        voices=np.array([6, 3], np.int64),
    )
    found, _ = PeopleTextures(16, frozenset({"emo_modes"})).update(People(16), modes, 0, 0, 0, 0)
    table = found["emo_modes"]
    np.testing.assert_allclose(table[0, :2], [[0.75, 0.25, 0.6, 0.1], [0, 1, 0.3, 0.2]])
    np.testing.assert_array_equal(
        table[1, :2], [[3 / 1_048_576, 1, 0, 0], [1 / 1_048_576, 1, 0, 0]]
    )
    assert not table[:, 2:].any()
