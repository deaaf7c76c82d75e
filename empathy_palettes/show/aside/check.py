"""Verdicts on files: each is tried in a process of its own, several at once.

Does not try anything itself (`trial` does) and does not print (`cli` does).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from ...core.assets import SUFFIXES, Assets, is_file, tabs_of
from ...core.config import read_toml
from ...core.errors import AssetError, ConfigError, Fault, ShaderError
from ...render.dialects import detect
from ...render.source import read_text, strip_comments
from .child import Child, NoAnswerError
from .live import no_answer

VERDICTS = ("ok", "flat", "warning", "fault")
LIMIT = 5.0  # seconds
LISTEN = 0.2  # seconds until Ctrl-C is looked for again


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one file.

    `verdict`: `fault`: it cannot be loaded, compiled or drawn. `flat`: each picture of it is one
    colour all over. `warning`: it is drawn, and something of it is not as it should be. `ok`.
    `messages`: why, a line each, without the file's own name.
    """

    path: str
    verdict: str
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One file to be tried, and as what: `shader`, `preset`, `palette` or `installation`.

    Nothing that can be tried has no kind.
    """

    path: Path
    kind: str


def find_work(paths: Iterable[Path], assets: Assets | None = None) -> list[Work]:
    """Return what is to be tried in files, and in folders with all that lies below them, by name.

    Where there is nothing at a path, it may be a name, as of `empathy live` or `run`: whatever
    `assets` has of that name is tried.

    In a folder, what is neither a shader nor a preset nor an installation nor a palette is passed
    over, and so are hidden files and GLSL that is there to be included. A path that is no file to
    be tried is among them, without a kind: its verdict is a fault, and the others are tried.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if tabs_of(path):
            found[path] = "shader"
        elif path.is_dir():
            found |= {file: kind for file, kind in _below(path)}
        elif assets and not is_file(path) and (named := _named(str(path), assets)):
            found |= {file: _kind(file) for file in named}
        else:
            found[path] = _kind(path) if is_file(path) else ""
    return [Work(path, kind) for path, kind in found.items()]


def check(
    works: Sequence[Work], assets: Assets, *, limit: float = LIMIT, jobs: int | None = None
) -> Iterator[tuple[int, Verdict]]:
    """Yield a verdict for each, with its place in `works`, as they come.

    `limit`: seconds that one drawing may take. `jobs`: how many at once; None: one for each core.
    MachineError where this machine cannot draw.
    """
    tried = {place: work for place, work in enumerate(works) if work.kind}
    for place, work in enumerate(works):
        if not work.kind:
            yield place, Verdict(str(work.path), "fault", (_unknown(work.path),))
    if not tried:
        return
    count = min(jobs or os.cpu_count() or 1, len(tried))
    idle: SimpleQueue[Child] = SimpleQueue()
    with ExitStack() as undo:
        children = [Child(assets) for _ in range(count)]
        pool = ThreadPoolExecutor(count, "check")
        for child in children:
            idle.put(child)
            undo.callback(child.stop)
        undo.callback(pool.shutdown)
        for child in children:
            undo.callback(child.kill)
        undo.callback(pool.shutdown, wait=False, cancel_futures=True)
        places: dict[Future[Verdict], int] = {
            pool.submit(_verdict, work, idle, limit): place for place, work in tried.items()
        }
        waiting = set(places)
        while waiting:
            # Not for ever: a signal that comes just before the wait would be heard after it.
            done, waiting = wait(waiting, LISTEN, FIRST_COMPLETED)
            for future in done:
                yield places[future], future.result()


def _verdict(work: Work, idle: SimpleQueue[Child], limit: float) -> Verdict:
    child = idle.get()
    child.renew()
    path = str(work.path)
    try:
        said = _asked(child, {"do": work.kind, "path": path}, limit)
    except NoAnswerError as error:
        said = {"verdict": "fault", "faults": [no_answer(path, error, limit)]}
    finally:
        idle.put(child)
    return Verdict(path, said["verdict"], tuple(_messages(path, said["faults"])))


def _asked(child: Child, request: dict[str, str], limit: float) -> dict[str, Any]:
    """Return the answer; what is late has a second chance, for the machine may have been busy."""
    try:
        return child.ask(request, limit)
    except NoAnswerError as error:
        if not error.late:
            raise
    return child.ask(request, 2 * limit)


def _messages(path: str, faults: Iterable[Any]) -> Iterator[str]:
    for each in faults:
        fault = each if isinstance(each, Fault) else Fault(*each)
        own = fault.file == path or Path(fault.file).resolve() == Path(path).resolve()
        yield str(replace(fault, file="" if own else fault.file))


def _named(name: str, assets: Assets) -> list[Path]:
    """Return the works and installations of a name, as a path from here where they lie below."""
    found = []
    for kind in ("presets", "installations", "shaders", "transitions", "palettes"):
        with suppress(AssetError):
            path = assets.find(kind, name)
            here = Path.cwd()
            found.append(path.relative_to(here) if path.is_relative_to(here) else path)
    return found


def _below(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file to be tried in a folder, by name, and as what."""
    for above, folders, names in os.walk(folder):
        here = Path(above)
        own = sorted(name for name in folders if not name.startswith("."))
        works = [name for name in own if tabs_of(here / name)]
        folders[:] = [name for name in own if name not in works]
        for name in works:
            yield here / name, "shader"
        for name in sorted(names):
            path = here / name
            if not name.startswith(".") and not _is_included(path) and (kind := _kind(path)):
                yield path, kind


def _kind(path: Path) -> str:
    """As what a file is to be tried; "" where it is nothing of ours."""
    if path.suffix in SUFFIXES["shaders"]:
        return "shader"
    if path.suffix not in SUFFIXES["presets"]:
        return ""
    try:
        table = read_toml(path)
    except ConfigError:
        return "preset"  # whatever it was to be: it cannot be read, and the trial says why
    kinds = {"playlist": "installation", "shader": "preset"}
    kinds |= dict.fromkeys(("colors", "hues"), "palette")
    return next((kind for key, kind in kinds.items() if key in table), "")


def _is_included(path: Path) -> bool:
    """Whether it is GLSL that draws nothing by itself; what cannot be read is not."""
    try:
        text = read_text(path) if path.suffix in SUFFIXES["shaders"] else ""
    except ShaderError:
        return False
    return detect(text) == "library" and bool(strip_comments(text).strip())


def _unknown(path: Path) -> str:
    """Why a path is nothing that can be tried."""
    if not path.exists():
        return str(Fault("", "", "no such file or folder", "check it, or see empathy list presets"))
    fix = "a shader (.fs, .frag, .glsl), a preset or an installation (.toml), or a folder of them"
    return str(Fault("", "", "nothing that can be checked", fix))
