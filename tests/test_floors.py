"""The house stands: imports point down, and the heavy libraries stay in their rooms."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "empathy_palettes"
FLOORS = ("core", "inlet", "crowd", "mapping", "render", "outlet", "show", "cli")
ROOMS_OF = {
    "moderngl": {"render", "outlet"},
    "pygame": {"outlet"},
    "av": {"inlet/film", "inlet/media", "outlet/film"},
    "cryptography": {"inlet/session"},
    "mcap": {"inlet/session"},
    "pydantic": set(FLOORS),
    "typer": {"cli"},
    "rich": {"cli"},
    "pythonosc": {"inlet/wire/connections"},
    "zstandard": {"inlet/session"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def floor_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Every module that a file imports, at its top or inside a function, as dotted parts."""
    here = path.relative_to(PACKAGE.parent).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level] if node.level else ()
            module = tuple(node.module.split(".")) if node.module else ()
            if module:
                yield base + module
            else:
                yield from ((*base, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    floor = floor_of(path)
    for parts in imports(path):
        if parts[0] == "empathy_palettes" and len(parts) > 1 and floor in FLOORS:
            assert parts[1] in FLOORS or parts[1] == "__version__", parts
            if parts[1] in FLOORS:
                assert FLOORS.index(parts[1]) <= FLOORS.index(floor), f"{floor} imports {parts}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    room = path.relative_to(PACKAGE).with_suffix("").as_posix()
    for parts in imports(path):
        allowed = ROOMS_OF.get(parts[0])
        rooms = {room, room.rpartition("/")[0], floor_of(path)}
        assert allowed is None or rooms & allowed, f"{room} imports {parts[0]}"
        known = {"empathy_palettes", "numpy", "__future__", *ROOMS_OF, *sys.stdlib_module_names}
        assert parts[0] in known, f"{room} imports {parts[0]}, which is no dependency"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    if path == PACKAGE / "core" / "clock.py":
        return
    assert not [parts for parts in imports(path) if parts[0] in ("time", "datetime")]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_is_longer_than_an_evening_allows(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
