"""How much each machine may send, and whose turn it is: datagrams told apart by their senders.

Reads no datagram: what a machine sends too fast is not read at all. Keeps no address: of a
machine there is a keyed number, and that no longer than it matters.
"""

from __future__ import annotations

import numpy as np

from ..gating.allowance import Allowances, Mask, Numbers, ranked
from ..naming import Naming, Space
from ..notices import Notices
from ..reasons import Reason
from .datagrams import Datagrams, Hosts, Ints

HERE = 0  # of `host_numbers`
NETWORK = np.uint64(0xFFFF_FFFF)  # the bits of such a number that tell the network

_MARK = np.frombuffer(b"\0\0\xff\xff", np.uint32)[0]  # before an IPv4 address
_ONE = np.frombuffer(b"\0\0\0\1", np.uint32)[0]
_LOOPBACK = 127


class Traffic:
    """Lets each host through with at most `rate` datagrams a second, this machine with any number.

    Token buckets (`Allowances`) that hold a second's worth: so many may come at once. What is one
    host, `network_numbers` tells, under a key of this object's own unless `naming` is given. What
    comes too fast is counted in `notices`. `len`: how many hosts are told apart now.
    """

    def __init__(
        self, rate: int, notices: Notices | None = None, naming: Naming | None = None
    ) -> None:
        self._allowances = Allowances(rate)
        self._notices = notices
        self._naming = naming or Naming()

    def __len__(self) -> int:
        return len(self._allowances)

    def admit(
        self, datagrams: Datagrams, step: int, loopback: bool = False, own: Hosts | None = None
    ) -> Mask:
        """Return (n,) which are let through at `step`: of each host the oldest.

        `loopback`: only this machine can send to the port they came from. `own` (m, 2): this
        machine's addresses besides loopback. To be called at every
        frame, with none if none came: so that hosts that are silent are forgotten.
        """
        through = np.ones(len(datagrams), np.bool_)
        if loopback:
            return through
        hosts = network_numbers(datagrams.host, self._naming)
        if own is not None and len(own) and len(hosts):
            hosts[among(datagrams.host, own)] = HERE
        strangers = np.flatnonzero(hosts != HERE)
        allowed = self._allowances.take(hosts[strangers], step)
        if not allowed.all():
            through[strangers] = allowed
            if self._notices is not None:
                refused = len(allowed) - int(np.count_nonzero(allowed))
                self._notices.rejected[Reason.RATE] += refused
        return through


def host_numbers(host: Hosts, naming: Naming) -> Numbers:
    """Return (n,) a keyed number for each machine's address, (n, 2) as `Datagrams` has it.

    Of an IPv6 address all 128 bits count, as all who are in a room share a network; its lower half,
    `NETWORK`, is the same for all of one. `HERE` stands for this machine.
    """
    if len(host) > 1 and (host == host[0]).all():  # the usual case: one gateway, or one flood
        return np.repeat(host_numbers(host[:1], naming), len(host))
    numbers = network_numbers(host, naming)
    six = np.flatnonzero((host[:, 0] != 0) & (numbers != HERE))
    if len(six):
        words = np.ascontiguousarray(host[six]).view(np.uint32).T
        keyed = naming.digests_of_words(words, np.full(len(six), 16), Space.HOST)[:, 0]
        keyed = (keyed & ~NETWORK) | (numbers[six] & NETWORK)
        numbers[six] = np.maximum(keyed, np.uint64(HERE + 1))
    return numbers


def network_numbers(host: Hosts, naming: Naming) -> Numbers:
    """Return (n,) a keyed number for each IPv4 address, or network of 64 bits of an IPv6 one.

    A machine is given a whole one of these, so what somebody may send is counted by it.
    """
    if len(host) > 1 and (host == host[0]).all():
        return np.repeat(network_numbers(host[:1], naming), len(host))
    numbers = np.zeros(len(host), np.uint64)
    strangers = ~from_here(host)
    if strangers.any():
        host = host[strangers]
        # An IPv6 network's 64 bits are 0 where IPv4 is mapped.
        half = np.where(host[:, 0] == 0, host[:, 1], host[:, 0])
        words = half.view(np.uint32).reshape(-1, 2).T
        keyed = naming.digests_of_words(words, np.full(len(half), 8), Space.HOST)[:, 0]
        numbers[strangers] = np.maximum(keyed, np.uint64(HERE + 1))
    return numbers


def from_here(host: Hosts) -> Mask:
    """Return (n,) which addresses are this machine's own: 127.0.0.0/8, ::1, or none at all."""
    words = host.view(np.uint32)  # IPv4 in the last of four, behind 0, 0 and the mark
    plain = (words[:, 0] == 0) & (words[:, 1] == 0)
    four = (words[:, 2] == _MARK) & (host.view(np.uint8)[:, 12] == _LOOPBACK)
    none = (words[:, 2] == 0) & ((words[:, 3] == 0) | (words[:, 3] == _ONE))
    here: Mask = plain & (four | none)
    return here


def among(host: Hosts, own: Hosts) -> Mask:
    """Return (n,) which addresses are some of `own` (m, 2)."""
    found: Mask = (host[:, None] == own).all(axis=2).any(axis=1)
    return found


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
    return ranked(order, begins)
