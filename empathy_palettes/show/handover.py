"""What a show leaves to the next one should it break off: what its parent keeps of it meanwhile.

It goes through pipes as lines of JSON. Nothing of it is ever written to a file; of people it holds
what `inlet.gating.kept` says, and understands none of it. Needs no numpy: the parent has none.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any, NamedTuple

NAME_BYTES = 16  # of a row, at its beginning

#: What a line may hold: `key`, `gone`, `kept` with its `row`, `header` and `standing` are for the
#: `Deposit`, `trying` for `Trials`. `shown`: there is a picture, and the show is to end at `until`.
#: `report`: what there is to report. `over`: whether the show has ended as it should.
_KINDS: dict[str, type | tuple[type, ...]] = {
    "key": str,
    "gone": str,
    "kept": str,
    "row": int,
    "header": list,
    "standing": list,
    "trying": list,
    "shown": bool,
    "until": (int, float, type(None)),
    "report": dict,
    "over": bool,
}


class Standing(NamedTuple):
    """How a show stands, people left out.

    `place`: which entry of the playlist is on show. `frozen`: whether the picture is held still.
    `dark`: whether it is to be black. `real`: whether the simulated crowd has made room for people.
    """

    place: int = 0
    frozen: bool = False
    dark: bool = False
    real: bool = False


BEGINNING = Standing()


class Deposit:
    """What a parent keeps of its show, by the lines that come up from it.

    Of people: the key that their names are numbered with, and a row for each of whom something is
    known, those last changed at the end. A new key ends all that was kept under the one before.
    """

    def __init__(self) -> None:
        self._key = ""
        self._header: list[int] = []
        self._rows: dict[bytes, bytes] = {}
        self._standing: list[int] = list(BEGINNING)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, line: dict[str, Any]) -> None:
        """Take what a line says: `key`, `gone`, `kept`, `header` and `standing`, each if there.

        ValueError, and nothing is taken, where the rows cannot be read.
        """
        gone = parts(b64decode(line.get("gone", "")), NAME_BYTES)
        rows = parts(b64decode(line.get("kept", "")), line.get("row", 1))
        if "key" in line:
            self._key = line["key"]
            self._header = []
            self._rows.clear()
        for name in gone:
            self._rows.pop(name, None)
        for row in rows:
            name = row[:NAME_BYTES]
            self._rows.pop(name, None)  # so that it comes last
            self._rows[name] = row
        self._header = line.get("header", self._header)
        self._standing = line.get("standing", self._standing)

    def line(self) -> dict[str, Any]:
        """Return all that is kept as one line: `take` of another deposit takes it whole."""
        return {
            "key": self._key,
            "header": self._header,
            "standing": self._standing,
            **packed(self._rows.values()),
        }


def is_ours(line: object) -> bool:
    """Return whether what came up is a line of a show, and not what something in it has printed."""
    return (
        isinstance(line, dict)
        and bool(line)
        and all(key in _KINDS and isinstance(line[key], _KINDS[key]) for key in line)
    )


def packed(rows: Iterable[bytes]) -> dict[str, Any]:
    """Return rows, all of one length, as the part of a line that `take` takes for `kept`."""
    rows = list(rows)
    return {"kept": b64encode(b"".join(rows)).decode(), "row": len(rows[0])} if rows else {}


def parts(whole: bytes, length: int) -> list[bytes]:
    """Return `whole`, cut into parts of `length` bytes."""
    return [whole[start : start + length] for start in range(0, len(whole), length)]
