"""A pipe with a show at one end and its parent at the other."""

from __future__ import annotations

import json
import os
from typing import Any

from empathy_palettes.show.handing import Handover, taken_up
from empathy_palettes.show.handover import Deposit


class Pipe:
    """Such a pipe: `into` is for the show, `listen` for the parent."""

    def __init__(self) -> None:
        self.out, into = os.pipe()
        os.set_blocking(self.out, False)
        self.into = into
        self.deposit = Deposit()
        self._text = b""

    def listen(self) -> list[dict[str, Any]]:
        """Let the parent take all that has come, and return it."""
        while True:
            try:
                self._text += os.read(self.out, 1 << 16)
            except BlockingIOError:
                break
        *lines, self._text = self._text.split(b"\n")
        told = [json.loads(line) for line in lines]
        for line in told:
            self.deposit.take(line)
        return told

    @property
    def handed(self) -> Handover:
        """What the next show is given, after its way through the other pipe."""
        return taken_up(json.loads(json.dumps(self.deposit.line())))
