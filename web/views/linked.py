"""The views of the network together."""

from __future__ import annotations

from web.views import asking, network, partners, path

BLUEPRINTS = (asking.blueprint, network.blueprint, path.blueprint, partners.blueprint)
