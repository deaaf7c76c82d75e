"""Which entries of a playlist are left out, as shows break off at them."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.show.supervisor import GRACE, LONGEST_PAUSE, SHORTEST_PAUSE, pause_after
from empathy_palettes.show.trials import SETTLED, TRIES, Trials

STAY = 300.0


def test_two_early_ends_in_a_row_leave_an_entry_out() -> None:
    trials = Trials()
    trials.take([2, "surge", 3], 0.0)
    assert trials.broke_off("SIGSEGV", 5.0) is None and trials.left_out == {}
    trials.begin()
    trials.take([2, "surge", 3], 10.0)
    line = trials.broke_off("SIGSEGV", 10.0 + SETTLED - 1)
    assert line and trials.left_out == {2: line}
    assert "playlist.2 (surge)" in line and "SIGSEGV" in line and f"{TRIES} times" in line


def test_one_that_ends_the_show_in_every_round_is_left_out_too() -> None:
    """A show that goes on with the entry before meanwhile, for as long as that stays."""
    trials, now = Trials(), 0.0
    for _ in range(TRIES):
        assert trials.left_out == {}
        trials.begin()
        trials.take([0, "tidal", 3], now)
        now += STAY
        trials.take([1, "surge", 3], now)
        trials.broke_off("SIGSEGV", now + 0.1)
        now += 10
    assert list(trials.left_out) == [1]


def test_what_was_on_show_for_long_or_gave_way_has_done_no_harm() -> None:
    trials = Trials()
    for _ in range(5):  # settled
        trials.begin()
        trials.take([0, "tidal", 2], 0.0)
        assert trials.broke_off("SIGKILL", SETTLED) is None
    for _ in range(5):  # early, and then it gives way to the other
        trials.begin()
        trials.take([0, "tidal", 2], 0.0)
        assert trials.broke_off("SIGKILL", 1.0) is None
        trials.begin()
        trials.take([0, "tidal", 2], 0.0)
        trials.take([1, "surge", 2], 10.0)
    assert trials.left_out == {}


def test_the_same_again_does_not_begin_again() -> None:
    trials = Trials()
    for _ in range(3):
        trials.begin()
        for hour in range(3):
            trials.take([0, "tidal", 2], hour * 3600.0)
        trials.broke_off("SIGKILL", 2 * 3600.0 + 1)
    assert trials.left_out == {}


def test_an_end_before_anything_was_tried_is_no_entrys() -> None:
    trials = Trials()
    trials.take([0, "tidal", 2], 0.0)
    for _ in range(5):
        trials.begin()
        assert trials.broke_off("exit status 1", 1.0) is None
    assert trials.left_out == {}


def test_where_all_would_be_left_out_none_is() -> None:
    trials, lines = Trials(), []
    for place in (0, 0, 1, 1, 2, 2, 0):
        trials.begin()
        trials.take([place, "any", 3], 0.0)
        lines.append(trials.broke_off("SIGSEGV", 1.0))
    assert [bool(line) for line in lines] == [False, True, False, True, False, True, False]
    assert trials.left_out == {}
    assert "no entry of the playlist is left out any more" in str(lines[5])
    assert "playlist.2 (any)" in str(lines[5]) and "SIGSEGV" in str(lines[5])


def test_a_single_entry_is_never_left_out_and_nothing_is_said_of_it() -> None:
    trials = Trials()
    for _ in range(5):
        trials.begin()
        trials.take([0, "only", 1], 0.0)
        assert trials.broke_off("SIGSEGV", 1.0) is None and trials.left_out == {}


def test_one_that_is_on_show_for_want_of_others_stays_left_out() -> None:
    """Whether it breaks off once more, and says no second line, or is on show for hours."""
    trials, lines = Trials(), []
    for stay in (1.0, 1.0, 1.0, 1.0, STAY, 1.0):
        trials.begin()
        if trials.left_out:
            trials.take([1, "broken", 2], 0.0)
        trials.take([0, "surge", 2], 0.0)
        lines.append(trials.broke_off("SIGSEGV", stay))
    assert [bool(line) for line in lines] == [False, True, False, False, False, False]
    assert trials.left_out == {0: lines[1]}


@pytest.mark.parametrize("said", [[], [1], [1, "a"], ["a", 1, 2], [1, "a", "b"], [1, "a", 2, 3]])
def test_what_is_no_entry_is_refused(said: list[object]) -> None:
    with pytest.raises(ValueError):
        Trials().take(said, 0.0)


def test_what_is_said_of_a_break_is_so() -> None:
    """The numbers in docs/safety.md are those of the parent."""
    text = (Path(__file__).parents[2] / "docs" / "safety.md").read_text()
    text = " ".join(text.split("## When it breaks off")[1].split())
    assert (SETTLED, GRACE, TRIES) == (60, 10, 2)
    for said in (
        "After a good run of a minute at once",
        f"after a pause of {SHORTEST_PAUSE:g} s, then {pause_after(2):g} s, and so on up to "
        f"{LONGEST_PAUSE:g} s",
        "your desktop",
        "after the second end within a minute of that entry it is left out until you begin the "
        "show anew, or until no other can be made",
        "none is left out any more",
        "it has ten seconds to close",
    ):
        assert said in text
