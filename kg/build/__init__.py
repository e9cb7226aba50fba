"""Turns sources into a published snapshot, or refuses with every reason; what it publishes is never changed afterwards."""
