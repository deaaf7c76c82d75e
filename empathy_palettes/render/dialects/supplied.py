"""What other hosts supply by name, said in the names that ISF supplies.

Knows no single dialect: a name means the same in all of them, and the type is the author's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

MOUSE = "{mouse}"  # the name of the input that stands for the pointer, 0..1

_TIMES = (
    "u_time time iTime iGlobalTime fGlobalTime uTime u_Time TIME Time uGlobalTime globalTime"
    " GlobalTime shadertoyTime"
)
_SIZES = (
    "u_resolution resolution iResolution v2Resolution uResolution u_Resolution RENDERSIZE"
    " Resolution screenSize u_screenSize uScreenSize"
)
_UV = re.compile(
    r"(?i)(?:v|f|frag|isf_|vv_|out)?_?(?:uv|te?x(?:ture)?_?coords?\w?|fragnormcoord)s?\d?\Z"
)

_TIME = {"float": "TIME"}
_SIZE = {
    "vec2": "RENDERSIZE",
    "ivec2": "ivec2(RENDERSIZE)",
    "vec3": "vec3(RENDERSIZE, 1.0)",
    "vec4": "vec4(RENDERSIZE, 1.0 / RENDERSIZE)",
}
_DELTA = {"float": "TIMEDELTA"}
_FRAME = {"int": "FRAMEINDEX", "float": "float(FRAMEINDEX)", "uint": "uint(FRAMEINDEX)"}
_NORMALISED = {"vec2": MOUSE, "vec3": f"vec3({MOUSE}, 0.0)", "vec4": f"vec4({MOUSE}, 0.0, 0.0)"}
_PIXELS = {
    "vec2": f"{MOUSE} * RENDERSIZE",
    "vec3": f"vec3({MOUSE} * RENDERSIZE, 0.0)",
    "vec4": f"vec4({MOUSE} * RENDERSIZE, 1.0, -1.0) * vec4(1.0, 1.0, {MOUSE} * RENDERSIZE)",
}
_PLACE = {
    "vec2": "isf_FragNormCoord",
    "vec3": "vec3(isf_FragNormCoord, 0.0)",
    "vec4": "vec4(isf_FragNormCoord, 0.0, 1.0)",
}
_SURFACE = {"vec2": "(isf_FragNormCoord - 0.5) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0)"}

_EXPRESSIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(_TIMES.split(), _TIME),
        **dict.fromkeys(_SIZES.split(), _SIZE),
        **dict.fromkeys(("u_delta", "iTimeDelta", "fFrameTime", "TIMEDELTA", "deltaTime"), _DELTA),
        **dict.fromkeys(("u_frame", "iFrame", "FRAMEINDEX", "frame", "frameCount"), _FRAME),
        **dict.fromkeys(("u_mouse", "iMouse", "uMouse", "u_Mouse"), _PIXELS),
        "mouse": _NORMALISED,
        "u_date": {"vec4": "DATE"},
        "DATE": {"vec4": "DATE"},
        "iDate": {"vec4": "vec4(DATE.x, DATE.y - 1.0, DATE.zw)"},
        "iFrameRate": {"float": "60.0"},
        "u_sceneFps": {"float": "60.0"},
        "u_sceneMs": {"float": "1000.0 / 60.0"},
        "iSampleRate": {"float": "44100.0"},
        "iChannelTime": {"float[4]": "float[4](TIME, TIME, TIME, TIME)"},
        "ratio": {"float": "RENDERSIZE.x / RENDERSIZE.y"},
        "u_pixelDensity": {"float": "1.0"},
        "u_view2d": {"mat3": "mat3(1.0)"},
        "surfaceSize": {"vec2": "vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0)"},
    }
)
_SIZE_OF = re.compile(r"(iChannel\d|u_\w*|\w+?)(?:Resolution|Size)\Z")

#: The names that a Shadertoy's text uses without declaring them.
SHADERTOY = MappingProxyType(
    {
        "iResolution": "vec3",
        "iTime": "float",
        "iGlobalTime": "float",
        "iTimeDelta": "float",
        "iFrameRate": "float",
        "iSampleRate": "float",
        "iFrame": "int",
        "iMouse": "vec4",
        "iDate": "vec4",
        "iChannelTime": "float[4]",
    }
)


def expression(name: str, kind: str, images: frozenset[str] = frozenset()) -> str | None:
    """Return what `name`, declared as `kind`, is in ISF; None where no host supplies it.

    `images`: the shader's own, whose size a `…Resolution` beside them says.
    """
    known = _EXPRESSIONS.get(name)
    if known:
        return known.get(kind)
    whose = _SIZE_OF.match(name)
    if whose and kind == "vec2" and whose[1] in images:
        return f"IMG_SIZE({whose[1]})"
    return None


def coordinate(name: str, kind: str) -> str | None:
    """Return what a varying is that every quad has: a place in the picture; None for another."""
    if name == "surfacePosition":
        return _SURFACE.get(kind)
    return _PLACE.get(kind) if _UV.match(name) else None
