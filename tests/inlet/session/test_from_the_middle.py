"""A session that is read from its middle on: what comes then is what comes of it whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from empathy_palettes.inlet.sample import Samples
from empathy_palettes.inlet.session.reading import Read, Reading
from empathy_palettes.inlet.session.recorder import Recorder
from empathy_palettes.inlet.session.records import Chunk
from empathy_palettes.inlet.session.room import RecordRules
from empathy_palettes.inlet.session.session import open_session

from .recording import FILES, SALT, beginning, play, said_at, same


def staying(step: int) -> Samples:
    """What is said, but by those who have withdrawn."""
    samples = said_at(step)
    return samples[~np.isin(samples["who"], [3, 8])] if step >= 200 else samples


@pytest.mark.parametrize("hours", [1.0, 3 / 3600])
def test_from_any_second_on(tmp_path: Path, hours: float) -> None:
    path = tmp_path / "show.mcap"
    rules = RecordRules(least_free_gigabytes=0.0, hours_per_file=hours)
    show = Recorder(path, beginning(), FILES, salt=SALT, rules=rules)
    play(show, range(60 * 8 + 30), staying, withdrawn={200: [3], 201: [8]})
    show.close()
    with open_session(path) as session:
        assert len(session.parts) == (1 if hours == 1.0 else 3)
        whole = list(session.seconds_of())
        assert len(whole) == 9
        for start in range(0, 60 * 10, 37):
            found = list(session.seconds_of(start))
            wanted = [each for each in whole if each.step0 >= start // 60 * 60]
            assert [each.step0 for each in found] == [each.step0 for each in wanted]
            for one, other in zip(found, wanted, strict=True):
                assert same(one.samples, other.samples)
                assert one.withdrawn.keys() == other.withdrawn.keys()


def test_little_of_a_long_one_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "show.mcap"
    rules = RecordRules(least_free_gigabytes=0.0)
    show = Recorder(path, beginning(), FILES, salt=SALT, rules=rules)
    play(show, range(60 * 10))
    show.close()
    with open_session(path) as session:
        read: list[Chunk] = []
        chunk = Reading._chunk

        def counted(self: Reading, part: Chunk) -> Read:
            read.append(part)
            return chunk(self, part)

        monkeypatch.setattr(Reading, "_chunk", counted)
        assert len(list(session.seconds_of(60 * 8))) == 2
        assert len(read) == 3  # with that of its end
