"""The words of errors of engines on other machines; part of `web.messages`, kept apart for its length."""

from __future__ import annotations

from web.words import N_

ENGINE_SENTENCES = {
    "search.unavailable": N_("Searching by words does not work at the moment. Everything else on these pages does."),
    "search.slow": N_("Searching by words takes too long at the moment. Everything else on these pages works."),
    "search.no-index": N_(
        "Searching by words does not work yet: the newest data is still to be indexed. Everything else on these pages works."
    ),
    "search.other-index": N_(
        "Searching by words is switched off: the index at hand is not the one of this data. Everything else on these pages works."
    ),
    "search.partial": N_("Searching by words is switched off: a part of the index is missing. Everything else on these pages works."),
    "settings.no-cluster": N_(
        "Searches are answered by the index in the snapshot, which needs no loading. "
        "Set ITDA_SEARCH_ENGINE=opensearch and ITDA_SEARCH_URL first."
    ),
    "store.endpoint": N_("Queries cannot be answered at the moment. All pages can be read, and the data can be downloaded."),
    "store.other-data": N_(
        "The SPARQL endpoint holds %(actual)s statements where this data has %(expected)s. The pages are answered from the snapshot."
    ),
}
