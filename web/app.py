"""Makes the web application: routes, languages, errors, headers, and the services behind them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g

import kg
import search as search_package
from kg.settings import Settings
from web.bodies import init_bodies
from web.compression import init_compression
from web.errors import init_errors
from web.headers import init_headers
from web.i18n import init_languages
from web.kept import KeptAnswers, init_keeping
from web.labels import init_labels
from web.limits import ReadableQuery, init_limits
from web.observing import Measures, Observed
from web.proxies import BelievedProxies
from web.render import init_templates
from web.services import OpenSearch, Services
from web.sharing import init_sharing
from web.unread import UnreadParameters
from web.version import code_version
from web.views import (
    about,
    data,
    eligibility,
    entity,
    figures,
    find,
    goals,
    home,
    linked,
    money,
    ontology,
    operations,
    quality,
    queries,
    schema,
    search,
    serves,
    sparql,
    stats,
)

_HERE = Path(__file__).parent
_LIBRARIES = tuple(Path(folder) for package in (kg, search_package) for folder in package.__path__)


def create_app(settings: Settings, open_search: OpenSearch, measures: Measures | None = None) -> Flask:
    """Make the site over the snapshots of a folder.

    Nothing of the snapshot is opened before the first request, so that a server may fork after this.

    Args:
        settings: Read once at the edge.
        open_search: Opens the full-text index of a snapshot folder.
        measures: What counts requests; of this process alone when not given.
    """
    app = Flask("web", root_path=str(_HERE), static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.body_bytes
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    services = Services(settings, open_search)
    app.extensions["itda"] = services
    code = code_version(_HERE, *_LIBRARIES, settings.ontology, sources=settings.sources)
    app.extensions["itda.code"] = code
    app.extensions["itda.measures"] = measures = measures or Measures(several=False)
    init_keeping(app)
    init_labels(app, services)
    init_languages(app)
    init_errors(app)
    init_limits(app, settings)
    init_compression(app)
    init_headers(app, code)
    init_sharing(app)
    init_templates(app, code)
    for module in (
        home,
        find,
        eligibility,
        entity,
        serves,
        figures,
        goals,
        stats,
        money,
        quality,
        search,
        sparql,
        queries,
        schema,
        data,
        ontology,
        operations,
        about,
    ):
        app.register_blueprint(module.blueprint)
    for blueprint in linked.BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.teardown_request(lambda _error: _release(services))
    init_bodies(app, settings)
    kept = KeptAnswers(app.wsgi_app, services.serving, settings.kept_mib << 20)
    asked = ReadableQuery(UnreadParameters(kept, ("/id/", "/en/id/"), ("show", "page")))
    app.wsgi_app = BelievedProxies(Observed(asked, measures), settings.proxies)  # type: ignore[method-assign]  # how Flask takes middleware
    return app


def _release(services: Services) -> None:
    site = g.pop("site", None)
    if site is not None:
        services.release(site)
