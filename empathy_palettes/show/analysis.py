"""A film judged for flashes: read, measured, and told in words, in numbers and as a picture.

Measures nothing itself: `render.flashes` does. Prints nothing: `cli.analyse` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.assets import is_file
from ..core.errors import AssetError, ConfigError, Fault
from ..core.flash import (
    EXTENDED_OF_SECONDS,
    EXTENDED_SECONDS,
    MOST_TRANSITIONS,
    WINDOW,
    WINDOW_PER_METRE,
    threshold,
)
from ..inlet.film import FilmScan
from ..outlet.plot import Curve, Panel
from ..render.flashes.analyser import Analyser
from ..render.flashes.stripes import MOVING_AREA, STILL_AREA, WIDE
from ..render.flashes.verdict import Finding, Verdict

Window = tuple[float, float]
Pixels = NDArray[np.uint8]

SMALLEST_WINDOW = 0.03  # of the width: below it a window has too few points to be judged
_MARK = (255, 190, 92)  # the amber of notices
_FRAME = (246, 246, 250)
_GENERAL = (214, 221, 236)
_RED = (255, 112, 96)
_DIMMED = 0.35  # of its code values keeps what did not flash
_STAYS = 0.5  # seconds: a last picture that is seen for longer is told of
_TENTH = 0.05  # seconds; what is shorter is no tenth
_LINE = 400  # lines of this width make a picture's side


@dataclass(frozen=True, slots=True)
class Analysis:
    """What came of one film.

    `seconds` as the file says; `notes`: what a reader of the verdict ought to know.
    """

    path: Path
    size: tuple[int, int]
    fps: Fraction
    seconds: float
    window: Window
    peak_nits: float
    verdict: Verdict
    notes: tuple[str, ...]


def window_of(
    size: tuple[int, int], window: float | None, distance: float | None, width: float | None
) -> Window:
    """Return ten degrees of the visual field, as shares of a picture's width and height.

    `window`: one share for both; or `distance` of the viewer and `width` of the wall in metres;
    or none of them: a third. ConfigError where they do not go together or are too small.
    """
    if window is None and distance is None and width is None:
        return WINDOW, WINDOW
    if window is not None:
        if distance is not None or width is not None:
            fix = "give the window, or the distance and the width of the wall"
            raise ConfigError(Fault("", "window", "it is said twice", fix))
        found = window, window
    elif distance is None or width is None:
        missing = "width" if width is None else "distance"
        fix = "in metres: --distance 2 --width 4"
        raise ConfigError(Fault("", missing, "the other half of what makes a window", fix))
    else:
        across = WINDOW_PER_METRE * distance / width
        found = min(across, 1.0), min(across * size[0] / size[1], 1.0)
    if found[0] < SMALLEST_WINDOW:
        problem = f"{found[0]:.3f} of the width is too small to be judged"
        raise ConfigError(Fault("", "window", problem, f"{SMALLEST_WINDOW} and more"))
    return found


def analyse(
    path: Path,
    *,
    peak_nits: float = 200.0,
    window: float | None = None,
    distance: float | None = None,
    width: float | None = None,
    tell: Callable[[float, float], None] | None = None,
) -> Analysis:
    """Judge a film from its first frame to its last.

    `tell` is called now and then with the seconds done and the seconds there are. AssetError for
    a film that cannot be read, ConfigError as `window_of` has it.
    """
    film = _opened(path)
    there = window_of(film.size, window, distance, width)
    analyser = Analyser(film.size, film.fps, peak_nits=peak_nits, window=there)
    last = 0.0
    for look in film.looks(analyser.places):
        last = float(look.at)
        analyser.see_srgb(look.srgb, look.at, partial(look.small, WIDE))
        if tell and analyser.frames % 8 == 0:
            tell(last, film.seconds)
    return Analysis(
        path,
        film.size,
        film.fps,
        film.seconds,
        there,
        peak_nits,
        analyser.verdict(film.seconds),
        tuple(_notes(film, analyser.frames, last)),
    )


def _opened(path: Path) -> FilmScan:
    """Return a film; AssetError in the words of who wants one, not any picture or sound."""
    try:
        return FilmScan(path)
    except AssetError as error:
        (fault,) = error.faults
        if path.is_dir():
            why = "this is a folder"
        elif is_file(path) and not path.stat().st_size:
            why = "the file is empty"
        elif "PNG" not in fault.fix:  # it has a remedy of its own
            raise
        else:
            damaged = fault.problem.startswith("no picture, film or sound")
            why = "it is something else, or damaged" if damaged else fault.problem
        fix = "name a film: MP4, MOV, MKV, WebM"
        raise AssetError(Fault(str(path), "", f"no film that can be read: {why}", fix)) from None


def lines(analysis: Analysis) -> list[str]:
    """Return the verdict in plain lines: what was judged, each kind, the notes, and the sum."""
    verdict = analysis.verdict
    width, height = analysis.size
    across, down = analysis.window
    told = [
        f"{analysis.path}: {width}x{height}, {float(analysis.fps):.4g} frames/s, "
        f"{clock(verdict.seconds)}; for {analysis.peak_nits:g} cd/m², "
        f"windows of {across:.0%} x {down:.0%}"
    ]
    told += [f"{name} {_words(name, found, analysis.size)}" for name, found in verdict.findings()]
    told += analysis.notes
    failed = [name for name, found in verdict.findings() if not found.passed]
    if failed:
        told.append(f"FAIL: {', '.join(failed)}")
    else:
        told.append("pass: under the thresholds of WCAG 2.3.1, as measured here")
    return told


def report(analysis: Analysis) -> dict[str, object]:
    """Return everything for programs, as JSON can hold it; the series by whole seconds."""
    verdict = analysis.verdict
    every = round(1 / verdict.series.step)
    series = {
        name: _by_second(getattr(verdict.series, name), every)
        for name in ("general", "red", "extended", "stripes")
    }
    return {
        "path": str(analysis.path),
        "passed": verdict.passed,
        "size": list(analysis.size),
        "fps": float(analysis.fps),
        "seconds": verdict.seconds,
        "frames": verdict.frames,
        "window": list(analysis.window),
        "peak_nits": analysis.peak_nits,
        "threshold": threshold(analysis.peak_nits),
        "kinds": {name: asdict(found) for name, found in verdict.findings()},
        "series": series,
        "notes": list(analysis.notes),
    }


def panels(analysis: Analysis) -> tuple[Panel, ...]:
    """Return the course of it for a plot: flashes a second, how long they were held, stripes.

    What is worst of each is shaded, from the instant that `lines` names to where it is counted.
    """
    verdict = analysis.verdict
    series = verdict.series
    flashes = Curve("general", series.general, _GENERAL), Curve("red", series.red, _RED)
    whole = tuple(float(number) for number in range(61))
    shares = tuple(tenth / 10 for tenth in range(0, 11, 2))
    return (
        Panel(
            "flashes in the second before: at most 3",
            flashes,
            (MOST_TRANSITIONS / 2,),
            4.4,
            whole,
            span=_span(max(verdict.general, verdict.red, key=lambda found: found.flashes)),
        ),
        Panel(
            "of the five seconds before, how many had two flashes or more: less than 4",
            (Curve("extended", series.extended, _GENERAL),),
            (EXTENDED_SECONDS,),
            5.4,
            whole,
            span=_span(verdict.extended, EXTENDED_OF_SECONDS),
        ),
        Panel(
            "stripes, of the picture: at most 40%, and 25% where they move",
            (Curve("stripes", series.stripes, _GENERAL),),
            (MOVING_AREA, STILL_AREA),
            0.65,
            shares,
            percent=True,
            span=_span(verdict.stripes),
        ),
    )


def _span(found: Finding, length: float = 1.0) -> tuple[float, float] | None:
    return (found.second, found.second + length) if found.share else None


def caption(analysis: Analysis, at: float) -> str:
    """Return what a picture of the film at `at` seconds is of, in a line."""
    kind = analysis.verdict.worst
    verdict = "pass" if getattr(analysis.verdict, kind).passed else "FAIL"
    what = kind if kind == "stripes" else f"{kind} flashes"
    return f"{clock(at)}   {what}: {verdict}   {analysis.path.name}"


def picture(analysis: Analysis) -> tuple[Pixels, float] | None:
    """Return the brightest frame of the worst second as a viewer sees it, and when that is.

    (height, width, 3) sRGB, row 0 at the top: what made that second keeps its light and has an
    edge of amber and black, the rest is dimmed. The window it was worst in is framed. None where no
    frame can be read again.
    """
    verdict = analysis.verdict
    kind = verdict.worst
    found: Finding = getattr(verdict, kind)
    film = FilmScan(analysis.path)
    begin = Fraction(found.second).limit_denominator(10**6)
    length = EXTENDED_OF_SECONDS if kind == "extended" else 1
    best: tuple[float, float, Pixels] | None = None
    for at, pixels in film.pictures(begin, begin + length):
        light = float(pixels[::8, ::8, :3].mean())
        if best is None or light > best[0]:
            best = light, float(at), pixels[..., :3]
    if best is None:
        return None
    window = (1.0, 1.0) if kind == "stripes" else analysis.window
    return _marked(best[2], verdict.points[kind], found.where, window), best[1]


def clock(seconds: float) -> str:
    """Return seconds as `0:12.4`, or `1:02:03.4` from an hour on."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def _words(name: str, found: Finding, size: tuple[int, int]) -> str:
    verdict = "pass" if found.passed else "FAIL"
    length = f"the {EXTENDED_OF_SECONDS} seconds" if name == "extended" else "the second"
    there = f"{_place(found.where, size)}, in {length} from {clock(found.second)} on"
    if name == "extended":
        limit = f"less than {EXTENDED_SECONDS} allowed"
        if not found.held:
            return f"flashes: never two a second: {verdict}"
        lasts = f"{found.held:.1f} s" if found.held >= _TENTH else "less than 0.1 s"
        return f"flashes: two a second or more for {lasts} {there} ({limit}): {verdict}"
    if name == "stripes":
        if not found.share:
            return f"of more than five pairs: none: {verdict}"
        most = MOVING_AREA if found.moving else STILL_AREA
        moves = "that move" if found.moving else "that stay"
        over = f"over {found.share:.0%} of the picture"
        return f"{moves}: {over} {there} ({most:.0%} allowed): {verdict}"
    if not found.flashes:
        return f"flashes: none: {verdict}"
    many = f"{found.flashes:g} a second over {found.share:.0%} of a window"
    return f"flashes: {many} {there} ({MOST_TRANSITIONS // 2} allowed): {verdict}"


def _place(where: tuple[float, float], size: tuple[int, int]) -> str:
    """Return in which ninth of the picture a point lies."""
    across = min(int(3 * where[0] / size[0]), 2)
    down = min(int(3 * where[1] / size[1]), 2)
    names = ("top", "", "bottom")[down], ("left", "", "right")[across]
    said = " ".join(filter(None, names))
    return f"at the {said}" if said else "in the middle"


def _by_second(values: NDArray[np.float32], every: int) -> list[float]:
    seconds = -(-len(values) // every)
    whole = np.zeros(seconds * every, np.float32)
    whole[: len(values)] = values
    return [round(float(most), 3) for most in whole.reshape(seconds, every).max(axis=1)]


def _marked(
    pixels: Pixels, points: NDArray[np.bool_], where: tuple[float, float], window: Window
) -> Pixels:
    height, width, _ = pixels.shape
    line = max(width // _LINE, 1)
    rows, cols = points.shape
    down, across = np.arange(height) * rows // height, np.arange(width) * cols // width
    mask = points[down[:, None], across]
    inner = _smaller(mask, line)
    out = np.where(mask[..., None], pixels, (pixels * _DIMMED).astype(np.uint8))
    out[mask & ~inner] = _MARK
    out[inner & ~_smaller(inner, line)] = 0  # beside it amber is seen on white, too
    if window != (1.0, 1.0):
        left, top = where[0] - window[0] * width / 2, where[1] - window[1] * height / 2
        box = (
            slice(max(round(top), 0), min(round(top + window[1] * height), height)),
            slice(max(round(left), 0), min(round(left + window[0] * width), width)),
        )
        frame = np.zeros((height, width), np.bool_)
        frame[box] = True
        inside = frame[box]
        inside[3 * line : -3 * line, 3 * line : -3 * line] = False
        out[frame] = 0  # white between two black lines is seen on anything
        inside[:line] = inside[-line:] = inside[:, :line] = inside[:, -line:] = False
        inside[2 * line : -2 * line, 2 * line : -2 * line] = False
        out[frame] = _FRAME
    return out


def _smaller(mask: NDArray[np.bool_], line: int) -> NDArray[np.bool_]:
    """Return a mask that is a line's width smaller on every side."""
    inner = mask.copy()
    inner[:line] = inner[-line:] = inner[:, :line] = inner[:, -line:] = False
    inner[line:] &= mask[:-line]
    inner[:-line] &= mask[line:]
    inner[:, line:] &= mask[:, :-line]
    inner[:, :-line] &= mask[:, line:]
    return inner


def _notes(film: FilmScan, frames: int, last: float) -> list[str]:
    notes = []
    stays = film.seconds - last
    if frames < 2:
        notes.append("a single picture does not flash")
    elif stays > max(_STAYS, 4 / float(film.fps)):
        notes.append(f"its last picture stays for {stays:.1f} s, or the end of it is missing")
    if film.trouble:
        notes.append(f"some of it could not be decoded: {film.trouble}")
    if film.bright:
        notes.append(f"its light is written as {film.bright}; it was read as if it were sRGB")
    return notes
