"""Labels answers that are given while an engine on another machine does not answer."""

from __future__ import annotations

from flask import Flask, Response, g

from web.services import Services

DEGRADED = "Itda-Degraded"
"""Header that names the parts that do not answer; what is sent with it is whole and true all the same."""


def init_labels(app: Flask, services: Services) -> None:
    """Name in a header of every answer what is known not to answer; nothing is asked for it."""

    def label(response: Response) -> Response:
        if (site := g.get("site")) is not None and (down := services.known_down(site)):
            response.headers[DEGRADED] = ", ".join(down)
        return response

    app.after_request(label)
