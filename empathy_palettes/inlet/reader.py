"""One inlet's datagrams into what was said in them: the fast way and the thorough way as one.

Receives nothing and lets nobody in (`gate`). What most senders send is read by `batch`, many at a
time; the rest by `osc` and `address`, one at a time and no more of it than a frame has time for.
Both ways agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .address import PREFIX, RECORD, AddressSpace
from .naming import Digests, Naming, Space
from .notices import MOST_EXAMPLES, Notices
from .osc import DEFAULT_LIMITS, Limits, Message, decode
from .reading.batch import BUNDLE, OURS, Batch, Rows
from .reading.elements import Flags, Ints, Words
from .reading.straight import Straight
from .reading.urgent import urgent
from .reasons import Reason
from .said import LEAVES_CIRCLE, UNSAID, Said, said, together
from .sample import Kind, Observation
from .wire.datagrams import Datagrams, Hosts
from .wire.traffic import HERE, among, host_numbers, turn

SLOW = 20_480  # bytes a frame that are read one at a time, a message counted as `_MESSAGE` more,
# a gateway's records as so many messages
_MESSAGE = 32
_DEAREST = 9  # times its length, and no more, does a datagram count: it has four bytes at least
_TIMELY = 5.0  # seconds


class Adapting(Protocol):
    """What reads messages that are not `/empathy/…`: an inlet's adapters, as one.

    What is `ignored` goes before `prefixes`. Once per frame one of two is called: `read` with what
    arrived, in order, each with the 16 bytes of the address it came from, or `due` where nothing
    did. What they reject they count themselves.
    """

    @property
    def prefixes(self) -> tuple[bytes, ...]:
        """How addresses begin that could be theirs."""

    @property
    def ignored(self) -> tuple[bytes, ...]:
        """How addresses begin that are to be dropped unread."""

    @property
    def slashless(self) -> bool:
        """Whether an address may come without its leading slash."""

    def read(self, messages: Sequence[tuple[Message, bytes]], step: int) -> Said:
        """Return what is to be told at `step` after these messages."""

    def due(self, step: int) -> Said:
        """Return what is to be told at `step`."""

    def withdraw(self, names: Digests) -> None:
        """Keep nothing of these people (n, 2)."""

    def forget(self) -> None:
        """Keep nothing of anybody."""


@dataclass(slots=True)
class Counts:
    """What an inlet has read since it began; what was rejected is counted in `notices`.

    `messages`: of ours that said something, a gateway's records one by one. `adapted`: handed to
    adapters. `ignored`: datagrams and messages that adapters wanted dropped. `mistimed`: bundles
    meant for another time, which were applied at once all the same.
    """

    messages: int = 0
    adapted: int = 0
    ignored: int = 0
    mistimed: int = 0


class Reader:
    """Reads one inlet's datagrams.

    `range`: what the sender's numbers run over, mapped to [-1, 1]; a value outside is dropped with
    its message. `naming` and `notices` are shared by every inlet of a show. `kind`: how this
    inlet's feelings were come by. `space`: whose names they are. `origin`: the inlet's number in
    the show, from 1. `adapters` read what is not ours. `batch` False reads everything one at a
    time, `slow` bytes of it a frame. `own` (n, 2): this machine's addresses besides loopback.
    """

    def __init__(
        self,
        range: tuple[float, float],
        naming: Naming | None = None,
        notices: Notices | None = None,
        kind: Kind = Kind.SELF_REPORT,
        space: Space = Space.SENDER,
        origin: int = 0,
        adapters: Adapting | None = None,
        *,
        batch: bool = True,
        slow: int = SLOW,
        own: Hosts | None = None,
    ) -> None:
        self.counts = Counts()
        self.spent = 0.0  # frames, on what was read slowly, of the last `read`
        self.naming = naming or Naming()
        self.notices = notices or Notices()
        self._space = AddressSpace(range, self.notices, kind, self.naming, space)
        self._batch = Batch(self._space.scale, self.naming, self.notices, kind, space, origin)
        self._straight = Straight(self._space.scale, self.naming, kind, space, origin)
        self._batches = batch
        self._slow = slow
        self.own = np.zeros((0, 2), np.uint64) if own is None else own
        self._names = space
        self._kind = kind
        self._origin = origin
        self._adapters = adapters
        self._limits = Limits(slashless=adapters is not None and adapters.slashless)
        prefixes = adapters.prefixes if adapters else ()
        ignored = adapters.ignored if adapters else ()
        self._prefixes = _Prefixes(prefixes)
        self._ignored = _Prefixes(ignored)

    def read(
        self, datagrams: Datagrams, step: int, frames: float = 1.0, now: float | None = None
    ) -> Said:
        """Return what `datagrams` say, in the order they arrived in; call it once per frame.

        What adapters make of theirs, and what they had waiting, stands in front of the rest, so
        that a no takes it back that arrives with it. `frames`: how much time there is, in frames of
        a sixtieth; of what has to be read slowly every flow has its turn, what speaks of consent
        before all else, and what there is no time for is counted under `Reason.FLOOD`. `now`, in
        seconds since 1900 as time tags have it: where given, those more than 5 s off are counted.
        """
        self.spent = 0.0
        parts: list[Rows] = []
        theirs: list[tuple[int, Message]] = []
        if len(datagrams):
            words = datagrams.data[: len(datagrams.data) // 4 * 4].view("<u4")
            if self._batches:
                heard = self._straight.read(words, datagrams)
                if heard is not None:
                    at = datagrams.start >> 2
                    if now is not None and words[at[0]] == BUNDLE[0]:  # so are the others
                        self._check_times(words, at, now)
                    each = len(heard) // len(datagrams)
                    heard = self._of_hosts(heard, datagrams, None, each)
                    return self._with_adapted(heard, datagrams, theirs, step)
            which, bundled = self._sorted_out(words, datagrams)
            if now is not None and bundled is not None:
                self._check_times(words, datagrams.start[which[bundled]] >> 2, now)
            if self._batches:
                at, size = datagrams.start[which] >> 2, datagrams.length[which] >> 2
                parts, cold = self._batch.read(words, at, size, bundled)
                parts = [Rows(which[part.owner], part.place, part.said) for part in parts]
                which = which[cold]
            if len(which):
                parts.append(self._read_slowly(words, datagrams, which, frames, theirs))
        if not parts:
            return self._with_adapted(said(0), datagrams, theirs, step)
        heard, owner = _in_order(parts)
        heard = self._of_hosts(heard, datagrams, owner)
        return self._with_adapted(heard, datagrams, theirs, step)

    def _of_hosts(
        self, heard: Said, datagrams: Datagrams, owner: Ints | None, each: int = 1
    ) -> Said:
        """Note the machine of each row: that of datagram `owner`, or of as many rows `each`."""
        host = datagrams.host
        if (host == host[0]).all():
            number = self._numbers(host[:1])[0]
            if number == HERE:
                return heard
            return heard.of_hosts(np.full(len(heard), number, np.uint64))
        hosts = self._numbers(host)
        return heard.of_hosts(np.repeat(hosts, each) if owner is None else hosts.take(owner))

    def _numbers(self, host: Hosts) -> NDArray[np.uint64]:
        """The number of each host's machine; this one's own addresses are this one."""
        numbers = host_numbers(host, self.naming)
        if len(self.own):
            numbers[among(host, self.own)] = HERE
        return numbers

    def _with_adapted(
        self, heard: Said, datagrams: Datagrams, theirs: list[tuple[int, Message]], step: int
    ) -> Said:
        self.counts.messages += len(heard)
        if self._adapters is None:
            return heard
        adapted = self._adapted(self._adapters, datagrams, theirs, step)
        return together([adapted, heard])

    def withdraw(self, names: Digests) -> None:
        """Let adapters keep nothing of these people (n, 2), who say no, wherever they say it."""
        if self._adapters is not None and len(names):
            self._adapters.withdraw(names)

    def forget_all(self) -> None:
        """Let adapters keep nothing of anybody: for when the key of `naming` turns."""
        if self._adapters is not None:
            self._adapters.forget()

    def _sorted_out(self, words: Words, datagrams: Datagrams) -> tuple[Ints, Flags | None]:
        """Reject what nobody could take; return the rest, and which of it are bundles if any is."""
        start, length = datagrams.start, datagrams.length
        which = np.arange(len(datagrams))
        sound = (length > 0) & (length & 3 == 0) & (length <= DEFAULT_LIMITS.datagram)
        if not sound.all():
            which = np.flatnonzero(sound)
            self.notices.reject(Reason.SIZE, count=len(length) - len(which))
            start, length = start[which], length[which]
        at = start >> 2
        first, second = words.take(at), words.take(at + 1, mode="clip")
        longer = length > 4
        bundled = (first == BUNDLE[0]) & (second == BUNDLE[1]) & longer
        kept = (first == OURS[0]) & (second == OURS[1]) & longer
        bundles = bool(bundled.any())
        kept |= bundled
        if not kept.all():
            strange = np.flatnonzero(~kept)
            kept[strange] = self._strangers(words, datagrams, which[strange])
            which, bundled = which[kept], bundled[kept]
        return which, bundled if bundles else None

    def _strangers(self, words: Words, datagrams: Datagrams, which: Ints) -> Flags:
        """Which single messages that are not ours could be an adapter's; the others are counted."""
        at, length = datagrams.start[which] >> 2, datagrams.length[which]
        ignored = self._ignored.begin(words, at, length)
        self.counts.ignored += int(ignored.sum())
        kept = self._prefixes.begin(words, at, length) & ~ignored
        left = ~(kept | ignored)
        slash = (words.take(at) & np.uint32(0xFF)) == np.uint32(ord("/"))
        bare = left & ~slash
        if bare.any():
            self.notices.reject(Reason.ADDRESS, count=int(bare.sum()))
        unknown = which[left & slash]
        for one in unknown[:MOST_EXAMPLES].tolist():
            text = datagrams[one].split(b"\0", 1)[0]
            self.notices.unknown_address(text.decode("ascii", "replace"))
        if len(unknown) > MOST_EXAMPLES:
            self.notices.reject(Reason.UNKNOWN_ADDRESS, count=len(unknown) - MOST_EXAMPLES)
        return kept

    def _check_times(self, words: Words, at: Ints, now: float) -> None:
        seconds = words.take(at + 2, mode="clip").byteswap().astype(np.float64)
        fraction = words.take(at + 3, mode="clip").byteswap().astype(np.float64)
        timed = seconds > 0  # 0 and 1 of the whole tag mean "at once"
        off = np.abs(seconds + fraction / 2**32 - now) > _TIMELY
        self.counts.mistimed += int((timed & off).sum())

    def _read_slowly(
        self,
        words: Words,
        datagrams: Datagrams,
        which: Ints,
        frames: float,
        theirs: list[tuple[int, Message]],
    ) -> Rows:
        """Read datagrams one at a time while there is time; adapters' messages go to `theirs`."""
        flows = datagrams.take(which)
        room = self._slow * frames
        order = np.arange(len(which))
        if _DEAREST * int(flows.length.sum()) > room:
            later = ~urgent(words, flows.start >> 2, flows.length >> 2)
            order = np.lexsort((turn(flows), later))
        owner: list[int] = []
        heard: list[Observation] = []
        for done, one in enumerate(which[order].tolist()):
            if room <= 0:
                self.notices.reject(Reason.FLOOD, count=len(order) - done)
                break
            datagram = datagrams[one]
            messages = decode(datagram, self.notices.rejected, self._limits)
            cost = len(datagram) + _MESSAGE * max(1, _told_in(messages))
            room -= cost
            self.spent += cost / self._slow
            if self._adapters is not None:
                messages = self._without_theirs(one, messages, theirs)
            told = self._space.read(messages)
            heard += told
            owner += [one] * len(told)
        by_arrival = np.argsort(np.array(owner, np.int64), kind="stable")
        owners = np.array(owner, np.int64)[by_arrival]
        return Rows(owners, np.arange(len(owners)), self._columns(heard).take(by_arrival))

    def _without_theirs(
        self, owner: int, messages: list[Message], theirs: list[tuple[int, Message]]
    ) -> list[Message]:
        """Return the messages that are not an adapter's; those that are go to `theirs`."""
        left = []
        for message in messages:
            address = message.address
            if address.startswith(PREFIX):
                left.append(message)
            elif address.startswith(self._ignored.texts):
                self.counts.ignored += 1
            elif address.startswith(self._prefixes.texts):
                theirs.append((owner, message))
            else:
                left.append(message)
        return left

    def _adapted(
        self,
        adapters: Adapting,
        datagrams: Datagrams,
        theirs: list[tuple[int, Message]],
        step: int,
    ) -> Said:
        if not theirs:
            return adapters.due(step)
        theirs.sort(key=itemgetter(0))
        self.counts.adapted += len(theirs)
        return adapters.read(
            [(message, datagrams.host[owner].tobytes()) for owner, message in theirs], step
        )

    def _columns(self, heard: list[Observation]) -> Said:
        """Return what was said one at a time in columns, without anybody's name."""
        rows = said(len(heard), self._kind, self._origin)
        if not heard:
            return rows
        who, valence, arousal, dominance, weight, _, word, circle, consent = zip(
            *heard, strict=True
        )
        rows.name[:] = self.naming.digests_of_texts(who, self._names)
        rows.valence[:], rows.arousal[:], rows.dominance[:] = valence, arousal, dominance
        rows.weight[:], rows.word[:] = weight, word
        for row, name in enumerate(circle):
            if name is not None:
                rows.circle[row] = circle_number(self.naming, name)
        rows.consent[:] = [UNSAID if one is None else one for one in consent]
        return rows


def circle_number(naming: Naming, name: str) -> int:
    """Return the number that `Said` has for joining the circle `name`; for "" that for leaving."""
    if not name:
        return LEAVES_CIRCLE
    number = naming.digest(name.encode("utf-8", "replace"), Space.CIRCLE)[0]
    return max(number, LEAVES_CIRCLE + 1)


class _Prefixes:
    """How addresses begin, compared with many at a time."""

    def __init__(self, prefixes: Sequence[bytes]) -> None:
        self.texts = tuple(prefix.decode("ascii") for prefix in prefixes)
        self._prefixes = [
            (
                len(prefix),
                np.frombuffer(prefix.ljust(-(-len(prefix) // 4) * 4, b"\0"), "<u4"),
                np.frombuffer(
                    (b"\xff" * len(prefix)).ljust(-(-len(prefix) // 4) * 4, b"\0"), "<u4"
                ),
            )
            for prefix in prefixes
        ]

    def begin(self, words: Words, at: Ints, length: Ints) -> Flags:
        """Which messages at `at`, of `length` bytes, begin with one of them."""
        some = np.zeros(len(at), np.bool_)
        for size, prefix, mask in self._prefixes:
            same = length >= size
            for index, (word, bits) in enumerate(zip(prefix, mask, strict=True)):
                same &= (words.take(at + index, mode="clip") & bits) == word
            some |= same
        return some


def _told_in(messages: Sequence[Message]) -> int:
    """How many things messages tell: a gateway's record is one."""
    records = sum(
        len(value) // RECORD.itemsize
        for message in messages
        for value in message.args
        if isinstance(value, bytes)
    )
    return len(messages) + records


def _in_order(parts: list[Rows]) -> tuple[Said, Ints]:
    """Return what readers found, in the order in which it arrived, and by which datagram."""
    if len(parts) == 1:
        return parts[0].said, parts[0].owner
    owner = np.concatenate([part.owner for part in parts])
    place = np.concatenate([part.place for part in parts])
    order = np.argsort(owner << 32 | place, kind="stable")
    return together([part.said for part in parts]).take(order), owner[order]
