"""Keys: there when they are needed, and gone without a trace when they are deleted."""

from __future__ import annotations

import stat
from contextlib import closing
from pathlib import Path

import pytest

from empathy_palettes.inlet.session.keytable import KeyTable, Name, Person, beside
from empathy_palettes.inlet.session.sealing import new_key

ABOUT = {"format": "1", "series": "00" * 16, "part": "1"}
ONE, OTHER = b"1" * 16, b"2" * 16


def name(text: bytes, salt: bytes = ONE) -> Name:
    return Name(text.ljust(16, b"."), salt)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "show.mcap.keys"


def test_what_is_added_is_there_when_it_is_opened_again(path: Path) -> None:
    people = [Person(n, name(b"%d" % n, (ONE, OTHER)[n % 2]), new_key()) for n in range(100)]
    with closing(KeyTable(path, ABOUT)) as table:
        table.add(people[:40])
        table.add(people[40:])
    with closing(KeyTable(path)) as table:
        assert table.about() == ABOUT
        assert table.keys() == {who: key for who, _, key in people}
        assert table.salts() == (ONE, OTHER)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_only_its_owner_may_read_it(path: Path) -> None:
    KeyTable(path, ABOUT).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_people_are_added_all_or_none(path: Path) -> None:
    with closing(KeyTable(path, ABOUT)) as table:
        table.add([Person(1, name(b"a"), new_key())])
        with pytest.raises(OSError, match="UNIQUE"):
            table.add([Person(n, name(b"b"), new_key()) for n in (2, 1)])
        assert list(table.keys()) == [1]


def test_a_deleted_key_is_not_in_the_file_any_more(path: Path) -> None:
    """While the table is open still, and of all that lies beside it."""
    people = [Person(n, name(b"person %d" % n), new_key()) for n in range(300)]
    with closing(KeyTable(path, ABOUT)) as table:
        table.add(people)
        assert people[7].key in path.read_bytes()
        assert table.erase({7: None, 8: people[8].name}, 60) == 2
        files = b"".join(each.read_bytes() for each in path.parent.iterdir())
        for who, told, key in people:
            assert (key in files) == (told.digest in files) == (who not in (7, 8)), who
        assert table.erased() == {7: 60, 8: 60}
        table.purge()
        files = b"".join(each.read_bytes() for each in path.parent.iterdir())
        assert not any(key in files or told.digest in files for _, told, key in people)
        assert ONE not in files
        assert table.about()["purged"] == "1"


def test_a_name_is_erased_under_each_of_its_numbers(path: Path) -> None:
    with closing(KeyTable(path, ABOUT)) as table:
        table.add([Person(n, name(b"ab"[n % 2 : n % 2 + 1]), new_key()) for n in range(6)])
        table.add([Person(9, name(b"a", OTHER), new_key())])
        assert table.erase({77: name(b"a")}, 5) == 3
        assert sorted(table.keys()) == [1, 3, 5, 9]


def test_what_is_no_table_is_an_os_error(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        KeyTable(path)
    assert not path.exists()
    path.write_bytes(b"no table" * 1000)
    with pytest.raises(OSError, match="not a database"):
        KeyTable(path).about()
    with pytest.raises(FileExistsError):
        KeyTable(path, ABOUT)
    assert path.read_bytes() == b"no table" * 1000


def test_it_lies_beside_its_file_finished_or_not() -> None:
    for each in ("a/show.mcap", "a/show.mcap.part"):
        assert beside(Path(each)) == Path("a/show.mcap.keys")
