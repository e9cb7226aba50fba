"""Has the kernel refuse sockets to this process, for good (Linux seccomp; no library is needed for a filter of a few lines)."""

from __future__ import annotations

import ctypes
import platform
from typing import NamedTuple

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_FOREIGN_CALLS = 0x40000000  # the 32-bit numbering of x86-64


class _Calls(NamedTuple):
    """What names a kind of machine, and its numbers of the calls that make or use sockets, io_uring among them."""

    architecture: int
    numbers: tuple[int, ...]


_MACHINES = {
    "x86_64": _Calls(0xC000003E, (41, 42, 53, 425)),  # socket, connect, socketpair, io_uring_setup
    "aarch64": _Calls(0xC00000B7, (198, 203, 199, 425)),
}


class _Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step))]


def refuse_sockets() -> bool:
    """Take sockets from the calling thread and all threads it starts; False where this kind of machine or kernel cannot."""
    calls = _MACHINES.get(platform.machine())
    if calls is None or platform.system() != "Linux":
        return False
    steps = _steps(calls)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _steps(calls: _Calls) -> list[_Step]:
    """Write the filter: refuse the calls and all calls of another numbering, allow the rest. Jumps count the steps between."""
    count = len(calls.numbers)
    return [
        _Step(_LOAD, 0, 0, _ARCHITECTURE),
        _Step(_EQUAL, 0, count + 3, calls.architecture),
        _Step(_LOAD, 0, 0, _NUMBER),
        _Step(_AT_LEAST, count + 1, 0, _FOREIGN_CALLS),
        *(_Step(_EQUAL, count - at, 0, number) for at, number in enumerate(calls.numbers)),
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, _REFUSE),
    ]
