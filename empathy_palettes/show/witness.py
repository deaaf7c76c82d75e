"""What follows a show without changing it: a recording, and what keeps the last minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ..core.clock import Tick
from ..core.command import Command
from ..inlet.gate import Admitted
from ..inlet.gating.registry import Whos
from .door import Door


class Witness(Protocol):
    """Is told everything that a show is a function of, in its order; never keeps it waiting."""

    def lived(
        self, step: int, admitted: Admitted, gone: Whos, told: Mapping[str, float], door: Door
    ) -> None:
        """Take in a step: who said what, who withdrew, and who has fallen silent.

        `told`: the signals, as far as they may be told. `door`: knows those who are here by name.
        """

    def asked(self, step: int, command: Command) -> None:
        """Take in a command that was applied after `step`; of those alone that are recorded."""

    def on_show(self, step: int, place: int, name: str, title: str) -> None:
        """Take in that an entry of the playlist is on show from `step` on."""

    def shown(self, tick: Tick) -> None:
        """Take in that the tick's frame was drawn."""

    def news(self) -> list[str]:
        """Return what the technician is to know, each line once."""

    def close(self) -> None:
        """Finish what was begun; safe to call twice."""
