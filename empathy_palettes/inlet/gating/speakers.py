"""Whose word on somebody counts: that of the machine which spoke for them first.

Decides nothing of consent: it says who is not to be heard. A machine is a keyed number.

A name is its machine's while its person is here, while they have said no as they were, and while
they are remembered as having consented. A phone whose address has changed comes back by a new yes
once its person has gone for their silence; where strangers are trusted and there is no word on
consent to remember, without. A no for somebody who is not here may be anybody's: it holds, but
makes them nobody's, and the next yes, wherever from, opens the door to them again. In a batch that
is so until the first word of whose they are; who comes in it, and says no, was here. This machine
may always speak for anybody, as who works at it stands before them, and so may an adapter for those
whom its inlet names. What this machine feels for somebody, or their no, makes them its own; its yes
to somebody who is not here, and is another machine's or said no, leaves them to whoever speaks
next.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..naming import Digests
from ..said import ADAPTED, Said
from ..wire.traffic import HERE
from .memory import Memory
from .registry import Registry, Rows, distinct

Hosts = NDArray[np.uint64]
Mask = NDArray[np.bool_]

OURS = 2  # of `Registry.host`: this machine; 0 is nobody's yet


class Heeded(NamedTuple):
    """What of a batch (n,) is not to be heard, None = all is; and who is whose from now on."""

    elsewhere: Mask | None
    names: Digests
    hosts: Hosts


class Speakers:
    """Knows from the `registry` whose people are, and notes it there."""

    def __init__(self, registry: Registry, memory: Memory) -> None:
        self._registry = registry
        self._memory = memory

    def may_speak(self, names: Digests, hosts: Hosts) -> Mask:
        """Return (n,) which of these machines would be heard now on these people."""
        rows = self._registry.find(names)
        bound = self._bound(rows, self._registry.host.take(rows))
        may: Mask = (bound == 0) | (bound == hosts) | (hosts <= ADAPTED)
        return may

    def may_refuse(self, names: Digests, hosts: Hosts) -> Mask:
        """Return (n,) which of these machines' noes for these people would be heard now."""
        registry, rows = self._registry, self._registry.find(names)
        away = ~registry.seated[rows] & ~registry.withdrawn[rows]
        may: Mask = self.may_speak(names, hosts) | away
        return may

    def heed(self, said: Said, rows: Rows) -> Heeded | None:
        """Return who is to be heard; None: everybody, and nothing is new.

        `rows` (n,): where the registry has them. Who is first in a batch goes before all others
        in it; whose somebody is then holds for the whole of it.
        """
        bound = self._registry.host.take(rows)
        if np.count_nonzero(said.host) == 0:
            agrees = np.count_nonzero(said.consent > 0)  # which may open a name
            if not agrees and np.count_nonzero(bound == OURS) == len(bound):
                return None
        elif np.count_nonzero(bound == said.host) == len(bound):
            if np.count_nonzero(bound) == len(bound):
                return None
        here = said.host == HERE
        voice = np.where(here, np.uint64(OURS), said.host)
        return self._heed(said, rows, bound, voice, here)

    def bind(self, heeded: Heeded) -> None:
        """Note whose people are now, as far as anything is kept of them."""
        rows = self._registry.find(heeded.names)
        known = rows >= 0
        rows = rows[known]
        self._registry.host[rows] = heeded.hosts[known]
        self._registry.touch(rows)

    def noes_from_afar(self, said: Said, rows: Rows) -> Rows:
        """Return, before it is heard, of whom a batch holds a no that is to bind no machine.

        Another machine's, of people who are not here, nor said no as they were.
        """
        noes = np.flatnonzero(said.consent == 0)
        if not len(noes):
            return noes
        registry, people = self._registry, rows[noes]
        somebodys = registry.withdrawn[people] & (registry.host[people] > 0)
        afar: Rows = people[(said.host[noes] > ADAPTED) & ~registry.seated[people] & ~somebodys]
        return afar

    def unbind(self, rows: Rows) -> None:
        """Let these people be nobody's, as far as they are remembered as having said no."""
        rows = rows[self._registry.withdrawn[rows]]
        self._registry.host[rows] = 0
        self._registry.touch(rows)

    def _heed(self, said: Said, rows: Rows, bound: Hosts, voice: Hosts, here: Mask) -> Heeded:
        registry = self._registry
        absent = ~registry.seated[rows]
        yes = said.consent > 0
        refused = registry.withdrawn[rows]
        opens = here & yes & absent & (bound != 0) & (refused | (bound != OURS))
        if np.count_nonzero(opens):
            registry.host[rows[opens]] = 0
            registry.touch(rows[opens])
            bound = registry.host.take(rows)
        bound = self._bound(rows, bound)
        remote = said.host > ADAPTED
        free = bound == 0
        # Of those who are away, be they anybody's, a no holds.
        refusing = remote & (said.consent == 0) & absent & ~refused & ~free
        felt = said.felt()
        # Who has said no, and is nobody's, is so until there is a yes.
        shut = refused & ~yes & remote
        if np.count_nonzero(opens):
            shut &= ~np.isin(rows, rows[opens])
        claims = free & ((remote & ~shut) | (here & (felt | (said.consent == 0))))
        takes_over = remote & yes & absent & ~refused & ~free & (bound != voice)
        contested = np.count_nonzero(takes_over) > 0
        if contested:
            disputed = np.isin(rows, rows[takes_over])
            claims |= takes_over | (disputed & (bound == voice))
        claiming = np.flatnonzero(claims)
        if not len(claiming):
            elsewhere = remote & ~free & (bound != voice)
            elsewhere = _let_noes(elsewhere, refusing, rows)
            return Heeded(elsewhere, said.name[:0], said.host[:0])
        whose = voice[claiming]
        if contested or (whose != whose[0]).any() or np.count_nonzero(shut & free):
            involved = np.flatnonzero(free | disputed if contested else free)
            first, which = distinct(said.name[involved])
            claim = np.full(len(first), -1)
            turns = np.flatnonzero(claims[involved])[::-1]
            claim[which[turns]] = involved[turns]  # of repeated ones the last counts: the first
            winner = np.where(claim >= 0, voice[claim], np.uint64(0))
            bound[involved] = winner[which]
            claiming = claim[claim >= 0]
        else:
            bound[free] = whose[0]
        elsewhere = remote & (bound != 0) & (bound != voice)
        elsewhere = _let_noes(elsewhere, refusing, rows)
        return Heeded(elsewhere, said.name[claiming], voice[claiming])

    def _bound(self, rows: Rows, bound: Hosts) -> Hosts:
        """Whose people are: nobody's, where strangers are trusted and these are little more."""
        if not self._memory.trusts:
            return bound
        registry = self._registry
        held = registry.seated[rows] | registry.withdrawn[rows] | self._memory.agreed(rows)
        return np.where(held, bound, np.uint64(0))


def _let_noes(elsewhere: Mask, refusing: Mask, rows: Rows) -> Mask | None:
    """Return what is not to be heard (n,), None = all is: of `refusing` what others come before."""
    noes = np.flatnonzero(elsewhere & refusing)
    if len(noes):
        people, which = np.unique(rows[noes], return_inverse=True)
        others = np.flatnonzero(~elsewhere & np.isin(rows, people))[::-1]
        first = np.full(len(people), len(rows))
        first[np.searchsorted(people, rows[others])] = others  # of repeated ones the last counts
        elsewhere[noes[noes < first[which]]] = False
    return elsewhere if np.count_nonzero(elsewhere) else None
