"""Turns a plan's files into a validated graph and answers questions about it; knows nothing of search or the web."""
