"""One step of the crowd, with everybody's feelings arriving ten times a second."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.alternate import compare
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.sample import SAMPLE, Samples

STEPS = 60


def main() -> None:
    """Print ms per step, at several sizes of crowd."""
    sizes = (300, 1_000, 4_096)
    ways = {f"{people:,} people": steps_of(people) for people in sizes}
    compare("one step of the crowd", ways, STEPS, "ms")


def steps_of(people: int) -> Callable[[], None]:
    """Return a second in the life of a crowd, sixth by sixth of it speaking."""
    random = np.random.default_rng(0)
    crowd = Crowd(CrowdSettings(max_people=4_096))
    batches: list[Samples] = []
    for turn in range(6):
        batch = np.zeros(len(range(turn, people, 6)), SAMPLE)
        batch["who"] = np.arange(turn, people, 6)
        batch["weight"] = 1.0
        batch["dominance"] = np.nan
        for axis in ("valence", "arousal"):
            batch[axis] = random.integers(-32, 33, len(batch)) / 32
        batches.append(batch)
    nobody = np.empty(0, np.uint32)

    def second() -> None:
        for _ in range(STEPS):
            step = crowd.current_step + 1
            samples = batches[step % 6]
            samples["step"] = step
            crowd.step(step, samples, nobody)

    return second


if __name__ == "__main__":
    main()
