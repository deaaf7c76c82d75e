"""What passes draw into: textures that remember one state back, and that can change their size.

Does not decide when to draw: `graph` does.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import MappingProxyType

import moderngl
import numpy as np

from ..core.errors import Fault, ShaderError
from .plan import Size
from .program import Program

#: The most pixels of one target: a picture of 15360x8640, and no more memory than that.
MOST_PIXELS = 2**27
#: The most bytes of all targets of a chain, in all their states.
MOST_BYTES = 2**31
TEXEL = MappingProxyType({"f1": 4, "f2": 8, "f4": 16})  # bytes, of the four components of a pixel

_COPY = """\
#version 330 core
uniform sampler2D source;
in vec2 place;
out vec4 colour;
void main() { colour = texture(source, place); }
"""
QUAD = """\
#version 330 core
out vec2 place;
void main() {
    place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}
"""


class Copier:
    """Draws one texture over the whole of another, scaled bilinearly where sizes differ."""

    def __init__(self, ctx: moderngl.Context, owner: ExitStack) -> None:
        self._program = Program(ctx, QUAD, _COPY, owner)

    def copy(self, source: moderngl.Texture, target: moderngl.Framebuffer) -> None:
        """Fill `target` with `source`."""
        target.use()
        source.use(self._program.reads["source"])
        self._program.draw()


class Budget:
    """What the targets of one chain take together: `bytes`, `MOST_BYTES` at most.

    `refusals`: by target, the sizes that were asked for since and cannot be had.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self.refusals: dict[int, Fault] = {}


class Target:
    """A texture that a pass draws into while it, or another, still reads the last state.

    `dtype`: "f1" RGBA8, "f2" RGBA16F, "f4" RGBA32F. `states`: how many textures it holds: 1 when
    nothing reads it while it is drawn, 2 to read the last state, 3 when it is also drawn several
    times between two `mark`s. All begin as transparent black. `file`, `name`: whose target it is;
    "" is the shader's output. `budget`: what it shares with the chain's other targets. ShaderError
    where it is too large, for us or for the GPU.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: Size,
        dtype: str,
        states: int,
        copier: Copier,
        owner: ExitStack,
        *,
        file: str,
        name: str,
        budget: Budget,
    ) -> None:
        self.size = size
        self._ctx = ctx
        self._file = file
        self._name = name
        self._dtype = dtype
        self._copier = copier
        self._budget = budget
        self._bytes = 0
        self._refused_size: Size | None = None
        self._pool = self._make(size, states)
        self._newest = self._pool[0]
        self._marked = self._pool[0]
        owner.callback(self.release)

    @property
    def newest(self) -> moderngl.Texture:
        """The state drawn last."""
        return _texture(self._newest)

    @property
    def previous(self) -> moderngl.Texture:
        """The state at the last `mark`."""
        return _texture(self._marked)

    def finite(self) -> bool:
        """Return whether every number of the newest state is one; reads the texture back."""
        if self._dtype == "f1":
            return True
        kind = np.float16 if self._dtype == "f2" else np.float32
        return bool(np.isfinite(np.frombuffer(self.newest.read(), kind)).all())

    def clear(self) -> None:
        """Make every state transparent black again."""
        for each in self._pool:
            each.clear()
        self._newest = self._marked = self._pool[0]

    def blank(self) -> moderngl.Texture:
        """Make the newest state transparent black, and return it."""
        self._newest.clear()
        return self.newest

    def mark(self) -> None:
        """Take the newest state for the previous one from now on."""
        self._marked = self._newest

    def next(self) -> moderngl.Framebuffer:
        """Return where to draw the next state: never what is newest or marked, if it can be."""
        held = (self._newest, self._marked)
        return next((each for each in self._pool if each not in held), self._newest)

    def accept(self, drawn: moderngl.Framebuffer) -> None:
        """Make `drawn`, which `next` gave, the newest state."""
        self._newest = drawn

    def resize(self, size: Size) -> None:
        """Change the size; what the states hold is scaled.

        Where it cannot have that size it stays as it was: a show goes on with what it has, and the
        budget's `refusals` say so.
        """
        if size == self._refused_size:
            return
        self._refused_size = None
        self._budget.refusals.pop(id(self), None)
        if size == self.size:
            return
        old, places = self._pool, (self._pool.index(self._newest), self._pool.index(self._marked))
        try:
            self._pool = self._make(size, len(old))
        except ShaderError as error:
            self._refused_size = size  # not to be asked for again at every frame
            self._budget.refusals[id(self)] = error.faults[0]
            return
        for source, target in zip(old, self._pool, strict=True):
            self._copier.copy(_texture(source), target)
        self._newest, self._marked = (self._pool[place] for place in places)
        self.size = size
        _release(old)

    def release(self) -> None:
        """Give the textures back; none of them may be bound as the framebuffer."""
        _release(self._pool)

    def _make(self, size: Size, states: int) -> list[moderngl.Framebuffer]:
        if size[0] * size[1] > MOST_PIXELS:
            raise self._refused(size, f": {MOST_PIXELS // 10**6} million pixels are the most")
        wanted = size[0] * size[1] * TEXEL[self._dtype] * states
        total = self._budget.bytes - self._bytes + wanted
        if total > MOST_BYTES:
            raise self._too_much(size, total)
        with ExitStack() as unfinished:
            try:
                pool = [self._state(size, unfinished) for _ in range(states)]
            except moderngl.Error as error:
                _ = self._ctx.error  # GL's flag says the same, and stays up until it is read
                raise self._refused(size, f" on this GPU ({error})") from None
            unfinished.pop_all()
        self._budget.bytes, self._bytes = total, wanted
        return pool

    def _too_much(self, size: Size, total: int) -> ShaderError:
        together = f"with it the targets take {_gib(total)}, {_gib(MOST_BYTES)} are the most"
        fix = "make them fewer or smaller" + ("" if self._dtype == "f1" else ", or leave out FLOAT")
        return self._refused(size, f": {together}", fix)

    def _refused(self, size: Size, why: str, fix: str = "make it smaller") -> ShaderError:
        whose = f"target {self._name!r}" if self._name else "the picture"
        problem = f"{whose} cannot be {size[0]}x{size[1]}{why}"
        return ShaderError(Fault(self._file, "PASSES", problem, fix))

    def _state(self, size: Size, unfinished: ExitStack) -> moderngl.Framebuffer:
        texture = self._ctx.texture(size, 4, dtype=self._dtype)
        unfinished.callback(texture.release)
        texture.filter = moderngl.LINEAR, moderngl.LINEAR
        texture.repeat_x = texture.repeat_y = False
        framebuffer = self._ctx.framebuffer([texture])
        unfinished.callback(framebuffer.release)
        framebuffer.clear()
        return framebuffer


def unbind(ctx: moderngl.Context) -> None:
    """Bind the default framebuffer: releasing the one in use would leave a GL error."""
    ctx.detect_framebuffer(0).use()


def _gib(count: int) -> str:
    return f"{count / 2**30:.3g} GiB"


def _texture(framebuffer: moderngl.Framebuffer) -> moderngl.Texture:
    texture = framebuffer.color_attachments[0]
    assert isinstance(texture, moderngl.Texture)
    return texture


def _release(pool: list[moderngl.Framebuffer]) -> None:
    for framebuffer in pool:
        texture = _texture(framebuffer)
        framebuffer.release()
        texture.release()
