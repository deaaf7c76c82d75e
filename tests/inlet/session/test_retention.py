"""Keys expire when their time has passed, and not because a clock says so."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.inlet.session.keytable import KeyTable, Name, Person
from empathy_palettes.inlet.session.retention import HOUR, Retention, about
from empathy_palettes.inlet.session.sealing import new_key

DAY = 24 * HOUR
KEEP = 12  # hours
YEAR = 365 * DAY
START = 4e9  # seconds of the wall clock


def table(folder: Path, now: float = START, keep: float = KEEP) -> Path:
    path = folder / f"show-{now:.0f}-{keep:.0f}.mcap.keys"
    with closing(KeyTable(path, about(now, keep))) as new:
        new.add([Person(1, Name(b"n" * 16, b"s" * 16), new_key())])
    return path


class World:
    """Time as it passes, and as a clock that may be set tells it; shows are begun and ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.true = START
        self.off = 0.0
        self.instant = 1000.0
        self.begin()

    @property
    def now(self) -> float:
        return self.true + self.off

    def begin(self) -> list[Path]:
        self.instant = 17.0  # a machine that has started again
        self.show = Retention(self.folder, KEEP, self.now, self.instant)
        return self.show.visit(self.now, self.instant)

    def runs(self, hours: float) -> list[Path]:
        purged = list[Path]()
        while hours > 0:
            passed = min(hours, 1.0) * HOUR
            self.true += passed
            self.instant += passed
            hours -= 1.0
            purged += self.show.visit(self.now, self.instant)
        return purged

    def is_off(self, hours: float) -> list[Path]:
        self.true += hours * HOUR
        return self.begin()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_keys_go_after_their_time_and_not_before(tmp_path: Path, world: World) -> None:
    path = table(tmp_path)
    assert world.runs(KEEP - 1) == []
    with closing(KeyTable(path)) as kept:
        assert kept.keys()
    assert world.runs(2) == [path]
    with closing(KeyTable(path)) as kept:
        assert kept.keys() == {} and kept.salts() == ()
    assert world.runs(2) == []  # once


def test_time_without_shows_counts_once_the_clock_has_gone_evenly(
    tmp_path: Path, world: World
) -> None:
    path = table(tmp_path)
    world.runs(1)
    assert world.is_off(KEEP) == []
    assert world.runs(0.5) == []
    assert world.runs(1) == [path]


def test_each_is_kept_for_as_long_as_was_said_when_it_was_recorded(
    tmp_path: Path, world: World
) -> None:
    """Whatever the rules are of a show that runs there later."""
    short, longer = table(tmp_path, keep=KEEP / 2), table(tmp_path, keep=2 * KEEP)
    assert world.runs(KEEP / 2 + 1) == [short]
    assert world.runs(KEEP) == []
    assert world.runs(KEEP / 2) == [longer]


def test_half_hours_of_shows_add_up(tmp_path: Path, world: World) -> None:
    path = table(tmp_path)
    purged = list[Path]()
    for _ in range(5):
        purged += world.is_off(3.5)
        purged += world.runs(0.5)
    assert purged == [path] and world.true - START <= (KEEP + 2 * 4) * HOUR


def test_a_jump_forward_purges_nothing(tmp_path: Path, world: World) -> None:
    table(tmp_path)
    world.runs(1)
    world.off = 10 * YEAR
    assert world.runs(KEEP - 3) == []


def test_nor_does_a_clock_that_was_wrong_when_a_show_began_and_was_set(
    tmp_path: Path, world: World
) -> None:
    table(tmp_path)
    world.runs(1)
    world.off = 10 * YEAR
    world.is_off(1)
    assert world.runs(0.5) == []
    world.off = 0.0
    assert world.runs(KEEP - 4) == []


def test_a_jump_back_keeps_nothing_longer(tmp_path: Path, world: World) -> None:
    path = table(tmp_path)
    world.runs(1)
    world.off = -10 * YEAR
    assert world.runs(KEEP - 2) == []
    world.is_off(0)
    assert world.runs(2) == [path]


def test_a_jump_in_a_files_first_hour_is_not_believed(tmp_path: Path, world: World) -> None:
    table(tmp_path)
    world.runs(0.25)
    world.off = YEAR
    assert world.runs(KEEP - 2) == []


def test_a_clock_that_is_set_in_a_shows_first_hour_is_believed(
    tmp_path: Path, world: World
) -> None:
    """Small machines keep no time while they are off: they ask for it once they are on."""
    path = table(tmp_path)
    world.runs(1)
    world.off = -KEEP * HOUR
    world.is_off(KEEP)
    assert world.runs(0.25) == []
    world.off = 0.0
    assert world.runs(0.75) == []
    assert world.runs(1) == [path]


def test_two_shows_do_not_count_twice(tmp_path: Path, world: World) -> None:
    path = table(tmp_path)
    other = World(tmp_path)
    for _ in range(KEEP - 1):
        assert world.runs(1) == [] and other.runs(1) == []
    assert world.runs(2) == [path]


def test_what_is_being_written_is_counted_and_kept(tmp_path: Path, world: World) -> None:
    path = table(tmp_path)
    world.true += 2 * KEEP * HOUR
    world.instant += 2 * KEEP * HOUR
    assert world.show.visit(world.now, world.instant, (path,)) == []
    assert world.runs(0.1) == [path]


def test_what_is_no_table_is_passed_over(tmp_path: Path, world: World) -> None:
    (tmp_path / "a.mcap.keys").write_bytes(b"no table")
    path = table(tmp_path)
    assert world.runs(KEEP + 1) == [path]


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["runs", "off", "jump"]), st.integers(-6, 6)), max_size=8)
)
def test_never_too_early_while_shows_run_and_never_much_too_late(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, int]]
) -> None:
    """Whatever a clock does while a show runs: it is right when one begins, and when it ends."""
    folder = tmp_path_factory.mktemp("shows")
    world = World(folder)
    path = table(folder)
    purged = False
    for what, hours in story:
        if what == "jump":
            gone = world.runs(2)
            world.off = hours * HOUR
            gone += world.runs(1)
        elif what == "off":
            world.off = 0.0
            gone = world.runs(2) + world.is_off(abs(hours))
        else:
            gone = world.runs(abs(hours))
        if gone:
            purged = True
            assert world.true - START >= (KEEP - 1) * HOUR
    world.off = 0.0
    world.runs(2)
    world.is_off(0)
    world.runs(2)
    with closing(KeyTable(path)) as kept:
        late = world.true - START >= (KEEP + 2) * HOUR
        assert bool(kept.keys()) == (not purged and "purged" not in kept.about())
        assert not late or not kept.keys()
