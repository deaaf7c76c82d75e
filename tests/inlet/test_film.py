"""A film read for analysis: its pixels and times, held against FFmpeg's own conversion."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.errors import AssetError
from empathy_palettes.inlet.film import FilmScan
from empathy_palettes.render.flashes.points import places

from ..films import turned

WIDTH, HEIGHT, COUNT = 96, 64, 12
Pixels = NDArray[np.uint8]


def picture(number: int) -> Pixels:
    """Blocks of 16 pixels, each one colour, so that shared chroma shares nothing."""
    rng = np.random.default_rng(number)
    blocks = rng.integers(20, 236, (HEIGHT // 16, WIDTH // 16, 3), dtype=np.uint8)
    return blocks.repeat(16, 0).repeat(16, 1)


def write(
    path: Path,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    times: list[int] | None = None,
    space: int = 1,
    full: bool = False,
    trc: int = 1,
    **options: str,
) -> Path:
    """A film of `COUNT` pictures, at these milliseconds or 25 a second."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pix_fmt
        coder = stream.codec_context
        coder.time_base = Fraction(1, 1000)
        if space:
            coder.colorspace, coder.color_range, coder.color_trc = space, 1 + full, trc
        for number in range(COUNT):
            frame = av.VideoFrame.from_ndarray(picture(number), "rgb24")
            if space:
                frame = frame.reformat(
                    format=pix_fmt,
                    src_color_range=2,
                    dst_color_range=1 + full,
                    dst_colorspace=5 if space == 6 else space,
                )
            frame.pts = times[number] if times else 40 * number
            frame.time_base = Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "space", "full"),
    [
        ("a.mp4", "libx264", "yuv420p", 1, False),
        ("b.mp4", "libx264", "yuv420p", 6, False),
        ("c.mkv", "libx264", "yuv444p", 1, False),
        ("d.mkv", "libx264", "yuv422p", 1, True),
        ("e.mp4", "libx264", "yuv420p10le", 9, False),
        ("f.mov", "prores_ks", "yuv422p10le", 1, False),
        ("g.mkv", "ffv1", "yuva444p", 1, False),
        ("h.mkv", "ffv1", "bgr0", 0, True),
        ("i.mkv", "libx264rgb", "rgb24", 0, True),
    ],
)
def test_pixels_are_those_of_the_picture(
    tmp_path: Path, name: str, codec: str, pix_fmt: str, space: int, full: bool
) -> None:
    options: dict[str, Any] = {"crf": "1", "preset": "fast"} if "264" in codec else {}
    film = FilmScan(write(tmp_path / name, codec, pix_fmt, None, space, full, **options))
    assert (film.size, film.fps, film.bright) == ((WIDTH, HEIGHT), Fraction(25), "")
    assert film.seconds == pytest.approx(COUNT / 25, abs=0.002)
    rows, cols = places(film.size, (24, 16))
    # FFmpeg's halving of the chroma reaches over the edges of the blocks.
    inner = ((np.stack([rows, cols]) % 16 - 7.5) ** 2 < 20).all(axis=0).ravel()
    assert inner.sum() > 80
    count = 0
    for number, look in enumerate(film.looks((rows, cols))):
        wanted = picture(number)[rows, cols].reshape(-1, 3).T
        most = 2.5 if codec == "ffv1" else 6  # what rounding leaves, and what H.264 does
        assert np.abs(look.srgb * 255 - wanted)[:, inner].max() < most, number
        assert look.at == Fraction(number, 25)
        small = look.small(48)[3::8, 3::8].astype(int)
        assert np.abs(small - picture(number)[6::16, 6::16]).max() < 8
        count += 1
    assert count == COUNT and film.trouble == ""
    seen = list(film.pictures(Fraction(4, 25), Fraction(7, 25)))
    assert [at * 25 for at, _ in seen] == [4, 5, 6, 7]
    for at, pixels in seen:
        apart = pixels[6::16, 6::16, :3].astype(int) - picture(int(at * 25))[6::16, 6::16]
        assert np.abs(apart).max() < 8


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("codec", "pix_fmt", "space"), [("libx264", "yuv420p", 1), ("libx264rgb", "rgb24", 0)]
)
def test_a_film_is_read_as_a_viewer_turns_it(
    tmp_path: Path, codec: str, pix_fmt: str, space: int, quarters: int
) -> None:
    path = turned(write(tmp_path / "a.mp4", codec, pix_fmt, None, space, crf="1"), quarters)
    film = FilmScan(path)
    height, width, _ = np.rot90(picture(0), quarters).shape
    assert film.size == (width, height)
    rows, cols = (axis.ravel() for axis in np.indices((height, width)))
    inner = (np.stack([rows, cols]) % 16 // 4 % 3 > 0).all(axis=0)
    for number, look in enumerate(film.looks((rows, cols))):
        wanted = np.rot90(picture(number), quarters)
        assert np.abs(look.srgb * 255 - wanted[rows, cols].T)[:, inner].max() < 6
        small = look.small(width // 2)[3::8, 3::8].astype(int)
        assert np.abs(small - wanted[6::16, 6::16]).max() < 8
    for at, pixels in film.pictures(Fraction(0), Fraction(2, 25)):
        wanted = np.rot90(picture(int(at * 25)), quarters)
        assert np.abs(pixels[6::16, 6::16, :3].astype(int) - wanted[6::16, 6::16]).max() < 8


def test_times_are_the_films_own(tmp_path: Path) -> None:
    times = [0, 33, 100, 101, 300, 340, 700, 720, 1400, 1410, 1500, 2000]
    film = FilmScan(write(tmp_path / "a.mkv", times=times))
    found = [look.at for look in film.looks(places(film.size, (4, 4)))]
    assert found == [Fraction(time, 1000) for time in times]


def test_light_that_is_not_srgbs_is_told(tmp_path: Path) -> None:
    film = FilmScan(write(tmp_path / "a.mp4", pix_fmt="yuv420p10le", space=9, trc=16))
    assert film.bright == "PQ"


def test_a_damaged_film_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", "ffv1", "yuv444p")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    film = FilmScan(path)
    assert 0 < len(list(film.looks(places(film.size, (4, 4))))) < COUNT


@pytest.mark.parametrize("content", [None, b"", b"no film at all", "sound"])
def test_what_is_no_film_is_refused(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "a.mkv"
    if content == "sound":
        with av.open(str(path), "w") as container:
            stream: Any = container.add_stream("pcm_s16le", rate=8000, layout="mono")
            heard = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
            heard.sample_rate = 8000
            container.mux(stream.encode(heard))
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(AssetError):
        FilmScan(path)
