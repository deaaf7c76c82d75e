"""Addresses find their patterns by their parts, the most literal first; nothing is matched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.inlet.adapters.paths import Beginnings, Hit, Paths, literal_head, parts_of

PATTERNS = (
    "/a/b",
    "/a/*",
    "/a/{device}/c",
    "/{device}/b",
    "/p{device}/b",
    "/*/v2/{label}",
    "/v2/{label}",
    "/v2/EyeLid",
)


def made(patterns: tuple[str, ...]) -> Paths:
    paths = Paths()
    for number, pattern in enumerate(patterns):
        paths.add(pattern, number)
    return paths


@pytest.mark.parametrize(
    ("address", "hits"),
    [
        ("/a/b", [Hit(0, "", ""), Hit(1, "", ""), Hit(3, "a", "")]),
        ("a/b", [Hit(0, "", ""), Hit(1, "", ""), Hit(3, "a", "")]),
        ("/a/7/c", [Hit(2, "7", "")]),
        ("/p12/b", [Hit(4, "12", ""), Hit(3, "p12", "")]),
        ("/FT/v2/SmileSad", [Hit(5, "", "SmileSad")]),
        ("/v2/EyeLid", [Hit(7, "", ""), Hit(6, "", "EyeLid")]),
        ("/a", []),
        ("/a/b/c/d", []),
        ("/a/", []),
        ("/", []),
        ("", []),
        ("/" + "a/" * 100, []),
        ("/p/b", [Hit(3, "p", "")]),
        ("/A/B", []),
    ],
)
def test_what_an_address_is(address: str, hits: list[Hit]) -> None:
    assert made(PATTERNS).find(parts_of(address)) == hits


def as_expression(pattern: str) -> str:
    parts = []
    for part in pattern.removeprefix("/").split("/"):
        head, brace, _ = part.partition("{")
        parts.append("[^/]+" if part == "*" else re.escape(head) + ("[^/]+" if brace else ""))
    return "/?" + "/".join(parts)


@given(st.lists(st.sampled_from(["a", "b", "c", "p1", "v2", "EyeLid", "x"]), max_size=5))
def test_they_mean_what_the_patterns_say(parts: list[str]) -> None:
    address = "/" + "/".join(parts)
    found = {hit.number for hit in made(PATTERNS).find(parts_of(address))}
    meant = {n for n, p in enumerate(PATTERNS) if re.fullmatch(as_expression(p), address)}
    assert found == meant


@pytest.mark.parametrize(
    ("pattern", "head"),
    [("/a/b", "/a/b"), ("/a/{device}/c", "/a/"), ("Person{device}/x", "Person"), ("/*/x", "/")],
)
def test_what_fits_begins_so(pattern: str, head: str) -> None:
    assert literal_head(pattern) == head


@pytest.mark.parametrize(
    ("address", "ignored"),
    [
        ("/muse/eeg", "/muse/eeg"),
        ("/muse/eeg/0", "/muse/eeg"),
        ("/muse/elements", ""),
        ("/EmotiBit/7/PPG:RED", "/EmotiBit/*/PPG:"),
        ("/EmotiBit/7/EDA", ""),
        ("/EmotiBit/7", ""),
        ("/EmotiBit/7/8/PPG:RED", ""),
    ],
)
def test_what_is_ignored(address: str, ignored: str) -> None:
    beginnings = Beginnings(["/muse/eeg", "/EmotiBit/*/PPG:"])
    assert beginnings.find(address, parts_of(address)) == ignored
