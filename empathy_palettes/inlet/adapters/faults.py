"""What is wrong with an adapter that pydantic cannot see: names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ...core.config import nearest
from ...core.errors import Fault
from ...core.words import lookup, spellings
from .paths import Beginnings, parts_of

if TYPE_CHECKING:  # it reads its files by way of this
    from .adapter import Adapter


def faults_of(adapter: Adapter, file: str) -> list[Fault]:
    """Return every fault of an adapter whose keys are right already."""
    faults = [*_unknown_values(adapter, file), *_unknown_words(adapter, file)]
    faults += _messages(adapter, file)
    says_word = any(message.word for message in adapter.message)
    if not (any(adapter.axes) or adapter.blend or says_word):
        fix = "add [valence], [arousal], [dominance] or [blend], or a message with word = true"
        faults.append(Fault(file, "", "nothing says what is felt", fix))
    return faults


def _unknown_values(adapter: Adapter, file: str) -> Iterator[Fault]:
    sent, columns = set(adapter.sent), set(adapter.columns)
    for name, axis in zip(("valence", "arousal", "dominance"), adapter.axes, strict=True):
        yield from _missing(axis.terms if axis else (), columns, file, f"{name}.terms")
    yield from _missing(adapter.weight.of, columns, file, "weight.of")
    yield from _missing(adapter.blend, columns, file, "blend")
    for name, value in adapter.value.items():
        yield from _missing(value.greatest_of, sent, file, f"value.{name}.greatest_of")
        if value.greatest_of and name in sent:
            fix = "give one of the two another name"
            yield Fault(file, f"value.{name}", "is sent and the greatest of others", fix)
        elif not value.greatest_of:
            yield from _missing((name,), columns, file, "value")


def _missing(names: Iterable[str], known: set[str], file: str, where: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(file, where, f"no message gives {name!r}", nearest(name, known))


def _unknown_words(adapter: Adapter, file: str) -> Iterator[Fault]:
    for where, table in (("words", adapter.words), ("blend", adapter.blend)):
        for key, word in table.items():
            if lookup(word) is None:
                yield Fault(file, f"{where}.{key}", repr(word), nearest(word, spellings()))


def _messages(adapter: Adapter, file: str) -> Iterator[Fault]:
    for number, message in enumerate(adapter.message):
        where = f"message.{number}"
        for address in message.addresses:
            if not adapter.slashless and not address.startswith("/"):
                fix = f"write /{address}, or slashless = true"
                yield Fault(file, f"{where}.address", f"{address!r} has no slash in front", fix)
            for ignored in adapter.ignore:
                if Beginnings([ignored]).find(address, parts_of(address)):
                    fix = "leave out one of the two"
                    yield Fault(file, "ignore", f"{ignored!r} is a message too, {where}", fix)
