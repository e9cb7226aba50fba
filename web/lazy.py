"""A group of commands some of which live in modules that are loaded only when one of them is asked for."""

from __future__ import annotations

import importlib

import click

ELSEWHERE = {"network": "web.linkcli", "path": "web.linkcli", "partners": "web.partnercli"}
"""Commands by name, with the module that holds each."""


class LazyGroup(click.Group):
    """Knows its own commands and those of `ELSEWHERE`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading its module when it lives elsewhere."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(importlib.import_module(ELSEWHERE[cmd_name]), cmd_name)
        return found
