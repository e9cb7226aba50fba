"""`itda snapshot …`: list, compare, verify and roll back what is published."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.build.keeping import sole_builder
from kg.errors import SnapshotMissing
from kg.store.snapshot import Snapshot, current_id, difference, open_snapshot, roll_back, snapshot_ids, write_difference
from web.session import Session
from web.terminal import Terminal
from web.verifying import verify
from web.words import N_


@click.group()
def snapshot() -> None:
    """List, compare, verify and roll back what is published."""


@snapshot.command("list")
@click.pass_obj
def snapshot_list(session: Session) -> None:
    """List the snapshots, newest first; * marks the one being served."""
    folder = session.settings.snapshots
    now = current_id(folder)
    found = [open_snapshot(folder, i) for i in snapshot_ids(folder)]
    if session.terminal.as_json:
        session.terminal.data(
            [{"id": s.id, "current": s.id == now, "quads": s.manifest["quads"], "graphs": s.manifest["graphs"]} for s in found]
        )
    else:
        session.terminal.table(["", "id", "quads"], [["*" if s.id == now else "", s.id, str(s.manifest["quads"])] for s in found])


@snapshot.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--nquads",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write removed.nq and added.nq into this folder instead of showing them.",
)
@click.pass_obj
def snapshot_diff(session: Session, old: str, new: str, nquads: Path | None) -> None:
    """Show the statements removed (-) and added (+) from OLD to NEW. Exit code 1 when there are any."""
    before, after = (open_snapshot(session.settings.snapshots, i) for i in (old, new))
    terminal = session.terminal
    if nquads:
        removed, added = write_difference(before, after, nquads)
        if terminal.as_json:
            terminal.data({"removed": removed, "added": added})
    else:
        removed, added = _shown(terminal, before, after)
    terminal.say(N_("%(removed)s removed, %(added)s added"), removed=removed, added=added)
    sys.exit(1 if removed or added else 0)


def _shown(terminal: Terminal, before: Snapshot, after: Snapshot) -> tuple[int, int]:
    """Show what changed as it is found, and return how many statements were removed and added."""
    if terminal.as_json:
        told: dict[bool, list[str]] = {False: [], True: []}
        for is_added, line in difference(before, after):
            told[is_added].append(line)
        terminal.data({"removed": told[False], "added": told[True]})
        return len(told[False]), len(told[True])
    counts = [0, 0]
    for is_added, line in difference(before, after):
        terminal.text(f"{'+' if is_added else '-'} {line}")
        counts[is_added] += 1
    return counts[0], counts[1]


@snapshot.command("rollback")
@click.pass_obj
def snapshot_rollback(session: Session) -> None:
    """Serve the snapshot that was served before the current one."""
    folder = session.settings.snapshots
    if not folder.is_dir():
        raise SnapshotMissing(path=folder.name)
    with sole_builder(folder):
        served = roll_back(folder)
    if session.terminal.as_json:
        session.terminal.data({"id": served.id})
    else:
        session.terminal.text(served.id)


@snapshot.command("verify")
@click.argument("snapshot_id", required=False)
@click.pass_obj
def snapshot_verify(session: Session, snapshot_id: str | None) -> None:
    """Check every file of a snapshot, and that its parts belong together. Without an id: the one being served. Exit code 3 when damaged."""
    folder, terminal = session.settings.snapshots, session.terminal
    verified = verify(session.settings, snapshot_id or "")
    counts = {name: record["counts"] for name, record in verified.manifest.get("artifacts", {}).items()}
    files = verified.manifest.get("files", {})
    size = sum(file["bytes"] for file in files.values())
    if terminal.as_json:
        faults = [terminal.fault(fault) for fault in verified.faults]
        told = {"id": verified.id, "whole": not faults, "files": len(files), "bytes": size}
        terminal.data({**told, "quads": verified.manifest.get("quads"), "artifacts": counts, "faults": faults})
    if verified.faults:
        terminal.faults(verified.faults)
        terminal.say(N_("Damaged: %(count)s faults in %(id)s"), count=len(verified.faults), id=verified.id[:12] or folder.name)
        sys.exit(3)
    terminal.say(
        N_("Whole: %(count)s files of %(id)s, %(size)s MiB, %(quads)s statements; graph, search index and network belong together"),
        count=len(files),
        id=verified.id[:12],
        size=f"{size / 2**20:.1f}",
        quads=verified.manifest["quads"],
    )
