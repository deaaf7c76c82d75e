"""TOML files into frozen records, every fault of a file at once.

Knows nothing of presets or installations: each floor describes its own records with `Record`.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError

from .errors import ConfigError, Fault


def _be_strict(schema: Any) -> None:
    """Make every flag and number within a schema strict, and every choice of numbers, in place."""
    if isinstance(schema, list | tuple):
        for each in schema:
            _be_strict(each)
    elif isinstance(schema, dict):
        kind = schema.get("type")
        if kind in ("bool", "int", "float"):
            schema["strict"] = True
        elif kind == "literal" and all(type(each) is int for each in schema["expected"]):
            choice = dict(schema)
            schema.clear()
            check = {"type": "no-info", "function": _whole_of(choice["expected"])}
            schema.update({"type": "function-before", "function": check, "schema": choice})
            return
        for each in schema.values():
            _be_strict(each)


def _whole_of(choices: list[int]) -> Callable[[Any], Any]:
    """Return a check that a value is a whole number, for which True and 1.0 pass in Python."""
    expected = " or ".join(map(str, choices))

    def check(value: Any) -> Any:
        if type(value) is not int:
            raise ValueError(f"should be {expected}")
        return value

    return check


class Record(BaseModel):
    """A frozen record with a default for every field that can have one; no key but the declared.

    A flag is true or false and nothing else, a number no text and no flag; a list may be a tuple.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> Any:
        """Return pydantic's schema, as strict as TOML is of its flags and numbers.

        By itself pydantic takes "yes" for true and true for 1: a guard would be off by a slip.
        """
        schema = handler(source)
        _be_strict(schema)
        return schema


R = TypeVar("R", bound=Record)
MOST_TOLD = 10  # names that a line lists
_TWICE = re.compile(r"Cannot (declare|overwrite|mutate|redefine)|Duplicate")  # as tomllib says it


def read_toml(path: Path) -> dict[str, Any]:
    """Return the file's table; ConfigError where it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        problem, fix = error.strerror or str(error), "check the path and its rights"
    except UnicodeDecodeError:
        problem, fix = "not UTF-8 text", "save it as UTF-8"
    except (ValueError, RecursionError) as error:
        problem = f"not TOML: {error}"
        fix = (
            "this key or table is there twice: keep one"
            if _TWICE.match(str(error))
            else "mend that line: texts want quotes, true and false are small, "
            "tables of a list [[two]]"
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
    told: dict[tuple[tuple[str, ...], str], list[str]] = {}
    places = list[_Place]()
    for item in error.errors(include_url=False):
        kind, path = item["type"], item["loc"]
        if kind == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # pydantic leaves out the items that are wrong, which have faults of their own
        place = _followed(model, path)
        keys = tuple(place.keys)
        if kind == "extra_forbidden":
            owner = _followed(model, path[:-1])
            keys = (*owner.keys, str(path[-1]))
            known = owner.kind.model_fields if _is_record(owner.kind) else ()
            problem = "unknown key"
            fix = nearest(str(path[-1]), known) if known else "leave it out"
        elif kind == "missing":
            problem = "missing"
            fix = "add a value" if isinstance(path[-1], int) else f"add a line: {path[-1]} = …"
        else:
            whole = isinstance(item["input"], Mapping | BaseModel)  # its keys are told by `keys`
            problem = "" if whole else _shown(item["input"])
            if kind in ("tuple_type", "list_type") and whole and _is_table(place.kind):
                problem = "this is one table of a list"
            fix = _remedy(item, place)
        places.append(place)
        fixes = told.setdefault((keys, problem), [])
        if fix not in fixes:
            fixes.append(fix)
    # Where a value can be written in several ways, the way in which a part of it is wrong is meant.
    deeper = {union for place in places for union in place.unions if len(place.keys) > len(union)}
    for (keys_, problem), fixes in told.items():
        if keys_ not in deeper:
            yield Fault(file, ".".join(keys_), problem, ", or ".join(fixes))


def _remedy(item: Any, place: _Place) -> str:
    """Say in words of TOML what pydantic says in words of Python; `item`: one of its errors."""
    kind, value = item["type"], item["input"]
    table = ".".join(key for key in place.keys if not key.isdecimal())
    union = tuple(place.keys) in place.unions
    if kind in ("tuple_type", "list_type") and not union:
        if isinstance(value, Mapping):
            return f"write [[{table}]]" if _is_table(place.kind) else "write a list: [ … ]"
        items = get_args(place.kind)
        if items and items[-1] is not Ellipsis and len(items) > 1:
            return f"write a list of {len(items)}, in brackets"
        if items and not _is_table(place.kind):
            line = "" if place.keys[-1].isdecimal() else f"{place.keys[-1]} = "
            return f"write it in brackets: {line}[{_written(value)}]"
        return f"write [[{table}]]"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            return f"there is one only: write [{table}]"
        return "write a table: { … }"
    if kind == "string_pattern_mismatch":
        return place.says or "these are not all signs that it may have"
    if kind == "string_type":
        return "write a text, in quotes"
    if kind == "bool_type":
        return "write true or false, without quotes"
    if kind in ("int_type", "float_type"):
        number = "a whole number" if kind == "int_type" else "a number"
        return f"write {number}" + (", without quotes" if isinstance(value, str) else "")
    fix = re.sub(r"^(Value error, |\w+ (?=should ))", "", item["msg"])
    fix = re.sub(", unable to .*", "", fix.replace("a valid tuple", "a list"))
    return fix[:1].lower() + fix[1:].replace(" after validation", "")


def _written(value: object) -> str:
    """A value of one line as TOML has it."""
    return json.dumps(value, ensure_ascii=False, default=str)


class _Place(NamedTuple):
    """Where a path leads.

    `keys` as they are written; the `kind` of what is there, and what its field `says` of it;
    `unions`: the places on the way where a value may be written in several ways.
    """

    keys: list[str]
    kind: Any
    says: str
    unions: list[tuple[str, ...]]


def _shown(value: object) -> str:
    text = _written(value) if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _followed(model: type[Record], path: tuple[int | str, ...]) -> _Place:
    """Follow a path of pydantic's, whose tags of alternatives are no keys."""
    keys: list[str] = []
    unions: list[tuple[str, ...]] = []
    annotation: Any = model
    says = ""
    for part in path:
        annotation = _bare(annotation)
        if get_origin(annotation) in (Union, UnionType):
            unions.append(tuple(keys))
            annotation = _alternative(annotation, str(part))
            continue
        keys.append(str(part))
        says = _description(annotation, part)
        annotation = _within(annotation, part)
    return _Place(keys, _bare(annotation), says, unions)


def _description(annotation: Any, part: int | str) -> str:
    """Return what `Field(description=…)` says of one field, item or value of a type, or ""."""
    if _is_record(annotation):
        field = annotation.model_fields.get(str(part))
        return (field.description if field else None) or ""
    within = _within(annotation, part)
    told = get_args(within)[1:] if get_origin(within) is Annotated else ()
    return next((each.description for each in told if getattr(each, "description", "")), "")


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


def _is_table(annotation: Any) -> bool:
    """Whether it is a list of tables, which TOML writes as [[…]]."""
    return any(_is_record(_bare(item)) for item in get_args(annotation))


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
