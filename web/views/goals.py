"""`/goals`: the tree of a plan, from its vision down to the programmes, with what is printed about each."""

from __future__ import annotations

from flask import Blueprint, Response
from msgspec import Struct

from kg.store.reader.model import Ref
from kg.store.reader.plan import PlanTree
from web.context import plan, site
from web.i18n import current_language
from web.render import render

blueprint = Blueprint("goals", __name__)


class GoalsPage(Struct, frozen=True):
    """A plan's tree and the plans to choose from."""

    tree: PlanTree
    plans: tuple[Ref, ...]


@blueprint.get("/goals")
def page() -> Response:
    """Show the tree of the chosen plan."""
    lang = current_language()
    return render("goals.html", GoalsPage(site().reader.plan_tree(plan(), lang), site().plans[lang]))
