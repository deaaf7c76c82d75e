"""Whether this machine has what a show needs, each with what to do where it has not."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass

from ..core.assets import Assets
from ..core.errors import EmpathyError
from ..inlet.wire.udp import UdpInlet
from ..outlet.contract import OutletContext
from ..outlet.headless import Headless
from ..outlet.window import display_available

_PORT = 9000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `optional`: a show can do without it."""

    what: str
    ok: bool
    says: str
    optional: bool = False


def examine(assets: Assets) -> list[Finding]:
    """Return what was found, in the order a show would need it."""
    return [
        Finding("system", True, f"{platform.system()} {platform.release()}, {platform.machine()}"),
        Finding("Python", True, platform.python_version()),
        _try("OpenGL", _opengl),
        _try(f"UDP port {_PORT}", _port),
        _display(),
        Finding("assets", True, ", ".join(str(root) for root in assets.roots)),
    ]


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except EmpathyError as error:
        return Finding(what, False, str(error))


def _opengl() -> str:
    surface = Headless()
    surface.open(OutletContext((16, 16)))
    try:
        info = surface.gl.info
        return f"{info['GL_VERSION']}, {info['GL_RENDERER']}"
    finally:
        surface.close()


def _port() -> str:
    inlet = UdpInlet("127.0.0.1", _PORT)
    try:
        return f"free; the kernel holds {inlet.receive_buffer // 1024} KiB for it"
    finally:
        inlet.close()


def _display() -> Finding:
    if display_available():
        return Finding("display", True, "there is one", optional=True)
    fix = "none: shows run with --headless, the demo makes a video"
    return Finding("display", False, fix, optional=True)
