"""Which circles there are, by number.

Knows no names, only their keyed numbers, and not who is in a circle, only how many are.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush


@dataclass(slots=True)
class _Circle:
    name: int
    members: int = 0


class Circles:
    """Numbers from 1 to `most` for circles that somebody is in; the lowest free one is next.

    Whoever joins leaves again: a circle without members gives up its number and its name.
    """

    def __init__(self, most: int = 1024) -> None:
        self._free = list(range(1, most + 1))  # a heap
        self._numbers: dict[int, int] = {}
        self._circles: dict[int, _Circle] = {}

    def has_room(self, name: int) -> bool:
        """Whether `name` can be joined."""
        return bool(self._free) or name in self._numbers

    def join(self, name: int) -> int:
        """Return the number of the circle `name`, which has one member more. Needs room."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = heappop(self._free)
            self._circles[number] = _Circle(name)
        self._circles[number].members += 1
        return number

    def rejoin(self, name: int, number: int) -> None:
        """Count one member more of the circle `name`, which had this number in the last show.

        Nobody may have joined but by this, and no number exceed `most`.
        """
        if number not in self._circles:
            self._free.remove(number)
            heapify(self._free)
            self._numbers[name] = number
            self._circles[number] = _Circle(name)
        self._circles[number].members += 1

    def name_of(self, number: int) -> int:
        """Return the keyed name of a circle by its number; 0 of 0, which is none."""
        return self._circles[number].name if number else 0

    def leave(self, number: int, members: int = 1) -> None:
        """Count one member less, or so many; 0 is no circle."""
        if number == 0:
            return
        circle = self._circles[number]
        circle.members -= members
        if circle.members == 0:
            del self._circles[number], self._numbers[circle.name]
            heappush(self._free, number)
