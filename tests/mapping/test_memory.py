"""What a formula remembers is kept by table, input, call text and occurrence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from empathy_palettes.mapping.formula import compile
from empathy_palettes.mapping.memory import Memory, seed_of

NAMES = ("x", "y")


def test_a_call_outlives_an_edit_of_the_rest_of_its_formula() -> None:
    memory = Memory()
    before = compile("smooth(x, 1)", NAMES)
    before.evaluate({"x": 0.0}, memory.of("inputs", "swell"))
    after = compile("2 * smooth( x,1 ) + 1", NAMES)
    assert after.calls == before.calls
    got = after.evaluate({"x": 1.0}, memory.of("inputs", "swell"))
    assert isinstance(got, float)
    assert 1.0 < got < 1.1


def test_other_inputs_tables_texts_and_occurrences_are_others() -> None:
    memory = Memory(seed=1)
    formula = compile("noise(1)", NAMES)
    here = formula.evaluate({}, memory.of("inputs", "swell"))
    assert formula.evaluate({}, memory.of("inputs", "flow")) != here
    assert formula.evaluate({}, memory.of("people", "swell")) != here
    assert compile("noise(2)", NAMES).evaluate({}, memory.of("inputs", "swell")) != here
    both = compile("(noise(1) > -1) * noise(1)", NAMES)
    assert both.calls == {("noise(1)", 0), ("noise(1)", 1)}
    assert both.evaluate({}, memory.of("inputs", "swell")) != here


def test_every_evaluation_is_one_step_of_every_call_in_both_branches() -> None:
    memory = Memory()
    formula = compile("travel(60) if y else travel(120)", NAMES)
    state = memory.of("inputs", "swell")
    for _ in range(10):
        formula.evaluate({"y": 1.0}, state)
    assert formula.evaluate({"y": 0.0}, state) == 20.0


def test_what_an_edit_leaves_behind_is_forgotten() -> None:
    memory = Memory()
    formula = compile("travel(60) + smooth(x, 1)", NAMES)
    for _ in range(3):
        formula.evaluate({"x": 0.0}, memory.of("inputs", "swell"))
        formula.evaluate({"x": 0.0}, memory.of("inputs", "gone"))
    memory.keep({("inputs", "swell"): {("travel(60)", 0)}})
    assert formula.evaluate({"x": 5.0}, memory.of("inputs", "swell")) == 3.0 + 5.0
    assert formula.evaluate({"x": 5.0}, memory.of("inputs", "gone")) == 0.0 + 5.0


def test_an_edited_rate_goes_on_from_where_it_was() -> None:
    memory = Memory()
    state = memory.of("inputs", "swell")
    before = compile("travel(60) + 0 * travel(6)", NAMES)
    for _ in range(10):
        assert before.evaluate({}, state) is not None
    after = compile("travel(120) + 0 * travel(6)", NAMES)
    memory.keep({("inputs", "swell"): after.calls})
    assert after.evaluate({}, state) == 9.0 + 2.0


def test_live_learns_each_signal_anew() -> None:
    memory = Memory()
    state = memory.of("inputs", "swell")
    names = ("arousal", "valence", "count")
    feelings = {"arousal": 0.1, "valence": 0.1, "count": 100.0}
    before, after = compile("live(arousal)", names), compile("live(valence)", names)
    for step in range(1200):
        before.evaluate({**feelings, "arousal": 0.1 * (step % 2)}, state)
    memory.keep({("inputs", "swell"): after.calls})
    # The gain of a signal of which nothing is known is 1; what arousal had learned would be 3.
    assert after.evaluate(feelings, state) == pytest.approx(0.1, rel=0.01)


def test_seeds_do_not_depend_on_the_run() -> None:
    key = ("inputs", "swell", "noise(1)", 0)
    script = f"from empathy_palettes.mapping.memory import seed_of\nprint(seed_of(7, {key!r}))"
    seeds = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert seeds == {str(seed_of(7, key))}
