"""TOML files into frozen records, every fault of a file at once.

Knows nothing of presets or installations: each floor describes its own records with `Record`.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import ConfigError, Fault


class Record(BaseModel):
    """A frozen record with a default for every field that can have one; no key but the declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


R = TypeVar("R", bound=Record)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the file's table; ConfigError where it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        fix = "a text wants quotes, a list wants brackets: see docs/presets.md"
        raise ConfigError(Fault(str(path), "", f"not TOML: {error}", fix)) from None
    except (OSError, UnicodeDecodeError) as error:
        problem = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError(Fault(str(path), "", problem, "check the path and its rights")) from None


def parse(table: Mapping[str, Any], model: type[R], file: str) -> R:
    """Return `table` as a `model`; ConfigError with one fault per wrong key, all at once."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise ConfigError(list(_faults(error, model, file))) from None


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a phrase that names the likeliest intended word, or lists what is known."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"


def _faults(error: ValidationError, model: type[Record], file: str) -> Iterator[Fault]:
    for item in error.errors(include_url=False):
        path = [str(part) for part in item["loc"]]
        where = ".".join(path)
        if item["type"] == "extra_forbidden":
            owner = _model_at(model, item["loc"][:-1])
            fix = nearest(path[-1], owner.model_fields) if owner else ""
            yield Fault(file, where, "unknown key", fix)
        elif item["type"] == "missing":
            yield Fault(file, where, "missing", f"add a line: {path[-1]} = …")
        else:
            message = item["msg"].removeprefix("Value error, ")
            shown = repr(item["input"])
            shown = shown if len(shown) <= 60 else shown[:57] + "…"
            yield Fault(file, where, shown, message[:1].lower() + message[1:])


def _model_at(model: type[Record], path: tuple[int | str, ...]) -> type[Record] | None:
    """Follow a key path through nested records, tables and lists to the record that owns it."""
    owner: Any = model
    for part in path:
        if isinstance(owner, type) and issubclass(owner, BaseModel):
            field = owner.model_fields.get(str(part))
            if field is None:
                continue  # a union's tag, which pydantic puts into the path
            owner = field.annotation
        owner = _record_within(owner) or owner
    return owner if isinstance(owner, type) and issubclass(owner, Record) else None


def _record_within(annotation: Any) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    found = (_record_within(part) for part in get_args(annotation))
    return next((record for record in found if record), None)
