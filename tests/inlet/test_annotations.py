"""Annotations become the crowd that their rows describe, and a wrong row is told by its line."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.errors import ConfigError
from empathy_palettes.inlet.annotations import AnnotationPlayer, Annotator, load, timeline
from empathy_palettes.inlet.osc import Message, decode

HEADER = "start,end,character,arousal,valence,direction,emotion,oncue,offcue\n"
ANNA = HEADER + (
    "1.0,3.0,A,HIGH,POS,SELF,JOY,,\n"
    "2.0,4.0,B,LOW,POS,OTHER,,VERBAL,\n"
    "2.5,4.0,C,,NEG,,SADNESS,,\n"
    "5.0,6.0,A,LOW,,,,,\n"
)
BEN = HEADER + "0.0,2.0,A,,NEG,,,,\n"
NAN = float("nan")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ben.csv").write_text(BEN, encoding="utf-8")
    (tmp_path / "anna.csv").write_text(ANNA, encoding="utf-8")
    (tmp_path / "README.md").write_text("not an observer", encoding="utf-8")
    return tmp_path


def test_one_file_is_one_observer(folder: Path) -> None:
    anna, ben = load(folder)
    assert (anna.name, ben.name) == ("anna", "ben")
    assert anna.start.tolist() == [1.0, 2.0, 2.5, 5.0]
    assert anna.end.tolist() == [3.0, 4.0, 4.0, 6.0]
    assert np.array_equal(anna.valence, [1.0, 1.0, -1.0, NAN], equal_nan=True)
    assert np.array_equal(anna.arousal, [1.0, -1.0, NAN, -1.0], equal_nan=True)


def test_a_spreadsheet_s_mark_in_front_is_read_over(folder: Path) -> None:
    plain = load(folder)[0]
    (folder / "anna.csv").write_text(ANNA, encoding="utf-8-sig")
    assert load(folder)[0].start.tolist() == plain.start.tolist()


def test_the_timeline_is_the_mean_over_what_is_under_way(folder: Path) -> None:
    valence, arousal = timeline(load(folder), np.array([0.0, 1.0, 2.0, 2.5, 3.0, 4.0, 5.5, 6.0]))
    nobody = [NAN] * 8
    expected = [NAN, 1.0, 1.0, 1 / 3, 0.0, NAN, NAN, NAN]
    assert np.allclose(valence, [expected, [-1.0, -1.0, *nobody[2:]]], equal_nan=True)
    expected = [NAN, 1.0, 0.0, 0.0, -1.0, NAN, -1.0, NAN]
    assert np.allclose(arousal, [expected, nobody], equal_nan=True)


LEVELS = st.sampled_from([-1.0, 1.0, NAN])
EPISODES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 20), LEVELS, LEVELS).map(
        lambda row: (row[0] / 4, (row[0] + row[1]) / 4, row[2], row[3])
    ),
    max_size=12,
)


@given(EPISODES, st.lists(st.integers(-4, 64).map(lambda quarter: quarter / 4), max_size=10))
def test_the_timeline_agrees_with_counting_by_hand(
    episodes: list[tuple[float, float, float, float]], seconds: list[float]
) -> None:
    columns = np.array(episodes, np.float64).reshape(-1, 4).T
    found = timeline([Annotator("a", *columns)], np.array(seconds, np.float64))
    for axis, values in ((2, found.valence[0]), (3, found.arousal[0])):
        for second, value in zip(seconds, values.tolist(), strict=True):
            now = [row[axis] for row in episodes if row[0] <= second < row[1]]
            said = [level for level in now if level == level]
            assert value == pytest.approx(sum(said) / len(said) if said else NAN, nan_ok=True)


def played(player: AnnotationPlayer, step: int) -> list[Message]:
    rejected = Counter[str]()
    messages = [one for datagram in player.advance(step) for one in decode(datagram, rejected)]
    assert not rejected
    return messages


def test_a_player_consents_first_and_sends_only_what_is_seen(folder: Path) -> None:
    player = AnnotationPlayer(folder, rate=5.0)
    assert player.steps == 361
    by_second: dict[int, Counter[Message]] = {}
    for step in range(player.steps):
        messages = played(player, step)
        if step == 0:
            assert messages[:2] == [Message(f"/empathy/{n}/consent", (1,)) for n in ("anna", "ben")]
            messages = messages[2:]
        by_second.setdefault(step // 60, Counter()).update(messages)
    ben = Message("/empathy/ben/valence", (-1.0,))
    # Five times a second, and once more where it changes between two turns.
    assert by_second[0] == {ben: 6}
    assert by_second[1] == {ben: 5, Message("/empathy/anna", (1.0, 1.0)): 6}
    third = np.float32(1 / 3).item()
    assert set(by_second[2]) == {
        Message("/empathy/anna", (1.0, 0.0)),
        Message("/empathy/anna", (third, 0.0)),
    }
    assert sum(by_second[2].values()) == 7
    assert by_second[3] == {Message("/empathy/anna", (0.0, -1.0)): 6}
    assert by_second[4] == {}
    assert by_second[5] == {Message("/empathy/anna/arousal", (-1.0,)): 6}


def test_speed_is_of_the_film_not_of_the_sends(folder: Path) -> None:
    player = AnnotationPlayer(folder, speed=2.0, rate=10.0)
    assert player.steps == 181
    messages = [message for step in range(30) for message in played(player, step)]
    said = Counter(message.address for message in messages if len(message.args) != 1)
    assert said == {}  # anna begins in the film's second 1, half a second in
    messages = [message for step in range(30, 60) for message in played(player, step)]
    assert Counter(message.address for message in messages) == {
        "/empathy/anna": 6,  # its turns, and the change it begins with
        "/empathy/ben/valence": 5,
    }


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        HEADER + "x,2,,,,,,,\n3,2,,,,,,,\n1,2,,MEDIUM,POS,,,,\n1\n", encoding="utf-8"
    )
    (tmp_path / "b.csv").write_text("start,end,valence\n1,2,POS\n", encoding="utf-8")
    (tmp_path / "c.csv").write_bytes(b"\xff\xfe")
    (tmp_path / "d.csv").mkdir()
    (tmp_path / ("e" * 65 + ".csv")).write_text(HEADER, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    told = [(Path(f.file).name[:5], f.where, f.problem) for f in caught.value.faults]
    assert told == [
        ("a.csv", "line 2", "start 'x'"),
        ("a.csv", "line 3", "ends at 2, before it starts"),
        ("a.csv", "line 4", "arousal 'MEDIUM'"),
        ("a.csv", "line 5", "end ''"),
        ("b.csv", "line 1", "no column 'arousal'"),
        ("c.csv", "", "not CSV in UTF-8"),
        ("d.csv", "", "Is a directory"),
        ("eeeee", "", "the file's name cannot be a participant's"),
    ]


def test_a_folder_without_observers(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no \.csv file"):
        load(tmp_path)
    with pytest.raises(ConfigError, match=r"no \.csv file"):
        AnnotationPlayer(tmp_path / "missing")


def test_an_observer_who_saw_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER, encoding="utf-8")
    player = AnnotationPlayer(tmp_path)
    assert player.steps == 1
    assert [message.address for message in played(player, 0)] == ["/empathy/a/consent"]
    assert played(player, 11) == []


@pytest.mark.parametrize(("speed", "rate"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (NAN, 1.0)])
def test_impossible_paces(folder: Path, speed: float, rate: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        AnnotationPlayer(folder, speed, rate)
