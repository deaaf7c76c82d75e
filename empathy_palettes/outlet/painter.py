"""Textures onto a window: the picture, scaled, and panels over it, pixel for pixel.

Does not decide where they go.
"""

from __future__ import annotations

import moderngl

from .sdl import pygame

Rect = tuple[int, int, int, int]  # left, bottom, width, height in window pixels, as GL counts

_OVER = (
    moderngl.SRC_ALPHA,
    moderngl.ONE_MINUS_SRC_ALPHA,
    moderngl.ONE,  # alpha of its own: a see-through window would show the desktop
    moderngl.ONE_MINUS_SRC_ALPHA,
)
_VERTEX = """
#version 330
out vec2 place;
void main() {
    place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}
"""
_FRAGMENT = """
#version 330
uniform sampler2D image;
in vec2 place;
out vec4 color;
void main() { color = texture(image, place); }
"""


def fit(size: tuple[int, int], window: tuple[int, int]) -> Rect:
    """Return the largest centred rectangle of the picture's aspect ratio inside the window."""
    (width, height), (room_x, room_y) = size, window
    scale = min(room_x / width, room_y / height)
    wide, high = max(round(width * scale), 1), max(round(height * scale), 1)
    return (room_x - wide) // 2, (room_y - high) // 2, wide, high


class Painter:
    """Draws into a window's default framebuffer; leaves no GL state behind but the viewport."""

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._program = gl.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
        self._quad = gl.vertex_array(self._program, [])
        # Samplers of our own, since how a texture is read belongs to whoever made it.
        self._exact = _sampler(gl, moderngl.NEAREST)
        self._scaling = _sampler(gl, moderngl.LINEAR)
        self._panels: dict[str, moderngl.Texture] = {}

    def picture(self, picture: moderngl.Texture, window: tuple[int, int], place: Rect) -> None:
        """Draw the picture at `place`, black around it."""
        screen = self._gl.screen
        screen.use()
        screen.viewport = (0, 0, *window)
        self._gl.enable_only(moderngl.NOTHING)
        screen.clear(0.0, 0.0, 0.0, 1.0)
        self._draw(picture, place)

    def upload(self, name: str, surface: pygame.Surface) -> None:
        """Make `surface` (straight alpha) the panel of that name."""
        data = pygame.image.tobytes(surface, "RGBA", True)
        panel = self._panels.get(name)
        if panel is not None and panel.size == surface.get_size():
            panel.write(data)
            return
        if panel is not None:
            panel.release()
        self._panels[name] = self._gl.texture(surface.get_size(), 4, data)

    def panel(self, name: str, left: int, bottom: int) -> None:
        """Draw an uploaded panel over what is there; the window stays opaque."""
        texture = self._panels[name]
        self._gl.enable_only(moderngl.BLEND)
        self._gl.blend_func = _OVER  # type: ignore[assignment]  # the stubs know pairs only
        self._draw(texture, (left, bottom, *texture.size))
        self._gl.blend_func = _OVER[:2]
        self._gl.enable_only(moderngl.NOTHING)

    def release(self) -> None:
        """Give every GL object back."""
        for panel in self._panels.values():
            panel.release()
        for sampler in (self._exact, self._scaling):
            sampler.release()
        self._quad.release()
        self._program.release()
        self._panels.clear()

    def _draw(self, texture: moderngl.Texture, place: Rect) -> None:
        self._gl.screen.viewport = place
        sampler = self._exact if texture.size == place[2:] else self._scaling
        texture.use(0)
        sampler.use(0)
        self._quad.render(moderngl.TRIANGLE_STRIP, vertices=4)
        sampler.clear(0)


def _sampler(gl: moderngl.Context, filter_: int) -> moderngl.Sampler:
    return gl.sampler(filter=(filter_, filter_), repeat_x=False, repeat_y=False)
