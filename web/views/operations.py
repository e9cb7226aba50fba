"""Addresses for those who run the site: is it alive, is it ready, which version."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for

from kg.errors import KgError, SnapshotCorrupt
from web.context import services, site
from web.errors import WebError, detail_of
from web.observing import Measures, Parts, Snapshots
from web.version import CodeVersion

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers; touches nothing else."""
    return _never_stored(Response("ok\n", content_type="text/plain; charset=utf-8"))


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say that the snapshot is open and holds what its manifest says, and which engine on another machine does not answer.

    Such an engine makes the answer "degraded", not 503: it is the same one for all replicas, and without it nearly everything is served.

    Raises:
        SnapshotMissing: nothing is published.
        SnapshotCorrupt: the store does not hold the number of statements the manifest states.
        WebError: 503, the newest snapshot cannot be opened and the one before it is being served, or a file of it has changed on the disk.
    """
    opened, refused = site(), services().refused
    if refused is not None:
        raise WebError("web.newest-not-opened", 503, wanted=refused.id[:12], snapshot=opened.snapshot.id[:12])
    for fault in services().scrubber.faults(opened.snapshot):
        raise WebError("web.rotten", 503, path=fault.path, found=fault.code.partition(".")[2])
    expected = int(opened.snapshot.manifest["triples"])
    actual = opened.reader.triples()
    if actual != expected:
        raise SnapshotCorrupt(path="store", expected=expected, actual=actual)
    parts = services().parts(opened)
    told = {name: {"status": "ready"} if error is None else _said(error) for name, error in parts.items()}
    status = "degraded" if any(parts.values()) else "ready"
    ready = {"status": status, "snapshot": opened.snapshot.id, "triples": actual}
    return _never_stored(jsonify(ready | ({"parts": told} if told else {})))


def _said(error: KgError) -> dict[str, str]:
    return {"status": "down", "code": error.code, "detail": detail_of(error), "cause": error.facts.get("detail", "")}


@blueprint.get("/version")
def version() -> Response:
    """Name the release, the code's fingerprint and the snapshot."""
    code: CodeVersion = current_app.extensions["itda.code"]
    return _never_stored(jsonify({"release": code.release, "code": code.fingerprint, "snapshot": site().snapshot.id}))


@blueprint.get("/metrics")
def metrics() -> Response:
    """Count requests, times and errors for Prometheus; of all web processes where they count together."""
    measures: Measures = current_app.extensions["itda.measures"]
    held = services()
    parts = {name: error is None for name, error in held.parts(site()).items()} if held.serving() else {}
    told = measures.exposed([Snapshots(held.serving() or "", held.refused.id if held.refused else ""), Parts(parts)])
    return _never_stored(Response(told, content_type="text/plain; version=0.0.4; charset=utf-8"))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Let pages be indexed, and queries not."""
    return Response("User-agent: *\nDisallow: /sparql?\nDisallow: /api/\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search for browsers."""
    text = render_template("opensearch.xml", target=url_for("search.page", _external=True))
    return Response(text, content_type="application/opensearchdescription+xml")


def _never_stored(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
