"""The file: whole chunks or none, whatever the disk does; read again by the library itself."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mcap.reader import make_reader
from mcap.stream_reader import StreamReader

from empathy_palettes.inlet.sample import Samples
from empathy_palettes.inlet.session.format import BEGIN, END, PROFILE, SIGNALS
from empathy_palettes.inlet.session.recorder import Recorder
from empathy_palettes.inlet.session.session import open_session
from empathy_palettes.inlet.session.writer import Said, Writer, is_written, plain
from tests.inlet.session.recording import (
    FILES,
    PLENTY,
    SALT,
    beginning,
    play,
    said_at,
    same,
    samples_of,
    until_written,
)

MEGABYTE = 1 << 20


def messages(path: Path) -> list[tuple[str, bytes]]:
    with path.open("rb") as file:
        return [
            (channel.topic, message.data)
            for _, channel, message in make_reader(file, validate_crcs=True).iter_messages()
        ]


def noise(second: int, size: int = MEGABYTE // 8) -> Said:
    """A message that cannot be made smaller."""
    return plain(SIGNALS, 60 * second, {"step": 60 * second, "noise": os.urandom(size).hex()})


def test_what_is_written_is_read_by_the_library(tmp_path: Path) -> None:
    path = tmp_path / "below" / "show.mcap"
    writer = Writer(path, beginning(), FILES)
    assert not path.exists() and writer.part.exists()
    told = [plain(SIGNALS, 60 * n, {"step": 60 * n, "valence": n / 8}) for n in range(5)]
    for each in told:
        writer.second([each])
    writer.finish(7, 300, "ended")
    assert [each.name for each in path.parent.iterdir()] == ["show.mcap"]
    read = messages(path)
    assert [topic for topic, _ in read] == [BEGIN, *5 * [SIGNALS], END]
    assert [data for topic, data in read if topic == SIGNALS] == [each.data for each in told]
    with path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        assert reader.get_header().profile == PROFILE
        summary = reader.get_summary()
        assert summary is not None and len(summary.chunk_indexes) == 7
        [attachment] = reader.iter_attachments()
        assert {attachment.name: attachment.data} == FILES
    with path.open("rb") as file:
        assert sum(1 for _ in StreamReader(file, validate_crcs=True).records)


def test_a_second_is_on_the_disk_when_it_is_written(tmp_path: Path) -> None:
    synced = list[int]()
    path = tmp_path / "show.mcap"

    def sync(file: int) -> None:
        synced.append(os.fstat(file).st_size)

    writer = Writer(path, beginning(), FILES, sync=sync)
    for second in range(3):
        writer.second([noise(second, 1000)])
        assert synced[-1] == writer.size == writer.part.stat().st_size
    writer.finish(0, 0, "ended")


def test_a_name_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    writer = Writer(path, beginning(), FILES)
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        writer.finish(0, 0, "ended")
    assert path.read_bytes() == b"mine" and writer.part.exists()


def test_it_is_known_what_is_being_written(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "show.mcap", beginning(), FILES)
    assert is_written(writer.part)
    left = tmp_path / "left.mcap.part"
    shutil.copy(writer.part, left)
    assert not is_written(left)
    writer.finish(0, 0, "ended")
    assert not is_written(writer.path)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of a megabyte; not where pytest cleans up, which it could not while it is there."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        place = Path(name) / "disk"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
        try:
            done = subprocess.run(mount, capture_output=True, text=True, check=False)
        except OSError as error:
            pytest.skip(f"no small disk can be mounted here: {error}")
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
        try:
            yield place
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(writer: Writer) -> list[Said]:
    """Write until there is no room; return what was written."""
    written = list[Said]()
    with pytest.raises(OSError, match=r"space|large"):
        for second in range(1000):
            said = noise(second)
            writer.second([said])
            written.append(said)
    assert written
    with pytest.raises(OSError, match="missing"):
        writer.second([noise(1000)])
    return written


def test_a_full_disk_leaves_a_whole_file(small_disk: Path) -> None:
    path = small_disk / "show.mcap"
    writer = Writer(path, beginning(), FILES)
    written = fill(writer)
    writer.finish(3, 60, "disk full")
    read = messages(path)
    assert [data for topic, data in read if topic == SIGNALS] == [each.data for each in written]
    assert read[-1][0] == END


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_for_the_end_it_stays_a_part_that_is_whole_so_far(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    writer = Writer(path, beginning(), FILES)
    for second in range(3):
        writer.second([noise(second, 1000)])
    size = writer.size
    with no_file_beyond(size):
        with pytest.raises(OSError, match="large"):
            writer.second([noise(3, 1000)])
        with pytest.raises(OSError, match="large"):
            writer.finish(3, 60, "disk full")
    assert not path.exists() and writer.part.stat().st_size == size == writer.size
    with writer.part.open("rb") as file:
        records = [type(each).__name__ for each in _until_cut(StreamReader(file))]
    assert records.count("Message") == 1 + 3


def _until_cut(reader: StreamReader) -> Iterator[object]:
    try:
        yield from reader.records
    except Exception as error:  # the library's own, of its end
        assert "EndOfFile" in type(error).__name__, error


def test_a_limit_on_files_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "show.mcap"
    with no_file_beyond(MEGABYTE):
        writer = Writer(path, beginning(), FILES)
        written = fill(writer)
        writer.finish(3, 60, "file too large")
    assert path.stat().st_size <= MEGABYTE
    told = [data for topic, data in messages(path) if topic == SIGNALS]
    assert told == [each.data for each in written]


def test_a_disk_that_fills_stops_the_recording_alone(small_disk: Path) -> None:
    """The show goes on; once there is room, so does the recording."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(MEGABYTE // 2))
    path = small_disk / "show.mcap"
    show = Recorder(path, beginning(), FILES, salt=SALT, rules=PLENTY)

    def much(step: int) -> Samples:
        return said_at(step, 60)

    for step in range(60 * 22):
        play(show, (step,), much)
        if step % 60 == 59:
            until_written(show)
        if not show.recording:
            ballast.unlink(missing_ok=True)
            for other in small_disk.glob("show.mcap*"):
                if not other.name.endswith("-journal"):  # the thread may delete it meanwhile
                    shutil.move(other, small_disk.parent)
    show.close()
    stopped, *later = show.news()
    assert stopped.startswith("recording stopped: ") and "pace" in stopped
    with open_session(small_disk.parent / path.name) as session:
        assert session.whole, session.faults
        read = samples_of(session)
    assert read and len(read) % 60 == 0
    assert all(same(read[step], much(step)) for step in read)
    assert len(later) == 1 and "goes on in" in later[0]
