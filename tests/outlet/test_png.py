from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from empathy_palettes.core.errors import MachineError
from empathy_palettes.outlet.png import encode_png, write_png

Pixels = NDArray[np.uint8]


@st.composite
def pictures(draw: st.DrawFn) -> Pixels:
    """Noise, flat colour and gradients, so that every filter is taken."""
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    channels = draw(st.sampled_from([3, 4]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steepness = draw(st.sampled_from([0, 1, 40]))
    rows, columns = np.mgrid[:height, :width]
    slope = (rows + columns)[..., None] * steepness
    noise = rng.integers(0, draw(st.sampled_from([1, 256])), (height, width, channels))
    return np.asarray(slope + noise, np.uint8)


@given(pictures())
def test_another_reader_sees_the_same_picture(pixels: Pixels) -> None:
    image = Image.open(io.BytesIO(encode_png(pixels)))
    whole = image.convert("RGBA" if pixels.shape[2] == 4 else "RGB")
    assert np.array_equal(np.asarray(whole), pixels)


def test_an_opaque_picture_leaves_its_alpha_out() -> None:
    opaque = np.full((4, 5, 4), 255, np.uint8)
    assert Image.open(io.BytesIO(encode_png(opaque))).mode == "RGB"
    opaque[2, 2, 3] = 254
    assert Image.open(io.BytesIO(encode_png(opaque))).mode == "RGBA"


def test_text_is_kept_in_any_script() -> None:
    line = "empathy render tidal --feel joy --seed 7"
    text = {"Source": line, "Title": "Café", "Comment": "感情 · ψυχή"}
    image = Image.open(io.BytesIO(encode_png(np.zeros((2, 2, 3), np.uint8), text)))
    assert image.text == text  # type: ignore[attr-defined]
    assert image.info["srgb"] == 0


def test_filters_make_smooth_pictures_small() -> None:
    rows, columns = np.mgrid[:120, :160]
    smooth = np.dstack([rows, columns, rows + columns]).astype(np.uint8)
    assert len(encode_png(smooth)) < smooth.size / 40


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 2)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="pixels must be"):
        encode_png(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("keyword", ["", "k" * 80, "a\0b"])
def test_a_keyword_that_png_has_no_room_for_is_refused(keyword: str) -> None:
    with pytest.raises(ValueError, match="keyword"):
        encode_png(np.zeros((1, 1, 3), np.uint8), {keyword: "value"})


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"an older picture")
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    write_png(path, pixels, {"Source": "again"})
    assert np.array_equal(np.asarray(Image.open(path)), pixels)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken.png").mkdir()
    for path in (tmp_path / "nowhere" / "picture.png", tmp_path / "taken.png"):
        with pytest.raises(MachineError) as caught:
            write_png(path, np.zeros((2, 2, 3), np.uint8))
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.png"]
