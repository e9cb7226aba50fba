"""Korean full-text search over the things of a snapshot.

One rule: nothing of an engine crosses this package's border. Callers give a `search.model.Query` and get a `search.model.Page`; whoosh
and kiwipiepy are imported here and nowhere else, and text from a visitor never reaches an engine's query parser.
"""
