"""A look into the show of a real `empathy run`: as `sitecustomize.py` it writes down what it sees.

Python imports it in every process that has its folder on PYTHONPATH. It waits there for the stage
to be imported, and writes a line for each frame into `$SPY_FOLDER/frames`. Files in that folder
that are named like a command give it, once; `raise` raises.
"""

import importlib.util
import json
import os
import sys
import time
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

STAGE = "empathy_palettes.show.stage"
COMMANDS = ("next", "freeze", "blackout")


class Spy(MetaPathFinder):
    """Takes the place of the import of the stage, once."""

    def find_spec(self, name: str, *_: Any) -> Any:
        if name != STAGE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        assert spec and spec.loader
        load = spec.loader.exec_module

        def load_and_watch(module: Any) -> None:
            load(module)
            watch(module.Stage)

        spec.loader.exec_module = load_and_watch  # type: ignore[method-assign]
        return spec


def watch(stage: Any) -> None:
    """Let every step of a stage be written down."""
    folder = Path(os.environ["SPY_FOLDER"])
    step = stage.step

    def step_and_tell(self: Any, tick: Any, commands: Any) -> Any:
        import numpy as np  # not above: a parent has none

        from empathy_palettes.core.color import srgb_to_linear
        from empathy_palettes.core.command import Command

        for name in COMMANDS:
            if (folder / name).exists():
                (folder / name).unlink()
                commands = [*commands, Command(name)]
        if (folder / "raise").exists():
            (folder / "raise").unlink()
            secret = (folder / "secret").read_text()
            raise ValueError(f"could not convert {secret}")
        frame = step(self, tick, commands)
        light = srgb_to_linear(frame.pixels()[..., :3].astype(np.float32) / 255)
        table, registry = self.crowd.people, self.door.gate._registry
        rows = np.flatnonzero(registry.present)
        told = {
            "pid": os.getpid(),
            "at": time.monotonic(),
            "light": float(light.mean()),
            "people": int(self.crowd.raw["count"]),
            "alone": int(np.count_nonzero(table.alone & table.alive)),
            "numbers": [
                [str(tuple(name)), number]
                for name, number in zip(
                    registry.name[rows].tolist(), registry.number[rows].tolist(), strict=True
                )
            ],
            "preset": self.programme.scene.loaded.path.stem,
            "rejected": self.door.notices.rejected,
        }
        with (folder / "frames").open("a") as file:
            print(json.dumps(told), file=file)
        return frame

    stage.step = step_and_tell


sys.meta_path.insert(0, Spy())
