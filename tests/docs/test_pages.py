"""What the other guides show is true: messages are understood, tables hold, links resolve."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from empathy_palettes.core.assets import builtin_root
from empathy_palettes.core.config import parse
from empathy_palettes.inlet.address import AddressSpace
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import decode
from empathy_palettes.show.installation import Installation

Text = Callable[[str], str]
Blocks = Callable[[str, str], list[str]]

PAGES = sorted([*builtin_root().glob("*.md"), *(builtin_root() / "docs").glob("*.md")])


def encoded(line: str) -> bytes:
    """The message of a line `address types values…`, by an encoder that is not ours."""
    address, types, *values = line.split()
    assert len(types) == len(values)
    builder = OscMessageBuilder(address)
    for kind, text in zip(types, values, strict=True):
        builder.add_arg({"f": float, "d": float, "i": int, "s": str}[kind](text), kind)
    datagram: bytes = builder.build().dgram
    return datagram


def test_what_senders_send_is_understood(text: Text, blocks: Blocks) -> None:
    for block in blocks("senders.md", "osc"):
        before = text("senders.md")[: text("senders.md").index(block)]
        faders = "from 0 to 1" in before.rpartition("\n## ")[2]
        rejected: Counter[str] = Counter()
        notices = Notices()
        inlet = AddressSpace((0.0, 1.0) if faders else (-1.0, 1.0), notices)
        for line in block.splitlines():
            (message,) = decode(encoded(line), rejected)
            (said,) = inlet.read([message])
            assert said.who == b"ann"
            field, number = line.split()[0].rpartition("/")[2], line.split()[-1]
            if field in ("valence", "arousal"):
                value = 2 * float(number) - 1 if faders else float(number)
                assert getattr(said, field) == value
        assert not rejected and not notices.rejected


def test_fragments_of_installations_hold(blocks: Blocks) -> None:
    for block in blocks("senders.md", "toml"):
        parse({"playlist": [{"preset": "tidal"}], **tomllib.loads(block)}, Installation, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"(?<!!)\[[^\]]*\]\(([^)]+)\)", prose):
        assert link.startswith("https://") or (page.parent / link).is_file(), link
