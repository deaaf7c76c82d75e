"""What runs in the process aside: it is asked by lines of JSON, tries, and answers by lines.

Keeps no time: whoever asked stops it. Answers `{"at": …}` for each thing that it begins, then one
line that is the answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...core.assets import Assets
from ...core.clock import STEPS_PER_SECOND, Tick
from ...core.errors import EmpathyError, Fault
from ...core.flash import Safety
from ...crowd.crowd import Crowd, CrowdSettings
from ...inlet.sample import SAMPLE, Samples
from ...mapping.palette_check import judged
from ...mapping.palette_file import load_palette
from ...mapping.red import reds_at_rest
from ...mapping.view import CrowdView
from ...outlet.contract import OutletContext, Surface
from ...outlet.headless import Headless
from ...render.renderer import Renderer
from ..build import open_stage
from ..installation import (
    Entry,
    Simulated,
    Transition,
    find_transition,
    load_installation,
)
from ..scene import Scene
from ..workshop import Workshop
from .judge import Judge
from .limits import bound_memory, end_alone, resident
from .probe import LARGE, Probe, Say

PEOPLE = 24
SECONDS = 2  # of a preset's time that are lived through
PICTURES = 8  # of them
UNGUARDED = Safety(guard="off")  # a picture aside is no show, and its guard costs a start
ORPHAN = 60  # seconds beyond its limit after which one that nobody stops ends by itself


def main() -> None:
    """Answer what is asked on stdin until it ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a driver prints is no answer

    def say(line: dict[str, Any]) -> None:
        print(json.dumps(line), file=answers, flush=True)

    places = json.loads(sys.stdin.readline())
    assets = Assets(*([*map(Path, places[kind])] for kind in ("roots", "include_paths")))
    surface = Headless()
    try:
        surface.open(OutletContext(LARGE))
    except EmpathyError as error:
        say({"lacks": error.faults[0].problem})
        return
    bound_memory()
    trial = Trial(surface, assets)
    say({})
    for line in sys.stdin:
        say(_answered(trial, json.loads(line), say) | {"resident": resident()})


def _answered(
    trial: Trial, request: dict[str, Any], say: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Return what comes of a request; whatever it begins is told, and cannot go on for ever."""

    def begin(at: str) -> None:
        end_alone(request["limit"] + ORPHAN)
        say({"at": at})

    begin("")
    answer = trial.answer(request, begin)
    end_alone(0)
    return answer


class Trial:
    """Tries files on one surface."""

    def __init__(self, surface: Surface, assets: Assets) -> None:
        self._surface = surface
        self._assets = assets
        self._probe = Probe(surface, assets)
        self._ways: dict[str, Callable[[dict[str, Any], Say], dict[str, Any]]] = {
            "shader": self._shader,
            "preset": self._preset,
            "palette": self._palette,
            "installation": self._installation,
            "assemble": self._assemble,
            "first": self._rehearse,
            "again": self._rehearse,
        }
        self._scene: Scene | None = None
        self._undo = ExitStack()  # what is left of the last scene

    def answer(self, request: dict[str, Any], say: Say) -> dict[str, Any]:
        """Return what comes of a request: `verdict`, and `faults` as lists of four texts each.

        Nothing that a file can hold ends the process.
        """
        try:
            return self._ways[request["do"]](request, say)
        except EmpathyError as error:
            return _told("fault", error.faults)
        except Exception as error:  # of one file; the others are to be looked at all the same
            problem = f"{type(error).__name__}: {error}"
            fix = "this is a mistake of ours: please report it, with the file"
            return _told(
                "fault", [Fault(request.get("path") or request["preset"], "", problem, fix)]
            )

    def _shader(self, request: dict[str, Any], say: Say) -> dict[str, Any]:
        path = Path(request["path"])
        judge, warnings = self._probe.shader(path, say)
        return _judged(str(path), judge, warnings)

    def _preset(self, request: dict[str, Any], say: Say) -> dict[str, Any]:
        path = Path(request["path"])
        judge, warnings = Judge(), list[Fault]()
        self._try_entry(Entry(preset=str(path)), None, judge, warnings, say)
        return _judged(str(path), judge, warnings)

    def _palette(self, request: dict[str, Any], say: Say) -> dict[str, Any]:
        path = Path(request["path"])
        faults, warnings = judged(load_palette(path), path)
        verdict = "fault" if faults else "warning" if warnings else "ok"
        return _told(verdict, [*faults, *warnings])

    def _installation(self, request: dict[str, Any], say: Say) -> dict[str, Any]:
        """Open the show as it will be, but deaf; then make every work of its playlist."""
        loaded = load_installation(request["path"], self._assets)
        show, path = loaded.installation, loaded.path
        judge, faults, warnings = Judge(), list[Fault](), list[Fault]()
        deaf = show.model_copy(update={"inlet": (), "simulated": Simulated(people=PEOPLE)})
        say("to begin")
        try:
            stage = open_stage(deaf, path, self._assets, self._surface, size=LARGE, preroll=60)
        except EmpathyError as error:
            faults += error.faults
        else:
            try:
                warnings += stage.programme.news
                for step in range(0, STEPS_PER_SECOND, 6):
                    stage.step(Tick(step // 6, step, 6), [])
            finally:
                stage.close()
            self._cross(show.transition, path, say)
        for entry in dict.fromkeys(show.playlist):
            try:
                self._try_entry(entry, path, judge, warnings, say)
            except EmpathyError as error:
                faults += error.faults
        if faults:
            return _told("fault", dict.fromkeys(faults))
        return _judged(str(path), judge, warnings)

    def _cross(self, transition: Transition, owner: Path, say: Say) -> None:
        """Draw each transition large: the show itself has tried it on a stamp only."""
        renderer = Renderer(self._surface.gl, LARGE, self._assets, safety=UNGUARDED)
        try:
            for name in transition.shaders:
                say(f"to draw {Path(name).stem}")
                renderer.transition(find_transition(name, self._assets, owner)).release()
                self._surface.gl.finish()
        finally:
            renderer.release()

    def _try_entry(
        self, entry: Entry, owner: Path | None, judge: Judge, warnings: list[Fault], say: Say
    ) -> None:
        say(f"to make {Path(entry.preset).stem}")
        renderer = Renderer(self._surface.gl, LARGE, self._assets, safety=UNGUARDED)
        try:
            moments = views()
            workshop = Workshop(self._assets, owner, renderer, 0)
            scene = workshop.assemble(entry, next(moments))
            try:
                say(f"to draw {Path(entry.preset).stem}")
                scene.chain.rehearse(scene.now)
                for number, view in enumerate(moments, 1):
                    scene.prepare(view)
                    scene.commit()
                    if number % (SECONDS * STEPS_PER_SECOND // PICTURES) == 0:
                        judge.look(scene.draw(0.0))
                warnings += [*scene.warnings, *scene.faults, *_reds(scene)]
                for name in scene.chain.nans():
                    problem = f"the persistent target {name!r} holds what is no number"
                    warnings.append(Fault(str(scene.loaded.path), "shader", problem))
            finally:
                scene.release()
        finally:
            renderer.release()

    def _assemble(self, request: dict[str, Any], say: Say) -> dict[str, Any]:
        """Make the scene of a preset that a show is to have, and keep it; it is not drawn yet."""
        say("to compile")
        self._undo.close()
        width, height = request["size"]
        owner = Path(request["owner"]) if request["owner"] else None
        with ExitStack() as undo:
            renderer = Renderer(self._surface.gl, (width, height), self._assets, safety=UNGUARDED)
            undo.callback(renderer.release)
            workshop = Workshop(self._assets, owner, renderer, request["seed"])
            self._scene = workshop.assemble(Entry(preset=request["preset"]), list(views())[-1])
            undo.callback(self._scene.release)
            self._undo = undo.pop_all()
        return _told("ok", []) | {"file": str(self._scene.loaded.shaders[-1])}

    def _rehearse(self, request: dict[str, Any], say: Say) -> dict[str, Any]:
        """Draw what was assembled."""
        assert self._scene, "assemble comes first"
        say("to draw")
        self._scene.chain.rehearse(self._scene.now)
        self._surface.gl.finish()
        return _told("ok", [])


def _reds(scene: Scene) -> Iterator[Fault]:
    """Yield what is too red of a preset though nobody has written it so."""
    loaded = scene.loaded
    knobs = {name: knob.value for name, knob in loaded.preset.knobs.items()}
    for fault in reds_at_rest(loaded.bindings, knobs, scene.chain.declared):
        yield replace(fault, file=str(loaded.path))


def views() -> Iterator[CrowdView]:
    """Yield every step of `PEOPLE` people of two camps who change their minds half-way."""
    crowd = Crowd(CrowdSettings(max_people=64))
    who = np.arange(PEOPLE)
    for step in range(SECONDS * STEPS_PER_SECOND):
        samples: Samples = np.zeros(0, SAMPLE)
        if step % (SECONDS * STEPS_PER_SECOND // 2) == 0:
            samples = np.zeros(PEOPLE, SAMPLE)
            side = np.where(who % 3, 0.5, -0.5) * (1 if step else -1)
            samples["who"], samples["step"], samples["weight"] = who, step, 1.0
            samples["valence"] = side + who / 96
            samples["arousal"] = 0.75 - who / 32
            samples["dominance"] = 0.25
        crowd.step(step, samples, np.empty(0, np.uint32))
        yield CrowdView(crowd.reading, crowd.people, crowd.modes, step)


def _judged(path: str, judge: Judge, warnings: list[Fault]) -> dict[str, Any]:
    unique = list(dict.fromkeys(warnings))
    if judge.flat:
        problem = f"each of its {judge.pictures} pictures is one colour all over"
        return _told("flat", [Fault(path, "", problem), *unique])
    if judge.unseen:
        problem = "its pictures are transparent wherever there is something on them"
        unique.insert(0, Fault(path, "", problem, "mind the alpha of gl_FragColor"))
    return _told("warning" if unique else "ok", unique)


def _told(verdict: str, faults: Any) -> dict[str, Any]:
    return {"verdict": verdict, "faults": [astuple(fault) for fault in faults]}
