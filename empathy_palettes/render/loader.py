"""A shader's file into GLSL that can be compiled: read, understood, its includes in place.

Compiles nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..core.assets import Assets, tabs_of
from ..core.errors import Fault, ShaderError
from ..core.isf import IsfHeader, parse
from .dialects import detect, read_folder, wrap
from .glsl import Glsl, assemble
from .source import ShaderFiles


def load(path: Path, assets: Assets) -> Glsl:
    """Read a shader, its vertex file beside it, and their includes.

    What was written for another host is wrapped into ISF on the way; its own text stays as it is.
    `path` may be the folder of a Shadertoy of several files. ShaderError with the faults of the
    header, of the includes, or with what cannot be carried over.
    """
    files = ShaderFiles(assets)
    if path.is_dir():
        return _folder(path, files)
    text = files.read(path)
    if detect(text) != "isf":
        return _foreign(path, text, files)
    header = parse(text, str(path))
    beside = (path.with_suffix(suffix) for suffix in (".vs", ".vert"))
    vertex_path = next((file for file in beside if file.is_file()), None)
    vertex_text = files.read(vertex_path) if vertex_path else ""  # so that it is file number 2
    fragment = files.expand(header.body, path)
    vertex = files.expand(vertex_text, vertex_path) if vertex_path else None
    return assemble(path, header, files, [fragment], vertex)


def _foreign(path: Path, text: str, files: ShaderFiles) -> Glsl:
    wrapped = wrap(text, path)
    header = _header(wrapped.header, path)
    return assemble(path, header, files, wrapped.around(files.expand(wrapped.text, path)))


def _folder(path: Path, files: ShaderFiles) -> Glsl:
    tabs = tabs_of(path)
    if not tabs:
        fix = "name a shader, or a folder with image and bufferA … bufferD or common"
        raise ShaderError(Fault(str(path), "", "this folder holds no Shadertoy", fix))
    order = ("image", *(tab for tab in tabs if tab != "image"))
    texts = {tab: files.read(tabs[tab]) for tab in order}
    folder = read_folder(path, texts)
    fragments = []
    wrapped = list(folder.wrapped())
    for tab, each in wrapped:
        expanded = files.expand(each.text, tabs[tab])
        if folder.has_common(tab):
            expanded = f"{files.expand(folder.common_text, tabs['common'])}\n{expanded}"
        fragments += each.around(expanded)
    return assemble(path, _header(folder.header(wrapped), path), files, fragments)


def _header(table: dict[str, Any], path: Path) -> IsfHeader:
    text = json.dumps(table).replace("*/", "*\\/")
    return parse(f"/*{text}*/", str(path))
