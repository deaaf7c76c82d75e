"""The ports of an installation: how each is written in its file, and what listens there.

Admits nobody and knows no crowd.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Protocol

import numpy as np
from pydantic import Field, field_validator, model_validator

from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND
from ..core.config import Record
from ..core.errors import AssetError, ConfigError, Fault
from ..inlet.adapters.adapter import Adapter, load_adapter
from ..inlet.adapters.engine import Adapters
from ..inlet.gate import Gate
from ..inlet.gating.answers import NEW_NAMES
from ..inlet.naming import Naming
from ..inlet.notices import Notices
from ..inlet.reader import Reader
from ..inlet.reasons import Reason
from ..inlet.said import Said
from ..inlet.sample import Kind
from ..inlet.wire.datagrams import Datagrams, Hosts
from ..inlet.wire.networks import Networks
from ..inlet.wire.tcp import TcpInlet
from ..inlet.wire.traffic import Traffic
from ..inlet.wire.udp import UdpInlet

PORT = 9000
SLOW_STEPS = 4  # of a frame, in which what has to be read slowly is given a frame's time
OWN_STEPS = 10 * STEPS_PER_SECOND  # after so many this machine's addresses are read anew
_NAME = "1 to 64 letters, digits and signs without spaces or /"
KindName = Literal["self_report", "expression", "physiology", "model"]


class Inlet(Record):
    """One port that listens for OSC.

    `listen`: this machine's address to bind; 127.0.0.1 hears this machine only, 0.0.0.0 every
    network it is on. `networks`: whom it hears of those; none: everybody. `range`: the span that
    senders use for valence, arousal and dominance. `adapter`: what else it understands besides
    `/empathy/…`. `port`: None = that of the first adapter, else 9000. `people`: whose a device is,
    by what its adapter tells it by. `rate`: datagrams per second and machine, but for this one;
    `newcomers`: people whom nobody knows yet, likewise. `share`: the most of the crowd's weight
    that those who come through here hold while others are there.
    """

    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    listen: str = "127.0.0.1"
    protocol: Literal["udp", "tcp"] = "udp"
    networks: tuple[str, ...] = ()
    range: tuple[float, float] = (-1.0, 1.0)
    kind: KindName = "self_report"
    adapter: str | tuple[str, ...] = ()
    people: dict[str, Annotated[str, Field(pattern=r"^[!-.0-~]{1,64}$", description=_NAME)]] = (
        Field(default_factory=dict)
    )
    rate: Annotated[int, Field(ge=1, le=1_000_000)] = 2_000
    newcomers: Annotated[int, Field(ge=1, le=1_000_000)] = NEW_NAMES
    share: Annotated[float, Field(gt=0, le=1)] = 1.0

    @property
    def adapters(self) -> tuple[str, ...]:
        """The names of the adapters."""
        return (self.adapter,) if isinstance(self.adapter, str) else self.adapter

    def key(self, place: int) -> str:
        """Return the key at which the adapter of this place is written."""
        return "adapter" if isinstance(self.adapter, str) else f"adapter.{place}"

    @field_validator("networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        try:
            Networks(networks)
        except ValueError as error:
            raise ValueError(f"{error}: write a network, such as 192.168.1.0/24") from None
        return networks

    @model_validator(mode="after")
    def _rising(self) -> Inlet:
        if self.range[0] >= self.range[1]:
            raise ValueError("a range rises: [lowest, highest], for example [0, 1]")
        return self

    @model_validator(mode="after")
    def _trusts_somebody(self) -> Inlet:
        if self.protocol == "tcp" and not self.networks and not _is_loopback(self.listen):
            raise ValueError(
                'this protocol is for machines you trust: name them, networks = ["10.0.0.5"]'
            )
        return self

    @model_validator(mode="after")
    def _people_of_devices(self) -> Inlet:
        if self.people and not self.adapters:
            raise ValueError("people are those of devices: name their adapter")
        return self


class Port(Protocol):
    """A socket that is emptied once per frame."""

    port: int
    loopback: bool
    datagrams: int

    @property
    def errors(self) -> int:
        """How often the system failed to read."""

    @property
    def dropped(self) -> int | None:
        """How many datagrams the system had no room for; None where it does not tell."""

    def drain(self, steps: int) -> Datagrams:
        """Return what waits, at a frame that spans so many steps."""

    def addresses(self) -> list[str]:
        """Return where senders reach it."""

    def own(self) -> Hosts:
        """Return this machine's addresses besides loopback, (n, 2)."""

    def close(self) -> None:
        """Give the port back; safe to call twice."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A port, whom it hears, and how what it hears is to be read."""

    socket: Port
    reader: Reader
    traffic: Traffic
    networks: Networks
    protocol: str = "UDP"
    now: Callable[[], float] | None = None  # seconds since 1900; None: time tags are not looked at

    def listen(self, step: int, steps: int, frames: float | None = None) -> Said:
        """Return what has arrived, to be admitted at `step`, at a frame that spans `steps`.

        `frames`: how much time there is for what has to be read slowly (`Reader.read`), None = as
        much as if there were no other port.
        """
        if frames is None:
            frames = slow_frames(steps)
        if not self.socket.loopback and step % OWN_STEPS < steps:
            self.reader.own = self.socket.own()  # a network may have come, or given another one
        datagrams = self.socket.drain(steps)
        if not len(datagrams):
            return self.reader.read(datagrams, step, frames)
        if self.networks:
            heard = self.networks.hear(datagrams.host)
            if not heard.all():
                strangers = len(heard) - int(np.count_nonzero(heard))
                self.reader.notices.reject(Reason.NETWORK, count=strangers)
                datagrams = datagrams.take(heard)
        if not self.socket.loopback:
            allowed = self.traffic.admit(datagrams, step, own=self.reader.own)
            if not allowed.all():
                datagrams = datagrams.take(allowed)
        now = self.now() if self.now else None
        return self.reader.read(datagrams, step, frames, now)


def slow_frames(steps: int) -> float:
    """Return how many frames' time a frame that spans `steps` has for what is read slowly."""
    return max(1.0, steps / SLOW_STEPS)


def load_adapters(
    inlets: tuple[Inlet, ...], assets: Assets, owner: Path | None
) -> Mapping[str, Adapter]:
    """Return every adapter that is named, by name; ConfigError with all that is wrong."""
    found: dict[str, Adapter] = {}
    faults: list[Fault] = []
    for number, inlet in enumerate(inlets):
        for place, name in enumerate(inlet.adapters):
            where = f"inlet.{number}.{inlet.key(place)}"
            try:
                found[name] = load_adapter(name, assets, owner)
            except AssetError as error:
                faults += [
                    Fault(str(owner or ""), where, miss.problem, miss.fix) for miss in error.faults
                ]
            except ConfigError as error:
                faults += error.faults
    if faults:
        raise ConfigError(faults)
    return found


def port_of(inlet: Inlet, adapters: Mapping[str, Adapter]) -> int:
    """Return the port that an inlet listens on."""
    if inlet.port is not None:
        return inlet.port
    ports = (adapters[name].port for name in inlet.adapters)
    return next((port for port in ports if port), PORT)


def open_listener(
    inlet: Inlet,
    number: int,
    adapters: Mapping[str, Adapter],
    naming: Naming,
    notices: Notices,
    now: Callable[[], float] | None = None,
    gate: Gate | None = None,
) -> Listener:
    """Return an open port; MachineError where it cannot be had.

    `number`: which inlet, from 1. `now`: seconds since 1900, against which time tags are held.
    `gate`: whom adapters are to keep nothing of, it says; None: they may of everybody.
    """
    port = port_of(inlet, adapters)
    chosen = [adapters[name] for name in inlet.adapters]
    networks = Networks(inlet.networks)
    socket: UdpInlet | TcpInlet
    if inlet.protocol == "tcp":
        socket = TcpInlet(inlet.listen, port, inlet.networks)
    else:
        socket = UdpInlet(inlet.listen, port)
    reader = Reader(
        inlet.range,
        naming,
        notices,
        kind=Kind[inlet.kind.upper()],
        origin=number,
        adapters=Adapters(
            chosen,
            naming,
            notices,
            number,
            inlet.people,
            range=inlet.range,
            may_come=gate.may_come if gate else None,
            outside=gate.outside if gate else None,
        )
        if chosen
        else None,
        own=socket.own(),
    )
    return Listener(
        socket, reader, Traffic(inlet.rate, notices), networks, inlet.protocol.upper(), now
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
