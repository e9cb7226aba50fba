"""Fixture strategy: the real data folder, built once per run with the real Kiwi; a test that breaks data works on a copy of its own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.build.check import Checked, check
from kg.build.pipeline import build
from kg.network.projection import NetworkBuilder
from kg.settings import Settings
from kg.store.manifest import MANIFEST, manifest_bytes
from kg.store.snapshot import CURRENT, Snapshot, open_current, set_current
from search.index import IndexBuilder

ROOT = Path(__file__).resolve().parent.parent
DATA, ONTOLOGY = ROOT / "data", ROOT / "ontology"
SPINE = ROOT / "tests" / "fixtures" / "spine"
BESIDE = ROOT.parent / "shared" / "sources"


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


def source_texts() -> Path | None:
    """Return the folder of the plans' source texts, or None when it is not at hand."""
    named = os.environ.get("ITDA_SOURCES")
    folder = Path(named) if named else BESIDE
    return folder if any(folder.glob("*.txt")) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the source text or a browser when it is not there, and say so once, loudly."""
    missing = {
        "source": source_texts() is None and "the plan's source text is not at hand (ITDA_SOURCES)",
        "browser": shutil.which("chromium") is None and "no Chromium on this machine",
    }
    for mark, reason in missing.items():
        marked = [item for item in items if item.get_closest_marker(mark)]
        if reason and marked:
            warnings.warn(pytest.PytestWarning(f"{len(marked)} tests skipped: {reason}"), stacklevel=1)
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=reason))


def builders(settings: Settings) -> tuple[NetworkBuilder, IndexBuilder]:
    """Return the artifact builders of the command line."""
    queries = settings.ontology / "queries"
    return NetworkBuilder(queries), IndexBuilder(settings.data / "lexicon", queries)


def spine_at(folder: Path) -> Path:
    """Put two tasks of the real plan and the real lexicon into a new folder of data."""
    copied = Path(shutil.copytree(SPINE, folder))
    shutil.copytree(DATA / "lexicon", copied / "lexicon")
    return copied


def rewrite_manifest(folder: Path, **changes: object) -> None:
    """Change what a snapshot says of itself as if it had been published so; `id` may be among the changes."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_bytes(manifest_bytes({**manifest, **changes}))


def publish(settings: Settings) -> tuple[Snapshot, Checked]:
    """Build and publish as the command line does."""
    return build(settings, builders(settings), silent)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the real data, with a snapshot folder of the test run's own, a short query deadline, and no answers kept between tests."""
    return Settings(
        data=DATA,
        ontology=ONTOLOGY,
        sources=source_texts(),
        snapshots=tmp_path_factory.mktemp("snapshots"),
        query_deadline_s=15,
        kept_mib=0,
    )


@pytest.fixture(scope="session")
def published(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The real plan, built and published once for all processes that share the tests; each has a copy of its own."""
    together = tmp_path_factory.getbasetemp()
    together = together.parent if "PYTEST_XDIST_WORKER" in os.environ else together
    folder = together / "published" / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = open_current(folder) if (folder / CURRENT).exists() else publish(settings.model_copy(update={"snapshots": folder}))[0]
    shutil.copytree(made.path, settings.snapshots / made.id)
    set_current(settings.snapshots, made.id)
    return open_current(settings.snapshots)


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A data folder that a test may break: two tasks of the real plan, small enough to be built many times, and the real lexicon."""
    return spine_at(tmp_path / "data")


@pytest.fixture
def check_copy(data_copy: Path) -> Callable[[], Checked]:
    """Check the copied data folder against the source text when that is at hand."""
    settings = Settings(data=data_copy, ontology=ONTOLOGY, sources=source_texts())
    return lambda: check(settings, silent)
