"""Renders a template with one record as its context; templates see the page and nothing else of the request."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask, Response, make_response, render_template
from markupsafe import Markup, escape

from kg.store.reader.model import Passage, Text
from kg.store.reader.tables import local_name
from kg.vocab import ID
from web.charts import draw
from web.conditions import condition_text
from web.figures import figure_rows, is_number, mixes_scopes, mixes_types, rounded_text, tells_what, unit_shown
from web.folding import below, first_few, folded, kinds_of
from web.i18n import LANGUAGES, current_language, path_in
from web.links import address, anchor_of, changed, id_of, path_of, plan_text, plans_to_choose, url_of
from web.origins import list_name, origin_text, said_lines
from web.pivot import by_measure, by_time
from web.saying import caption_text, column_heading, is_about, row_heading, said_text, unit_text
from web.version import CodeVersion
from web.ways import ways

# From a Korean letter to the last one before anything of another language or a quotation mark.
_KOREAN = re.compile('[\u3131-\u318e\uac00-\ud7a3](?:[^A-Za-z<>"\u201c\u201d]*[\u3131-\u318e\uac00-\ud7a3])?')


def render(template: str, page: object, status: int = 200) -> Response:
    """Render a template.

    Args:
        template: File in `web/templates`.
        page: What the page shows.
    """
    response = make_response(render_template(template, page=page), status)
    response.headers["Vary"] = "Accept"
    return response


def merged_lines(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Return one passage per distinct range of lines, so that a chip is not shown twice; the one with a phrase wins."""
    found: dict[tuple[str, int, int], Passage] = {}
    for passage in passages:
        key = (passage.origin, passage.start, passage.end)
        if key not in found or (passage.exact and not found[key].exact):
            found[key] = passage
    return tuple(found[key] for key in sorted(found))


def covering(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Return the passages that lie within no other, so that a handful of overlapping lines is one chip."""
    kept: list[Passage] = []
    given = list(passages)
    records = [passage for passage in given if passage.origin]
    for passage in sorted((one for one in given if not one.origin), key=lambda one: (one.start, -one.end, not one.exact)):
        if not kept or passage.end > kept[-1].end:
            kept.append(passage)
    return (*kept, *records)


def foreign(text: Text) -> str:
    """Return the language of a text when it is not the page's own, else an empty text."""
    return text.lang if text.lang and text.lang != current_language() else ""


def korean(text: str) -> Markup:
    """Return a text of an English page with its Korean marked as such, so that a screen reader can speak it."""
    safe = escape(text)
    return safe if current_language() == "ko" else Markup(_KOREAN.sub(r'<span lang="ko">\g<0></span>', str(safe)))  # escaped


def init_templates(app: Flask, code: CodeVersion) -> None:
    """Give the templates the few functions they need."""

    def asset(name: str) -> str:
        return address("static", filename=name, v=code.fingerprint)

    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        merged_lines=merged_lines,
        said_lines=said_lines,
        origin_text=origin_text,
        list_name=list_name,
        figure_rows=figure_rows,
        mixes_scopes=mixes_scopes,
        tells_what=tells_what,
        is_number=is_number,
        unit_shown=unit_shown,
        covering=covering,
        folded=folded,
        first_few=first_few,
        ways=ways,
        by_measure=by_measure,
        by_time=by_time,
        kinds_of=kinds_of,
        below=below,
        mixes_types=mixes_types,
        foreign=foreign,
        korean=korean,
        drawn=draw,
        path_of=path_of,
        url_of=url_of,
        id_of=id_of,
        anchor_of=anchor_of,
        plan_text=plan_text,
        plans_to_choose=plans_to_choose,
        last_part=local_name,
        said_text=said_text,
        unit_text=unit_text,
        caption_text=caption_text,
        column_heading=column_heading,
        row_heading=row_heading,
        is_about=is_about,
        rounded_text=rounded_text,
    )
    app.jinja_env.globals.update(
        asset=asset,
        url_for=address,
        changed=changed,
        id_base=ID,
        condition_text=condition_text,
        current_language=current_language,
        path_in=path_in,
        languages=LANGUAGES,
    )
