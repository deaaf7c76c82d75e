"""Nothing is shown that the project does not draw again, and whoever looks finds their way."""

from __future__ import annotations

import io
import shlex
from html.parser import HTMLParser
from pathlib import Path

import av
import numpy as np
import pytest
import typer
from PIL import Image

from empathy_palettes.cli.app import app
from empathy_palettes.core.assets import Assets, builtin_root
from empathy_palettes.mapping.preset import load_preset
from empathy_palettes.outlet.film.webp import encode_webp
from empathy_palettes.show.analysis import analyse
from empathy_palettes.show.gallery import drawing
from empathy_palettes.show.gallery.drawing import SHEET
from empathy_palettes.show.gallery.index import NAME, Work, mark_of, read_index
from empathy_palettes.show.gallery.states import (
    LOOP_FPS,
    LOOP_SECONDS,
    LOOP_SIZE,
    SIZE,
    STATES,
    STILL_QUALITY,
    State,
    line,
    loop_name,
    loops_line,
    still_name,
)

GALLERY = builtin_root() / "gallery"
SHIPPED = Assets([builtin_root()])
WORKS = read_index(GALLERY)
SHOWN = [(work, state) for work in WORKS.values() for state in STATES]
MOST_BYTES = 20_000_000
AGAIN = "draw it: make gallery (it draws only what is missing or has changed)"


def named(value: Work | State) -> str:
    return value.name


class Page(HTMLParser):
    """What a page holds, as far as these tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.lines: list[str] = []
        self._code = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        self._code = tag == "code" or (self._code and tag != "pre")

    def handle_endtag(self, tag: str) -> None:
        self._code = self._code and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._code:
            self.lines += [each for each in data.splitlines() if each.startswith("empathy ")]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> Page:
    if not WORKS:
        pytest.skip("there is no gallery yet; another test says so")
    return Page((GALLERY / "index.html").read_text("utf-8"))


def test_every_preset_is_shown_as_it_is_now() -> None:
    there = {path.stem: path for path in SHIPPED.listing("presets")}
    missing = sorted(set(there) - set(WORKS))
    assert not missing, f"not in gallery/: {', '.join(missing)}; {AGAIN}"
    gone = sorted(set(WORKS) - set(there))
    assert not gone, f"in gallery/, and no presets: {', '.join(gone)}; {AGAIN}"
    changed = [
        name
        for name, path in there.items()
        if mark_of(load_preset(path, SHIPPED), SHIPPED) != WORKS[name].mark
    ]
    assert not changed, f"changed since they were drawn: {', '.join(changed)}; {AGAIN}"


def test_every_file_is_shown_and_all_of_them_are_small_enough() -> None:
    ours = {name for work in WORKS.values() for name in work.files}
    ours |= {NAME, SHEET, "index.html", "README.md", "swatches-affect.webp"}
    ours |= {f"swatches-{path.stem}.webp" for path in SHIPPED.listing("palettes")}
    there = {path.name for path in GALLERY.iterdir()}
    assert not ours - there, f"not in gallery/: {', '.join(sorted(ours - there))}; {AGAIN}"
    assert not there - ours, f"shown by nothing, delete: {', '.join(sorted(there - ours))}"
    assert sum(path.stat().st_size for path in GALLERY.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("work", WORKS.values(), ids=named)
def test_every_picture_has_its_line(work: Work, page: Page) -> None:
    readme = (GALLERY / "README.md").read_text("utf-8").splitlines()
    for each in (*(line(work.name, state) for state in STATES), loops_line(work.name)):
        assert each in readme and each in page.lines
        program, command, *words = shlex.split(each)
        assert program == "empathy"
        group = typer.main.get_command(app)
        with group.commands[command].make_context(command, words) as context:  # type: ignore[attr-defined]
            named_there = context.params.get("presets") or (context.params.get("preset"),)
            assert work.name in named_there


@pytest.mark.parametrize(("work", "state"), SHOWN, ids=named)
def test_a_loop_is_ten_seconds_from_its_picture_on(work: Work, state: State) -> None:
    with av.open(str(GALLERY / loop_name(work.name, state))) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) == LOOP_SIZE
        assert float(stream.average_rate or 0) == LOOP_FPS
        assert float(film.duration or 0) / av.time_base == pytest.approx(LOOP_SECONDS, abs=0.1)
        first = next(film.decode(video=0)).to_ndarray(format="rgb24")
    with Image.open(GALLERY / still_name(work.name, state)) as picture:
        assert picture.size == SIZE
        still = np.asarray(picture.convert("RGB").resize((16, 9), Image.Resampling.BOX))
    small = np.asarray(Image.fromarray(first).resize((16, 9), Image.Resampling.BOX))
    assert np.abs(small.astype(np.int16) - still).mean() < 6


def test_every_picture_says_what_it_shows(page: Page) -> None:
    images = page.all("img")
    assert len(images) == 6 * len(WORKS) + 1 + 1 + len(SHIPPED.listing("palettes"))
    for image in images:
        assert (GALLERY / image["src"]).is_file()
        assert len(image["alt"]) > 20 and int(image["width"]) > int(image["height"]) / 9
    said = {image["src"]: image["alt"] for image in images}
    for work, state in SHOWN:
        assert said[still_name(work.name, state)].startswith(f"{work.title}, {state.name}: ")


def test_everything_leads_somewhere_and_nothing_leads_out(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        for key in ("href", "src"):
            target = attributes.get(key)
            if target is not None and target.startswith("#"):
                assert target[1:] in ids, target
            elif target is not None:
                assert (GALLERY / target).is_file(), target
        label = attributes.get("aria-labelledby")
        assert label is None or label in ids
        assert tag not in ("link", "iframe", "object")
    assert "http" not in (GALLERY / "index.html").read_text("utf-8")


def test_headings_and_landmarks_are_in_order(page: Page) -> None:
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    for tag in ("html", "header", "nav", "main", "footer", "title"):
        assert len(page.all(tag)) == 1, tag
    assert page.all("html")[0]["lang"] == "en"
    links = page.all("a")
    assert links[0]["href"] == "#" + page.all("main")[0]["id"]  # past what is the same for all


def test_nothing_moves_before_it_is_asked_whether_it_may(page: Page) -> None:
    assert len(page.all("video")) == len(SHOWN)
    for film in page.all("video"):
        assert "autoplay" not in film and {"muted", "loop", "playsinline"} <= set(film)
        assert film["preload"] == "none"
    text = (GALLERY / "index.html").read_text("utf-8")
    assert 'matchMedia("(prefers-reduced-motion: reduce)")' in text
    assert len(page.all("button")) == len(SHOWN) + 1


@pytest.mark.soak
@pytest.mark.gl
@pytest.mark.parametrize(("work", "state"), SHOWN, ids=named)
def test_a_picture_is_what_its_line_draws(work: Work, state: State) -> None:
    again = drawing.draw_still(SHIPPED.find("presets", work.name), state, SHIPPED)
    data = encode_webp(again, STILL_QUALITY)
    with (
        Image.open(GALLERY / still_name(work.name, state)) as picture,
        Image.open(io.BytesIO(data)) as other,
    ):
        kept = np.asarray(picture.convert("RGB")).astype(np.int16)
        drawn = np.asarray(other.convert("RGB"))
    # Another release of the same renderer may round another way; another picture it may not make.
    difference = np.abs(kept - drawn)
    assert np.percentile(difference, 99) <= 2
    assert difference.mean() < 0.25


@pytest.mark.soak
@pytest.mark.parametrize("work", WORKS.values(), ids=named)
def test_no_loop_flashes(work: Work) -> None:
    for state in STATES:
        path: Path = GALLERY / loop_name(work.name, state)
        assert analyse(path).verdict.passed, path.name
