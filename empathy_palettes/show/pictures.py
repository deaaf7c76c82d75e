"""The files of a preset's image inputs, open, and what of them is seen at each step.

Does not decode them (`inlet.media` does) and does not find them (`mapping.images` does).
"""

from __future__ import annotations

from pathlib import Path

from ..core.errors import AssetError, ConfigError, Fault
from ..inlet.media import Media, Pixels, open_media
from ..inlet.roll import Roll
from ..mapping.images import ImageSource
from ..mapping.preset import LoadedPreset

_Mark = tuple[ImageSource, int, int]  # the source, its modification time in ns, its size


class Pictures:
    """Everything that `[images]` of one preset names.

    ConfigError with a fault for each that cannot be read; nothing stays open then. `before`: those
    of the preset before an edit; what the edit leaves as it was is taken over from them, and goes
    on where it is.
    """

    def __init__(self, loaded: LoadedPreset, before: Pictures | None = None) -> None:
        self._media: dict[_Mark, Media] = {}
        had = before._media if before else {}
        faults: list[Fault] = []
        for source in loaded.images:
            try:
                mark = _mark(source)
                self._media[mark] = had[mark] if mark in had else _opened(source, loaded.path)
            except (AssetError, OSError) as error:
                faults.append(_fault(loaded, source, error))
        if faults:
            self.close(but=before)
            raise ConfigError(faults)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What could not be decoded on the way, once for each file."""
        return tuple(fault for media in self._media.values() for fault in media.faults)

    def at(self, step: int) -> dict[str, Pixels]:
        """Return what each image input shows at a step, counted from the preset's activation."""
        return {mark[0].name: media.at(step) for mark, media in self._media.items()}

    def close(self, but: Pictures | None = None) -> None:
        """Let go of all files, but of those that others go on with; safe to call twice."""
        kept = {id(media) for media in but._media.values()} if but else set()
        for media in self._media.values():
            if id(media) not in kept:
                media.close()


def _opened(source: ImageSource, owner: Path) -> Media:
    if source.folder:
        return Roll(source.path, source.seconds, owner)
    return open_media(source.path, speed=source.speed, loop=source.loop)


def _mark(source: ImageSource) -> _Mark:
    status = source.path.stat()
    return source, status.st_mtime_ns, status.st_size


def _fault(loaded: LoadedPreset, source: ImageSource, error: AssetError | OSError) -> Fault:
    if isinstance(error, OSError):
        problem, fix = error.strerror or str(error), "check the path and its rights"
    else:
        problem, fix = error.faults[0].problem, error.faults[0].fix
    return Fault(str(loaded.path), source.where, f"{source.written!r}: {problem}", fix)
