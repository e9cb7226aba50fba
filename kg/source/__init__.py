"""Reads a plan's files into JSON-LD nodes and says, with file and line, everything that is wrong with them; knows no store."""
