"""A gate that is told what another one knew does from then on what the other one would have."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.gating.kept import KEPT, Kept, is_gone
from empathy_palettes.inlet.naming import Space
from empathy_palettes.inlet.notices import Notices
from tests.inlet.spoken import NAMING, Told, columns
from tests.inlet.test_gate_model import FEW, plain, told

MOST = 4  # fewer people than there are names, and no more names than are remembered
LATER = 2_000  # steps: by then no allowance, and nothing anybody said, is of importance
NAMES = {NAMING.digest(name.encode(), Space.SENDER): name for name in FEW}


class Parent:
    """Keeps the last row of everybody, as whoever starts the next show does."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, ...], tuple[object, ...]] = {}

    def hear(self, changes: Kept) -> None:
        for row, gone in zip(changes.tolist(), is_gone(changes).tolist(), strict=True):
            name, *rest = row
            if gone:
                del self.rows[tuple(name)]  # nobody is forgotten who was not told of
            else:
                self.rows[tuple(name)] = (name, *rest)

    def kept(self) -> Kept:
        kept = np.zeros(len(self.rows), KEPT)
        for place, row in enumerate(self.rows.values()):
            kept[place] = row
        return kept


def of(mode: Mode, circles: int, level: int) -> tuple[Gate, Notices]:
    notices = Notices()
    return Gate(mode, MOST, notices, circles, {1: 3}, level), notices


def everybody(gate: Gate) -> set[tuple[object, ...]]:
    """What a gate would tell somebody who asks now for the first time."""
    gate._handed = None
    parent = Parent()
    parent.hear(gate.changes())
    return {(tuple(name), *rest) for name, *rest in parent.kept().tolist()}


stories = st.lists(
    st.one_of(st.lists(told, max_size=12), st.lists(st.integers(0, 12), max_size=4)), max_size=6
)


@given(
    st.sampled_from(("attested", "explicit")),
    st.integers(1, 3),
    st.integers(1, 2),
    stories,
    st.lists(st.sampled_from(FEW), unique=True),
    stories,
)
@settings(max_examples=150)
def test_the_next_gate_goes_on_where_the_last_one_stopped(
    mode: Mode,
    circles: int,
    level: int,
    before: list[list[Told] | list[int]],
    back: list[str],
    after: list[list[Told] | list[int]],
) -> None:
    (one, one_notices), parent, step = of(mode, circles, level), Parent(), 0
    for chapter in before:
        step += 7
        take_part(one, chapter, step)
        parent.hear(one.changes())
        assert len(one.changes()) == 0
    assert {(tuple(row[0]), *row[1:]) for row in parent.kept().tolist()} == everybody(one)

    other, other_notices = of(mode, circles, level)
    step += LATER
    other.restore(parent.kept(), one.header(), step, stay=5)
    begun = Counter(one_notices.rejected)

    # The roll is called: of those who were here some feel something, the others have gone.
    was = {tuple(name): number for name, number, *_, here in parent.kept().tolist() if here}
    here = [name for name in was if NAMES[name] in back]
    roll = [Told(NAMES[name], 0.5, host=1) for name in here]
    first, second = (take_part(gate, roll, step) for gate in (one, other))
    np.testing.assert_equal(second, first)
    take_part(one, [number for name, number in was.items() if name not in here], step)
    assert not len(other.due(step + 5))

    for chapter in after:
        step += 7
        first, second = (take_part(gate, chapter, step) for gate in (one, other))
        np.testing.assert_equal(second, first)
    assert other_notices.rejected == one_notices.rejected - begun
    assert everybody(other) == everybody(one)
    assert other.header() == one.header()


def take_part(gate: Gate, chapter: Sequence[Told | int], step: int) -> object:
    """Return what comes of what is said, or forget these numbers."""
    said = [row for row in chapter if isinstance(row, Told)]
    if len(said) < len(chapter):
        gate.forget(np.array(chapter, np.uint32))
        return None
    samples, withdrawn = gate.admit(columns(said), step)
    return plain(samples), withdrawn.tolist()
