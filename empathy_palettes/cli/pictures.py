"""The pictures that commands write."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from ..core.assets import Assets
from .console import Size, check_folder, check_suffix, say


def write_still(
    preset: str,
    assets: Assets,
    out: Path,
    *,
    size: Size,
    time: float,
    feel: str | None = None,
    people: int = 300,
    mood: str = "drift",
    seed: int = 0,
    circles: int = 0,
    sound: Path | None = None,
    session: Path | None = None,
) -> None:
    """Write a PNG of one preset, which carries the line that makes it again."""
    from ..outlet.png import write_png
    from ..show.still import render as render_image

    check_folder(out)
    check_suffix(out, ".png", "a PNG")
    image = render_image(
        preset,
        feel=feel,
        people=people,
        mood=mood,
        time=time,
        size=size,
        seed=seed,
        sound=sound,
        circles=circles,
        session=session,
        assets=assets,
        tell=say,
    )
    crowd = f"--feel={quote(feel)}" if feel else f"--mood {mood}"
    crowd += f" --people {people}" + (f" --circles {circles}" if circles else "")
    if session:
        crowd = f"--session {quote(session.name)}"
    line = (
        f"empathy render {quote(preset)} --out {quote(out.name)} --size {size[0]}x{size[1]} "
        f"--time {time:g} {crowd} --seed {seed}"
    )
    line += f" --sound {quote(str(sound))}" if sound else ""
    write_png(out, image, {"Source": line})
