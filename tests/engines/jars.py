"""The Java servers that tests start: fetched once by Maven as their `pom.xml` pins them, kept in `var/engines`."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

_POMS = Path(__file__).parent / "java"
_KEPT = Path(__file__).parents[2] / "var" / "engines"
_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
_PATIENCE_S = 300


def why_not() -> str:
    """Return why no Java server can be started here; empty when one can."""
    missing = [name for name in ("java", "mvn") if not shutil.which(name)]
    return f"no {' and no '.join(missing)} on this machine (Debian: default-jdk-headless, maven)" if missing else ""


def class_path(server: str) -> str:
    """Return the class path of a server whose `pom.xml` stands in `java/<server>`, fetching its files when they are not at hand.

    Raises:
        RuntimeError: Maven could not fetch them; the message is the end of what it said.
    """
    pom, kept = _POMS / server / "pom.xml", _KEPT / server
    pinned = hashlib.sha256(pom.read_bytes()).hexdigest()
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / f"{server}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        stamp = kept / "pinned"
        if not stamp.is_file() or stamp.read_text() != pinned:
            shutil.rmtree(kept, ignore_errors=True)
            command = ["mvn", "-q", "-B", "-f", str(pom), _GOAL, f"-DoutputDirectory={kept}"]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
            if ended.returncode:
                raise RuntimeError(f"{' '.join(command)}: {(ended.stdout + ended.stderr)[-2000:]}")
            stamp.write_text(pinned)
    return f"{kept}/*"
