"""TOML files into frozen records, every fault of a file at once.

Knows nothing of presets or installations: each floor describes its own records with `Record`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import ConfigError, Fault


class Record(BaseModel):
    """A frozen record with a default for every field that can have one; no key but the declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


R = TypeVar("R", bound=Record)
MOST_TOLD = 10  # names that a line lists


def read_toml(path: Path) -> dict[str, Any]:
    """Return the file's table; ConfigError where it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        problem, fix = error.strerror or str(error), "check the path and its rights"
    except UnicodeDecodeError:
        problem, fix = "not UTF-8 text", "save it as UTF-8"
    except (ValueError, RecursionError) as error:
        problem, fix = (
            f"not TOML: {error}",
            "mend that line: texts want quotes, true and false are small, tables of a list [[two]]",
        )
    raise ConfigError(Fault(str(path), "", problem, fix))


def parse(table: Mapping[str, Any], model: type[R], file: str) -> R:
    """Return `table` as a `model`; ConfigError with one fault per wrong key, all at once."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise ConfigError(list(_faults(error, model, file))) from None


def near(word: str, known: Iterable[str]) -> str:
    """Return the one of `known` that was likeliest meant; "" where none comes close."""
    names = {name.lower(): name for name in sorted(known)}
    close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a phrase that names the likeliest intended word, or some of what is known."""
    names = sorted(set(known), key=str.lower)
    if close := near(word, names):
        return f"did you mean {close!r}?"
    more = " …" if len(names) > MOST_TOLD else ""
    return f"known: {', '.join(names[:MOST_TOLD])}{more}"


def _faults(error: ValidationError, model: type[Record], file: str) -> Iterator[Fault]:
    """Yield one fault per key; what each way of writing a value lacks is told in one line."""
    told: dict[tuple[str, str], list[str]] = {}
    for item in error.errors(include_url=False):
        kind, path = item["type"], item["loc"]
        if kind == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # pydantic leaves out the items that are wrong, which have faults of their own
        if kind == "extra_forbidden":
            keys, owner = _followed(model, path[:-1])
            known = owner.model_fields if _is_record(owner) else ()
            where, problem = [*keys, str(path[-1])], "unknown key"
            fix = nearest(str(path[-1]), known) if known else "leave it out"
        elif kind == "missing":
            where, problem = _followed(model, path)[0], "missing"
            fix = "add a value" if isinstance(path[-1], int) else f"add a line: {path[-1]} = …"
        else:
            whole = isinstance(item["input"], Mapping | BaseModel)  # its keys are told by `where`
            where, problem = _followed(model, path)[0], "" if whole else _shown(item["input"])
            fix = re.sub(r"^(Value error, |\w+ (?=should ))", "", item["msg"])
            fix = fix.replace("a valid tuple", "a list")
            fix = fix[:1].lower() + fix[1:].replace(" after validation", "")
        fixes = told.setdefault((".".join(where), problem), [])
        if fix not in fixes:
            fixes.append(fix)
    for (where_, problem), fixes in told.items():
        yield Fault(file, where_, problem, ", or ".join(fixes))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _followed(model: type[Record], path: tuple[int | str, ...]) -> tuple[list[str], Any]:
    """Return the keys of a path, pydantic's tags of alternatives left out, and where it ends."""
    keys: list[str] = []
    annotation: Any = model
    for part in path:
        annotation = _bare(annotation)
        if get_origin(annotation) in (Union, UnionType):
            annotation = _alternative(annotation, str(part))
            continue
        keys.append(str(part))
        annotation = _within(annotation, part)
    return keys, _bare(annotation)


def _within(annotation: Any, part: int | str) -> Any:
    """Return the type of one field, item or value of a type; Any where it says nothing of it."""
    if _is_record(annotation):
        field = annotation.model_fields.get(str(part))
        return field.annotation if field else Any
    arguments = get_args(annotation)
    if not arguments:
        return Any
    if get_origin(annotation) is tuple and isinstance(part, int):
        return arguments[0] if arguments[-1] is Ellipsis else arguments[part]
    return arguments[-1]


def _bare(annotation: Any) -> Any:
    """Return a type without what is annotated to it, and without its None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kept = [member for member in get_args(annotation) if member is not NoneType]
        return _bare(kept[0]) if len(kept) == 1 else annotation
    return annotation


def _alternative(union: Any, tag: str) -> Any:
    """Return the member of a union that pydantic's tag names, or one with keys of its own."""
    members = [_bare(member) for member in get_args(union)]
    named = [member for member in members if getattr(member, "__name__", "") == tag]
    return next(iter(named or filter(get_args, members)), Any)


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
