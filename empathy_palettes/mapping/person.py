"""What one person is worth to a formula of `[people]`, in words; `names` says in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ID = "id"

#: What a person is worth to a formula of `[people]`; a feeling never said is neutral, 0.
PERSON: Mapping[str, str] = MappingProxyType(
    {
        "valence": "how pleasant this person feels, -1 to 1",
        "arousal": "how stirred, -1 to 1",
        "dominance": "how much in charge, -1 to 1",
        "weight": "how sure their source is, 0 to 1",
        "age": "seconds since they came",
        "joined": "when they came, in seconds since the show began",
        "alone": "1 where they may be followed alone (consent 2), else 0",
        "circle": "the number of their circle, 0 = none",
        "cluster": "the number, 1 to 8, of those who move together with them, 0 = none",
        ID: "their own number, from 0 in order of coming",
    }
)
