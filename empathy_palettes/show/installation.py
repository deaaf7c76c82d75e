"""An installation file: one set-up of a place, as frozen records.

Does not open anything it describes: `build` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ..core.assets import Assets
from ..core.config import Record, parse, read_toml
from ..core.errors import AssetError, ConfigError, Fault
from ..core.flash import Safety
from ..crowd.crowd import CrowdSettings
from ..inlet.adapters.adapter import Adapter
from ..inlet.rings import MOST_RINGS
from ..inlet.session.room import RecordRules
from ..outlet.osc_out import Send
from .listening import Inlet, load_adapters
from .ports import wrong_ports

MOST_SIMULATED = 100_000
SOUND_KEY = "sound.file"
RECORD_KEY = "record.folder"
LONGEST_STAY = 3600.0  # seconds; then a preset crossfades into itself, so that TIME stays fine


class Entry(Record):
    """One preset of the playlist and how long it stays, in seconds; None: as long as it may."""

    preset: str
    seconds: Annotated[float, Field(ge=5, le=LONGEST_STAY)] | None = None


class Transition(Record):
    """How one preset gives way to the next, in this many seconds.

    `shader`: a transition shader, or several that take turns; none: a plain crossfade. `inputs`:
    constants for what else they declare, written as in a preset; a table of a shader's name is
    that shader's own.
    """

    seconds: Annotated[float, Field(ge=0.5, le=60)] = 4.0
    shader: str | tuple[str, ...] = ()
    inputs: dict[str, Any] = Field(default_factory=dict)

    @property
    def shaders(self) -> tuple[str, ...]:
        """The names of the shaders, in their turns."""
        return (self.shader,) if isinstance(self.shader, str) else self.shader

    def key(self, place: int) -> str:
        """Return the key at which the shader of this turn is written."""
        return "transition.shader" if isinstance(self.shader, str) else f"transition.shader.{place}"

    @model_validator(mode="after")
    def _inputs_of_something(self) -> Transition:
        if self.inputs and not self.shaders:
            raise ValueError('inputs are those of a shader: add a line shader = "tide"')
        return self


class Display(Record):
    """Where the picture is shown: `number` counts the desktop's displays from 0."""

    size: tuple[Annotated[int, Field(ge=16, le=16384)], Annotated[int, Field(ge=16, le=16384)]] = (
        1920,
        1080,
    )
    fullscreen: bool = True
    number: Annotated[int, Field(ge=0)] = 0
    vsync: bool = True


class Consent(Record):
    """How people said yes.

    `attested`: whoever hangs the work declares in `statement` who gave consent, and how.
    `explicit`: each person sends /empathy/<who>/consent 1 first. `level`: what they said yes to in
    an attested place: 1 be part of the collective, 2 be followed alone, too. `notice`: where and
    how people are told that bodies or faces are read, which is asked for where they are. While
    fewer people than `minimum_group` are here, the picture answers each of them, but no number
    about them is told and no gathering of theirs is shown.
    """

    mode: Literal["attested", "explicit"] = "explicit"
    statement: str = ""
    level: Literal[1, 2] = 1
    notice: str = ""
    minimum_group: Annotated[int, Field(ge=1)] = 5

    @model_validator(mode="after")
    def _stated(self) -> Consent:
        if self.mode == "attested" and not self.statement.strip():
            raise ValueError('attested consent wants a statement = "who gave consent, and how"')
        if self.mode == "explicit" and (self.level != 1 or self.statement.strip()):
            named = " and ".join(
                name
                for name, said in (
                    ("level", self.level != 1),
                    ("statement", self.statement.strip()),
                )
                if said
            )
            raise ValueError(
                f"explicit: each person says their own level, by message: leave {named} out, "
                'or say mode = "attested"'
            )
        return self


class SafetyRules(Record):
    """How visitors' eyes are guarded.

    `peak_nits`: the luminance of white on the wall, in cd/m²; brighter than 200, and flashes count
    from a smaller change on; beyond 4,000, from less than the steps of 8 bits. `guard`: "budget"
    holds what would flash too often, and shows the rest as it is; "slew" slows every change.
    `unsafe_no_flash_guard`: nothing is guarded; at every start and each hour the show says so.
    """

    peak_nits: Annotated[float, Field(gt=0, le=4_000)] = 200.0
    guard: Literal["budget", "slew"] = "budget"
    unsafe_no_flash_guard: bool = False

    @property
    def safety(self) -> Safety:
        """What the renderer is told."""
        return Safety(self.peak_nits, "off" if self.unsafe_no_flash_guard else self.guard)


class Sound(Record):
    """What is heard: an audio file beside the installation; it begins with the show, and again."""

    file: Annotated[str, Field(min_length=1, max_length=1_000)]


class Simulated(Record):
    """A simulated crowd, for places where nobody has spoken yet; it leaves when somebody does.

    `circles`: how many circles its people join.
    """

    people: Annotated[int, Field(ge=0, le=MOST_SIMULATED)] = 300
    mood: str = "drift"
    rate: Annotated[float, Field(gt=0, le=60)] = 10.0
    circles: Annotated[int, Field(ge=0, le=MOST_RINGS)] = 0


class Installation(Record):
    """Everything about one place; every key has a default but the playlist."""

    title: str = ""
    playlist: Annotated[tuple[Entry, ...], Field(min_length=1)]
    transition: Transition = Transition()
    display: Annotated[tuple[Display, ...], Field(min_length=1, max_length=1)] = (Display(),)
    inlet: Annotated[tuple[Inlet, ...], Field(max_length=16)] = (Inlet(),)
    send: Annotated[tuple[Send, ...], Field(max_length=16)] = ()
    consent: Consent = Consent()
    safety: SafetyRules = SafetyRules()
    crowd: CrowdSettings = CrowdSettings()
    simulated: Simulated | None = None
    sound: Sound | None = None
    record: RecordRules | None = None
    seed: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _room_for_real_people(self) -> Installation:
        if self.simulated and self.simulated.people >= self.crowd.max_people:
            raise ValueError("simulated.people must leave room below crowd.max_people")
        return self


@dataclass(frozen=True, slots=True)
class LoadedInstallation:
    """An installation and the file it was read from."""

    path: Path
    installation: Installation


def load_installation(name: str, assets: Assets) -> LoadedInstallation:
    """Return the installation that `name` means, its playlist and transitions looked up.

    Raises AssetError where there is none of that name, ConfigError with every fault of the file.
    """
    path = _found(name, assets)
    table = read_toml(path)
    if "shader" in table and "playlist" not in table:
        raise _shown_live(name, "preset")
    installation = parse(table, Installation, str(path))
    faults = _missing_presets(path, installation, assets)
    faults += _missing_transitions(path, installation.transition, assets)
    faults += _missing_sound(path, installation.sound, assets)
    faults += _wrong_listeners(path, installation, assets)
    faults += _wrong_record(path, installation)
    if faults:
        raise ConfigError(faults)
    return LoadedInstallation(path, installation)


def _found(name: str, assets: Assets) -> Path:
    """Return the installation's file; where the name is another kind's, say how to show that."""
    try:
        return assets.find("installations", name)
    except AssetError:
        for kind in ("presets", "shaders"):
            try:
                assets.find(kind, name)
            except AssetError:
                continue
            raise _shown_live(name, kind.removesuffix("s")) from None
        raise


def _shown_live(name: str, kind: str) -> AssetError:
    return AssetError(Fault("", "", f"{name} is a {kind}", f"empathy live {name}"))


def _missing_presets(path: Path, installation: Installation, assets: Assets) -> list[Fault]:
    faults = []
    for index, entry in enumerate(installation.playlist):
        try:
            assets.resolve("presets", entry.preset, path)
        except AssetError as error:
            miss = error.faults[0]
            faults.append(Fault(str(path), f"playlist.{index}.preset", miss.problem, miss.fix))
    return faults


def _missing_transitions(path: Path, transition: Transition, assets: Assets) -> list[Fault]:
    faults = []
    for place, name in enumerate(transition.shaders):
        try:
            find_transition(name, assets, path)
        except AssetError as error:
            miss = error.faults[0]
            faults.append(Fault(str(path), transition.key(place), miss.problem, miss.fix))
    return faults


def _missing_sound(path: Path, sound: Sound | None, assets: Assets) -> list[Fault]:
    try:
        if sound:
            assets.locate(sound.file, path)
    except AssetError as error:
        return [Fault(str(path), SOUND_KEY, fault.problem, fault.fix) for fault in error.faults]
    return []


def _wrong_record(path: Path, installation: Installation) -> list[Fault]:
    folder = Path(installation.record.folder) if installation.record else Path()
    if not folder.exists() or folder.is_dir():
        return []
    fix = "name a folder, or one that is not there yet"
    return [Fault(str(path), RECORD_KEY, f"{str(folder)!r} is a file", fix)]


def _wrong_listeners(path: Path, installation: Installation, assets: Assets) -> list[Fault]:
    inlets = installation.inlet
    try:
        adapters = load_adapters(inlets, assets, path)
    except ConfigError as error:
        return list(error.faults)
    faults = wrong_ports(inlets, installation.send, adapters, str(path))
    if not installation.consent.notice.strip():
        faults += [
            Fault(
                str(path),
                f"inlet.{number}",
                f"{kind} is read here, and nothing says that people are told",
                '[consent] notice = "where and how they are told when they come in"',
            )
            for number, inlet in enumerate(inlets)
            for kind in _read_off(inlet, adapters)
        ]
    return faults


def _read_off(inlet: Inlet, adapters: Mapping[str, Adapter]) -> list[str]:
    """Return which kinds of feeling are read off people, rather than told by them, there."""
    kinds = {inlet.kind, *(adapters[name].kind for name in inlet.adapters)}
    return sorted(kinds & {"physiology", "expression"})


def find_transition(name: str, assets: Assets, owner: Path | None) -> Path:
    """Return the shader file that a transition's name means; AssetError where there is none.

    `shaders/transitions/` comes first, then the other shaders; `owner`: whose reference it is.
    """
    try:
        return _find("transitions", name, assets, owner)
    except AssetError:
        try:
            return _find("shaders", name, assets, owner)
        except AssetError:
            pass
        raise


def _find(kind: str, name: str, assets: Assets, owner: Path | None) -> Path:
    return assets.resolve(kind, name, owner) if owner else assets.find(kind, name)


def preset_show(
    preset: str,
    size: tuple[int, int],
    seed: int,
    simulated: Simulated | None,
    minimum_group: int = 1,
) -> Installation:
    """Return the installation that shows one preset for ever, listening to nobody."""
    consent = Consent(mode="attested", statement="simulated people", minimum_group=minimum_group)
    return Installation(
        playlist=(Entry(preset=preset),),
        display=(Display(size=size, fullscreen=False),),
        inlet=(),
        consent=consent,
        crowd=CrowdSettings(max_people=max(4096, (simulated.people if simulated else 0) + 64)),
        simulated=simulated,
        seed=seed,
    )
