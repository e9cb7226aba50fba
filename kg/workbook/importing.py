"""Takes a workbook over into its plan folder, but only when the plan it makes passes every check a build makes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from msgspec import Struct

from kg.build.artifacts import Progress
from kg.build.check import Checked, check
from kg.errors import Fault, SourceFaults
from kg.ontology import Ontology
from kg.settings import Settings
from kg.source.context import Context
from kg.source.report import Report
from kg.source.yamlfile import Mapping, Sequence, read_yaml
from kg.workbook.assemble import Assembled, assemble
from kg.workbook.layout import Layout
from kg.workbook.plans import plan_folder
from kg.workbook.reading import ReadBook, read_workbook
from kg.workbook.render import Rendering, meaning_of, render

DATA = (".yaml", ".csv")
SHOWN = 10
"""Most ids a message lists."""


class Imported(Struct, frozen=True):
    """What taking a workbook over came to.

    Attributes:
        folder: Name of the plan folder.
        written: Files that say something else than before.
        kept: Number of files that say the same and were left as they are, byte for byte.
        removed: Files that are gone.
        checked: The outcome of the checks, its findings named by cell.
    """

    folder: str
    written: tuple[str, ...]
    kept: int
    removed: tuple[str, ...]
    checked: Checked
    findings: tuple[Fault, ...]


def import_workbook(path: Path, settings: Settings, plan: str, may_remove: bool, progress: Progress) -> Imported:
    """Take a workbook over.

    Args:
        path: The XLSX file.
        settings: Where plans, vocabulary and source texts are.
        plan: `area/year` the workbook has to be of, or empty for whichever it says.
        may_remove: Entries that are in the folder but not in the workbook may be taken out.
        progress: Told of the steps.
    Raises:
        SourceFaults: something is wrong; every fault is named by `sheet!cell`, and nothing was written.
    """
    ontology = Ontology.load(settings.ontology)
    layout = Layout.load(ontology, Context.load(settings.ontology / "context.jsonld"))
    book = read_workbook(path, layout, settings.workbook_mib)
    done = assemble(book, layout)
    graph = _graph(book, layout, plan)
    _stop_at(book.faults)
    folder = plan_folder(settings.data, graph)
    rendering = render(done, book, folder)
    if not may_remove:
        _stop_at(_would_remove(path.name, folder, done))
    with tempfile.TemporaryDirectory(prefix="itda-import-") as made:
        data = Path(made)
        for other in settings.data.iterdir():
            if other.name != folder.name and not other.name.startswith("."):
                (data / other.name).symlink_to(other.resolve())
        for inside, rendered in rendering.files.items():
            _write(data / folder.name / inside, rendered.text)
        try:
            checked = check(settings.model_copy(update={"data": data}), progress)
        except SourceFaults as error:
            raise SourceFaults(rendering.in_cells(fault) for fault in error.faults) from error
    written, kept, removed = _replace(folder, rendering)
    return Imported(folder.name, written, kept, removed, checked, tuple(rendering.in_cells(fault) for fault in checked.findings))


def _stop_at(faults: list[Fault]) -> None:
    if faults:
        raise SourceFaults([*faults, Fault("", 0, "build.later-not-checked", {}, "info")])


def _would_remove(name: str, folder: Path, done: Assembled) -> list[Fault]:
    """Return a fault when things of the folder are not in the workbook, so that a sheet emptied by mistake empties no plan."""
    tops = [*done.files.values(), *(table.descriptor for table in done.tables.values())]
    gone = sorted(_ids(folder) - {one for top in tops for one in _ids_of(top)})
    shown = ", ".join(gone[:SHOWN]) + " …" * (len(gone) > SHOWN)
    return [Fault(name, 0, "workbook.would-remove", {"value": shown, "count": str(len(gone))})] if gone else []


def _graph(book: ReadBook, layout: Layout, plan: str) -> str:
    rows = book.rows.get(layout.sheet("header").name, [])
    written = rows[0].get("graph") if rows else None
    if rows and written is None:
        book.lacks(rows[0], "graph", layout.header("graph"))
    elif written and plan and written.text != plan:
        book.fault(written.line, "workbook.other-plan", value=written.text, expected=plan)
    return written.text if written else plan


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def _ids(folder: Path) -> set[str]:
    tops = [read_yaml(path, Report()) for path in folder.rglob("*.yaml")]
    return {found for top in tops if top for found in _ids_of(top)}


def _ids_of(mapping: Mapping) -> set[str]:
    """Return the ids a tree declares, tables among them."""
    found = {mapping.text("id")} - {""}
    for entry in mapping.entries:
        items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        found |= {one for item in items if isinstance(item, Mapping) for one in _ids_of(item)}
    return found


def _replace(folder: Path, rendering: Rendering) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Put the files that say something new in their places: all are on the disk before the first one moves, and no other file is touched.

    Cut off while they move, the folder holds some old and some new files, and taking the workbook over once more completes it.
    """
    found = (path for path in folder.rglob("*") if path.suffix in DATA and not path.name.startswith((".", "~")))
    present = {path.relative_to(folder).as_posix() for path in found}
    removed = sorted(present - rendering.files.keys())
    written = sorted(inside for inside, rendered in rendering.files.items() if meaning_of(folder / inside) != rendered.meaning)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
        for inside in written:
            _write(Path(made) / inside, rendering.files[inside].text)
        for inside in written:
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            (Path(made) / inside).replace(folder / inside)
    for inside in removed:
        (folder / inside).unlink()
    return tuple(written), len(rendering.files) - len(written), tuple(removed)
