"""A first mapping for any shader: a preset's text in which every input is explained and set.

Writes text only: `scaffold` puts it into files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from textwrap import wrap

from ...core.isf import IsfHeader, IsfInput
from .first_lines import (
    BY_THE_ENGINE,
    FROM_FILE,
    colour_lines,
    event_line,
    explained,
    felt,
    follow_line,
    jump_lines,
    one_line,
    set_by,
    span_of,
    value_line,
)
from .meaning import STIRRED, Guess, guessed, settled

MOST_COLOURS, FEWEST_COLOURS = 16, 5
LONGEST_TITLE, LONGEST_ABOUT, LONGEST_CREDIT = 80, 300, 600
WIDTH = 96
UNUSED = "the shader never uses it"
_DARK = re.compile(r"back|bg|dark|shadow|night|ground|black|sky", re.IGNORECASE)

#: The built-in filter that gives a shader the crowd's colours where it has no input for them.
WASH = "wash.fs"
#: What the generator before a filter is told: enough for the filter to have something to change.
_BEFORE = """\
[inputs.palette]
# The picture that the filter is tried on: the crowd's colours, in fields that move with feeling.
flow = "travel(range(live(arousal), 0.08, 0.9))"
sway = { follow = "live(arousal)", to = [0.12, 0.8], lag = [1, 3] }
"""
_AFTER = """\
[inputs.wash]
# Nothing in this shader is there for a feeling to move yet: a filter after it lends it the crowd's
# colours, and its light. Where it gets inputs of its own, take "wash.fs" out of the chain above.
amount = { follow = "live(arousal)", to = [0.4, 0.9], lag = [1, 4] }
light = { follow = "live(valence)", to = [0.2, 0.8], lag = [3, 3] }
"""
_AFTER_IMAGES = """\
# Pictures, folders of pictures, or videos, beside this file. An image that has none is one
# transparent black pixel.
# [images]
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """The shader that a preset is written for.

    `file`: its name in `shaders/`; `origin`: what it was made from, for people. `jumps`: inputs
    that it multiplies TIME by → where, for people. `before`: the generator that a filter is drawn
    over. `unused`: inputs that it declares and never reads.
    """

    name: str
    file: str
    origin: str
    header: IsfHeader
    jumps: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    unused: frozenset[str] = frozenset()


def preset_text(subject: Subject) -> str:
    """Return the TOML of a preset that sets every input of the shader."""
    header = subject.header
    used = [item for item in header.inputs if item.name not in subject.unused]
    colours = _colours(used)
    followed = _followed(used, subject.jumps)
    moves = bool(colours or followed or subject.before or _felt(used))
    chain = [name for name in (subject.before, subject.file, "" if moves else WASH) if name]
    lines = [
        f"# A first mapping for {one_line(subject.origin)}, guessed from the names of its inputs.",
        f"# Change a line and save: `empathy live {subject.name}` shows it.",
        *_provenance(header),
        f"title  = {_quoted(subject.name.capitalize()[:LONGEST_TITLE])}",
        f"about  = {_quoted(one_line(header.description)[:LONGEST_ABOUT])}",
        f"shader = {_quoted(chain if len(chain) > 1 else subject.file)}",
        "",
        "[palette]",
        'source = "affect"         # the colours of what is felt; or a file of presets/palettes',
        f"colors = {min(max(FEWEST_COLOURS, len(colours)), MOST_COLOURS)}",
        "",
        *([] if moves else [*_AFTER.splitlines(), ""]),
        *([*_BEFORE.splitlines(), ""] if subject.before else []),
        f"[inputs.{_stem(subject.file)}]" if len(chain) > 1 else "[inputs]",
        *_inputs(subject, colours, followed),
    ]
    images = [item.name for item in used if _wants_file(item)]
    if images:
        lines += ["", *_AFTER_IMAGES.splitlines()]
        lines += [f'# {name} = "{name}.jpg"' for name in images]
    return "\n".join([*lines, ""])


def _felt(inputs: Collection[IsfInput]) -> bool:
    """Whether the engine itself brings something of the crowd to any input."""
    return any(BY_THE_ENGINE.match(item.name) or felt(item) for item in inputs)


def _stem(file: str) -> str:
    return file.rpartition(".")[0] or file


def _provenance(header: IsfHeader) -> list[str]:
    credit = one_line(header.credit)
    text = f"The shader's CREDIT: {credit}"[:LONGEST_CREDIT]
    return [f"# {line}" for line in wrap(text, WIDTH)] if credit else []


def _inputs(
    subject: Subject, colours: Mapping[str, int], followed: Mapping[str, Guess]
) -> list[str]:
    inputs = subject.header.inputs
    stem = _stem(subject.file)
    lines = []
    triggers = 0
    for item in inputs:
        note = UNUSED if item.name in subject.unused else set_by(item)
        lines.append(f"# {explained(item)}{note and f'; {note}'}")
        if note:
            continue
        if item.type == "event":
            lines.append(event_line(item, triggers))
            triggers += 1
        elif item.type == "color":
            lines += colour_lines(item, colours)
        elif item.name in subject.jumps:
            lines += jump_lines(item, subject.jumps[item.name])
        elif guess := followed.get(item.name):
            lines.append(follow_line(item, guess, spelt_out=item.name == stem))
        else:
            lines.append(value_line(item))
    if not inputs:
        lines.append("# The shader has none: give it some, and it can feel (docs/shaders.md).")
    return lines


def _followed(inputs: Collection[IsfInput], jumps: Collection[str]) -> dict[str, Guess]:
    """Return what each input follows; where no name tells anything, the first that may does."""
    free = [
        item
        for item in inputs
        if item.type == "float"
        and item.name not in jumps
        and not set_by(item)
        and span_of(item) is not None
    ]
    found = {item.name: guess for item in free if (guess := guessed(item.name))}
    if not found:
        first = [item for item in free if not settled(item.name)] or free
        found = {item.name: STIRRED for item in first[:1]}
    return found


def _wants_file(item: IsfInput) -> bool:
    return item.type == "image" and set_by(item) == FROM_FILE


def _colours(inputs: Collection[IsfInput]) -> dict[str, int]:
    """Return which swatch of the palette each colour becomes: what lies behind is the darkest."""
    ours = [item for item in inputs if item.type == "color" and not set_by(item)]
    opaque = [
        item.name for item in ours if isinstance(item.default, tuple) and item.default[3] == 1
    ]
    ground = [name for name in opaque if _DARK.search(name)]
    rest = [name for name in opaque if name not in ground]
    total = min(max(FEWEST_COLOURS, len(opaque)), MOST_COLOURS)
    # From the light end down: one colour alone should be seen on a dark ground.
    light = {name: max(total - 1 - place, 0) for place, name in enumerate(rest)}
    return light | {name: min(place, total - 1) for place, name in enumerate(ground)}


def _quoted(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
