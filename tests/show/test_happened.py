"""What is kept of a minute on stage brings about the same again."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.core.command import Command
from empathy_palettes.inlet.session.passage import Work
from empathy_palettes.show.handover import Standing
from empathy_palettes.show.happened import STILL_STEPS, Happened


@dataclass
class Toy:
    """How a show stands: what commands do to it, and nothing else."""

    entries: int
    place: int = 0
    frozen: bool = False
    dark: bool = False
    knobs: dict[str, float] = field(default_factory=dict)

    def apply(self, command: Command) -> None:
        match command.name, command.args:
            case "freeze", ():
                self.frozen = not self.frozen
            case "blackout", ():
                self.dark = not self.dark
            case "knob", (str(name), float(value)):
                self.knobs[name] = value
            case "next", ():
                self.cross((self.place + 1) % self.entries)
            case "previous", ():
                self.cross((self.place - 1) % self.entries)

    def cross(self, place: int) -> None:
        self.place = place
        self.knobs = {}

    def seen(self) -> tuple[int, bool, bool, dict[str, float]]:
        return self.place, self.frozen, self.dark, dict(self.knobs)


ASKED = st.sampled_from(
    [
        Command("freeze"),
        Command("blackout"),
        Command("knob", ("pace", 1.0)),
        Command("knob", ("pace", 2.0)),
        Command("knob", ("size", 3.0)),
    ]
)
BEGIN = st.one_of(st.just(0), st.integers(1, 2000))
EVENTS = st.lists(st.tuples(st.integers(1, 400), st.one_of(ASKED, st.sampled_from([1, -1]))))


@given(EVENTS, st.integers(1, 4), BEGIN, st.booleans(), st.booleans())
def test_it_comes_to_the_same_again(
    events: list[tuple[int, Command | int]],
    entries: int,
    begin: int,
    frozen: bool,
    dark: bool,
) -> None:
    """`events`: so many steps after the one before; 1 and -1 cross over of themselves."""
    happened = Happened(entries, Standing(0, frozen, dark))
    live = Toy(entries, 0, frozen, dark)
    happened.on_show(Work(0, 0, "work 0", ""))
    seen, step = {0: live.seen()}, 0
    for later, what in events:
        step += later
        if isinstance(what, int):
            live.cross((live.place + what) % entries)
            happened.on_show(Work(step, live.place, f"work {live.place}", ""))
            seen[step] = live.seen()
        else:
            live.apply(what)  # after this step, so that the next one shows it
            happened.asked(step, what)
            seen[step + 1] = live.seen()
        happened.forget(min(step, begin) // 2)  # now and then, as a show does
    work, works, commands = happened.since(begin)
    again = Toy(entries, 0 if work is None else work.place)
    if begin == 0:  # the show's own beginning says it
        again.frozen, again.dark = frozen, dark
    assert [at for at, _ in commands] == sorted(at for at, _ in commands)
    assert all(at >= max(begin - 1, 0) for at, _ in commands)
    assert all(each.step >= begin for each in works)
    live_now = seen[max(at for at in seen if at <= begin)]
    for at in range(begin, step + STILL_STEPS + 2):
        live_now = seen.get(at, live_now)
        while commands and commands[0][0] < at:
            again.apply(commands.pop(0)[1])
        place, is_frozen, is_dark, knobs = again.seen()
        assert (place, is_dark, knobs) == (live_now[0], live_now[2], live_now[3])
        if begin == 0 or at > begin + STILL_STEPS:
            assert is_frozen == live_now[1]
