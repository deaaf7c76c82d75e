"""Who made a shader and under which licence, as its comments say.

Does not judge the licence: it is handed on in the author's words.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"//([^\n]*)|/\*(.*?)(?:\*/|\Z)", re.DOTALL)
_CREDIT = re.compile(
    r"\bauthors?\b|\bcopyright\b|©|\(c\)|\blicen[cs]|\bcreated by\b|\bby\s*:?\s+[A-Z@]|https?://"
    r"|\bported\b|\bbased on\b|\badapted\b|\bforked\b|\bcredits?\b|\bCC[- ]?(?:BY|0)\b|\bMIT\b",
    re.IGNORECASE,
)
_MOST = 600


def credit(text: str) -> tuple[str, str]:
    """Return what the comments say of origin and licence, and how the leading ones describe it.

    Each at most 600 characters, on one line; "" where they say nothing.
    """
    owed, told = [], []
    read, leading = 0, True  # until the first line of code
    for comment in _COMMENT.finditer(text):
        between, read = text[read : comment.start()], comment.end()
        leading = leading and not re.sub(r"#[^\n]*", "", between).strip()
        for line in (comment[1] if comment[1] is not None else comment[2]).splitlines():
            line = re.sub(r"^[\s*/=#~-]+|[\s*/=#~-]+$", "", line)
            if _CREDIT.search(line) and not line.endswith(";"):
                owed.append(line)
            elif leading and line:
                told.append(line)
    return _joined(owed, "; "), _joined(told, " ")


def _joined(lines: list[str], between: str) -> str:
    text = between.join(dict.fromkeys(lines))
    return text if len(text) <= _MOST else f"{text[: _MOST - 1].rstrip()}…"
