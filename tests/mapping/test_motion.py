import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.crowd.signals import SIGNALS, Reading, neutral_reading
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE
from empathy_palettes.mapping.motion import CUES, motion

plane = st.floats(-1, 1)
unit = st.floats(0, 1)


def people(*dominance: float) -> People:
    """A crowd in which each has said this much of dominance, NaN = nothing."""
    here = People(16)
    samples = np.zeros(len(dominance), SAMPLE)
    samples["who"] = np.arange(len(dominance))
    samples["dominance"] = dominance
    here.apply(samples, 0)
    return here


NOBODY = People(16)
SILENT = people(np.nan, np.nan)


def reading(**values: float) -> Reading:
    return {**neutral_reading(), **values}


def cues(**values: float) -> dict[str, float]:
    return motion(reading(**values), NOBODY)


@given(plane, plane, plane, unit, unit)
def test_every_cue_stays_within_its_span(v: float, a: float, d: float, g: float, p: float) -> None:
    found = motion(
        reading(valence=v, arousal=a, dominance=d, agreement=g, polarization=p), people(d)
    )
    assert found.keys() == CUES.keys()
    for name, value in found.items():
        assert CUES[name].lo - 1e-12 <= value <= CUES[name].hi + 1e-12


def test_spans_are_reached() -> None:
    corners = [
        motion(reading(valence=v, arousal=a, dominance=d, agreement=g, polarization=p), people(d))
        for v in (-1, 1)
        for a in (-1, 1)
        for d in (-1, 1)
        for g in (0, 1)
        for p in (0, 1)
    ]
    for name, cue in CUES.items():
        values = [corner[name] for corner in corners]
        assert max(values) == pytest.approx(cue.hi)
        if name != "contrast":  # whose span is that of the palette's contrast
            assert min(values) == pytest.approx(cue.lo)


def test_what_the_formulas_give_at_neutral() -> None:
    assert cues(agreement=0.7) == pytest.approx(
        {
            "speed": 0.15**0.5,
            "jerk": 0.05 + 0.45 * 0.25,
            "angularity": 0.5,
            "regularity": 0.5,
            "amplitude": 0.475,
            "scale": 1.0,
            "contrast": 0.525,
            "coherence": 0.7,
        }
    )


@pytest.mark.parametrize(
    ("cue", "signal", "sign"),
    [
        ("speed", "arousal", 1),
        ("jerk", "arousal", 1),
        ("jerk", "valence", -1),
        ("angularity", "valence", -1),
        ("regularity", "valence", 1),
        ("regularity", "arousal", -1),
        ("amplitude", "arousal", 1),
        ("amplitude", "valence", -1),
        ("contrast", "arousal", 1),
        ("contrast", "polarization", 1),
        ("coherence", "agreement", 1),
    ],
)
def test_signs_are_those_of_the_studies(cue: str, signal: str, sign: int) -> None:
    low, high = (cues(**{signal: value})[cue] for value in (0.2, 0.6))
    assert (high - low) * sign > 0


def test_dominance_counts_as_far_as_people_speak_of_it() -> None:
    glad = reading(valence=0.8)
    assert motion(glad, SILENT)["scale"] == motion(glad, NOBODY)["scale"] == 1
    assert motion(glad, people(0.0))["scale"] == pytest.approx(1 - 0.3 * 0.72 * 0.8)
    assert motion(glad, people(0.0, np.nan))["scale"] == pytest.approx(1 - 0.15 * 0.72 * 0.8)


def test_no_cue_takes_a_signals_name() -> None:
    assert not CUES.keys() & SIGNALS.keys()
