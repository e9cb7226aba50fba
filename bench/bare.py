"""A site that does nothing, for comparison: Flask and one template with twenty rows, the same answer to everything."""

from __future__ import annotations

from flask import Flask, render_template_string

PAGE = """<!doctype html><html lang="ko"><title>목록</title><h1>목록</h1>
<ul>{% for row in rows %}<li><a href="/id/{{ row }}">사업 {{ row }}</a> 설명 {{ row }}</li>{% endfor %}</ul></html>"""

app = Flask(__name__)


@app.get("/")
@app.get("/<path:path>")
def page(path: str = "") -> str:
    """Answer with the same page."""
    return render_template_string(PAGE, rows=range(20), path=path)
