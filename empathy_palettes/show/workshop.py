"""Makes scenes from preset files, and makes them again when the files are edited.

What an edit breaks is told and nothing else: the scene that was good stays as it was.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from ..core.assets import Assets
from ..core.errors import ConfigError, EmpathyError, Fault, ShaderError
from ..core.watch import Watch
from ..mapping.preset import LoadedPreset
from ..mapping.view import CrowdView
from ..mapping.work import TRANSITION, load_work, not_by_itself
from ..render.chain import Chain
from ..render.graph import INPUT_IMAGE
from ..render.renderer import Renderer
from .aside.live import Aside
from .installation import Entry
from .scene import Scene

RETRY_CALLS = 60  # a second of the show


class Workshop:
    """Where a show's scenes are made; `owner` is the file that preset names are relative to.

    `aside`: where what is being edited is tried before it is made here.
    """

    def __init__(
        self,
        assets: Assets,
        owner: Path | None,
        renderer: Renderer,
        seed: int,
        aside: Aside | None = None,
    ) -> None:
        self._assets = assets
        self._owner = owner
        self._renderer = renderer
        self._seed = seed
        self._aside = aside
        self.shown = False  # a scene was made

    def make(self, entry: Entry, view: CrowdView) -> Scene:
        """Return the entry's scene at its step 0; EmpathyError with every fault otherwise."""
        scene = self.assemble(entry, view)
        try:
            scene.chain.rehearse(scene.now)
        except BaseException:
            scene.release()
            raise
        self.shown = True
        return scene

    def assemble(self, entry: Entry, view: CrowdView) -> Scene:
        """Return what `make` does, not drawn yet: the GPU may still refuse it, or never end."""
        loaded = self._load(entry)
        chain = self._chain(loaded)
        try:
            return Scene(loaded, chain, view, self._seed)
        except BaseException:
            chain.release()
            raise

    def try_out(self, entry: Entry) -> Future[tuple[Fault, ...]] | None:
        """Begin to draw an entry aside, which takes no time here; None where there is no aside."""
        if self._aside is None:
            return None
        return self._aside.try_out(entry.preset, self._owner, self._seed)

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
        brought = {image.name for image in loaded.images}
        if INPUT_IMAGE in chain.declared[first.stem] and INPUT_IMAGE not in brought:
            chain.release()
            fix = f'put a generator before it: shader = ["tidal.fs", "{first.name}"]'
            raise ConfigError(Fault(str(loaded.path), "shader", f"{first.name} is a filter", fix))
        if loaded.path == first and chain.declared[first.stem].keys() >= TRANSITION:
            chain.release()  # by itself; a preset may bring the images and the progress
            raise not_by_itself(first)
        return chain

    def _load(self, entry: Entry) -> LoadedPreset:
        return load_work(entry.preset, self._assets, self._owner)


class Follower:
    """Follows the files of one entry while they are edited.

    Made before the scene is, so that no edit falls between; EmpathyError where the entry cannot be
    read, or where a trial aside shows that it cannot be drawn. `begin` hands it the scene.
    """

    def __init__(self, workshop: Workshop, entry: Entry) -> None:
        self._workshop = workshop
        self._entry = entry
        self._watch = Watch(workshop.files(entry))
        self._scene: Scene | None = None
        self._stale = False  # an edited shader is not on show yet
        self._missing = False  # a file could not be read: which would mend it is unknown
        self._quiet = 0  # calls since then that saw no edit
        self._trial: Future[tuple[Fault, ...]] | None = None
        if not workshop.shown:
            self._trial = workshop.try_out(entry)
        if self._trial is not None:
            # Nothing is on show yet: to wait is better than to hang.
            faults, self._trial = self._trial.result(), None
            if faults:
                raise ShaderError(faults)

    def begin(self, scene: Scene) -> None:
        """Put edits into `scene` from now on."""
        self._scene = scene

    def follow(self) -> tuple[str, ...] | None:
        """Take up what was edited since the last call; never waits for a trial aside.

        Returns None where nothing was, or its trial is not over, else the faults that keep the last
        good picture on.
        """
        assert self._scene is not None, "begin() comes first"
        edited = self._watch.changed()
        try:
            if edited or self._overdue():
                self._look(edited)
            elif self._trial is None or not self._trial.done():
                return None
            if self._trial is not None:
                if not self._trial.done():
                    return None
                faults, self._trial = self._trial.result(), None
                if faults:
                    raise ShaderError(faults)
            self._workshop.remake(self._entry, self._scene, shaders_changed=self._stale)
        except EmpathyError as error:
            self._watch.also(Path(fault.file) for fault in error.faults if fault.file)
            return tuple(map(str, error.faults))
        self._stale = False
        return ()

    def _look(self, edited: frozenset[Path]) -> None:
        """Read the entry's files anew, and begin their trial."""
        assert self._scene is not None, "begin() comes first"
        self._quiet = 0
        self._stale = self._stale or not edited.issubset(self._scene.loaded.files)
        self._missing = True
        if self._trial is not None:
            self._trial.cancel()  # it is of files that are no more
            self._trial = None
        # Marked before they are read for good: an edit that falls between is seen next time.
        self._watch.only(self._workshop.files(self._entry))
        self._missing = False
        self._trial = self._workshop.try_out(self._entry)

    def _overdue(self) -> bool:
        """Whether to look again for a file that was missing: it may lie where nobody watches."""
        self._quiet += 1
        return self._missing and self._quiet >= RETRY_CALLS
