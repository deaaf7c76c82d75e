"""Adapters at work: the traps of real senders, each met with the bytes that spring it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.config import parse
from empathy_palettes.core.words import WORDS
from empathy_palettes.inlet.adapters.adapter import Adapter, load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters, Taken
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Message, encode
from empathy_palettes.inlet.reasons import Reason

from .conftest import ELSEWHERE, HALF, HOST, KEY, Inlet, floats, xy

Listening = Callable[..., Inlet]


def adapter(**keys: object) -> Adapter:
    """An adapter of the tests' own."""
    told = {"title": "-", "about": "-", "rating": "A", "evidence": ["-"], "kind": "model"}
    return parse({"id": "own", **told, **keys}, Adapter, "own.toml")


# Ports collide: several programs use the same one.


def test_several_share_a_port(listening: Listening) -> None:
    inlet = listening("brainflow-vrc", "vrc-heartrate", "vrcft")
    inlet.hear(
        0,
        b"/avatar/parameters/osc_focus_avg\0\0\0\0,f\0\0" + HALF,
        b"/avatar/parameters/HeartRateInt\0,i\0\0\0\0\0\x46",
        b"/avatar/parameters/v2/SmileSad\0\0,f\0\0" + HALF,
        b"/avatar/parameters/VelocityX\0\0\0\0,f\0\0" + HALF,
    )
    assert inlet.adapters.taken == {"brainflow-vrc": 2, "vrc-heartrate": 1, "vrcft": 1}
    assert not inlet.notices.rejected  # VRChat has many parameters that are nobody's


def test_a_label_goes_to_whoever_knows_it(listening: Listening) -> None:
    for order in (("label", "emotion-split"), ("emotion-split", "label")):
        inlet = listening(*order)
        inlet.hear(0, b"/emotion/valence\0\0\0\0,f\0\0" + HALF)
        inlet.hear(0, b"/emotion/happy\0\0,f\0\0" + HALF)
        assert inlet.adapters.taken == {"label": 1, "emotion-split": 1}


def test_what_is_nobodys_is_counted(listening: Listening) -> None:
    inlet = listening("touchosc", "wekinator")
    said = inlet.hear(0, b"/muse/eeg\0\0\0,f\0\0" + HALF, b"/1/fader9\0\0\0,f\0\0" + HALF)
    assert len(said) == 0
    assert inlet.notices.rejected == {Reason.UNKNOWN_ADDRESS: 2}
    assert inlet.adapters.find("/1/fader1") == Taken("touchosc", "/1/fader1")
    assert inlet.adapters.find("/wek/outputs") == Taken("wekinator", "/wek/outputs")
    assert inlet.adapters.find("/accxyz") == Taken("touchosc", "/accxyz")
    assert inlet.adapters.find("/muse/eeg") is None


# Few senders carry an id.


def test_machines_and_devices_are_told_apart(listening: Listening) -> None:
    inlet = listening("touchosc")
    said = inlet.hear(0, xy(0.75, 0.5))
    other = inlet.hear(1, xy(0.25, 0.5), host=ELSEWHERE)
    assert tuple(said.name[0]) == inlet.who("touchosc")
    assert tuple(other.name[0]) == inlet.who("touchosc", host=ELSEWHERE)
    inlet = listening("open-stage-control")
    said = inlet.hear(0, b"/feel/a\0,ff\0" + HALF * 2, b"/feel/b\0,ff\0" + HALF * 2)
    assert {tuple(name) for name in said.name} == {
        inlet.who("open-stage-control", "a"),
        inlet.who("open-stage-control", "b"),
    }


def test_a_device_can_be_somebody_who_sends(listening: Listening) -> None:
    inlet = listening("emotibit", "touchosc", people={"0": "anna", "touchosc": "ben"})
    said = inlet.hear(0, b"/EmotiBit/0/HR\0\0,f\0\0\x42\x70\0\0", xy(0.75, 0.5))
    assert {tuple(name) for name in said.name} == {
        inlet.naming.digest(b"anna", Space.SENDER),
        inlet.naming.digest(b"ben", Space.SENDER),
    }


def test_another_key_makes_strangers(listening: Listening) -> None:
    naming, notices = Naming(KEY), Notices()
    chosen = load_adapter("touchosc", Assets([builtin_root()]))
    adapters = Adapters([chosen], naming, notices)
    pad = [(Message("/1/xy1", (0.75, 0.5)), HOST)]
    before = adapters.read(pad, 0)
    naming.turn()
    adapters.forget()
    assert adapters.participants == 0
    after = adapters.read(pad, 3)
    assert tuple(before.name[0]) != tuple(after.name[0])


def test_a_device_of_a_long_name_is_nobody(listening: Listening) -> None:
    inlet = listening("open-stage-control")
    said = inlet.hear(0, encode("/feel/" + "a" * 65, 0.5, 0.5))
    assert len(said) == 0 and inlet.notices.rejected == {Reason.NAME: 1}


# Senders that say one thing at a time.


def shape(name: bytes, value: float) -> bytes:
    return b"/VMC/Ext/Blend/Val\0\0,sf\0" + name + bytes(4 - len(name) % 4) + floats(value)


APPLY = b"/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0"


def test_a_frame_counts_when_it_is_whole(listening: Listening) -> None:
    inlet = listening("vmc")
    assert len(inlet.hear(0, shape(b"Joy", 1.0))) == 0
    assert len(inlet.adapters.due(30)) == 0
    (joy,) = inlet.hear(31, APPLY).valence
    assert joy == pytest.approx(0.76)
    assert len(inlet.hear(60, shape(b"Joy", 0.0), shape(b"Angry", 1.0))) == 0
    said = inlet.hear(61, APPLY)
    assert said.valence[0] == pytest.approx(-0.51)
    assert said.word[0] == WORDS["anger"].index
    assert len(inlet.hear(90, APPLY)) == 0  # nothing since


def test_one_field_after_another_comes_together(listening: Listening) -> None:
    inlet = listening("emotion-split")
    first = inlet.hear(0, b"/emotion/valence\0\0\0\0,f\0\0" + HALF)
    assert first.valence[0] == 0.5 and math.isnan(first.arousal[0])
    assert len(inlet.hear(1, b"/emotion/arousal\0\0\0\0,f\0\0" + HALF)) == 0  # too soon
    assert len(inlet.adapters.due(2)) == 0
    both = inlet.adapters.due(3)
    assert (both.valence[0], both.arousal[0]) == (0.5, 0.5)
    assert len(inlet.adapters.due(6)) == 0


def test_nobody_speaks_more_than_20_times_a_second(listening: Listening) -> None:
    inlet = listening("touchosc")
    told = []
    for step in range(61):
        said = inlet.hear(step, xy(step / 64, 0.5), xy(step / 64, 0.5))
        told += [step] * len(said)
    assert len(told) == 21 and min(b - a for a, b in pairwise(told)) == 3


def test_what_is_not_sent_again_goes_stale(listening: Listening) -> None:
    inlet = listening("emotion-split")
    inlet.hear(0, b"/emotion/valence\0\0\0\0,f\0\0" + HALF)
    said = inlet.hear(300, b"/emotion/arousal\0\0\0\0,f\0\0" + HALF)
    assert said.valence[0] == 0.5
    said = inlet.hear(303, b"/emotion/arousal\0\0\0\0,f\0\0" + HALF)
    assert math.isnan(said.valence[0]) and said.arousal[0] == 0.5


# Types and numbers.


@pytest.mark.parametrize(
    ("value", "valence"),
    [
        (b",i\0\0\0\0\0\x01", 1.0),
        (b",f\0\0" + HALF, 0.5),
        (b",d\0\0\x3f\xe0\0\0\0\0\0\0", 0.5),
        (b",h\0\0\0\0\0\0\0\0\0\x01", 1.0),
        (b",T\0\0", 1.0),
        (b",F\0\0", 0.0),
    ],
)
def test_numbers_of_any_type(listening: Listening, value: bytes, valence: float) -> None:
    said = listening("va-flat").hear(0, b"/valence\0\0\0\0" + value)
    assert said.valence[0] == valence


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"/valence\0\0\0\0,f\0\0\x7f\xc0\0\0", Reason.NOT_A_NUMBER),
        (b"/valence\0\0\0\0,I\0\0", Reason.NOT_A_NUMBER),
        (b"/valence\0\0\0\0,f\0\0" + floats(1.5), Reason.RANGE),
        (b"/valence\0\0\0\0,s\0\0half\0\0\0\0", Reason.VALUES),
        (b"/valence\0\0\0\0,\0\0\0", Reason.VALUES),
        (b"/va\0,f\0\0" + HALF, Reason.VALUES),
        (b"/va\0,ff\0" + HALF + floats(-2), Reason.RANGE),
        (b"/emotion\0\0\0\0,s\0\0joyy\0\0\0\0", Reason.WORD),
        (b"/emotion\0\0\0\0,f\0\0" + HALF, Reason.VALUES),
    ],
)
def test_what_says_nothing_is_counted(listening: Listening, packet: bytes, reason: Reason) -> None:
    inlet = listening("va-flat")
    assert len(inlet.hear(0, packet)) == 0
    assert inlet.notices.rejected == {reason: 1}
    assert len(inlet.notices.lines(0)) == 1


def test_as_many_samples_as_were_waiting(listening: Listening) -> None:
    own = adapter(
        message=[{"address": "/eda", "into": "eda", "take": "mean", "range": [0, 10]}],
        arousal={"terms": {"eda": 1}},
    )
    inlet = listening(own)
    one = inlet.hear(0, b"/eda\0\0\0\0,f\0\0" + floats(6))
    four = inlet.hear(3, b"/eda\0\0\0\0,ffff\0\0\0" + floats(2, 4, 6, 8))
    some = inlet.hear(6, b"/eda\0\0\0\0,ff\0" + floats(math.nan, 7.5))
    assert [float(said.arousal[0]) for said in (one, four, some)] == pytest.approx([0.2, 0, 0.5])


def test_the_last_band_is_the_one_that_is_meant(listening: Listening) -> None:
    inlet = listening("openbci-gui")
    band = b"/openbci/average-band-power/3\0\0\0,ffff\0\0\0"
    inlet.hear(0, band + floats(0.9, 0.9, 0.9, 0.1))
    said = inlet.hear(600, band + floats(0.1, 0.1, 0.1, 0.5))
    assert said.arousal[0] > 0.5


def test_minus_one_means_that_there_is_none(listening: Listening) -> None:
    inlet = listening("emotiv-bci")
    said = inlet.hear(0, b"/met/exc\0\0\0\0,f\0\0" + floats(0.75), b"/met/rel\0\0\0\0,f\0\0" + HALF)
    assert said.arousal[0] == pytest.approx(0.35)
    said = inlet.hear(3, b"/met/exc\0\0\0\0,f\0\0" + floats(-1))
    assert said.arousal[0] == pytest.approx(0.0)  # relaxation alone, half of it
    assert len(inlet.hear(6, b"/met/rel\0\0\0\0,f\0\0" + floats(-1))) == 0
    assert not inlet.notices.rejected


@pytest.mark.parametrize("message", [{"at": {"v": 0}}, {"into": "v", "take": 0}])
def test_a_sign_for_none_is_one_in_every_place(
    listening: Listening, message: dict[str, object]
) -> None:
    kept = {"address": "/v", "missing": [-1]}
    own = adapter(message=[{**kept, **message}], valence={"terms": {"v": 1}})
    inlet = listening(own)
    assert len(inlet.hear(0, b"/v\0\0,ff\0" + floats(0.5, -1))) == 1
    assert len(inlet.hear(3, b"/v\0\0,ff\0" + floats(-1, 0.5))) == 0
    assert not inlet.notices.rejected


def test_what_may_be_outside_is_held_at_the_end(listening: Listening) -> None:
    inlet = listening("vrcft")
    lid = b"/avatar/parameters/v2/EyeLid\0\0\0\0,f\0\0"
    told = [inlet.hear(3 * at, lid + floats(value)) for at, value in enumerate((0.5, 1.25, 0.75))]
    assert [float(said.arousal[0]) for said in told] == [0, 0.5, 0]
    assert not inlet.notices.rejected


def test_a_class_can_be_a_number(listening: Listening) -> None:
    own = adapter(
        message=[{"address": "/class", "word": True}], words={"1": "joy", "2": "grief", "up": "awe"}
    )
    inlet = listening(own)
    assert inlet.hear(0, b"/class\0\0,f\0\0" + floats(2)).word[0] == WORDS["grief"].index
    said = inlet.hear(3, b"/class\0\0,s\0\0UP\0\0")
    assert said.word[0] == WORDS["awe"].index
    assert said.valence[0] == pytest.approx(WORDS["awe"].valence)


def test_physiology_leaves_valence_unset(assets: Assets) -> None:
    for path in assets.listing("adapters"):
        if (found := load_adapter(path.stem, assets)).kind == "physiology":
            assert found.valence is None and not found.blend, path.stem


# How sure it is.


def test_a_headband_that_sits_badly_counts_for_nothing(listening: Listening) -> None:
    inlet = listening("mind-monitor")
    bands = (
        b"/muse/elements/beta_absolute\0\0\0\0,f\0\0" + HALF,
        b"/muse/elements/alpha_absolute\0\0\0,f\0\0" + HALF,
    )
    fit = b"/muse/elements/horseshoe\0\0\0\0,ffff\0\0\0"
    assert inlet.hear(0, *bands).weight[0] == pytest.approx(0.2)
    assert inlet.hear(3, fit + floats(1, 1, 4, 1)).weight[0] == 0
    assert inlet.hear(6, fit + floats(1, 1, 1, 1)).weight[0] == pytest.approx(0.2)
    assert len(listening("mind-monitor").hear(0, bands[0])) == 0  # beta alone says nothing


# Raw waves are dropped before they are decoded.


def test_waves_are_told_by_how_they_begin(listening: Listening) -> None:
    inlet = listening("mind-monitor")
    assert b"/muse/eeg" in inlet.adapters.ignored
    raw = b"/muse/eeg\0\0\0,ffff\0\0\0" + HALF * 4
    assert raw.startswith(inlet.adapters.ignored)
    inlet.hear(0, raw)  # as it comes inside a bundle
    assert inlet.adapters.passed_over == 1 and not inlet.notices.rejected


def test_what_another_adapter_may_want_is_not_dropped(listening: Listening) -> None:
    split = listening("emotion-split")
    assert b"/emotion/text" in split.adapters.ignored
    both = listening("emotion-split", "label")  # /emotion/{label}
    assert b"/emotion/text" not in both.adapters.ignored


def test_all_that_is_taken_begins_as_they_say(assets: Assets, listening: Listening) -> None:
    for path in assets.listing("adapters"):
        prefixes = listening(path.stem).adapters.prefixes
        for message in load_adapter(path.stem, assets).message:
            for address in message.addresses:
                example = address.replace("{device}", "7").replace("{label}", "x")
                assert example.replace("*", "FT").encode().startswith(prefixes)


def test_a_slash_may_be_missing_only_where_it_is_said(listening: Listening) -> None:
    assert listening("muse-direct").adapters.slashless
    assert {b"Person", b"/Person"} <= set(listening("muse-direct").adapters.prefixes)
    inlet = listening("muse-direct", "touchosc")
    inlet.adapters.read([(Message("1/xy1", (0.5, 0.5)), HOST)], 0)
    assert inlet.notices.rejected == {Reason.UNKNOWN_ADDRESS: 1}
