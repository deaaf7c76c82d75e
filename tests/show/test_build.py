"""Every field of an installation reaches what it is for, on real sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.errors import MachineError
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.sample import Kind
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Installation
from empathy_palettes.show.loop import opened
from empathy_palettes.show.report import report
from empathy_palettes.show.stage import Stage

pytestmark = pytest.mark.gl

SIZE = (32, 18)


@contextmanager
def place(assets: Assets, **fields: Any) -> Iterator[Stage]:
    """A stage of an installation with these fields, that plays `follow`."""
    attested = {"mode": "attested", "statement": "a test", "minimum_group": 1}
    table = {"playlist": [{"preset": "follow"}], "consent": attested, **fields}
    installation = Installation.model_validate(table)
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(installation, None, assets, surface, size=SIZE, fade_in=False),
    ) as (stage, _):
        yield stage


def send(port: int, *messages: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for message in messages:
            sender.sendto(message, ("127.0.0.1", port))


def go(stage: Stage, step: int) -> None:
    stage.step(Tick(0, step, step), [])


def test_explicit_consent_lets_nobody_in_who_has_not_said_so(
    assets: Assets, free_port: int
) -> None:
    with place(assets, inlet=[{"port": free_port}], consent={"minimum_group": 1}) as stage:
        send(free_port, encode("/empathy/ann", 0.5, 0.5))
        go(stage, 1)
        assert stage.crowd.people.count == 0
        assert any("consent" in line for line in stage.door.notices.lines(1))
        send(free_port, encode("/empathy/ann/consent", 1), encode("/empathy/ann", 0.5, 0.5))
        go(stage, 2)
        assert stage.crowd.people.count == 1


def test_range_and_kind_of_each_inlet(assets: Assets, free_port: int) -> None:
    inlet = {"port": free_port, "range": [0, 10], "kind": "expression"}
    with place(assets, inlet=[inlet]) as stage:
        send(free_port, encode("/empathy/ann", 10.0, 2.5))
        go(stage, 1)
        people = stage.crowd.people
        assert (people.valence[0], people.arousal[0]) == (1.0, -0.5)
        assert people.kind[0] == Kind.EXPRESSION


def test_adapters_ask_the_gate_and_the_gate_knows_what_each_inlet_allows(
    assets: Assets, free_port: int
) -> None:
    inlet = {"port": free_port, "newcomers": 7, "adapter": "emotion-split"}
    with place(assets, inlet=[inlet], consent={"minimum_group": 1}) as stage:
        send(free_port, encode("/emotion/valence", 0.5))
        go(stage, 1)
        assert stage.door.notices.rejected == {"waiting for consent": 1}
        assert stage.door.gate._answers.newcomers._by_inlet == {1: 7}


def test_no_more_people_than_the_file_says(assets: Assets, free_port: int) -> None:
    crowd = {"max_people": 2}
    with place(assets, inlet=[{"port": free_port}], crowd=crowd) as stage:
        send(free_port, *(encode(f"/empathy/p{n}", 0.1, 0.1) for n in range(5)))
        go(stage, 1)
        assert stage.crowd.people.count == 2
        assert sum(stage.door.notices.rejected.values()) == 3


def test_who_falls_silent_leaves_and_comes_back_as_somebody_new(
    assets: Assets, free_port: int
) -> None:
    crowd = {"half_life": 1, "leave_after": 2}
    with place(assets, inlet=[{"port": free_port}], crowd=crowd) as stage:
        said = encode("/empathy/ann", 0.5, 0.5)
        send(free_port, said)
        go(stage, 1)
        assert stage.crowd.people.who[0] == 0
        go(stage, 200)
        assert stage.crowd.people.count == 0
        send(free_port, said)
        go(stage, 201)
        assert stage.crowd.people.who[0] == 1


def test_few_people_are_shown_but_no_number_about_them_is_told(
    assets: Assets, free_port: int
) -> None:
    consent = {"mode": "attested", "statement": "a test", "minimum_group": 3}
    with place(assets, inlet=[{"port": free_port}], consent=consent) as stage:
        send(free_port, *(encode(f"/empathy/p{n}", 0.75, 0.5) for n in range(2)))
        frame = stage.step(Tick(0, 240, 240), [])
        assert set(frame.signals) == {"count", "presence"}
        assert "valence" not in str(report(stage, []))
        assert not len(stage._view().modes) and stage._view().circles is None
        assert frame.pixels()[0, 0, 0] > 200, "the picture answers each of them"
        send(free_port, encode("/empathy/p3", 0.75, 0.5))
        frame = stage.step(Tick(1, 480, 240), [])
        assert frame.signals["valence"] == pytest.approx(0.75, abs=0.01)


def test_the_report_counts_what_came(assets: Assets, free_port: int) -> None:
    with place(assets, inlet=[{"port": free_port}]) as stage:
        send(free_port, *(encode(f"/empathy/p{n}", 0.1, 0.1) for n in range(7)), b"nonsense")
        for step in range(1, 4):
            go(stage, step)
        told = report(stage, [0.010, 0.020, 0.030])
    assert (told["datagrams"], told["accepted"], told["people"], told["frames"]) == (8, 7, 7, 3)
    assert told["frame_ms"] == {"p50": 20.0, "p95": 29.0, "p99": 29.8}
    assert sum(dict(told["rejected"]).values()) == 1  # type: ignore[call-overload]


def test_a_seed_is_the_simulated_people_s(assets: Assets) -> None:
    feelings = []
    for seed in (1, 1, 2):
        with place(assets, inlet=[], simulated={"people": 20}, seed=seed) as stage:
            go(stage, 240)
            feelings.append(stage.crowd.people.valence[:20].copy())
    assert np.array_equal(feelings[0], feelings[1])
    assert not np.array_equal(feelings[0], feelings[2])


def test_what_was_opened_is_closed_when_a_show_cannot_begin(assets: Assets, free_port: int) -> None:
    twice = [{"port": free_port}, {"port": free_port}]
    with pytest.raises(MachineError, match="in use"), place(assets, inlet=twice):
        pass
    with place(assets, inlet=[{"port": free_port}]):
        pass
