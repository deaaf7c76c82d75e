"""The gallery's page: one HTML file that needs nothing but the pictures beside it.

Writes no file. How it looks stands in `page.css`, how its loops play in `page.js`; both are put
into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ...mapping.states import PEOPLE
from ...outlet.swatches import WIDTH as SWATCHES_WIDTH
from .index import Work
from .palettes import Swatches
from .readme import promise, sheet_alt
from .states import SIZE, STATES, TIME, State, line, loop_name, loops_line, still_name

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{about}">
<title>Empathy Palettes: gallery</title>
<style>
{css}</style>
</head>
<body>
<a class="skip" href="#works">Skip to the works</a>
<header>
<h1>Empathy Palettes</h1>
<p>{about}</p>
</header>
<nav aria-label="Works">
<ul>
{links}
</ul>
</nav>
<button id="all" type="button" hidden>Pause all</button>
<main id="works" tabindex="-1">
{works}
<section class="sheet" aria-labelledby="sheet">
<h2 id="sheet">All at a glance</h2>
<img src="sheet.webp" alt="{sheet_alt}" width="{width}" height="{height}" loading="lazy">
</section>{palettes}
</main>
<footer>
<p>Every picture here is drawn again by the line that stands with it. It shows the moment {time}
seconds after a work begins; a loop shows the ten seconds from there, as the flash guard lets them
through, its end dissolved into its beginning. <code>empathy gallery</code> makes all of this.</p>
</footer>
<script>
{js}</script>
</body>
</html>
"""
_ABOUT = (
    "What a crowd feels, as light. Each work in six rooms: {people} people in joy, calm, tension "
    "or sorrow, {people} of two minds, and nobody at all."
)
_WORK = """\
<section aria-labelledby="{name}">
<div class="words">
<h2 id="{name}">{title}</h2>
<p class="by">{artist}</p>
{said}</div>
<div class="wall">
{figures}
</div>
<details>
<summary>Draw {title} again</summary>
<pre tabindex="0"><code>{lines}</code></pre>
</details>
</section>"""
_PALETTES = """

<section class="palettes" aria-labelledby="palettes">
<div class="words">
<h2 id="palettes">Palettes</h2>
<p class="about">The colours of what is felt, and composed ones. Below the swatches: their ramp, and
how eyes without long, middle or short cones see them.</p>
</div>
<div class="sheets">
{sheets}
</div>
</section>"""
_SWATCHES = '<img src="{file}" alt="{alt}" width="{width}" height="{height}" loading="lazy">'
_FIGURE = """\
<figure>
<div class="frame">
<img src="{still}" alt="{alt}" width="{width}" height="{height}" loading="lazy">
<video src="{loop}" preload="none" muted loop playsinline aria-hidden="true" hidden></video>
</div>
<figcaption>
<h3>{state}</h3>
<p>{says}</p>
<a href="{loop}" aria-label="Ten seconds of {title}, {state}">loop</a>
<button type="button" data-of="{title}, {state}" hidden>Play</button>
</figcaption>
</figure>"""


def page(works: list[Work], sheet: tuple[int, int], swatches: Sequence[Swatches] = ()) -> str:
    """Return the page; `sheet`: width and height of the contact sheet in pixels."""
    here = Path(__file__)
    links = [f'<li><a href="#{escape(work.name)}">{escape(work.title)}</a></li>' for work in works]
    return _PAGE.format(
        about=_ABOUT.format(people=PEOPLE),
        css=here.with_name("page.css").read_text(encoding="utf-8"),
        js=here.with_name("page.js").read_text(encoding="utf-8"),
        links="\n".join(links),
        works="\n".join(map(_work, works)),
        sheet_alt=escape(sheet_alt(works)),
        width=sheet[0],
        height=sheet[1],
        palettes=_palettes(swatches) if swatches else "",
        time=TIME,
    )


def _palettes(swatches: Sequence[Swatches]) -> str:
    sheets = [
        _SWATCHES.format(
            file=escape(each.file), alt=escape(each.alt), width=SWATCHES_WIDTH, height=each.height
        )
        for each in swatches
    ]
    return _PALETTES.format(sheets="\n".join(sheets))


def _work(work: Work) -> str:
    said = f'<p class="about">{escape(work.about)}</p>\n' if work.about else ""
    if work.promises:
        items = "\n".join(f"<li>{escape(promise(*each))}</li>" for each in work.promises)
        said += f'<ul class="promises" aria-label="What it promises">\n{items}\n</ul>\n'
    lines = [*(line(work.name, state) for state in STATES), loops_line(work.name)]
    return _WORK.format(
        name=escape(work.name),
        title=escape(work.title),
        artist=escape(work.artist),
        said=said,
        figures="\n".join(_figure(work, state) for state in STATES),
        lines=escape("\n".join(lines), quote=False),
    )


def _figure(work: Work, state: State) -> str:
    return _FIGURE.format(
        still=escape(still_name(work.name, state)),
        loop=escape(loop_name(work.name, state)),
        alt=escape(work.alt(state.name)),
        width=SIZE[0],
        height=SIZE[1],
        title=escape(work.title),
        state=state.name,
        says=state.says,
    )
