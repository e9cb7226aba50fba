"""The build from files to published snapshot, in the order of `docs/ARCHITECTURE.md`."""

from __future__ import annotations

from collections.abc import Sequence

from kg.build.artifacts import ArtifactBuilder, Progress
from kg.build.check import Checked, check
from kg.build.collecting import collecting_rarely
from kg.build.publish import publish, sole_builder
from kg.settings import Settings
from kg.store.snapshot import Snapshot


@collecting_rarely()
def build(settings: Settings, builders: Sequence[ArtifactBuilder], progress: Progress) -> tuple[Snapshot, Checked]:
    """Build and publish; on any error the snapshot that was being served goes on being served.

    Raises:
        SourceFaults: the sources do not hold.
        StoreUnavailable: another build is running.
        SnapshotCorrupt: the snapshot this build would make exists already and is damaged.
    """
    with sole_builder(settings.snapshots):
        checked = check(settings, progress)
        return publish(checked, builders, settings.snapshots, progress), checked
