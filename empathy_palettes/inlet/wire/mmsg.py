"""Linux's `recvmmsg`: up to 1,024 datagrams by one call, 4,096 without copying; through ctypes.

Opens no socket and decodes nothing. Elsewhere `onebyone` reads them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys

import numpy as np

from .block import LONGEST, STRIDE
from .datagrams import MAPPED, Datagrams

_BY_ONE_CALL = 1_024  # UIO_MAXIOV: the kernel takes no more
_AT_ONCE = 4 * _BY_ONE_CALL
_MACHINES = ("x86_64", "aarch64")
_NAME_BYTES = 28  # of sockaddr_in6; sockaddr_in has 16
_PORT = 1  # in words of two bytes
_DONT_WAIT = int(socket.MSG_DONTWAIT)
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
    of 1,040 (.91 to 1.06 against .91). What is fetched is lent where it lies, so that a frame of
    few datagrams is not copied. The system call gives the interpreter lock up.
    """

    at_once = _AT_ONCE

    def __init__(self) -> None:
        if not can_mmsg():
            raise OSError("this system has no recvmmsg, or lays it out in another way")
        self._call = ctypes.CDLL(None, use_errno=True).recvmmsg
        self._rows = np.empty((_AT_ONCE, STRIDE), np.uint8)
        self._data = self._rows.reshape(-1)
        self._names = np.zeros((_AT_ONCE, _NAME_BYTES), np.uint8)
        self._vectors = np.zeros(_AT_ONCE, np.dtype(_Vector))
        self._headers = np.zeros(_AT_ONCE, np.dtype(_Headers))
        self._words = self._names.view(np.uint32)
        self._ports = self._names.view(np.uint16)[:, _PORT]
        self._hosts = np.zeros((_AT_ONCE, 4), np.uint32)
        self._lengths = self._headers["length"]
        each = np.arange(_AT_ONCE)
        self._starts = each * STRIDE
        self._vectors["base"] = self._rows.ctypes.data + each * STRIDE
        self._vectors["size"] = LONGEST
        header = self._headers["header"]
        header["name"] = self._names.ctypes.data + each * _NAME_BYTES
        header["name_size"] = _NAME_BYTES  # the kernel writes what it took, the same each time
        header["vectors"] = self._vectors.ctypes.data + each * self._vectors.itemsize
        header["vector_count"] = 1
        first = self._headers.ctypes.data
        self._calls = [
            ctypes.c_void_p(first + begin * self._headers.itemsize)
            for begin in range(0, _AT_ONCE, _BY_ONE_CALL)
        ]
        self._count = 0
        self._port: socket.socket | None = None
        self._is_six = False
        try:
            self._receive(-1, self._calls[0], 0)
        except OSError as error:
            if error.errno != errno.EBADF:  # a container may forbid the call
                raise

    def fetch(self, port: socket.socket, most: int) -> int:
        """Read what waits, at most `most` and 4,096; return how many, 0 when nothing waits.

        OSError when the system fails to read.
        """
        self._count = 0
        if port is not self._port:
            self._port, self._is_six = port, port.family == socket.AF_INET6
            self._hosts[:, :3] = _MAPPED
        for call in self._calls:
            asked = min(most - self._count, _BY_ONE_CALL)
            if asked <= 0:
                break
            try:
                count = self._receive(port.fileno(), call, asked)
            except OSError:
                if self._count:
                    break  # these first; the next call fails again
                raise
            self._count += max(0, count)
            if count < asked:
                break
        return self._count

    def lend(self) -> Datagrams:
        """Return what was fetched last, in rows of `block.STRIDE`, until there is a next time."""
        here = slice(self._count)
        words, hosts = self._words[here], self._hosts[here]
        if self._is_six:
            hosts[:] = words[:, _IPV6]
        else:
            hosts[:, 3] = words[:, _IPV4]
        return Datagrams(
            self._data,
            self._starts[here],
            self._lengths[here].astype(np.int64),
            hosts.view(np.uint64),
            self._ports[here].byteswap(),
            STRIDE,
        )

    def _receive(self, number: int, headers: ctypes.c_void_p, most: int) -> int:
        count: int = self._call(number, headers, most, _DONT_WAIT, None)
        if count < 0:
            fault = ctypes.get_errno()
            error = OSError(fault, os.strerror(fault))
            if not isinstance(error, BlockingIOError | InterruptedError):
                raise error
        return count


def can_mmsg() -> bool:
    """Return whether this system's `recvmmsg` is known: Linux on x86-64 and on 64-bit ARM."""
    return sys.platform == "linux" and os.uname().machine in _MACHINES
