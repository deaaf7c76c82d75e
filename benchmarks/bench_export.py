"""How fast a film is written, beside what the machine could do and what others do.

H.264, veryfast, crf 18, of a scene that is drawn while it is encoded. The limit is the machine's
cores ÷ (what drawing a frame takes of a core + what encoding it takes), both measured alone in the
same run. Every way runs in a process of its own, in turn, some rounds; medians are told. On a
machine that has other things to do the frames a second are too few, for all alike; what a frame
takes of a core tells then how much was added to drawing and encoding.

    python -m benchmarks.bench_export --peers VENV/bin/python

`--peers`: a Python with moderngl, turbopipe and shaderflow; without it, only a plain pipe to ffmpeg
is there to compare with. `--memory`: what 10 s and 100 s of a small film take.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import moderngl
import numpy as np

from benchmarks.export_scene import CRF, FPS, VERTEX, fragment
from empathy_palettes.core.clock import Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.film.colour import Converter
from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.form import Form
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.frame import Frame

SIZES = ((1280, 720), (1920, 1080))
SMALL = (128, 72)
ROOT = Path(__file__).parents[1]
RING = 3
Draw = Callable[[int], moderngl.Framebuffer]


def scene(gl: moderngl.Context, size: tuple[int, int]) -> Draw:
    """Return what draws frame k into one of a ring of framebuffers."""
    program = gl.program(VERTEX, fragment())
    quad = gl.vertex_array(program, [])
    ring = [gl.framebuffer([gl.texture(size, 4)]) for _ in range(RING)]

    def draw(index: int) -> moderngl.Framebuffer:
        ring[index % RING].use()
        program["seconds"] = index / FPS
        quad.render(moderngl.TRIANGLE_STRIP, 4)
        return ring[index % RING]

    return draw


def render(size: tuple[int, int], frames: int, out: Path) -> float:
    """Draw only."""
    surface = Headless()
    surface.open(OutletContext(size))
    draw = scene(surface.gl, size)
    begun = time.perf_counter()
    for index in range(frames):
        draw(index)
        surface.gl.finish()
    return time.perf_counter() - begun


def encode(size: tuple[int, int], frames: int, out: Path) -> float:
    """Encode only: a few frames that are there already, to and fro."""
    surface = Headless()
    surface.open(OutletContext(size))
    draw = scene(surface.gl, size)
    few = [np.empty((size[1], size[0], 4), np.uint8) for _ in range(40)]
    for index, pixels in enumerate(few):
        draw(index).read_into(pixels, components=4)
    form = Form(RECIPES["h264"], size, Fraction(FPS), CRF)
    spent = _spent()
    begun = time.perf_counter()
    with av.open(str(out), "w") as container:
        stream, converter = form.add_to(container), Converter(form.pixels)
        for index in range(frames):
            place = index % (2 * len(few) - 2)
            pixels = few[min(place, 2 * len(few) - 2 - place)]
            picture = converter.convert(av.VideoFrame.from_numpy_buffer(pixels, "rgba"))
            picture.pts, picture.time_base = index, 1 / form.rate
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    _SPENT.append(_spent() - spent)
    return time.perf_counter() - begun


def ours(size: tuple[int, int], frames: int, out: Path) -> float:
    """Draw and write a film."""
    surface, film = Headless(finish=False), Film(out, Fraction(FPS), RECIPES["h264"], CRF)
    surface.open(OutletContext(size))
    film.open(OutletContext(size))
    draw = scene(surface.gl, size)
    palette = np.zeros((1, 3), np.float32)
    begun = time.perf_counter()
    for index in range(frames):
        film.present(Frame(draw(index), size, palette, {}), Tick(index, 2 * index, 2))
    film.close()
    return time.perf_counter() - begun


WAYS = {"render": render, "encode": encode, "ours": ours}
_SPENT: list[float] = []


def _spent() -> float:
    return time.process_time()


def child(way: str, size: tuple[int, int], frames: int, out: Path) -> None:
    """Go one way once, and print what it took."""
    before = _spent()
    seconds = WAYS[way](size, frames, out)
    spent = _SPENT[0] if _SPENT else _spent() - before
    print(json.dumps({"seconds": seconds, "spent": spent, "memory": _most_memory()}))


def _most_memory() -> float:
    """Return the most kibibytes that this process had: `ru_maxrss` counts its parent's, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = status.read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def go(
    way: str, size: tuple[int, int], frames: int, out: Path, peers: str | None
) -> dict[str, float]:
    """Run one way in a process of its own; `spent`: of a core, all its processes together."""
    numbers = [str(size[0]), str(size[1]), str(frames), str(out)]
    if way in WAYS:
        command = [sys.executable, "-m", "benchmarks.bench_export", "--way", way, *numbers]
    else:
        command = [peers or sys.executable, "-m", "benchmarks.export_peers", way, *numbers]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        raise SystemExit(f"{way}: {ended.stderr[-2000:]}")
    told: dict[str, float] = json.loads(ended.stdout.strip().splitlines()[-1])
    whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"spent": whole, **told}


def measure(size: tuple[int, int], ways: list[str], args: argparse.Namespace) -> dict[str, object]:
    """Return frames a second and core milliseconds a frame of each way, medians of all rounds."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    with TemporaryDirectory() as folder:
        for _ in range(args.rounds):
            for way in ways:
                out = Path(folder) / f"{way}.mp4"
                found[way].append(go(way, size, args.frames, out, args.peers))
    per: dict[str, dict[str, float]] = {}
    for way, rounds in found.items():
        seconds = statistics.median(each["seconds"] for each in rounds)
        spent = statistics.median(each["spent"] for each in rounds)
        per[way] = {"fps": args.frames / seconds, "core_ms": 1e3 * spent / args.frames}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    both = per["render"]["core_ms"] + per["encode"]["core_ms"]
    limit = 1e3 * (cores or 1) / both
    return {"size": list(size), "cores": cores, "limit_fps": limit, "ways": per}


def show(result: dict[str, object]) -> None:
    """Print one size's table."""
    ways, limit = result["ways"], result["limit_fps"]
    assert isinstance(ways, dict) and isinstance(limit, float)
    both = ways["render"]["core_ms"] + ways["encode"]["core_ms"]
    ours_fps = ways["ours"]["fps"]
    print(f"{result['size']}: limit {limit:.1f} frames/s on {result['cores']} cores")
    for way, of in ways.items():
        row = f"  {way:<12}{of['core_ms']:8.1f} ms of a core{of['fps']:8.1f} frames/s"
        if way not in ("render", "encode"):
            row += f"{of['fps'] / limit:7.2f} of the limit; {both / of['core_ms']:.2f} by core time"
            row += f"; ours x {ours_fps / of['fps']:.2f}" if way != "ours" else ""
        print(row)


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--way", nargs=5, help=argparse.SUPPRESS)
    parser.add_argument("--peers", help="a Python with moderngl, turbopipe and shaderflow")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--memory", action="store_true", help="only what small films take")
    parser.add_argument("--json", action="store_true", help="print it for a program")
    args = parser.parse_args()
    if args.way:
        way, width, height, frames, out = args.way
        child(way, (int(width), int(height)), int(frames), Path(out))
        return
    if args.memory:
        with TemporaryDirectory() as folder:
            for seconds in (10, 100):
                took = go("ours", SMALL, seconds * FPS, Path(folder) / "a.mp4", None)
                print(f"{seconds} s of {SMALL[0]}x{SMALL[1]}: {took['memory'] / 1024:.1f} MiB")
        return
    ways = ["render", "encode", "ours"]
    if shutil.which("ffmpeg") is None:
        print("no ffmpeg here: nothing to compare with", file=sys.stderr)
    else:
        ways += ["pipe", "turbopipe", "shaderflow"] if args.peers else ["pipe"]
    results = []
    for size in SIZES:
        results.append(measure(size, ways, args))
        if not args.json:
            show(results[-1])
    if args.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
