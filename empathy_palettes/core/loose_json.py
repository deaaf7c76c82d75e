"""JSON as people write it into shader headers: strict first, then forgiving, with warnings.

Forgives comments, commas before a closing bracket and raw control characters; tells where in the
text each key stands. Knows nothing of ISF.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import Any

# What is never closed reaches to the end: to look for it again from every place takes for ever.
_STRING = r'"(?:\\.|[^"\\])*+(?:"|\\?\Z)'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_TOKEN = re.compile(rf"{_STRING}|[{{}}\[\],:]|[^\s{{}}\[\],:\"]+", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)

_TOO_LONG = "a number of too many digits"
_TOO_DEEP = "nested too deeply"
_TOO_MUCH = (_TOO_LONG, _TOO_DEEP)

#: The way to a value from the outside: keys in capitals, and the numbers of items.
Path = tuple[str | int, ...]


def loads(text: str) -> tuple[Any, list[tuple[int, str]]]:
    """Return the value, and the places and words of what had to be forgiven.

    The last of duplicate keys wins.

    json.JSONDecodeError where even forgiving does not help: its position is in `text`.
    """
    warnings: list[tuple[int, str]] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            twice = sorted(key for key, count in counts.items() if count > 1)
            place = text.find(f'"{twice[0]}"')
            warnings.append((max(place, 0), f"{', '.join(twice)} given twice: the last one counts"))
        return table

    def refuse(name: str) -> None:
        raise json.JSONDecodeError(f"{name} is not a JSON number", text, text.find(name))

    decoder = json.JSONDecoder(strict=False, object_pairs_hook=collect, parse_constant=refuse)
    try:
        return _decoded(decoder, text), warnings
    except json.JSONDecodeError as error:
        strict = error
    warnings.clear()
    try:
        value = _decoded(decoder, _strict(text))
    except json.JSONDecodeError as error:
        raise (error if error.msg in _TOO_MUCH else strict) from None
    problem = f"not strict JSON, other hosts may refuse it: {strict.msg.lower()}"
    return value, [*warnings, (strict.pos, problem)]


def _decoded(decoder: json.JSONDecoder, text: str) -> Any:
    """Return the value; JSONDecodeError for whatever keeps it from being one."""
    try:
        return decoder.decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # Python's own limit: the only one that the decoder hands on
        found = re.search(rf"\d{{{sys.get_int_max_str_digits() + 1}}}", text)
        at = found.start() if found else 0
        raise json.JSONDecodeError(_TOO_LONG, text, at) from None
    except RecursionError:
        raise json.JSONDecodeError(_TOO_DEEP, text, 0) from None


def places(text: str) -> dict[Path, int]:
    """Return where each key, and each item of a list, begins in a text that `loads` can read."""
    found: dict[Path, int] = {}
    way: list[str | int] = []  # to what is open; a number counts the items of a list
    tables: list[bool] = []  # whether what is open is a table
    awaits_key = False
    for token in _TOKEN.finditer(_strict(text)):
        word = token[0]
        if word in "}]":
            way.pop()
            tables.pop()
            awaits_key = False
        elif word == ",":
            awaits_key = bool(tables) and tables[-1]
            if tables and not tables[-1]:
                way[-1] = int(way[-1]) + 1
        elif word == ":":
            awaits_key = False
        elif awaits_key:
            way[-1] = str(json.loads(word, strict=False)).upper()
            found[tuple(way)] = token.start()
        else:
            if tables and not tables[-1]:
                found[tuple(way)] = token.start()
            if word in "{[":
                tables.append(word == "{")
                way.append("" if word == "{" else 0)
                awaits_key = word == "{"
    return found


def _strict(text: str) -> str:
    return _LAST_COMMA.sub(_blank, _COMMENT.sub(_blank, text))


def _blank(token: re.Match[str]) -> str:
    """Keep strings; turn everything else into spaces, so that positions stay."""
    found = token[0]
    return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)
