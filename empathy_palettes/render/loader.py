"""A shader's file into GLSL that can be compiled: read, understood, its includes in place.

Compiles nothing.
"""

from __future__ import annotations

from pathlib import Path

from ..core.assets import Assets
from ..core.isf import parse
from .glsl import Glsl, assemble
from .source import ShaderFiles


def load(path: Path, assets: Assets) -> Glsl:
    """Read an ISF file, its vertex file beside it, and their includes.

    ShaderError with the faults of the header, or of the includes.
    """
    files = ShaderFiles(assets)
    header = parse(files.read(path), str(path))
    beside = (path.with_suffix(suffix) for suffix in (".vs", ".vert"))
    vertex_path = next((file for file in beside if file.is_file()), None)
    vertex_text = files.read(vertex_path) if vertex_path else ""  # so that it is file number 2
    fragment = files.expand(header.body, path)
    vertex = files.expand(vertex_text, vertex_path) if vertex_path else None
    return assemble(path, header, files, [fragment], vertex)
