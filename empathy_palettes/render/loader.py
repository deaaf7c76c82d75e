"""A shader's file into GLSL that can be compiled: read, understood, its includes in place.

Compiles nothing.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.assets import Assets, is_file, other_tabs, tabs_of
from ..core.errors import EmpathyError, Fault, ShaderError
from ..core.isf import IsfHeader, parse
from .dialects import detect, read_folder, stray_tabs, wrap
from .glsl import Glsl, assemble
from .source import ShaderFiles, strip_comments

_MOST_SAID = 300  # characters of what Python says


def load(path: Path, assets: Assets) -> Glsl:
    """Read a shader, its vertex file beside it, and their includes.

    What was written for another host is wrapped into ISF on the way; its own text stays as it is.
    `path` may be the folder of a Shadertoy of several files. ShaderError with the faults of the
    header, of the includes, with what cannot be carried over, or with a file that leads out of the
    project.
    """
    try:
        return _load(path, assets)
    except EmpathyError as error:
        raise ShaderError(error.faults) from None
    except Exception as error:  # a show must outlive whatever text it is given
        problem = f"cannot be read as a shader: {type(error).__name__}: {error}"[:_MOST_SAID]
        fix = "this is a mistake of ours: please report it, with the file"
        raise ShaderError(Fault(str(path), "", problem, fix)) from error


def _load(path: Path, assets: Assets) -> Glsl:
    files = ShaderFiles(assets)
    if path.is_dir():
        return _folder(path, files, assets)
    text = files.read(path)
    check_text(text, path)
    if detect(text) != "isf":
        return _foreign(path, text, files)
    header = parse(text, str(path))
    beside = [path.with_suffix(suffix) for suffix in (".vs", ".vert")]
    files.look_for(*beside)
    vertex_path = next((file for file in beside if is_file(file)), None)
    if vertex_path:
        assets.confine(vertex_path, path, vertex_path.name)
    vertex_text = files.read(vertex_path) if vertex_path else ""  # so that it is file number 2
    fragment = files.expand(header.body, path)
    vertex = files.expand(vertex_text, vertex_path) if vertex_path else None
    return assemble(path, header, files, [fragment], vertex)


def check_text(text: str, path: Path) -> None:
    """Raise ShaderError where a shader's file holds nothing, or nothing but comments."""
    if detect(text) != "isf" and not strip_comments(text).strip():
        raise ShaderError(Fault(str(path), "", "the file is empty", "write a shader into it"))


def _foreign(path: Path, text: str, files: ShaderFiles) -> Glsl:
    wrapped = wrap(text, path)
    header = _header(wrapped.header, path)
    return assemble(path, header, files, wrapped.around(files.expand(wrapped.text, path)))


def _folder(path: Path, files: ShaderFiles, assets: Assets) -> Glsl:
    tabs = tabs_of(path)
    if not tabs:
        fix = "name a shader, or a folder with image and bufferA … bufferD or common"
        raise ShaderError(Fault(str(path), "", "this folder holds no Shadertoy", fix))
    for file in tabs.values():
        assets.confine(file, path, file.name)
    files.look_for(*other_tabs(path, tabs))
    order = ("image", *(tab for tab in tabs if tab != "image"))
    texts = {tab: files.read(tabs[tab]) for tab in order}
    for tab in (tab for tab in order if tab != "common"):
        check_text(texts[tab], tabs[tab])
    folder = read_folder(path, texts)
    fragments = []
    wrapped = list(folder.wrapped())
    for tab, each in wrapped:
        expanded = files.expand(each.text, tabs[tab])
        if folder.has_common(tab):
            expanded = f"{files.expand(folder.common_text, tabs['common'])}\n{expanded}"
        fragments += each.around(expanded)
    header = _header(folder.header(wrapped), path)
    warnings = (*header.warnings, *stray_tabs(path, files.paths))
    return assemble(path, replace(header, warnings=warnings), files, fragments)


def _header(table: dict[str, Any], path: Path) -> IsfHeader:
    text = json.dumps(table).replace("*/", "*\\/")
    return parse(f"/*{text}*/", str(path))
