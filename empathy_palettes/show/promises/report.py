"""Puts verdicts on promises into words: lines for people, plain data for programs, a table.

Judges nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from .apart import Apart, Four
from .judge import Judged
from .verdict import Verdict

TABLE_HEAD = (
    "| preset | when rises | then | from … to | rank | visible | next signal | going back |",
    "|---|---|---|---|---|---|---|---|",
)
_UNITS = {"motion": " Hz"}


def lines(judged: Judged) -> list[str]:
    """Return what is to be said of one preset: a line for each promise, one for its crowds."""
    name = judged.name
    if judged.faults:
        return [f"{'fault':<8} {fault}" for fault in judged.faults]
    if not judged.verdicts:
        return [f"{'none':<8} {name}: promises nothing", _crowds(name, judged.four)]
    found = [_line(name, verdict) for verdict in judged.verdicts]
    return [*found, _crowds(name, judged.four)]


def _line(name: str, verdict: Verdict) -> str:
    promised = f"{verdict.when} {verdict.sign} {verdict.then}"
    figures = [
        _course(verdict),
        f"rank {verdict.rank:+.2f}",
        f"{verdict.effect:.1f} × what is visible",
        f"next {verdict.rival} {verdict.rival_share:.2f} of it",
        f"going back leaves {verdict.left:.0%}"
        + (f" (remembers: {verdict.memory})" if verdict.memory else ""),
    ]
    moved = ", ".join(f"{signal} {by:+.2f}" for signal, by in verdict.moved.items())
    if moved:
        figures.append(f"moved too: {moved}")
    why = "; ".join(verdict.broken)
    return (
        f"{'kept' if verdict.kept else 'broken':<8} {name}: {promised}"
        + (f": {why}" if why else "")
        + f" ({'; '.join(figures)})"
    )


def _course(verdict: Verdict) -> str:
    low, high = verdict.felt
    seen = f"{_number(verdict.low)} to {_number(verdict.high)}{_UNITS.get(verdict.then, '')}"
    return f"{verdict.when} {low:.2f} to {high:.2f}: {seen}"


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _crowds(name: str, four: Four | None) -> str:
    if four is None:
        return f"{'fault':<8} {name}: its crowds were not looked at"
    apart = ", ".join(f"{pair} {far:.1f}" for pair, far in four.distances.items())
    why = f": alike: {', '.join(four.alike)}" if four.alike else ""
    figures = f"{apart}; least {four.least:.1f}, it wanders {four.wandering:.1f} by itself"
    return f"{'kept' if four.differ else 'broken':<8} {name}: four crowds{why} ({figures})"


def apart_line(apart: Apart) -> str:
    """Return one line on how far two presets are from each other."""
    word = "kept" if apart.differ else "broken"
    return (
        f"{word:<8} {apart.one} and {apart.other}: {apart.apart:.1f} apart, "
        f"{apart.within:.1f} within the one that changes more"
    )


def as_data(judged: Iterable[Judged], apart: Sequence[Apart]) -> dict[str, Any]:
    """Return everything that was found, as plain data; numbers that are none as null."""
    found = {
        "presets": [
            {
                "preset": each.name,
                "path": each.path,
                "seed": each.seed,
                "kept": each.holds,
                "faults": list(each.faults),
                "promises": [asdict(v) | {"kept": v.kept} for v in each.verdicts],
                "crowds": asdict(each.four) | {"least": each.four.least, "kept": each.four.differ}
                if each.four
                else None,
            }
            for each in judged
        ],
        "apart": [asdict(each) | {"kept": each.differ} for each in apart],
    }
    plain = _plain(found)
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(float(value), 6) if math.isfinite(value) else None
    return value


def table(judged: Sequence[Judged]) -> list[str]:
    """Return the lines of a table of promises, in Markdown, by preset; of each, its worst seed."""
    rows = []
    names = sorted({each.name for each in judged})
    for name in names:
        seeds = [each for each in judged if each.name == name]
        for place in range(max(len(each.verdicts) for each in seeds)):
            rows.append(_row(name, [each.verdicts[place] for each in seeds if each.verdicts]))
    return [*TABLE_HEAD, *rows]


def _row(name: str, verdicts: Sequence[Verdict]) -> str:
    first = verdicts[0]
    last = f"remembers: {first.memory}" if first.memory else f"{max(v.left for v in verdicts):.0%}"
    cells = (
        f"`{name}`",
        first.when,
        f"{first.then} {'↑' if first.sign == '+' else '↓'}",
        f"{_number(first.low)} … {_number(first.high)}{_UNITS.get(first.then, '')}",
        f"{min(each.rank for each in verdicts):.2f}",
        f"{min(each.effect for each in verdicts):.1f} ×",
        _worst(verdicts),
        last if all(each.kept for each in verdicts) else f"{last} **broken**",
    )
    return f"| {' | '.join(cells)} |"


def _worst(verdicts: Sequence[Verdict]) -> str:
    worst = max(verdicts, key=lambda each: each.rival_share)
    return f"{worst.rival} {worst.rival_share:.2f}"
