"""A shader of another host as one ISF file that a person can go on editing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...core.errors import Fault, ShaderError
from .detect import detect
from .folder import Folder
from .wrap import wrap
from .wrapped import Wrapped

_LINE = "// ---- {} ----\n"


def to_isf(text: str, path: Path) -> str:
    """Return the ISF file that stands for a shader's text; `path` says whose it is in faults.

    An ISF file is returned as it is. ShaderError where no one file can stand for it.
    """
    if detect(text) == "isf":
        return text
    wrapped = wrap(text, path)
    if len(wrapped.defines) > 1:
        problem = "its buffers are compiled one by one, and an ISF file is compiled once"
        fix = "use it as it is: every command takes it, it only has no other form"
        raise ShaderError(Fault(str(path), "", problem, fix))
    return _file(wrapped, wrapped.text)


def folder_to_isf(folder: Folder) -> str:
    """Return the ISF file that stands for a Shadertoy of several files.

    ShaderError where it has buffers: each is a program of its own, and a file is one.
    """
    if folder.buffers:
        names = ", ".join(folder.buffers)
        problem = f"{names} and the image are programs of their own, and an ISF file is one"
        fix = "use the folder as it is: every command takes it in place of a shader"
        raise ShaderError(Fault(str(folder.path), "", problem, fix))
    whole = folder.common_text + folder.texts["image"]
    return to_isf(whole, folder.files["image"])


def header_json(header: dict[str, Any]) -> str:
    """Return a header as JSON that may stand inside a comment; one INPUT or PASS a line."""
    lines = []
    for key, value in header.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join(f"        {json.dumps(row, ensure_ascii=False)}" for row in value)
            lines.append(f"    {json.dumps(key)}: [\n{rows}\n    ]")
        else:
            lines.append(f"    {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return ("{\n" + ",\n".join(lines) + "\n}").replace("*/", "*\\/").replace("/*", "\\/*")


def _file(wrapped: Wrapped, text: str) -> str:
    before = wrapped.before and _LINE.format("what its own host supplies") + wrapped.before
    after = wrapped.after and _LINE.format("how ISF calls it") + wrapped.after
    theirs = _LINE.format("the shader as its author wrote it") + text.rstrip("\n") + "\n"
    parts = (f"/*{header_json(wrapped.header)}*/\n", before, theirs, after)
    return "\n".join(part for part in parts if part)
