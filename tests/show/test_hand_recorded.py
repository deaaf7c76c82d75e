"""The hand at the machine, in a recording: a person as any other, at the level they agreed to."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.command import Command
from empathy_palettes.inlet.session.format import KEYS
from empathy_palettes.inlet.session.session import open_session
from empathy_palettes.show.stage import Stage

from .replays import again, live, place

FRAMES = 100
TICKS = [Tick(index, 2 * (index + 1), 2) for index in range(FRAMES)]
FEELS = {10: [Command("feel", (0.75, -0.5))], 40: [Command("feel", (-0.5, 0.25))]}


@pytest.mark.parametrize("level", [1, 2])
def test_the_hand_is_recorded_at_its_level_and_felt_again(tmp_path: Path, level: int) -> None:
    path = tmp_path / "hand.mcap"
    installation = place("palette", people=0)
    consent = installation.consent.model_copy(update={"level": level})
    installation = installation.model_copy(update={"consent": consent})
    hashes = live(installation, Assets.discover(), path, TICKS, FEELS)
    with open_session(path) as session:
        rows = [row for second in session.seconds_of() for row in second.samples]
        assert (session.people, session.simulated, session.erased) == (1, 0, 0)
        assert {int(row["consent"]) for row in rows} == {1}  # a hand agrees to no more
        felt = [(float(row["valence"]), float(row["arousal"])) for row in rows]
    assert (0.75, -0.5) in felt and (-0.5, 0.25) in felt
    for file in (path, path.with_name(path.name + KEYS)):
        assert b"hand" not in file.read_bytes().replace(b"hand.mcap", b"")
    alone: list[bool] = []

    def seen(stage: Stage) -> None:
        people = stage.crowd.people
        alone.extend(people.alone[people.slots()].tolist())

    assert again(path, Assets.discover(), seen=seen)[0] == hashes
    assert alone and not any(alone)


def test_a_hand_that_leaves_is_erased(tmp_path: Path) -> None:
    path = tmp_path / "left.mcap"
    commands = {**FEELS, 70: [Command("feel", ())]}
    live(place("palette", people=0), Assets.discover(), path, TICKS, commands)
    with open_session(path) as session:
        assert session.erased == 1
        assert not any(len(second.samples) for second in session.seconds_of())
    _, notes = again(path, Assets.discover())
    assert any("one person said has been erased" in note for note in notes)
