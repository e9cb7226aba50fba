"""The published graph as a typed multigraph of things and relations; the only home of networkx."""
