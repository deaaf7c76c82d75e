from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from empathy_palettes.cli.progress import in_bytes, progress
from empathy_palettes.core.clock import FixedClock, Tick


def terminal(*, real: bool) -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, force_terminal=real, width=120, legacy_windows=False), written


def test_a_terminal_sees_frames_rate_time_left_and_size() -> None:
    console, seen = terminal(real=True)
    seconds = 0.0
    done: list[Tick] = []

    def slow() -> Iterator[Tick]:
        nonlocal seconds
        for tick in FixedClock(30, 40):
            seconds += 0.25
            yield tick

    ticks = progress(
        slow(), 80, "film.mp4", lambda: 1_000_000 * len(done), console=console, now=lambda: seconds
    )
    for tick in ticks:
        done.append(tick)
    assert done == list(FixedClock(30, 40))
    last = seen.getvalue()[-400:]
    assert "film.mp4" in last and "40/80" in last
    assert "4.0 frames/s" in last
    assert "0:00:10" in last  # 40 frames at 4 a second
    assert "40.0 MB" in last


def test_nothing_else_sees_anything_nor_is_asked() -> None:
    console, seen = terminal(real=False)

    def size() -> int:
        raise AssertionError("nobody sees it")

    ticks = progress(FixedClock(30, 5), 5, "a", size, console=console)
    assert list(ticks) == list(FixedClock(30, 5))
    assert seen.getvalue() == ""


def test_a_name_is_shown_as_it_is() -> None:
    console, seen = terminal(real=True)
    list(progress(FixedClock(30, 2), 2, "[red]{task}.mp4", console=console))
    assert "[red]{task}.mp4" in seen.getvalue()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (12_400, "12 kB"),
        (3_440_000, "3.4 MB"),
        (340_000_000, "340 MB"),
        (1_234_000_000, "1.2 GB"),
        (5_000_000_000_000, "5.0 TB"),
    ],
)
def test_sizes_are_said_as_people_say_them(count: int, said: str) -> None:
    assert in_bytes(count) == said
