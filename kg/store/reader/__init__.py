"""Everything pages read of one snapshot, in plain records; a page asks a fixed number of queries, never one per link."""
