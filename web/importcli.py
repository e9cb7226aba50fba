"""`itda import`: a plan's workbook, or a list of public services that others publish, from files or from its source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from kg.imports.descriptor import source_names
from kg.imports.importing import Taken, fetch_over, take_over
from kg.imports.keeping import imports_folder, in_use, last
from kg.workbook.importing import import_workbook
from web.plancli import disk
from web.session import Session
from web.words import N_


@click.command("import")
@click.argument("source", required=False)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--xlsx", "workbook", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The workbook to read.")
@click.option("--plan", default="", metavar="AREA/YEAR", help="The plan the workbook has to be of.")
@click.option("--remove", "may_remove", is_flag=True, help="Take out entries that are no longer in the workbook.")
@click.option("--fetch", is_flag=True, help="Fetch the list from its source, with the key of the settings; goes on where it stopped.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the files were had; today if left out.")
@click.option("--accept-shrink", is_flag=True, help="Accept a list that has far fewer services than the last one.")
@click.pass_obj
def import_data(session: Session, /, source: str | None, paths: tuple[Path, ...], workbook: Path | None, **options: Any) -> None:
    """Take over a plan's workbook (--xlsx), or a list of services: SOURCE with its files, or with --fetch.

    With any fault nothing is written, and each is named. Without anything the sources are listed, with what was accepted last.
    """
    if workbook is not None:
        if source is not None or options["fetch"]:
            raise click.UsageError(session.terminal.word(N_("Take over either a workbook or a list, one at a time.")))
        _workbook(session, workbook, options["plan"], options["may_remove"])
        return
    if source is None:
        _listed(session)
        return
    if options["fetch"] == bool(paths):
        raise click.UsageError(session.terminal.word(N_("Name the files or the folder of the list, or fetch it: --fetch.")))
    day = options["day"]
    retrieved = f"{day:%Y-%m-%d}" if day else date.today().isoformat()
    accept = options["accept_shrink"]
    with disk(imports_folder(session.settings)):
        if options["fetch"]:
            with session.terminal.progress() as progress:
                taken = fetch_over(source, session.settings, retrieved, progress, accept_shrink=accept)
        else:
            taken = take_over(source, session.settings, paths, retrieved, accept_shrink=accept)
    _tell(session, taken)


def _tell(session: Session, taken: Taken) -> None:
    kept = taken.kept
    said = {"source": kept.source, "services": kept.services, "before": taken.before, "day": kept.retrieved}
    session.terminal.say(N_("Accepted: %(source)s of %(day)s with %(services)s services (before: %(before)s). Next: itda build"), **said)
    if taken.strange:
        session.terminal.say(N_("Fields that are not known yet were left out: %(fields)s"), fields=", ".join(taken.strange))
    if session.terminal.as_json:
        session.terminal.data({**said, "sha256": kept.sha256, "unknownFields": taken.strange})
    else:
        session.terminal.text(kept.sha256)


def _listed(session: Session) -> None:
    """List the sources with what was accepted last, and whether a build takes it in."""
    settings, word = session.settings, session.terminal.word
    used = {kept.source for kept in in_use(settings)}
    rows = []
    for name in source_names(settings.data):
        kept = last(imports_folder(settings), name)
        state = word(N_("used")) if name in used else word(N_("switched off")) if kept else word(N_("nothing accepted yet"))
        rows.append((name, kept.retrieved if kept else "", str(kept.services) if kept else "", state))
    if session.terminal.as_json:
        names = ("source", "retrieved", "services", "state")
        session.terminal.data([dict(zip(names, row, strict=True)) for row in rows])
    else:
        session.terminal.table(["", "", "", ""], rows)


def _workbook(session: Session, path: Path, plan: str, may_remove: bool) -> None:
    with disk(session.settings.data), session.terminal.progress() as progress:
        done = import_workbook(path, session.settings, plan, may_remove, progress)
    session.terminal.checked(done.findings, done.checked.unchecked, done.checked.counts)
    said = {"written": len(done.written), "kept": done.kept, "removed": len(done.removed), "folder": done.folder}
    session.terminal.say(
        N_("Taken over into %(folder)s: %(written)s files written, %(kept)s unchanged, %(removed)s removed. Next: itda build"), **said
    )
    if session.terminal.as_json:
        session.terminal.data({**said, "written": done.written, "removed": done.removed})
