"""What is published: it follows, within its range, and never jumps."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.clock import STEP, STEPS_PER_SECOND
from empathy_palettes.crowd.signals import SIGNALS, Reading, neutral_reading
from empathy_palettes.crowd.smooth import Flow, Momentum, Smoother

NAN = math.nan


def follow(smoother: Smoother, raw: Reading, steps: int) -> list[Reading]:
    return [smoother.step(raw) for _ in range(steps)]


# Momentum.


def test_momentum_of_a_ramp_is_its_slope() -> None:
    momentum = Momentum()
    slope = 0.013
    got = [momentum.step(slope * step * STEP) for step in range(400 * STEPS_PER_SECOND)][-1]
    assert got == pytest.approx(slope, rel=1e-9)  # after 26 time constants of the slow follower


def test_momentum_begins_at_rest_wherever_the_mean_begins() -> None:
    momentum = Momentum()
    assert momentum.step(0.7) == 0.0
    assert momentum.step(0.7) == 0.0
    assert momentum.step(0.8) > 0.0


def test_momentum_is_undefined_with_its_mean_and_forgets_it() -> None:
    momentum = Momentum()
    momentum.step(-1.0)
    assert math.isnan(momentum.step(NAN)) and math.isnan(momentum.step(NAN))
    assert momentum.step(1.0) == 0.0


# Arrivals and departures.


def test_flow_is_the_count_of_three_seconds_per_second() -> None:
    flow = Flow()
    rates = [flow.step(6 if step == 10 else 0) for step in range(300)]
    assert rates == [0.0] * 10 + [2.0] * 180 + [0.0] * 110


def test_a_steady_flow_is_its_rate() -> None:
    flow = Flow()
    assert [flow.step(1) for _ in range(500)][-1] == 60.0


# The published reading.


def test_it_begins_neutral_and_stays_so_while_nothing_is_defined() -> None:
    undefined = dict.fromkeys(SIGNALS, NAN) | {"count": 0.0, "presence": 0.0, "confidence": 0.0}
    assert Smoother().step(undefined) == neutral_reading()


def test_it_gets_where_the_raw_reading_stays() -> None:
    raw = {name: signal.lo + 0.6 * (signal.hi - signal.lo) for name, signal in SIGNALS.items()}
    raw |= {"joy": 0.5, "calm": 0.25, "tension": 0.25, "sorrow": 0.0}
    got = follow(Smoother(), raw, 600)[-1]
    got["divide_angle"] = math.remainder(got["divide_angle"] - raw["divide_angle"], math.pi)
    assert got == pytest.approx(raw | {"divide_angle": 0.0}, abs=1e-9)


def test_undefined_goes_back_to_neutral() -> None:
    smoother = Smoother()
    follow(smoother, neutral_reading() | {"agreement": 0.2, "valence": 0.9}, 300)
    got = follow(smoother, neutral_reading() | {"agreement": NAN, "valence": NAN}, 300)[-1]
    assert (got["agreement"], got["valence"]) == pytest.approx((1.0, 0.0), abs=1e-6)


def test_a_jump_takes_two_seconds_for_the_whole_span() -> None:
    smoother = Smoother()
    follow(smoother, neutral_reading() | {"valence": -1.0}, 600)
    up = [r["valence"] for r in follow(smoother, neutral_reading() | {"valence": 1.0}, 130)]
    assert up[59] == pytest.approx(0.0, abs=1e-9)  # half of the span in a second
    assert up[106] < 0.95 < up[129]


def test_a_small_change_is_eased_with_a_time_constant_of_fifteen_hundredths() -> None:
    got = follow(Smoother(), neutral_reading() | {"valence": 0.02}, 9)[-1]["valence"]
    assert got == pytest.approx(0.02 * (1 - math.exp(-1)), abs=1e-12)  # 9 steps = .15 s


def test_the_count_is_passed_on_as_it_is() -> None:
    assert Smoother().step(neutral_reading() | {"count": 5000.0})["count"] == 5000.0


def test_out_of_range_is_held_to_the_range() -> None:
    got = follow(Smoother(), neutral_reading() | {"arrivals": 60.0}, 600)[-1]
    assert got["arrivals"] == pytest.approx(10.0, abs=1e-9) and got["arrivals"] <= 10.0


undefined_or = [
    st.one_of(st.just(NAN), st.floats(signal.lo, signal.hi)) for signal in SIGNALS.values()
]


@st.composite
def raw_readings(draw: st.DrawFn) -> Reading:
    raw = {name: draw(values) for name, values in zip(SIGNALS, undefined_or, strict=True)}
    parts = [draw(st.integers(0, 5)) for _ in range(4)]
    total = sum(parts)
    shares = [part / total if total else NAN for part in parts]
    return raw | dict(zip(("joy", "calm", "tension", "sorrow"), shares, strict=True)) | {"count": 1}


@given(st.lists(raw_readings(), min_size=1, max_size=8), st.integers(1, 40))
def test_it_is_always_defined_in_range_and_slow(raws: list[Reading], steps: int) -> None:
    smoother = Smoother()
    story = [neutral_reading()] + [r for raw in raws for r in follow(smoother, raw, steps)]
    for before, after in pairwise(story):
        assert list(after) == list(SIGNALS)
        for name, signal in SIGNALS.items():
            change = after[name] - before[name]
            if name == "divide_angle":
                change = math.remainder(change, math.tau)
            assert signal.lo <= after[name] <= signal.hi
            most = (signal.hi - signal.lo) * 0.5 * STEP
            assert abs(change) <= most + 1e-12 or name == "count", name
        shares = [after[name] for name in ("joy", "calm", "tension", "sorrow")]
        assert sum(shares) == pytest.approx(1.0, abs=1e-9)


# The line between the camps.


def line(angle: float, offset: float = 0.0, gap: float = 1.0) -> Reading:
    return neutral_reading() | {"divide_angle": angle, "divide_offset": offset, "divide_gap": gap}


def test_an_axis_that_passes_the_vertical_turns_on_and_does_not_spin_back() -> None:
    smoother = Smoother()
    follow(smoother, line(1.4, 0.3), 600)
    angles = []
    for k in range(200):
        angle = 1.4 + 0.4 * k / 200
        raw = line(angle, 0.3) if angle <= math.pi / 2 else line(angle - math.pi, -0.3)
        published = smoother.step(raw)
        angles.append(published["divide_angle"])
        assert published["divide_offset"] == pytest.approx(0.3, abs=1e-6)
    assert all(0.0 <= after - before < 0.01 for before, after in pairwise(angles))
    assert follow(smoother, raw, 300)[-1]["divide_angle"] == pytest.approx(angle, abs=1e-3)


def test_the_published_line_is_the_raw_line() -> None:
    for angle, offset in ((0.5, 0.25), (-1.3, -0.5), (math.pi / 2, 0.75)):
        got = follow(Smoother(), line(angle, offset), 900)[-1]
        same = math.cos(got["divide_angle"] - angle)
        assert abs(same) == pytest.approx(1.0, abs=1e-6)
        assert got["divide_offset"] == pytest.approx(offset * round(same), abs=1e-6)


def test_while_there_is_no_line_the_angle_rests() -> None:
    smoother = Smoother()
    there = follow(smoother, line(0.8), 300)[-1]["divide_angle"]
    gone = follow(smoother, line(NAN, NAN, NAN), 300)[-1]
    assert gone["divide_angle"] == there
    assert (gone["divide_gap"], gone["divide_offset"]) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_an_axis_that_flickers_hardly_turns() -> None:
    smoother = Smoother()
    follow(smoother, line(0.3), 300)
    for step in range(120):
        got = smoother.step(line(0.3 + (0.5 if step % 2 else -0.5)))
        assert abs(got["divide_angle"] - 0.3) < 0.02
