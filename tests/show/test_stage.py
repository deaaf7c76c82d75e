"""The stage on real GL: time, commands, light, and pictures that come out the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import FixedClock, Tick
from empathy_palettes.core.color import srgb_to_linear
from empathy_palettes.core.command import Command
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.core.flash import SLEW
from empathy_palettes.inlet.simulate import Held
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.outlet.keeper import Keeper
from empathy_palettes.render.frame import Frame
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.installation import Entry, Installation, Simulated, preset_show
from empathy_palettes.show.loop import opened
from empathy_palettes.show.stage import Stage

pytestmark = pytest.mark.gl

SIZE = (64, 36)


@contextmanager
def staged(
    installation: Installation,
    assets: Assets,
    *,
    size: tuple[int, int] = SIZE,
    fade_in: bool = False,
    held: Held | None = None,
    preroll: int = 0,
    follow: bool = False,
    keeper: Keeper | None = None,
) -> Iterator[Stage]:
    with opened(
        Headless(),
        [],
        OutletContext(size),
        lambda surface: open_stage(
            installation,
            None,
            assets,
            surface,
            size=size,
            fade_in=fade_in,
            held=held,
            preroll=preroll,
            follow=follow,
            keeper=keeper,
        ),
    ) as (stage, _):
        yield stage


def plain(preset: str, simulated: Simulated | None = None) -> Installation:
    return preset_show(preset, SIZE, 0, simulated)


def grey(frame: Frame) -> int:
    """The one value of a picture that has one colour, dither left out."""
    pixels = frame.pixels()[..., :3].astype(np.int16)
    assert np.ptp(pixels) <= 1
    return int(np.median(pixels))


def go(stage: Stage, step: int, *commands: Command) -> Frame:
    return stage.step(Tick(0, step, step), commands)


def test_a_show_begins_in_black_and_rises_no_faster_than_it_may(assets: Assets) -> None:
    with staged(plain("white"), assets, fade_in=True) as stage:
        levels = [grey(go(stage, step)) for step in range(0, 163)]
    assert levels[0] == 0
    assert levels[-1] == 255
    assert levels == sorted(levels)
    # Half way up half the linear light: 0.5 linear is 188 in sRGB.
    assert abs(levels[81] - 188) <= 1
    light = srgb_to_linear(np.array(levels) / 255)
    assert np.diff(light).max() < SLEW / 60 + 0.01  # a step of 8 bits is .01 at most


def test_blackout_fades_and_comes_back(assets: Assets) -> None:
    with staged(plain("white"), assets) as stage:
        assert grey(go(stage, 1)) == 255
        assert grey(go(stage, 82, Command("blackout"))) in range(185, 192)
        assert grey(go(stage, 164)) == 0
        assert grey(go(stage, 327, Command("blackout"))) == 255


def test_the_hand_is_felt_and_leaves(assets: Assets) -> None:
    with staged(plain("follow"), assets) as stage:
        assert grey(go(stage, 1)) in (127, 128)
        bright = grey(go(stage, 240, Command("feel", (1.0, 0.0))))
        assert bright >= 250
        assert int(stage.crowd.raw["count"]) == 1
        go(stage, 241, Command("feel"))
        assert int(stage.crowd.raw["count"]) == 0


def test_a_resting_hand_is_felt_as_long_as_it_rests(assets: Assets) -> None:
    with staged(plain("follow"), assets) as stage:
        go(stage, 1, Command("feel", (1.0, 0.0)))
        assert grey(go(stage, 100 * 60)) >= 250  # people who fall silent leave after a minute


def test_a_filter_alone_is_told_what_it_wants(assets: Assets, project: Path) -> None:
    shader = project / "shaders" / "plain.fs"
    image = '{"NAME": "inputImage", "TYPE": "image"}, {"NAME": "level"'
    shader.write_text(shader.read_text().replace('{"NAME": "level"', image))
    with pytest.raises(ConfigError, match=r"white\.toml: shader: plain\.fs is a filter: put a"):
        with staged(plain("white"), assets):
            pass


def test_freeze_holds_the_picture_while_the_crowd_goes_on(assets: Assets) -> None:
    with staged(plain("count"), assets) as stage:
        before = grey(go(stage, 40))
        assert before > 0
        assert grey(go(stage, 80, Command("freeze"))) == before
        assert stage.crowd.current_step == 80
        assert grey(go(stage, 120, Command("freeze"))) > before


def test_a_picture_is_kept_and_the_window_is_told(assets: Assets, tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    with staged(plain("white"), assets, keeper=keeper) as stage:
        go(stage, 1, Command("picture"))
        keeper.close()  # waits until it is written
        (kept,) = tmp_path.glob("picture-*.png")
        with Image.open(kept) as picture:
            assert np.asarray(picture).min() == 255
            words = picture.info["Source"].split()
        assert words[:3] == ["empathy", "render", "white"]
        assert {"--people", "0", "--size", "64x36", "--time", "0.0166667"} <= set(words)
        assert any(
            line.startswith(f"kept {kept.name}: one like it: empathy render white")
            for line in go(stage, 2).notices
        )
        assert not go(stage, 700).notices


def test_an_unknown_command_is_a_line_and_nothing_else(assets: Assets) -> None:
    with staged(plain("white"), assets) as stage:
        go(stage, 1, Command("explode", (1.0,)), Command("knob", ("none", 1.0)))
        assert any("none" in line for line in go(stage, 2).notices)


def test_quit_ends_the_show(assets: Assets) -> None:
    with staged(plain("white"), assets) as stage:
        go(stage, 1, Command("quit"))
        assert stage.done


def test_the_playlist_crosses_over_and_goes_round(assets: Assets) -> None:
    installation = plain("white").model_copy(
        update={
            "playlist": (Entry(preset="white", seconds=5), Entry(preset="follow", seconds=5)),
        }
    )
    with staged(installation, assets) as stage:
        assert grey(go(stage, 299)) == 255
        assert 127 < grey(go(stage, 300 + 120)) < 255  # four seconds of crossfade, half way
        assert grey(go(stage, 300 + 240)) in (127, 128)
        assert grey(go(stage, 600 + 240)) == 255


def test_next_and_previous_are_asked_for_by_command(assets: Assets) -> None:
    entries = (Entry(preset="white"), Entry(preset="follow"))
    installation = plain("white").model_copy(update={"playlist": entries})
    with staged(installation, assets) as stage:
        go(stage, 1, Command("next"))
        assert grey(go(stage, 300)) in (127, 128)
        go(stage, 301, Command("previous"))
        assert grey(go(stage, 600)) == 255


def test_a_preset_that_breaks_while_the_show_runs_is_left_out(
    assets: Assets, project: Path
) -> None:
    entries = (Entry(preset="white", seconds=5), Entry(preset="follow", seconds=5))
    installation = plain("white").model_copy(update={"playlist": entries})
    with staged(installation, assets) as stage:
        go(stage, 1)
        (project / "presets" / "follow.toml").write_text('title = "x"\nshader = "none.fs"\n')
        frame = go(stage, 700)
        assert grey(frame) == 255
        assert any("none.fs" in line for line in frame.notices)


def test_an_edit_is_followed_and_a_wrong_one_keeps_the_last_good_picture(
    assets: Assets, project: Path
) -> None:
    shader = project / "shaders" / "plain.fs"
    good = shader.read_text()
    with staged(plain("white"), assets, follow=True) as stage:
        assert grey(go(stage, 1)) == 255
        shader.write_text(good.replace("vec3(level)", "vec3(level * 0.5)"))
        assert grey(go(stage, 2)) in (127, 128)
        shader.write_text(good.replace("vec3(level)", "vec3(levle)"))
        frame = go(stage, 3)
        assert grey(frame) in (127, 128)
        line = next(line for line in frame.notices if "plain.fs" in line)
        assert "line 5" in line and "levle" in line
        shader.write_text(good)
        frame = go(stage, 4)
        assert grey(frame) == 255
        assert not any("plain.fs" in line for line in frame.notices)


def test_an_edited_preset_keeps_time_and_simulation(assets: Assets, project: Path) -> None:
    path = project / "presets" / "count.toml"
    with staged(plain("count"), assets, follow=True) as stage:
        before = grey(go(stage, 60))
        path.write_text(path.read_text().replace("push = 1.0", "push = 0.0"))
        after = grey(go(stage, 120))
        assert after >= before > 0
        assert stage.programme.scene.steps == 120


def test_an_edited_knob_moves_unless_a_hand_has_turned_it(assets: Assets, project: Path) -> None:
    path = project / "presets" / "white.toml"
    text = 'title = "Knobs"\nshader = "plain.fs"\n[knobs]\nlight = 1.0\n[inputs]\nlevel = "light"\n'
    path.write_text(text)
    with staged(plain("white"), assets, follow=True) as stage:
        assert grey(go(stage, 1)) == 255
        path.write_text(text.replace("1.0", "0.5"))
        assert grey(go(stage, 3)) in (127, 128)
        go(stage, 4, Command("knob", ("light", 0.0)))
        assert grey(go(stage, 6)) == 0
        path.write_text(text.replace("1.0", "0.75"))
        assert grey(go(stage, 8)) == 0


def simulation(fps: int, frames: int, assets: Assets) -> list[NDArray[np.uint8]]:
    installation = plain("count", Simulated(people=20))
    with staged(installation, assets) as stage:
        return [stage.step(tick, []).pixels() for tick in FixedClock(Fraction(fps), frames)]


def test_24_and_60_frames_a_second_meet_at_common_instants(assets: Assets) -> None:
    slow, fast = simulation(24, 9, assets), simulation(60, 21, assets)
    for index in range(0, 9, 2):
        assert np.array_equal(slow[index], fast[index * 5 // 2])


def test_a_rate_that_splits_steps_shows_the_instants_between(assets: Assets, project: Path) -> None:
    text = 'title = "Rise"\nshader = "plain.fs"\n[inputs]\nlevel = "travel(6)"\n'
    (project / "presets" / "white.toml").write_text(text)
    with staged(plain("white"), assets) as stage:
        shown = [grey(stage.step(tick, [])) for tick in FixedClock(240, 33)]
    assert shown == [round(index * 255 / 40) for index in range(33)]  # 0.1 a step, 4 frames each


@pytest.mark.parametrize("fps", [24, 60])
def test_the_crowd_is_the_same_at_every_rate(assets: Assets, fps: int) -> None:
    installation = plain("follow", Simulated(people=50, mood="wave"))
    readings = []
    for rate in (fps, 30):
        with staged(installation, assets) as stage:
            for tick in FixedClock(Fraction(rate), 2 * rate + 1):
                stage.step(tick, [])
            readings.append((stage.crowd.reading, stage.programme.scene.now.inputs))
    assert readings[0] == readings[1]


def test_the_same_show_gives_the_same_bytes_twice(assets: Assets) -> None:
    first, second = ([frame.tobytes() for frame in simulation(60, 30, assets)] for _ in range(2))
    assert first == second
