"""The one door: who may be part of the collective, under which number, in how fine a grain.

Knows no network and no meaning of a feeling. Nothing of a name but a keyed hash is kept; numbers
are all that leave.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from math import isnan
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .allowance import Allowance
from .circles import Circles
from .notices import Notices
from .reasons import Reason
from .sample import SAMPLE, Observation, Samples, Source

Mode = Literal["attested", "explicit"]
Who = NDArray[np.uint32]

GRAIN = 32  # feelings are told in steps of 1/32
NUMBERS = 2**32 - 1  # as many as u4 has, but for the one that stands for nobody
NEW_NAMES = 50  # per second that networks may bring; this machine brings as many as it likes

_KEY_BYTES = 16
_REMEMBERED = 16  # times max_people


class Admitted(NamedTuple):
    """What goes on to the crowd at one step: samples, and the numbers of those who withdrew."""

    samples: Samples
    withdrawn: Who


@dataclass(slots=True)
class _Person:
    number: int
    circle: int = 0


@dataclass(frozen=True, slots=True)
class _Called:
    """How whoever speaks is called, and whether, being new, they come out of the allowance."""

    name: bytes
    who: bytes
    step: int
    limited: bool


class Gate:
    """Lets observations in as samples, step by step.

    `attested`: everybody's consent was obtained at the place; one who withdraws stays out until
    they consent again. `explicit`: nothing is kept of anybody who has not consented by message.
    `key` makes the hashes of names; a random one, never written down, unless a replay or a test
    gives its own.

    At most `max_people` at a time. Of those who are not among the crowd it remembers sixteen times
    as many consents, and circles, the oldest forgotten first; and as many withdrawals, of which
    none is ever forgotten: where one more would be too many, attested becomes explicit, so that
    nobody who has said no is let in without a yes. Networks bring at most `NEW_NAMES` a second
    that it has to remember something of, and as many withdrawals of people it has never met.
    """

    def __init__(
        self,
        mode: Mode,
        max_people: int = 4096,
        key: bytes | None = None,
        notices: Notices | None = None,
        circles: int = 1024,
    ) -> None:
        self._trusts = mode == "attested"
        self._max_people = max_people
        self._key = secrets.token_bytes(_KEY_BYTES) if key is None else key
        self._notices = notices or Notices()
        self._next = 0
        self._present: dict[bytes, _Person] = {}
        self._names: dict[int, bytes] = {}  # number → hash, of those present
        # Of those who are not present, what differs from a stranger:
        self._withdrawn: set[bytes] = set()  # only while strangers are trusted
        self._consented = OrderedDict[bytes, None]()  # only while they are not; oldest first
        self._chosen = OrderedDict[bytes, int]()  # their circles; oldest first
        self._circles = Circles(circles)
        self._newcomers = Allowance(NEW_NAMES)
        self._refusals = Allowance(NEW_NAMES)  # their own, so that no crowd of names stops a "no"

    def admit(
        self, observations: Iterable[Observation], step: int, source: Source = Source.LOOPBACK
    ) -> Admitted:
        """Return what `observations`, in their order, come to at `step`.

        A new person gets the next number with their first accepted feeling, counted from 0, and
        keeps it until they withdraw or are forgotten; only when all 2³² have been given does the
        count begin anew, past those still in use. Feelings are rounded to 1/32, halves to even.
        Who joins a circle without a word on how they feel gets a sample without a feeling. Who
        withdraws takes their samples of this step along.
        """
        rows: list[tuple[float, ...]] = []
        withdrawn: list[int] = []
        new: set[int] = set()
        space = _space(source)
        limited = source is Source.NETWORK
        for said in observations:
            name = blake2b(said.who, digest_size=8, key=self._key, person=space).digest()
            person = self._present.get(name)
            feels = _feels(said)
            if said.consent is not None or said.circle is not None or person is None:
                called = _Called(name, said.who, step, limited)
                if said.consent is not None:
                    number = self._hear_consent(called, said.consent > 0)
                    if number is not None:
                        withdrawn.append(number)
                        person = None
                if not (feels or said.circle is not None):
                    continue
                if not (person or self._may_enter(name)):
                    reason = Reason.WITHDRAWN if self._trusts else Reason.WAITING
                    self._notices.reject(reason, said.who)
                    continue
                moved = said.circle is not None and self._choose(called, person, said.circle)
                if person is None and feels:
                    person = self._let_in(called)
                    if person:
                        new.add(person.number)
                if person is None or not (feels or moved):
                    continue
            rows.append(
                (
                    person.number,
                    step,
                    said.valence,
                    said.arousal,
                    said.dominance,
                    said.weight,
                    said.kind,
                    person.circle,
                    said.word,
                    0,
                )
            )
        samples = np.array(rows, SAMPLE)
        for axis in ("valence", "arousal", "dominance"):
            samples[axis] = np.rint(samples[axis] * np.float32(GRAIN)) / GRAIN + np.float32(0.0)
        if withdrawn:
            samples = samples[~np.isin(samples["who"], withdrawn)]
        left = [number for number in withdrawn if number not in new]
        return Admitted(samples, np.array(left, np.uint32))

    def forget(self, numbers: Who) -> None:
        """Give up the numbers of people who are gone; who returns is somebody new.

        What they said about consent, and the circle they chose, holds on.
        """
        for number in numbers.tolist():
            name = self._names.pop(number, None)
            if name is not None:
                person = self._present.pop(name)
                self._keep_circle(name, person.circle)
                if not self._trusts:
                    self._keep_consent(name)

    def _hear_consent(self, called: _Called, consents: bool) -> int | None:
        """Note a yes or a no; return the number that is retired by it, if one is."""
        name = called.name
        if not consents:
            return self._withdraw(called)
        if self._trusts:
            self._withdrawn.discard(name)
        elif name not in self._present and self._may_be_new(called, self._newcomers):
            self._keep_consent(name)
        return None

    def _withdraw(self, called: _Called) -> int | None:
        name = called.name
        met = self._has_met(name)
        person = self._present.pop(name, None)
        self._consented.pop(name, None)
        self._circles.leave(self._chosen.pop(name, 0))
        if self._trusts and name not in self._withdrawn:
            if met or self._may_be_new(called, self._refusals):
                self._keep_withdrawal(called)
        if person is None:
            return None
        self._circles.leave(person.circle)
        del self._names[person.number]
        return person.number

    def _keep_withdrawal(self, called: _Called) -> None:
        if len(self._withdrawn) < _REMEMBERED * self._max_people:
            self._withdrawn.add(called.name)
        else:
            self._notices.reject(Reason.WITHDRAWALS, called.who)
            self._trusts = False
            self._withdrawn.clear()  # without a yes nobody enters any more

    def _keep_consent(self, name: bytes) -> None:
        self._consented[name] = None
        self._consented.move_to_end(name)
        if len(self._consented) > _REMEMBERED * self._max_people:
            self._consented.popitem(last=False)

    def _keep_circle(self, name: bytes, circle: int) -> None:
        if circle:
            self._chosen[name] = circle
            if len(self._chosen) > _REMEMBERED * self._max_people:
                self._forget_a_circle()

    def _forget_a_circle(self) -> None:
        _, circle = self._chosen.popitem(last=False)
        self._circles.leave(circle)

    def _choose(self, called: _Called, person: _Person | None, circle: str) -> bool:
        """Let somebody join a circle, or leave theirs; return whether that was a change."""
        name = called.name
        if circle and not (person or self._may_be_new(called, self._newcomers)):
            return False
        number = 0
        if circle:
            text = circle.encode("utf-8", "replace")
            hashed = blake2b(text, digest_size=8, key=self._key, person=b"circle").digest()
            while not self._circles.has_room(hashed) and self._chosen:
                self._forget_a_circle()  # of one who is not here
            if not self._circles.has_room(hashed):
                self._notices.reject(Reason.CIRCLES, called.who)
                return False
            number = self._circles.join(hashed)
        before = self._chosen.pop(name, 0) if person is None else person.circle
        self._circles.leave(before)
        if person is None:
            self._keep_circle(name, number)
        else:
            person.circle = number
        return number != before

    def _may_enter(self, name: bytes) -> bool:
        return name not in self._withdrawn if self._trusts else name in self._consented

    def _has_met(self, name: bytes) -> bool:
        """Whether there is a memory of `name`, so that keeping it costs nothing more."""
        return (
            name in self._present
            or name in self._consented
            or name in self._chosen
            or name in self._withdrawn
        )

    def _may_be_new(self, called: _Called, allowance: Allowance) -> bool:
        if not called.limited or self._has_met(called.name) or allowance.take(called.step):
            return True
        self._notices.reject(Reason.NEWCOMERS, called.who)
        return False

    def _let_in(self, called: _Called) -> _Person | None:
        if len(self._present) >= self._max_people:
            self._notices.reject(Reason.PEOPLE, called.who)
            return None
        if not self._may_be_new(called, self._newcomers):
            return None
        name = called.name
        self._consented.pop(name, None)
        while self._next in self._names:  # never before all have been given once
            self._next = (self._next + 1) % NUMBERS
        person = _Person(self._next, self._chosen.pop(name, 0))
        self._next = (self._next + 1) % NUMBERS
        self._present[name] = person
        self._names[person.number] = name
        return person


def _space(source: Source) -> bytes:
    """What the hash of a name depends on besides the name."""
    sends = source in (Source.NETWORK, Source.LOOPBACK)
    return b"sender" if sends else source.value.encode("ascii")


def _feels(said: Observation) -> bool:
    return not (isnan(said.valence) and isnan(said.arousal) and isnan(said.dominance))
