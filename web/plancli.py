"""`itda new plan` and `itda export`: starting a plan, and keeping it in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kg.ontology import Ontology
from kg.resources import data_dir
from kg.source.context import Context
from kg.workbook.flatten import flatten
from kg.workbook.layout import Layout
from kg.workbook.newplan import new_plan as lay_out
from kg.workbook.plans import plan_folder
from kg.workbook.writing import shared_words, write_workbook
from web.session import Session
from web.words import N_


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Say what the disk refuses (full, not allowed) in a sentence."""
    try:
        yield
    except OSError as error:
        raise click.FileError(str(error.filename or path), error.strerror or "") from error


@click.group()
def new() -> None:
    """Start something new."""


@new.command("plan")
@click.argument("plan", metavar="AREA/YEAR")
@click.option("--name", default="", help="Korean name of the area, where it is not known yet.")
@click.pass_obj
def new_plan(session: Session, plan: str, name: str) -> None:
    """Lay out an empty, valid plan folder with examples: AREA is the area's code (11410), YEAR the plan's year."""
    with disk(session.settings.data):
        folder = lay_out(plan, name, session.settings.data, Ontology.load(session.settings.ontology), data_dir())
    session.terminal.say(N_("Laid out: %(folder)s. Next: itda export --xlsx FILE --plan %(plan)s"), folder=folder.name, plan=plan)
    if session.terminal.as_json:
        session.terminal.data({"folder": str(folder), "plan": plan})
    else:
        session.terminal.text(str(folder))


@click.command("export")
@click.option("--xlsx", "path", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The workbook to write.")
@click.option("--plan", default="", metavar="AREA/YEAR", help="Which plan, where there are several.")
@click.pass_obj
def export_plan(session: Session, path: Path, plan: str) -> None:
    """Write a plan as a workbook (XLSX) that can be edited and taken over again."""
    settings = session.settings
    folder = plan_folder(settings.data, plan)
    ontology, context = Ontology.load(settings.ontology), Context.load(settings.ontology / "context.jsonld")
    layout = Layout.load(ontology, context)
    book = flatten(folder, layout)
    with disk(path):
        write_workbook(book, layout, shared_words(ontology, context), path)
    count = sum(map(len, book.rows.values())) + sum(map(len, book.tables.values()))
    session.terminal.say(N_("Written: %(file)s with %(rows)s rows of the plan %(folder)s."), file=path.name, rows=count, folder=folder.name)
    if session.terminal.as_json:
        session.terminal.data({"file": str(path), "rows": count, "folder": folder.name})
