"""Puts a show together: an installation, a surface to draw on, and whoever is to be heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND, seconds_since_1900
from ..core.command import Command
from ..core.errors import AssetError, ConfigError, Fault
from ..crowd.crowd import Crowd
from ..inlet.adapters.adapter import Adapter
from ..inlet.gate import Gate
from ..inlet.hearing import Track
from ..inlet.naming import Naming
from ..inlet.notices import Notices
from ..inlet.session.session import Session
from ..inlet.simulate import Held, SimulatedCrowd
from ..inlet.sound import open_sound
from ..mapping.view import CrowdView
from ..outlet.contract import Surface
from ..outlet.keeper import Keeper
from ..render.renderer import Renderer
from .aside.live import Aside
from .crossing import Crossings
from .door import Door
from .handing import Handing, Handover
from .handover import Standing
from .installation import SOUND_KEY, Installation, Simulated
from .listening import Listener, load_adapters, open_listener
from .programme import Programme
from .recorded_door import RecordedDoor, script
from .seeking import Entrance, entrance
from .stage import Stage
from .witness import Witness
from .workshop import Workshop

PREROLL_STEPS = 600  # ten seconds: every smoothing has settled by then


def open_stage(
    installation: Installation,
    owner: Path | None,
    assets: Assets,
    surface: Surface,
    *,
    size: tuple[int, int],
    held: Held | None = None,
    key: bytes | None = None,
    preroll: int = 0,
    fade_in: bool = True,
    follow: bool = False,
    keeper: Keeper | None = None,
    aside: Aside | None = None,
    sound: Track | None = None,
    handing: Handing | None = None,
    session: Session | None = None,
    own: bool = True,
    start: int = 0,
    witnesses: Callable[[Door], Sequence[Witness]] = lambda door: (),
    keep: Callable[[], str] | None = None,
    alpha: bool = False,
    ssaa: int = 1,
) -> Stage:
    """Return a stage that is ready for its first tick.

    `owner`: the file that the playlist's names are relative to. `held`: what a simulated crowd
    feels, in place of its mood. `key`: the gate's, random where None. `follow`: take up edits of
    the preset on show; `aside`: where they are tried first. `sound`: what is heard; None: what the
    installation says. `handing`: what a show that broke off has left, and where this one hands on.
    `session`: a recorded one, whose crowd is in place of anybody's here, and where `installation`
    is its own, so are its commands and how it began; `start`: the step of it that is to be seen
    first: where that is far on, the show is entered two minutes before. `witnesses` makes those
    that follow the show; `keep`: see `Stage`. `alpha`: whether frames keep the alpha of their
    pictures; `ssaa`: how many times larger, on each side, works are drawn.
    Raises the faults of the sound, those of the transitions, those of the first preset, or
    MachineError for a port.
    """
    heard = sound or open_soundtrack(installation, owner, assets)
    with ExitStack() as undo:
        arrive_over = 0 if preroll else 180
        handed = handing.handed if handing else Handover()
        if session and own:
            handed = _taken_over(session, handed.left_out)
        enter = (
            entrance(session, installation, handed.standing, start, own=own) if session else None
        )
        if enter:
            standing = Standing(enter.place)
            handed = Handover(standing=standing, left_out=handed.left_out, recorded=True)
            preroll, fade_in = 1, False  # they are here when the picture begins
        naming = Naming(handed.key or key)
        door = (
            RecordedDoor(session, *((enter.step, enter.before) if enter else ()))
            if session
            else _open_door(
                installation,
                load_adapters(installation.inlet, assets, owner),
                naming,
                held,
                arrive_over,
                handed.standing.real,
            )
        )
        undo.callback(door.close)
        if handed.header is not None:
            stay = round(installation.crowd.leave_after * STEPS_PER_SECOND)
            door.gate.restore(handed.kept, handed.header, stay=stay)
        renderer = Renderer(
            surface.gl,
            size,
            assets,
            safety=installation.safety.safety,
            alpha=alpha,
            ssaa=ssaa,
        )
        undo.callback(renderer.release)
        workshop = Workshop(assets, owner, renderer, installation.seed, aside)
        crossings = Crossings(installation.transition, owner, assets, renderer)

        def make_programme(view: CrowdView) -> Programme:
            return Programme(
                installation.playlist,
                installation.transition.seconds,
                workshop,
                view,
                crossings=crossings,
                follow=follow,
                place=handed.standing.place if handed.goes_on or handed.left_out else None,
                left_out=handed.left_out,
                trying=trying,
                age=enter.age if enter else 0,
            )

        def trying(place: int) -> None:
            if handing:
                entries = installation.playlist
                handing.trying(place, entries[place].preset, len(entries))

        def hand_on(standing: Standing) -> None:
            if handing:
                handing.hand_on(door.gate, naming, standing)

        following = witnesses(door)
        for witness in following:
            undo.callback(witness.close)
        stage = Stage(
            door,
            Crowd(installation.crowd, _shares(installation)),
            renderer,
            make_programme,
            minimum_group=installation.consent.minimum_group,
            preroll=preroll,
            begin=enter.step if enter else 0,
            fade_in=fade_in,
            keeper=keeper,
            sound=heard,
            standing=handed.standing,
            hand_on=hand_on,
            witnesses=following,
            script=_script(session, enter) if session and own else (),
            keep=keep,
        )
        if enter:
            enter.let_age(stage.crowd.people)
        undo.pop_all()
        return stage


def _script(session: Session, enter: Entrance | None) -> Sequence[tuple[int, Command]]:
    return enter.script if enter else script(session)


def _taken_over(session: Session, broke_off: Mapping[int, str]) -> Handover:
    """Return how a recorded show began: from one that broke off, or in the middle of itself.

    `broke_off`: entries at which it does so as it is shown again; they are left out, too.
    """
    begin, works = session.beginning, session.works
    left_out = {int(place): why for place, why in begin.left_out.items()} | dict(broke_off)
    if begin.step and works:
        return Handover(standing=Standing(works[0].place), left_out=left_out, recorded=True)
    if begin.standing:
        place, *flags = begin.standing
        standing = Standing(place, *map(bool, flags))
        return Handover(standing=standing, left_out=left_out, recorded=True)
    return Handover(left_out=left_out)


def open_soundtrack(installation: Installation, owner: Path | None, assets: Assets) -> Track | None:
    """Return the sound that an installation names, or None; ConfigError where it cannot be read.

    All of it is decoded: ten minutes take about a second.
    """
    if installation.sound is None:
        return None
    file = installation.sound.file
    try:
        return open_sound(assets.locate(file, owner) if owner else Path(file))
    except AssetError as error:
        raise ConfigError(
            Fault(str(owner or ""), SOUND_KEY, fault.problem, fault.fix) for fault in error.faults
        ) from None


def _open_door(
    installation: Installation,
    adapters: Mapping[str, Adapter],
    naming: Naming,
    held: Held | None,
    arrive_over: int,
    real: bool,
) -> Door:
    notices = Notices()
    gate = Gate(
        installation.consent.mode,
        max_people=installation.crowd.max_people,
        notices=notices,
        newcomers={number: inlet.newcomers for number, inlet in enumerate(installation.inlet, 1)},
        level=installation.consent.level,
    )
    listeners: list[Listener] = []
    try:
        for number, inlet in enumerate(installation.inlet, 1):
            listeners.append(
                open_listener(inlet, number, adapters, naming, notices, seconds_since_1900, gate)
            )
    except BaseException:
        for listener in listeners:
            listener.socket.close()
        raise
    simulated = None
    if installation.simulated is not None:
        simulated = simulated_crowd(installation.simulated, installation.seed, held, arrive_over)
    alone = installation.consent.level == 2
    return Door(gate, naming, notices, listeners, simulated, real=real, alone=alone)


def _shares(installation: Installation) -> dict[int, float]:
    """The share of each inlet that has one, by its number."""
    shares = enumerate((inlet.share for inlet in installation.inlet), 1)
    return {number: share for number, share in shares if share < 1.0}


def simulated_crowd(
    spec: Simulated, seed: int, held: Held | None = None, arrive_over: int = 0
) -> SimulatedCrowd:
    """Return the crowd that `spec` describes."""
    return SimulatedCrowd(
        spec.people,
        held or spec.mood,
        seed,
        rate=spec.rate,
        arrive_over=arrive_over,
        circles=spec.circles,
    )
