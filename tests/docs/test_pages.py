"""What the other guides show is true: messages are understood, tables hold, links resolve."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.core.clock import Tick
from empathy_palettes.core.config import Record, parse
from empathy_palettes.inlet.address import AddressSpace
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import decode
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Entry, Installation, SafetyRules

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


def test_every_key_of_an_installation_is_in_the_guide(text: Text) -> None:
    guide = text("installations.md")
    rows = guide[guide.index("| key | default |") :].partition("\n\n")[0].splitlines()
    heads = {"playlist": "[[playlist]]", "display": "[[display]]", "inlet": "[[inlet]]"}
    heads |= {"send": "[[send]]"}
    for name, field in Installation.model_fields.items():
        record = next(iter(records(field.annotation)), None)
        head = heads.get(name, f"[{name}]")
        for key in record.model_fields if record else [name]:
            named = any(f"`{key}`" in row and (not record or head in row) for row in rows)
            assert named or (name == "transition" and key == "inputs"), f"{head} {key}"
    (most,) = (
        each.le for each in SafetyRules.model_fields["peak_nits"].metadata if hasattr(each, "le")
    )
    (row,) = (row for row in rows if "`peak_nits`" in row)
    assert f"above 0 and up to {most}" in row


def records(annotation: object) -> list[type[Record]]:
    """The records within a type."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [found for part in get_args(annotation) for found in records(part)]


@pytest.mark.gl
def test_people_who_may_be_followed_alone_can_be_tried(blocks: Blocks, free_port: int) -> None:
    (block,) = blocks("presets.md", "toml place")
    place = parse(tomllib.loads(block), Installation, "")
    entry = Entry(preset="palette")
    inlet = place.inlet[0].model_copy(update={"port": free_port})
    place = place.model_copy(update={"playlist": (entry,), "inlet": (inlet,)})
    surface = Headless()
    surface.open(OutletContext((64, 36)))
    stage = open_stage(place, None, Assets.discover(), surface, size=(64, 36))
    try:
        stage.step(Tick(0, 120, 120), [])
        people = stage.crowd.people
        assert people.count > 3  # they come one by one
        assert people.alone[people.alive].all()
    finally:
        stage.close()
    plain = place.consent.model_copy(update={"level": 1})
    stage = open_stage(
        place.model_copy(update={"consent": plain}), None, Assets.discover(), surface, size=(64, 36)
    )
    try:
        stage.step(Tick(0, 120, 120), [])
        people = stage.crowd.people
        assert people.count > 3 and not people.alone[people.alive].any()
    finally:
        stage.close()
        surface.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"(?<!!)\[[^\]]*\]\(([^)]+)\)", prose):
        assert link.startswith("https://") or (page.parent / link).is_file(), link
