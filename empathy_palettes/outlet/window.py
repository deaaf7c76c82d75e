"""The picture in a window or on a whole display, with the keys and mouse of whoever stands by.

Does not know what a command does: it only says which were asked for. Two it answers itself, since
they concern nobody else: `help` and `mouse`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import moderngl

from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.command import Command
from ..core.errors import Fault, MachineError
from ..render.frame import Frame
from .contract import OutletContext
from .overlay import Overlay
from .painter import Painter, Rect, fit
from .sdl import pygame

_UNSEEN = ("offscreen", "dummy")  # the drivers SDL falls back to where there is no display
_HELP_EVERY = STEPS_PER_SECOND // 10  # numbers that change faster cannot be read
_SHORTCUT = pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META
_NO_DISPLAY_FIX = "run with --headless, or name one (over ssh: DISPLAY=:0)"


def display_available(environment: Mapping[str, str] | None = None) -> bool:
    """Say whether a window is worth trying, without opening anything."""
    known = os.environ if environment is None else environment
    names = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    return not sys.platform.startswith("linux") or any(known.get(name) for name in names)


def feeling_at(x: int, y: int, picture: Rect, window_height: int) -> tuple[float, float]:
    """Return the (valence, arousal) under a point of the window, each in [-1, 1].

    `x`, `y` count from the top left, as mice do; beside the picture is as at its edge.
    """
    left, bottom, width, height = picture
    across = (x + 0.5 - left) / width
    up = (window_height - y - 0.5 - bottom) / height
    return 2.0 * min(max(across, 0.0), 1.0) - 1.0, 2.0 * min(max(up, 0.0), 1.0) - 1.0


class Window:
    """A surface that people see; owns the GL context.

    `display`: which, from 0. `size`: of the window, in pixels; None = the picture's, as far as it
    fits. `pad`: whether the mouse feels from the start. `notes`: what the machine would not do, a
    line each, known once the window is open.
    """

    gl: moderngl.Context

    def __init__(
        self,
        fullscreen: bool = False,
        display: int = 0,
        vsync: bool = True,
        *,
        size: tuple[int, int] | None = None,
        pad: bool = False,
    ) -> None:
        self.notes: list[str] = []
        self._fullscreen = fullscreen
        self._display = display
        self._vsync = vsync
        self._given = size
        self._pad = pad
        self._help = False
        self._hand: tuple[int, int] | None = None
        self._open = False

    def open(self, context: OutletContext) -> None:
        """Open the window; MachineError where there is no display, not this one, or no GL."""
        self._context = context
        self._keys = {"escape": "quit", **context.keys}
        try:
            self._start_sdl()
            self._create_window(context)
            self.gl = _current_context()
        except MachineError:
            pygame.display.quit()
            raise
        self._open = True
        self._painter = Painter(self.gl)
        self._lay_out(pygame.display.get_window_size())

    def poll(self) -> list[Command]:
        """Return what keys, the mouse and the window's own buttons asked for."""
        commands = []
        moved = False
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                commands.append(Command("quit"))
            elif event.type == pygame.KEYDOWN and not event.mod & _SHORTCUT:
                commands += self._pressed(pygame.key.name(event.key))
            elif event.type == pygame.MOUSEMOTION and self._pad:
                self._hand = event.pos
                moved = True
        if moved and self._hand is not None:  # only where it came to rest: one feeling a frame
            feeling = feeling_at(*self._hand, self._place, self._size[1])
            commands.append(Command("feel", feeling))
        return commands

    def present(self, frame: Frame, tick: Tick) -> None:
        """Show the frame, black around it where the window has another shape."""
        size = pygame.display.get_window_size()
        if size != self._size:
            self._lay_out(size)
        picture = frame.framebuffer.color_attachments[0]
        assert isinstance(picture, moderngl.Texture)
        self._painter.picture(picture, self._size, self._place)
        if self._help:
            self._show_help(frame, tick)
        elif self._pad and not frame.dark:
            self._show_edges()
        if self._hand is not None and not frame.dark:
            self._show_marker(*self._hand)
        self._show_notices(frame.notices)
        pygame.display.flip()

    def close(self) -> None:
        """Close the window; the GL context goes with it."""
        if self._open:
            self._open = False
            self._painter.release()
            self.gl.release()
            pygame.display.quit()

    def _start_sdl(self) -> None:
        if not display_available():  # asked first: SDL would try each driver and print complaints
            raise _fault("no display", _NO_DISPLAY_FIX)
        try:
            pygame.display.init()
        except pygame.error as error:
            raise _fault(f"no display ({error})", _NO_DISPLAY_FIX) from None
        pygame.font.init()
        if pygame.display.get_driver() in _UNSEEN and not os.environ.get("SDL_VIDEODRIVER"):
            raise _fault("no display", _NO_DISPLAY_FIX)
        count = pygame.display.get_num_displays()
        if not 0 <= self._display < count:
            known = ", ".join(map(str, range(count)))
            raise _fault(f"no display {self._display}", f"this machine has: {known}")

    def _create_window(self, context: OutletContext) -> None:
        for attribute, value in (
            (pygame.GL_CONTEXT_MAJOR_VERSION, 3),
            (pygame.GL_CONTEXT_MINOR_VERSION, 3),
            (pygame.GL_CONTEXT_PROFILE_MASK, pygame.GL_CONTEXT_PROFILE_CORE),
        ):
            pygame.display.gl_set_attribute(attribute, value)
        pygame.display.set_caption(context.title)
        pygame.display.set_allow_screensaver(False)
        if self._fullscreen:
            size, shape = (0, 0), pygame.FULLSCREEN  # (0, 0): as the display is
        else:
            size, shape = self._window_size(context.size), pygame.RESIZABLE
        flags = shape | pygame.OPENGL | pygame.DOUBLEBUF
        try:
            if self._vsync:
                try:
                    pygame.display.set_mode(size, flags, display=self._display, vsync=1)
                    return
                except pygame.error:
                    self.notes.append("vsync refused by the display: frames may tear")
            pygame.display.set_mode(size, flags, display=self._display)
        except pygame.error as error:
            raise _no_gl(str(error)) from None

    def _window_size(self, picture: tuple[int, int]) -> tuple[int, int]:
        if self._given is not None:
            return self._given
        desktop = pygame.display.get_desktop_sizes()[self._display]
        if picture[0] <= desktop[0] and picture[1] <= desktop[1]:
            return picture
        return fit(picture, (desktop[0] * 9 // 10, desktop[1] * 9 // 10))[2:]

    def _lay_out(self, size: tuple[int, int]) -> None:
        """Take note of the window's size, and draw what depends on it."""
        self._size = size
        self._place = fit(self._context.size, size)
        self._overlay = Overlay(self._context, size)
        self._edges = self._overlay.edges()
        for edge, label in self._edges.items():
            self._painter.upload(edge, label)
        self._marker = self._overlay.marker()
        self._painter.upload("marker", self._marker)
        self._noticed: tuple[tuple[str, ...], bool] = ((), False)
        self._helped: int | None = None
        self._update_cursor()

    def _update_cursor(self) -> None:
        pygame.mouse.set_visible(not (self._fullscreen or self._pad))

    def _pressed(self, key: str) -> list[Command]:
        name = self._keys.get(key)
        if name == "help":
            self._help = not self._help
        elif name == "mouse":
            self._pad = not self._pad
            self._hand = None
            self._update_cursor()
            if not self._pad:
                return [Command("feel")]  # the hand leaves
        elif name is not None:
            return [Command(name)]
        return []

    def _show_edges(self) -> None:
        left, bottom, width, height = self._place
        margin = self._overlay.margin
        for edge, label in self._edges.items():
            wide, high = label.get_size()
            x, y = left + (width - wide) // 2, bottom + (height - high) // 2
            if edge in ("left", "right"):
                x = left + (margin if edge == "left" else width - margin - wide)
            else:
                y = bottom + (margin if edge == "bottom" else height - margin - high)
            self._painter.panel(edge, x, y)

    def _show_marker(self, x: int, y: int) -> None:
        wide, high = self._marker.get_size()
        self._painter.panel("marker", x - wide // 2, self._size[1] - 1 - y - high // 2)

    def _show_notices(self, lines: tuple[str, ...]) -> None:
        if not lines:
            return
        if (lines, self._help) != self._noticed:
            self._noticed = (lines, self._help)
            panel = self._overlay.notices(lines, in_help=self._help)
            self._painter.upload("notices", panel)
        margin = self._overlay.margin
        if self._help:  # in the corner below its keys
            wide, high = self._help_size
            corner = (self._size[0] - wide) // 2, (self._size[1] - high) // 2
            padding = self._overlay.padding
            self._painter.panel("notices", corner[0] + padding, corner[1] + padding)
        else:  # above the affect pad's word at the bottom
            self._painter.panel("notices", margin, margin * 3 if self._pad else margin)

    def _show_help(self, frame: Frame, tick: Tick) -> None:
        if self._helped is None or not 0 <= tick.step - self._helped < _HELP_EVERY:
            panel = self._overlay.help(frame.signals, frame.palette)
            self._painter.upload("help", panel)
            self._help_size = panel.get_size()
            self._helped = tick.step
        wide, high = self._help_size
        self._painter.panel("help", (self._size[0] - wide) // 2, (self._size[1] - high) // 2)


def _current_context() -> moderngl.Context:
    """Wrap the context that SDL has made current."""
    try:
        moderngl.init_context()  # not create_context, which hands out an older one if there is one
        gl = moderngl.get_context()
    except Exception as error:  # moderngl raises bare Exception here
        raise _no_gl(str(error)) from None
    if gl.version_code < 330:
        raise _no_gl(f"its version is {gl.version_code / 100:.1f}")
    return gl


def _no_gl(reason: str) -> MachineError:
    fix = "install a graphics driver with OpenGL 3.3 (Debian, Ubuntu: libgl1 libgl1-mesa-dri)"
    return _fault(f"no window with OpenGL 3.3 ({reason})", fix)


def _fault(problem: str, fix: str) -> MachineError:
    return MachineError(Fault("", "window", problem, fix))
