"""Pictures, films and sound in a show: what the files hold is seen, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import moderngl
import numpy as np
import pytest
from PIL import Image

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.clock import FixedClock, Tick
from empathy_palettes.core.errors import ConfigError
from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.hearing import Track
from empathy_palettes.mapping.view import CrowdView
from empathy_palettes.outlet.contract import OutletContext
from empathy_palettes.outlet.headless import Headless
from empathy_palettes.render.renderer import Renderer
from empathy_palettes.show.build import open_stage
from empathy_palettes.show.catalogue import catalogue
from empathy_palettes.show.installation import (
    Entry,
    SafetyRules,
    load_installation,
    preset_show,
)
from empathy_palettes.show.loop import opened
from empathy_palettes.show.scene import Scene
from empathy_palettes.show.stage import Stage
from empathy_palettes.show.still import render
from empathy_palettes.show.workshop import Follower, Workshop

pytestmark = pytest.mark.gl

SIZE = (16, 16)
PHOTO = """/*{ "ISFVSN": "2", "INPUTS": [
    { "NAME": "photo", "TYPE": "image" }, { "NAME": "add", "TYPE": "float", "DEFAULT": 0 } ] }*/
void main() { gl_FragColor = vec4(IMG_NORM_PIXEL(photo, vec2(0.5)).rgb + add, 1.0); }
"""
SHOW = Entry(preset="show")


def level(number: int) -> int:
    return 20 + 83 * number % 211


@pytest.fixture
def edit(project: Path) -> Callable[[str], None]:
    """Write the preset `show` with these lines, for a shader that shows its `photo`."""
    (project / "shaders" / "photo.fs").write_text(PHOTO)

    def edit(lines: str) -> None:
        text = f'title = "Show"\nshader = "photo.fs"\n{lines}\n'
        (project / "presets" / "show.toml").write_text(text)

    return edit


Edit = Callable[[str], None]


def write_film(path: Path, fps: int, count: int) -> None:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=fps, options={"g": "7"})
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.time_base = Fraction(1, fps)
        for number in range(count):
            pixels = np.full((32, 32, 3), level(number), np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def break_off(path: Path) -> None:
    """Write a film of 20 frames whose eleventh, and all after it, cannot be decoded."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("png", rate=30)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "rgb24"
        for number in range(20):
            pixels = np.full((16, 16, 3), level(number), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    content = path.read_bytes()
    tenth = [n for n in range(len(content)) if content.startswith(b"IHDR", n)][10]
    path.write_bytes(content[:tenth] + b"damaged!" + content[tenth + 8 :])


def write_wave(path: Path, samples: Any, rate: int) -> None:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        whole = np.round(np.asarray(samples) * 32767).astype(np.int16)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(whole, "s16", "mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def save(path: Path, grey: int) -> None:
    Image.new("L", (4, 4), grey).save(path)


def shown(assets: Assets, time: float) -> int:
    return int(render("show", people=0, time=time, size=SIZE, assets=assets)[4, 8, 0])


def test_a_film_is_seen_on_the_step_clock(project: Path, assets: Assets, edit: Edit) -> None:
    write_film(project / "presets" / "clip.mp4", 25, 30)
    edit('[images]\nphoto = { path = "clip.mp4", speed = 0.5 }')
    for time in (0.0, 0.1, 1.0, 2.0, 2.41, 5.5):
        number = int(Fraction(int(time * 60), 60) / 2 % Fraction(30, 25) * 25)
        assert shown(assets, time) == pytest.approx(level(number), abs=4), time


def stage_of(assets: Assets, sound: Track | None = None, *, guarded: bool = True) -> Any:
    rules = SafetyRules(unsafe_no_flash_guard=not guarded)
    show = preset_show("show", SIZE, 0, None).model_copy(update={"safety": rules})
    return opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(
            show, None, assets, surface, size=SIZE, fade_in=False, sound=sound
        ),
    )


def pictures(stage: Stage, ticks: FixedClock) -> list[tuple[Tick, int]]:
    return [(tick, int(stage.step(tick, []).pixels()[4, 8, 0])) for tick in ticks]


@pytest.mark.parametrize("fps", [24, 60, Fraction(24000, 1001)])
def test_an_export_of_a_film_is_exact_at_any_rate(
    project: Path, assets: Assets, edit: Edit, fps: Fraction
) -> None:
    write_film(project / "presets" / "clip.mp4", 30, 20)
    edit('[images]\nphoto = "clip.mp4"')
    with stage_of(assets, guarded=False) as (stage, _):  # the film flashes
        for tick, grey in pictures(stage, FixedClock(fps, int(2 * fps))):
            assert grey == pytest.approx(level(tick.step // 2 % 20), abs=4), tick


@pytest.fixture
def view() -> CrowdView:
    crowd = Crowd(CrowdSettings())
    return CrowdView(crowd.reading, crowd.people, crowd.modes, 0)


@pytest.fixture
def workshop(gl: moderngl.Context, assets: Assets) -> Iterator[Workshop]:
    renderer = Renderer(gl, SIZE, assets)
    yield Workshop(assets, None, renderer, 0)
    renderer.release()


def seen(scene: Scene) -> int:
    return int(scene.draw(0.0).read()[0])


def forward(scene: Scene, view: CrowdView, steps: int) -> None:
    for _ in range(steps):
        scene.prepare(view)
        scene.commit()


def test_edits_of_the_preset_and_of_the_picture_are_followed(
    project: Path, edit: Edit, workshop: Workshop, view: CrowdView
) -> None:
    write_film(project / "presets" / "clip.mp4", 60, 50)
    save(project / "presets" / "a.png", 90)
    edit('[images]\nphoto = "clip.mp4"')
    follower = Follower(workshop, SHOW)
    scene = workshop.make(SHOW, view)
    follower.begin(scene)
    forward(scene, view, 10)
    assert seen(scene) == pytest.approx(level(10), abs=4)
    edit('[inputs]\nadd = 0.1\n[images]\nphoto = "clip.mp4"')  # the film goes on
    assert follower.follow() == ()
    forward(scene, view, 1)
    assert seen(scene) == pytest.approx(min(level(11) + 25.5, 255), abs=4)
    edit('[images]\nphoto = "a.png"')
    assert follower.follow() == ()
    forward(scene, view, 1)
    assert seen(scene) == 90
    save(project / "presets" / "a.png", 200)  # by another program
    assert follower.follow() == ()
    forward(scene, view, 1)
    assert seen(scene) == 200
    (project / "presets" / "a.png").write_bytes(b"half saved")
    line = "".join(follower.follow() or ())
    assert "show.toml: images.photo: 'a.png': no picture" in line
    forward(scene, view, 1)
    assert seen(scene) == 200
    scene.release()


def test_each_file_that_cannot_be_read_is_a_fault_of_its_key(
    project: Path, edit: Edit, workshop: Workshop, view: CrowdView
) -> None:
    (project / "shaders" / "photo.fs").write_text(
        PHOTO.replace('{ "NAME": "add"', '{ "NAME": "more", "TYPE": "image" }, { "NAME": "add"')
    )
    (project / "presets" / "a.png").write_text("no picture")
    (project / "presets" / "roll").mkdir()
    edit('[images]\nphoto = "a.png"\nmore = "roll"')
    with pytest.raises(ConfigError) as caught:
        workshop.make(SHOW, view)
    preset = str(project / "presets" / "show.toml")
    assert [(fault.file, fault.where) for fault in caught.value.faults] == [
        (preset, "images.photo"),
        (preset, "images.more"),
    ]
    assert "'roll': no picture in this folder" in caught.value.faults[1].problem


def test_a_film_that_breaks_off_keeps_its_last_good_picture(
    project: Path, edit: Edit, workshop: Workshop, view: CrowdView
) -> None:
    path = project / "presets" / "clip.avi"
    break_off(path)
    edit('[images]\nphoto = "clip.avi"')
    scene = workshop.make(SHOW, view)
    forward(scene, view, 12)
    assert not scene.faults
    forward(scene, view, 10)
    assert seen(scene) == level(11)
    assert [fault.file for fault in scene.faults] == [str(path)]
    scene.release()


def test_a_show_tells_of_a_film_that_breaks_off(project: Path, assets: Assets, edit: Edit) -> None:
    break_off(project / "presets" / "clip.avi")
    edit('[images]\nphoto = "clip.avi"')
    with stage_of(assets) as (stage, _):
        assert stage.step(Tick(0, 6, 6), []).notices == ()
        (line,) = stage.step(Tick(1, 30, 24), []).notices
        assert "clip.avi" in line


def test_a_filter_may_come_first_where_it_is_given_a_picture(
    project: Path, assets: Assets, edit: Edit
) -> None:
    dimmer = PHOTO.replace('"photo"', '"inputImage"').replace("photo,", "inputImage,")
    edit('[inputs]\nadd = 0.25\n[images]\ninputImage = "a.png"')
    (project / "shaders" / "photo.fs").write_text(dimmer)
    save(project / "presets" / "a.png", 100)
    assert shown(assets, 0.5) == pytest.approx(164, abs=1)
    edit("[inputs]\nadd = 0.25")
    with pytest.raises(ConfigError, match=r"photo\.fs is a filter"):
        shown(assets, 0.5)


def test_a_sound_moves_the_picture_at_its_steps(project: Path, assets: Assets, edit: Edit) -> None:
    save(project / "presets" / "a.png", 0)
    edit('[inputs]\nadd = "audio_level"\n[images]\nphoto = "a.png"')
    rate = 12_000
    wave = np.zeros(rate * 2, np.float32)
    wave[rate : rate * 3 // 2] = 0.5 * np.sin(np.arange(rate // 2))  # the third half second
    with stage_of(assets, Track(wave[np.newaxis], rate)) as (stage, _):
        for tick, grey in pictures(stage, FixedClock(60, 240)):
            inside = 60 <= tick.step % 120 < 90
            near = min(abs(tick.step % 120 - edge) for edge in (60, 90)) <= 2
            assert near or (grey > 150) == inside, tick.step
    with stage_of(assets) as (stage, _):
        assert all(grey == 0 for _, grey in pictures(stage, FixedClock(60, 100)))


def test_a_shader_hears_the_sound_as_a_texture(project: Path, assets: Assets, edit: Edit) -> None:
    edit("")
    (project / "shaders" / "photo.fs").write_text("""/*{ "ISFVSN": "2", "INPUTS": [
        { "NAME": "wave", "TYPE": "audio", "MAX": 64 },
        { "NAME": "bins", "TYPE": "audioFFT", "MAX": 32 } ] }*/
        void main() {
            vec2 at = vec2(20.5 / 32.0, 0.5);
            gl_FragColor = vec4(IMG_NORM_PIXEL(wave, vec2(0.5)).r, IMG_NORM_PIXEL(bins, at).r,
                IMG_SIZE(wave).x / 255.0, 1.0);
        }""")
    rate = 12_000
    tone = 0.5 * np.sin(2 * np.pi * (20.5 / 32 * rate / 2) * np.arange(rate) / rate)
    steady = Track((0.25 + tone).astype(np.float32)[np.newaxis], rate)
    with stage_of(assets, steady) as (stage, _):
        (pixel,) = {tuple(stage.step(Tick(0, 30, 30), []).pixels()[4, 8].tolist())}
    assert pixel[1] == 255 and pixel[2] == 64
    middle = 0.25 + (tone[5999] + tone[6000]) / 2  # .5 is between the two of 64
    assert pixel[0] == pytest.approx(255 * (0.5 + middle / 2), abs=1.5)


def installation(project: Path, sound: str) -> str:
    (project / "installations").mkdir(exist_ok=True)
    path = project / "installations" / "place.toml"
    path.write_text(f'playlist = [{{ preset = "show" }}]\ninlet = []\n{sound}\n')
    return str(path)


def test_an_installation_names_its_sound(project: Path, assets: Assets, edit: Edit) -> None:
    save(project / "presets" / "a.png", 0)
    edit('[inputs]\nadd = "audio_level"\n[images]\nphoto = "a.png"')
    name = installation(project, '[sound]\nfile = "rain.wav"')
    write_wave(project / "installations" / "rain.wav", 0.5 * np.sin(np.arange(12_000)), 12_000)
    loaded = load_installation(name, assets)
    place = loaded.installation
    with opened(
        Headless(),
        [],
        OutletContext(SIZE),
        lambda surface: open_stage(place, loaded.path, assets, surface, size=SIZE, fade_in=False),
    ) as (stage, _):
        assert stage.step(Tick(0, 30, 30), []).pixels()[4, 8, 0] > 150


def test_a_sound_that_is_not_there_or_cannot_be_heard_is_a_fault_of_its_key(
    project: Path, assets: Assets, edit: Edit
) -> None:
    edit("")
    name = installation(project, '[sound]\nfile = "rain.wav"')
    for make in (lambda: None, lambda: (project / "installations" / "rain.wav").write_text("-")):
        make()
        with pytest.raises(ConfigError) as caught:
            loaded = load_installation(name, assets)
            surface = Headless()
            open_stage(loaded.installation, loaded.path, assets, surface, size=SIZE)
        (fault,) = caught.value.faults
        assert (fault.file, fault.where) == (name, "sound.file") and fault.fix
    with pytest.raises(ConfigError, match=r"sound\.file: missing"):
        load_installation(installation(project, "[sound]"), assets)


def test_what_is_heard_is_listed_with_the_signals(assets: Assets) -> None:
    rows = dict(catalogue("signals", assets))
    assert rows["audio_onset"].startswith("0..1  something begins")
    assert "valence" in rows


def test_a_shadertoy_hears_and_what_is_missing_is_told(project: Path, assets: Assets) -> None:
    toy = project / "shaders" / "toy.glsl"
    toy.write_text(
        "void mainImage(out vec4 c, in vec2 p) {\n"
        "    float bass = texture(iChannel0, vec2(0.009, 0.25)).x;\n"  # bin 4 of 512: about 110 Hz
        "    c = vec4(bass, texture(iChannel1, vec2(0.5)).x, 0.0, 1.0);\n}\n"
    )
    instants = np.arange(48_000) / 48_000
    write_wave(project / "hum.wav", 0.9 * np.sin(2 * np.pi * 110 * instants), 48_000)
    told: list[str] = []

    def drawn(sound: str | None) -> int:
        path = project / sound if sound else None
        told.clear()
        picture = render(toy, time=0.5, size=SIZE, assets=assets, sound=path, tell=told.append)
        return int(picture[8, 8, 0])

    assert drawn("hum.wav") > 200
    assert drawn(None) == 0
    (line,) = told
    assert "'iChannel1' has no picture" in line
    (project / "shaders" / "deaf.fs").write_text(PHOTO)
    toy = project / "shaders" / "deaf.fs"
    drawn("hum.wav")
    assert any("nothing in it listens to the sound" in each for each in told)


def test_a_picture_that_a_link_brings_from_outside_is_not_drawn(
    edit: Edit, project: Path, assets: Assets, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.png"
    (project / "roll").mkdir()
    for path, grey in ((secret, 250), (project / "roll" / "b.png", 80)):
        Image.new("RGB", SIZE, (grey,) * 3).save(path)
    (project / "roll" / "a.png").symlink_to(secret)
    edit('[images]\nphoto = "../roll"')
    image = render("show", size=SIZE, assets=assets, time=0.5)
    assert np.abs(image[..., :3].astype(int) - 80).max() <= 1
