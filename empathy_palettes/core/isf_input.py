"""One INPUT of an ISF header: what a shader can be told from outside.

Does not decide what a shader is told: `mapping` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .config import nearest

#: A float, long, bool or event is a number; a point2D two, a color four.
Value = float | tuple[float, ...]

IMAGE_TYPES = ("image", "audio", "audioFFT")
TYPES = ("event", "bool", "long", "float", "point2D", "color", *IMAGE_TYPES)
#: What other languages and hosts call them; no host of ISF reads these.
_ELSEWHERE = {
    "int": "long",
    "enum": "long",
    "number": "float",
    "boolean": "bool",
    "button": "event",
    "trigger": "event",
    "vec2": "point2D",
    "vec4": "color",
    "texture": "image",
    "sampler2d": "image",
}
_COMPONENTS = {"point2D": 2, "color": 4}
#: The numbers that a `long` of GLSL, an int of 32 bits, can be.
LEAST_LONG, MOST_LONG = -(2**31), 2**31 - 1


@dataclass(frozen=True, slots=True)
class IsfInput:
    """A declared input.

    `type`: one of `TYPES`. `default`: never None but for images; a `long`'s is a value, not an
    index. `min`, `max`, `identity`: None where the header does not say. `values`, `labels`: the
    choices of a `long`. `normalised`: a point2D whose unit is the picture, not the pixel; the
    renderer multiplies it by RENDERSIZE.
    """

    name: str
    type: str
    label: str = ""
    default: Value | None = None
    min: Value | None = None
    max: Value | None = None
    identity: Value | None = None
    values: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    normalised: bool = False


def read_input(
    name: str, table: dict[str, Any], body: str, warn: Callable[[str], None]
) -> IsfInput:
    """Return the input that `table`, its keys in capitals, describes.

    ValueError with "problem; remedy" where it describes none; `warn` is told of what is forgiven.
    """
    kind = _type(table.get("TYPE"), warn)
    label = table.get("LABEL")
    label = label if isinstance(label, str) and label else name
    if kind in IMAGE_TYPES:  # of a sound's, MAX is how many samples or bins it wants
        bins = None if kind == "image" else _number(table.get("MAX"))
        return IsfInput(name, kind, label, max=bins)
    default, least, most, identity = (
        _value(kind, key, table.get(key), warn) for key in ("DEFAULT", "MIN", "MAX", "IDENTITY")
    )
    values, labels = _choices(table, warn) if kind == "long" else ((), ())
    if values and default is not None and default not in values:
        warn(f"DEFAULT {default} is none of the VALUES")
    normalised = (
        kind == "point2D"
        and least is None
        and most is None
        and (default is None or all(0 <= part <= 1 for part in _parts(default)))
        and re.search(rf"\b{name}\b(?:\.\w+)?[\s)]*/\s*RENDERSIZE\b", body) is not None
    )
    if default is None:
        default = _default(kind, least, most, values)
    return IsfInput(name, kind, label, default, least, most, identity, values, labels, normalised)


def _type(value: object, warn: Callable[[str], None]) -> str:
    if isinstance(value, str):
        if value in TYPES:
            return value
        for kind in TYPES:
            if kind.lower() == value.lower():
                warn(f"TYPE {value!r} is written {kind!r} in ISF; other hosts refuse it")
                return kind
        known = _ELSEWHERE.get(value.lower())
        raise ValueError(
            f"TYPE {value!r}; {f'ISF says {known!r}' if known else nearest(value, TYPES)}"
        )
    raise ValueError(f"no TYPE; one of {', '.join(TYPES)}")


def _value(kind: str, key: str, value: object, warn: Callable[[str], None]) -> Value | None:
    if value is None or (kind == "event" and key != "IDENTITY"):
        return None
    count = _COMPONENTS.get(kind)
    if count is None:
        number = _number(value)
        if number is None:
            raise ValueError(f"{key} {value!r}; a {kind} is one number")
        if kind == "long":
            return _long(key, number)
        return int(number) if kind in ("bool", "event") else number
    every = None if isinstance(value, list) else _number(value)
    if every is not None:
        warn(f"{key} {value!r} is one number for all {count}; other hosts want a list")
        return (every,) * count
    numbers = [_number(part) for part in value] if isinstance(value, list) else []
    if kind == "color" and len(numbers) == 3:
        numbers.append(1.0)
    found = tuple(number for number in numbers if number is not None)
    if len(numbers) != count or len(found) != count:
        raise ValueError(f"{key} {value!r}; a {kind} is a list of {count} numbers")
    return found


def _number(value: object) -> float | None:
    if isinstance(value, str):
        flag = {"true": "1", "false": "0"}.get(value.strip().lower(), value)
        try:
            value = float(flag)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and abs(value) < 1e30 else None


def _long(key: str, number: float) -> int:
    if not LEAST_LONG <= number <= MOST_LONG:
        raise ValueError(f"{key} {number:g}; a long is {LEAST_LONG} to {MOST_LONG}")
    return int(number)


def _choices(
    table: dict[str, Any], warn: Callable[[str], None]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    raw, names = table.get("VALUES") or [], table.get("LABELS") or []
    if not isinstance(raw, list) or not isinstance(names, list):
        raise ValueError("VALUES and LABELS are no lists; write [ … ]")
    numbers = [_number(item) for item in raw or range(len(names))]
    if any(number is None or number != int(number) for number in numbers):
        raise ValueError(f"VALUES {raw!r}; a long takes whole numbers")
    if names and len(names) != len(numbers):
        warn(f"VALUES are {len(numbers)}, but LABELS {len(names)}")
    values = tuple(_long("VALUES", number) for number in numbers if number is not None)
    return values, tuple(map(str, names))


def _default(kind: str, least: Value | None, most: Value | None, values: tuple[int, ...]) -> Value:
    """What an input is when its header does not say: a float its midpoint, a switch off."""
    match kind:
        case "float":
            low = least if isinstance(least, float) else 0.0
            high = most if isinstance(most, float) else max(1.0, low)
            return (low + high) / 2
        case "long":
            return values[0] if values else int(least) if isinstance(least, int) else 0
        case "point2D":
            if least is None or most is None:
                return (0.0, 0.0)
            return tuple((a + b) / 2 for a, b in zip(_parts(least), _parts(most), strict=True))
        case "color":
            return (1.0, 1.0, 1.0, 1.0)
        case _:
            return 0


def _parts(value: Value) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)
