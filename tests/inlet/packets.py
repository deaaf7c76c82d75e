"""Packets as senders send them, and as nobody should, from a seed."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

from empathy_palettes.inlet.osc import encode, encode_bundle

_SPECIAL = (float("nan"), float("inf"), -float("inf"), 1e-40, -0.0, 1.0000001, -1.0, 73.0)
_FIELDS = ("", "", "", "/valence", "/arousal", "/word", "/circle", "/consent", "/mood")
_TEXTS = ("joy", "grief", "joyy", "", "river", "x" * 70)


class Packets:
    """An endless supply; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def any(self) -> bytes:
        """Return a packet, half of the time a broken one."""
        packet = self.valid()
        return self.broken(packet) if self._random.random() < 0.5 else packet

    def valid(self) -> bytes:
        """Return a packet that is OSC, if not always something that is understood."""
        chance = self._random.random()
        if chance < 0.6:
            return self.message()
        count = self._random.randrange(1, 12)
        if chance < 0.7:
            name, axes = self.name(), self._random.randrange(2, 5)
            return encode_bundle([self.feeling(name, axes) for _ in range(count)])
        if chance < 0.8:
            return encode_bundle([self.feeling(self.name(), 2) for _ in range(count)])
        if chance < 0.95:
            return encode_bundle([self.message() for _ in range(count)])
        return encode_bundle([self.message(), encode_bundle([self.message()])])

    def message(self) -> bytes:
        """Return a message."""
        random = self._random
        chance = random.random()
        if chance < 0.6:
            return self.feeling(self.name(), random.randrange(1, 6))
        if chance < 0.7:
            records = [
                struct.pack("<8sff", self.name().encode()[:8], self.number(), self.number())
                for _ in range(random.randrange(5))
            ]
            return encode("/empathy/crowd", b"".join(records)[: random.choice((999, 999, 20))])
        field = random.choice(_FIELDS)
        if field in ("/valence", "/arousal"):
            return encode(f"/empathy/{self.name()}{field}", self.number())
        if field in ("/word", "/circle", "/mood"):
            return encode(f"/empathy/{self.name()}{field}", random.choice(_TEXTS))
        if field == "/consent":
            return encode(f"/empathy/{self.name()}{field}", random.randrange(4))
        return encode(random.choice(("/muse/eeg", "/empathyx", "/a")), 1, 0.5, True, "text", b"12")

    def feeling(self, name: str, axes: int) -> bytes:
        """Return a message of so many floats."""
        return encode(f"/empathy/{name}", *(self.number() for _ in range(axes)))

    def name(self) -> str:
        """Return a participant's name, seldom one that is none."""
        random = self._random
        if random.random() < 0.05:
            return random.choice(("crowd", "", "x" * 64, "x" * 65, "a/b", " ", "~"))
        letters = "abcdefghijklmnopqrstuvwxyz0123456789.-_ ABC"
        return "".join(random.choices(letters, k=random.choice((1, 3, 4, 5, 6, 7, 8, 14, 15, 36))))

    def number(self) -> float:
        """Return a number, mostly within [-1, 1]."""
        random = self._random
        return random.uniform(-1, 1) if random.random() < 0.95 else random.choice(_SPECIAL)

    def mutated(self, corpus: Sequence[bytes]) -> bytes:
        """Return one of `corpus`, broken."""
        return self.broken(corpus[int(self._random.random() * len(corpus))])

    def broken(self, packet: bytes) -> bytes:
        """Return a packet changed in up to four places: bytes, bits, ends, whole words."""
        random = self._random
        changed = bytearray(packet)
        for _ in range(random.randrange(1, 5)):
            at = random.randrange(len(changed) + 1)
            chance = random.random()
            if chance < 0.4 and at < len(changed):
                changed[at] = random.choice(
                    (0, 0x2F, 0x2C, 0x7F, 0x80, 0xFF, random.randrange(256))
                )
            elif chance < 0.6 and at < len(changed):
                changed[at] ^= 1 << random.randrange(8)
            elif chance < 0.7:
                del changed[at // 4 * 4 :]
            elif chance < 0.8:
                del changed[at : at + random.randrange(5)]
            elif chance < 0.9:
                changed[at // 4 * 4 : at // 4 * 4] = random.randbytes(4)
            else:
                word = bytes(changed[at // 4 * 4 : at // 4 * 4 + 4 * random.randrange(4)])
                changed += word
        return bytes(changed)
