"""A long session that is entered late: who was here, what was on show, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.command import Command
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show import seeking
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.handover import BEGINNING
from empathy_palettes.show.loop import opened
from empathy_palettes.show.recorded import opened_session
from empathy_palettes.show.stage import Stage

from .replays import SIZE, live, place

pytestmark = [pytest.mark.gl, pytest.mark.soak]  # a show is lived through, again and again

LAST, FROM = 664, 630  # steps of the show, and the one to be seen
LEAD = 300
COMMANDS = {  # by frame, of two steps each
    25: [Command("blackout")],
    50: [Command("blackout"), Command("next")],
    125: [Command("previous"), Command("blackout")],
    240: [Command("blackout")],
    260: [Command("blackout")],
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "long.mcap"
    ticks = [Tick(index, 2 * (index + 1), 2) for index in range(LAST // 2)]
    live(place(people=20), Assets.discover(), path, ticks, COMMANDS)
    return path


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds are long."""
    monkeypatch.setattr(seeking, "FAR_STEPS", 300)
    monkeypatch.setattr(seeking, "LEAD_STEPS", LEAD)


@contextmanager
def shown(path: Path, start: int, *, own: bool = True) -> Iterator[Stage]:
    """The stage of a session at step `FROM`, entered for `start`."""
    with opened_session(path, Assets.discover()) as recorded:
        installation = recorded.installation
        if not own:
            installation = installation.model_copy(update={"seed": 9})
        with opened(
            Headless(),
            [],
            OutletContext(SIZE),
            lambda surface: open_stage(
                installation,
                recorded.owner,
                recorded.assets,
                surface,
                size=SIZE,
                session=recorded.session,
                own=own,
                start=start,
            ),
        ) as (stage, _):
            stage.step(Tick(0, FROM, FROM), [])
            yield stage


def feelings(stage: Stage) -> dict[int, tuple[float, float, int]]:
    """What each feels, and when they said so."""
    people = stage.crowd.people
    slots = people.slots()
    columns = (people.who, people.valence, people.arousal, people.said)
    rows = zip(*(column[slots].tolist() for column in columns), strict=True)
    return {who: (valence, arousal, said) for who, valence, arousal, said in rows}


@pytest.mark.soak
@pytest.mark.parametrize("own", [True, False])
def test_entered_late_a_show_stands_as_it_did(session: Path, soon: None, own: bool) -> None:
    with shown(session, 0, own=own) as exact:
        want = feelings(exact)
        standing, age = exact.standing, exact.programme.scene.steps
        reading, step = dict(exact.crowd.reading), exact.crowd.current_step
        picture = exact.step(Tick(1, FROM + 1, 1), []).pixels().astype(int)
    with shown(session, FROM, own=own) as late:
        got = feelings(late)
        assert late.frames == 1
        assert late.standing == standing
        assert late.programme.scene.steps == age
        assert late.crowd.current_step == step
        assert late.crowd.reading["valence"] == pytest.approx(reading["valence"], abs=0.02)
        other = late.step(Tick(1, FROM + 1, 1), []).pixels().astype(int)
    assert got == want
    assert standing.dark is own
    assert np.abs(picture - other).mean() < 12


def test_only_what_is_far_on_is_entered_late(session: Path) -> None:
    with opened_session(session, Assets.discover()) as recorded:
        for start in (0, FROM, seeking.FAR_STEPS):
            found = seeking.entrance(
                recorded.session, recorded.installation, BEGINNING, start, own=True
            )
            assert found is None


def test_the_silence_of_people_counts(session: Path, soon: None) -> None:
    """Whoever fell silent before is dated back, and leaves when they would have left."""
    with opened_session(session, Assets.discover()) as recorded:
        installation = recorded.installation
        enter = seeking.entrance(recorded.session, installation, BEGINNING, FROM, own=True)
        assert enter is not None
        assert enter.step == FROM - LEAD
        last: dict[int, int] = {}
        for second in recorded.session.seconds_of():
            for who, step in zip(
                second.samples["who"].tolist(), second.samples["step"].tolist(), strict=True
            ):
                if step < enter.step:
                    last[who] = step
        assert (
            dict(zip(enter.before["who"].tolist(), enter.before["step"].tolist(), strict=True))
            == last
        )
        short = installation.model_copy(
            update={"crowd": installation.crowd.model_copy(update={"leave_after": 1.0})}
        )
        enter = seeking.entrance(recorded.session, short, BEGINNING, FROM, own=True)
        assert enter is not None
        here = {who for who, step in last.items() if step >= enter.step - 60}
        assert set(enter.before["who"].tolist()) == here


def test_an_entry_of_another_show_is_found_by_the_clock(session: Path, soon: None) -> None:
    with opened_session(session, Assets.discover()) as recorded:
        enter = seeking.entrance(
            recorded.session, recorded.installation, BEGINNING, FROM, own=False
        )
    assert enter is not None
    assert (enter.place, enter.age) == ((FROM - LEAD) // 300, (FROM - LEAD) % 300)
    assert not enter.script
