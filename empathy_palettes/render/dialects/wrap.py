"""Each dialect's own rules: what a shader of it needs around its text.

Does not read files: a Shadertoy of several is `folder`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..source import strip_comments
from .channels import (
    CHANNELS,
    editor_uniforms,
    feedback,
    hears,
    looks_like_cube,
    without_notes,
)
from .credit import credit
from .declared import Declaration, at_file_scope, declarations, local_names, words
from .detect import detect
from .inputs import as_inputs
from .refuse import refuse
from .supplied import MOUSE, SHADERTOY, coordinate, expression
from .wrapped import Builder, Wrapped

_NAMES = {
    "shadertoy": "Shadertoy",
    "transition": "gl-transitions",
    "glslviewer": "glslViewer",
    "bonzomatic": "Bonzomatic",
    "sandbox": "GLSL Sandbox",
    "plain": "plain GLSL",
    "library": "plain GLSL",
}
_TRANSITION = """\
vec4 getFromColor(vec2 uv) { return IMG_NORM_PIXEL(startImage, uv); }
vec4 getToColor(vec2 uv) { return IMG_NORM_PIXEL(endImage, uv); }"""
_CALL = "    author_main();\n"
_LAST_FRAMES = ("backbuffer", "bb", "texPreviousFrame", "u_backbuffer", "previousFrame")
_BUFFER = re.compile(r"\b(BUFFER|DOUBLE_BUFFER)_(\d)\b")
_SCALE = re.compile(r"\s(0?\.\d+|1(?:\.0*)?)\b")


def wrap(text: str, path: Path) -> Wrapped:
    """Return what must stand around a shader of another host; `text` is what `path` holds.

    ShaderError names all that it needs and ISF does not have.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    dialect = detect(text)
    declared = declarations(text)
    refuse(text, path, dialect, declared)
    declared |= editor_uniforms(text)
    channel = feedback(text) if dialect == "shadertoy" else ""
    builder = Builder(without_notes(text), channel=channel, heard=hears(text))
    passes, defines = _RULES[dialect](builder, declared)
    before, after = builder.write()
    header = header_of(dialect, text, builder.inputs, passes)
    hosted = frozenset(builder.hosted)
    return Wrapped(dialect, header, before, builder.blank(), after, hosted, defines)


def header_of(
    dialect: str, text: str, inputs: list[dict[str, Any]], passes: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the ISF header of a shader whose text this is, with whatever it says of its origin."""
    owed, told = credit(text)
    header: dict[str, Any] = {"ISFVSN": "2", "DESCRIPTION": told or f"From {_NAMES[dialect]}."}
    if owed:
        header["CREDIT"] = owed
    names = {item["NAME"] for item in inputs}
    kind = "Transition" if {"startImage", "endImage"} <= names else "Generator"
    header["CATEGORIES"] = [kind, _NAMES[dialect]]
    header["INPUTS"] = inputs
    if passes:
        header["PASSES"] = passes
    return header


def shadertoy(builder: Builder, declared: dict[str, Declaration], *, opaque: bool) -> None:
    """Supply a Shadertoy's names and call its `mainImage`; `opaque`: alpha is 1, as on the page."""
    used = words(builder.text)
    bound = {item["NAME"] for item in builder.inputs} | builder.hosted
    channels = [name for name in CHANNELS if name in used]
    for name in channels:
        if name not in bound:
            label = {"LABEL": "sound"} if name in builder.heard else {}
            builder.add_input({"NAME": name, "TYPE": "image", **label})
            builder.hosted.add(name)
    _take(builder, declared, frozenset(channels))
    for name, kind in SHADERTOY.items():
        if name in used and name not in declared:
            value = expression(name, kind) or ""
            builder.supply(name, kind, _with_mouse(builder, value, [0.0, 0.0]))
    if "iChannelResolution" in used:
        sizes = (
            f"vec3(IMG_SIZE({name}), 1.0)" if name in channels else "vec3(RENDERSIZE, 1.0)"
            for name in CHANNELS
        )
        builder.supply("iChannelResolution", "vec3[4]", f"vec3[4]({', '.join(sizes)})")
    builder.any_lookup |= any(looks_like_cube(builder.text, name) for name in channels)
    if not _has_main(builder.text):
        builder.entry = "    vec4 color = vec4(0.0);\n    mainImage(color, gl_FragCoord.xy);\n"
        builder.entry += f"    gl_FragColor = {'vec4(color.rgb, 1.0)' if opaque else 'color'};\n"
    elif opaque:
        builder.entry = f"{builder.entry or _CALL}    gl_FragColor.a = 1.0;\n"


Passes = tuple[list[dict[str, Any]], tuple[str, ...]]


def _shadertoy(builder: Builder, declared: dict[str, Declaration]) -> Passes:
    if builder.channel:
        builder.hosted.add(builder.channel)
    shadertoy(builder, declared, opaque=not builder.channel)
    return _kept(builder, builder.channel) if builder.channel else ([], ("",))


def _transition(builder: Builder, declared: dict[str, Declaration]) -> Passes:
    for name in ("startImage", "endImage"):
        builder.add_input({"NAME": name, "TYPE": "image"})
    progress = {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
    builder.add_input(progress)
    builder.hosted |= {"progress", "startImage", "endImage", "from", "to"}
    if "ratio" in words(builder.text):
        builder.supply("ratio", "float", expression("ratio", "float") or "")
    _take(builder, declared)
    builder.lines.append(_TRANSITION)
    builder.entry = "    gl_FragColor = transition(isf_FragNormCoord);\n"
    return [], ("",)


def _glslviewer(builder: Builder, declared: dict[str, Declaration]) -> Passes:
    found = sorted(
        {(kind, int(number)) for kind, number in _BUFFER.findall(strip_comments(builder.text))}
    )
    passes: list[dict[str, Any]] = []
    for kind, number in found:
        name = f"u_{'doubleBuffer' if kind[0] == 'D' else 'buffer'}{number}"
        target: dict[str, Any] = {"TARGET": name, "FLOAT": True, "PERSISTENT": kind[0] == "D"}
        scale = _SCALE.search(f" {declared[name].said}") if name in declared else None
        if scale and float(scale[1]) < 1:
            target |= {
                "WIDTH": f"floor($WIDTH * {float(scale[1])})",
                "HEIGHT": f"floor($HEIGHT * {float(scale[1])})",
            }
        passes.append(target)
        builder.hosted.add(name)
    _take(builder, declared)
    if not passes:
        return [], ("",)
    defines = (*(f"#define {kind}_{number}\n" for kind, number in found), "")
    return [*passes, {}], defines


def _window(builder: Builder, declared: dict[str, Declaration]) -> Passes:
    """Bonzomatic and GLSL Sandbox share an opaque window, and the frame before this one."""
    for name, kind in (
        ("texFFT", "audioFFT"),
        ("texFFTSmoothed", "audioFFT"),
        ("texFFTIntegrated", "audioFFT"),
    ):
        if name in declared:
            builder.add_input({"NAME": name, "TYPE": kind})
            builder.hosted.add(name)
            builder.any_lookup |= declared[name].type == "sampler1D"
    before = next((name for name in _LAST_FRAMES if name in declared), None)
    if before is not None:
        builder.hosted.add(before)
    _take(builder, declared)
    if before is not None:
        return _kept(builder, before)
    builder.entry = f"{builder.entry or _CALL}    gl_FragColor.a = 1.0;\n"
    return [], ("",)


def _kept(builder: Builder, target: str) -> Passes:
    """Draw into `target`, which the shader reads as its last frame; then show that."""
    call = _deeper(builder.entry or _CALL)
    show = f"        gl_FragColor = vec4(IMG_THIS_NORM_PIXEL({target}).rgb, 1.0);\n"
    builder.entry = f"    if (PASSINDEX == 0) {{\n{call}    }} else {{\n{show}    }}\n"
    return [{"TARGET": target, "PERSISTENT": True, "FLOAT": True}, {}], ("",)


def _plain(builder: Builder, declared: dict[str, Declaration]) -> Passes:
    _take(builder, declared)
    return [], ("",)


def _take(
    builder: Builder,
    declared: dict[str, Declaration],
    images: frozenset[str] = frozenset(),
) -> None:
    """Give every declaration what it stands for: what ISF supplies, or an INPUT."""
    images |= {name for name, item in declared.items() if item.type.startswith("sampler")}
    taken = local_names(builder.text)
    for name, item in declared.items():
        if item.way == "out":
            _out(builder, item)
            continue
        builder.any_lookup |= item.type in ("samplerCube", "sampler1D")
        if name in builder.hosted:
            continue
        value = _supplied(item, images)
        if value is not None:
            at = [0.0, 0.0] if name == "iMouse" else [0.5, 0.5]
            builder.supply(name, item.type, _with_mouse(builder, value, at))
        elif item.way == "in":
            builder.hosted.add(name)  # nothing uses it, or `refuse` would have said so
        elif made := as_inputs(item, taken):
            for table in made[0]:
                builder.add_input(table)
            builder.lines += made[1]
            builder.hosted.add(name)


def _supplied(item: Declaration, images: frozenset[str]) -> str | None:
    if item.array:
        return None
    if item.way == "in":
        return coordinate(item.name, item.type)
    return expression(item.name, item.type, images)


def _out(builder: Builder, item: Declaration) -> None:
    """The author's own output: a global whose value is handed on."""
    builder.hosted.add(item.name)
    if item.name == "gl_FragColor" or "gl_FragColor =" in builder.entry:
        return
    builder.lines.append(f"{item.type} {item.name};")
    shown = {"vec4": item.name, "vec3": f"vec4({item.name}, 1.0)"}.get(item.type)
    if shown:
        builder.entry = f"    author_main();\n    gl_FragColor = {shown};\n"


def _with_mouse(builder: Builder, value: str, default: list[float]) -> str:
    if MOUSE not in value:
        return value
    known = (item["NAME"] for item in builder.inputs if item.get("LABEL") == "mouse")
    name = next(known, None)
    if name is None:
        # an input called as the author's own uniform would need no global beside it
        names = words(builder.text)
        same = value == MOUSE and "mouse" in names and "mouse" not in at_file_scope(builder.text)
        name = "mouse" if same else builder.free("mouse", "pointer", "mouse_point")
        table = {"NAME": name, "TYPE": "point2D", "LABEL": "mouse", "DEFAULT": default}
        builder.add_input({**table, "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]})
    return value.replace(MOUSE, name)


def _has_main(text: str) -> bool:
    return re.search(r"\bvoid\s+main\s*\(", strip_comments(text)) is not None


def _deeper(lines: str) -> str:
    return re.sub(r"^", "    ", lines, flags=re.MULTILINE).rstrip(" ")


_Rule = Callable[[Builder, dict[str, Declaration]], Passes]
_RULES: dict[str, _Rule] = {
    "shadertoy": _shadertoy,
    "transition": _transition,
    "glslviewer": _glslviewer,
    "bonzomatic": _window,
    "sandbox": _window,
    "plain": _plain,
    "library": _plain,  # its main may be in an include
}
