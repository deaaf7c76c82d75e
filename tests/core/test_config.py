"""TOML becomes records; every fault of a file is told at once, by key, with its remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError, field_validator

from empathy_palettes.core.config import Record, nearest, parse, read_toml
from empathy_palettes.core.errors import ConfigError, Fault


class Lamp(Record):
    address: int
    dim: Annotated[float, Field(ge=0, le=1)] = 1.0
    lag: Annotated[float, Field(ge=0)] | tuple[float, float] = 0.0


class Rig(Record):
    title: str
    main: Lamp | None = None
    lamps: tuple[Lamp, ...] = ()
    named: dict[str, Lamp] = Field(default_factory=dict)
    pair: tuple[int, Lamp] | None = None
    either: Lamp | str = ""
    names: tuple[str, ...] = ()
    lit: bool = True
    way: Literal[1, 2] = 1
    signs: dict[
        str, Annotated[str, Field(pattern="^[a-z]+$", description="small letters only")]
    ] = Field(default_factory=dict)
    code: Annotated[str, Field(pattern="^[0-9]$", description="one digit")] = "0"
    loose: Annotated[str, Field(pattern="^[0-9]$")] = "0"
    many: str | tuple[str, ...] = ()
    few: Annotated[tuple[int, ...], Field(min_length=2, max_length=3)] = (1, 2)
    free: dict[str, Any] = Field(default_factory=dict)

    @field_validator("title")
    @classmethod
    def _said(cls, title: str) -> str:
        if not title.strip():
            raise ValueError("Give it a name")
        return title


def faults(table: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(table, Rig, "rig.toml")
    assert all(fault.file == "rig.toml" for fault in caught.value.faults)
    return [str(fault).removeprefix("rig.toml: ") for fault in caught.value.faults]


def test_a_good_table_becomes_a_frozen_record() -> None:
    rig = parse({"title": "Hall", "lamps": [{"address": 3}]}, Rig, "rig.toml")
    assert rig.lamps[0] == Lamp(address=3, dim=1.0)
    whole = parse({"title": "a", "main": {"address": 3, "dim": 1}, "few": [3, 4]}, Rig, "rig.toml")
    assert whole.main == Lamp(address=3, dim=1.0) and whole.few == (3, 4)
    assert whole.main is not None and isinstance(whole.main.dim, float)
    with pytest.raises(ValidationError, match="frozen"):
        rig.title = "Foyer"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({}, "title: missing: add a line: title = …"),
        ({"title": "a", "titel": "b"}, "titel: unknown key: did you mean 'title'?"),
        ({"title": "a", "Lamps": []}, "Lamps: unknown key: did you mean 'lamps'?"),
        (
            {"title": "a", "qqq": 1},
            "qqq: unknown key: known: "
            "code, either, few, free, lamps, lit, loose, main, many, named …",
        ),
        ({"title": " "}, "title: ' ': give it a name"),
        ({"title": 3}, "title: 3: write a text, in quotes"),
        ({"title": "a", "main": {}}, "main.address: missing: add a line: address = …"),
        (
            {"title": "a", "main": {"address": 1, "dimm": 1}},
            "main.dimm: unknown key: did you mean 'dim'?",
        ),
        (
            {"title": "a", "lamps": [{"address": 1}, {"address": 1, "dimm": 0}]},
            "lamps.1.dimm: unknown key: did you mean 'dim'?",
        ),
        (
            {"title": "a", "named": {"address": {"address": 1, "dimm": 0}}},
            "named.address.dimm: unknown key: did you mean 'dim'?",
        ),
        (
            {"title": "a", "pair": [1, {"address": 1, "dimm": 0}]},
            "pair.1.dimm: unknown key: did you mean 'dim'?",
        ),
        (
            {"title": "a", "lamps": [{"address": 1, "dim": 2}]},
            "lamps.0.dim: 2: should be less than or equal to 1",
        ),
        (
            {"title": "a", "main": {"address": 1, "lag": -1}},
            "main.lag: -1: should be greater than or equal to 0, or should be a list",
        ),
        (
            {"title": "a", "main": {"address": 1, "lag": [1, "b"]}},
            "main.lag.1: 'b': write a number, without quotes",
        ),
        (
            {"title": "a", "main": {"address": 1, "dim": float("nan")}},
            "main.dim: nan: should be a finite number",
        ),
        (
            {"title": "a", "free": 1},
            "free: 1: write a table: { … }",
        ),
        (
            {"title": "a", "lamps": {"address": 1}},
            "lamps: this is one table of a list: write [[lamps]]",
        ),
        ({"title": "a", "lamps": 3}, "lamps: 3: write [[lamps]]"),
        ({"title": "a", "names": {"a": 1}}, "names: write a list: [ … ]"),
        ({"title": "a", "names": "x"}, "names: 'x': write it in brackets: names = [\"x\"]"),
        ({"title": "a", "few": True}, "few: true: write it in brackets: few = [true]"),
        ({"title": "a", "pair": 1}, "pair: 1: write a list of 2, in brackets"),
        (
            {"title": "a", "main": [{"address": 1}]},
            "main: [{'address': 1}]: there is one only: write [main]",
        ),
        ({"title": "a", "main": 3}, "main: 3: write a table: { … }"),
        *(
            ({"title": "a", "lit": given}, f"lit: {shown}: write true or false, without quotes")
            for given, shown in (("yes", "'yes'"), (1, "1"), (0.0, "0.0"), ("true", "'true'"))
        ),
        *(
            ({"title": "a", "main": {"address": given}}, f"main.address: {shown}: {fix}")
            for given, shown, fix in (
                ("3", "'3'", "write a whole number, without quotes"),
                (True, "true", "write a whole number"),
                (3.0, "3.0", "write a whole number"),
            )
        ),
        *(
            ({"title": "a", "main": {"address": 1, "dim": given}}, f"main.dim: {shown}: {fix}")
            for given, shown, fix in (
                ("0.5", "'0.5'", "write a number, without quotes"),
                (True, "true", "write a number"),
            )
        ),
        *(
            ({"title": "a", "way": given}, f"way: {shown}: should be 1 or 2")
            for given, shown in ((True, "true"), (1.0, "1.0"), ("1", "'1'"), (3, "3"))
        ),
        ({"title": "a", "few": [1, True]}, "few.1: true: write a whole number"),
        (
            {"title": "a", "main": {"address": 1, "lag": [True, 1]}},
            "main.lag.0: true: write a number",
        ),
        ({"title": "a", "signs": {"0": "A"}}, "signs.0: 'A': small letters only"),
        ({"title": "a", "code": "x"}, "code: 'x': one digit"),
        (
            {"title": "a", "loose": "x"},
            "loose: 'x': these are not all signs that it may have",
        ),
        ({"title": "a", "pair": [1]}, "pair.1: missing: add a value"),
        ({"title": "a", "few": [1]}, "few: [1]: should have at least 2 items, not 1"),
        ({"title": "a", "few": [1] * 4}, "few: [1, 1, 1, 1]: should have at most 3 items, not 4"),
        ({"title": ["a" * 100]}, f"title: ['{'a' * 55}…: write a text, in quotes"),
    ],
)
def test_a_fault_names_the_key_the_value_and_the_remedy(table: dict[str, Any], told: str) -> None:
    assert told in faults(table)


def test_an_item_that_is_wrong_does_not_make_the_list_too_short() -> None:
    (told,) = faults({"title": "a", "few": ["x", 2]})
    assert told.startswith("few.0: 'x': write a whole number")


def test_alternatives_do_not_show_in_a_key() -> None:
    told = faults({"title": "a", "either": {"address": 1, "dimm": 0}})
    assert "either.dimm: unknown key: did you mean 'dim'?" in told
    assert all(line.startswith("either") for line in told)
    assert not any("Lamp" in line or ".str" in line for line in told)


def test_of_several_ways_to_write_a_value_only_the_one_that_was_meant_is_told() -> None:
    assert faults({"title": "a", "many": ["x", 3]}) == ["many.1: 3: write a text, in quotes"]
    (told,) = faults({"title": "a", "many": 3})
    assert told == "many: 3: write a text, in quotes, or should be a list"
    (told,) = faults({"title": "a", "either": {"address": "x"}})
    assert told.startswith("either.address: 'x': write a whole number")


def test_every_fault_is_told_at_once() -> None:
    table = {"titel": 1, "main": {"dim": 7}, "lamps": [{"address": "x"}], "pair": 3}
    keys = [line.split(":")[0] for line in faults(table)]
    assert sorted(keys) == ["lamps.0.address", "main.address", "main.dim", "pair", "titel", "title"]


def test_the_nearest_word_or_all_of_them() -> None:
    assert nearest("arousl", ["valence", "arousal"]) == "did you mean 'arousal'?"
    assert nearest("AROUSAL", ["valence", "arousal"]) == "did you mean 'arousal'?"
    assert nearest("xyz", {"b", "a"}) == "known: a, b"
    many = {f"name{number}" for number in range(10)}
    assert nearest("xyz", many).endswith("name8, name9")
    assert nearest("xyz", many | {"Zoom"}).endswith("name8, name9 …")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rig.toml"
    path.write_text('title = "Hall"\n[main]\naddress = 4\n', encoding="utf-8")
    assert read_toml(path) == {"title": "Hall", "main": {"address": 4}}


@pytest.mark.parametrize(
    "content",
    [
        "a = 1\na = 2",
        "[a]\n[b]\n[a]\n",
        "[a]\nb = 1\n[a.b]\n",
        "a = { b = 1, b = 2 }",
        "[[a]]\n[a]\n",
        "a = {}\n[a]\n",
        "a.b = 1\n[a]\n",
    ],
)
def test_what_is_there_twice_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "rig.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_toml(path)
    assert caught.value.faults[0].fix == "this key or table is there twice: keep one"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "rig.toml"
    path.write_bytes(b'\xef\xbb\xbftitle = "Hall"\r\n')
    assert read_toml(path) == {"title": "Hall"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"title = Hall", "not TOML: Invalid value (at line 1, column 9)"),
        (b"a = 1\na = 2", "not TOML: Cannot overwrite a value (at end of document)"),
        (b"title = '\xff'", "not UTF-8 text"),
        (b"a = " + b"[" * 3000, "not TOML"),
        (b"a = " + b"9" * 5000, "not TOML"),
    ],
)
def test_what_is_no_toml_is_told(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "rig.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_toml(path)
    (fault,) = caught.value.faults
    assert isinstance(fault, Fault)
    assert fault.file == str(path)
    assert fault.problem.startswith(problem)
    assert fault.fix


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path, problem in [
        (tmp_path / "none.toml", "No such file or directory"),
        (tmp_path, "Is a directory"),
    ]:
        with pytest.raises(ConfigError) as caught:
            read_toml(path)
        assert caught.value.faults[0].problem == problem
