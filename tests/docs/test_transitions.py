"""What the guide for the technician says of transitions is so."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.config import parse
from empathy_palettes.core.isf import parse as parse_isf
from empathy_palettes.show.installation import Installation, find_transition

Table = Callable[[str, str], list[list[str]]]


def test_every_transition_is_listed_with_what_it_can_be_told(table: Table) -> None:
    said = {name.strip("`"): told for name, _, told in table("installations.md", "transition")}
    found = {}
    for path in Assets([builtin_root()]).listing("transitions"):
        header = parse_isf(path.read_text("utf-8"), str(path))
        assert header.kind == "transition" and header.description and header.credit
        names = [item.name for item in header.inputs[3:]]
        found[path.stem] = " ".join(f"`{name}`" for name in names)
    assert said == found


def test_the_example_holds(blocks: Callable[[str, str], list[str]]) -> None:
    assets = Assets([builtin_root()])
    texts = [text for text in blocks("installations.md", "toml") if "[transition]" in text]
    assert texts
    for text in texts:
        table = {"playlist": [{"preset": "tidal"}], **tomllib.loads(text)}
        transition = parse(table, Installation, "").transition
        declared = {
            name: {
                item.name
                for item in parse_isf(path.read_text("utf-8"), str(path)).inputs
                if item.name not in ("startImage", "endImage", "progress")
            }
            for name in transition.shaders
            for path in [find_transition(name, assets, None)]
        }
        for name, value in transition.inputs.items():
            if isinstance(value, dict):
                assert set(value) <= declared[name]
            else:
                assert any(name in inputs for inputs in declared.values())
