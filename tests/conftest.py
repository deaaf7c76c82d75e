"""What tests of several rooms share: the GL context, and the check of its error flag."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator

import moderngl
import pytest
from hypothesis import settings


@pytest.fixture(scope="module")  # a window that closes takes every context before it along
def _standalone() -> Iterator[moderngl.Context]:
    try:
        context = moderngl.create_context(standalone=True, backend="egl", require=330)  # type: ignore[arg-type]
    except Exception as error:  # each platform fails in a way of its own
        pytest.skip(f"no OpenGL 3.3 through EGL here: {error}")
    yield context
    context.release()


@pytest.fixture
def gl(_standalone: moderngl.Context) -> Iterator[moderngl.Context]:
    """A context without a window, current during the test; the test leaves no GL error behind."""
    with _standalone as context:
        assert context.error == "GL_NO_ERROR", "left behind by an earlier test"
        yield context
        assert context.error == "GL_NO_ERROR"


@pytest.fixture
def dropped(gl: moderngl.Context) -> Iterator[Callable[[], list[str]]]:
    """What was let go of without having been released: moderngl keeps a list if it is asked to."""

    def dropped() -> list[str]:
        gc.collect()
        kinds = [type(thing).__name__ for thing in gl.objects]
        return [kind for kind in kinds if kind != "InvalidObject"]

    before, gl.gc_mode = gl.gc_mode, "context_gc"
    yield dropped
    gl.objects.clear()
    gl.gc_mode = before


@pytest.fixture
def small_gpu(gl: moderngl.Context) -> None:
    """Skip where the GPU could make what these tests want refused."""
    texture = gl.texture((16384, 16384), 4, dtype="f4")
    refused = gl.error != "GL_NO_ERROR"
    texture.release()
    if not refused:
        pytest.skip("this GPU has room for 16384x16384 floats")


@pytest.fixture
def free_port() -> int:
    """A UDP port of this machine that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# A machine that is busy with something else is slow; that is no fault of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
