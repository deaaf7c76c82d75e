"""How much moves in a run of pictures, and how fine it is: waves per second, and per side.

The same question twice, of time and of space: how often light and dark take turns. Both are set
against how far the picture's own parts differ, so that neither moves with brightness alone.
"""

from __future__ import annotations

import numpy as np

from .run import Floats, Run

FAINT = 0.006  # of OKLab: twice what rounding to 8 bits does to a cell of near-black
FAINT_EDGE = 0.003  # the same between neighbours, of which four are averaged
FLAT = 0.01  # of OKLab: a picture whose parts differ by less than this is held to have so much
LAGS = (0.1, 0.3, 1.0, 2.5)  # seconds between two pictures that are compared


def motion(run: Run) -> float:
    """Return how often a second the picture's light and colour take turns, 0 (still) to about 5.

    The largest over lags of .1, .3, 1 and 2.5 s of  mean |Lab(t + lag) − Lab(t)| / lag / (2π · mean
    |Lab − Lab of the picture's mean|), where .006² is taken off each change's square. A wave that
    passes at f waves a second gives sin(π f lag) / (π lag), which is f where it is slow. Slow
    motion shows over the long lag, where it is more than what dither does, and fast motion over the
    short one, where it has not come round. The change of intensity between frames is the motion
    energy of Ramseyer & Tschacher 2011 (J. Consulting and Clinical Psychology 79:284); here it is
    set against the picture's own differences, so that twice the light is not twice the motion.
    """
    lab = run.lab
    apart = lab - lab.mean(axis=(1, 2), keepdims=True)
    size = max(float(np.linalg.norm(apart, axis=-1).mean()), FLAT)
    found = [0.0]
    for lag in LAGS:
        frames = round(lag * run.fps)
        if not 1 <= frames < len(lab):
            continue
        change = np.square(lab[frames:] - lab[:-frames]).sum(axis=-1)
        found.append(float(_less(change, FAINT).mean()) * run.fps / frames)
    return max(found) / (2.0 * np.pi * size)


def complexity(run: Run) -> float:
    """Return how many waves of light and dark there are along the short side, 0 to about 10.

    mean |∇L| / (2π · mean |L − mean L|), lengths in short sides: a plain wave of n periods gives n,
    whatever its contrast. Edges per area are what makes a picture complex to look at: Mack & Oliva
    2004; Rosenholtz, Li & Nakano 2007 (J. Vision 7(2):17). .003² is taken off the square of a step.
    """
    light = run.lab[..., 0]
    across, down = gradient(light)
    steep = _less(across * across + down * down, FAINT_EDGE) * run.short
    apart = np.abs(light - light.mean(axis=(1, 2), keepdims=True)).mean(axis=(1, 2))
    waves = steep.mean(axis=(1, 2)) / (2.0 * np.pi * np.maximum(apart, FLAT))
    return float(waves.mean())


def _less(squares: Floats, faint: float) -> Floats:
    """Return the roots of squares, less what is too faint to be told from rounding."""
    return np.asarray(np.sqrt(np.maximum(squares - faint * faint, 0.0)))


def gradient(light: Floats) -> tuple[Floats, Floats]:
    """Return how (n, rows, columns) changes across and down, per cell, midway between four cells.

    Roberts's differences, turned upright: exact on a slope, and the same seen in a mirror.
    """
    across = light[:, :, 1:] - light[:, :, :-1]
    down = light[:, 1:] - light[:, :-1]
    return (across[:, 1:] + across[:, :-1]) / 2.0, (down[:, :, 1:] + down[:, :, :-1]) / 2.0
