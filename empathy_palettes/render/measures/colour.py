"""How light, how colourful, how warm and how contrasty a run of pictures is.

Says nothing of where in the picture that is: `form` does.
"""

from __future__ import annotations

import numpy as np

from .run import Run


def lightness(run: Run) -> float:
    """Return the mean OKLab L, in [0, 1]: 0 black, 1 white.

    mean L. Ottosson 2020 (OKLab).
    """
    return float(run.lab[..., 0].mean())


def chroma(run: Run) -> float:
    """Return the mean OKLab chroma, 0 for greys to .32 for the purest magenta of sRGB.

    mean √(a² + b²). Ottosson 2020 (OKLab).
    """
    return float(np.hypot(run.lab[..., 1], run.lab[..., 2]).mean())


def warmth(run: Run) -> float:
    """Return how far the picture leans to warm colours, about −.25 to .22; 0 for greys.

    mean C · cos(h − 45°) = mean (a + b) / √2. Ou, Luo, Woodcock & Wright 2004 (Color Research &
    Application 29:232) find warmth to grow with C* · cos(h − 50°) in CIELAB; what has a hue of 50°
    there has one of 42° to 45° in OKLab.
    """
    return float((run.lab[..., 1] + run.lab[..., 2]).mean() / np.sqrt(2.0))


def contrast(run: Run) -> float:
    """Return the standard deviation of OKLab L over each picture, 0 to .5.

    mean over pictures of √(mean (L − mean L)²). Peli 1990 (JOSA A 7:2032), root mean square.
    """
    return float(run.lab[..., 0].std(axis=(1, 2)).mean())
