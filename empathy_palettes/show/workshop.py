"""Makes scenes from preset files, and makes them again when the files are edited.

What an edit breaks is told and nothing else: the scene that was good stays as it was.
"""

from __future__ import annotations

from pathlib import Path

from ..core.assets import Assets
from ..core.errors import ConfigError, EmpathyError, Fault
from ..core.watch import Watch
from ..mapping.preset import LoadedPreset, load_preset
from ..mapping.view import CrowdView
from ..render.chain import Chain
from ..render.graph import INPUT_IMAGE
from ..render.renderer import Renderer
from .installation import Entry
from .scene import Scene

RETRY_CALLS = 60  # a second of the show


class Workshop:
    """Where a show's scenes are made; `owner` is the file that preset names are relative to."""

    def __init__(self, assets: Assets, owner: Path | None, renderer: Renderer, seed: int) -> None:
        self._assets = assets
        self._owner = owner
        self._renderer = renderer
        self._seed = seed

    def make(self, entry: Entry, view: CrowdView) -> Scene:
        """Return the entry's scene at its step 0; EmpathyError with every fault otherwise."""
        loaded = self._load(entry)
        chain = self._chain(loaded)
        try:
            scene = Scene(loaded, chain, view, self._seed)
            chain.rehearse(scene.now)
            return scene
        except BaseException:
            chain.release()
            raise

    def remake(self, entry: Entry, scene: Scene, *, shaders_changed: bool) -> None:
        """Put the entry's edited files into `scene`; EmpathyError leaves it as it was.

        Where only the preset changed, its simulation goes on.
        """
        loaded = self._load(entry)
        if not shaders_changed and loaded.shaders == scene.loaded.shaders:
            scene.replace(loaded, scene.chain)
            return
        chain = self._chain(loaded)
        try:
            chain.rehearse(scene.now)
            scene.replace(loaded, chain)
        except BaseException:
            chain.release()
            raise

    def files(self, entry: Entry) -> tuple[Path, ...]:
        """Return every file that the entry is made of; EmpathyError where one cannot be read.

        Nothing is compiled: this costs a few milliseconds.
        """
        loaded = self._load(entry)
        return (*loaded.files, *self._renderer.files(loaded.shaders))

    def _chain(self, loaded: LoadedPreset) -> Chain:
        chain = self._renderer.chain(loaded.shaders)
        first = loaded.shaders[0]
        if INPUT_IMAGE in chain.declared[first.stem]:
            chain.release()
            fix = f'put a generator before it: shader = ["tidal.fs", "{first.name}"]'
            raise ConfigError(Fault(str(loaded.path), "shader", f"{first.name} is a filter", fix))
        return chain

    def _load(self, entry: Entry) -> LoadedPreset:
        if self._owner is None:
            return load_preset(self._assets.find("presets", entry.preset), self._assets)
        path = self._assets.resolve("presets", entry.preset, self._owner)
        return load_preset(path, self._assets)


class Follower:
    """Follows the files of one entry while they are edited.

    Made before the scene is, so that no edit falls between; EmpathyError where the entry cannot be
    read. `begin` hands it the scene.
    """

    def __init__(self, workshop: Workshop, entry: Entry) -> None:
        self._workshop = workshop
        self._entry = entry
        self._watch = Watch(workshop.files(entry))
        self._scene: Scene | None = None
        self._stale = False  # an edited shader is not on show yet
        self._missing = False  # a file could not be read: which would mend it is unknown
        self._quiet = 0  # calls since then that saw no edit

    def begin(self, scene: Scene) -> None:
        """Put edits into `scene` from now on."""
        self._scene = scene

    def follow(self) -> tuple[str, ...] | None:
        """Take up what was edited since the last call.

        Returns None where nothing was, else the faults that keep the last good picture on.
        """
        assert self._scene is not None, "begin() comes first"
        edited = self._watch.changed()
        if not edited and not self._overdue():
            return None
        self._quiet = 0
        self._stale = self._stale or not edited.issubset(self._scene.loaded.files)
        self._missing = True
        try:
            # Marked before they are read for good: an edit that falls between is seen next time.
            self._watch.only(self._workshop.files(self._entry))
            self._missing = False
            self._workshop.remake(self._entry, self._scene, shaders_changed=self._stale)
        except EmpathyError as error:
            self._watch.also(Path(fault.file) for fault in error.faults if fault.file)
            return tuple(map(str, error.faults))
        self._stale = False
        return ()

    def _overdue(self) -> bool:
        """Whether to look again for a file that was missing: it may lie where nobody watches."""
        self._quiet += 1
        return self._missing and self._quiet >= RETRY_CALLS
