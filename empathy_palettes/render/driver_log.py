"""What a driver says of a shader, as faults of the artist's own files: line, column, text.

Knows the logs of Mesa, NVIDIA, ARM, and those that write `ERROR: 0:12:` (AMD, Intel, Apple, ANGLE,
Qualcomm, glslang). Compiles nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from ..core.errors import Fault
from .glsl import compiled_name, written_name
from .source import ShaderFiles

MOST_FAULTS = 12
_MOST_QUOTED = 80  # characters of a source line: one may hold a whole table of numbers
_MESA = re.compile(r"^\d+:(?P<line>\d+)\((?P<column>\d+)\): error: (?P<says>.+)")
_LOG_LINES = (
    _MESA,
    re.compile(r"^\d+:(?P<line>\d+)\((?P<column>\d+)\): preprocessor error: (?P<says>.+)"),
    re.compile(r"^\d*\((?P<line>\d+)\) : (?:fatal )?error \w+: (?P<says>.+)"),  # NVIDIA
    re.compile(
        r"^ERROR: \d+:(?P<line>\d+):(?:(?P<column>\d+):)? (?:error\(#\d+\):? )?(?P<says>.+)"
    ),
    re.compile(r"^\d+:(?P<line>\d+): (?:error: |[LPS]\d{4}: )(?P<says>.+)"),  # ARM
)
_UNDECLARED = re.compile(r"undeclared|undefined variable", re.IGNORECASE)
_IN_ISF = {
    **dict.fromkeys(("time", "iTime", "iGlobalTime", "u_time", "fGlobalTime"), "TIME"),
    **dict.fromkeys(("iTimeDelta", "u_delta", "fFrameTime"), "TIMEDELTA"),
    **dict.fromkeys(("iFrame", "u_frame"), "FRAMEINDEX"),
    **dict.fromkeys(("iDate", "u_date"), "DATE"),
    **dict.fromkeys(("resolution", "iResolution", "u_resolution", "v2Resolution"), "RENDERSIZE"),
    **dict.fromkeys(("mouse", "iMouse", "u_mouse"), "an input of TYPE point2D"),
    "fragCoord": "gl_FragCoord.xy",
}
_LINK_LINE = re.compile(r"^(?:error|ERROR)\b[: ]*(?P<says>.*\S)")
_QUOTED = re.compile(r"[`'\"]([A-Za-z_]\w*)['\"]")
_TOKEN = re.compile(r"[ \t]+|[A-Za-z_]\w*|.", re.ASCII)
_OURS = re.compile(r"\bisf_\w+")


def read_log(log: str, files: ShaderFiles, defined: Set[str] = frozenset()) -> list[Fault]:
    """Return a driver's complaints as faults, each with its own file, line and source text.

    Where the log tells a column, so does the fault; `defined`: the macros that lines may hold.
    """
    # One mistake makes a driver complain on several times: the first complaint of a line is the one
    # that names it.
    faults: dict[tuple[str, int], Fault] = {}
    for line, fault in _faults(log, files, defined):
        faults.setdefault((fault.file, line or -len(faults)), fault)
    if faults:
        return list(faults.values())[:MOST_FAULTS]
    said = next((line for line in reversed(log.splitlines()) if line.strip()), "no reason given")
    return [Fault(str(files.paths[0]), "", f"the driver refuses it: {_worded(said.strip())}")]


def _faults(log: str, files: ShaderFiles, defined: Set[str]) -> Iterator[tuple[int, Fault]]:
    main = str(files.paths[0])
    for line in map(str.strip, log.splitlines()):
        found = next((match for form in _LOG_LINES if (match := form.match(line))), None)
        if found:
            file, number, text = files.place(int(found["line"]))
            column = int(found.groupdict().get("column") or 0)
            if column and found.re is _MESA:
                column = _unfolded(column, files.code(int(found["line"])), defined)
            where = f"line {number}" if number else ""
            where += f", column {column}" if number and column else ""
            quoted = _shortened(text)
            says = _worded(found["says"].strip().removesuffix("; candidates are:"))
            fixes = (quoted and f"in: {quoted}", _as_isf(says))
            yield number, Fault(file or main, where, says, ": ".join(filter(None, fixes)))
        elif link := _LINK_LINE.match(line):
            yield _linked(link["says"], files)


def _as_isf(says: str) -> str:
    """What ISF calls a name of another host that a driver does not know; "" for other names."""
    if not _UNDECLARED.search(says):
        return ""
    known = (word for word in re.findall(r"\w+", says) if word in _IN_ISF)
    word = next(known, "")
    return word and f"{word} is {_IN_ISF[word]} in ISF"


def _linked(says: str, files: ShaderFiles) -> tuple[int, Fault]:
    """A linker tells no line: the first that has the name it quotes is where to begin."""
    for name in map(written_name, _QUOTED.findall(says)):
        file, number, text = files.mention(name)
        if number:
            return number, Fault(file, f"line {number}", _worded(says), f"in: {_shortened(text)}")
    return 0, Fault(str(files.paths[0]), "", _worded(says))


def _unfolded(column: int, code: str, defined: Set[str]) -> int:
    """Return the column of `code` that Mesa means, or 0 where that cannot be known.

    Mesa counts after its preprocessor: spaces in a row are one, and what the prelude renames has
    its new length. What a macro of the author's becomes is not known here.
    """
    folded = 1
    for token in _TOKEN.finditer(code):
        word = token[0]
        if word in defined:
            return 0
        length = 1 if word.isspace() else len(compiled_name(word))
        if folded + length > column:
            return token.start() + 1 + (column - folded if length == len(word) else 0)
        folded += length
    return len(code.rstrip()) + 1 if column == folded else 0


def _worded(says: str) -> str:
    return _shortened(_OURS.sub(lambda found: written_name(found[0]), says))


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1].rstrip()}…"
