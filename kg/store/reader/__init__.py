"""Everything pages read of one snapshot, in plain dataclasses; a page asks a fixed number of queries, never one per link."""
