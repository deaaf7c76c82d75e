"""A door that has been quiet for long, or closes, forgets everybody who ever came through it."""

from contextlib import closing

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.inlet.adapters.adapter import load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.gate import EMPTY_STEPS, QUIET_STEPS, Gate, Mode
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.wire.send import Sender
from empathy_palettes.show.door import Door
from empathy_palettes.show.listening import Inlet, open_listener

LEFT = QUIET_STEPS + 1_000


class Hall:
    """A door with one port, for a device of anna's too; steps are taken where there is news."""

    def __init__(self, mode: Mode) -> None:
        self.notices, self.naming = Notices(), Naming()
        self.gate = Gate(mode, notices=self.notices)
        inlet = Inlet(adapter="emotion-split", people={"emotion-split": "anna"})
        adapters = {"emotion-split": load_adapter("emotion-split", Assets.discover())}
        self.port = open_listener(
            inlet.model_copy(update={"port": 0}),
            1,
            adapters,
            self.naming,
            self.notices,
            gate=self.gate,
        )
        self.door = Door(self.gate, self.naming, self.notices, [self.port])
        self.sender = Sender("127.0.0.1", self.port.socket.port)

    def say(self, step: int, *messages: bytes) -> list[int]:
        for message in messages:
            self.sender.send(message)
        self.door.collect(step)
        heard: list[int] = self.door.admit(step).samples["who"].tolist()
        return heard

    def close(self) -> None:
        self.sender.close()
        self.door.close()

    @property
    def adapted(self) -> Adapters:
        adapters = self.port.reader._adapters
        assert isinstance(adapters, Adapters)
        return adapters


@pytest.mark.parametrize("mode", ["attested", "explicit"])
def test_a_quarter_of_an_hour_of_silence_makes_strangers_of_all(mode: Mode) -> None:
    with closing(Hall(mode)) as hall:
        key = hall.naming.key
        yes = [encode(f"/empathy/{who}/consent", 1) for who in ("anna", "ben")]
        hall.say(0, *yes, encode("/empathy/ben/circle", "x"))
        hall.say(1, encode("/emotion/valence", 0.5), encode("/empathy/ben", 0.5, 0.5))
        hall.say(9)
        assert (hall.adapted.participants, hall.gate._registry.present_count) == (1, 2)
        hall.gate.forget(hall.gate._registry.number[hall.gate._registry.present])
        hall.say(9 + QUIET_STEPS - 10)
        assert hall.naming.key == key and len(hall.gate._registry) > 0
        hall.say(9 + QUIET_STEPS)
        assert hall.naming.key != key
        assert len(hall.gate._registry) == hall.adapted.participants == 0
        key = hall.naming.key
        hall.say(9 + 3 * QUIET_STEPS)
        assert hall.naming.key == key  # once is enough
        came = hall.say(9 + 3 * QUIET_STEPS, encode("/empathy/ben", 0.5, 0.5))
        assert came == ([2] if mode == "attested" else [])


@pytest.mark.parametrize(
    "still_sent",
    [
        encode("/empathy/cleo", 0.5, 0.5),
        encode("/empathy/cleo/consent", 0),
        encode("/emotion/valence", 0.5),  # anna's, whom the adapter refuses
    ],
)
def test_who_said_no_stays_out_for_as_long_as_their_device_sends(still_sent: bytes) -> None:
    with closing(Hall("attested")) as hall:
        hall.say(0, encode("/empathy/cleo/consent", 0), encode("/empathy/anna/consent", 0))
        for turn in range(1, 4):
            hall.say(turn * (QUIET_STEPS - 1), still_sent)
            hall.say(turn * (QUIET_STEPS - 1) + 1)
        assert hall.say(4 * (QUIET_STEPS - 1), encode("/empathy/cleo", 0.5, 0.5)) == []
        assert hall.notices.rejected["withdrawn"] >= 1


@pytest.mark.parametrize(
    "noise",
    [
        b"rubbish",
        encode("/another/program", 1.0),
        encode("/emotion/unknown", 1.0),
        encode("/empathy/stranger", 9.0, 0.5),  # outside the range
        encode("/empathy/stranger/consent", 7),
        encode("/empathy/stranger/word", "no word of ours"),
    ],
)
def test_what_is_nobody_s_word_keeps_no_key(noise: bytes) -> None:
    with closing(Hall("attested")) as hall:
        key = hall.naming.key
        hall.say(0, encode("/empathy/cleo/consent", 0))
        for step in range(60, QUIET_STEPS, 6_000):
            hall.say(step, noise)
        assert hall.naming.key == key and len(hall.gate._registry) == 1
        hall.say(QUIET_STEPS, noise)
        assert hall.naming.key != key and len(hall.gate._registry) == 0


def test_who_feels_something_in_vain_for_six_hours_keeps_it_no_longer() -> None:
    with closing(Hall("explicit")) as hall:
        key = hall.naming.key
        turns = range(0, EMPTY_STEPS, QUIET_STEPS - 1)
        for step in turns:
            hall.say(step, encode("/empathy/stranger", 0.5, 0.5))
            assert hall.naming.key == key
        hall.say(EMPTY_STEPS, encode("/empathy/stranger", 0.5, 0.5))
        assert hall.naming.key != key


def test_who_is_simulated_or_the_hand_is_here() -> None:
    with closing(Hall("explicit")) as hall:
        key = hall.naming.key
        hall.door.say(0.5, 0.5)
        hall.say(0)
        hall.say(LEFT)
        assert hall.naming.key == key
        hall.door.hush()
        hall.say(LEFT + 1)
        hall.say(LEFT + 1 + QUIET_STEPS)
        assert hall.naming.key != key


def test_when_it_closes_nothing_is_left() -> None:
    hall = Hall("attested")
    hall.say(0, encode("/emotion/valence", 0.5), encode("/empathy/ben", 0.5, 0.5))
    hall.say(9)
    name = hall.naming.digest(b"ben", Space.SENDER)
    assert hall.adapted.participants == 1
    hall.close()
    assert len(hall.gate._registry) == hall.adapted.participants == 0
    assert hall.naming.digest(b"ben", Space.SENDER) != name
