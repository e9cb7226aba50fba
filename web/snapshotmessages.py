"""The words of what can go wrong with building, publishing and keeping snapshots; part of `web.messages`, kept apart for its length."""

from __future__ import annotations

from web.words import N_

SNAPSHOT_SENTENCES = {
    "build.later-not-checked": N_(
        "Rules about single things and control totals were not checked yet; they come after these faults are mended."
    ),
    "build.process-ended": N_(
        "A process that made a part of the data ended early (%(status)s). -9 mostly means that memory ran out: build where there is more, or in "
        "parts. What else went wrong stands above. What was published before is still served."
    ),
    "build.running": N_("Another build is running in “%(path)s”. Wait until it has ended."),
    "snapshot.missing": N_("Nothing is published yet. Whoever runs this site has to run “itda build” first."),
    "snapshot.unknown": N_("There is no snapshot “%(id)s”. “itda snapshot list” shows those there are."),
    "snapshot.no-earlier": N_("There is no earlier snapshot to go back to."),
    "build.disk-full": N_(
        "The disk is full: “%(path)s” had %(free)s MiB free before the build. Nothing was published; what was published before is served unchanged. Make room, or name another folder with --snapshots, and build again."
    ),
    "build.cannot-write": N_(
        "“%(path)s” cannot be read or written (%(detail)s). Nothing was published. Look at the owner and the permissions of the folder and at the state of the disk."
    ),
    "build.damaged-before": N_(
        "This build would make a snapshot that exists already and is damaged: “%(path)s”. “itda snapshot verify” says more; “itda build --replace-damaged” puts a whole one in its place."
    ),
    "build.not-given-back": N_(
        "“%(path)s” was written, and the disk gives something else back. Nothing was published; what was published before is served unchanged. Look at the disk, or name another folder with --snapshots."
    ),
    "build.not-a-shard": N_(
        "“%(path)s” cannot be published as it is: each of its lines has to be a statement in a named graph, without blank nodes, in order. The first that does not fit: %(line)s"
    ),
    "build.shrunk": N_(
        "Much is missing: of %(before)s (%(what)s) %(after)s are left, %(percent)s%% less; more than %(limit)s%% is refused. Was a file cut, or is only a part of it there? If this is meant, run “itda build --accept-shrink”."
    ),
    "snapshot.current-changed": N_(
        "The file “current”, which names the published data, was changed. “itda snapshot rollback” or “itda build” writes it anew."
    ),
    "snapshot.current-nowhere": N_("“current” names a snapshot that is not there (%(id)s). Run “itda build”, or copy the snapshot back."),
    "snapshot.history-nowhere": N_("This line names a snapshot that is not there (%(id)s). The next build takes it out."),
    "snapshot.history-ends-elsewhere": N_(
        "The history does not end with what is being served (%(id)s): a build was ended half-way, or a file was changed. The next build mends it."
    ),
    "snapshot.manifest-changed": N_(
        "The list of what the snapshot holds is missing or was changed. Serve the one before with “itda snapshot rollback”, or make it anew with “itda build --replace-damaged”."
    ),
    "snapshot.file-missing": N_(
        "The file is missing. Serve the snapshot before with “itda snapshot rollback”, or make this one anew with “itda build --replace-damaged”."
    ),
    "snapshot.file-extra": N_("This does not belong to the snapshot. Remove it; nothing may be added to a snapshot."),
    "snapshot.file-not-regular": N_(
        "This is not a file but a link or a folder. Make the snapshot anew with “itda build --replace-damaged”, or copy it as files."
    ),
    "snapshot.file-size": N_(
        "The file has %(actual)s bytes instead of %(expected)s: it was cut or something was added. Serve the snapshot before with “itda snapshot rollback”, or make this one anew with “itda build --replace-damaged”."
    ),
    "snapshot.file-changed": N_(
        "The content has changed (SHA-256 %(actual)s… instead of %(expected)s…). Look at the disk; serve the snapshot before with “itda snapshot rollback”, or make this one anew with “itda build --replace-damaged”."
    ),
    "snapshot.file-unreadable": N_(
        "The file cannot be read (%(detail)s). Look at its permissions and at the disk; serve the snapshot before with “itda snapshot rollback”."
    ),
    "snapshot.other-id": N_(
        "This is of another snapshot (%(actual)s… instead of %(expected)s…). Make the snapshot anew with “itda build --replace-damaged”."
    ),
    "snapshot.other-statements": N_(
        "The store does not hold the statements of “itda.nq” (%(actual)s counted, %(expected)s due). Make the snapshot anew with “itda build --replace-damaged”."
    ),
    "snapshot.other-count": N_(
        "%(actual)s %(name)s are there, %(expected)s are due. Make the snapshot anew with “itda build --replace-damaged”."
    ),
    "snapshot.store-unreadable": N_("The store cannot be opened (%(detail)s). Make the snapshot anew with “itda build --replace-damaged”."),
    "snapshot.part-unreadable": N_("This part cannot be read (%(detail)s). Make the snapshot anew with “itda build --replace-damaged”."),
    "snapshot.corrupt": N_("A file of the published data has changed. Whoever runs this site has to run “itda snapshot verify”."),
    "snapshot.no-network": N_("The published data was built before there was a network. Whoever runs this site has to run “itda build”."),
}
