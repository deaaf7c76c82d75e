"""people.glsl finds everybody in a room of a million slots, on the GPU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from empathy_palettes.core.assets import builtin_root
from empathy_palettes.crowd.modes import NO_MODES
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE
from empathy_palettes.mapping.params import Params
from empathy_palettes.mapping.people import PeopleTextures
from empathy_palettes.render.chain import Chain

pytestmark = pytest.mark.gl

WANTED = frozenset({"emo_people", "emo_dots"})
LIBRARY = (builtin_root() / "shaders" / "lib" / "people.glsl").read_text("utf-8")
#: The slot of whoever is in the middle cell, in three bytes, and how much they are there.
SHADER = (
    """/*{"INPUTS": [
    {"NAME": "emo_people", "TYPE": "image"}, {"NAME": "emo_dots", "TYPE": "image"}]}*/
"""
    + LIBRARY
    + """
void main()
{
    vec4 who = person_in(emo_dots, emo_people, ivec2(128, 72));
    float valence = texelFetch(emo_people, person_texel(emo_people, who.z, 1), 0).r;
    vec3 parts = floor(vec3(who.z, who.z / 256.0, who.z / 65536.0));
    gl_FragColor = vec4(mod(parts, 256.0) / 255.0, 1.0);
    if (gl_FragCoord.x > 4.0) gl_FragColor = vec4(valence, person_presence(emo_people, who.z),
                                                  who.w / 64.0, 1.0);
}
"""
)


@pytest.mark.parametrize("slot", [0, 4096, 65_535, 65_536, 70_001])
def test_a_slot_beyond_the_first_row_is_found(
    build: Callable[..., Chain], ask: Callable[..., Params], slot: int
) -> None:
    people = People(1_000_000)
    samples = np.zeros(slot + 1, SAMPLE)
    samples["who"] = np.arange(slot + 1)
    samples["valence"] = np.where(samples["who"] == slot, 0.25, -1)
    samples["weight"] = 1
    people.apply(samples, 0)
    x = np.where(np.arange(slot + 1) == slot, 0.001, -1).astype(np.float32)
    shown = PeopleTextures(people.capacity, WANTED)
    textures, counts = shown.update(people, NO_MODES, x, 0.001, 32.0, 60)
    picture = build(SHADER, size=(8, 4)).draw(replace(ask(), textures=textures, counts=counts))
    pixels = np.frombuffer(picture.read(), np.uint8).reshape(4, 8, 4).astype(int)
    low, middle, high, _ = pixels[0, 0].tolist()
    assert low + 256 * middle + 65_536 * high == slot
    np.testing.assert_allclose(pixels[0, 7], [0.625 * 255, 255, 127.5, 255], atol=1)
