"""What there is to choose from, each list read from the one place that defines it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..core.assets import Assets, tabs_of
from ..core.config import nearest, read_toml
from ..core.errors import ConfigError, EmpathyError, Fault
from ..core.isf import parse
from ..core.words import WORDS
from ..crowd.signals import SIGNALS
from ..inlet.simulate import MOODS
from ..mapping.functions import FUNCTIONS
from ..mapping.names import SOUNDS
from ..mapping.palette import AFFECT_SOURCE
from ..mapping.palette_file import BUILT_IN
from ..render.dialects import detect, wrap
from ..render.source import read_text
from .commands import COMMANDS

Rows = list[tuple[str, str]]  # name, what it says


def catalogue(what: str, assets: Assets) -> Rows:
    """Return the rows of one list; ConfigError for a list there is none of."""
    lists: dict[str, Callable[[], Rows]] = {
        "presets": lambda: _toml(assets, "presets", "about"),
        "installations": lambda: _toml(assets, "installations", "title"),
        "adapters": lambda: _toml(assets, "adapters", "about"),
        "palettes": lambda: [
            (AFFECT_SOURCE, BUILT_IN.about),
            *_toml(assets, "palettes", "about"),
        ],
        "shaders": lambda: _shaders(assets, "shaders"),
        "transitions": lambda: _shaders(assets, "transitions"),
        "signals": _signals,
        "functions": lambda: [(function.usage, function.does) for function in FUNCTIONS.values()],
        "words": lambda: [
            (word.label, f"{word.valence:+.2f} {word.arousal:+.2f} {word.dominance:+.2f}")
            for word in WORDS.values()
        ],
        "moods": lambda: [(name, mood.says) for name, mood in MOODS.items()],
        "commands": lambda: [
            (" ".join((command.name, *command.arguments)), f"{command.key:<7} {command.does}")
            for command in COMMANDS
        ],
    }
    if what not in lists:
        raise ConfigError(Fault("", "list", repr(what), nearest(what, lists)))
    return lists[what]()


def _signals() -> Rows:
    spans = [(each.name, f"{each.lo:g}..{each.hi:g}  {each.says}") for each in SIGNALS.values()]
    return [*spans, *((name, f"0..1  {says}") for name, says in SOUNDS.items())]


def _toml(assets: Assets, kind: str, key: str) -> Rows:
    rows = []
    for path in assets.listing(kind):
        try:
            table = read_toml(path)
            says = str(table.get(key) or table.get("title", ""))
        except EmpathyError as error:
            says = f"unreadable: {error.faults[0].problem}"
        rows.append((path.stem, says))
    return rows


def _shaders(assets: Assets, kind: str) -> Rows:
    return [(path.stem, _description(path)) for path in assets.listing(kind)]


def _description(path: Path) -> str:
    """What a shader, or the folder of a Shadertoy, says of itself."""
    try:
        text = read_text(tabs_of(path).get("image", path))
        if detect(text) == "isf":
            return parse(text, str(path)).description
        return str(wrap(text, path).header.get("DESCRIPTION", ""))
    except EmpathyError:
        return "unreadable"
