import tomllib
from pathlib import Path

import pytest

from empathy_palettes.core.assets import Assets
from empathy_palettes.core.errors import AssetError, ConfigError
from empathy_palettes.show.installation import Installation, SafetyRules, load_installation


def write(folder: Path, text: str) -> str:
    path = folder / "place.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", ["desk", "demo", "wall"])
def test_the_built_in_ones_hold(name: str) -> None:
    loaded = load_installation(name, Assets.discover())
    assert loaded.path.stem == name
    assert loaded.installation.inlet[0].port == 9000


def test_a_place_is_closed_and_asks_first_unless_its_file_says_otherwise() -> None:
    place = Installation.model_validate({"playlist": [{"preset": "tidal"}]})
    assert place.inlet[0].listen == "127.0.0.1"
    assert place.consent.mode == "explicit"
    assert place.consent.minimum_group == 5


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = """
        colour = 1
        [[playlist]]
        preset = "tidal"
        seconds = 1
        [[inlet]]
        port = 99999
        rang = [0, 1]
        [[inlet]]
        range = [1, 0]
        [consent]
        mode = "attested"
    """
    with pytest.raises(ConfigError) as caught:
        load_installation(write(tmp_path, text), Assets.discover())
    lines = [str(fault) for fault in caught.value.faults]
    assert len(lines) == 6
    assert all(str(tmp_path) in line for line in lines)
    for words in (
        ("colour", "unknown key"),
        ("playlist.0.seconds", "5"),
        ("inlet.0.port", "65535"),
        ("inlet.0.rang", "did you mean 'range'"),
        ("inlet.1", "a range rises"),
        ("consent", "statement"),
    ):
        assert any(all(word in line for word in words) for line in lines), words


def test_a_playlist_of_presets_that_are_not_there(tmp_path: Path) -> None:
    text = '[[playlist]]\npreset = "tidle"\n[[playlist]]\npreset = "surge"\n'
    with pytest.raises(ConfigError, match=r"playlist\.0\.preset: no preset 'tidle'.*'tidal'"):
        load_installation(write(tmp_path, text), Assets.discover())


def test_a_missing_installation_lists_where_it_was_looked_for() -> None:
    with pytest.raises(AssetError, match=r"no installation 'dsk' in .*did you mean 'desk'"):
        load_installation("dsk", Assets.discover())


PLACE = '[[playlist]]\npreset = "tidal"\n'


@pytest.mark.parametrize(
    ("inlets", "clash"),
    [
        ("[[inlet]]\n[[inlet]]\nport = 9000\n", "inlet.1.port: [[inlet]] 1 and 2 have the same"),
        ('[[inlet]]\nlisten = "0.0.0.0"\n[[inlet]]\nprotocol = "tcp"\n[[inlet]]\n', "1 and 3"),
        ('[[inlet]]\n[[inlet]]\nprotocol = "tcp"\n', ""),
        ('[[inlet]]\n[[inlet]]\nlisten = "127.0.0.2"\n', ""),
        ("[[inlet]]\n[[inlet]]\nport = 9001\n", ""),
    ],
)
def test_two_inlets_cannot_have_one_port(tmp_path: Path, inlets: str, clash: str) -> None:
    name = write(tmp_path, PLACE + inlets)
    if not clash:
        load_installation(name, Assets.discover())
        return
    with pytest.raises(ConfigError) as caught:
        load_installation(name, Assets.discover())
    (fault,) = caught.value.faults
    assert clash in str(fault) and "port = 9001" in fault.fix


@pytest.mark.parametrize(
    ("listen", "to", "wrong"),
    [
        ("127.0.0.1", "127.0.0.1:9000", True),
        ("127.0.0.1", "localhost:9000", True),
        ("0.0.0.0", "127.0.0.1:9000", True),
        ("0.0.0.0", "127.8.8.8:9000", True),
        ("::", "[::1]:9000", True),
        ("127.0.0.1", "127.0.0.1:9001", False),
        ("127.0.0.1", "192.0.2.7:9000", False),
        ("0.0.0.0", "192.0.2.7:9000", False),
    ],
)
def test_a_show_does_not_send_to_itself(tmp_path: Path, listen: str, to: str, wrong: bool) -> None:
    text = f'{PLACE}[[inlet]]\nlisten = "{listen}"\n[[send]]\n[[send]]\nto = "{to}"\n'
    name = write(tmp_path, text)
    if not wrong:
        load_installation(name, Assets.discover())
        return
    with pytest.raises(ConfigError, match=r"send\.1\.to: .* own \[\[inlet\]\] 1: .*another port"):
        load_installation(name, Assets.discover())


def test_circles_of_simulated_people_are_bounded(tmp_path: Path) -> None:
    name = write(tmp_path, PLACE + "[simulated]\ncircles = 64\n")
    simulated = load_installation(name, Assets.discover()).installation.simulated
    assert simulated and simulated.circles == 64
    name = write(tmp_path, PLACE + "[simulated]\ncircles = 65\n")
    with pytest.raises(ConfigError, match=r"simulated\.circles: 65"):
        load_installation(name, Assets.discover())


def test_a_wall_that_is_too_bright_to_vouch_for_is_refused(tmp_path: Path) -> None:
    text = PLACE + "[safety]\npeak_nits = {}\n"
    with pytest.raises(ConfigError, match=r"safety\.peak_nits: 4001.*4000"):
        load_installation(write(tmp_path, text.format(4001)), Assets.discover())
    shown = load_installation(write(tmp_path, text.format(4000)), Assets.discover())
    assert shown.installation.safety.safety.peak_nits == 4000


PLACE = '[[playlist]]\npreset = "tidal"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[safety]\nunsafe_no_flash_guard = "yes"',
            "safety.unsafe_no_flash_guard: 'yes': write true",
        ),
        ("[safety]\nunsafe_no_flash_guard = 1", "safety.unsafe_no_flash_guard: 1: write true or"),
        ('[safety]\npeak_nits = "800"', "safety.peak_nits: '800': write a number, without quotes"),
        ("[safety]\npeak_nits = true", "safety.peak_nits: true: write a number"),
        ("[safety]\npeak_nits = 0", "safety.peak_nits: 0: should be greater than 0"),
        ('[consent]\nminimum_group = "1"', "consent.minimum_group: '1': write a whole number"),
        (
            '[consent]\nmode = "attested"\nstatement = "a"\nlevel = true',
            "consent.level: true: should be 1 or 2",
        ),
        ('[[display]]\nfullscreen = "no"', "display.0.fullscreen: 'no': write true or false, with"),
        ("[[display]]\nsize = [true, 720]", "display.0.size.0: true: write a whole number"),
        ('[consent]\nmode = "explicit"\nlevel = 2', "by message: leave level out"),
        ("[consent]\nlevel = 2", "by message: leave level out"),
        ('[consent]\nstatement = "at the door"', "leave statement out, or say mode = "),
        (
            '[consent]\nlevel = 2\nstatement = "at the door"',
            'leave level and statement out, or say mode = "attested"',
        ),
    ],
)
def test_what_guards_people_is_written_without_doubt(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_installation(write(tmp_path, PLACE + text), Assets.discover())
    (fault,) = caught.value.faults
    assert told in str(fault)


def test_whole_numbers_are_numbers_and_lists_are_what_they_were(tmp_path: Path) -> None:
    text = PLACE + "[safety]\npeak_nits = 800\n[[display]]\nsize = [640, 480]\nfullscreen = false\n"
    place = load_installation(write(tmp_path, text), Assets.discover()).installation
    assert place.safety.peak_nits == 800.0 and isinstance(place.safety.peak_nits, float)
    assert place.display[0].size == (640, 480) and not place.display[0].fullscreen
    assert not place.safety.unsafe_no_flash_guard


@pytest.mark.parametrize("name", ["desk", "wall"])
def test_what_is_said_of_safety_in_a_comment_holds(name: str) -> None:
    path = load_installation(name, Assets.discover()).path
    text = path.read_text(encoding="utf-8")
    block = text[text.index("# [safety]") :].partition("\n\n")[0]
    table = tomllib.loads(block.replace("# ", "", 1).replace("\n# ", "\n"))["safety"]
    assert list(table) == list(SafetyRules.model_fields)
    assert SafetyRules(**table) == SafetyRules()
    assert all("  # " in line for line in block.splitlines())
