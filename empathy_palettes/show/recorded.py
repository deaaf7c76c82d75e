"""A recorded session as a show: its installation, with the files that it was made of then.

Opens no port and makes no picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..core.assets import Assets
from ..core.config import parse
from ..core.errors import ConfigError, EmpathyError, Fault, SessionError
from ..inlet.session.session import Session, open_session
from .installation import Installation
from .sources import changed, inside, lay_out


@dataclass(frozen=True, slots=True)
class Recorded:
    """A session, and the show to be made of it.

    `owner`, `assets`: of the files as they were then. `notes`: what whoever shows it is to know, a
    line each: what is damaged, or not the same any more. `folder`: where its files are laid out.
    """

    session: Session
    installation: Installation
    owner: Path | None
    assets: Assets
    sound: Path | None
    notes: tuple[str, ...]
    folder: Path

    def plain(self, line: str) -> str:
        """Return a line about one of its files, named by its place in the session."""
        return line.replace(f"{self.folder}/", f"{self.session.path.name}: ")


@contextmanager
def opened_session(path: Path, now: Assets) -> Iterator[Recorded]:
    """Open a session for as long as it is shown; `now`: where files are found today.

    SessionError where it cannot be read, or holds no show.
    """
    with ExitStack() as stack:
        session = stack.enter_context(open_session(path))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="empathy-session-")))
        folder = folder.resolve()
        if session.frames == 0:
            fix = "it was cut off before its first second was written"
            raise SessionError(Fault(str(path), "", "there is no frame in this session", fix))
        assets = lay_out(session, folder, now)
        begin = session.beginning
        installation = installation_of(session, folder)
        notes = notes_of(session)
        different = changed(session, now)
        if different:
            notes.append(
                f"{path.name}: changed since it was recorded: {', '.join(different)}: "
                "the recorded one is shown"
            )
        notes += [
            f"{path.name}: {file.path} was too large to be kept: it is shown without it"
            for file in begin.files
            if not file.embedded and not inside(folder, file.path).exists()
        ]
        owner = inside(folder, begin.owner) if begin.owner else None
        sound = inside(folder, begin.sound) if begin.sound else None
        yield Recorded(
            session,
            _without_lost_sound(installation, owner, assets),
            owner,
            assets,
            sound if sound and sound.exists() else None,
            tuple(notes),
            folder,
        )


def notes_of(session: Session) -> list[str]:
    """Return what whoever shows a session is to know of its file, a line each."""
    notes = [str(fault) for fault in session.faults]
    if session.erased:
        notes.append(
            f"{session.path.name}: what {_people(session.erased)} said has been erased: "
            "its frames are not those of the live show any more"
        )
    return notes


def installation_of(session: Session, folder: Path | None = None) -> Installation:
    """Return a session's installation; SessionError where it is none that this program knows.

    `folder`: where its files are laid out; its works are named by that if no file of its own did.
    """
    told: dict[str, Any] = dict(session.beginning.installation)
    if folder and not session.beginning.owner:
        told["playlist"] = [
            entry | {"preset": str(inside(folder, entry["preset"]))}
            for entry in told.get("playlist", ())
        ]
    try:
        return parse(told, Installation, str(session.path))
    except ConfigError as error:
        fix = "update this program, or use the one that recorded it"
        problem = f"its installation is not understood ({error.faults[0].where})"
        raise SessionError(Fault(str(session.path), "", problem, fix)) from None


def _without_lost_sound(
    installation: Installation, owner: Path | None, assets: Assets
) -> Installation:
    """Return what can be shown where the sound is not in the session, nor beside it."""
    if installation.sound is None or owner is None:
        return installation
    try:
        assets.locate(installation.sound.file, owner)
    except EmpathyError:
        return installation.model_copy(update={"sound": None})
    return installation


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"
