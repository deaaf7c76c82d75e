from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.crowd.signals import neutral_reading
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.overlay import MOST_CHARACTERS, MOST_NOTICES, Overlay
from empathy_palettes.outlet.sdl import pygame

CONTEXT = OutletContext((1280, 720), help=(("h", "show or hide this help"), ("space", "freeze")))
PALETTE = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)


@pytest.fixture(autouse=True)
def fonts() -> Iterator[None]:
    pygame.font.init()
    yield
    pygame.font.quit()


def pixels(surface: pygame.Surface) -> NDArray[np.uint8]:
    """Return (height, width, 4), row 0 at the top."""
    width, height = surface.get_size()
    data = pygame.image.tobytes(surface, "RGBA")
    return np.frombuffer(data, np.uint8).reshape(height, width, 4)


def test_help_shows_the_palette_in_equal_parts() -> None:
    seen = pixels(Overlay(CONTEXT, (1280, 720)).help(neutral_reading(), PALETTE))[..., :3]
    areas = [int((seen == np.uint8(color * 255)).all(axis=2).sum()) for color in PALETTE]
    assert min(areas) > 1000 and max(areas) - min(areas) <= 100


def test_a_bar_grows_with_its_signal_and_an_undefined_one_has_none() -> None:
    overlay = Overlay(CONTEXT, (1280, 720))
    lit = [
        int((pixels(overlay.help({"agreement": value}, PALETTE))[..., :3].min(axis=2) > 200).sum())
        for value in (float("nan"), 0.2, 0.9)
    ]
    assert lit[0] < lit[1] < lit[2]


def test_text_grows_with_the_window() -> None:
    small, large = Overlay(CONTEXT, (1280, 720)), Overlay(CONTEXT, (2560, 1440))
    for edge, label in small.edges().items():
        twice = large.edges()[edge].get_size()
        assert twice == pytest.approx(tuple(2 * side for side in label.get_size()), abs=3)
    assert large.margin == 2 * small.margin
    assert large.marker().get_width() > 1.8 * small.marker().get_width()


@pytest.mark.parametrize("window", [(1280, 720), (1080, 1920), (3840, 1080), (320, 180)])
def test_panels_stay_inside_the_window(window: tuple[int, int]) -> None:
    overlay = Overlay(CONTEXT, window)
    assert np.all(np.array(overlay.help(neutral_reading(), PALETTE).get_size()) <= window)
    notices = overlay.notices(["more words than a window holds in one line " * 4] * MOST_NOTICES)
    assert notices.get_width() + overlay.margin <= window[0]


def test_notices_are_few_and_wrapped() -> None:
    overlay = Overlay(CONTEXT, (1280, 720))
    one = overlay.notices(["nothing arrives"]).get_height()
    most = overlay.notices(["nothing arrives"] * MOST_NOTICES).get_height()
    assert one < most
    more = overlay.notices(["nothing arrives"] * 50).get_height()
    assert most < more < most + one  # one line more: how many are left out
    long = overlay.notices(["a line that is much too long for the wall " * 6])
    assert long.get_width() <= 1280 * 2 // 3
    assert long.get_height() > one
    assert overlay.notices(["x" * 40], in_help=True).get_width() < long.get_width()


@pytest.mark.parametrize("window", [(1280, 720), (1080, 1920), (320, 180)])
@pytest.mark.parametrize("in_help", [False, True])
@pytest.mark.parametrize("word", ["x" * 20_000, "W" * 200, "a\0b\udc80 " * 3_000])
def test_whatever_a_notice_holds_stays_inside_the_window(
    window: tuple[int, int], word: str, in_help: bool
) -> None:
    lines = [f"a.fs: line 1: {word}"] * 2 * MOST_NOTICES
    panel = Overlay(CONTEXT, window).notices(lines, in_help=in_help)
    assert panel.get_width() <= window[0] * 2 // 3
    assert panel.get_height() <= window[1]


def test_a_notice_is_capped() -> None:
    overlay = Overlay(CONTEXT, (1280, 720))
    most = overlay.notices(["x" * MOST_CHARACTERS]).get_size()
    assert overlay.notices(["x" * 10 * MOST_CHARACTERS]).get_size() == pytest.approx(most, abs=20)


def test_a_long_title_keeps_to_its_column() -> None:
    short, long = (
        pixels(Overlay(OutletContext((1280, 720), title=title), (1280, 720)).help({}, PALETTE))
        for title in ("x", "W" * 200)
    )
    differs = (short != long).any(axis=(0, 2))
    assert differs.any() and not differs[442:].any()
