"""HTTP pages, the public API and the command line; the only home of the words people read."""
