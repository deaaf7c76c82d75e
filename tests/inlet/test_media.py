"""Pictures and films: what is seen at which step, by other programs' decoding and by arithmetic."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from empathy_palettes.core.errors import AssetError
from empathy_palettes.inlet.media import Film, Media, Still, open_media

WIDTH, HEIGHT = 64, 48
COUNT = 40


def level(number: int) -> int:
    """The grey of a film's frame: neighbours, and the ends of a loop, are far apart."""
    return 20 + 83 * number % 211


def write_film(
    path: Path,
    codec: str,
    fps: Fraction,
    pixels: Sequence[NDArray[np.uint8]],
    pix_fmt: str = "yuv420p",
    **options: str,
) -> Path:
    """A film of these frames, (height, width, 3) each, row 0 at the top."""
    height, width, _ = pixels[0].shape
    ours = {"movflags": "faststart"} if path.suffix == ".mp4" else {}  # the index comes first
    with av.open(str(path), "w", options=ours) as container:
        stream: Any = container.add_stream(codec, rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        stream.codec_context.time_base = 1 / fps
        for number, picture in enumerate(pixels):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def greys(count: int = COUNT) -> list[NDArray[np.uint8]]:
    return [np.full((HEIGHT, WIDTH, 3), level(number), np.uint8) for number in range(count)]


def film(path: Path, **how: Any) -> Film:
    media = open_media(path, **how)
    assert isinstance(media, Film)
    return media


def grey(media: Media, step: int) -> float:
    return float(media.at(step)[:, :, :3].mean())


@pytest.mark.parametrize(
    ("name", "codec", "fps", "pix_fmt", "options"),
    [
        ("a.mp4", "libx264", Fraction(25), "yuv420p", {"g": "12"}),
        ("b.mp4", "libx264", Fraction(24000, 1001), "yuv420p", {"g": "10", "bf": "3"}),
        ("c.mov", "prores_ks", Fraction(24), "yuv422p10le", {}),
        ("d.mkv", "libx264", Fraction(30), "yuv420p", {"g": "9"}),
        ("e.webm", "libvpx-vp9", Fraction(30), "yuv420p", {"deadline": "realtime"}),
        ("f.ts", "libx264", Fraction(60), "yuv420p", {"g": "10"}),
        ("g.mpg", "mpeg2video", Fraction(25), "yuv420p", {"b": "2M"}),
        ("h.avi", "mjpeg", Fraction(15), "yuvj420p", {"qmax": "2"}),
        ("i.gif", "gif", Fraction(20), "gray", {}),
    ],
)
def test_each_step_shows_the_frame_whose_time_it_is(
    tmp_path: Path, name: str, codec: str, fps: Fraction, pix_fmt: str, options: dict[str, str]
) -> None:
    path = write_film(tmp_path / name, codec, fps, greys(), pix_fmt, **options)
    media = film(path)
    assert media.size == (WIDTH, HEIGHT)
    # Matroska counts in ms, and MPEG guesses some of its times: half a frame.
    near = 1 / fps / 2 if name == "g.mpg" else Fraction(1, 1000)
    assert abs(media.seconds - COUNT / fps) <= near
    forth = list(range(int(2.2 * media.seconds * 60)))
    anywhere = np.random.default_rng(3).integers(0, 2000, 25).tolist()
    for step in [*forth, *anywhere, 5, 4, 0]:
        instant = Fraction(step, 60) % media.seconds
        number = min(int(instant * fps), COUNT - 1)
        assert grey(media, step) == pytest.approx(level(number), abs=6), (step, number)
    assert media.faults == ()
    media.close()
    media.close()


def test_a_picture_that_stays_is_the_same_object(tmp_path: Path) -> None:
    media = film(write_film(tmp_path / "a.mp4", "libx264", Fraction(20), greys(6)))
    seen = [media.at(step) for step in range(9)]
    stays = [before is after for before, after in pairwise(seen)]
    assert stays == [True, True, False, True, True, False, True, True]
    media.close()


def test_speed_and_what_comes_after_the_end(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", "libx264", Fraction(30), greys(30))
    slow, fast, once = film(path, speed=0.5), film(path, speed=4.0), film(path, loop=False)
    for step in range(0, 200, 7):
        assert grey(slow, step) == pytest.approx(level(step // 4 % 30), abs=6)
        assert grey(fast, step) == pytest.approx(level(step * 2 % 30), abs=6)
        assert grey(once, step) == pytest.approx(level(min(step // 2, 29)), abs=6)
    for media in (slow, fast, once):
        media.close()


def picture(mode: str = "RGBA") -> Image.Image:
    """Smooth, and different from all its mirrored and turned selves."""
    y, x = np.mgrid[:40, :60]
    pixels = np.stack([x * 4, y * 6, 128 + (x - y) * 2, 255 - y * 3], axis=-1).astype(np.uint8)
    return (
        Image.fromarray(pixels, "RGBA").convert(mode) if mode != "RGBA" else Image.fromarray(pixels)
    )


def seen(media: Media) -> NDArray[np.uint8]:
    """What is seen, row 0 at the top."""
    return media.at(0)[::-1]


@pytest.mark.parametrize(
    ("name", "mode", "near"),
    [
        ("a.png", "RGBA", 0),
        ("a.webp", "RGBA", 0),
        ("a.tiff", "RGBA", 0),
        ("a.png", "L", 0),
        ("a.png", "P", 0),
        ("a.bmp", "RGB", 0),
        ("100%d.png", "RGB", 0),
        ("a.jpg", "RGB", 6),
        ("a.gif", "P", 0),
    ],
)
def test_pictures_are_what_another_program_reads(
    tmp_path: Path, name: str, mode: str, near: int
) -> None:
    path = tmp_path / name
    how: dict[str, Any] = {"lossless": True, "exact": True} if name.endswith("webp") else {}
    picture(mode).save(path, **{**how, **({"quality": 98} if name.endswith("jpg") else {})})
    media = open_media(path)
    assert isinstance(media, Still) and media.size == (60, 40)
    with Image.open(path) as read:
        wanted = np.asarray(read.convert("RGBA"))
    # On the whole; a half-sized chroma plane is enlarged in more than one way.
    assert np.abs(seen(media).astype(int) - wanted).max() <= near
    assert media.at(99) is media.at(0) and media.at(0).flags["C_CONTIGUOUS"]
    media.close()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_a_camera_may_be_held_any_way(tmp_path: Path, suffix: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a{suffix}"
    picture("RGB").save(path, exif=exif, quality=98)
    with Image.open(path) as read:
        wanted = np.asarray(ImageOps.exif_transpose(read).convert("RGBA"))
    shown = seen(open_media(path))
    assert shown.shape == wanted.shape
    assert np.abs(shown.astype(int) - wanted).mean() < 2


def test_a_film_that_was_filmed_upright_stands_upright(tmp_path: Path) -> None:
    frames = [np.zeros((HEIGHT, WIDTH, 3), np.uint8) for _ in range(4)]
    for frame in frames:
        frame[: HEIGHT // 2, : WIDTH // 2] = 255  # at the top left
    path = write_film(tmp_path / "a.mp4", "libx264", Fraction(30), frames)
    content = path.read_bytes()
    one, last = 0x10000, 0x40000000
    upright = struct.pack(">9i", one, 0, 0, 0, one, 0, 0, 0, last)
    turned = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, last)  # a quarter to the right
    place = content.index(upright, content.index(b"tkhd"))
    path.write_bytes(content[:place] + turned + content[place + len(turned) :])
    media = film(path)
    assert media.size == (HEIGHT, WIDTH)
    top = seen(media)[: WIDTH // 2]
    assert (
        top[4:-4, HEIGHT // 2 + 4 :, :3].min() > 230 > 30 > top[4:-4, : HEIGHT // 2 - 4, :3].max()
    )
    media.close()


@pytest.mark.parametrize(("size", "tag"), [((48, 64), 6), ((48, 64), 1), ((720, 96), 0)])
def test_colours_are_those_of_the_matrix_that_the_film_names(
    tmp_path: Path, size: tuple[int, int], tag: int
) -> None:
    """6: BT.601, 1: BT.709; a large film that names none is BT.709."""
    y, u, v = 120, 90, 190
    kr, kb = (0.299, 0.114) if tag == 6 else (0.2126, 0.0722)
    luma, blue, red = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    r, b = luma + red * 2 * (1 - kr), luma + blue * 2 * (1 - kb)
    wanted = np.array([r, (luma - kr * r - kb * b) / (1 - kr - kb), b]) * 255
    height, width = size
    planes = np.full((height * 3 // 2, width), y, np.uint8)
    planes[height : height * 5 // 4], planes[height * 5 // 4 :] = u, v
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        if tag:
            coder = stream.codec_context
            coder.colorspace = coder.color_primaries = coder.color_trc = tag
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    media = open_media(path)
    assert np.abs(media.at(0)[:, :, :3].mean(axis=(0, 1)) - wanted).max() < 3
    media.close()


def test_a_film_that_breaks_off_keeps_its_last_good_picture(tmp_path: Path) -> None:
    whole = write_film(tmp_path / "a.mp4", "libx264", Fraction(30), greys(60), g="10")
    content = whole.read_bytes()
    media_data = content.index(b"mdat")
    broken = tmp_path / "b.mp4"
    broken.write_bytes(content[: media_data + (len(content) - media_data) // 2])
    media = film(broken)
    shown = [grey(media, step) for step in range(120)]
    good = next(step for step in range(0, 120, 2) if abs(shown[step] - level(step // 2)) > 6)
    assert 20 <= good <= 90
    assert len(set(shown[good:])) == 1
    assert grey(media, 120) == pytest.approx(level(0), abs=6)  # and begins again
    (fault,) = media.faults
    assert fault.file == str(broken) and fault.where.startswith("at ")
    media.close()


def test_damage_amid_a_film_is_told_once_and_passed_over(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.avi", "png", Fraction(30), greys(60), "rgb24")
    content = bytearray(path.read_bytes())
    begins = [n for n in range(len(content)) if content.startswith(b"IHDR", n)]
    for begin in begins[20:30]:
        content[begin : begin + 8] = b"damaged!"
    path.write_bytes(content)
    media = film(path)
    for lap in range(2):
        for number in range(60):
            shown = 19 if 20 <= number < 30 else number
            assert grey(media, lap * 120 + number * 2) == pytest.approx(level(shown), abs=2)
    assert len(media.faults) == 1
    media.close()


def refusal(path: Path) -> str:
    with pytest.raises(AssetError) as caught:
        open_media(path)
    (fault,) = caught.value.faults
    assert fault.file == str(path) and fault.fix
    return fault.problem


def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.png") == "no such file"
    text = tmp_path / "a.png"
    text.write_text("not a picture")
    assert "that can be read" in refusal(text)
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    assert refusal(empty)
    wide = tmp_path / "wide.png"
    Image.new("L", (8193, 1)).save(wide)
    assert refusal(wide) == "8193x1 is too large"
    heard = tmp_path / "a.wav"
    with av.open(str(heard), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    assert refusal(heard) == "no picture in it"
    picture().save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:60])
    assert refusal(tmp_path / "cut.png")


def test_a_list_of_other_files_opens_none_of_them(tmp_path: Path) -> None:
    write_film(tmp_path / "real.ts", "libx264", Fraction(25), greys(30))
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.2,\nreal.ts\n#EXT-X-ENDLIST\n"
    for name, text in ("a.m3u8", playlist), ("b.mp4", "ffconcat version 1.0\nfile real.ts\n"):
        path = tmp_path / name
        path.write_text(text.replace("real.ts", str(tmp_path / "real.ts")))
        assert refusal(path)
