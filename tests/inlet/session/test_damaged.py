"""Whatever happens to a file, what is read of it is its truth up to there, and nothing else."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zstandard
from mcap.exceptions import McapError
from mcap.reader import make_reader
from mcap.stream_reader import StreamReader

from empathy_palettes.core.errors import EmpathyError
from empathy_palettes.inlet.session import format as topics
from empathy_palettes.inlet.session.format import KEYS, PROFILE
from empathy_palettes.inlet.session.records import MAGIC, MOST_BYTES, BrokenError, parts
from empathy_palettes.inlet.session.session import Session, open_session
from tests.inlet.session.sessions import Recording, Truth, assert_prefix, truth, write, write_keys

Recorded = tuple[Path, bytes, list[int]]  # where its chunks end
SECONDS = 2
LENGTHS, FLIPS, LONG_FLIPS = 300, 2_000, 25_000


@pytest.fixture(scope="module")
def told() -> Truth:
    return truth(SECONDS)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, told: Truth) -> Recorded:
    path = tmp_path_factory.mktemp("damaged") / "show.mcap"
    write(path, told)
    with path.open("rb") as file:
        summary = make_reader(file).get_summary()
    assert summary is not None
    ends = [each.chunk_start_offset + each.chunk_length for each in summary.chunk_indexes]
    return path, path.read_bytes(), ends


def seconds_before(end: int, ends: list[int]) -> int:
    """How many whole seconds stand in the first `end` bytes."""
    return sum(each <= end for each in ends)


def cut(recorded: Recorded, told: Truth, length: int) -> None:
    """Read the first bytes of a file."""
    path, data, ends = recorded
    path.write_bytes(data[:length])
    whole = seconds_before(length, ends)
    if not whole:
        with pytest.raises(EmpathyError) as raised:
            open_session(path)
        assert len(raised.value.faults) == 1
        return
    session = open_session(path)
    assert_prefix(session, told, whole)
    assert len(session.faults) == (0 if length == len(data) else 1)
    assert session.whole == (length == len(data))


def test_a_file_that_is_cut_off_is_read_up_to_there(recorded: Recorded, told: Truth) -> None:
    _, data, ends = recorded
    chance = np.random.default_rng(0)
    lengths = set(chance.integers(0, len(data), LENGTHS).tolist())
    near = {end + by for end in ends for by in (-1, 0, 1)}
    for length in sorted(lengths | near | set(range(20)) | {len(data) - 1, len(data)}):
        cut(recorded, told, length)


@pytest.mark.soak
def test_a_file_that_is_cut_off_anywhere_is_read_up_to_there(
    recorded: Recorded, told: Truth
) -> None:
    for length in range(len(recorded[1]) + 1):
        cut(recorded, told, length)


def change(path: Path, at: int, byte: int) -> None:
    """Change a byte where it lies: to write the whole file anew takes longer than to read it."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes([byte]))


def flip(recorded: Recorded, told: Truth, flips: int, seed: int) -> int:
    """Flip one bit at a time; return how often nothing at all could be read."""
    path, data, ends = recorded
    chance = np.random.default_rng(seed)
    nothing = 0
    path.write_bytes(data)
    at = 0
    for bit in chance.integers(0, 8 * len(data), flips).tolist():
        change(path, at, data[at])
        at = bit // 8
        change(path, at, data[at] ^ 1 << bit % 8)
        try:
            session = open_session(path)
        except EmpathyError as error:
            assert len(error.faults) == 1 and bit // 8 <= ends[0]
            nothing += 1
            continue
        got = seconds_read(session)
        assert got >= seconds_before(bit // 8, ends)
        assert_prefix(session, told, got)
        assert bool(session.faults) and not session.whole
    return nothing


def seconds_read(session: Session) -> int:
    """Each second of the truth has a frame in its last three steps."""
    last = max((tick.step for tick in session.ticks()), default=-3)
    return (last + 3) // 60


def test_a_bit_that_is_flipped_makes_no_wrong_record(recorded: Recorded, told: Truth) -> None:
    assert 0 < flip(recorded, told, FLIPS, 0) < FLIPS // 2


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 5))
def test_many_bits_that_are_flipped_make_no_wrong_record(
    recorded: Recorded, told: Truth, seed: int
) -> None:
    flip(recorded, told, LONG_FLIPS, seed)


def test_a_second_that_is_missing_ends_it(tmp_path: Path) -> None:
    told = truth(3)
    path = tmp_path / "show.mcap"
    ends = write(path, told)
    data = path.read_bytes()
    path.write_bytes(data[: ends[0]] + data[ends[1] :])
    session = open_session(path)
    assert_prefix(session, told, 1)
    (fault,) = session.faults
    assert "follow" in fault.problem and "after 1.0 s" in fault.where


def test_a_second_that_is_there_twice_ends_it(tmp_path: Path) -> None:
    told = truth(3)
    path = tmp_path / "show.mcap"
    ends = write(path, told)
    data = path.read_bytes()
    path.write_bytes(data[: ends[1]] + data[ends[0] :])
    assert_prefix(open_session(path), told, 2)


def test_keys_that_are_damaged_give_nothing_wrong(tmp_path: Path) -> None:
    told = truth(2)
    path = tmp_path / "show.mcap"
    write(path, told)
    keys = tmp_path / ("show.mcap" + KEYS)
    data = keys.read_bytes()
    chance = np.random.default_rng(3)
    for _ in range(200):
        changed = bytearray(data)
        for at in chance.integers(0, len(data), 4).tolist():
            changed[at] ^= 1 << int(chance.integers(0, 8))
        keys.write_bytes(changed)
        try:
            session = open_session(path)
        except EmpathyError as error:
            assert "does not open" in str(error)
            continue
        assert list(session.ticks())[:60] == told.ticks[: min(session.frames, 60)]
        for second in session.seconds_of():
            there = told.samples
            steps = range(second.step0, second.step0 + 60)
            mine = {there[step][i].tobytes() for step in steps if step in there
                    for i in range(len(there[step]))}  # fmt: skip
            assert {one.tobytes() for one in second.samples} <= mine


def test_a_key_that_is_another_ends_it_where_it_is_asked_for(tmp_path: Path) -> None:
    told = truth(2)
    path = tmp_path / "show.mcap"
    write(path, told, keys=False)
    told.keys[1] = bytes(32)
    write_keys(tmp_path / ("show.mcap" + KEYS), told)
    with pytest.raises(EmpathyError, match="person 1"):
        open_session(path)


def record(opcode: int, body: bytes) -> bytes:
    return struct.pack("<BQ", opcode, len(body)) + body


def text(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value


def chunk(data: bytes, packing: bytes, packed: bytes, size: int | None = None) -> bytes:
    size = len(data) if size is None else size
    head = struct.pack("<QQQI", 0, 0, size, zlib.crc32(data))
    return record(6, head + text(packing) + struct.pack("<Q", len(packed)) + packed)


START = MAGIC + record(1, text(PROFILE.encode()) + text(b"x"))


def hostile() -> Iterator[tuple[str, bytes]]:
    yield "a length of exabytes", START + struct.pack("<BQ", 6, 2**63)
    yield (
        "an attachment of exabytes",
        START + record(9, bytes(16) + text(b"a") + text(b"b") + struct.pack("<Q", 2**62)),
    )
    bomb = zstandard.compress(bytes(2 * MOST_BYTES))
    yield "a chunk that unpacks to more than it says", START + chunk(b"abc", b"zstd", bomb)
    yield "a chunk that says it is larger than may be", START + chunk(b"", b"zstd", bomb, 2**40)
    yield "a chunk packed in another way", START + chunk(b"abc", b"lz4", b"abc")
    yield "a message outside of a chunk", START + record(5, bytes(22) + b"{}")
    message = record(5, struct.pack("<HIQQ", 1, 0, 0, 0) + b"[" * 1_000_000)
    channel = record(4, struct.pack("<HH", 1, 0) + text(topics.BEGIN.encode()) + text(b"json"))
    deep = channel + message + b""
    yield "JSON without bottom", START + chunk(deep, b"", deep)
    many = channel.replace(b"begin", b"other") + 70_000 * record(
        5, struct.pack("<HIQQ", 1, 0, 0, 0)
    )
    yield "more messages than a second has", START + chunk(many, b"zstd", zstandard.compress(many))
    yield "a text that leads out", START + chunk(b"\x04\xff", b"", b"\x04\xff")
    yield "zeros", START + bytes(10_000_000)


@pytest.mark.parametrize(("name", "data"), list(hostile()), ids=[name for name, _ in hostile()])
def test_a_file_made_to_harm_is_refused_soon(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / "show.mcap"
    path.write_bytes(data)
    begun = time.process_time()
    with pytest.raises(EmpathyError) as raised:
        open_session(path)
    assert time.process_time() - begun < 2, name
    (fault,) = raised.value.faults
    assert "\n" not in str(fault) and len(str(fault)) < 400


def test_messages_that_say_what_they_may_not_end_it(tmp_path: Path) -> None:
    told = truth(2)
    wrong = {
        topics.SIGNALS: [
            b'{"step": 500, "valence": NaN}',
            b'{"step": -1}',
            b'{"valence": 1}',
            b"[]",
        ],
        topics.TICKS: [b'{"index": 9, "step": 9, "steps": [1]}', b'{"index": 0.5}', b"\xff"],
        topics.COMMANDS: [b'{"step": 999999, "name": 3, "args": []}', b'{"step": true}'],
        topics.WITHDRAWN: [b'{"step": 400, "who": [-1]}', b'{"step": 400, "who": [4294967296]}'],
        topics.SAMPLES: [b"", b"\0" * 11, b"\0" * 8 + b"\xff" * 4],
        topics.SIMULATED: [b"\x09" + b"\0" * 7 + b"\x01\0\0\0\x05\0\0\0\x02\0\0\0ab"],
        topics.BEGIN: [b"{}"],
        topics.END: [b'{"frames": 1, "steps": 1, "why": "so"}'],
    }
    for topic, each in wrong.items():
        for data in each:
            path = tmp_path / "show.mcap"
            with path.open("wb") as file:
                recording = Recording(file, told, plain=False)
                recording.write(False)
                recording.put(topic, data)
                recording.flush()
            keys = tmp_path / ("show.mcap" + KEYS)
            keys.unlink(missing_ok=True)
            write_keys(keys, told)
            session = open_session(path)
            assert_prefix(session, told, 2)
            (fault,) = session.faults
            assert "damaged" in fault.problem, (topic, data)


def test_the_library_stops_no_later(recorded: Recorded) -> None:
    """What `mcap` itself reads of a flipped file, with its checksums on, is not less than ours."""
    path, data, _ = recorded
    chance = np.random.default_rng(5)
    for bit in chance.integers(0, 8 * len(data), 100).tolist():
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        mine = theirs = 0
        try:
            with path.open("rb") as file:
                for part in parts(file):
                    mine += len(getattr(part, "messages", ()))
        except BrokenError:
            pass
        try:
            stream = io.BytesIO(changed)
            reader = StreamReader(stream, validate_crcs=True, record_size_limit=1 << 28)
            theirs = sum(type(each).__name__ == "Message" for each in reader.records)
        except (McapError, ValueError, KeyError, struct.error, MemoryError, zstandard.ZstdError):
            continue
        assert mine <= theirs
