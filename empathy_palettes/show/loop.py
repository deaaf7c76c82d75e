"""The only loop in the project, and the order in which what it needs is opened and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from ..core.clock import Tick
from ..outlet.contract import Outlet, OutletContext, Surface
from .stage import Stage


def run(stage: Stage, clock: Iterable[Tick], outlets: Sequence[Outlet]) -> None:
    """Take `stage` through the ticks of `clock` and show each frame everywhere.

    A live show, a test and an export differ by clock and outlets, and by nothing else.
    """
    for tick in clock:
        commands = [command for outlet in outlets for command in outlet.poll()]
        frame = stage.step(tick, commands)
        for outlet in outlets:
            outlet.present(frame, tick)
        if stage.done:
            break


@contextmanager
def opened(
    surface: Surface,
    others: Sequence[Outlet],
    context: OutletContext,
    make_stage: Callable[[Surface], Stage],
) -> Iterator[tuple[Stage, list[Outlet]]]:
    """Open the surface, the stage on its GL context, then the other outlets; close in reverse."""
    with ExitStack() as stack:
        surface.open(context)
        stack.callback(surface.close)
        stage = make_stage(surface)
        stack.callback(stage.close)
        for outlet in others:
            outlet.open(context)
            stack.callback(outlet.close)
        yield stage, [surface, *others]
