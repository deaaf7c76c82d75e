"""Random hostile pictures, many at once: what nobody has thought of may break a guard.

Knows no verdicts: most of these fail every rule there is. What comes out of a guard must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.color import linear_to_srgb
from .figures import STEPS, Size

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pictures = NDArray[np.uint8]  # (count, height, width, 3), sRGB-encoded, row 0 at the top

_PARTS = 6  # of a picture, each with its own colours and its own wave
_ACTS = 2  # each sequence turns into another one, at some step
_CUT = (30, 420)  # between these
_SHAPES = 6  # square, triangle, sawtooth, sine, chance, stairs
_STAIRS = 8
_RATES = (1, 1.5, 2, 2.5, 3, 3.1, 3.5, 4, 5, 6, 7.5, 8, 10, 12, 15, 20, 30)
_EDGES = (1, 1, 2, 3, 4, 6, 8, 16, 1000)
_FINE = 4095
_RED = (1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Waves:
    """What each part of each sequence does, in each act: (acts, count, parts) all."""

    shape: Ints
    hz: Floats
    climb: Floats  # Hz a second
    phase: Floats
    duty: Floats
    burst: Floats  # seconds from one burst to the next
    burst_phase: Floats
    burst_share: Floats
    salt: Ints
    colours: Floats  # (acts, count, parts, dark or light, 3), linear


@dataclass(frozen=True, slots=True)
class _Places:
    """Which part a pixel belongs to, by columns and rows that may move, or by a map."""

    edge: Ints  # (axis, count)
    speed: Floats  # pixels a step, (axis, count)
    stride: Ints  # (count)
    chosen: NDArray[np.bool_]  # (count) by the map
    restless: NDArray[np.bool_]  # (count) by a map that is drawn anew each step
    map: NDArray[np.int8]  # (count, height, width)


def adversarial(count: int, size: Size, seed: int) -> Iterator[Pictures]:
    """Yield `count` pictures of `size` for each step of 1/60 s, without end.

    Each is a random mixture: up to six parts (checkers, stripes, halves, clouds, single pixels;
    still or moving) that flash in rates, duties, phases, bursts and colours of their own, and at
    some step turn into others. The same seed gives the same pictures.
    """
    chance = np.random.default_rng(seed)
    waves = _waves(chance, count)
    places = _places(chance, count, size)
    cut = chance.integers(*_CUT, count)
    table = np.rint(255 * linear_to_srgb(np.arange(_FINE + 1) / _FINE)).astype(np.uint8)
    who = np.arange(count)
    first = (who * _PARTS)[:, None, None]
    step = 0
    while True:
        level = _levels(waves, step)
        mixed = waves.colours[:, :, :, 0] + level[..., None] * (
            waves.colours[:, :, :, 1] - waves.colours[:, :, :, 0]
        )
        act = (step >= cut).astype(np.intp)
        light = np.rint(_FINE * mixed[act, who]).astype(np.intp)
        codes = table[light].reshape(count * _PARTS, 3)
        yield codes[first + _parts(places, size, step, chance)]
        step += 1


def _waves(chance: np.random.Generator, count: int) -> _Waves:
    shape = (_ACTS, count, _PARTS)
    usual = chance.choice(_RATES, shape)
    any_rate = np.exp(chance.uniform(np.log(0.3), np.log(30), shape))
    hz = np.where(chance.random(shape) < 0.6, usual, any_rate)
    together = chance.random((_ACTS, count, 1)) < 0.4  # all parts at the rate of the first
    hz = np.where(together, hz[..., :1], hz)
    phase = np.where(chance.random(shape) < 0.4, 0.0, chance.random(shape))
    phase = np.where(chance.random(shape) < 0.2, np.arange(_PARTS) / _PARTS, phase)
    always = chance.random(shape) < 0.6
    return _Waves(
        shape=np.where(chance.random(shape) < 0.6, 0, chance.integers(0, _SHAPES, shape)),
        hz=hz,
        climb=np.where(chance.random(shape) < 0.15, chance.uniform(-3, 3, shape), 0.0),
        phase=phase,
        duty=np.where(chance.random(shape) < 0.5, 0.5, chance.uniform(0.03, 0.97, shape)),
        burst=chance.choice((0.5, 0.9, 59 / 60, 1.0, 61 / 60, 1.1, 2.0, 5.0), shape),
        burst_phase=chance.random(shape),
        burst_share=np.where(always, 1.0, chance.uniform(0.05, 0.9, shape)),
        salt=chance.integers(1, 1 << 30, shape),
        colours=_colours(chance, count),
    )


def _colours(chance: np.random.Generator, count: int) -> Floats:
    """Greys, deep reds, any colours; far apart, or as near as the rule's own threshold."""
    pairs = (_ACTS, count, _PARTS)
    grey = np.repeat(chance.random((*pairs, 2, 1)), 3, axis=-1)
    black_white = np.broadcast_to(np.array([[0.0] * 3, [1.0] * 3]), grey.shape)
    near = np.clip(grey[..., :1, :] * 0.85 + np.array([[0.0] * 3, [0.1] * 3]), 0, 1)
    near = near + (near - near[..., :1, :]) * chance.uniform(-0.3, 1.0, (*pairs, 1, 1))
    colour = chance.random((*pairs, 2, 3)) ** 2
    reds = np.array(_RED) * chance.uniform(0.1, 1.0, (*pairs, 2, 1))
    reds = reds + np.array([0.0, 1.0, 1.0]) * chance.uniform(0, 0.2, (*pairs, 2, 3)) * reds[..., :1]
    half_red = np.where(np.array([[True], [False]]), reds, colour)
    kinds = np.stack([black_white, grey, near, colour, reds, half_red])
    kind = chance.choice(len(kinds), pairs, p=(0.3, 0.2, 0.15, 0.15, 0.1, 0.1))
    alike = chance.random((_ACTS, count, 1)) < 0.3
    kind = np.where(alike, kind[..., :1], kind)
    chosen: Floats = np.take_along_axis(kinds, kind[None, ..., None, None], axis=0)[0]
    return np.clip(chosen, 0, 1)


def _places(chance: np.random.Generator, count: int, size: Size) -> _Places:
    width, height = size
    speed = chance.choice((0.0, 0.0, 0.0, 0.1, 0.3, 1.0, 2.3), (2, count))
    kind = chance.random(count)
    single = chance.integers(0, _PARTS, (count, height, width)).astype(np.int8)
    centres = chance.random((count, 12, 2)) * (width, height)
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    nearest = np.full((count, height, width), np.inf)
    clouds = np.zeros((count, height, width), np.int8)
    for number in range(centres.shape[1]):
        at = centres[:, number, :, None, None]
        distance = (x - at[:, 0]) ** 2 + (y - at[:, 1]) ** 2
        nearer = distance < nearest
        np.copyto(nearest, distance, where=nearer)
        clouds[nearer] = number % _PARTS
    return _Places(
        edge=chance.choice(_EDGES, (2, count)),
        speed=speed * chance.choice((-1, 1), (2, count)),
        stride=chance.integers(0, _PARTS, count),
        chosen=kind < 0.3,
        restless=kind < 0.04,
        map=np.where((kind < 0.15)[:, None, None], single, clouds),
    )


def _levels(waves: _Waves, step: int) -> Floats:
    time = step / STEPS
    turns = waves.hz * time + waves.climb * time * time / 2 + waves.phase
    part = turns % 1
    whole = np.floor(turns).astype(np.int64)
    triangle = 1 - np.abs(2 * part - 1)
    thrown = ((whole * 0x9E3779B1 + waves.salt) % 0x7FFFFFFF * 48271 % 0x7FFFFFFF) / 0x7FFFFFFF
    shapes = (
        part >= waves.duty,
        triangle,
        part,
        0.5 - 0.5 * np.cos(2 * np.pi * part),
        thrown,
        np.floor(triangle * _STAIRS) / _STAIRS,
    )
    level = np.choose(waves.shape, shapes)
    bursting = (time / waves.burst + waves.burst_phase) % 1 < waves.burst_share
    return level * bursting


def _parts(places: _Places, size: Size, step: int, chance: np.random.Generator) -> Ints:
    """The part that each pixel belongs to now: (count, height, width)."""
    width, height = size
    x = (np.arange(width) + places.speed[0, :, None] * step) // places.edge[0, :, None]
    y = (np.arange(height) + places.speed[1, :, None] * step) // places.edge[1, :, None]
    number = x[:, None, :] + (places.stride[:, None] * y)[:, :, None]
    parts: Ints = number.astype(np.int64) % _PARTS
    parts[places.chosen] = places.map[places.chosen]
    many = int(places.restless.sum())
    parts[places.restless] = chance.integers(0, _PARTS, (many, height, width))
    return parts
