"""Which names a formula may say, and what they are worth at one step; defined here, nowhere else.

In `[inputs]` and `[palette]` a bare name is the crowd's; in `[people]` it is the person's, and
`crowd_` before a name makes it the crowd's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP
from ..crowd.signals import SIGNALS, Signal
from ..crowd.table import NOBODY, People
from .compiler import CROWD, PALETTE, Span
from .functions import FUNCTIONS
from .memory import PERSON as PERSON_KEY
from .memory import REBORN
from .motion import CUES, Cue, motion
from .person import ID, PERSON
from .view import CrowdView

#: What is heard, each from 0 to 1; 0 throughout where no sound is set.
SOUNDS: Mapping[str, str] = MappingProxyType(
    {
        "audio_level": "how loud the sound is",
        "audio_bass": "how loud below 250 Hz",
        "audio_mid": "how loud from 250 to 4000 Hz",
        "audio_treble": "how loud from 4000 Hz up",
        "audio_onset": "something begins to sound: high for a step or three, else 0",
    }
)
_HEARD = MappingProxyType({name: name.removeprefix("audio_") for name in SOUNDS})

#: What a knob cannot be called, because it is somebody's name already.
RESERVED = frozenset({*SIGNALS, *SOUNDS, *FUNCTIONS, *PERSON, PALETTE})

_ROOM = 1024

Spans = dict[str, Span | None]  # name → the span of its values, where there is one


def crowd_names(knobs: Iterable[str]) -> Spans:
    """Return what a formula about the crowd may read: signals, cues of motion, sound, knobs.

    A knob goes before a cue of its name.
    """
    return {**_crowd_spans(), **dict.fromkeys(knobs)}


def input_names(knobs: Iterable[str]) -> Spans:
    """Return what a formula of `[inputs]` may read: the same, and the palette."""
    return {**crowd_names(knobs), PALETTE: None}


def people_names(knobs: Iterable[str]) -> Spans:
    """Return what a formula of `[people]` may read: the person's, the crowd's, knobs."""
    persons = {name: _span(SIGNALS[name]) if name in SIGNALS else None for name in PERSON}
    crowds = {CROWD + name: span for name, span in _crowd_spans().items()}
    return {**persons, **crowds, **dict.fromkeys(knobs)}


def crowd_values(view: CrowdView) -> dict[str, float]:
    """Return what every signal, every cue and the sound are worth."""
    sound = {name: getattr(view.sound, field) for name, field in _HEARD.items()}
    return {**motion(view.reading, view.people), **sound, **view.reading}


def people_values(
    view: CrowdView, crowd: Mapping[str, float], wanted: Collection[str]
) -> dict[str, Any]:
    """Return what those of `people_names` that are wanted are worth, knobs apart.

    A person's are arrays as long as `room` says, 0 in empty slots; `crowd`: what `crowd_values`
    gave.
    """
    crowds = {CROWD + name: value for name, value in crowd.items()}
    return {**crowds, **{name: _person(view, name) for name in wanted if name in PERSON}}


def _crowd_spans() -> Spans:
    rows: list[Signal | Cue] = [*CUES.values(), *SIGNALS.values()]
    return {**dict.fromkeys(SOUNDS, (0.0, 1.0)), **{row.name: _span(row) for row in rows}}


def _span(row: Signal | Cue) -> Span:
    return (float(row.lo), float(row.hi))


def _person(view: CrowdView, name: str) -> NDArray[Any]:
    people = view.people
    slots = slice(room(people))
    column: NDArray[Any]
    match name:
        case "age":
            column = (view.step - people.born[slots]) * STEP
        case "joined":
            column = people.born[slots] * STEP
        case "alone":
            column = people.alone[slots].astype(np.float32)
        case "id":
            column = people.who[slots]
        case "cluster":
            column = np.zeros(room(people)) if view.clusters is None else view.clusters[slots]
        case "weight" | "circle":  # 0 in an empty slot as it is
            return np.asarray(getattr(people, name)[slots])
        case _:
            felt = getattr(people, name)[slots].copy()
            np.copyto(felt, np.float32(0), where=felt != felt)  # NaN, as in an empty slot
            return np.asarray(felt)
    return column * people.alive[slots]


def room(people: People) -> int:
    """Return how many slots `[people]` is worked out for: those in use, and up to 1,023 more.

    Their number changes seldom, then, and costs nothing for all the slots that nobody has.
    """
    return min(people.capacity, max(-(-people.reach // _ROOM), 1) * _ROOM)


class Slots:
    """Tells `[people]` who has which slot, and where somebody new has taken one."""

    def __init__(self) -> None:
        self._who: NDArray[np.uint32] = np.empty(0, np.uint32)
        self._ids: NDArray[np.uint32] = np.empty(0, np.uint32)
        self._capacity = 0

    def step(self, people: People) -> dict[str, Any]:
        """Return the entries that per-person memory wants, and `id`; call once a step.

        `id` is the same array until somebody comes or goes, so that what is made of it alone can be
        kept. None of them is ever written on again.
        """
        who = people.who[: room(people)]
        reborn = np.zeros(len(who), np.bool_)
        if people.capacity == self._capacity:
            both = min(len(who), len(self._who))
            np.not_equal(who[:both], self._who[:both], out=reborn[:both])
            reborn[both:] = True
        another = people.capacity != self._capacity or len(who) != len(self._who)
        if another or reborn.any():
            self._who, self._capacity = who.copy(), people.capacity
            self._ids = np.where(who == np.uint32(NOBODY), np.uint32(0), who)
        return {REBORN: reborn, PERSON_KEY: self._who, ID: self._ids}
