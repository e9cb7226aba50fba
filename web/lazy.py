"""A group of commands some of which live in modules that are loaded only when one of them is asked for."""

from __future__ import annotations

import importlib

import click

ELSEWHERE = {
    "network": "web.linkcli:network",
    "path": "web.linkcli:path",
    "partners": "web.partnercli:partners",
    "new": "web.plancli:new",
    "export": "web.plancli:export_plan",
    "import": "web.importcli:import_data",
    "index": "web.indexcli:index",
    "snapshot": "web.snapshotcli:snapshot",
}
"""Commands by name, with the module that holds each and what it is called there."""


class LazyGroup(click.Group):
    """Knows its own commands and those of `ELSEWHERE`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading its module when it lives elsewhere."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found
