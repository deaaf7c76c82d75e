from __future__ import annotations

import ctypes
import ctypes.util
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.core.clock import Tick
from empathy_palettes.core.command import Command
from empathy_palettes.core.errors import MachineError
from empathy_palettes.crowd.signals import neutral_reading
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.painter import fit
from empathy_palettes.outlet.sdl import pygame
from empathy_palettes.outlet.window import Window, display_available, feeling_at
from empathy_palettes.render.frame import Frame

Pixels = NDArray[np.uint8]
sides = st.integers(1, 4096)
sizes = st.tuples(sides, sides)

on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems always have a display"
)

CONTEXT = OutletContext(
    (160, 90),
    keys={"h": "help", "m": "mouse", "space": "freeze", "p": "picture"},
    help=(("h", "show or hide this help"), ("m", "feel with the mouse")),
)


@pytest.fixture
def open_window(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Window]]:
    """Open real GL windows that need no display server; none leaves a GL error behind."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    opened: list[Window] = []

    def open_window(**settings: object) -> Window:
        window = Window(**settings)  # type: ignore[arg-type]
        window.open(CONTEXT)
        opened.append(window)
        return window

    yield open_window
    for window in opened:
        assert window.gl.error == "GL_NO_ERROR"
        window.close()


def noise(size: tuple[int, int] = CONTEXT.size) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (size[1], size[0], 3), np.uint8)


def shown(window: Window) -> Pixels:
    """Return what is in the window, row 0 at the top."""
    width, height = pygame.display.get_window_size()
    data = window.gl.screen.read(viewport=(0, 0, width, height), components=3)
    # moderngl reads a window's buffer by the name of an attachment, and leaves an error behind.
    assert window.gl.error in ("GL_NO_ERROR", "GL_INVALID_OPERATION")
    return np.frombuffer(data, np.uint8).reshape(height, width, 3)[::-1]


def textures_alive() -> int:
    library = ctypes.CDLL(ctypes.util.find_library("GL") or "")
    return sum(library.glIsTexture(name) for name in range(1, 400))


def press(key: int, mod: int = 0) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))


def move(x: int, y: int) -> None:
    event = pygame.event.Event(
        pygame.MOUSEMOTION, pos=(x, y), rel=(1, 1), buttons=(0, 0, 0), touch=False
    )
    pygame.event.post(event)


def with_signals(frame: Frame, **signals: float) -> Frame:
    reading: Mapping[str, float] = {**neutral_reading(), **signals}
    return Frame(frame.framebuffer, frame.size, frame.palette, reading)


@pytest.mark.gl
def test_shows_the_picture_as_it_is(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window()
    window.present(paint(window.gl, noise()), Tick(0, 0, 0))
    assert np.array_equal(shown(window), noise())


@pytest.mark.gl
def test_scales_into_another_shape_with_black_around(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window(size=(320, 320))
    pixels = np.full((90, 160, 3), 77, np.uint8)
    window.present(paint(window.gl, pixels), Tick(0, 0, 0))
    seen = shown(window)
    assert not seen[:70].any() and not seen[250:].any()
    assert (seen[70:250] == 77).all()


@pytest.mark.gl
def test_follows_its_size_while_help_is_up(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window(size=(640, 360))
    frame = with_signals(paint(window.gl, np.full((90, 160, 3), 120, np.uint8)))
    press(pygame.K_h)
    window.poll()
    window.present(frame, Tick(0, 0, 0))
    # Smaller, since the surface of the offscreen driver cannot grow.
    pygame.display.set_mode((320, 320), pygame.OPENGL | pygame.DOUBLEBUF | pygame.RESIZABLE)
    window.present(frame, Tick(1, 1, 1))
    seen = shown(window)
    assert seen.shape == (320, 320, 3)
    assert not seen[:70].any() and not seen[250:].any()
    assert (seen[70:74] == 120).all() and (seen[246:250] == 120).all()
    assert (seen[80:240, 10:310] != 120).mean() > 0.9


@pytest.mark.gl
def test_keys_become_commands(open_window: Callable[..., Window]) -> None:
    window = open_window()
    window.poll()
    press(pygame.K_SPACE)
    press(pygame.K_x)
    press(pygame.K_p, pygame.KMOD_CTRL)
    press(pygame.K_ESCAPE)
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert window.poll() == [Command("freeze"), Command("quit"), Command("quit")]
    assert window.poll() == []


@pytest.mark.gl
def test_the_mouse_feels_once_it_is_asked_to(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window()
    frame = paint(window.gl, np.full((90, 160, 3), 60, np.uint8))
    window.poll()
    move(20, 20)
    assert window.poll() == []
    press(pygame.K_m)
    move(0, 0)
    move(159, 0)
    (command,) = window.poll()
    assert command.name == "feel"
    assert command.args == pytest.approx((1.0, 1.0), abs=2 / 90)
    assert window.poll() == []
    move(40, 67)
    assert window.poll()[0].args == pytest.approx((-0.5, -0.5), abs=2 / 90)
    window.present(frame, Tick(0, 0, 0))
    marked = shown(window)
    assert marked[67, 40].min() > 200  # the ring's middle, where the hand is
    press(pygame.K_m)
    move(80, 45)
    assert window.poll() == [Command("feel")]  # the hand leaves, and is felt no more
    window.present(frame, Tick(1, 1, 1))
    assert (shown(window) == 60).all()


@pytest.mark.gl
def test_help_lies_over_the_picture_and_goes(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window(size=(640, 360))
    grey = paint(window.gl, np.full((90, 160, 3), 120, np.uint8))
    low, high = with_signals(grey, agreement=0.1), with_signals(grey, agreement=0.9)
    press(pygame.K_h)
    assert window.poll() == []
    window.present(low, Tick(0, 0, 1))
    first = shown(window)
    assert (first != 120).mean() > 0.8
    window.present(high, Tick(1, 5, 5))
    assert np.array_equal(shown(window), first)  # not faster than can be read
    window.present(high, Tick(2, 6, 1))
    assert not np.array_equal(shown(window), first)
    press(pygame.K_h)
    window.poll()
    window.present(high, Tick(3, 7, 1))
    assert (shown(window) == 120).all()


@pytest.mark.gl
def test_notices_stand_at_the_bottom_left_while_there_are_any(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window(size=(640, 360))
    plain = paint(window.gl, np.full((90, 160, 3), 120, np.uint8))
    said = Frame(plain.framebuffer, plain.size, plain.palette, {}, ("nothing arrives",))
    window.present(said, Tick(0, 0, 1))
    changed = (shown(window) != 120).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert rows.min() > 180 and columns.max() < 320
    window.present(plain, Tick(1, 1, 1))
    assert (shown(window) == 120).all()


@pytest.mark.gl
@pytest.mark.parametrize("word", ["x" * 20_000, "0.123456,\0\udc80" * 2_000])
def test_a_word_wider_than_any_window_is_shown(
    open_window: Callable[..., Window], paint: Callable[..., Frame], word: str
) -> None:
    window = open_window(size=(320, 180), vsync=False)
    plain = paint(window.gl, np.full((90, 160, 3), 120, np.uint8))
    said = Frame(plain.framebuffer, plain.size, plain.palette, {}, (f"a.fs: {word}",) * 9)
    for tick in range(2):  # without help, and in it
        window.present(said, Tick(tick, tick, 0))
        assert (shown(window) != 120).any()
        press(pygame.K_h)
        window.poll()


@pytest.mark.gl
def test_a_changing_overlay_makes_no_more_gl_objects(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window(size=(320, 180))
    frame = paint(window.gl, noise())
    alive = []
    for index in range(40):
        lines = ("word " * (index + 1),)
        said = Frame(frame.framebuffer, frame.size, frame.palette, {}, lines)
        window.present(said, Tick(index, index, 1))
        alive.append(textures_alive())
    assert min(alive) == max(alive) >= 7  # the picture, the pad's five panels, the notices


@pytest.mark.gl
def test_fills_the_display(open_window: Callable[..., Window], paint: Callable[..., Frame]) -> None:
    window = open_window(fullscreen=True, vsync=False)
    (desktop,) = pygame.display.get_desktop_sizes()
    assert pygame.display.get_window_size() == desktop
    window.present(paint(window.gl, noise()), Tick(0, 0, 0))
    assert not pygame.mouse.get_visible()
    assert window.notes == []


@pytest.mark.gl
def test_opens_again_after_it_was_closed(
    open_window: Callable[..., Window], paint: Callable[..., Frame]
) -> None:
    window = open_window(pad=True)
    window.close()
    window.close()
    window.open(CONTEXT)
    window.present(paint(window.gl, noise()), Tick(0, 0, 0))
    assert shown(window).any()


@pytest.mark.parametrize(
    ("driver", "display", "says"),
    [("offscreen", 7, "this machine has: 0"), ("dummy", 0, "OpenGL 3.3"), ("x12", 0, "--headless")],
)
def test_says_what_the_machine_lacks(
    monkeypatch: pytest.MonkeyPatch, driver: str, display: int, says: str
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", driver)
    window = Window(display=display)
    with pytest.raises(MachineError, match=says):
        window.open(CONTEXT)
    window.close()
    assert not pygame.display.get_init()


@on_linux
def test_no_window_opens_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(MachineError, match="no display: run with --headless"):
        Window().open(CONTEXT)


@on_linux
def test_a_display_is_known_by_the_environment() -> None:
    assert not display_available({})
    assert not display_available({"DISPLAY": ""})
    assert display_available({"DISPLAY": ":0"})
    assert display_available({"WAYLAND_DISPLAY": "wayland-0"})


def test_importing_says_nothing() -> None:
    command = [sys.executable, "-c", "import empathy_palettes.outlet.window"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


@given(sizes, sizes)
def test_a_picture_fits_and_keeps_its_shape(size: tuple[int, int], window: tuple[int, int]) -> None:
    left, bottom, width, height = fit(size, window)
    assert 0 <= left <= window[0] - width and 0 <= bottom <= window[1] - height
    assert width == window[0] or height == window[1]
    # Each side is rounded to a pixel, and none vanishes.
    assert abs(width * size[1] - height * size[0]) <= max(size)
    assert abs(left - (window[0] - width - left)) <= 1


@given(st.integers(-9, 700), st.integers(-9, 400), sizes)
def test_right_is_pleasant_and_up_is_stirred(x: int, y: int, size: tuple[int, int]) -> None:
    place = fit(size, (640, 360))
    valence, arousal = feeling_at(x, y, place, 360)
    assert -1.0 <= valence <= 1.0 and -1.0 <= arousal <= 1.0
    assert feeling_at(x + 1, y, place, 360)[0] >= valence
    assert feeling_at(x, y + 1, place, 360)[1] <= arousal
    # The point opposite, seen from the window's middle, feels the opposite; the picture may lie
    # half a pixel off that middle.
    mirrored = feeling_at(639 - x, 359 - y, place, 360)
    assert mirrored[0] == pytest.approx(-valence, abs=2 / place[2] + 1e-9)
    assert mirrored[1] == pytest.approx(-arousal, abs=2 / place[3] + 1e-9)
