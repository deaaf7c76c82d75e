"""What a show hands to the thread that records it, and the bounded queue that it goes through.

Neither packs nor writes: `keeper` does, at its end.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from ..naming import Digests
from .format import Whos
from .part import Lived

NewPeople = tuple[Whos, Digests, bytes]  # numbers, digests (n, 2), and the naming key of these


class Second(NamedTuple):
    """A second of a show; `samples` are those of `lived`, which has none itself, as bytes.

    `whole`: whether it follows on the one before; else it tells of all that was not taken since,
    and its samples are no more than what each said last.
    """

    lived: Lived
    samples: Sequence[bytes]
    people: Sequence[NewPeople]
    gone: Sequence[Whos]
    whole: bool = True

    @property
    def size(self) -> int:
        """How many bytes it takes in memory, about."""
        return 4096 + sum(map(len, self.samples))


class Leaving(NamedTuple):
    """Those who withdrew at `step`: to be erased at once."""

    step: int
    who: Whos


class Refusing(NamedTuple):
    """Those who said no at `step`, known by name alone: names (n, 2), and the naming key."""

    step: int
    names: Digests
    salt: bytes


class Closing(NamedTuple):
    """Nothing comes after this; `why`."""

    why: str


Item = Second | Leaving | Refusing | Closing


class Belt:
    """First in, first out; seconds only as long as no more than so many wait, in so many bytes."""

    def __init__(self, most_seconds: int, most_bytes: int) -> None:
        self._most = most_seconds, most_bytes
        self._items = deque[Item]()
        self._seconds = self._bytes = 0
        self._more = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many seconds wait."""
        return self._seconds

    def put(self, item: Item) -> bool:
        """Put something on; False for a second for which there is no room."""
        with self._more:
            if isinstance(item, Second):
                seconds, size = self._most
                if self._seconds >= seconds or self._bytes + item.size > size:
                    return False
                self._seconds += 1
                self._bytes += item.size
            self._items.append(item)
            self._more.notify()
        return True

    def take(self) -> Item:
        """Return the next; waits for it. A second counts as waiting until `done`."""
        with self._more:
            while not self._items:
                self._more.wait()
            return self._items.popleft()

    def done(self, item: Item) -> None:
        """Say that something taken is dealt with."""
        if isinstance(item, Second):
            with self._more:
                self._seconds -= 1
                self._bytes -= item.size
