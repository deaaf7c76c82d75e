"""The gate once more, row by row over dicts, as the thing to compare with."""

import math
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from empathy_palettes.inlet.gating.allowance import Allowance
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.sample import NOT_GIVEN, Kind
from tests.inlet.spoken import Told

Sampled = tuple[float | int | None, ...]


@dataclass
class _Person:
    number: int
    circle: str = ""
    sent: int = -(10**9)
    waits: dict[str, float] | None = None
    own: dict[str, int] = field(default_factory=dict)  # step of what they said themselves
    last: dict[str, float] = field(default_factory=dict)  # weight, kind and word of a feeling
    origin: int = 0


@dataclass
class SlowGate:
    """What `Gate` is to do, in plain Python; circles by name, numbered by `samples`."""

    trusts: bool
    max_people: int
    circles: int
    rejected: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    newcomers: Mapping[int, int] = field(default_factory=dict)
    level: int = 1

    def __post_init__(self) -> None:
        self.next = 0
        self.present: dict[str, _Person] = {}
        self.withdrawn: set[str] = set()
        self.consented = OrderedDict[str, None]()
        self.chosen = OrderedDict[str, str]()
        self.numbered: dict[str, int] = {}
        self.waiting: list[str] = []
        self.brought: dict[tuple[str, int, int], Allowance] = {}
        self.levels: dict[str, int] = {}
        self.bound: dict[str, int] = {}  # to which machine; 2 = this one

    def admit(self, rows: Sequence[Told], step: int) -> tuple[list[Sampled], list[int]]:
        rows, claims = self.heed(rows)
        out_of_afar = {row.who for row in rows if self.is_from_afar(row)}
        out = self.admit_heard(rows, step)
        self.bound |= {who: host for who, host in claims.items() if self.met(who)}
        for who in (out_of_afar & self.withdrawn) - self.came:
            self.bound.pop(who, None)
        self.tidy()
        return out

    def heed(self, rows: Sequence[Told]) -> tuple[list[Told], dict[str, int]]:
        """Return what is heard, and which machine has spoken first for whom."""
        shut = {who for who in self.withdrawn if who not in self.bound}
        for row in rows:
            opens = row.consent and row.host == 0 and row.who not in self.present
            if opens and (row.who in self.withdrawn or self.bound.get(row.who) != 2):
                self.bound.pop(row.who, None)
        whose = {row.who: self.bound.get(row.who, 0) for row in rows}
        if self.trusts:
            held = {*self.present, *self.withdrawn, *self.consented}
            whose = {who: host if who in held else 0 for who, host in whose.items()}
        moving = {row.who for row in rows if self.takes_over(row, whose[row.who])}
        away = {who for who, own in whose.items() if own} - {*self.present, *self.withdrawn}
        claims: dict[str, int] = {}
        for row in rows:
            voice, own = row.host or 2, whose[row.who]
            if own:
                counts = self.takes_over(row, own) or (row.who in moving and own == voice)
            else:
                counts = row.host > 1 and not (row.who in shut and not row.consent)
                counts |= row.host == 0 and (row.feels or row.consent == 0)
            if counts:
                claims.setdefault(row.who, voice)
        whose |= claims
        heard, spoken = [], set()
        for row in rows:
            if row.host < 2 or whose[row.who] in (0, row.host):
                spoken.add(row.who)
                heard.append(row)
            elif row.consent == 0 and row.who in away - spoken:
                heard.append(row)
        if len(heard) < len(rows):
            self.rejected[Reason.ELSEWHERE] += len(rows) - len(heard)
        return heard, claims

    def is_from_afar(self, row: Told) -> bool:
        """Whether it is a no that another machine says for somebody who is not here."""
        bound = row.who in self.withdrawn and row.who in self.bound
        return row.consent == 0 and row.host > 1 and row.who not in self.present and not bound

    def takes_over(self, row: Told, own: int) -> bool:
        gone = row.who not in self.present and row.who not in self.withdrawn
        return bool(row.consent and row.host > 1 and own and own != row.host and gone)

    def tidy(self) -> None:
        """Keep nothing of people of whom nothing is to be known."""
        self.levels = {who: level for who, level in self.levels.items() if self.met(who)}
        self.bound = {who: host for who, host in self.bound.items() if self.met(who)}

    def admit_heard(self, rows: Sequence[Told], step: int) -> tuple[list[Sampled], list[int]]:
        trusted = self.trusts
        withdrawn: list[int] = []
        may = {row.who: self.may_come(row.who) for row in rows}
        self.ask(rows, step)
        lets, moved, void = [False] * len(rows), [False] * len(rows), [False] * len(rows)
        for index, row in enumerate(rows):
            if row.consent is not None:
                if row.consent > 0:
                    self.unheard.discard(row.who)
                if row.consent:
                    moved[index] = self.agree(row.who, row.consent)
                else:
                    number = self.withdraw(row.who)
                    withdrawn += [] if number is None else [number]
                    for earlier in range(index):
                        void[earlier] |= rows[earlier].who == row.who
            if row.consent is not None or row.circle is not None:
                may[row.who] = self.may_come(row.who) and row.who not in self.unheard
            if row.circle is not None and not may[row.who]:
                self.refuse()
            elif row.circle is not None:
                changed = self.choose(row.who, row.circle)
                moved[index] |= changed and row.who in self.present
            lets[index] = may[row.who]
        if trusted != self.trusts:
            lets = [self.may_come(row.who) for row in rows]
        said = zip(rows, lets, void, strict=True)
        self.came = {row.who for row, may, gone in said if row.feels and may and gone}
        here = set(self.present)
        passes: dict[str, bool] = {}
        counted = []
        for index, row in enumerate(rows):
            says_nothing = not row.feels and row.consent is None and row.circle is None
            if row.feels and not lets[index] and row.circle is None:
                self.refuse()
            if void[index]:
                continue
            counts = row.feels and lets[index]
            if counts and row.who not in self.present:
                if row.who not in passes:
                    passes[row.who] = self.met(row.who) or self.brings("new", row, step)
                counts = self.let_in(row.who, passes[row.who])
            if counts or moved[index] or (says_nothing and row.who in here):
                self.accepted += 1
                counted.append(row)
        for row in counted:
            if row.kind == Kind.SELF_REPORT:
                for axis in told_of(row):
                    self.present[row.who].own[axis] = step
        for row in counted:
            self.put(row, step)
        return self.due(step), withdrawn

    def ask(self, rows: Sequence[Told], step: int) -> None:
        """Ask once for each stranger of whom something would have to be remembered."""
        self.turned_away: set[str] = set()
        self.unheard: set[str] = set()
        self.not_kept: set[str] = set()
        came, refused = set(), set()
        for row in rows:
            if self.met(row.who):
                continue
            comes = bool(row.consent)
            if self.trusts:
                comes = bool(row.circle or (row.consent and row.consent != self.level))
            if comes and row.who not in came:
                came.add(row.who)
                if not self.brings("new", row, step):
                    self.turned_away.add(row.who)
            if self.trusts and row.consent == 0 and row.who not in refused:
                refused.add(row.who)
                if not self.brings("no", row, step):
                    self.not_kept.add(row.who)

    def brings(self, what: str, row: Told, step: int) -> bool:
        """Whether a machine may bring one more."""
        if row.host < 2:
            return True
        each = self.newcomers.get(row.origin, 50)
        allowance = self.brought.setdefault((what, row.origin, row.host), Allowance(each))
        return allowance.take(step) == 1

    def due(self, step: int) -> list[Sampled]:
        out: list[Sampled] = []
        for who in list(self.waiting):
            person = self.present[who]
            if step - person.sent >= 2 and person.waits is not None:
                waits, person.waits, person.sent = person.waits, None, step
                self.waiting.remove(who)
                circle = self.numbered[person.circle] if person.circle else 0
                silent = all(map(math.isnan, waits.values()))
                last = dict(weight=1.0, kind=0, word=0) if silent else person.last
                felt = (*waits.values(), *last.values(), person.origin)
                out.append((person.number, step, *felt, circle, self.levels[who]))
        return out

    def put(self, row: Told, step: int) -> None:
        person = self.present[row.who]
        device = row.kind != Kind.SELF_REPORT
        fresh = {axis for axis, told in person.own.items() if device and step - told < 600}
        told = told_of(row).keys() - fresh
        if row.feels and not told:
            return
        if person.waits is None:
            names = ("valence", "arousal", "dominance")
            person.waits = dict.fromkeys(names, NOT_GIVEN)
            self.waiting.append(row.who)
        for axis in told:
            person.waits[axis] = round(told_of(row)[axis] * 32) / 32 + 0.0
        if told and not fresh:
            person.last = dict(weight=float(np.float32(row.weight)), kind=row.kind, word=row.word)
        if not fresh:
            person.origin = row.origin

    def forget(self, numbers: Sequence[int]) -> None:
        left = []
        for number in numbers:
            for who, person in list(self.present.items()):
                if person.number == number:
                    self.leave(who)
                    left.append(who)
                    self.keep_circle(who, person.circle)
        for who in [who for who in left if not self.trusts or self.levels[who] != self.level]:
            self.keep_consent(who)
        self.tidy()

    def leave(self, who: str) -> _Person | None:
        person = self.present.pop(who, None)
        if who in self.waiting:
            self.waiting.remove(who)
        return person

    def may_come(self, who: str) -> bool:
        if self.trusts:
            return who not in self.withdrawn
        return who in self.present or who in self.consented

    def met(self, who: str) -> bool:
        memories = (self.present, self.consented, self.chosen, self.withdrawn)
        return any(who in memory for memory in memories)

    def refuse(self) -> None:
        self.rejected[Reason.WITHDRAWN if self.trusts else Reason.WAITING] += 1

    def agree(self, who: str, level: int) -> bool:
        costs = not self.trusts or level != self.level
        if costs and not self.may_be_new(who):
            return False
        before, self.levels[who] = self.levels.get(who), level
        self.withdrawn.discard(who)
        if who in self.present:
            return before != level
        self.consented.pop(who, None)
        if costs:
            self.keep_consent(who)
        return False

    def may_be_new(self, who: str) -> bool:
        if self.met(who) or who not in self.turned_away:
            return True
        self.rejected[Reason.NEWCOMERS] += 1
        return False

    def withdraw(self, who: str) -> int | None:
        met, known = self.met(who), who in self.withdrawn
        person = self.leave(who)
        self.consented.pop(who, None)
        self.chosen.pop(who, None)
        self.levels.pop(who, None)
        if not met and who in self.not_kept:
            self.rejected[Reason.REFUSALS] += who not in self.unheard
            self.unheard.add(who)
        elif self.trusts and not known:
            self.keep_withdrawal(who)
        self.renumber()
        return person.number if person else None

    def keep_withdrawal(self, who: str) -> None:
        if len(self.withdrawn) < 16 * self.max_people:
            self.withdrawn.add(who)
        else:
            self.rejected[Reason.WITHDRAWALS] += 1
            self.trusts = False
            self.withdrawn.clear()

    def keep_consent(self, who: str) -> None:
        self.consented[who] = None
        self.consented.move_to_end(who)
        if len(self.consented) > 16 * self.max_people:
            self.consented.popitem(last=False)
            if self.trusts:
                self.level = 1

    def keep_circle(self, who: str, name: str) -> None:
        if name:
            self.chosen[who] = name
            if len(self.chosen) > 16 * self.max_people:
                self.chosen.popitem(last=False)
        self.renumber()

    def renumber(self) -> None:
        """Take the numbers of circles that nobody is in."""
        used = {person.circle for person in self.present.values()} | set(self.chosen.values())
        self.numbered = {name: number for name, number in self.numbered.items() if name in used}

    def choose(self, who: str, name: str) -> bool:
        person = self.present.get(who)
        if name and not (person or self.may_be_new(who)):
            return False
        if name:
            while name not in self.numbered and len(self.numbered) == self.circles and self.chosen:
                self.chosen.popitem(last=False)
                self.renumber()
            if name not in self.numbered and len(self.numbered) == self.circles:
                self.rejected[Reason.CIRCLES] += 1
                return False
            free = set(range(1, self.circles + 1)) - set(self.numbered.values())
            self.numbered.setdefault(name, min(free, default=0))
        before = person.circle if person else self.chosen.pop(who, "")
        if person:
            person.circle = name
        self.keep_circle(who, "" if person else name)
        return name != before

    def let_in(self, who: str, passes: bool) -> bool:
        if not passes or len(self.present) >= self.max_people:
            self.rejected[Reason.PEOPLE if passes else Reason.NEWCOMERS] += 1
            return False
        self.consented.pop(who, None)
        self.levels.setdefault(who, self.level)
        self.present[who] = _Person(self.next, self.chosen.pop(who, ""))
        self.next += 1
        return True


def told_of(row: Told) -> dict[str, float]:
    """What is said of a feeling, as a reader has it."""
    axes = {"valence": row.valence, "arousal": row.arousal, "dominance": row.dominance}
    return {axis: float(np.float32(value)) for axis, value in axes.items() if value == value}
