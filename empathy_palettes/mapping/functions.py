"""Every function of the formula language, in one table; a help page prints it.

Defines none: `stateless` and `remembering` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .remembering import REMEMBERING
from .stateless import STATELESS, Entry

#: Name → function, those without memory first.
FUNCTIONS: Mapping[str, Entry] = MappingProxyType(
    {entry.name: entry for entry in (*STATELESS, *REMEMBERING)}
)
