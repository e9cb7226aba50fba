"""One module per area of the site; a view reads, fills one context dataclass and renders it."""
