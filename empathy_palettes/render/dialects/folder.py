"""A Shadertoy of several files: image, bufferA to bufferD, common; each its own program.

Knows nothing of one-file shaders: `wrap` does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...core.assets import stray_tab, tab_of, tabs_of
from ...core.errors import Fault, ShaderError
from .channels import BUFFERS, bindings, hears, without_notes
from .declared import declarations, words
from .refuse import refuse
from .wrap import header_of, shadertoy
from .wrapped import Builder, Wrapped

_PIXELS = re.compile(r"\b(?:texelFetch|iChannelResolution|textureSize)\b")
_IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a Shadertoy by tab (`image`, `common`, `bufferA` …), and their texts."""

    path: Path
    files: Mapping[str, Path]
    texts: Mapping[str, str]

    @property
    def buffers(self) -> tuple[str, ...]:
        """Which of the four buffers there are, in the order in which they are drawn."""
        return tuple(name for name in BUFFERS if name in self.files)

    @property
    def common_text(self) -> str:
        """The text that stands before every other one, ending with a line end; "" without."""
        text = self.texts.get("common", "")
        return f"{text}\n" if text else ""

    def has_common(self, tab: str) -> bool:
        """Whether `common` stands before a tab's text: not where the text includes it itself."""
        included = re.findall(r'^[ \t]*#[ \t]*include[ \t]+["<]([^">\n]+)', self.texts[tab], re.M)
        return "common" in self.files and all(tab_of(Path(name)) != "common" for name in included)

    def wrapped(self) -> Iterator[tuple[str, Wrapped]]:
        """Yield tab and wrapping of each pass in order; ShaderError with the faults of all tabs."""
        faults: list[Fault] = []
        found: list[tuple[str, Wrapped]] = []
        for tab in (*self.buffers, _IMAGE):
            try:
                found.append((tab, self._wrap(tab)))
            except ShaderError as error:
                faults += error.faults
        if faults:
            raise ShaderError(faults)
        yield from found

    def header(self, wrapped: list[tuple[str, Wrapped]]) -> dict[str, object]:
        """Return the ISF header of all passes together.

        The image is drawn at the buffers' own size where it counts their pixels.
        """
        inputs = {item["NAME"]: item for _, each in wrapped for item in each.header["INPUTS"]}
        passes: list[dict[str, object]] = [
            {"TARGET": name, "PERSISTENT": True, "FLOAT": True} for name in self.buffers
        ]
        whole = self.common_text + self.texts[_IMAGE]
        counts = bool(_PIXELS.search(whole)) and bool(passes)
        passes.append({"TARGET": "image", "PERSISTENT": True} if counts else {})
        return header_of("shadertoy", whole, [*inputs.values()], passes)

    def _wrap(self, tab: str) -> Wrapped:
        own = self.texts[tab]
        common = self.common_text if self.has_common(tab) else ""
        text = without_notes(own)
        whole = common + text
        declared = declarations(whole)
        refuse(text, self.files[tab], "shadertoy", declared)
        besides = frozenset[str]().union(*map(words, self.texts.values()))
        builder = Builder(whole, heard=hears(whole), besides=besides)
        for sampler, target in bindings(own, tab, self.buffers).items():
            if sampler in words(whole):
                builder.lines.append(f"#define {sampler} {target}")
                builder.hosted.add(sampler)
        shadertoy(builder, declared, opaque=tab == _IMAGE)
        before, after = builder.write()
        hosted = frozenset(builder.hosted)
        header = {"INPUTS": builder.inputs}
        return Wrapped("shadertoy", header, before, text, after, hosted)


def read_folder(path: Path, texts: Mapping[str, str]) -> Folder:
    """Return the Shadertoy in a folder; `texts`: what its files hold, by tab."""
    return Folder(path, tabs_of(path), {tab: _plain(text) for tab, text in texts.items()})


def stray_tabs(folder: Path, read: Collection[Path]) -> Iterator[Fault]:
    """Yield a warning for each file that is called like a tab of a Shadertoy and is none.

    `read`: the files that were read: one that a tab includes is there for that.
    """
    for path in sorted(folder.iterdir()):
        if stray_tab(path) and path not in read:
            problem = f"{path.name} is no tab of a Shadertoy: bufferA … bufferD"
            yield Fault(str(folder), "", problem, "rename it, or take it out of the folder")


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
