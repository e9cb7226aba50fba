"""One module per area of the site; a view reads, fills one record and renders it."""
