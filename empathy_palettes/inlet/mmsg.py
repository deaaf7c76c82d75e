"""Linux's `recvmmsg`: up to 1,024 datagrams by one call, through ctypes.

Opens no socket and decodes nothing. Elsewhere `onebyone` reads them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys

import numpy as np

from .block import LONGEST, STRIDE, Block
from .datagrams import MAPPED

_AT_ONCE = 1_024  # UIO_MAXIOV: the kernel takes no more by one call
_MACHINES = ("x86_64", "aarch64")
_NAME_BYTES = 28  # of sockaddr_in6; sockaddr_in has 16
_PORT = 1  # in words of two bytes
_IPV4, _IPV6 = 1, slice(2, 6)  # in words of four
_MAPPED = np.frombuffer(MAPPED, np.uint32)


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_size_t), ("size", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """`struct msghdr`; pointers are numbers, so that numpy can fill in all of them at once."""

    _fields_ = (
        ("name", ctypes.c_size_t),
        ("name_size", ctypes.c_uint32),
        ("vectors", ctypes.c_size_t),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_size_t),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Headers(ctypes.Structure):
    """`struct mmsghdr`."""

    _fields_ = (("header", _Header), ("length", ctypes.c_uint32))


class Mmsg:
    """Reads a non-blocking UDP socket of IPv4 or IPv6 by the thousand; OSError where it cannot.

    Rows of 8,256 bytes and one vector each: a compact row with a second vector for what is longer
    takes the same time for datagrams of 28 bytes (.69 to .78 µs against .74) and more for bundles
    of 1,040 (.91 to 1.06 against .91). The interpreter lock is held while rows are packed, .02 µs
    each; the system call gives it up.
    """

    at_once = _AT_ONCE

    def __init__(self) -> None:
        if not can_mmsg():
            raise OSError("this system has no recvmmsg, or lays it out in another way")
        self._call = ctypes.CDLL(None, use_errno=True).recvmmsg
        self._rows = np.empty((_AT_ONCE, STRIDE), np.uint8)
        self._names = np.zeros((_AT_ONCE, _NAME_BYTES), np.uint8)
        self._vectors = np.zeros(_AT_ONCE, np.dtype(_Vector))
        self._headers = np.zeros(_AT_ONCE, np.dtype(_Headers))
        self._words = self._names.view(np.uint32)
        self._hosts = np.zeros((_AT_ONCE, 4), np.uint32)
        each = np.arange(_AT_ONCE)
        self._vectors["base"] = self._rows.ctypes.data + each * STRIDE
        self._vectors["size"] = LONGEST
        header = self._headers["header"]
        header["name"] = self._names.ctypes.data + each * _NAME_BYTES
        header["name_size"] = _NAME_BYTES  # the kernel writes what it took, the same each time
        header["vectors"] = self._vectors.ctypes.data + each * self._vectors.itemsize
        header["vector_count"] = 1
        self._address = ctypes.c_void_p(self._headers.ctypes.data)
        self._count = 0
        self._family = self._family_before = socket.AF_UNSPEC
        try:
            self._receive(-1, 0)
        except OSError as error:
            if error.errno != errno.EBADF:  # a container may forbid the call
                raise

    def fetch(self, port: socket.socket, most: int) -> int:
        """Read what waits, at most `most` and 1,024; return how many, 0 when nothing waits.

        OSError when the system fails to read.
        """
        self._count = 0
        if most > 0:
            self._count = max(0, self._receive(port.fileno(), min(most, self.at_once)))
        self._family = port.family
        return self._count

    def pack(self, block: Block) -> None:
        """Append what was fetched last to a block, which has room for it."""
        if not self._count:
            return
        here = slice(self._count)
        words, hosts = self._words[here], self._hosts[here]
        if self._family == socket.AF_INET6:
            hosts[:] = words[:, _IPV6]
        else:
            if self._family != self._family_before:
                self._hosts[:, :3] = _MAPPED
            hosts[:, 3] = words[:, _IPV4]
        self._family_before = self._family
        port = self._names.view(np.uint16)[here, _PORT].byteswap()
        length = self._headers["length"][here].astype(np.int64)
        block.pack(self._rows[here], length, hosts.view(np.uint64), port)

    def _receive(self, number: int, most: int) -> int:
        count: int = self._call(number, self._address, most, socket.MSG_DONTWAIT, None)
        if count < 0:
            fault = ctypes.get_errno()
            error = OSError(fault, os.strerror(fault))
            if not isinstance(error, BlockingIOError | InterruptedError):
                raise error
        return count


def can_mmsg() -> bool:
    """Return whether this system's `recvmmsg` is known: Linux on x86-64 and on 64-bit ARM."""
    return sys.platform == "linux" and os.uname().machine in _MACHINES
