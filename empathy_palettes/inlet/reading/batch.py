"""The messages that come most, many at a time: feelings as floats, consents, gateways' records.

Agrees with `osc` and `address` bit for bit on whatever it takes; what it does not take it names,
and leaves to them. It takes

    /empathy/<who>                        ,ff  ,fff  ,ffff
    /empathy/<who>/valence  …/arousal     ,f
    /empathy/<who>/consent                ,i   0, 1 or 2
    /empathy/crowd                        ,b

alone and in bundles, of datagrams that hold nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..address import Scale
from ..naming import Naming, Space
from ..notices import Notices
from ..reasons import Reason
from ..said import UNSAID, Said
from ..sample import Kind
from .called import AROUSAL, CONSENT, Called, called, judged, word
from .elements import Elements, Flags, Ints, Words, elements

Numbers = NDArray[np.float64]
Digests = NDArray[np.uint64]

OURS = word(b"/emp"), word(b"athy")
BUNDLE = word(b"#bun"), word(b"dle\0")

_CROWD = word(b"/cro"), word(b"wd"), word(b",b")
_F, FF, _FFF, _LAST_F = word(b",f"), word(b",ff"), word(b",fff"), word(b"f")
_I = word(b",i")

_TAIL = np.arange(1, 7)[:, None]  # words from the end that tell a message's shape
_RECORD_WORDS = 4
_CROWD_WORDS = 6  # before the records
_MOST_CONSENT = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """What was said; `owner` (n,): by which datagram, `place` (n,): where in its block."""

    owner: Ints
    place: Ints
    said: Said


class Batch:
    """Reads what it can of many datagrams; for the arguments see `Reader`."""

    def __init__(
        self,
        scale: Scale,
        naming: Naming,
        notices: Notices,
        kind: Kind,
        space: Space,
        origin: int,
    ) -> None:
        self._scale = scale
        self._naming = naming
        self._notices = notices
        self._kind = kind
        self._space = space
        self._origin = origin

    def read(
        self, words: Words, at: Ints, size: Ints, bundled: Flags | None
    ) -> tuple[list[Rows], Flags]:
        """Return what datagrams at `at`, `size` words long, say, and which (n,) are left to others.

        None of them is longer than 8,192 bytes. `bundled`: which are bundles, None = none is. The
        rows of one part are in the order of their datagrams, and within these in their own.
        """
        cold = np.zeros(len(at), np.bool_)
        found = _found(words, at, size, bundled, cold)
        if not len(found.at):
            return [], cold
        end = found.at + found.size
        if (words.take(end - 3, mode="clip") == FF).all():
            return self._pairs(words, found, end, cold)
        return self._mixed(words, found, end, cold)

    def _mixed(
        self, words: Words, found: Elements, end: Ints, cold: Flags
    ) -> tuple[list[Rows], Flags]:
        """Read messages of any shape; of those that have none that is known note the owner."""
        tail = words.take(end - _TAIL, mode="clip")
        two = tail[2] == FF
        four = (tail[5] == _FFF) & (tail[4] == _LAST_F)
        three = (tail[4] == _FFF) & (tail[3] == 0)
        one = (tail[1] == _F) | (tail[1] == _I)
        values = np.select([two, four, three, one], [2, 4, 3, 1], 0)
        others = np.flatnonzero(values == 0)
        crowd = _is_crowd(words, found.at[others], found.size[others])
        crowds = others[crowd]
        cold[found.owner[others[~crowd]]] = True
        parts = []
        if len(others) < len(values):
            spoken = np.flatnonzero(values)
            feelings, values, tail = found.take(spoken), values[spoken], tail.take(spoken, axis=1)
            tags = np.where(values > 2, 2, 1)  # words of type tags
            address = feelings.size - values - tags
            one = values == 1
            who = called(words, feelings.at, address, one, self._naming, self._space)
            good, consent = who.good, None
            whole = one & (tail[1] == _I)
            if who.field is not None:
                good &= (who.field == CONSENT) == whole
            if whole.any():
                number = tail[0].byteswap()
                good &= ~whole | (number <= _MOST_CONSENT)
                consent = np.where(whole, number.view(np.int32), UNSAID).astype(np.int8)
                values[whole] = 0  # of a feeling
            cold[feelings.owner[~good]] = True
            warm = np.flatnonzero(~cold[feelings.owner])
            if len(warm):
                part = self._feelings(feelings, values, tail, who, warm, consent)
                parts.append(part)
        crowds = crowds[~cold[found.owner[crowds]]]
        if len(crowds):
            parts.append(self._records(words, found.take(crowds)))
        return parts, cold

    def _pairs(
        self, words: Words, found: Elements, end: Ints, cold: Flags
    ) -> tuple[list[Rows], Flags]:
        """Read messages that all say two things; of those whose address is wrong note the owner."""
        who = called(words, found.at, found.size - 3, None, self._naming, self._space)
        digest = who.digest
        if not who.good.all():
            cold[found.owner[~who.good]] = True
            warm = ~cold[found.owner]
            found, end, digest = found.take(warm), end[warm], digest[warm]
        numbers = _numbers(words.take(end - _TAIL[1::-1], mode="clip"))
        fine = self._fine(numbers, None, None, digest)
        if fine is not None:
            found, digest = found.take(fine), digest[fine]
            numbers = numbers.compress(fine, axis=1)
        return [Rows(found.owner, found.at, self._said(digest, scaled(numbers, self._scale)))], cold

    def _feelings(
        self,
        found: Elements,
        values: Ints,
        tail: Words,
        who: Called,
        which: Ints,
        consent: NDArray[np.int8] | None,
    ) -> Rows:
        """Read those at `which` of messages of up to four `values` (n,), the ends of `tail`.

        `consent` (n,): of those without one; None = there is none.
        """
        digest, field = who.digest, who.field
        if len(which) < len(values):
            found, values, tail = found.take(which), values[which], tail.take(which, axis=1)
            digest, field = digest[which], None if field is None else field[which]
            consent = None if consent is None else consent[which]
        width = max(int(values.max()), 2)
        index = np.arange(width)[:, None]
        given = index < values
        at = np.maximum(values - 1 - index, 0) * len(values) + np.arange(len(values))
        bits = tail.reshape(-1).take(at)
        bits *= given
        numbers = _numbers(bits)
        weight = numbers[3] if width == 4 else None
        fine = self._fine(numbers[:3], weight, given, digest)
        if fine is not None:
            found, values, digest = found.take(fine), values[fine], digest[fine]
            field = None if field is None else field[fine]
            consent = None if consent is None else consent[fine]
            numbers, given = numbers.compress(fine, axis=1), given.compress(fine, axis=1)
        feeling = scaled(numbers[:3], self._scale)
        feeling[~given[:3]] = np.nan
        if field is not None:
            arousal = field == AROUSAL
            feeling[1] = np.where(arousal, feeling[0], feeling[1])
            feeling[0, arousal] = np.nan
        said = self._said(digest, feeling)
        if width == 4:
            said.weight[:] = np.where(values == 4, numbers[3], 1.0)
        if consent is not None:
            said.consent[:] = consent
        return Rows(found.owner, found.at, said)

    def _records(self, words: Words, found: Elements) -> Rows:
        """Read the records of blobs, one row each."""
        count = found.size - _CROWD_WORDS >> 2
        which = np.repeat(np.arange(len(found.at)), count)
        turn = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        at = found.at[which] + _CROWD_WORDS + _RECORD_WORDS * turn
        owner = found.owner[which]
        block = words.take(at + np.arange(_RECORD_WORDS)[:, None])
        length, wrong = judged(block[:2])
        named = ((wrong[0] | wrong[1]) == 0) & (length > 0)
        if not named.all():
            self._notices.reject(Reason.NAME, count=len(named) - int(named.sum()))
            at, owner, length = at[named], owner[named], length[named]
            block = block.compress(named, axis=1)
        digest = self._naming.digests_of_words(block[:2], length, self._space)
        with np.errstate(invalid="ignore"):
            numbers = block[2:].view("<f4").astype(np.float64)
        fine = self._fine(numbers, None, None, digest)
        if fine is not None:
            at, owner, digest = at[fine], owner[fine], digest[fine]
            numbers = numbers.compress(fine, axis=1)
        return Rows(owner, at, self._said(digest, scaled(numbers, self._scale)))

    def _fine(
        self, numbers: Numbers, weight: Numbers | None, given: Flags | None, digest: Digests
    ) -> Flags | None:
        """Count what is wrong with numbers (k, n); return which are fine, None = all of them.

        `given` (k or k + 1, n): which were said at all, None = all; of the others the value is 0.
        """
        inside = (numbers >= self._scale.least) & (numbers <= self._scale.most)
        if given is not None:
            inside |= ~given[: len(numbers)]
        light = None if weight is None else (weight >= 0.0) & (weight <= 1.0)
        if inside.all() and (light is None or light.all()):
            return None
        finite = np.isfinite(numbers).all(axis=0)
        if weight is not None:
            finite &= np.isfinite(weight)
        fine: Flags = np.logical_and.reduce(inside, axis=0)
        sender = digest[:, 0]
        self._notices.reject_many(Reason.NOT_A_NUMBER, sender[~finite])
        outside = np.flatnonzero(finite & ~fine)
        values = numbers[inside[:, outside].argmin(axis=0), outside]
        self._notices.out_of_range_many(values, self._scale.range, sender[outside])
        fine &= finite
        if weight is not None and light is not None:
            self._notices.reject_many(Reason.WEIGHT, sender[fine & ~light])
            fine &= light
        return fine

    def _said(self, digest: Digests, feeling: NDArray[np.float32]) -> Said:
        people = len(digest)
        nothing = np.zeros(people, np.uint8)
        return Said(
            digest,
            feeling[0],
            feeling[1],
            feeling[2] if len(feeling) > 2 else np.full(people, np.nan, np.float32),
            np.ones(people, np.float32),
            nothing + np.uint8(self._kind),
            nothing,
            np.zeros(people, np.uint64),
            np.full(people, UNSAID, np.int8),
            nothing + np.uint8(self._origin),
            np.zeros(people, np.uint64),
        )


def scaled(numbers: Numbers, scale: Scale) -> NDArray[np.float32]:
    """Return numbers of a range in [-1, 1]."""
    feeling = numbers * scale.gain
    feeling += scale.offset
    np.maximum(feeling, -1.0, out=feeling)
    np.minimum(feeling, 1.0, out=feeling)
    return feeling.astype(np.float32)


def _found(words: Words, at: Ints, size: Ints, bundled: Flags | None, cold: Flags) -> Elements:
    """The messages of all datagrams; those of which none were found are noted as cold."""
    if bundled is None:
        return Elements(at, size, np.arange(len(at)))
    bundles = np.flatnonzero(bundled)
    inside = elements(words, at[bundles], size[bundles])
    inside = Elements(inside.at, inside.size, bundles[inside.owner])
    cold[bundles] = True
    cold[inside.owner] = False
    # of single messages it is known that they begin so
    ours = (words.take(inside.at) == OURS[0]) & (words.take(inside.at + 1, mode="clip") == OURS[1])
    if not ours.all():
        cold[inside.owner[~ours]] = True
        inside = inside.take(~cold[inside.owner])
    singles = np.flatnonzero(~bundled)
    if not len(singles):
        return inside
    owner = np.concatenate([inside.owner, singles])
    order = np.argsort(owner, kind="stable")
    start = np.concatenate([inside.at, at[singles]])
    long = np.concatenate([inside.size, size[singles]])
    return Elements(start[order], long[order], owner[order])


def _is_crowd(words: Words, at: Ints, size: Ints) -> Flags:
    """Which messages are whole blobs of whole records to `/empathy/crowd`."""
    block = words.take(at + np.arange(2, _CROWD_WORDS)[:, None], mode="clip")
    length = block[3].byteswap().astype(np.int64)
    is_crowd: Flags = (length == size - _CROWD_WORDS << 2) & (length & 15 == 0)
    for row, expected in zip(block, _CROWD, strict=False):
        is_crowd &= row == expected
    return is_crowd


def _numbers(bits: Words) -> Numbers:
    with np.errstate(invalid="ignore"):  # of signalling not-a-numbers
        return bits.byteswap().view(np.float32).astype(np.float64)
