"""What everybody who is here said last: with it a recording can begin in the middle of a show.

Knows no crowd, and does not see who falls silent: it is told who is gone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..sample import SAMPLE, Samples

Whos = NDArray[np.uint32]

_AXES = ("valence", "arousal", "dominance")
_OF_FEELING = ("weight", "kind", "word", "origin")  # those of the last sample with a feeling
_OF_SAMPLE = ("circle", "consent", "step")  # those of the last sample
_NOBODY = np.empty(0, np.uint32)


class Latest:
    """One row for everybody who has said something and is not gone; merged as `crowd.table` does.

    A NaN component keeps what was said before; of several samples of one person the last wins, per
    component. `len`: how many people there are.
    """

    def __init__(self) -> None:
        self._who: Whos = _NOBODY  # ascending, as `_rows` are
        self._rows: Samples = np.empty(0, SAMPLE)

    def __len__(self) -> int:
        return len(self._who)

    @property
    def who(self) -> Whos:
        """The numbers of those who are here, ascending; not to be written to."""
        return self._who

    def copy(self) -> Latest:
        """Return another that goes on by itself."""
        other = Latest()
        other._who, other._rows = self._who.copy(), self._rows.copy()
        return other

    def take(self, samples: Samples, withdrawn: Whos = _NOBODY, gone: Whos = _NOBODY) -> None:
        """Take in samples, in their order, be they of several steps; then lose who left.

        A number is never given twice, so that whoever left said nothing after it.
        """
        if len(samples):
            self._merge(samples)
        if len(withdrawn) or len(gone):
            leaving = np.concatenate([withdrawn, gone]) if len(gone) else withdrawn
            self.lose(leaving)

    def lose(self, whos: Whos) -> None:
        """Keep nothing of these people; those who are not here are passed over."""
        if not len(whos) or not len(self._who):
            return
        stays = ~np.isin(self._who, whos)
        if not stays.all():
            self._who, self._rows = self._who[stays], self._rows[stays]

    def samples(self, step: int) -> Samples:
        """Return what each said last as a sample of `step`, ordered by number."""
        samples = self._rows.copy()
        samples["step"] = step
        return samples

    def of(self, whos: Whos) -> tuple[Samples, NDArray[np.bool_]]:
        """Return what each of these said last, (n,), and whether they are here; else all is 0."""
        row = self._find(whos)
        here = row >= 0
        samples = np.zeros(len(whos), SAMPLE)
        samples[here] = self._rows[row[here]]
        return samples, here

    def _merge(self, samples: Samples) -> None:
        who = np.ascontiguousarray(samples["who"])
        row = self._find(who)
        strange = row < 0
        if strange.any():
            self._enter(samples[strange])
            row = self._find(who)
        at, of = self._last(row, np.arange(len(samples)))
        for name in _OF_SAMPLE:
            self._rows[name][at] = samples[name][of]
        felt = np.zeros(len(samples), np.bool_)
        for axis in _AXES:
            values = samples[axis]
            given = ~np.isnan(values)
            felt |= given
            whole = given.all()
            to, from_ = (at, of) if whole else self._last(row[given], np.flatnonzero(given))
            self._rows[axis][to] = values[from_]
        if not felt.all():
            at, of = self._last(row[felt], np.flatnonzero(felt))
        for name in _OF_FEELING:
            self._rows[name][at] = samples[name][of]

    def _last(
        self, row: NDArray[np.intp], sample: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return rows, and which sample each is to be set from, so that the last one wins."""
        if len(row) < len(self._who):
            return row, sample  # of repeated indices numpy's assignment keeps the last
        last = np.full(len(self._who), -1)
        last[row] = sample
        at = np.flatnonzero(last >= 0)
        return at, last[at]

    def _find(self, who: Whos) -> NDArray[np.intp]:
        """Return the row of each, -1 of those who have none."""
        if not len(self._who):
            return np.full(len(who), -1)
        row = np.minimum(np.searchsorted(self._who, who), len(self._who) - 1)
        return np.where(self._who[row] == who, row, -1)

    def _enter(self, samples: Samples) -> None:
        """Give a row to everybody of `samples`, with their first one."""
        _, first = np.unique(samples["who"], return_index=True)
        rows = np.concatenate([self._rows, samples[first]])
        who = np.ascontiguousarray(rows["who"])
        order = np.argsort(who, kind="stable")
        self._who, self._rows = who[order], rows[order]
