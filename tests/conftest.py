"""What tests of several rooms share: the GL context, and the check of its error flag."""

from __future__ import annotations

import socket
from collections.abc import Iterator

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
def free_port() -> int:
    """A UDP port of this machine that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# A machine that is busy with something else is slow; that is no fault of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
