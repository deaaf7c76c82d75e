"""Single pictures as WebP: whole, of the right colours, and the same each time."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from empathy_palettes.outlet.film.webp import encode_webp


def a_picture() -> np.ndarray:
    y, x = np.mgrid[0:90, 0:160]
    return np.stack([x, y * 2, 255 - x], axis=2).astype(np.uint8)


def test_a_picture_comes_back() -> None:
    picture = a_picture()
    data = encode_webp(picture, 95)
    assert data == encode_webp(picture, 95)
    with Image.open(io.BytesIO(data)) as read:
        assert (read.format, read.size) == ("WEBP", (160, 90))
        back = np.asarray(read.convert("RGB")).astype(int)
    assert np.abs(back - picture).mean() < 2
    assert len(encode_webp(picture, 40)) < len(data)


@pytest.mark.parametrize("shape", [(9, 16), (9, 16, 4)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        encode_webp(np.zeros(shape, np.uint8), 90)
