"""One input of a shader in the text of a preset: explained in a comment, and set.

Does not choose what it follows: `first_mapping` does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ...core.isf import IsfInput
from ...crowd.signals import SIGNALS
from ...mapping.fitting import OURS
from ...mapping.names import SOUNDS
from ...mapping.red import nearest_within, too_red
from .meaning import Guess

BY_THE_ENGINE = re.compile(rf"{OURS}\w+|palette(?:\d+|_count)\Z")
SOUND_TYPES = ("audio", "audioFFT")
FROM_FILE = "see [images] below"
_RESET = re.compile(r"reset|restart|clear|erase|init|flash|strobe|blink", re.IGNORECASE)
_POINTER = re.compile(r"mouse|cursor|pointer|touch", re.IGNORECASE)


def set_by(item: IsfInput) -> str:
    """What sets an input that the preset should not; empty for the others."""
    if BY_THE_ENGINE.match(item.name):
        return "set by the engine"
    if item.name == "inputImage":
        return "the picture before it in the chain"
    if item.type in SOUND_TYPES:
        return "hears the show's sound, where there is one (--sound FILE)"
    if item.type in ("image", "cube"):
        return FROM_FILE
    if felt(item):
        return "named like a signal, so it is that signal"
    return ""


def felt(item: IsfInput) -> bool:
    """Whether an input is one that binds to a signal by its name."""
    return item.type == "float" and (item.name in SIGNALS or item.name in SOUNDS)


def explained(item: IsfInput) -> str:
    """Type, range, default, label and choices of an input, in one line."""
    parts = [item.type]
    if item.min is not None and item.max is not None:
        parts.append(f"{_shown(item.min)} to {_shown(item.max)}")
    if item.default is not None and item.type != "event":
        parts.append(f"default {_shown(item.default)}")
    if item.values:
        names = [*item.labels, *[""] * len(item.values)]
        choices = zip(item.values, names, strict=False)
        parts.append(", ".join(f"{value} {one_line(label)}".strip() for value, label in choices))
    label = one_line(item.label)
    shown = f" ({label})" if label and label != item.name else ""
    return f"{item.name}{shown}: {'; '.join(parts)}"


def follow_line(item: IsfInput, guess: Guess, *, spelt_out: bool) -> str:
    """Let an input that has a span follow what was guessed; `spelt_out`: as a formula."""
    span = span_of(item)
    assert span is not None, "only what has a span follows"
    lo, hi = span[::-1] if guess.falling else span
    up, down = guess.lag
    if spelt_out:  # a table under a shader's own name would be that shader's inputs
        value = f'"lag(range({guess.signal}, {_shown(lo)}, {_shown(hi)}), {up}, {down})"'
    else:
        ends = _shown((lo, hi))
        value = f'{{ follow = "{guess.signal}", to = {ends}, lag = [{up}, {down}] }}'
    return f"{item.name} = {value}   # {guess.why}"


def span_of(item: IsfInput) -> tuple[float, float] | None:
    """Return from halfway to MIN, to halfway to MAX, from an input's DEFAULT; None for no room."""
    default = item.default if isinstance(item.default, int | float) else 0.0
    low = item.min if isinstance(item.min, int | float) else min(0.0, default)
    high = item.max if isinstance(item.max, int | float) else max(1.0, 2 * default)
    default = min(max(default, low), high)
    lo, hi = (min(max(_rounded((default + end) / 2, high - low), low), high) for end in (low, high))
    return (lo, hi) if lo < hi else None


def _rounded(value: float, span: float) -> float:
    """Round to about a thousandth of the span: nobody wants to read more digits."""
    if not span > 0:
        return value
    return round(value, max(0, 3 - math.floor(math.log10(span))))


def jump_lines(item: IsfInput, place: str) -> list[str]:
    """Explain an input that TIME is multiplied by at `place`, and how to free it."""
    span = span_of(item) if item.type == "float" else None
    lo, hi = span or (0.2, 1.0)
    return [
        f"#   TIME * {item.name} jumps when {item.name} changes: use travel(). In",
        f"#   {place}, put a float input of your own in place of",
        f"#   TIME * {item.name}, {item.name}_way say; then here:",
        f'#   {item.name}_way = "travel(range(live(arousal), {_shown(lo)}, {_shown(hi)}))"',
        f"{item.name} = {_constant(item)}",
    ]


def event_line(item: IsfInput, before: int) -> str:
    """Trigger an event, each by another condition; `before`: how many there were."""
    if _RESET.search(item.name):
        return f'# {item.name} = "trigger(arrivals > 1)"   # fires once each time that comes true'
    conditions = ("live(arousal) > 0.3", "polarization > 0.4", "arrivals > 1")
    return f'{item.name} = "trigger({conditions[before % len(conditions)]})"'


def colour_lines(item: IsfInput, colours: Mapping[str, int]) -> list[str]:
    """Give a colour its swatch of the palette, or its DEFAULT where it has none."""
    if item.name in colours:
        return [f'{item.name} = "palette[{colours[item.name]}]"']
    through = "#   it lets through what lies behind, which a colour of the palette would not"
    own = item.default
    if isinstance(own, tuple) and too_red(own[:3]):
        within = (*nearest_within(own[:3], 3), *own[3:])
        red = "#   a little less red than its own, as whatever is written down for a wall"
        return [through, red, f"{item.name} = {_shown(within)}"]
    return [through, f"{item.name} = {_constant(item)}"]


def _constant(item: IsfInput) -> str:
    if item.type == "bool":
        return "true" if item.default else "false"
    value = item.default if item.default is not None else 0.0
    return _shown(value)


def _shown(value: float | tuple[float, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return f"{value:.10g}"


def one_line(text: str) -> str:
    """Return text as a comment or a title can hold it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def value_line(item: IsfInput) -> str:
    """Set an input to its DEFAULT; what a mouse would steer, the feeling does."""
    if item.type == "point2D" and _POINTER.search(item.name):
        ends = [_halfway(item, axis) for axis in (0, 1)]
        if all(lo < hi for lo, hi in ends):
            parts = (
                f'"range(smooth({signal}, 2), {_shown(lo)}, {_shown(hi)})"'
                for signal, (lo, hi) in zip(("live(valence)", "live(arousal)"), ends, strict=True)
            )
            return f"{item.name} = [{', '.join(parts)}]   # what a hand does elsewhere, we feel"
    return f"{item.name} = {_constant(item)}"


def _halfway(item: IsfInput, axis: int) -> tuple[float, float]:
    """Return from halfway to MIN, to halfway to MAX, along one axis of a point."""
    low, high = (
        end[axis] if isinstance(end, tuple) else float(item.normalised and place)
        for place, end in enumerate((item.min, item.max))
    )
    default = item.default[axis] if isinstance(item.default, tuple) else low
    return (low + default) / 2, (default + high) / 2
