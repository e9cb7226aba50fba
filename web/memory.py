"""Memory that processes forked from one another share: what one of them keeps, all can read.

Nothing is locked, so that nobody waits for a process that was killed. Every entry carries a hash of its key and its content instead, and
whoever reads compares it: what two processes wrote over each other, what a killed one left half written and what was overwritten while it
was being read is not found. The memory has no name and no folder; it is gone with the last process.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from hashlib import blake2b

_HEAD = struct.Struct("<Q")
_SLOT = struct.Struct("<16sQQ")
_EMPTY = bytes(16)
_WAYS = 8
# One entry in so many bytes finds a slot; a page or an answer of the site takes some four thousand, compressed.
_BYTES_PER_SLOT = 1024
_SEAL_BYTES = 16


class SharedMemory:
    """Values by key, the oldest overwritten first; those that are read again in time move to the front.

    The first bytes tell how many bytes of entries were ever written. Slots follow in rows of eight, the row chosen by the key: fingerprint
    of the key, where its entry begins (counted as the first bytes count) and how long it is. The rest is written round and round, one
    entry after another: a seal and the value.
    """

    def __init__(self, most_bytes: int) -> None:
        """Take memory; the system gives it page by page when it is first written to.

        Args:
            most_bytes: For values and seals; the slots take a thirty-second of it besides.
        Raises:
            OSError: there is no such memory.
        """
        self._rows = max(1, most_bytes // _BYTES_PER_SLOT // _WAYS)
        self._start = _HEAD.size + self._rows * _WAYS * _SLOT.size
        self._size = most_bytes
        self._bytes = mmap.mmap(-1, self._start + most_bytes)
        # So that nobody can choose keys that share a row.
        self._secret = os.urandom(32)

    def get(self, key: bytes) -> bytes | None:
        """Return what was kept for a key, or None when nothing whole was."""
        fingerprint = self._fingerprint(key)
        for _, known, begin, length in self._row(fingerprint):
            if known != fingerprint:
                continue
            at = self._start + begin % self._size
            entry = self._bytes[at : at + length]
            value = entry[_SEAL_BYTES:]
            if entry[:_SEAL_BYTES] == self._seal(key, value):
                if self._head() - begin > self._size // 2:
                    self.put(key, value)
                return value
        return None

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value for a key; one longer than all the memory is not kept."""
        entry = self._seal(key, value) + value
        if len(entry) > self._size:
            return
        begin = self._head()
        left = self._size - begin % self._size
        if len(entry) > left:  # an entry lies in one piece
            begin += left
        _HEAD.pack_into(self._bytes, 0, begin + len(entry))
        at = self._start + begin % self._size
        self._bytes[at : at + len(entry)] = entry
        fingerprint = self._fingerprint(key)
        slot, *_ = min(self._row(fingerprint), key=lambda row: (row[1] != fingerprint, row[1] != _EMPTY, row[2]))
        _SLOT.pack_into(self._bytes, slot, fingerprint, begin, len(entry))

    def _head(self) -> int:
        head: int = _HEAD.unpack_from(self._bytes)[0]
        return head

    def _row(self, fingerprint: bytes) -> Iterator[tuple[int, bytes, int, int]]:
        """Yield the slots that may hold a key: where each is, and what is in it."""
        first = _HEAD.size + int.from_bytes(fingerprint[:8], "little") % self._rows * _WAYS * _SLOT.size
        for slot in range(first, first + _WAYS * _SLOT.size, _SLOT.size):
            yield (slot, *_SLOT.unpack_from(self._bytes, slot))

    def _fingerprint(self, key: bytes) -> bytes:
        return blake2b(key, digest_size=16, key=self._secret).digest()

    def _seal(self, key: bytes, value: bytes) -> bytes:
        """Return what proves that a value is whole and was kept for a key."""
        seal = blake2b(len(key).to_bytes(8, "little"), digest_size=_SEAL_BYTES, key=self._secret)
        seal.update(key)
        seal.update(value)
        return seal.digest()
