"""The site for any WSGI server that loads it by name, in each of its workers: `gunicorn web.wsgi:application`.

`itda serve` shares what is loaded between its workers; here each worker loads Kiwi, some 300 MB, for itself.
"""

from __future__ import annotations

import os

from kg.settings import Settings
from web.app import create_app
from web.observing import Measures
from web.opening import SearchOpener

_settings = Settings.from_env(os.environ)
application = create_app(_settings, SearchOpener(_settings), Measures("PROMETHEUS_MULTIPROC_DIR" in os.environ))
