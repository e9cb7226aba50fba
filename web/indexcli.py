"""`itda index`: has an OpenSearch cluster hold the index of the published snapshot."""

from __future__ import annotations

import click

from kg.errors import SettingsError
from kg.store.snapshot import open_current
from web.opening import remote_search
from web.session import Session
from web.words import N_


@click.command()
@click.option("--prune", is_flag=True, help="Take away the indexes of snapshots that are not in the folder any more.")
@click.pass_obj
def index(session: Session, prune: bool) -> None:
    """Load the published snapshot's index into the cluster that answers searches; `build` does so by itself."""
    settings = session.settings
    remote = remote_search(settings)
    if remote is None:
        raise SettingsError("settings.no-cluster", name="ITDA_SEARCH_ENGINE", value=settings.search_engine, detail="opensearch")
    snapshot = open_current(settings.snapshots)
    kept = tuple(one.parent for one in settings.snapshots.glob("[!.]*/manifest.json")) if prune else None
    name, documents, gone = remote.load(snapshot.path, drop=kept)
    session.terminal.say(N_("Loaded: %(name)s (%(documents)s documents)"), name=name, documents=documents)
    for one in gone:
        session.terminal.say(N_("Taken away: %(name)s"), name=one)
    if session.terminal.as_json:
        session.terminal.data({"index": name, "documents": documents, "gone": gone})
