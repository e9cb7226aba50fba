"""Lists of public services that others publish: read, accepted as a whole or refused, and turned into statements (`docs/imports.md`)."""
