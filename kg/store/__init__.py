"""Reading the published graph: the store, saved queries, the sandbox for visitors' SPARQL, formats and pages' reader."""
