"""The build from files to published snapshot, in the order of `docs/ARCHITECTURE.md`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.build.artifacts import ArtifactBuilder, Progress
from kg.build.check import Checked, check, forget_old_shards
from kg.build.collecting import collecting_rarely
from kg.build.diskspace import naming_what_cannot_be_written
from kg.build.keeping import sole_builder
from kg.build.publish import Rules, publish
from kg.build.shrinking import demand_no_loss
from kg.settings import Settings
from kg.store.snapshot import Snapshot


@collecting_rarely()
def build(
    settings: Settings,
    builders: Sequence[ArtifactBuilder],
    progress: Progress,
    *,
    accept_shrink: bool = False,
    replace_damaged: bool = False,
    imported: Sequence[Path] = (),
) -> tuple[Snapshot, Checked]:
    """Build and publish; on any error the snapshot that was being served goes on being served.

    Args:
        settings: Where to read from and to publish to; how much may be missing.
        builders: Makers of further artifacts.
        progress: Told of each step.
        accept_shrink: Publish although much is missing that is being served.
        replace_damaged: Put what was built in the place of a damaged snapshot of the same content.
        imported: Sorted N-Quads files of sources other than plans; see `kg.build.check.check`.
    Raises:
        SourceFaults: the sources do not hold, or much is missing in them.
        StoreUnavailable: another build is running, the disk is full, or a file cannot be written.
        SnapshotCorrupt: the snapshot this build would make exists already and is damaged, or the disk does not give back what was written.
    """
    percent = None if accept_shrink else settings.shrink_percent
    rules = Rules(settings.snapshots, settings.snapshots_kept, percent, replace_damaged, settings.dumps_mib)
    with naming_what_cannot_be_written(settings.snapshots), sole_builder(settings.snapshots):
        checked = check(settings, progress, imported)
        demand_no_loss(settings.snapshots, checked.sizes, percent, [shard.path for shard in checked.shards])
        snapshot = publish(checked, builders, rules, progress)
        forget_old_shards(settings)
        return snapshot, checked
