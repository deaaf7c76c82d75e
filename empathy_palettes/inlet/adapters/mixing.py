"""What a person's values say of a feeling: valence, arousal, dominance, and how sure it is.

Works on many people at once; keeps nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.words import WORDS, lookup
from .adapter import Adapter

Floats = NDArray[np.float64]

_CLEAR = 0.5  # of a word, that it is carried along

_WORDS = np.full((256, 3), np.nan)
for _word in WORDS.values():
    _WORDS[_word.index] = _word.valence, _word.arousal, _word.dominance


class Felt(NamedTuple):
    """What is felt, a row for each person.

    `feeling` (n, 3): valence, arousal, dominance in [-1, 1], NaN = not given. `weight` (n,) in
    [0, 1]; `word` (n,) u1, 0 = none.
    """

    feeling: Floats
    weight: Floats
    word: NDArray[np.uint8]


class Mixing:
    """How one adapter's values, in the order of its columns, become what is felt.

    An axis is what `Axis` says of it. Where it says nothing, the emotion words that `blend` holds
    say it, each as much as there is of it, with neutral for what is missing to 1. Where neither
    says anything of any axis, a word that was said outright does.
    """

    def __init__(self, adapter: Adapter) -> None:
        columns = adapter.columns
        axes = adapter.axes
        self._gains = np.array(
            [[axis.terms.get(name, 0.0) if axis else 0.0 for axis in axes] for name in columns]
        ).reshape(-1, 3)
        self._offset = np.array([axis.offset if axis else 0.0 for axis in axes])
        self._tanh = np.array([axis is not None and axis.squash == "tanh" for axis in axes])
        self._whole = np.array([axis is not None and axis.whole for axis in axes])
        self._renormalise = np.array([axis is not None and axis.renormalise for axis in axes])
        words = [lookup(word) for word in adapter.blend.values()]
        self._blended = np.array([columns.index(name) for name in adapter.blend], np.int64)
        self._index = np.array([word.index for word in words if word], np.uint8)
        self._sure = np.array([columns.index(name) for name in adapter.weight.of], np.int64)
        self._most = adapter.weight.most
        used = np.array([bool(row.any()) for row in self._gains], bool)
        used[self._blended] = True
        self._calibrated = used & np.array(
            [name in adapter.value and adapter.value[name].calibrate for name in columns], bool
        )

    def quality(self, numbers: Floats) -> Floats:
        """Return (n,) how good the sender says that its numbers are; 1 where it does not."""
        if not len(self._sure):
            return np.ones(len(numbers))
        said = numbers[:, self._sure]
        least: Floats = np.where(np.isnan(said), 1.0, said).min(axis=1)
        return least.clip(0.0, 1.0)

    def feel(
        self, numbers: Floats, believed: Floats, quality: Floats, word: NDArray[np.uint8]
    ) -> Felt:
        """Return what (n, values) `numbers` say, NaN = not there, each `believed` in [0, 1].

        `word` (n,): what was said outright.
        """
        there = ~np.isnan(numbers)
        filled = np.where(there, numbers, 0.0)
        feeling = filled @ self._gains
        known = there.astype(float) @ np.abs(self._gains)
        total = np.abs(self._gains).sum(axis=0)
        share = np.where(self._renormalise & (known > 0), total / np.where(known > 0, known, 1), 1)
        feeling = feeling * share + self._offset
        feeling = np.where(self._tanh, np.tanh(feeling), feeling.clip(-1.0, 1.0))
        some = there.astype(float) @ (self._gains != 0)
        least = np.where(self._whole, np.count_nonzero(self._gains, axis=0), 1)
        feeling[some < least] = np.nan

        told = word
        if len(self._blended):
            mass = filled[:, self._blended].clip(0.0, 1.0)
            mix = mass @ _WORDS[self._index] / np.maximum(mass.sum(axis=1), 1.0)[:, None]
            mix[~there[:, self._blended].any(axis=1)] = np.nan
            feeling = np.where(np.isnan(feeling), mix, feeling)
            strongest = self._index[mass.argmax(axis=1)]
            told = np.where((mass.max(axis=1) >= _CLEAR) & (told == 0), strongest, told)
        silent = np.isnan(feeling).all(axis=1)
        feeling[silent] = _WORDS[word[silent]]

        unsure = np.where(there & self._calibrated, believed, 1.0)
        weight = self._most * quality * unsure.min(axis=1, initial=1.0)
        return Felt(feeling, weight, told.astype(np.uint8))
