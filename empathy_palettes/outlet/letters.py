"""Lines of text on a surface, in one typeface everywhere.

Knows nothing of what is said.
"""

from __future__ import annotations

from .sdl import pygame

Color = tuple[int, int, int]

_OVERSAMPLE = 4  # letters drawn this much larger and scaled down sit where they should


def write(
    surface: pygame.Surface,
    line: str,
    points: float,
    color: Color,
    *,
    room: int | None = None,
    **place: tuple[int, int],
) -> int:
    """Write a line where `place` says, as pygame's rectangles have it; return how wide it is.

    What does not fit in `room` pixels ends with an ellipsis; what is no letter or sign is a box.
    """
    pygame.font.init()
    shown = "".join(each if each.isprintable() else "\ufffd" for each in line)
    if not shown.strip():
        return 0  # pygame crashes where it scales a surface that is no pixel wide
    # The font that pygame brings along: the same letters on every machine. It counts a size
    # about 1.45 times too large.
    font = pygame.font.Font(None, round(points * 1.45 * _OVERSAMPLE))
    while room is not None and len(shown) > 1 and font.size(shown)[0] > room * _OVERSAMPLE:
        shown = f"{shown[:-2]}…"
    large = font.render(shown, True, color)
    wide, high = (max(side // _OVERSAMPLE, 1) for side in large.get_size())
    text = pygame.transform.smoothscale(large, (wide, high))
    surface.blit(text, text.get_rect(**place))
    return int(wide)
