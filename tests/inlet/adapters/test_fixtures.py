"""Every adapter that ships: packets written byte by byte from what its source says it sends.

The bytes are literals; no encoder of ours has a part in them, and python-osc reads them too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, nan, sqrt, tanh

import pytest
from pythonosc.osc_packet import OscPacket

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.words import WORDS
from empathy_palettes.inlet.sample import Kind

from .conftest import Inlet

Listening = Callable[..., Inlet]

F0, F25, F50, F75, F100 = (
    b"\0\0\0\0",
    b"\x3e\x80\0\0",
    b"\x3f\0\0\0",
    b"\x3f\x40\0\0",
    b"\x3f\x80\0\0",
)
MINUS_25, MINUS_50, MINUS_1 = b"\xbe\x80\0\0", b"\xbf\0\0\0", b"\xbf\x80\0\0"
TEN_SECONDS = 600  # steps


def z(before: float, now: float, floor: float) -> float:
    """The score of a second number ten seconds after the first, by the formula itself."""
    alpha = 1 - exp(-10 / 180)
    mean = before + alpha * (now - before)
    variance = (1 - alpha) * (0 + alpha * (now - before) ** 2)
    return (now - mean) / max(sqrt(variance), floor)


def low(before: float, now: float, tau: float) -> float:
    """A low-pass of `tau` seconds, ten seconds later."""
    return before + (1 - exp(-10 / tau)) * (now - before)


SURE = 10 / 60  # of a calibrated one after ten seconds


@dataclass(frozen=True)
class Case:
    """What arrives at which step, and what the last of it says."""

    packets: tuple[tuple[int, bytes], ...]
    feeling: tuple[float, float, float]
    kind: Kind
    weight: float = 1.0
    word: str = ""
    device: str = ""
    range: tuple[float, float] = (-1.0, 1.0)


def now(*packets: bytes) -> tuple[tuple[int, bytes], ...]:
    return tuple((0, packet) for packet in packets)


CASES: dict[str, Case] = {
    "emotion-split": Case(
        now(
            b"/emotion/valence\0\0\0\0,f\0\0" + F50,
            b"/emotion/arousal\0\0\0\0,f\0\0" + MINUS_25,
            b"/emotion/name\0\0\0,s\0\0joy\0",
            b"/emotion/confidence\0,f\0\0" + F75,
            b"/emotion/text\0\0\0,s\0\0so much \0\0\0\0",
        ),
        (0.5, -0.25, nan),
        Kind.MODEL,
        0.75,
        "joy",
    ),
    "va-flat": Case(
        now(b"/va\0,ff\0" + F50 + MINUS_50, b"/dominance\0\0,d\0\0\x3f\xd0\0\0\0\0\0\0"),
        (0.5, -0.5, 0.25),
        Kind.MODEL,
    ),
    "label": Case(
        now(b"/emotion/happy\0\0,f\0\0" + F50, b"/confidence\0,f\0\0" + F25),
        tuple(0.5 * value for value in (0.81, 0.51, 0.46)),  # type: ignore[arg-type]
        Kind.MODEL,
        0.25,
        "happiness",
    ),
    "emotiv-bci": Case(
        now(
            b"#bundle\0\0\0\0\0\0\0\0\x01"
            + (b"\0\0\0\x14/met/exc\0\0\0\0,f\0\0" + F75)
            + (b"\0\0\0\x14/met/str\0\0\0\0,f\0\0" + MINUS_1)
            + (b"\0\0\0\x14/met/rel\0\0\0\0,f\0\0" + F25)
            + (b"\0\0\0\x14/met/att\0\0\0\0,f\0\0" + F25)
            + (b"\0\0\0\x18/fac/lAct/smile\0,f\0\0" + F50)
            + (b"\0\0\0\x14/com/push\0\0\0,f\0\0" + F100)
        ),
        (0.5, 0.7 * 0.5 + 0.3 * 0.5, nan),
        Kind.MODEL,
        0.5,
    ),
    "emoosc": Case(
        now(
            b"/emotiv/cog/val\0,f\0\0" + F75,
            b"/emotiv/cog/exc\0,f\0\0" + F75,
            b"/emotiv/cog/med\0,f\0\0" + F75,
            b"/emotiv/dev/IEE_AF3\0,f\0\0" + F75,
        ),
        (0.5, 0.5, nan),
        Kind.MODEL,
        0.5,
    ),
    "eeg2osc": Case(
        now(
            b"/affectiv/excitement-short\0\0,f\0\0" + F75,
            b"/affectiv/meditation\0\0\0\0,f\0\0" + F25,
        ),
        (nan, (0.5 * 0.5 + 0.3 * 0.5) / 0.8, nan),
        Kind.PHYSIOLOGY,
        0.3,
    ),
    "psychopy": Case(
        now(
            b"/psychopy/valence\0\0\0,i\0\0\0\0\0\x07",
            b"/psychopy/arousal\0\0\0,i\0\0\0\0\0\x03",
        ),
        (0.5, -0.5, nan),
        Kind.SELF_REPORT,
        range=(1.0, 9.0),
    ),
    "emotibit": Case(
        (
            (0, b"/EmotiBit/7/HR\0\0,f\0\0\x42\x70\0\0"),  # 60
            (0, b"/EmotiBit/7/PPG:GRN\0,ff\0" + F50 + F50),
            (TEN_SECONDS, b"/EmotiBit/7/HR\0\0,f\0\0\x42\x8c\0\0"),  # 70
        ),
        (nan, tanh(z(60, 70, 2)), nan),
        Kind.PHYSIOLOGY,
        0.3 * SURE,
        device="7",
    ),
    "openbci-gui": Case(
        (
            (0, b"/openbci/pulse/bpm\0\0,i\0\0\0\0\0\x3c"),
            (TEN_SECONDS, b"/openbci/pulse/bpm\0\0,i\0\0\0\0\0\x46"),
            (TEN_SECONDS, b"/openbci/focus\0\0,i\0\0\0\0\0\x01"),
        ),
        (nan, tanh(z(60, 70, 2)), nan),
        Kind.PHYSIOLOGY,
        0.3 * SURE,
    ),
    "brainflow-vrc": Case(
        now(
            b"/avatar/parameters/osc_focus_avg\0\0\0\0,f\0\0" + F50,
            b"/avatar/parameters/osc_relax_avg\0\0\0\0,f\0\0" + MINUS_25,
            b"/avatar/parameters/osc_is_connected\0,T\0\0",
            b"/avatar/paramaters/osc_band_power_alpha\0,f\0\0" + F50,
        ),
        (nan, 0.375, nan),
        Kind.PHYSIOLOGY,
        0.3,
    ),
    "vrc-heartrate": Case(
        (
            (0, b"/avatar/parameters/Heartrate\0\0\0\0,f\0\0" + MINUS_50),  # 63.5
            (TEN_SECONDS, b"/avatar/parameters/HeartRateInt\0,i\0\0\0\0\0\x46"),
            (TEN_SECONDS, b"/avatar/parameters/HeartBeatToggle\0\0,T\0\0"),
        ),
        (nan, tanh(z(63.5, 70, 2)), nan),
        Kind.PHYSIOLOGY,
        0.3 * SURE,
    ),
    "vmc": Case(
        now(
            b"/VMC/Ext/Blend/Val\0\0,sf\0Joy\0" + F100,
            b"/VMC/Ext/Blend/Val\0\0,sf\0Blink\0\0\0" + F100,
            b"/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0",
            b"/VMC/Ext/OK\0,i\0\0\0\0\0\x01",
        ),
        (0.76, 0.48, 0.35),
        Kind.EXPRESSION,
        0.5,
        "joy",
    ),
    "vrcft": Case(
        now(
            b"/avatar/parameters/FT/v2/SmileSad\0\0\0,f\0\0" + F50,
            b"/avatar/parameters/v2/EyeLid\0\0\0\0,f\0\0\x3f\x60\0\0",  # .875
            b"/avatar/parameters/v2/JawOpen\0\0\0,f\0\0" + F50,
            b"/avatar/parameters/v2/BrowExpression\0\0\0\0,f\0\0" + MINUS_50,
            b"/avatar/parameters/v2/TongueOut\0,f\0\0" + F50,
        ),
        (0.5, 0.5 * 0.5 + 0.3 * 0.5 + 0.2 * 0.5, nan),
        Kind.EXPRESSION,
        0.5,
    ),
    "facecap": Case(
        (
            (0, b"/W\0\0,if\0\0\0\0\x25" + F0),
            (TEN_SECONDS, b"/W\0\0,if\0\0\0\0\x25" + F50),
            (TEN_SECONDS, b"/W\0\0,if\0\0\0\0\x18" + F50),
            (TEN_SECONDS, b"/W\0\0,if\0\0\0\0\x00" + F100),
            (TEN_SECONDS, b"/HT\0,fff\0\0\0\0" + F0 + F0 + F0),
        ),
        (tanh(0.3 * z(0, 0.5, 0.1)), 0.25, nan),
        Kind.EXPRESSION,
        0.5 * SURE,
    ),
    "mpmocap": Case(
        (
            (0, b"/mpmocap/blendshapes\0\0\0\0," + b"f" * 52 + b"\0\0\0" + F0 * 52),
            (
                TEN_SECONDS,
                b"/mpmocap/blendshapes\0\0\0\0,"
                + (b"f" * 52 + b"\0\0\0" + F0 * 31 + F50 + F50 + F0 * 14 + F50 + F0 * 4),
            ),
        ),
        (tanh(2 * 0.3 * z(0, 0.5, 0.1)), 0.25, nan),
        Kind.EXPRESSION,
        0.5 * SURE,
    ),
    "wekinator": Case(
        now(b"/wek/outputs\0\0\0\0,fff\0\0\0\0" + F75 + F25 + b"\x40\0\0\0"),
        (0.5, -0.5, nan),
        Kind.MODEL,
        range=(0.0, 1.0),
    ),
    "touchosc": Case(
        now(b"/1/xy1\0\0,ff\0" + F75 + F25, b"/1/fader2\0\0\0,f\0\0" + F100),
        (0.5, 1.0, nan),
        Kind.SELF_REPORT,
    ),
    "open-stage-control": Case(
        now(b"/feel/anna\0\0,ff\0" + F75 + F25), (0.5, -0.5, nan), Kind.SELF_REPORT, device="anna"
    ),
    "zigsim": Case(
        (
            (0, b"/ZIGSIM/phone1/gyro\0,fff\0\0\0\0" + F0 * 3),
            (0, b"/ZIGSIM/phone1/gravity\0\0,fff\0\0\0\0" + F0 * 3),
            (TEN_SECONDS, b"/ZIGSIM/phone1/gyro\0,fff\0\0\0\0\x40\x40\0\0\xc0\x80\0\0" + F0),
        ),
        (nan, tanh(z(0, low(0, 5, 1), 0.3)), nan),
        Kind.EXPRESSION,
        0.3 * SURE,
        device="phone1",
    ),
    "gyrosc": Case(
        (
            (0, b"/gyrosc/rrate\0\0\0,fff\0\0\0\0" + F0 * 3),
            (TEN_SECONDS, b"/gyrosc/rrate\0\0\0,fff\0\0\0\0\x40\x40\0\0\xc0\x80\0\0" + F0),
        ),
        (nan, tanh(z(0, low(0, 5, 1), 0.3)), nan),
        Kind.EXPRESSION,
        0.3 * SURE,
    ),
    "mind-monitor": Case(
        now(
            b"/muse/elements/beta_absolute\0\0\0\0,ffff\0\0\0" + F25 + F75 + F50 + F50,
            b"/muse/elements/alpha_absolute\0\0\0,f\0\0" + F25,
            b"/muse/elements/horseshoe\0\0\0\0,ffff\0\0\0" + F100 + F100 + b"\x40\0\0\0" + F100,
            b"/muse/elements/touching_forehead\0\0\0\0,i\0\0\0\0\0\x01",
        ),
        (nan, tanh(0.5 - 0.25), nan),
        Kind.PHYSIOLOGY,
        0.2 * 0.5,
    ),
    "muse-direct": Case(
        now(
            b"Person0/elements/beta_absolute\0\0,dddd\0\0\0" + b"\x3f\xe0\0\0\0\0\0\0" * 4,
            b"/Person0/elements/alpha_absolute\0\0\0\0,dddd\0\0\0" + b"\x3f\xd0\0\0\0\0\0\0" * 4,
        ),
        (nan, tanh(0.5 - 0.25), nan),
        Kind.PHYSIOLOGY,
        0.2,
        device="0",
    ),
    "faceosc": Case(
        (
            (0, b"/gesture/mouth/width\0\0\0\0,f\0\0\x41\x40\0\0"),  # 12
            (TEN_SECONDS, b"/gesture/mouth/width\0\0\0\0,f\0\0\x41\x50\0\0"),  # 13
            (TEN_SECONDS, b"/found\0\0,i\0\0\0\0\0\x01"),
        ),
        (tanh(0.6 * z(12, 13, 0.5)), nan, nan),
        Kind.EXPRESSION,
        0.2 * SURE,
    ),
}


def test_every_adapter_has_one(assets: Assets) -> None:
    assert sorted(CASES) == [path.stem for path in assets.listing("adapters")]


@pytest.mark.parametrize("adapter", CASES)
def test_its_bytes_say_what_they_should(adapter: str, listening: Listening) -> None:
    case = CASES[adapter]
    inlet = listening(adapter, range=case.range)
    steps = sorted({step for step, _ in case.packets})
    for step in steps:
        said = inlet.hear(step, *(packet for at, packet in case.packets if at == step))
    assert not inlet.notices.rejected
    assert len(said) == 1
    assert tuple(said.name[0]) == inlet.who(adapter, case.device)
    feeling = (said.valence[0], said.arousal[0], said.dominance[0])
    assert feeling == pytest.approx(case.feeling, abs=1e-6, nan_ok=True)
    assert said.weight[0] == pytest.approx(case.weight, abs=1e-6)
    assert said.kind[0] == case.kind
    assert said.word[0] == (WORDS[case.word].index if case.word else 0)
    assert said.origin[0] == 3
    assert said.consent[0] == -1 and said.circle[0] == 0
    assert set(inlet.adapters.taken) == {adapter}


@pytest.mark.parametrize("adapter", CASES)
def test_the_bytes_are_osc(adapter: str) -> None:
    for _, packet in CASES[adapter].packets:
        if packet[:1] in b"/#":  # python-osc has no use for those without a slash
            assert OscPacket(packet).messages
