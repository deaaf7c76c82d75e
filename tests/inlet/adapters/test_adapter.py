"""Adapter files: all faults of one at once, in words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import AssetError, ConfigError
from empathy_palettes.inlet.adapters.adapter import load_adapter
from empathy_palettes.show.catalogue import catalogue

HEAD = """
title = "Own"
about = "a test's own"
rating = "A"
evidence = ["here"]
kind = "model"
"""
VALENCE = """
[[message]]
address = "/v"
into = "valence"
range = [0, 1]
[valence]
terms = { valence = 1 }
"""


def faults(tmp_path: Path, text: str) -> dict[str, str]:
    """What is wrong with a file, by where; each with what to do about it."""
    folder = tmp_path / "installations" / "adapters"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as wrong:
        load_adapter("own", Assets([tmp_path]))
    assert all(fault.file.endswith("own.toml") for fault in wrong.value.faults)
    return {fault.where: f"{fault.problem}: {fault.fix}" for fault in wrong.value.faults}


def test_one_of_your_own(tmp_path: Path) -> None:
    folder = tmp_path / "installations" / "adapters"
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text(HEAD + VALENCE)
    found = load_adapter("own", Assets([tmp_path]), tmp_path / "installations" / "wall.toml")
    assert (found.id, found.columns) == ("own", ("valence",))


def test_a_name_that_finds_none(assets: Assets) -> None:
    with pytest.raises(AssetError, match=r"no adapter 'emotibits'.*did you mean 'emotibit'"):
        load_adapter("emotibits", assets)


def test_every_wrong_key_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        HEAD.replace("model", "guess")
        + """
[[message]]
address = "/v v"
into = "valence"

[[message]]
address = "/a"

[[message]]
address = "/b"
into = "b"
range = [1, 0]

[[message]]
adress = "/c"
into = "c"

[value.b]
calibrate = true
""",
    )
    assert "self_report" in found["kind"]
    assert "/EmotiBit/{device}/EDA" in " ".join(found.values())
    assert "one way" in found["message.1"]
    assert "a range rises" in found["message.2"]
    assert "did you mean 'address'?" in found["message.3.adress"]
    assert "floor" in found["value.b"]


def test_every_name_that_leads_nowhere_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        HEAD
        + VALENCE
        + """
[arousal]
terms = { valance = 1 }
[weight]
of = ["sure"]
[value.other]
magnitude = true
[words]
happy = "hapiness"
[blend]
valence = "nothing at all"
""",
    )
    assert found["arousal.terms"] == "no message gives 'valance': did you mean 'valence'?"
    assert "'sure'" in found["weight.of"]
    assert "'other'" in found["value"]
    assert found["words.happy"] == "'hapiness': did you mean 'happiness'?"
    assert "blend.valence" in found


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ('[[message]]\naddress = "/a"\ninto = "a"\n', "", "nothing says what is felt"),
        (VALENCE.replace("/v", "v"), "message.0.address", "slashless = true"),
        ('ignore = ["/v"]\n' + VALENCE, "ignore", "is a message too"),
        (VALENCE.replace("/v", "/empathy/{device}"), "message.0.address", "nobody's to adapt"),
        (VALENCE.replace("/v", "/x/{label}"), "message.0", "{label} wants labels"),
        (
            VALENCE.replace('"/v"', '["/v", "/x/{label}"]').replace(
                'into = "valence"', 'labels = { a = "valence" }'
            ),
            "message.0",
            "or none does",
        ),
        (VALENCE.replace("[0, 1]", "nan"), "message.0.range", ""),
        (VALENCE + '[value.best]\ngreatest_of = ["worst"]\n', "value.best.greatest_of", "'worst'"),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, where: str, says: str) -> None:
    found = faults(tmp_path, HEAD + text)
    assert says in found[where]


def test_a_body_says_nothing_of_valence(tmp_path: Path) -> None:
    found = faults(tmp_path, HEAD.replace("model", "physiology") + VALENCE)
    assert "nothing of valence" in " ".join(found.values())


def test_they_are_listed_apart_from_installations(tmp_path: Path, assets: Assets) -> None:
    folder = tmp_path / "installations" / "adapters"
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text(HEAD + VALENCE)
    both = Assets([tmp_path, *assets.roots])
    names = [name for name, _ in catalogue("adapters", both)]
    assert "own" in names and "emotibit" in names
    assert dict(catalogue("adapters", both))["own"] == "a test's own"
    assert not {"own", "emotibit"} & {name for name, _ in catalogue("installations", both)}
