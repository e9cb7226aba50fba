"""What the machine has for Itda: packages, disk, memory, port, clock, permissions. Each answer is (is it well, what was found)."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import web
from kg.store.manifest import MANIFEST

_LOCK = Path(web.__file__).resolve().parent.parent / "requirements" / "runtime.txt"
_MIB = 1 << 20
_LEAST_MEMORY_MIB = 1024
_KOREA = timezone(timedelta(hours=9))
_CLOCKS_DIFFER_S = 300
_ANSWERS_WITHIN_S = 5


def locked() -> tuple[bool, str]:
    """Compare the installed distributions with the lock of the checkout or, where Itda is installed as a package, with its own metadata."""
    if _LOCK.is_file():
        wanted = dict(re.findall(r"^([a-z0-9._-]+)==([^\s\\]+)", _LOCK.read_text("utf-8"), re.M))
    else:
        needs = [need for need in importlib.metadata.requires("itda") or [] if "extra ==" not in need]
        wanted = {re.split(r"[<>=;!\[ ]", need)[0]: need.partition("==")[2].split(";")[0].strip() for need in needs}
    wrong = []
    for name, version in wanted.items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "-"
        if installed == "-" or (version and installed != version):
            wrong.append(f"{name} {installed} ({version or '*'})")
    return not wrong, ", ".join(wrong) or f"{len(wanted)}: {_LOCK.name if _LOCK.is_file() else 'itda'}"


def free_disk(folder: Path, needed: int) -> tuple[bool, str]:
    """Say how much is free where a folder is or will be; `needed` in bytes."""
    free = shutil.disk_usage(_nearest(folder)).free
    return free >= needed, f"{free // _MIB} MiB (≥ {needed // _MIB + 1} MiB)"


def free_memory() -> tuple[bool, str]:
    """Say how much memory programs may still take; well where the system does not say."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"), re.M)
    except OSError:
        found = None
    if found is None:
        return True, "?"
    free = int(found[1]) // 1024
    return free >= _LEAST_MEMORY_MIB, f"{free} MiB (≥ {_LEAST_MEMORY_MIB} MiB)"


def port(host: str, number: int) -> tuple[bool, str]:
    """Say whether a server could listen, or which snapshot Itda serves there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            reason = f"{host}:{number} {error.strerror}"
        else:
            return True, f"{host}:{number}"
    at = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(f"http://{at}:{number}/version", timeout=_ANSWERS_WITHIN_S) as answer:
            return True, f"{host}:{number} itda {json.load(answer)['snapshot'][:12]}"
    except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError):
        return False, reason


def clock(folder: Path) -> tuple[bool, str]:
    """Say the time in Korea; not well when it is before that of files that exist already."""
    now = datetime.now(UTC)
    newest = max((path.stat().st_mtime for path in (*folder.glob(f"*/{MANIFEST}"), Path(web.__file__))), default=0.0)
    return now.timestamp() > newest - _CLOCKS_DIFFER_S, now.astimezone(_KOREA).strftime("%Y-%m-%d %H:%M +0900")


def writable(folder: Path) -> tuple[bool, str]:
    """Say whether files can be made in a folder, or the folder where it will be."""
    there = _nearest(folder)
    return os.access(there, os.W_OK | os.X_OK), folder.name


def _nearest(folder: Path) -> Path:
    return next((path for path in (folder, *folder.absolute().parents) if path.is_dir()), Path("/"))
