"""Whether a promise is kept, by what was felt and seen in the sweeps.

Draws nothing. All measures are on the scale of `scale`, where a visible step is a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...crowd.signals import SIGNALS
from ...mapping.preset import Promise
from ...render.measures.run import Floats
from .measuring import Station, Swept
from .scale import LEAST, STEPS, scaled
from .sweeps import STILL, SWEEP_OF, SWEEPS

LEAST_RANK = 0.8
BY_VALUE = ("lightness", "chroma", "motion")  # visible from a step of `STEPS` on
OF_WANDERING = 3.0  # the others: from so many times the picture's own wandering on
COMES_BACK = 0.25  # of the effect, that may be left when the crowd feels again as at first
MOVED = 0.05  # of a signal's span: what is told of those that moved too


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one promise.

    `broken`: why, empty where it is kept. `low` and `high`: the measure where the signal is lowest
    and where it is highest. `rank`: Spearman's correlation. `effect`: from `low` to `high` as the
    promise has it, in visible steps, or what stands in for one: `step`. `wandering`: the standard
    deviation at constant feeling. `rival`: the signal whose sweep moves the measure most beside,
    `rival_share` of what the promised one does. `left`: what is left of the effect after going
    back, its share. `felt`: the signal's lowest and highest. `moved`: what other signals did in the
    sweep, from its lowest to its highest.
    """

    when: str
    then: str
    sign: str
    memory: str
    broken: tuple[str, ...]
    low: float
    high: float
    rank: float
    effect: float
    step: float
    wandering: float
    rival: str
    rival_share: float
    left: float
    felt: tuple[float, float]
    moved: dict[str, float]

    @property
    def kept(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.broken


def judged(promise: Promise, swept: Mapping[str, Swept]) -> Verdict:
    """Return the verdict on a promise; `swept`: the sweeps by name, that of its signal among them.

    The promised signal has to move the measure more than any other does, each going through its own
    sweep: about three tenths of its span, which is what crowds do. Where the promised signal itself
    goes along in another's sweep (two camps agree less), as much of the measure's change as its own
    slope explains is not held against it.
    """
    sweep = swept[SWEEP_OF[promise.when]]
    x = np.array([station.felt[promise.when] for station in sweep.levels])
    y = _course(sweep, promise.then)
    up = 1.0 if x[-1] >= x[0] else -1.0  # of two signals of one sweep, one falls
    sign = 1.0 if promise.sign == "+" else -1.0
    rank = sign * spearman(x, y)
    change = float(y[-1] - y[0]) * up
    wandering = _wandering(swept, promise.then)
    step = _step(promise.then, wandering)
    own = _reach(y, swept, promise.then)
    slope = float(y[-1] - y[0]) / max(abs(float(x[-1] - x[0])), 1e-9) * up
    rival, most = _rival(promise, swept, slope)
    back = scaled(promise.then, sweep.back.seen[promise.then])
    left = abs(back - float(y[0]))
    allowed = max(COMES_BACK * abs(change), 2.0 * wandering, LEAST * STEPS[promise.then])
    ends = [station.seen[promise.then] for station in (sweep.levels[0], sweep.levels[-1])]
    low, high = ends if up > 0 else ends[::-1]
    broken = []
    if not rank >= LEAST_RANK:
        broken.append(f"rank correlation {rank:.2f}, not {LEAST_RANK:g}")
    if sign * change < step:
        broken.append(f"not visible: {_amount(promise.then, sign * change, step)}")
    if not most < own:
        broken.append(f"{rival} moves it more ({_ratio(most, own)})")
    if not promise.memory and left > allowed:
        broken.append(f"going back leaves {left / max(abs(change), 1e-9):.0%} of it")
    return Verdict(
        when=promise.when,
        then=promise.then,
        sign=promise.sign,
        memory=promise.memory,
        broken=tuple(broken),
        low=low,
        high=high,
        rank=rank,
        effect=sign * change / step,
        step=step,
        wandering=wandering,
        rival=rival,
        rival_share=min(most / max(own, 1e-9), 99.0),
        left=min(left / max(abs(change), 1e-9), 99.0),
        felt=(float(min(x[0], x[-1])), float(max(x[0], x[-1]))),
        moved=_moved(promise.when, sweep, up),
    )


def spearman(x: Floats, y: Floats) -> float:
    """Return Spearman's rank correlation, ties sharing their ranks; 0 where one does not vary."""
    one, other = _ranks(x), _ranks(y)
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
    return float(one @ other) / size if size > 0.0 else 0.0


def _ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    return np.asarray((last - (counts - 1) / 2.0)[place])


def _course(sweep: Swept, measure: str) -> Floats:
    return np.array([scaled(measure, station.seen[measure]) for station in sweep.levels])


def _wandering(swept: Mapping[str, Swept], measure: str) -> float:
    still = swept[STILL.name]
    stations: Sequence[Station] = (*still.levels, still.back)
    return float(np.std([scaled(measure, each.seen[measure]) for each in stations], ddof=1))


def _step(measure: str, wandering: float) -> float:
    """Return the least effect that is visible."""
    if measure in BY_VALUE:
        return STEPS[measure]
    return max(OF_WANDERING * wandering, LEAST * STEPS[measure])


def _reach(course: Floats, swept: Mapping[str, Swept], measure: str) -> float:
    """Return how far a measure goes in a sweep, less how far it goes when nothing does."""
    still = _course(swept[STILL.name], measure)
    return max(float(np.ptp(course)) - float(np.ptp(still)), 0.0)


def _rival(promise: Promise, swept: Mapping[str, Swept], slope: float) -> tuple[str, float]:
    """Return the sweep that moves the measure most beside the promised one, and how far."""
    found = {}
    for name, sweep in swept.items():
        if name not in SWEEPS or not SWEEPS[name].rival or name == SWEEP_OF[promise.when]:
            continue
        course = _course(sweep, promise.then)
        along = [station.felt[promise.when] for station in sweep.levels]
        change = float(course[-1] - course[0])
        explained = slope * (along[-1] - along[0])
        if change * explained > 0.0:
            explained = min(abs(explained), abs(change))
        else:
            explained = 0.0
        found[name] = max(_reach(course, swept, promise.then) - explained, 0.0)
    rival = max(found, key=lambda name: found[name], default="")
    return rival, found.get(rival, 0.0)


def _moved(when: str, sweep: Swept, up: float) -> dict[str, float]:
    """Return by how much other signals changed, where that is a twentieth of their span or more."""
    first, last = sweep.levels[0].felt, sweep.levels[-1].felt
    moved = {}
    for name, signal in SIGNALS.items():
        change = (last[name] - first[name]) * up
        angle = name in ("divide_angle", "divide_offset", "divide_gap")
        if name != when and not angle and abs(change) >= MOVED * (signal.hi - signal.lo):
            moved[name] = change
    return moved


def _amount(measure: str, change: float, step: float) -> str:
    if measure == "motion":
        return f"× {np.exp(change):.2f}, not × {np.exp(step):.1f}"
    return f"{change:+.3f}, not {step:+.3f}"


def _ratio(most: float, own: float) -> str:
    return f"× {most / own:.1f}" if own > 0.0 else "it stays where it is"
