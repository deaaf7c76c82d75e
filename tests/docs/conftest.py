"""Reads the guides: their fenced blocks, their tables; and gathers a crowd to try them on."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from empathy_palettes.core.assets import builtin_root
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.sample import SAMPLE, Samples
from empathy_palettes.mapping.view import CrowdView

FENCED = re.compile(r"^```([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def text() -> Callable[[str], str]:
    """`text("presets.md")`: the whole guide."""
    return lambda guide: (builtin_root() / "docs" / guide).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def blocks(text: Callable[[str], str]) -> Callable[[str, str], list[str]]:
    """`blocks("presets.md", "toml")`: the texts of the blocks fenced with these words."""

    def blocks(guide: str, words: str) -> list[str]:
        found = [block[2] for block in FENCED.finditer(text(guide)) if block[1] == words]
        assert found, f"{guide} has no block {words}"
        return found

    return blocks


@pytest.fixture(scope="session")
def table(text: Callable[[str], str]) -> Callable[[str, str], list[list[str]]]:
    """`table("presets.md", "key")`: the cells of the one table whose first heading this is."""

    def table(guide: str, head: str) -> list[list[str]]:
        lines = FENCED.sub("", text(guide)).split("\n")
        starts = [number for number, line in enumerate(lines) if _cells(line)[:1] == [head]]
        assert len(starts) == 1, f"{guide} has {len(starts)} tables headed {head}"
        body = lines[starts[0] + 2 :]
        return [_cells(line) for line in body[: [*map(bool, body), False].index(False)]]

    return table


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")[1:-1]]


@pytest.fixture(scope="session")
def gathering() -> Callable[[int, int], tuple[Crowd, list[CrowdView]]]:
    """`gathering(40, 3)`: 40 people who spoke once, and every step of the 3 s since."""

    def gathering(people: int, seconds: int) -> tuple[Crowd, list[CrowdView]]:
        """A crowd with everything in it that can be said, and what it looked like at each step."""
        rng = np.random.default_rng(5)
        samples: Samples = np.zeros(people, SAMPLE)
        samples["who"] = np.arange(people)
        feelings = np.round(rng.normal((0.5, 0.3), 0.25, (people, 2)).clip(-1, 1) * 32) / 32
        samples["valence"], samples["arousal"] = feelings.T
        samples["dominance"] = np.where(np.arange(people) % 3, 0.5, np.nan)
        samples["weight"] = np.where(np.arange(people) % 2, 1.0, 0.5)
        samples["circle"] = np.arange(people) % 3
        crowd = Crowd(CrowdSettings(max_people=max(people, 8)))
        views = []
        for step in range(seconds * 60):
            crowd.step(step, samples if step == 0 else samples[:0], np.empty(0, np.uint32))
            views.append(
                CrowdView(crowd.reading, crowd.people, crowd.modes, step, circles=crowd.circles)
            )
        return crowd, views

    return gathering


@pytest.fixture(scope="session")
def views(gathering: Callable[[int, int], tuple[Crowd, list[CrowdView]]]) -> list[CrowdView]:
    """Three seconds of forty people."""
    return gathering(40, 3)[1]
