"""Follows a show into a session file: what it was made of when it began, and all that came then.

Writes nothing itself: `inlet.session.recorder` does, on a thread of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from .. import __version__
from ..core.assets import Assets
from ..core.clock import STEPS_PER_SECOND, Tick, stamp
from ..core.command import Command
from ..inlet.gate import Admitted
from ..inlet.gating.registry import Whos
from ..inlet.session.format import SUFFIX, Beginning
from ..inlet.session.recorder import Recorder
from ..inlet.session.room import RecordRules, free_path
from .door import Door
from .handing import Handover
from .installation import Installation
from .sources import Sources, gather

TOLD_STEPS = STEPS_PER_SECOND // 10
UNBOUNDED = 1e9  # gigabytes


def beginning(
    installation: Installation,
    sources: Sources,
    title: str,
    size: tuple[int, int],
    *,
    handed: Handover | None = None,
    drawn_by: str = "",
) -> Beginning:
    """Return what a session says of how its show began; each call is another show's."""
    told = installation.model_dump(mode="json")
    if not sources.owner:
        for entry, path in zip(told["playlist"], sources.works, strict=True):
            entry["preset"] = path or entry["preset"]
    handed = handed or Handover()
    safety = installation.safety.safety
    return Beginning(
        series=secrets.token_hex(16),
        part=1,
        step=0,
        version=__version__,
        begun=stamp(),
        title=installation.title or title,
        size=size,
        installation=told,
        owner=sources.owner,
        roots=sources.roots,
        include_paths=sources.include_paths,
        files=sources.listed,
        sound=sources.sound,
        standing=tuple(map(int, handed.standing)) if handed.goes_on else (),
        left_out={str(place): why for place, why in handed.left_out.items()},
        drawn_by=drawn_by,
        guard=safety.guard,
    )


class Recording:
    """A witness that hands everything to a `Recorder`."""

    def __init__(self, recorder: Recorder, sources: Sources | None = None) -> None:
        """`sources`: the files of the show, as they were recorded."""
        self._recorder = recorder
        self._sources = sources
        self._news: list[str] = []

    @property
    def recording(self) -> bool:
        """Whether there is a file that is being written."""
        return self._recorder.recording

    @property
    def path(self) -> Path:
        """The file that is being written."""
        return self._recorder.path

    def lived(
        self, step: int, admitted: Admitted, gone: Whos, told: Mapping[str, float], door: Door
    ) -> None:
        """Record a step."""
        self._recorder.step(
            step,
            admitted.samples,
            admitted.withdrawn,
            gone,
            told if step % TOLD_STEPS == 0 else None,
            door.gate.names_of,
            door.salt,
        )
        if len(door.noes.names):
            self._recorder.refuse(step, *door.noes)

    def asked(self, step: int, command: Command) -> None:
        """Record a command."""
        self._recorder.command(step, command)

    def on_show(self, step: int, place: int, name: str, title: str) -> None:
        """Record what is on show; say so where its files have been edited since they were."""
        for path in self._sources.edited() if self._sources else ():
            self._news.append(f"{path.name} was edited: it is recorded as it was at the beginning")
        self._recorder.work(step, place, name, title)

    def shown(self, tick: Tick) -> None:
        """Record a frame."""
        self._recorder.tick(tick)

    def news(self) -> list[str]:
        """Return what the recorder has to say."""
        news, self._news = self._news, []
        return news + self._recorder.news()

    def close(self) -> None:
        """Finish the file."""
        self._recorder.close()


def default_path(rules: RecordRules, title: str) -> Path:
    """Return the file that a show is recorded to where nobody has said which."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in title.lower())
    name = "-".join(filter(None, plain.split("-"))) or "show"
    return free_path(Path(rules.folder) / f"{name}-{stamp()}{SUFFIX}")


def open_recording(
    path: Path,
    installation: Installation,
    owner: Path | None,
    assets: Assets,
    title: str,
    size: tuple[int, int],
    salt: bytes,
    *,
    sound: Path | None = None,
    handed: Handover | None = None,
    drawn_by: str = "",
    insist: bool = True,
) -> Recording:
    """Begin to record a show into `path`; MachineError where it cannot be written.

    `insist`: otherwise the show goes on all the same, and it is tried again. A file that somebody
    has named themselves makes none of the others in its folder go for its size.
    """
    rules = installation.record or RecordRules(most_gigabytes=UNBOUNDED)
    sources = gather(installation, owner, assets, sound)
    begin = beginning(installation, sources, title, size, handed=handed, drawn_by=drawn_by)
    recorder = Recorder(path, begin, sources.bytes, salt=salt, rules=rules, insist=insist)
    return Recording(recorder, sources)
