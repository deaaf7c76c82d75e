from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.film.choosing import choose, faults, numbered, pattern, remarks
from empathy_palettes.outlet.film.recipes import RECIPES


@pytest.mark.parametrize(
    ("out", "label"),
    [
        ("a.mp4", "h264"),
        ("a.MOV", "h264"),
        ("a.mkv", "ffv1"),
        ("a.webm", "vp9"),
        ("a.webp", "webp"),
        ("a.gif", "gif"),
        ("frames/%06d.png", "png"),
        ("frames/a%d.tif", "tiff16"),
        ("a-%04d.tiff", "tiff16"),
        ("-", "raw"),
    ],
)
def test_a_name_says_what_is_written(out: str, label: str) -> None:
    assert choose(out).label == label
    assert choose(Path(out), label).label == label


def test_a_folder_takes_pictures(tmp_path: Path) -> None:
    assert choose(tmp_path).label == "png"
    assert choose(tmp_path / "new", "tiff16").label == "tiff16"
    assert pattern(tmp_path, RECIPES["png"]) == f"{tmp_path}/%06d.png"
    assert pattern("a/%d.tiff", RECIPES["tiff16"]) == "a/%d.tiff"


@pytest.mark.parametrize(
    ("names", "number", "name"),
    [("a/%06d.png", 7, "a/000007.png"), ("%d.png", 12, "12.png"), ("%02d.png", 123, "123.png")],
)
def test_files_are_numbered(names: str, number: int, name: str) -> None:
    assert numbered(names, number) == name


@pytest.mark.parametrize(
    ("out", "codec", "line"),
    [
        ("a.avi", None, "a.avi: no video format for '.avi': give it one of .mp4, .mov, .mkv"),
        ("a", None, "a: a name without a suffix: give it one of"),
        ("a.mp4", "h265x", "codec: 'h265x': use one of h264, hevc, prores, prores4444"),
        ("a.mp4", "prores", "codec: prores does not go into .mp4: name it a.mov"),
        ("a.mov", "vp9", "codec: vp9 does not go into .mov: name it a.webm"),
        ("a", "ffv1", "codec: ffv1 does not go into a name without a suffix: name it a.mkv"),
        ("-", "h264", "codec: h264 cannot go to standard output: use raw, or name a file"),
        ("a.rgb", "raw", "codec: raw frames go to standard output: use --out -"),
        ("a.png", None, "each frame has a file of its own, whose name holds its number once"),
        ("%d-%d.png", None, "use d-d-%06d.png, or a folder"),
        ("%x.tif", None, "whose name holds its number once"),
        ("%d/a.png", "png", "whose name holds its number once"),
    ],
)
def test_what_does_not_go_together_is_one_line(out: str, codec: str | None, line: str) -> None:
    with pytest.raises(MachineError) as caught:
        choose(out, codec)
    (fault,) = caught.value.faults
    assert line in str(fault)


def test_a_label_that_is_none_names_all_of_them() -> None:
    with pytest.raises(MachineError) as caught:
        choose("a.mp4", "h265")
    all_of_them = "h264, hevc, prores, prores4444, ffv1, vp9, av1, webp, gif, png, tiff16, raw"
    assert str(caught.value) == f"a.mp4: codec: 'h265': use one of {all_of_them}"


def told(label: str, out: str, size: tuple[int, int] = (64, 36), **asked: object) -> list[str]:
    asked = {"fps": Fraction(25), **asked}
    found = faults(RECIPES[label], out, size, **asked)  # type: ignore[arg-type]
    return [str(fault) for fault in found]


@pytest.mark.parametrize(
    ("label", "size", "even"),
    [
        ("h264", (63, 36), "use even numbers, such as 64x36"),
        ("h264", (64, 35), "64x36"),
        ("av1", (63, 35), "64x36"),
        ("prores", (63, 35), "use an even width, such as 64x35"),
        ("prores4444", (63, 35), ""),
        ("ffv1", (63, 35), ""),
        ("gif", (63, 35), ""),
        ("webp", (63, 35), ""),
        ("png", (63, 35), ""),
    ],
)
def test_odd_sizes_are_for_those_who_share_no_colour(
    label: str, size: tuple[int, int], even: str
) -> None:
    suffix = RECIPES[label].suffixes[0]
    lines = told(label, f"a%d{suffix}" if label == "png" else f"a{suffix}", size)
    assert [even in line and "size" in line for line in lines] == [True] * bool(even)


@pytest.mark.parametrize(
    ("fps", "near"),
    [
        (Fraction(60), "use 50"),
        (Fraction(30), "use 25"),
        (Fraction(24_000, 1001), "use 25"),
        (Fraction(12), "use 10"),
        (Fraction(100), "use 50"),
        (None, "use 25"),
        (Fraction(50), ""),
        (Fraction(100, 3), ""),
        (Fraction(20), ""),
        (Fraction(25, 2), ""),
    ],
)
def test_a_gif_counts_hundredths(fps: Fraction | None, near: str) -> None:
    lines = told("gif", "a.gif", fps=fps)
    assert [near in line for line in lines] == [True] * bool(near)
    assert len(told("webp", "a.webp", fps=fps)) == (fps is None)
    assert told("h264", "a.mp4", fps=fps) == []


def test_all_that_is_wrong_is_said_at_once() -> None:
    lines = told("h264", "a.gif", (63, 36), quality=60, alpha=True)
    kind, quality, size, alpha = lines
    assert "h264 does not go into .gif" in kind
    assert "crf: 60: 0 is the finest, 51 the coarsest" in quality
    assert "64x36" in size
    assert "h264 cannot store it: use one of prores4444, ffv1, vp9, webp, png, tiff16, raw" in alpha


def test_what_is_exact_has_no_scale() -> None:
    assert "ffv1 is always as fine as it can be" in told("ffv1", "a.mkv", quality=18)[0]
    assert told("webp", "a.webp", quality=100) == []
    assert "100 is the finest, 0 the coarsest" in told("webp", "a.webp", quality=101)[0]


def test_sides_have_ends() -> None:
    assert "at most 16383 pixels" in told("webp", "a.webp", (16_384, 64))[0]


def test_what_is_silent_says_so() -> None:
    assert remarks(RECIPES["gif"], "a.gif", sound=True) == [
        "a.gif: gif has no sound: what is heard is left out"
    ]
    assert remarks(RECIPES["gif"], "a.gif", sound=False) == []
    for label in ("h264", "hevc", "prores", "prores4444", "ffv1", "vp9", "av1"):
        assert remarks(RECIPES[label], "a", sound=True) == []
    for label in ("webp", "png", "tiff16", "raw"):
        assert len(remarks(RECIPES[label], "a", sound=True)) == 1
