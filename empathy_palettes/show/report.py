"""What a run says of itself at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

import numpy as np

from .stage import Stage

Report = dict[str, object]


def report(stage: Stage, busy: Iterable[float]) -> Report:
    """Return the figures of a run; `busy`: seconds that each frame took, waiting left out."""
    taken = np.fromiter(busy, np.float64)
    p50, p95, p99 = np.percentile(taken, [50, 95, 99]) * 1000 if taken.size else (0.0, 0.0, 0.0)
    return {
        "datagrams": stage.door.datagrams,
        "dropped": stage.door.dropped,
        "errors": stage.door.errors,
        "ignored": stage.door.ignored,
        "mistimed": stage.door.mistimed,
        "accepted": stage.door.accepted,
        "superseded": stage.door.gate.superseded,
        "rejected": dict(sorted(stage.door.notices.rejected.items())),
        "people": int(stage.crowd.raw["count"]),
        "most_people": stage.most_people,
        "frames": stage.frames,
        "frame_ms": {"p50": round(p50, 2), "p95": round(p95, 2), "p99": round(p99, 2)},
        "guard": {"mode": stage.guard} | _rounded(asdict(stage.interventions)),
        "signals": {name: round(value, 4) for name, value in stage.told.items()},
        "analysis": {name: round(value, 4) for name, value in stage.analysis.items()},
    }


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in shares.items()}
