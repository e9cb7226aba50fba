"""The command line: the one place that puts the parts together. Each command imports only what it needs; `build` never loads flask."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from msgspec.structs import asdict

from kg.errors import (
    FetchFailed,
    KgError,
    PlanNotFound,
    PlanRefused,
    ProfileError,
    QueryError,
    SettingsError,
    SnapshotMissing,
    SourceFaults,
    StoreUnavailable,
    TextsMissing,
)
from kg.settings import Settings, settings_table
from web.lazy import LazyGroup
from web.session import Session
from web.terminal import Terminal
from web.words import N_

EXIT_CODES: tuple[tuple[type[KgError], int], ...] = (
    (SourceFaults, 3),
    *((error, 2) for error in (SettingsError, QueryError, ProfileError, PlanNotFound, PlanRefused)),
    (FetchFailed, 4),
    (TextsMissing, 4),
    (StoreUnavailable, 4),
    (SnapshotMissing, 4),
    (KgError, 3),
)
FORMATS = ["table", "json", "csv", "tsv", "xml", "turtle"]


class KnownErrors(LazyGroup):
    """A group of commands whose known errors become a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            terminal = ctx.obj.terminal if isinstance(ctx.obj, Session) else ctx.obj
            terminal.error(error)
            ctx.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))


@click.group(cls=KnownErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True, help="Language of messages.")
@click.option("--json", "as_json", is_flag=True, help="Write data as JSON on standard output.")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of plans instead of the one shipped.")
@click.option("--snapshots", type=click.Path(path_type=Path, file_okay=False), help="Folder of snapshots.")
@click.version_option(package_name="itda")
@click.pass_context
def cli(context: click.Context, lang: str, as_json: bool, data: Path | None, snapshots: Path | None) -> None:
    """Itda: a local government's jobs plan as a knowledge graph, with Korean search and a website."""
    context.obj = terminal = Terminal(lang, as_json)
    given = {"data": data, "snapshots": snapshots}
    settings = Settings.from_env(os.environ).model_copy(update={key: value for key, value in given.items() if value})
    context.obj = Session(settings, terminal)


@cli.command()
@click.option("--notes", is_flag=True, help="Also list what the plans leave unsaid.")
@click.pass_obj
def check(session: Session, notes: bool) -> None:
    """Check the plans of the data folder without publishing anything."""
    from kg.build.check import check as run

    with session.terminal.progress() as progress:
        checked = run(session.settings, progress)
    session.terminal.checked(checked.findings, checked.unchecked, checked.counts, notes)
    if session.terminal.as_json:
        findings = [session.terminal.fault(fault) for fault in checked.findings]
        session.terminal.data({"counts": checked.counts, "findings": findings, "unchecked": checked.unchecked})
    if any(fault.severity == "warning" for fault in checked.findings):
        sys.exit(1)


@cli.command()
@click.option("--all", "every", is_flag=True, help="List every number with what accounts for it.")
@click.pass_obj
def coverage(session: Session, every: bool) -> None:
    """Account for every number the plans' source texts print. Exit code 1 when numbers are left."""
    from kg.ontology import Ontology
    from kg.source.coverage import cover
    from web.coverage import as_data, tell

    settings = session.settings
    covered, unchecked = cover(settings.data, Ontology.load(settings.ontology), settings.sources)
    if session.terminal.as_json:
        session.terminal.data({"plans": [as_data(plan, every) for plan in covered], "unchecked": unchecked})
    else:
        for plan in covered:
            tell(session.terminal, plan, every)
    for name in unchecked:
        session.terminal.say(N_("%(name)s: the source text is not at hand, so its numbers were not accounted for."), name=name)
    sys.exit(1 if any(plan.left for plan in covered) else 0)


@cli.command()
@click.option("--accept-shrink", is_flag=True, help="Publish although much is missing that is being served.")
@click.option("--replace-damaged", is_flag=True, help="Put the result in the place of a damaged snapshot of the same content.")
@click.pass_obj
def build(session: Session, accept_shrink: bool, replace_damaged: bool) -> None:
    """Read, validate, infer, store, project, index and publish; serve the result from then on."""
    from kg.build.pipeline import build as run
    from web.verifying import builders

    settings = session.settings
    with session.terminal.progress() as progress:
        made = builders(settings)
        snapshot, checked = run(settings, made, progress, accept_shrink=accept_shrink, replace_damaged=replace_damaged)
    session.terminal.checked(checked.findings, checked.unchecked, checked.counts)
    session.terminal.made(checked.made, checked.damaged, checked.counts["plans"])
    session.terminal.say(N_("Published: %(id)s (%(quads)s statements)"), id=snapshot.id[:12], quads=snapshot.manifest["quads"])
    if session.terminal.as_json:
        told = {"id": snapshot.id, "counts": checked.counts, "made": checked.made, "damaged": checked.damaged}
        session.terminal.data({**told, "manifest": snapshot.manifest})
    else:
        session.terminal.text(snapshot.id)


@cli.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.pass_obj
def serve(session: Session, host: str | None, port: int | None) -> None:
    """Serve the published snapshot until it is stopped."""
    # The processes of the server count into files of one folder; prometheus_client looks for it when it is imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts = tempfile.mkdtemp(prefix="itda-counts-")
    # Nothing of what is loaded to serve becomes garbage: looking for it takes a tenth of the start. `serve` turns it on again.
    gc.disable()
    from web.serving import serve as run

    given = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    settings = session.settings.model_copy(update=given)
    session.terminal.say(N_("Open http://%(host)s:%(port)s in a browser. Ctrl+C ends it."), host=settings.host, port=settings.port)
    started_by = os.getpid()
    try:
        run(settings)
    finally:
        if os.getpid() == started_by:  # a process forked from here leaves through here as well
            shutil.rmtree(counts, ignore_errors=True)


@cli.command()
@click.argument("question", required=False)
@click.argument("parameters", nargs=-1)
@click.option("--file", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Read the SPARQL query from a file.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="Result format.")
@click.pass_obj
def query(session: Session, question: str | None, parameters: tuple[str, ...], file: Path | None, form: str) -> None:
    """Ask in SPARQL, or by the name of a ready question with NAME=VALUE parameters.

    Without a question, list the ready questions.
    """
    from kg.store.snapshot import open_current
    from web.asking import Asker

    asker = Asker(session.settings, open_current(session.settings.snapshots))
    if question is None and file is None:
        session.terminal.table(["", ""], [[ready.name, ready.question(session.terminal.language).value] for ready in asker.ready])
        return
    if file is not None:
        parameters = (*([question] if question else []), *parameters)
        text = asker.bind(file.read_text("utf-8"), parameters)
    else:
        text = asker.text(question or "", parameters)
    if form == "table" and not session.terminal.as_json:
        header, rows = asker.rows(text)
        session.terminal.table(header, rows)
    else:
        session.terminal.text(asker.raw(text, "json" if form == "table" else form))


@cli.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--type", "types", multiple=True, help="Only things of this kind (repeatable).")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Most results to show.")
@click.pass_obj
def search(session: Session, words: tuple[str, ...], types: tuple[str, ...], limit: int) -> None:
    """Search the published snapshot in Korean."""
    from kg.store.snapshot import open_current
    from web.searching import Finder, as_data

    finder, text = Finder(session.settings, open_current(session.settings.snapshots)), " ".join(words)
    page = finder.find(text, types, limit)
    if session.terminal.as_json:
        session.terminal.data(as_data(text, page))
        return
    session.terminal.say(N_("%(count)s found"), count=page.total)
    if page.did_you_mean:
        session.terminal.say(N_("Did you mean “%(nearest)s”?"), nearest=page.did_you_mean)
    if page.hits:
        session.terminal.table(["", "", "", "", ""], finder.rows(page, session.terminal.language))


@cli.command()
@click.argument("words", nargs=-1)
@click.option("--as", "asker", type=click.Choice(["person", "firm", "organization"]), help="Who asks; a person unless the words say else.")
@click.option("--answer", "answers", multiple=True, help="An answer as name=value, such as age=27 (repeatable).")
@click.option("--on", default="", help="Day on which ages are counted (YYYY-MM-DD); today if left out.")
@click.pass_obj
def find(session: Session, /, words: tuple[str, ...], **given: Any) -> None:
    """Find the programmes that fit, with the reasons. WORDS is what somebody says of themselves."""
    from web.advising import advise, tell

    tell(session.terminal, advise(session.settings, session.terminal.language, " ".join(words), **given))


@cli.command()
@click.pass_obj
def settings(session: Session) -> None:
    """List every setting with its variable, value, unit and meaning."""
    values = session.settings.model_dump(mode="json")
    rows = [(row, "" if values[row.name] is None else str(values[row.name])) for row in settings_table()]
    if session.terminal.as_json:
        session.terminal.data([{**asdict(row), "value": value} for row, value in rows])
    else:
        session.terminal.table(["", "", "", ""], [[row.variable, value, row.unit, row.help] for row, value in rows])


@cli.command()
@click.pass_obj
def doctor(session: Session) -> None:
    """Look at everything a working installation needs, and say how to mend it.

    Exit code 0 when all is well, 3 when data cannot be used, 4 when a part cannot work, 1 for anything else.
    """
    from web.doctor import examine

    results, terminal = examine(session.settings), session.terminal
    advice = {result: terminal.word(result.advice) if result.advice else "" for result in results}
    if terminal.as_json:
        terminal.data([{**asdict(result), "what": terminal.word(result.what), "advice": advice[result]} for result in results])
    else:
        marks = {True: "ok", False: "!"}
        terminal.table(["", "", ""], [[marks[r.is_well], terminal.word(r.what), r.detail] for r in results])
        for result in results:
            if advice[result] and (not result.is_well or result.detail == "-"):
                terminal.say(N_("%(what)s: %(advice)s"), what=terminal.word(result.what), advice=advice[result])
    sys.exit(max((result.exit_code for result in results if not result.is_well), default=0))


def main() -> None:
    """Run the command line."""
    cli(prog_name="itda")


if __name__ == "__main__":
    main()
