"""The stage: one tick in, one frame out; everything a show is, between its clock and its outlets.

Reads no clock and opens nothing: `build` gives it what it is made of.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.command import Command
from ..core.flash import SLEW
from ..crowd.crowd import Crowd
from ..crowd.signals import Reading
from ..inlet.hearing import SILENCE, Track
from ..mapping.view import CrowdView
from ..outlet.keeper import Keeper
from ..render.frame import Frame
from ..render.guard.tally import Interventions
from ..render.renderer import Renderer
from .commands import RECORDED
from .door import Door
from .handover import BEGINNING, Standing
from .programme import Programme
from .telling import Telling
from .watching import GuardWatch
from .witness import Witness

TOLD_STEPS = 10 * STEPS_PER_SECOND
ALIVE_STEPS = 5 * STEPS_PER_SECOND  # before a picture is held still that was so before a restart
FADE_STEPS = STEPS_PER_SECOND / SLEW  # from black to full light at the start, and for a blackout


class Stage:
    """Holds the door, the crowd and the programme, and takes them through time together.

    `preroll`: steps that the crowd lives through before `begin`, so that it is there when the
    picture begins, which it does at that step. `fade_in`: whether it begins in black. `keeper`:
    takes the frames that `picture` commands ask for. `sound`: what is heard, from step 0 on.
    `standing`: how the show stood when it broke off. `hand_on` is called once a step, before
    anything of it is drawn. `witnesses` follow it, and are closed with it. `script`: commands of a
    recorded show, each with the step after which it was applied, in their order. `keep`: keeps the
    last minute, and returns a line that says so.
    """

    def __init__(
        self,
        door: Door,
        crowd: Crowd,
        renderer: Renderer,
        programme: Callable[[CrowdView], Programme],
        *,
        minimum_group: int = 1,
        preroll: int = 0,
        begin: int = 0,
        fade_in: bool = True,
        keeper: Keeper | None = None,
        sound: Track | None = None,
        standing: Standing = BEGINNING,
        hand_on: Callable[[Standing], None] | None = None,
        witnesses: Sequence[Witness] = (),
        script: Sequence[tuple[int, Command]] = (),
        keep: Callable[[], str] | None = None,
    ) -> None:
        self.door = door
        self._sound = sound
        self.crowd = crowd
        self.done = False
        self.most_people = 0
        self._renderer = renderer
        self._telling = Telling(minimum_group)
        self._guard = GuardWatch(renderer.safety, renderer.warnings)
        self._keeper = keeper
        self._step = begin - preroll
        self._prepared = False
        self._frozen = standing.frozen
        self._still_from = begin + ALIVE_STEPS if standing.frozen else 0
        self._moving = False
        self._light = 0.0 if fade_in else 1.0
        self._light_wanted = 0.0 if standing.dark else 1.0
        self._keep_next = False
        self.frames = 0
        self._witnesses = witnesses
        self._script = deque(script)
        self._keep = keep
        self._told: tuple[str, int] = ("", 0)  # a line about a command, and until which step
        while self._step < begin:
            self._listen()
            self._step += 1
        self.programme = programme(self._view())
        self._hand_on = hand_on
        self._note_work()

    def step(self, tick: Tick, commands: Sequence[Command]) -> Frame:
        """Go to the tick's step and return the picture at its phase."""
        for command in commands:
            self._apply(command)
        self.door.collect(self.crowd.current_step + 1, tick.steps)
        self.programme.follow()
        while self._step < tick.step:
            if not self._prepared:
                self._prepare()
            self._commit()
        if tick.phase > 0.0 and not self._prepared:
            self._prepare()
        frame = self._draw(0.0 if self._frozen else tick.phase, tick.phase, tick.steps)
        self.frames += 1
        for witness in self._witnesses:
            witness.shown(tick)
        if self._keep_next and self._keeper:
            self._keeper.keep(frame, self._step, self._source())
            self._keep_next = False
        return frame

    def close(self) -> None:
        """Give the ports and all GL objects back."""
        self.programme.release()
        self._renderer.release()
        for witness in self._witnesses:
            witness.close()
        self.door.close()
        if self._keeper:
            self._keeper.close()

    def _listen(self) -> None:
        """Take the crowd to the step after the current one."""
        step = self._step + 1
        admitted = self.door.admit(step)
        self.crowd.step(step, admitted.samples, admitted.withdrawn)
        self._telling.step(self.crowd)
        for witness in self._witnesses:
            witness.lived(step, admitted, self.crowd.gone, self.told, self.door)
        self.door.gate.forget(self.crowd.gone)
        self.most_people = max(self.most_people, int(self.crowd.raw["count"]))

    @property
    def standing(self) -> Standing:
        """How the show stands."""
        dark = self._light_wanted == 0.0
        return Standing(self.programme.place, self._frozen, dark, self.door.real)

    def _prepare(self) -> None:
        while self._script and self._script[0][0] <= self._step:
            self._apply(self._script.popleft()[1])
        self._listen()
        if self._hand_on:  # now, for whatever ends the show may be in what is drawn next
            self._hand_on(self.standing)
        self._moving = not self._frozen or self._step < self._still_from
        if self._moving:
            self.programme.prepare(self._view())
        self._prepared = True

    def _commit(self) -> None:
        self._step += 1
        self._prepared = False
        if self._moving:
            before = self.programme.scene
            self.programme.commit(self._view())
            if self.programme.scene is not before:
                self._note_work()
        self._light = self._light_at(1.0)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is to be told of the flash guard whatever it does: that it is off, or slow."""
        return self._guard.cautions

    @property
    def guard(self) -> str:
        """Which flash guard runs: budget, slew or off."""
        return self._renderer.guard

    @property
    def interventions(self) -> Interventions:
        """What the flash guard did so far, but for the last second."""
        return self._renderer.interventions()

    @property
    def told(self) -> Reading:
        """The signals as they may be told: only how many people, while they are too few."""
        return self._telling.reading

    @property
    def analysis(self) -> dict[str, float]:
        """Further measures of the crowd, as far as they may be told; NaN left out."""
        return self._telling.analysis(self.crowd)

    def _view(self) -> CrowdView:
        crowd, telling = self.crowd, self._telling
        return CrowdView(
            crowd.reading,
            crowd.people,
            telling.modes,
            crowd.current_step,
            crowd.settings.leave_after,
            self._sound.at(crowd.current_step) if self._sound else SILENCE,
            clusters=telling.clusters,
            circles=telling.circles,
        )

    def _draw(self, phase: float, light_phase: float, steps: int) -> Frame:
        mix = self.programme.draw(phase)
        framebuffer = self._renderer.compose(
            mix.first, mix.second, mix.amount, self._light_at(light_phase), steps
        )
        for source in (*((self._keeper,) if self._keeper else ()), *self._witnesses):
            for line in source.news():
                self._tell(line)
        line, until = self._told
        own = (
            *self.programme.faults,
            *self.programme.warnings,
            *(map(str, self.programme.news) if self._step < TOLD_STEPS else ()),
            *((line,) if self._step < until else ()),
            *self._guard.lines(self._step, self.interventions),
        )
        return Frame(
            framebuffer,
            self._renderer.size,
            self.programme.scene.now.palette,
            self.told,
            own + self.door.notices.lines(self._step),
            dark=self._light_wanted == 0.0,
            alpha=self._renderer.alpha,
            work=self.programme.scene.loaded.preset.title,
        )

    def _note_work(self) -> None:
        loaded = self.programme.scene.loaded
        for witness in self._witnesses:
            witness.on_show(self._step, self.programme.place, loaded.path.stem, loaded.preset.title)

    def _source(self) -> str:
        """The command line that makes a picture like the one on show."""
        width, height = self._renderer.size
        scene, told = self.programme.scene, self.told
        words = [
            f"empathy render {scene.loaded.path.stem} --out picture.png --size {width}x{height}",
            f"--time {scene.steps / STEPS_PER_SECOND:g} --people {told['count']:.0f}",
        ]
        if told.keys() >= {"valence", "arousal"}:
            words.append(f"--feel={told['valence']:.3f},{told['arousal']:.3f}")
        return " ".join(words)

    def _light_at(self, phase: float) -> float:
        """The light `phase` of a step on: it moves towards what is wanted, never jumps."""
        most = phase / FADE_STEPS
        return self._light + min(max(self._light_wanted - self._light, -most), most)

    def _tell(self, line: str) -> None:
        self._told = line, self._step + TOLD_STEPS

    def _apply(self, command: Command) -> None:
        if command.name in RECORDED:
            for witness in self._witnesses:
                witness.asked(self._step, command)
        match command.name, command.args:
            case "quit", ():
                self.done = True
            case "freeze", ():
                self._frozen = not self._frozen
            case "blackout", ():
                self._light_wanted = 1.0 - self._light_wanted
            case "picture", ():
                self._keep_next = True
            case "keep", ():
                self._tell(self._keep() if self._keep else "this show keeps no minute")
            case "next", ():
                self.programme.go(1)
            case "previous", ():
                self.programme.go(-1)
            case "knob", (str(name), float(value)):
                if not self.programme.scene.turn(name, value):
                    self._tell(f"the preset on show has no knob {name!r}")
            case "feel", (float(valence), float(arousal)):
                self.door.say(valence, arousal)
            case "feel", ():
                self.door.hush()
            case _:
                self._tell(f"no command {command.name!r} with {len(command.args)} values")
