"""The functions of the formula language that remember nothing, and what a function is.

Does not know what a signal's span is: `formula` puts the span of the first argument into `range`.
What remembers is in `memory`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass

import numpy as np

from .arithmetic import (
    LIMIT,
    TINY,
    Number,
    at_least,
    below,
    bound,
    divide,
    magnitude,
    power,
    select,
)

_LOG_LIMIT = math.log(LIMIT)


@dataclass(frozen=True, slots=True)
class Entry:
    """One function as the artist sees it: `optional` arguments may be left out at the end.

    `more`: the last argument may be given any number of times.
    """

    name: str
    arguments: tuple[str, ...]
    does: str
    _: KW_ONLY
    optional: int = 0
    more: bool = False

    @property
    def usage(self) -> str:
        """The call as it is written, such as `lag(x, up_s, down_s)`."""
        return f"{self.name}({', '.join(self.arguments)}{', …' if self.more else ''})"

    def takes(self, count: int) -> bool:
        """Return whether it can be called with `count` arguments."""
        most = len(self.arguments)
        return most - self.optional <= count and (self.more or count <= most)


@dataclass(frozen=True, slots=True)
class Function(Entry):
    """A function without memory; `call` takes and gives numbers or arrays, and is total."""

    _: KW_ONLY
    call: Callable[..., Number]


def _min(*values: Number) -> Number:
    least = values[0]
    for x in values[1:]:
        if isinstance(least, float) and isinstance(x, float):
            least = min(least, x)
        else:
            least = np.minimum(least, x)
    return least


def _max(*values: Number) -> Number:
    most = values[0]
    for x in values[1:]:
        if isinstance(most, float) and isinstance(x, float):
            most = max(most, x)
        else:
            most = np.maximum(most, x)
    return most


def _clamp(x: Number, lo: Number, hi: Number) -> Number:
    return _min(_max(x, lo), hi)


def _mix(a: Number, b: Number, t: Number) -> Number:
    return bound(a + bound((b - a) * t))


def _step(edge: Number, x: Number) -> Number:
    return at_least(x, edge)


def _smoothstep(lo: Number, hi: Number, x: Number) -> Number:
    """As in GLSL, and defined where that is not: lo above hi falls, lo = hi is a step."""
    t = _clamp(divide(x - lo, hi - lo), 0.0, 1.0)
    return select(below(magnitude(hi - lo), TINY), _step(lo, x), t * t * (3.0 - 2.0 * t))


def span_range(x: Number, lo: Number, hi: Number, least: float, most: float) -> Number:
    """Return x, which lies in [least, most], moved into [lo, hi]; beyond either end stays there."""
    t = _clamp((x - least) / (most - least), 0.0, 1.0)
    return bound(lo * (1.0 - t) + hi * t)


def _sin(x: Number) -> Number:
    return math.sin(x) if isinstance(x, float) else np.sin(x)


def _cos(x: Number) -> Number:
    return math.cos(x) if isinstance(x, float) else np.cos(x)


def _tan(x: Number) -> Number:
    return bound(math.tan(x) if isinstance(x, float) else np.tan(x))


def _tanh(x: Number) -> Number:
    return math.tanh(x) if isinstance(x, float) else np.tanh(x)


def _exp(x: Number) -> Number:
    if isinstance(x, float):
        return LIMIT if x >= _LOG_LIMIT else math.exp(x)
    return bound(np.exp(x))


def _log(x: Number) -> Number:
    return math.log(max(x, TINY)) if isinstance(x, float) else np.log(np.maximum(x, TINY))


def _sqrt(x: Number) -> Number:
    return math.sqrt(max(x, 0.0)) if isinstance(x, float) else np.sqrt(np.maximum(x, 0.0))


def _floor(x: Number) -> Number:
    return float(math.floor(x)) if isinstance(x, float) else np.floor(x)


def _fract(x: Number) -> Number:
    rest = x - _floor(x)
    # −1e-30 is so near to 0 that its fraction rounds to 1, which no fraction is
    if isinstance(rest, float):
        return 0.0 if rest >= 1.0 else rest
    whole = rest >= 1.0
    return np.where(whole, 0.0, rest) if whole.any() else rest


def _sign(x: Number) -> Number:
    return float((x > 0.0) - (x < 0.0)) if isinstance(x, float) else np.sign(x)


STATELESS = (
    Function("mix", ("a", "b", "t"), "from a (t = 0) to b (t = 1)", call=_mix),
    Function("clamp", ("x", "lo", "hi"), "x, but not below lo nor above hi", call=_clamp),
    Function(
        "smoothstep",
        ("lo", "hi", "x"),
        "0 below lo, 1 above hi, an S-curve between",
        call=_smoothstep,
    ),
    Function("step", ("edge", "x"), "0 below the edge, 1 from there on", call=_step),
    Function(
        "range",
        ("signal", "lo", "hi"),
        "the signal's own span moved into lo to hi; anything that is no signal has the span 0 to 1",
        call=span_range,
    ),
    Function("abs", ("x",), "x without its sign", call=magnitude),
    Function("min", ("a", "b"), "the least", more=True, call=_min),
    Function("max", ("a", "b"), "the greatest", more=True, call=_max),
    Function("sin", ("x",), "sine, x in radians", call=_sin),
    Function("cos", ("x",), "cosine, x in radians", call=_cos),
    Function("tan", ("x",), "tangent, x in radians", call=_tan),
    Function("tanh", ("x",), "an S-curve from -1 to 1", call=_tanh),
    Function("exp", ("x",), "e to the power of x", call=_exp),
    Function("log", ("x",), "the natural logarithm; that of 0 and below is -69.3", call=_log),
    Function("sqrt", ("x",), "the square root; that of a negative number is 0", call=_sqrt),
    Function("pow", ("x", "y"), "x to the power of y; 0 where that is undefined", call=power),
    Function("floor", ("x",), "the whole number below x", call=_floor),
    Function("fract", ("x",), "what x is above that: from 0 up to 1", call=_fract),
    Function("sign", ("x",), "-1, 0 or 1", call=_sign),
    Function("where", ("condition", "a", "b"), "a while the condition holds, else b", call=select),
)
