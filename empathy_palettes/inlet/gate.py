"""The one door: who may be part of the collective, under which number, in how fine a grain.

Knows no network and no meaning of a feeling. Nothing of a name but a keyed hash is kept; numbers
are all that leave.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from math import isnan
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .notices import Notices
from .reasons import Reason
from .sample import SAMPLE, Observation, Samples

Mode = Literal["attested", "explicit"]
Who = NDArray[np.uint32]

GRAIN = 32  # feelings are told in steps of 1/32
_KEY_BYTES = 16


class Admitted(NamedTuple):
    """What goes on to the crowd at one step: samples, and the numbers of those who withdrew."""

    samples: Samples
    withdrawn: Who


@dataclass(slots=True)
class _Person:
    consents: bool
    circle: int = 0
    number: int = -1  # -1: not among the crowd


class Gate:
    """Lets observations in as samples, step by step.

    `attested`: everybody's consent was obtained at the place; one who withdraws stays out until
    they consent again. `explicit`: nothing is kept of anybody who has not consented by message.
    At most `max_people` at a time; of others, at most sixteen times as many consents, withdrawals
    and circles are remembered, the oldest forgotten first. `key` makes the hashes of names; a
    random one, never written down, unless a replay or a test gives its own.
    """

    def __init__(
        self,
        mode: Mode,
        max_people: int = 4096,
        key: bytes | None = None,
        notices: Notices | None = None,
    ) -> None:
        self._attested = mode == "attested"
        self._max_people = max_people
        self._key = secrets.token_bytes(_KEY_BYTES) if key is None else key
        self._notices = notices or Notices()
        self._next = 0
        self._present: dict[bytes, _Person] = {}
        self._absent: dict[bytes, _Person] = {}  # oldest first; only what differs from a stranger
        self._names: dict[int, bytes] = {}  # number → hash, of those present

    def admit(self, observations: Iterable[Observation], step: int) -> Admitted:
        """Return what `observations`, in their order, come to at `step`.

        A new person gets the next number with their first accepted feeling, counted from 0, and
        keeps it until they withdraw or are forgotten; a number is never given twice. Feelings are
        rounded to 1/32, halves to even. Who withdraws takes their samples of this step along.
        """
        first_new = self._next
        rows: list[tuple[float, ...]] = []
        withdrawn: list[int] = []
        for said in observations:
            name = blake2b(said.who, digest_size=8, key=self._key).digest()
            person = self._present.get(name) or self._absent.get(name)
            if person is None:
                person = _Person(self._attested)
            if said.consent is not None:
                number = self._hear_consent(name, person, said.consent > 0)
                if number >= 0:
                    withdrawn.append(number)
            if not person.consents:
                if _feels(said) or said.circle is not None:
                    self._notices.reject(
                        Reason.WITHDRAWN if self._attested else Reason.WAITING, said.who
                    )
                continue
            if said.circle is not None:
                person.circle = said.circle
                self._remember(name, person)
            if _feels(said) and self._let_in(name, person, said.who):
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
                    )
                )
        samples = np.array(rows, SAMPLE)
        for axis in ("valence", "arousal", "dominance"):
            samples[axis] = np.rint(samples[axis] * np.float32(GRAIN)) / GRAIN + np.float32(0.0)
        if withdrawn:
            samples = samples[~np.isin(samples["who"], withdrawn)]
        left = [number for number in withdrawn if number < first_new]
        return Admitted(samples, np.array(left, np.uint32))

    def forget(self, numbers: Who) -> None:
        """Give up the numbers of people who are gone; who returns is somebody new.

        What they said about consent, and the circle they chose, holds on.
        """
        for number in numbers.tolist():
            name = self._names.get(number)
            if name is not None:
                person = self._take_out(name)
                self._remember(name, person)

    def _hear_consent(self, name: bytes, person: _Person, consents: bool) -> int:
        """Note what `person` says of consent; return the number that is retired, or -1."""
        person.consents = consents
        retired = -1
        if not consents:
            person.circle = 0
            if person.number >= 0:
                retired = person.number
                self._take_out(name)
        self._remember(name, person)
        return retired

    def _take_out(self, name: bytes) -> _Person:
        person = self._present.pop(name)
        del self._names[person.number]
        person.number = -1
        return person

    def _remember(self, name: bytes, person: _Person) -> None:
        """Keep what is known of one who is not present, where it is more than of a stranger."""
        if person.number >= 0:
            return
        self._absent.pop(name, None)
        if person.circle or person.consents != self._attested:
            self._absent[name] = person
            if len(self._absent) > 16 * self._max_people:
                del self._absent[next(iter(self._absent))]

    def _let_in(self, name: bytes, person: _Person, who: bytes) -> bool:
        if person.number >= 0:
            return True
        if len(self._present) >= self._max_people:
            self._notices.reject(Reason.PEOPLE, who)
            return False
        self._absent.pop(name, None)
        person.number = self._next
        self._next += 1
        self._present[name] = person
        self._names[person.number] = name
        return True


def _feels(said: Observation) -> bool:
    return not (isnan(said.valence) and isnan(said.arousal) and isnan(said.dominance))
