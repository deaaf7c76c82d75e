"""The guide to adapters is true: its table, its keys, its files and the messages that it shows."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.config import Record, parse
from empathy_palettes.inlet.adapters.adapter import Adapter, Axis, Message, Value, load_adapter
from empathy_palettes.inlet.adapters.engine import Adapters
from empathy_palettes.inlet.adapters.faults import faults_of
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import Argument
from empathy_palettes.inlet.osc import Message as Sent
from empathy_palettes.show.installation import Installation

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]
Table = Callable[[str, str], list[list[str]]]

GUIDE = "adapters.md"
HOST = bytes(16)
SHIPPED = Assets([builtin_root()])


def test_the_table_is_what_ships(table: Table) -> None:
    found = [load_adapter(path.stem, SHIPPED) for path in SHIPPED.listing("adapters")]
    assert table(GUIDE, "adapter") == [
        [f"`{each.id}`", each.rating, each.kind, str(each.port or ""), each.about]
        for each in sorted(found, key=lambda each: (each.rating, each.id))
    ]


@pytest.mark.parametrize(
    ("head", "record"),
    [
        ("key of the file", Adapter),
        ("key of a message", Message),
        ("key of a value", Value),
        ("key of an axis", Axis),
    ],
)
def test_every_key_is_explained(table: Table, head: str, record: type[Record]) -> None:
    told = {
        key.strip("`[]").removesuffix(".NAME")
        for row in table(GUIDE, head)
        for key in row[0].replace("`[weight]` ", "").split(", ")
    }
    assert told - {"most", "of"} == set(record.model_fields) - {"weight"}


def test_weak_ones_say_so() -> None:
    for path in SHIPPED.listing("adapters"):
        found = load_adapter(path.stem, SHIPPED)
        assert (found.rating == "C") == found.about.startswith("weak: "), path.stem


def test_files_of_ones_own_hold(blocks: Blocks) -> None:
    for block in blocks(GUIDE, "adapter"):
        assert not faults_of(parse(tomllib.loads(block), Adapter, ""), "")


def test_fragments_of_installations_hold(blocks: Blocks) -> None:
    for block in blocks(GUIDE, "toml"):
        parse({"playlist": [{"preset": "tidal"}], **tomllib.loads(block)}, Installation, "")


def said(adapter: Adapter, line: str, range: tuple[float, float]) -> tuple[float, float]:
    address, _, *values = line.split()
    adapters = Adapters([adapter], Naming(), Notices(), range=range)
    args: tuple[Argument, ...] = tuple(map(float, values))
    feeling = adapters.read([(Sent(address, args), HOST)], 0)
    return float(feeling.valence[0]), float(feeling.arousal[0])


def test_the_recipes_say_what_they_say(text: Text, blocks: Blocks) -> None:
    wekinator, touchosc = blocks(GUIDE, "osc")
    assert said(load_adapter("wekinator", SHIPPED), wekinator, (0.0, 1.0)) == (0.5, -0.5)
    assert said(load_adapter("touchosc", SHIPPED), touchosc, (-1.0, 1.0)) == (0.5, -0.5)
    assert text(GUIDE).count("is valence 0.5, arousal −0.5") == 2
