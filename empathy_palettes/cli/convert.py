"""The command that turns a shader of another host into an ISF file.

Every other command takes such shaders as they are: this one is for who wants to go on editing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..core.assets import SUFFIXES, tabs_of
from ..core.errors import Fault, MachineError, ShaderError
from ..core.isf import parse
from .console import check_folder, say


def add_to(app: typer.Typer) -> None:
    """Give `app` the command of this module."""
    app.command()(convert)


def convert(
    source: Annotated[
        Path, typer.Argument(help="A shader, or the folder of a Shadertoy (image, common).")
    ],
    out: Annotated[Path, typer.Option(help="The ISF file to write.", metavar="FILE.fs")],
) -> None:
    """Turn a Shadertoy, gl-transition, glslViewer or plain shader into ISF, to go on editing it."""
    from ..render.dialects import detect, folder_to_isf, read_folder, to_isf
    from ..render.loader import check_text

    if out.suffix != ".fs":
        fix = f"name it {out.stem or 'mine'}.fs"
        raise MachineError(
            Fault(str(out), "--out", f"{out.suffix or 'no suffix'} is not ISF's", fix)
        )
    check_folder(out)
    if out.exists():
        raise MachineError(Fault(str(out), "--out", "this file is there already", "name another"))
    if source.is_dir():
        tabs = tabs_of(source)
        if not tabs:
            fix = "a Shadertoy's has image, and bufferA … bufferD or common"
            raise ShaderError(Fault(str(source), "", "this folder holds no Shadertoy", fix))
        text = folder_to_isf(read_folder(source, {tab: _read(tabs[tab]) for tab in tabs}))
        dialect = "shadertoy"
    else:
        given = _read(source)
        check_text(given, source)
        dialect = detect(given)
        if dialect == "isf":
            raise ShaderError(Fault(str(source), "", "it is ISF already", "copy it"))
        text = to_isf(given, source)
    out.write_text(text, encoding="utf-8")
    print(out)
    if parse(text, str(out)).kind == "transition":
        named = f'[transition] shader = "{out.stem}"'
        then = f"put it into shaders/transitions/, and into an installation: {named}"
    else:
        then = f"try it:  empathy live {out}"
    say(f"it was {dialect}; {then}")


def _read(path: Path) -> str:
    from ..render.source import read_text

    if path.suffix not in SUFFIXES["shaders"]:
        wanted = ", ".join(SUFFIXES["shaders"])
        raise ShaderError(Fault(str(path), "", "not a shader's file", f"one of {wanted}"))
    return read_text(path)
