from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from empathy_palettes.outlet.film.film import Film
from empathy_palettes.outlet.film.hardware import candidates, find
from empathy_palettes.outlet.film.recipes import RECIPES
from empathy_palettes.outlet.headless import Headless

from .charts import SIZE, chart, shot, write


@pytest.mark.gl
@pytest.mark.parametrize("label", ["h264", "hevc", "av1"])
def test_what_is_found_encodes_and_what_is_not_is_said(
    headless: Headless, tmp_path: Path, label: str
) -> None:
    recipe = RECIPES[label]
    found, note = find(recipe, SIZE, Fraction(30))
    path = tmp_path / f"a{recipe.suffixes[0]}"
    write(Film(path, Fraction(30), found), [shot(headless.gl, chart(shift)) for shift in range(5)])
    with av.open(str(path)) as container:
        assert len(list(container.decode(video=0))) == 5
    assert "\n" not in note
    if found.encoder == recipe.encoder:
        assert found == recipe
        for maker in ("nvenc", "qsv", "amf", "videotoolbox", "vaapi"):
            assert f"{label}_{maker}: " in note
        assert note.endswith(f": {recipe.encoder} does it")
    else:
        assert note == f"encoded by {found.encoder}"


def test_those_without_hardware_stay_as_they_are() -> None:
    for label in ("ffv1", "prores", "gif", "png", "raw"):
        found, note = find(RECIPES[label], SIZE, Fraction(30))
        assert found is RECIPES[label]
        assert note.startswith(f"no hardware encodes {label}: ")


def test_one_that_works_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As there is none here, software stands in for it under another maker's name."""
    real = av.CodecContext.create

    def create(name: str, mode: str) -> object:
        return real("libx264" if name == "h264_qsv" else name, "w")

    monkeypatch.setattr("av.CodecContext", type("Contexts", (), {"create": staticmethod(create)}))
    tried = [each.encoder for each in candidates(RECIPES["h264"])]
    found, note = find(RECIPES["h264"], SIZE, Fraction(30))
    if found.encoder == "h264_nvenc":
        pytest.skip("a real one works here")
    assert tried.index(found.encoder) == 1
    assert (found.encoder, found.pixels, note) == ("h264_qsv", "nv12", "encoded by h264_qsv")
    assert found.tag == "avc1" and found.settings(20)["global_quality"] == "20"
