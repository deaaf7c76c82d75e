"""An inlet with one adapter, fed with bytes as they come from the network."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.inlet.adapters.adapter import Adapter, load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.adapters.participants import MayCome
from empathy_palettes.inlet.naming import Naming, Space
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Limits, decode
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.said import Said

HOST = b"\0" * 10 + b"\xff\xff" + bytes((10, 0, 0, 7))  # 10.0.0.7
KEY = b"sixteen bytes of"
ELSEWHERE = HOST[:-1] + b"\x08"
HALF = b"\x3f\0\0\0"


def floats(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}f", *numbers)


def xy(x: float, y: float) -> bytes:
    return b"/1/xy1\0\0,ff\0" + floats(x, y)


@dataclass
class Inlet:
    """What the tests look at."""

    adapters: Adapters
    notices: Notices
    naming: Naming = field(default_factory=lambda: Naming(KEY))

    def hear(self, step: int, *packets: bytes, host: bytes = HOST) -> Said:
        limits = Limits(slashless=self.adapters.slashless)
        messages = [
            (message, host)
            for packet in packets
            for message in decode(packet, self.notices.rejected, limits)
        ]
        return self.adapters.read(messages, step)

    def who(self, adapter: str, device: str = "", host: bytes = HOST) -> tuple[int, int]:
        name = b"\0".join((adapter.encode(), device.encode(), host))
        return self.naming.digest(name, Space.ADAPTED)


@pytest.fixture(scope="session")
def assets() -> Assets:
    return Assets([builtin_root()])


@pytest.fixture
def listening(assets: Assets) -> Callable[..., Inlet]:
    """`listening("vmc", "vrcft", range=(0, 1))`: an inlet with these adapters."""

    def listening(
        *adapters: str | Adapter,
        range: tuple[float, float] = (-1.0, 1.0),
        people: dict[str, str] | None = None,
        most: int = 4096,
        may_come: MayCome | None = None,
        outside: Callable[[], Reason] | None = None,
    ) -> Inlet:
        notices = Notices()
        chosen: Iterable[Adapter] = [
            load_adapter(each, assets) if isinstance(each, str) else each for each in adapters
        ]
        naming = Naming(KEY)
        made = Adapters(
            chosen,
            naming,
            notices,
            3,
            people,
            range=range,
            most=most,
            may_come=may_come,
            outside=outside,
        )
        return Inlet(made, notices)

    return listening
