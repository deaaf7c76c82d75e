"""A preset's shaders, one after another: params in, one picture out.

Does not mix pictures (`compositor` does) and does not know what the params mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import moderngl

from ..core.assets import Assets
from ..core.clock import STEP
from ..core.errors import Fault, ShaderError
from ..core.isf import IsfHeader, IsfInput
from ..core.isf_input import IMAGE_TYPES
from ..mapping.params import Params
from .glsl import PREVIOUS, Glsl
from .graph import INPUT_IMAGE, Graph, plan_of
from .images import Imported
from .loader import load
from .phase import Gpu, Shader
from .plan import Size, Sizes
from .program import UniformValue, compile_passes
from .ssaa import Averager
from .targets import Copier, unbind
from .upload import DataTextures

#: A picture on the GPU, sRGB-encoded, straight alpha; what is above this floor only passes it on.
Picture = moderngl.Texture
Date = tuple[float, float, float, float]  # year, month 1–12, day, seconds since midnight

NO_DATE: Date = (2000.0, 1.0, 1.0, 43_200.0)  # at noon: some shaders take its logarithm
NO_PICTURES: Mapping[str, Picture] = MappingProxyType({})


class Chain:
    """Shaders compiled and ready to draw at `size`; the first generates, the others filter.

    ShaderError with the faults of all the files where any does not hold; nothing is left on the
    GPU then. `date` is what DATE says throughout: a clock would draw no picture twice. FRAMEINDEX
    and TIMEDELTA count simulation steps, so that nothing follows the frame rate. `ssaa`: how many
    times larger it is drawn on each side, and then averaged down to `size`.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        shaders: Sequence[Path],
        assets: Assets,
        size: Size,
        *,
        date: Date = NO_DATE,
        ssaa: int = 1,
    ) -> None:
        sources = load_all(shaders, assets)
        drawn = size[0] * ssaa, size[1] * ssaa
        owner = ExitStack()
        try:
            self._shaders = _compile(ctx, sources, owner)
            link = "f2" if any(_float32(source) for source in sources) else "f1"
            gpu = _gpu(ctx, link, owner)
            simulated = [INPUT_IMAGE in plan_of(each).simulation_reads for each in self._shaders]
            self._graphs = [
                Graph(gpu, shader, drawn, previewed=any(simulated[place + 1 :]))
                for place, shader in enumerate(self._shaders)
            ]
            self._previewed = max(
                (place for place, reads in enumerate(simulated) if reads), default=0
            )
            self._data = DataTextures(ctx, self._asked(IMAGE_TYPES), owner)
            self._imported = Imported(ctx, sources, assets, owner)
            self._averager = Averager(ctx, size, ssaa, owner) if ssaa > 1 else None
        except BaseException:
            _release(ctx, owner)
            raise
        self._ctx = ctx
        self._owner = owner
        self._empty = gpu.empty
        self._budget = gpu.budget
        self._date = date
        self._rewind()

    def _rewind(self) -> None:
        self._simulated: int | None = None  # the step of the last simulation
        self._delta = 0.0
        self._frame = -1

    @property
    def declared(self) -> dict[str, dict[str, IsfInput]]:
        """Every input of every shader, by file stem and name, but for its own states before."""
        return {shader.glsl.path.stem: _inputs(shader.glsl.header) for shader in self._shaders}

    @property
    def images(self) -> frozenset[str]:
        """The names of the images that any of the shaders asks for."""
        return self._asked(("image",))

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What was forgiven in the shaders, and other ISF hosts may not; what they lack."""
        forgiven = (fault for shader in self._shaders for fault in shader.warnings)
        return (*forgiven, *self._imported.warnings)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The sizes that inputs ask for now and targets cannot have: they stay as they were."""
        return tuple(self._budget.refusals.values())

    def simulate(self, params: Params, pictures: Mapping[str, Picture] = NO_PICTURES) -> None:
        """Take the persistent targets one simulation step on; `pictures`: see `draw`."""
        if self._simulated is not None:
            self._delta = (params.step - self._simulated) * STEP
        self._simulated = params.step
        self._frame += 1
        self._begin(params)
        picture = self._first(pictures)
        for place, graph in enumerate(self._graphs):
            values = self._values(graph, params, 1.0)
            images = self._images(place, pictures, picture)
            graph.simulate(values, images)
            if place < self._previewed:
                picture = graph.preview(values, images)

    def draw(
        self, params: Params, mix: float = 1.0, pictures: Mapping[str, Picture] = NO_PICTURES
    ) -> Picture:
        """Return the picture of `params`, `mix` of the way from the last state to the newest.

        `pictures`: what image inputs of these names are, beside what `params` brings; `inputImage`
        is that of the first shader. RGBA8, or RGBA16F where any pass asks for FLOAT or it is
        averaged. It stays until the chain draws again.
        """
        self._begin(params)
        picture = self._first(pictures)
        for place, graph in enumerate(self._graphs):
            images = self._images(place, pictures, picture)
            picture = graph.picture(self._values(graph, params, mix), images)
        return self._averager.average(picture) if self._averager else picture

    def rehearse(self, params: Params, pictures: Mapping[str, Picture] = NO_PICTURES) -> None:
        """Simulate and draw once, and be as new again: what cannot be drawn is told before it is.

        `pictures`: see `draw`. ShaderError where the GPU refuses.
        """
        try:
            self.simulate(params, pictures)
            self.draw(params, pictures=pictures)
        except moderngl.Error as error:
            _ = self._ctx.error  # GL's flag says the same, and stays up until it is read
            problem = f"the GPU refuses to draw it ({error})"
            fix = "make its targets smaller, or simplify it"
            raise ShaderError(Fault(self._shaders[0].file, "", problem, fix)) from None
        for graph in self._graphs:
            graph.forget()
        self._rewind()
        if self.faults:
            raise ShaderError(self.faults)

    def nans(self) -> tuple[str, ...]:
        """Return the persistent targets that hold a NaN or an infinity now, shader by shader.

        Reads them back from the GPU: for a check, not for a frame.
        """
        return tuple(name for graph in self._graphs for name in graph.nans())

    def release(self) -> None:
        """Give every GL object back; safe to call twice."""
        _release(self._ctx, self._owner)

    def _begin(self, params: Params) -> None:
        self._ctx.enable_only(moderngl.NOTHING)
        self._data.update(params)

    def _asked(self, types: Sequence[str]) -> frozenset[str]:
        headers = (shader.glsl.header for shader in self._shaders)
        return frozenset(
            item.name for header in headers for item in header.inputs if item.type in types
        )

    def _first(self, pictures: Mapping[str, Picture]) -> Picture:
        """Return what the first shader filters, where it does."""
        return pictures.get(INPUT_IMAGE) or self._data.get(INPUT_IMAGE, self._empty)

    def _images(
        self, place: int, pictures: Mapping[str, Picture], picture: Picture
    ) -> dict[str, moderngl.Texture | moderngl.TextureCube]:
        """Return what a shader of the chain may look at, by name."""
        own = self._imported.textures[place]
        return {**own, **self._data, **pictures, INPUT_IMAGE: picture}

    def _values(self, graph: Graph, params: Params, mix: float) -> dict[str, UniformValue]:
        return {
            "TIME": params.time,
            "TIMEDELTA": self._delta,
            "FRAMEINDEX": max(self._frame, 0),
            "DATE": self._date,
            **graph.values.resolve(params, mix),
        }


def load_all(shaders: Sequence[Path], assets: Assets) -> list[Glsl]:
    """Read shaders and their includes; ShaderError with every fault that shows without a GPU."""
    faults: list[Fault] = []
    sources = []
    for path in shaders:
        try:
            sources.append(load(path, assets))
        except ShaderError as error:
            faults += error.faults
    if faults:
        raise ShaderError(faults)
    return sources


def _inputs(header: IsfHeader) -> dict[str, IsfInput]:
    own = {each.target + PREVIOUS for each in header.passes if each.persistent}
    return {item.name: item for item in header.inputs if item.name not in own}


def _compile(ctx: moderngl.Context, sources: Sequence[Glsl], owner: ExitStack) -> list[Shader]:
    faults: list[Fault] = []
    compiled = []
    most = int(ctx.info["GL_MAX_TEXTURE_SIZE"])
    for source in sources:
        try:
            programs = compile_passes(ctx, source, owner)
            compiled.append(Shader(source, programs, Sizes(source.header, most)))
        except ShaderError as error:
            faults += error.faults
    if faults:
        raise ShaderError(faults)
    return compiled


def _gpu(ctx: moderngl.Context, link: str, owner: ExitStack) -> Gpu:
    empty = ctx.texture((1, 1), 4, bytes(4))
    owner.callback(empty.release)
    cube = ctx.texture_cube((1, 1), 4, bytes(24))
    owner.callback(cube.release)
    return Gpu(ctx, Copier(ctx, owner), empty, cube, link, owner)


def _float32(source: Glsl) -> bool:
    return any(item.float32 for item in source.header.passes)


def _release(ctx: moderngl.Context, owner: ExitStack) -> None:
    unbind(ctx)
    owner.close()
