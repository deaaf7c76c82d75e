"""The whole path, on real sockets: senders in other processes, a show in this one."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import RealClock, Tick
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Installation, load_installation
from empathy_palettes.show.loop import opened
from empathy_palettes.show.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
GUMP = ROOT.parent / "shared" / "data" / "gump"

pytestmark = pytest.mark.gl


@contextmanager
def show(installation: Installation, assets: Assets, size: tuple[int, int]) -> Iterator[Stage]:
    with opened(
        Headless(),
        [],
        OutletContext(size),
        lambda surface: open_stage(installation, None, assets, surface, size=size, fade_in=False),
    ) as (stage, _):
        yield stage


def desk(preset: str, port: int) -> Installation:
    """`desk.toml` as it is, but for the preset, so that the wall is quick to read, and the port."""
    place = load_installation("desk", Assets.discover()).installation
    entry = place.playlist[0].model_copy(update={"preset": preset})
    inlet = place.inlet[0].model_copy(update={"port": port})
    return place.model_copy(update={"playlist": (entry,), "inlet": (inlet,)})


def readme_sender(port: int) -> str:
    """The README's sender, word for word but for the port."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    source = next(block for block in blocks if "SimpleUDPClient" in block)
    assert len(source.strip().splitlines()) == 12
    return str(source).replace("9000", str(port))


def test_the_readme_s_sender_moves_the_wall_within_a_quarter_second(
    assets: Assets, free_port: int
) -> None:
    with show(desk("follow", free_port), assets, (64, 36)) as stage:
        before = int(stage.step(Tick(0, 1, 1), []).pixels()[0, 0, 0])
        command = [sys.executable, "-c", readme_sender(free_port)]
        with subprocess.Popen(command) as sender:
            try:
                first = moved = None
                for tick in RealClock(10):
                    frame = stage.step(Tick(tick.index, tick.step + 1, tick.steps), [])
                    if first is None and stage.door.accepted:
                        first = tick.step
                    if first is not None and abs(int(frame.pixels()[0, 0, 0]) - before) >= 8:
                        moved = tick.step
                        break
            finally:
                sender.terminate()
    assert first is not None and moved is not None
    print(f"moved after {(moved - first) / 60:.3f} s")
    assert (moved - first) / 60 <= 0.25


def test_a_thousand_people_from_another_process_are_counted_and_nothing_is_lost(
    assets: Assets, free_port: int
) -> None:
    place = desk("follow", free_port)
    command = [
        *(sys.executable, "-m", "empathy_palettes", "simulate"),
        *("--people", "1000", "--rate", "10", "--seconds", "4", "--to", f"127.0.0.1:{free_port}"),
    ]
    with show(place, assets, (64, 36)) as stage:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as sender:
            end = None
            for tick in RealClock(30):
                stage.step(tick, [])
                if sender.poll() is not None and end is None:
                    end = tick.step + 30
                if end is not None and tick.step >= end:
                    break
            said = sender.stderr.read() if sender.stderr else ""
        datagrams, messages = map(int, re.findall(r"sent (\d+) datagrams, (\d+) feelings", said)[0])
        assert stage.most_people == 1000
        assert stage.door.datagrams == datagrams
        assert stage.door.accepted == messages
        assert not stage.door.notices.rejected


@pytest.mark.skipif(not GUMP.is_dir(), reason="the annotated film lies beside the checkout only")
@pytest.mark.parametrize("seconds", [18.0, pytest.param(145.0, marks=pytest.mark.soak)])
def test_the_annotated_film_is_followed(assets: Assets, free_port: int, seconds: float) -> None:
    """Mean valence against an independent reference: last value, half-life 20 s, gone after 60."""
    speed = 60.0
    place = desk("follow", free_port)
    command = [
        *(sys.executable, "-m", "empathy_palettes", "replay", str(GUMP)),
        *("--speed", str(speed), "--seconds", str(seconds), "--to", f"127.0.0.1:{free_port}"),
    ]
    shown: list[float] = []
    with (
        show(place, assets, (64, 36)) as stage,
        subprocess.Popen(command, stderr=subprocess.DEVNULL) as sender,
    ):
        for tick in RealClock(seconds + 20):
            stage.step(tick, [])
            if stage.door.datagrams:  # the first one is sent at the film's second 0
                shown += [stage.crowd.raw["valence"]] * tick.steps
            if sender.poll() is not None:
                break
    expected = reference(GUMP, speed, seconds)
    correlation, lag = best_lag(np.array(shown), expected)
    print(f"correlation {correlation:.4f} at a lag of {lag:.3f} s")
    assert correlation >= 0.98
    assert abs(lag) <= 0.3


def reference(folder: Path, speed: float, seconds: float) -> NDArray[np.float64]:
    """The weighted mean at every step, by loops and from the film's own rows."""
    steps = int(seconds * 60)
    observers = [
        list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        for path in sorted(folder.glob("*.csv"))
    ]
    signs = {"POS": 1.0, "NEG": -1.0, "": np.nan}
    rows = [
        np.array(
            [
                [float(row["start"]), float(row["end"]), signs[row["valence"]]]
                for row in table
                if row["valence"] or row["arousal"]
            ]
        )
        for table in observers
    ]
    last = np.full(len(rows), np.nan)
    said = np.full(len(rows), -(10**9))
    mean = np.full(steps, np.nan)
    for step in range(steps):
        now = step / 60 * speed
        for index, table in enumerate(rows):
            felt = table[(table[:, 0] <= now) & (now < table[:, 1]), 2]
            if felt.size:
                said[index] = step
            if not np.isnan(felt).all():
                last[index] = round(float(np.nanmean(felt)) * 32) / 32
        age = (step - said) / 60
        weight = np.where(age < 60, 0.5 ** (age / 20), 0.0)
        weight[np.isnan(last)] = 0.0
        if weight.sum() > 0:
            mean[step] = np.nansum(weight * last) / weight.sum()
    return mean


def best_lag(shown: NDArray[np.float64], expected: NDArray[np.float64]) -> tuple[float, float]:
    """The best correlation over shifts of up to a second either way, and its lag in seconds."""
    best, lag = -1.0, 0
    for shift in range(-60, 61):
        a, b = shown[max(shift, 0) :], expected[max(-shift, 0) :]
        n = min(len(a), len(b))
        both = ~np.isnan(a[:n]) & ~np.isnan(b[:n])
        r = float(np.corrcoef(a[:n][both], b[:n][both])[0, 1])
        if r > best:
            best, lag = r, shift
    return best, lag / 60
