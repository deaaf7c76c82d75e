"""Which names a formula may say, and what they are worth at one step; defined here, nowhere else.

In `[inputs]` and `[palette]` a bare name is the crowd's; in `[people]` it is the person's, and
`crowd_` before a name makes it the crowd's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP
from ..crowd.signals import SIGNALS
from ..crowd.table import People
from .compiler import CROWD, PALETTE
from .functions import FUNCTIONS
from .memory import PERSON as PERSON_KEY
from .memory import REBORN
from .motion import MOTION, motion
from .view import CrowdView

#: What a person is worth to a formula of `[people]`; a feeling never said is neutral, 0.
PERSON: Mapping[str, str] = MappingProxyType(
    {
        "valence": "how pleasant this person feels, -1 to 1",
        "arousal": "how stirred, -1 to 1",
        "dominance": "how much in charge, -1 to 1",
        "weight": "how sure their source is, 0 to 1",
        "age": "seconds since they came",
        "joined": "when they came, in seconds since the show began",
        "circle": "the number of their circle, 0 = none",
        "id": "their own number, from 0 in order of coming",
    }
)
