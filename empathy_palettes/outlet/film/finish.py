"""How a film's file begins and ends: its name while it is written, and its last form.

Encodes nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import av
from av.error import FFmpegError
from av.stream import Stream

from ...core.errors import Fault, MachineError

if TYPE_CHECKING:
    from av.container.core import Chapter  # in PyAV's stubs only

REFUSALS = (OSError, ValueError, FFmpegError)  # what FFmpeg's errors are, one or another
_MICROSECONDS, _MILLISECONDS = "1000000", "1000"  # of a second: what a crash may cost

_QUICK = {"flush_packets": "1"}  # else a megabyte of film may wait in memory
_FRAGMENTED = {
    "movflags": "delay_moov+default_base_moof",
    "frag_duration": _MICROSECONDS,
    **_QUICK,
}
_CLUSTERED = {"cluster_time_limit": _MILLISECONDS, **_QUICK}
#: What a muxer is told so that a film plays up to where it was stopped, whatever stopped it.
WRITING: Mapping[str, Mapping[str, str]] = {
    "mp4": _FRAGMENTED,
    "mov": _FRAGMENTED,
    "matroska": _CLUSTERED,
    "webm": _CLUSTERED,
}
#: What it is told of a whole film: its index comes first.
FINISHED: Mapping[str, Mapping[str, str]] = {
    "mp4": {"movflags": "faststart"},
    "mov": {"movflags": "faststart"},
    "matroska": {"cues_to_front": "1"},
    "webm": {"cues_to_front": "1"},
}


def part_of(path: Path) -> Path:
    """Return the name that a film has until it is whole."""
    return path.with_name(path.name + ".part")


def free_part(path: Path) -> Path:
    """Return a name for what is being written that no other film is being written under."""
    part = part_of(path)
    return path.with_name(f"{path.name}.{os.getpid()}.part") if part.exists() else part


def hold(part: Path) -> BinaryIO:
    """Keep others from going on with what is being written, until this is closed.

    MachineError where somebody else holds it. Where there are no such locks, nobody is kept off.
    """
    file = part.open("rb")
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            fix = "wait until it ends, or stop it"
            problem = "another program is writing it"
            raise MachineError(Fault(str(part), "", problem, fix)) from None
        except OSError:  # a file system without locks
            pass
    return file


def remux(part: Path, path: Path, format_: str, chapters: list[Chapter]) -> None:
    """Copy the packets into a file whose index comes first; it appears whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    try:
        with (
            av.open(str(part)) as source,
            av.open(str(aside), "w", format=format_, options=dict(FINISHED[format_])) as target,
        ):
            target.metadata.update(source.metadata)
            if chapters:
                target.set_chapters(chapters)
            copies: dict[int, Stream] = {}
            for template in (*source.streams.video, *source.streams.audio):
                # What a library decodes (AV1) has no encoder of that name to make a stream of.
                opaque = template.codec_context.name.startswith("lib")
                stream = target.add_stream_from_template(template, opaque=opaque)
                if "alpha_mode" in template.metadata:  # VP9's alpha is there only for who is told
                    stream.metadata["alpha_mode"] = template.metadata["alpha_mode"]
                stream.codec_context.codec_tag = template.codec_context.codec_tag
                copies[template.index] = stream
            for packet in source.demux():
                if packet.dts is not None:  # the last one only says that there are no more
                    packet.stream = copies[packet.stream.index]
                    target.mux(packet)
        os.replace(aside, path)
    except (*REFUSALS, KeyboardInterrupt):
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
