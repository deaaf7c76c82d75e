"""JSON as people write it into shader headers: strict first, then forgiving, with warnings.

Forgives comments, commas before a closing bracket and raw control characters. Knows nothing of ISF.
"""

from __future__ import annotations

import json
import re
from typing import Any

_STRING = r'"(?:\\.|[^"\\])*"'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)


def loads(text: str) -> tuple[Any, list[str]]:
    """Return the value and what had to be forgiven; the last of duplicate keys wins.

    json.JSONDecodeError where even forgiving does not help: its position is in `text`.
    """
    warnings: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            warnings.append(f"{', '.join(twice)} given twice: the last one counts")
        return table

    def refuse(name: str) -> None:
        raise json.JSONDecodeError(f"{name} is not a JSON number", text, text.find(name))

    decoder = json.JSONDecoder(strict=False, object_pairs_hook=collect, parse_constant=refuse)
    try:
        return decoder.decode(text), warnings
    except json.JSONDecodeError as strict:
        warnings.clear()
        try:
            value = decoder.decode(_LAST_COMMA.sub(_blank, _COMMENT.sub(_blank, text)))
        except json.JSONDecodeError:
            raise strict from None
        problem = f"not strict JSON, other hosts may refuse it: {strict.msg.lower()}"
        return value, [*warnings, f"line {strict.lineno} of the header: {problem}"]
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None


def _blank(token: re.Match[str]) -> str:
    """Keep strings; turn everything else into spaces, so that positions stay."""
    found = token[0]
    return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)
