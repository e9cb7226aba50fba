"""What only a person at a terminal sees: tables whose cells break over lines, and a bar for a long job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kg.build.artifacts import Progress as Report


def draw_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draw a table on stdout; its header is left out when nothing stands in it."""
    table = Table(box=None, header_style="bold", pad_edge=False, show_header=any(header))
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)


@contextmanager
def drawn_bar() -> Iterator[Report]:
    """Draw a bar on stderr that is gone when the job is done; yields what to report the steps to, by their names as they are shown."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, total: bar.update(task, description=step, completed=done, total=total)
