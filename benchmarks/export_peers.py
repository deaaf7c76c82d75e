"""Exports of the same scene by others; run by bench_export.py, with a Python that has them.

Needs moderngl and, for `turbopipe` and `shaderflow`, those. Prints one line of JSON: the seconds
from the first frame to a finished file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from benchmarks.export_scene import CRF, FPS, PRESET, VERTEX, body, fragment

_BUFFERS = 5  # ShaderFlow's own number


def pipe(width: int, height: int, frames: int, out: str, *, turbo: bool) -> float:
    """Read rgb24 from OpenGL and write it to ffmpeg's standard input."""
    import moderngl

    gl = moderngl.create_context(require=330, standalone=True, backend="egl")  # type: ignore[arg-type]
    program = gl.program(VERTEX, fragment())
    quad = gl.vertex_array(program, [])
    target = gl.framebuffer([gl.texture((width, height), 4)])
    target.use()
    size = width * height * 3
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo"]
    command += ["-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(FPS), "-i", "-"]
    command += ["-vf", "vflip", "-c:v", "libx264", "-preset", PRESET, "-crf", str(CRF)]
    command += ["-pix_fmt", "yuv420p", "-movflags", "+faststart", out]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        number = process.stdin.fileno()
        if turbo:
            import turbopipe  # type: ignore[import-not-found]

            buffers = [gl.buffer(reserve=size) for _ in range(_BUFFERS)]
        for index in range(frames):
            program["seconds"] = index / FPS
            quad.render(moderngl.TRIANGLE_STRIP, 4)
            if turbo:
                buffer = buffers[index % _BUFFERS]
                turbopipe.sync(buffer.mglo)
                target.read_into(buffer, components=3)
                turbopipe.pipe(buffer.mglo, number)
            else:
                process.stdin.write(target.read(components=3))
        if turbo:
            for buffer in buffers:
                turbopipe.sync(buffer.mglo)
        process.stdin.close()
        process.wait()
    return time.perf_counter() - begun


def shaderflow(width: int, height: int, frames: int, out: str) -> float:
    """Let ShaderFlow's exporter write the same scene, without a window."""
    os.environ["WINDOW_BACKEND"] = "headless"
    from shaderflow.scene import ShaderScene  # type: ignore[import-not-found]

    class Scene(ShaderScene):  # type: ignore[misc]
        def build(self) -> None:
            self.shader.fragment = body("iTime", "fragColor")

    scene: Any = Scene(backend="headless")
    scene.ffmpeg.h264(preset=PRESET, crf=CRF)
    begun = time.perf_counter()
    scene.main(width=width, height=height, fps=FPS, time=frames / FPS, output=out)
    return time.perf_counter() - begun


def main() -> None:
    """Export once."""
    way, width, height, frames, out = sys.argv[1:6]
    size = int(width), int(height), int(frames)
    if way == "shaderflow":
        seconds = shaderflow(*size, out)
    else:
        seconds = pipe(*size, out, turbo=way == "turbopipe")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
