"""The files one shader is made of: read, freed of comments, includes spliced in, lines kept.

Knows the preprocessor's `#include` and nothing else of GLSL. moderngl refuses any `#include` it
meets, even one in a comment, so none leaves this module.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from ..core.assets import Assets
from ..core.errors import AssetError, Fault, ShaderError

LINES_PER_FILE = 1_000_000  # a driver's log gives back only a line: the file goes into it
DEEPEST_INCLUDE = 16
MOST_FILES = 64
MOST_BYTES = 4 * 2**20  # of one file

_COMMENT = re.compile(r'"[^"\n]*"|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_INCLUDE = re.compile(r'[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">][ \t]*\Z')


class ShaderFiles:
    """A shader's own file, its vertex file, and what they include: numbered for the driver.

    Number 0 is the text that we put before the shader; `#line` of file f, line n is
    f · LINES_PER_FILE + n.
    """

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._paths: list[Path] = []
        self._texts: list[list[str]] = []
        self._places: list[Path] = []

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that was read."""
        return tuple(self._paths)

    @property
    def watched(self) -> tuple[Path, ...]:
        """Every file that was read, and those that would have been, were they there.

        An edit to any of them is an edit to the shader.
        """
        return tuple(dict.fromkeys((*self._paths, *self._places)))

    def look_for(self, *paths: Path) -> None:
        """Name files that belong to the shader as soon as they are there."""
        self._places += paths

    def read(self, path: Path) -> str:
        """Return the file's text as `read_text` does, and number it."""
        text = read_text(path)
        self._paths.append(path)
        self._texts.append(text.split("\n"))
        return text

    def expand(self, text: str, path: Path) -> str:
        """Return `text`, the GLSL of `path`, without comments and with its includes in place.

        A file is included once, however often it is asked for. ShaderError names every include
        that cannot be resolved.
        """
        faults: list[Fault] = []
        expanded = self._expand(text, path, {path.resolve()}, faults, 1)
        if faults:
            raise ShaderError(faults)
        return expanded

    def place(self, line: int) -> tuple[str, int, str]:
        """Return file, line and text of a line as a driver numbers it; ("", 0, "") for ours."""
        number, line = divmod(line, LINES_PER_FILE)
        if not 1 <= number <= len(self._paths):
            return "", 0, ""
        lines = self._texts[number - 1]
        shown = lines[line - 1].strip() if 1 <= line <= len(lines) else ""
        return str(self._paths[number - 1]), line, shown

    def code(self, line: int) -> str:
        """Return the whole line that `place` tells of, its comments turned into spaces."""
        number, line = divmod(line, LINES_PER_FILE)
        if not 1 <= number <= len(self._texts):
            return ""
        lines = strip_comments("\n".join(self._texts[number - 1])).split("\n")
        return lines[line - 1] if 1 <= line <= len(lines) else ""

    def mention(self, name: str) -> tuple[str, int, str]:
        """Return file, line and text of the first line of code with `name`; ("", 0, "") if none."""
        sought = re.compile(rf"\b{re.escape(name)}\b")
        for path, text in zip(self._paths, self._texts, strict=True):
            code = strip_comments("\n".join(text)).split("\n")
            for number, line in enumerate(code, 1):
                if sought.search(line):
                    return str(path), number, text[number - 1].strip()
        return "", 0, ""

    def _expand(
        self, text: str, path: Path, seen: set[Path], faults: list[Fault], depth: int
    ) -> str:
        number = self._paths.index(path) + 1
        lines = [f"#line {number * LINES_PER_FILE + 1}"]
        for position, line in enumerate(strip_comments(text).split("\n"), 1):
            include = _INCLUDE.match(line)
            if include is None:
                if "#" in line and re.match(r"\s*#\s*include\b", line):
                    problem, fix = "an include that names no file", 'write #include "name.glsl"'
                    faults.append(Fault(str(path), f"line {position}", problem, fix))
                    line = ""
                lines.append(line)
                continue
            if len(faults) > MOST_FILES:
                break  # enough is told
            try:
                found = self._assets.resolve("includes", include[1], path)
                if depth > DEEPEST_INCLUDE or len(self._paths) >= MOST_FILES:
                    problem = f"more than {DEEPEST_INCLUDE} includes deep, or {MOST_FILES} files"
                    raise AssetError(Fault(str(path), "", problem))
                if found not in seen:
                    seen.add(found)
                    inner = self._reread(found)
                    lines.append(self._expand(inner, found, seen, faults, depth + 1))
            except (AssetError, ShaderError) as error:
                fault = error.faults[0]
                where = f"line {position}"
                faults.append(Fault(str(path), where, fault.problem, fault.fix))
            lines.append(f"#line {number * LINES_PER_FILE + position + 1}")
        return "\n".join(lines)

    def _reread(self, path: Path) -> str:
        """The text of an include; one that both stages share is read and numbered once."""
        if path in self._paths:
            return "\n".join(self._texts[self._paths.index(path)])
        return self.read(path)


def read_text(path: Path) -> str:
    """Return a shader's file with plain line ends; ShaderError where it cannot be one."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ShaderError(Fault(str(path), "", "no regular file", "name a file of text"))
        if status.st_size > MOST_BYTES:
            problem = f"{status.st_size:,} bytes, more than {MOST_BYTES:,}"
            raise ShaderError(Fault(str(path), "", problem, "a shader holds code, no pictures"))
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL in the path
        problem = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ShaderError(Fault(str(path), "", problem, "check the path and rights")) from None


def strip_comments(text: str) -> str:
    """Return GLSL with its comments turned into spaces: every line and column stays."""
    return _COMMENT.sub(_blank, text)


def _blank(token: re.Match[str]) -> str:
    found = token[0]
    return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)
