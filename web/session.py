"""What every command of the command line is given."""

from __future__ import annotations

from kg.settings import Settings
from web.terminal import Terminal


class Session:
    """The settings and the terminal of one call."""

    def __init__(self, settings: Settings, terminal: Terminal) -> None:
        self.settings = settings
        self.terminal = terminal
