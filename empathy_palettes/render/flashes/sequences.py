"""Test sequences for whoever judges or guards a picture, each with the verdict known beforehand.

Does not run them: an analyser is told nothing but the pixels. `adversaries` makes those that
nobody knows a verdict of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from . import figures as on
from .figures import Size, Where, everywhere, pulses, square
from .sequence import Draw, Light, Picture, Sequence, encoded, known, painted, shaded

_SECONDS = 6.0  # long enough for the extended rule
_BLACK: Light = (0.0, 0.0, 0.0)
_WHITE: Light = (1.0, 1.0, 1.0)
_RED: Light = (1.0, 0.0, 0.0)


def sequences() -> tuple[Sequence, ...]:
    """Return every sequence; their names are unique."""
    flashes = (_strobes, _depths, _shades, _bursts, _reds)
    places = (_checkers, _turns, _bars, _stripes, _patches, _chance)
    return tuple(sequence for maker in (*flashes, *places) for sequence in maker())


def _grey(luminance: float) -> Light:
    return (luminance, luminance, luminance)


def _of(
    name: str,
    about: str,
    where: Where,
    most: float,
    dark: Light = _BLACK,
    light: Light = _WHITE,
    *,
    share: float = 1.0,
    held: bool | None = None,
    patterns: bool | None = False,
    note: str = "",
    fps: int = 30,
) -> Sequence:
    """A sequence of two colours: see `known`."""
    verdict = known(dark, light, most, share=share, held=held, patterns=patterns, note=note)
    return Sequence(name, about, _SECONDS, painted(where, dark, light), verdict, fps)


def _strobes() -> Iterator[Sequence]:
    for hz in (1, 1.5, 2, 3, 3.5, 4, 5, 7.5, 10, 15, 20, 30):
        yield _of(
            f"strobe {hz:g} Hz",
            f"black and white over the whole picture, {hz:g} times a second",
            everywhere(square(hz)),
            2 * hz,
            note="two transitions in each period",
            fps=60 if hz >= 20 else 30,
        )
    for hz, steps in ((1, 1), (3, 1), (3.5, 1), (5, 2), (5, 10)):
        duty = Fraction(hz) * steps / 60
        yield _of(
            f"strobe {hz:g} Hz, lit for {steps} of 60",
            f"{hz:g} times a second, white for {steps}/60 s each",
            everywhere(square(hz, duty)),
            2 * hz,
            note="how long a flash lasts does not matter",
            fps=60 if steps == 1 else 30,
        )


def _depths() -> Iterator[Sequence]:
    rows: tuple[tuple[float, float, float], ...] = (
        (0.30, 0.35, 5),
        (0.30, 0.39, 5),
        (0.30, 0.41, 5),
        (0.30, 0.41, 3),
        (0.00, 0.09, 10),
        (0.00, 0.11, 10),
        (0.50, 0.80, 5),
        (0.70, 0.79, 10),
        (0.78, 0.95, 10),
        (0.82, 0.95, 10),
        (0.85, 1.00, 30),
    )
    for dark, light, hz in rows:
        yield _of(
            f"depth {dark:.2f} to {light:.2f}, {hz:g} Hz",
            f"greys of luminance {dark:.2f} and {light:.2f}, {hz:g} times a second",
            everywhere(square(hz)),
            2 * hz,
            _grey(dark),
            _grey(light),
            fps=60 if hz > 20 else 30,
        )


def _shade(
    name: str, about: str, level: on.Level, most: float, low: float, high: float, note: str
) -> Sequence:
    dark, light = _grey(low), _grey(high)
    draw = shaded(level, dark, light)
    verdict = known(dark, light, most, note=note)
    return Sequence(name, about, _SECONDS, draw, verdict, fps=60 if most >= 20 else 30)


def _shades() -> Iterator[Sequence]:
    peak = "one peak and one valley in each period, however many frames lie between"
    for hz in (1, 3, 4):
        yield _shade(
            f"triangle {hz} Hz", "black to white and back", on.triangle(hz), 2 * hz, 0, 1, peak
        )
    shallow = "no two frames differ by .10, but peak and valley do"
    yield _shade(
        "triangle 10 Hz, shallow", "no step is large", on.triangle(10), 20, 0.2, 0.35, shallow
    )
    yield _shade("sine 3 Hz", "black to white and back, softly", on.sine(3), 6, 0, 1, peak)
    yield _shade("sine 6 Hz", "black to white and back, softly", on.sine(6), 12, 0, 1, peak)
    yield _shade("sine 6 Hz, faint", "a tremble of .08", on.sine(6), 12, 0.4, 0.48, peak)
    yield _shade("fade of 5 s", "up in five seconds, and down", on.triangle(0.1), 1, 0, 1, peak)
    yield _shade("sawtooth 2 Hz", "rises, and drops", on.sawtooth(2), 4, 0, 0.9, peak)
    yield _shade("sawtooth 5 Hz", "rises, and drops", on.sawtooth(5), 10, 0, 0.9, peak)
    stairs = on.staircase(10, 6)
    climb = "ten stairs of .09 up are one transition, and so are those down, a second each"
    yield _shade("staircase", "climbs by .09, and down again", stairs, 1, 0, 0.9, climb)
    tread = on.staircase(1, 3)
    yield _shade("one stair at 10 Hz", "up and down by .09", tread, 20, 0.2, 0.29, peak)


def _bursts() -> Iterator[Sequence]:
    def burst(name: str, about: str, lit: on.Lit, most: float, held: bool, note: str) -> Sequence:
        return _of(name, about, everywhere(lit), most, held=held, note=note, fps=60)

    three, four = (30, 36, 42), (30, 36, 42, 48)
    yield burst("a single frame", "one white frame", pulses((100,), 1), 2, False, "one flash")
    yield burst(
        "three single frames", "in one second, once", pulses(three, 1), 6, False, "three flashes"
    )
    yield burst(
        "four single frames", "in one second, once", pulses(four, 1), 8, False, "four flashes"
    )
    yield burst(
        "three flashes every 2 s",
        "at 10 Hz, then rest",
        pulses(three, 3, 120),
        6,
        False,
        "four of them lie within a second in 54 of 120 steps",
    )
    yield burst(
        "four flashes every 2 s", "at 10 Hz, then rest", pulses(four, 3, 120), 8, False, "8 in .4 s"
    )
    yield burst(
        "three flashes every second",
        "at 10 Hz, then rest, just within the limit",
        pulses(three, 3, 60),
        6,
        True,
        "each leaves the second as the next one enters it",
    )
    yield burst(
        "three flashes every 59/60 s",
        "the same, one frame too soon",
        pulses(three, 3, 59),
        7,
        True,
        "the seventh enters the second one frame before the first leaves it",
    )
    yield burst(
        "heartbeat", "two pulses of .1 s each second", pulses((30, 42), 6, 60), 4, True, "4 a beat"
    )
    two = square(2)
    yield burst(
        "strobe 2 Hz for 3 s", "then dark", on.between(two, 0, 180), 4, False, "12 transitions"
    )
    yield burst(
        "strobe 2 Hz for 5.5 s", "then dark", on.between(two, 0, 330), 4, True, "22 transitions"
    )
    yield burst(
        "chirp", "from .5 Hz to 10 Hz in 6 s", on.chirp(0.5, 10, 6), 18, True, "2 Hz after 1 s"
    )


def _checkers() -> Iterator[Sequence]:
    rows: tuple[tuple[int, float, float], ...] = (
        (45, 5, 1.0),
        (8, 5, 1.0),
        (2, 5, 1.0),
        (1, 5, 1.0),
        (1, 30, 1.0),
        (1, 3, 1.0),
        (2, 1, 1.0),
        (8, 10, 0.09),
        (1, 10, 0.12),
    )
    for edge, hz, depth in rows:
        yield _of(
            f"checker of {edge} px, depth {depth:.2f}, {hz:g} Hz",
            f"squares of {edge} px that change places, {hz:g} times a second",
            on.reversing(on.checker(edge), square(hz)),
            2 * hz,
            light=_grey(depth),
            patterns=None,
            note="every point flashes, the mean of the picture never",
            fps=60 if hz > 20 else 30,
        )


def _turns() -> Iterator[Sequence]:
    left, top = on.box(0, 0, 0.5, 1), on.box(0, 0, 1, 0.5)
    mean = "every point flashes, the mean of the picture never"
    for hz in (1, 2, 5):
        yield _of(
            f"left and right {hz} Hz",
            "one half lit, by turns",
            on.reversing(left, square(hz)),
            2 * hz,
            note=mean,
        )
    yield _of("top and bottom 5 Hz", "likewise", on.reversing(top, square(5)), 10, note=mean)
    for rounds in (Fraction(5, 4), Fraction(5)):
        yield _of(
            f"quadrants {float(rounds):g} Hz",
            "one quarter lit after the other",
            on.quadrants(rounds),
            math.ceil(2 * rounds),
            note="each quarter is lit once a round",
        )
    for hz in (1, 5):
        yield _of(
            f"lighthouse {hz} Hz",
            "a beam of a quarter of the round turns about the middle",
            on.lighthouse(hz),
            2 * hz,
            note="it passes each point once a round",
        )
    yield _of("rings 1 Hz", "rings run out", on.rings(1), 2, patterns=None, note="one a second")
    yield _of("rings 5 Hz", "rings run out", on.rings(5), 10, patterns=None, note="five a second")


def _bars() -> Iterator[Sequence]:
    rows: tuple[tuple[int, float, float, bool], ...] = (
        (1, 0.5, 0.1, True),
        (1, 5, 0.2, True),
        (3, 1, 0.5, True),
        (3, 5, 0.5, False),
        (4, 2, 0.5, True),
        (16, 1, 0.5, True),
        (16, 5, 0.5, False),
    )
    for pairs, hz, duty, upright in rows:
        kind = "upright" if upright else "level"
        yield _of(
            f"{pairs} {kind} bars, {duty:g} light, {hz:g} Hz",
            f"moving, {hz:g} of them past each point in a second",
            on.bars(pairs, hz, duty, upright),
            2 * hz,
            patterns=pairs > 5,
            note=f"light and dark alternate {pairs} times, moving, over the whole picture",
        )


def _stripes() -> Iterator[Sequence]:
    rows: tuple[tuple[str, Where, float, bool, float], ...] = (
        ("4 pairs of still stripes", on.bars(4), 0, False, 1.0),
        ("16 pairs of still stripes", on.bars(16), 0, True, 1.0),
        ("16 pairs of still stripes, faint", on.bars(16), 0, False, 0.07),
        ("still stripes on 30 %", _on_part(0.3, on.bars(20)), 0, False, 1.0),
        ("still stripes on 60 %", _on_part(0.6, on.bars(20)), 0, True, 1.0),
        ("stripes that reverse, 1 Hz", on.reversing(on.bars(16), square(1)), 2, True, 1.0),
        (
            "stripes that flash on 40 %, 1 Hz",
            on.within(_on_part(0.4, on.bars(20)), square(1)),
            2,
            True,
            1.0,
        ),
    )
    for name, where, most, fails, depth in rows:
        yield _of(
            name, "parallel and evenly apart", where, most, light=_grey(depth), patterns=fails
        )


def _on_part(share: float, where: Where) -> Where:
    band = on.box(0, 0, 1, share)
    return lambda step, size: where(step, size) & band(step, size)


def _patches() -> Iterator[Sequence]:
    lit = square(5)

    def side(of_window: float) -> float:
        return float(of_window**0.5) / 3

    for share in (0.09, 0.24, 0.26, 0.5, 1.0):
        edge = side(share)
        yield _of(
            f"patch of {share:.0%} of a window",
            "in the middle, 5 times a second",
            on.within(on.box(0.5 - edge / 2, 0.5 - edge / 2, edge, edge), lit),
            10,
            share=share,
        )
    edge = 0.1**0.5
    yield _of(
        "a tenth of the screen",
        "in a corner: nearly all of a window there",
        on.within(on.box(0, 0, edge, edge), lit),
        10,
        share=0.9,
    )
    for height, fails in ((0.07, 0.21), (0.10, 0.30)):
        strip = on.within(on.box(0, 0.4, 1, height), lit)
        about = f"{height:.0%} of the height, and all of the width"
        yield _of(f"strip of {height:.0%}", about, strip, 10, share=fails)
    edge = side(0.15)
    one, near = on.box(0.1, 0.1, edge, edge), on.box(0.12 + edge, 0.1, edge, edge)
    far = on.box(0.8, 0.8, edge, edge)
    both = on.within(on.either(one, near), lit)
    yield _of("two patches in one window", "15 % each", both, 10, share=0.30)
    apart = on.within(on.either(one, far), lit)
    yield _of("two patches far apart", "15 % of a window each", apart, 10, share=0.15)
    turns = on.either(on.within(one, lit), on.within(near, square(5, phase=0.5)))
    yield _of("two patches by turns", "15 % of one window each", turns, 10, share=0.30)


def _reds() -> Iterator[Sequence]:
    blue: Light = (0.0, 0.0, 1.0)
    rows: tuple[tuple[str, Light, Light, float], ...] = (
        ("red and black 1 Hz", _BLACK, _RED, 1),
        ("red and black 3 Hz", _BLACK, _RED, 3),
        ("red and black 5 Hz", _BLACK, _RED, 5),
        ("red and blue 5 Hz", blue, _RED, 5),
        ("red and white 5 Hz", _WHITE, _RED, 5),
        ("red and blue of one luminance", blue, (0.0722 / 0.2126, 0.0, 0.0), 5),
        ("red and green of one luminance", (0.0, 0.2126 / 0.7152, 0.0), _RED, 5),
        ("red and dark red", (0.2, 0.0, 0.0), (0.6, 0.0, 0.0), 5),
        ("two reds", (1.0, 0.1, 0.1), _RED, 5),
        ("red and orange of one luminance", (0.5, 0.17, 0.0), (1.0, 0.02, 0.01), 10),
        ("a red too dark to be one", _BLACK, (0.05, 0.0, 0.0), 10),
        ("nearly a red", _BLACK, (0.25, 0.045, 0.035), 10),
        ("soft red and green of one luminance", (0.1, 0.36, 0.12), (0.6, 0.22, 0.17), 10),
        ("blue and yellow of one luminance", (0.0778, 0.0778, 0.0), blue, 10),
        ("magenta and green of one luminance", (0.0, 0.398, 0.0), (1.0, 0.0, 1.0), 10),
    )
    for name, dark, light, hz in rows:
        about = f"over the whole picture, {hz:g} times a second"
        yield _of(name, about, everywhere(square(hz)), 2 * hz, dark, light)
    deep: Light = (0.25, 0.0, 0.0)
    swap = on.reversing(on.checker(1), square(5))
    yield _of(
        "red checker of 1 px", "places change", swap, 10, deep, (0.6, 0.0, 0.0), patterns=None
    )
    part = on.within(on.box(0.4, 0.4, 0.15, 0.15), square(5))
    yield _of("red patch", "20 % of a window", part, 10, _BLACK, _RED, share=0.2025)
    yield _of(
        "red, and still", "all of it, for ever", everywhere(lambda _step: True), 0, light=_RED
    )
    for hz in (0.25, 5.0):
        verdict = known(blue, (1.0, 1.0, 0.0), 2 * hz)
        note = (
            f"Blue and yellow are valley and peak, red comes once: {2 * hz:g} a second of either."
        )
        red = 2 * hz > 6
        verdict = replace(verdict, red=red, because=note)
        yield Sequence(f"rainbow {hz:g} Hz", "hues in turn", _SECONDS, _hues(hz), verdict)


def _hues(hz: float) -> Draw:
    """All hues in turn at full saturation: red, yellow, green, cyan, blue, magenta."""

    def draw(step: int, size: Size) -> Picture:
        place = 6 * ((hz * step / on.STEPS) % 1)
        distance = [min(abs(place - at), 6 - abs(place - at)) for at in (0, 2, 4)]
        red, green, blue = (float(np.clip(2 - far, 0, 1)) for far in distance)
        picture = np.empty((size[1], size[0], 3), np.uint8)
        picture[:] = encoded((red, green, blue))
        return picture

    return draw


def _chance() -> Iterator[Sequence]:
    yield _of("snow 60 Hz", "each pixel by chance", on.snow(60), 30, patterns=None, fps=60)
    yield _of("snow 1 Hz", "each pixel by chance", on.snow(1), 1, patterns=None)
    yield _of("snow 3 Hz", "each pixel by chance", on.snow(3), 3, patterns=None)
    grain, faint = _grey(0.30), _grey(0.37)
    yield _of("grain 60 Hz", "a film's", on.snow(60), 30, grain, faint, patterns=None, fps=60)
    yield _of("a few stars", "twinkle", on.stars(5, 0.1), 10, share=0.1, patterns=None)
    yield _of("many stars", "twinkle", on.stars(5, 0.5), 10, share=0.5, patterns=None)
    yield _of("cuts 2 Hz", "a mosaic by chance", on.tiles(2), 2, patterns=None, note="2 cuts")
    yield _of("cuts 20 Hz", "a mosaic by chance", on.tiles(20), 10, patterns=None, note="by chance")
