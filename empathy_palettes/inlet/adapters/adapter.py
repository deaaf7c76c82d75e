"""An adapter file: what one program or device sends, and what that says of a feeling, as records.

Reads no messages: `engine` does, by these records.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ...core.assets import Assets
from ...core.config import Record, parse, read_toml
from ...core.errors import ConfigError
from .faults import faults_of

MOST_VALUES = 64
MOST_MESSAGES = 128
MOST_PARTS = 8  # of an address
STALE = 5.0  # seconds

_PART = r"(?:\*|[A-Za-z0-9_.:+-]*\{(?:device|label)\}|[A-Za-z0-9_.:+-]+)"
_ADDRESS = re.compile(rf"/?{_PART}(?:/{_PART}){{0,{MOST_PARTS - 1}}}")
_IGNORED = re.compile(rf"/?{_PART}(?:/{_PART}){{0,{MOST_PARTS - 1}}}/?")


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text) or text.count("{device}") > 1 or text.count("{label}") > 1:
        raise ValueError(
            "an address is like /EmotiBit/{device}/EDA: its parts are letters and digits, "
            f"*, {{device}} or {{label}}, at most {MOST_PARTS} of them"
        )
    if text.removeprefix("/").partition("/")[0] == "empathy":
        raise ValueError("/empathy/… is understood already, and is nobody's to adapt")
    return text


def _ignored(text: str) -> str:
    if not _IGNORED.fullmatch(text) or "{" in text:
        raise ValueError("what is ignored is like /muse/eeg, or /EmotiBit/*/PPG:")
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", text):
        raise ValueError("a value's name is like brow_down: small letters, digits and _")
    return text


Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, AfterValidator(_name)]
Gain = Annotated[float, Field(ge=-10, le=10)]
Argument = Annotated[int, Field(ge=0, le=255)]  # which, from 0
Label = Annotated[str, Field(min_length=1, max_length=64)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
KindName = Literal["self_report", "expression", "physiology", "model"]


class Message(Record):
    """One message, or some that are alike, and where its numbers go; exactly one of five ways.

    `into`: one value, `take`n from the numbers: one of them, or their last, mean, greatest or
    Euclidean norm. `at`: several values, each from the argument of that number, from 0. `labels`:
    the value depends on a label: the part of the address that is `{label}`, else the first
    argument. `word`: the first argument is an emotion word, or the label of one in `words`.
    `commit`: what was heard until now belongs together, and counts from here.

    `range`: what the numbers run over, made into `to`; outside of it a message is dropped, or held
    at the end where `clamp` is true. "inlet": the range of the inlet, made into [-1, 1]. Without
    one, numbers stay as they are. `missing`: numbers that mean that there is none.
    """

    address: Address | Annotated[tuple[Address, ...], Field(min_length=1, max_length=16)]
    into: Name | None = None
    take: Argument | Literal["last", "mean", "greatest", "norm"] = "last"
    at: Annotated[dict[Name, Argument], Field(max_length=MOST_VALUES)] = Field(default_factory=dict)
    labels: Annotated[dict[Label, Name], Field(max_length=256)] = Field(default_factory=dict)
    word: bool = False
    commit: bool = False
    range: tuple[float, float] | Literal["inlet"] | None = None
    to: tuple[float, float] = (-1.0, 1.0)
    clamp: bool = False
    missing: Annotated[tuple[float, ...], Field(max_length=8)] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The patterns of its address."""
        return (self.address,) if isinstance(self.address, str) else self.address

    @property
    def values(self) -> tuple[str, ...]:
        """The names of the values that it may set."""
        return (*([self.into] if self.into else ()), *self.at, *self.labels.values())

    @model_validator(mode="after")
    def _one_way(self) -> Message:
        ways = [bool(self.into), bool(self.at), bool(self.labels), self.word, self.commit]
        if sum(ways) != 1:
            raise ValueError("say where it goes in one way: into, at, labels, word or commit")
        if isinstance(self.range, tuple) and self.range[0] >= self.range[1]:
            raise ValueError("a range rises: [lowest, highest]; to may fall")
        if self.range is None and (self.clamp or "to" in self.model_fields_set):
            raise ValueError("clamp and to are about a range: add a line range = [0, 1]")
        labelled = {"{label}" in address for address in self.addresses}
        if not self.labels and True in labelled:
            raise ValueError("{label} wants labels: what each of them is called here")
        if len(labelled) > 1:
            raise ValueError("all of its addresses hold a {label}, or none does")
        return self


class Value(Record):
    """What is done to a value before it counts, in this order.

    `greatest_of`: it is the greatest of these, instead of being sent. `smooth`: a low-pass of so
    many seconds. `phasic`: only what is above its own average over so many seconds. `calibrate`:
    how far it is from the person's usual (`Calibration`), in deviations of which the least is
    `floor`, in the unit of the value. `magnitude`: without its sign.
    """

    greatest_of: Annotated[tuple[Name, ...], Field(max_length=8)] = ()
    smooth: Seconds | None = None
    phasic: Seconds | None = None
    calibrate: bool = False
    floor: Annotated[float, Field(gt=0)] | None = None
    magnitude: bool = False

    @model_validator(mode="after")
    def _floor(self) -> Value:
        if self.calibrate != (self.floor is not None):
            raise ValueError("calibrate and floor go together: floor = the least deviation")
        return self


class Axis(Record):
    """Valence, arousal or dominance: `offset` and a weighted sum of values, brought to [-1, 1].

    Not given while none of its values is there, or, where `whole` is true, one is not. One that is
    missing counts as 0, or, where `renormalise` is true, leaves its weight to the others.
    """

    terms: Annotated[dict[Name, Gain], Field(min_length=1, max_length=MOST_VALUES)]
    offset: Gain = 0.0
    squash: Literal["clip", "tanh"] = "clip"
    renormalise: bool = False
    whole: bool = False


class Weight(Record):
    """How sure it is: `most`, times the least of these values (each in 0..1) that are there."""

    most: Annotated[float, Field(ge=0, le=1)] = 1.0
    of: Annotated[tuple[Name, ...], Field(max_length=8)] = ()


class Adapter(Record):
    """Everything about one program or device.

    `id`: what it is told apart by; the name of its file, unless said. `rating`: A self-report or
    trained by the artist, B defensible, C weak. `evidence`: where its facts were read. `port`: the
    one it usually sends to. `slashless`: its addresses may lack the slash in front. `ignore`: how
    addresses begin that are dropped, before they are read where no `*` stands for a part of them.
    `stale`: seconds after which a value that is not sent again is none. `words`: own labels for
    emotion words. `blend`: values that each say how much of an emotion word there is.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,64}$")] = ""
    title: Annotated[str, Field(min_length=1)]
    about: Annotated[str, Field(min_length=1)]
    rating: Literal["A", "B", "C"]
    evidence: Annotated[tuple[str, ...], Field(min_length=1)]
    kind: KindName
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    slashless: bool = False
    ignore: Annotated[
        tuple[Annotated[str, AfterValidator(_ignored)], ...], Field(max_length=64)
    ] = ()
    stale: Seconds = STALE
    message: Annotated[tuple[Message, ...], Field(min_length=1, max_length=MOST_MESSAGES)]
    value: dict[Name, Value] = Field(default_factory=dict)
    valence: Axis | None = None
    arousal: Axis | None = None
    dominance: Axis | None = None
    words: Annotated[dict[Label, str], Field(max_length=256)] = Field(default_factory=dict)
    blend: Annotated[dict[Name, str], Field(max_length=MOST_VALUES)] = Field(default_factory=dict)
    weight: Weight = Weight()

    @property
    def axes(self) -> tuple[Axis | None, Axis | None, Axis | None]:
        """Valence, arousal, dominance."""
        return self.valence, self.arousal, self.dominance

    @property
    def sent(self) -> tuple[str, ...]:
        """The values that messages set, each once, in the order of the file."""
        return tuple(dict.fromkeys(name for each in self.message for name in each.values))

    @property
    def columns(self) -> tuple[str, ...]:
        """All values: those that are sent, then those that are the greatest of others."""
        derived = (name for name, value in self.value.items() if value.greatest_of)
        return *self.sent, *derived

    @model_validator(mode="after")
    def _few(self) -> Adapter:
        if len(self.columns) > MOST_VALUES:
            raise ValueError(f"{len(self.columns)} values are too many: {MOST_VALUES} at most")
        return self

    @model_validator(mode="after")
    def _bodily(self) -> Adapter:
        if self.kind == "physiology" and self.valence:
            raise ValueError("physiology says nothing of valence: leave [valence] out")
        return self


def load_adapter(name: str, assets: Assets, owner: Path | None = None) -> Adapter:
    """Return the adapter that `name` means; `owner`: the file that names it, None: a person does.

    Raises AssetError where there is none of that name, ConfigError with every fault of the file.
    """
    path = assets.resolve("adapters", name, owner) if owner else assets.find("adapters", name)
    adapter = parse(read_toml(path), Adapter, str(path))
    if faults := faults_of(adapter, str(path)):
        raise ConfigError(faults)
    return adapter if adapter.id else adapter.model_copy(update={"id": path.stem[:64]})
