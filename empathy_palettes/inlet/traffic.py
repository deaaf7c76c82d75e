"""How much each machine may send, and whose turn it is: datagrams told apart by their senders.

Reads no datagram: what a machine sends too fast is not read at all.
"""

from __future__ import annotations

import secrets

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from ..core.places import Places, spread
from .datagrams import Datagrams, Hosts, Ints
from .notices import Notices
from .reasons import Reason

Mask = NDArray[np.bool_]

MOST_HOSTS = 4_096

_MARK = np.frombuffer(b"\0\0\xff\xff", np.uint32)[0]  # before an IPv4 address
_ONE = np.frombuffer(b"\0\0\0\1", np.uint32)[0]
_LOOPBACK = 127


class Traffic:
    """Lets each host through with at most `rate` datagrams a second, this machine with any number.

    Token buckets that hold a second's worth: so many may come at once. A host is an IPv4 address,
    or an IPv6 network of 64 bits, for a machine is given a whole one. 4,096 hosts are told apart
    at a time; while all of these are busy, the others share one bucket. What comes too fast is
    counted in `notices`.
    """

    def __init__(self, rate: int, notices: Notices | None = None) -> None:
        self._rate = float(rate)
        self._notices = notices
        self._secret = np.uint64(secrets.randbits(64))  # or hosts could choose where they collide
        self._places = Places(MOST_HOSTS)
        self._host = np.zeros(MOST_HOSTS, np.uint64)
        self._used = np.zeros(MOST_HOSTS, np.bool_)
        self._tokens = np.full(MOST_HOSTS + 1, self._rate)  # the last is for all others
        self._renewed = np.zeros(MOST_HOSTS + 1, np.int64)  # step

    def __len__(self) -> int:
        """How many hosts are told apart now."""
        return len(self._places)

    def admit(self, datagrams: Datagrams, step: int, loopback: bool = False) -> Mask:
        """Return (n,) which are let through at `step`: of each host the oldest.

        `loopback`: only this machine can send to the port they came from.
        """
        through = np.ones(len(datagrams), np.bool_)
        if loopback or not len(datagrams):
            return through
        strangers = np.flatnonzero(~from_here(datagrams.host))
        if not len(strangers):
            return through
        row = self._rows(_numbers(datagrams.host[strangers]), step)
        count = np.bincount(row, minlength=len(self._tokens))
        self._renew(np.flatnonzero(count), step)
        most = np.floor(self._tokens).astype(np.int64)
        self._tokens -= np.minimum(count, most)
        if (count > most).any():
            through[strangers] = _ranks(row) < most[row]
            if self._notices is not None:
                refused = len(through) - int(np.count_nonzero(through))
                self._notices.rejected[Reason.RATE] += refused
        return through

    def _rows(self, hosts: NDArray[np.uint64], step: int) -> Ints:
        """Where the bucket of each is; strangers are given one as long as there are any."""
        if (hosts == hosts[0]).all():  # the usual case: one gateway, or one flood
            return np.repeat(self._rows_of(hosts[:1], step), len(hosts))
        return self._rows_of(hosts, step)

    def _rows_of(self, hosts: NDArray[np.uint64], step: int) -> Ints:
        row = self._places.find(self._keys(hosts))
        if (row >= 0).all():
            return row
        new = np.unique(hosts[row < 0])
        if len(self) + len(new) > MOST_HOSTS:
            self._forget(step)
        free = np.flatnonzero(~self._used)[: len(new)]
        new = new[: len(free)]
        self._places.insert(self._keys(new), free)
        self._host[free] = new
        self._used[free] = True
        self._tokens[free] = self._rate
        self._renewed[free] = step
        row = self._places.find(self._keys(hosts))
        row[row < 0] = MOST_HOSTS
        return row

    def _keys(self, hosts: NDArray[np.uint64]) -> Hosts:
        return spread(hosts ^ self._secret)

    def _renew(self, rows: NDArray[np.intp], step: int) -> None:
        gained = (step - self._renewed[rows]) * (self._rate / STEPS_PER_SECOND)
        self._tokens[rows] = np.minimum(self._tokens[rows] + gained, self._rate)
        self._renewed[rows] = step

    def _forget(self, step: int) -> None:
        """Forget whoever may send a second's worth at once; a stranger may, too."""
        self._renew(np.flatnonzero(self._used), step)
        idle = np.flatnonzero(self._used & (self._tokens[:-1] >= self._rate))
        self._places.remove(self._keys(self._host[idle]))
        self._used[idle] = False


def from_here(host: Hosts) -> Mask:
    """Return (n,) which addresses are this machine's own: 127.0.0.0/8, ::1, or none at all."""
    words = host.view(np.uint32)  # IPv4 in the last of four, behind 0, 0 and the mark
    plain = (words[:, 0] == 0) & (words[:, 1] == 0)
    four = (words[:, 2] == _MARK) & (host.view(np.uint8)[:, 12] == _LOOPBACK)
    none = (words[:, 2] == 0) & ((words[:, 3] == 0) | (words[:, 3] == _ONE))
    here: Mask = plain & (four | none)
    return here


def turn(datagrams: Datagrams) -> Ints:
    """Return (n,) how many from the same host and port stand before each; 0 = it is their first.

    In the order of turns nobody waits for more than one datagram of anybody else.
    """
    host, port = datagrams.host, datagrams.port
    if not len(datagrams):
        return np.zeros(0, np.int64)
    order = np.lexsort((port, host[:, 1], host[:, 0]))
    flow = host[order], port[order]
    begins = (flow[0][1:] != flow[0][:-1]).any(axis=1) | (flow[1][1:] != flow[1][:-1])
    return _counted(order, begins)


def _numbers(host: Hosts) -> NDArray[np.uint64]:
    """One number per host: an IPv6 network's 64 bits, which are 0 where IPv4 is mapped."""
    return np.where(host[:, 0] == 0, host[:, 1], host[:, 0])


def _ranks(row: Ints) -> Ints:
    """How many of the same row stand before each."""
    few = row.astype(np.uint16)  # sixteen bits are sorted by radix
    order = np.argsort(few, kind="stable")
    few = few[order]
    return _counted(order, few[1:] != few[:-1])


def _counted(order: NDArray[np.intp], begins: Mask) -> Ints:
    """Ranks from a stable order and where, from its second on, another group begins."""
    starts = np.flatnonzero(np.concatenate([[True], begins]))
    sizes = np.diff(starts, append=len(order))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    return ranks
