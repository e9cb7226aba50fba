"""`/find`: which programmes fit, with reasons. Answers travel as fields of a form and are forgotten with the answer."""

from __future__ import annotations

from flask import Blueprint, Response, request
from msgspec import Struct

from kg.eligibility.deciding import Decision, decide
from kg.eligibility.texts import Need, Texts
from kg.store.reader.model import Ref
from search.describing import Description
from web.context import plan, search_text, services, settings, site
from web.errors import WebError
from web.finding import Asked, Card, Chip, Choice, Clash, Found, asked_of, card_of, chips_of, clashes_of, fields_text, found_for, only
from web.i18n import current_language
from web.links import iri_of
from web.render import render
from web.replies import add_facts, fields_of, from_fields, passed_over, telling
from web.taps import Tap

blueprint = Blueprint("find", __name__)


class FindPage(Struct, frozen=True):
    """The page of results, or the empty form when nothing was said yet.

    Attributes:
        fields: What was said so far, as fields of the next form.
        wanted: The needs that were chosen or put in words.
        clashes: What was said in two ways that rule each other out.
        others: What was read as said of somebody else and does not count, to be taken as one's own.
        about: The word for the person that it is asked for, empty for oneself.
        searchable: The words say nothing personal, so that a link may search for them.
        focus: The programme that was asked about, in each of its roles.
        focus_name: Its name, None when none was asked about.
        words: What was said in own words, with `rest`, what of it was not understood.
        lists: Service lists whose services stand beside the plan's programmes.
    """

    plan: Ref
    day: str
    asker: str
    fields: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    wanted: tuple[Need, ...]
    needs: tuple[Need, ...]
    taps: tuple[Tap, ...]
    asked: Asked | None = None
    found: Found | None = None
    focus: tuple[Card, ...] = ()
    focus_name: Ref | None = None
    program: str = ""
    other_kinds: int = 0
    words: str = ""
    rest: str = ""
    clashes: tuple[Clash, ...] = ()
    others: tuple[Choice, ...] = ()
    about: str = ""
    searchable: bool = False
    longest: int = 0
    lists: tuple[str, ...] = ()


@blueprint.get("/find")
def start() -> Response:
    """Show the two first questions."""
    needs = site().eligibility.needs(current_language())
    return render("find.html", FindPage(plan(), "", "person", (), (), (), needs, services().taps))


@blueprint.post("/find")
def answer() -> Response:
    """Show what fits the answers of the form.

    Raises:
        WebError, ProfileError: an answer cannot be read.
    """
    chosen, lang, eligibility = plan(), current_language(), site().eligibility
    catalogue, texts = eligibility.catalogue(chosen.iri), eligibility.texts(chosen.iri, lang)
    fields = fields_of(request.form)
    for name, value in _tapped():
        fields.setdefault(name, []).append(value)
    words = search_text(request.form)
    described = site().describer.describe(words) if words else Description((), "")
    add_facts(fields, telling(described.facts, catalogue))
    fields = passed_over(fields, request.form.getlist("offered"), catalogue)
    profile = from_fields(fields, catalogue.terms)
    decision = decide(catalogue, profile)
    wanted, program = _wanted(eligibility.needs(lang), described), request.form.get("program", "")
    about = only(decision, iri_of(program)) if program else decision
    page = FindPage(
        plan=chosen,
        day=profile.on.isoformat(),
        asker=profile.asker,
        fields=fields_text(fields),
        chips=chips_of(decision, texts),
        wanted=wanted,
        needs=eligibility.needs(lang),
        taps=services().taps,
        asked=asked_of(about, texts, () if program else wanted, request.form.get("remove", "")),
        found=found_for(decision, texts, wanted),
        focus=tuple(card_of(decision, judged, texts) for judged in about.rows) if program else (),
        focus_name=_focus(decision, texts, program),
        program=program,
        other_kinds=decision.other_kinds,
        words=words,
        rest=described.rest,
        clashes=clashes_of(telling(described.unsettled, catalogue), decision, texts),
        others=tuple(choice for one in clashes_of(telling(described.of_others, catalogue), decision, texts) for choice in one.choices),
        about=described.about,
        searchable=not described.is_personal,
        longest=settings().search_chars,
        lists=texts.lists,
    )
    response = render("find.html", page)
    response.cache_control.private = True
    response.cache_control.no_cache = True
    return response


def _tapped() -> tuple[tuple[str, str], ...]:
    """Return the answers that the chosen button of the first question stands for.

    Raises:
        WebError: there is no such button.
    """
    who = request.form.get("who", "")
    if not who:
        return ()
    for tap in services().taps:
        if tap.key == who:
            return tap.answers
    raise WebError("web.bad-parameter", name="who", value=who[:40])


def _wanted(needs: tuple[Need, ...], described: Description) -> tuple[Need, ...]:
    """Return the needs that were chosen and those that were put in words, without those taken back.

    Raises:
        WebError: there is no such need.
    """
    said = [value for value in request.form.getlist("need") if value] + [fact.value for fact in described.facts if fact.name == "need"]
    taken = {value.removeprefix("need=") for value in request.form.getlist("remove")}
    known = {need.ref.notation: need for need in needs}
    for value in said:
        if value not in known:
            raise WebError("web.bad-parameter", name="need", value=value[:40])
    return tuple(known[value] for value in dict.fromkeys(said) if "need" not in taken and value not in taken)


def _focus(decision: Decision, texts: Texts, program: str) -> Ref | None:
    """Name the programme that was asked about.

    Raises:
        WebError: it is no programme of this plan.
    """
    if not program:
        return None
    iri = iri_of(program)
    if iri not in {row.program for rows in decision.catalogue.rows.values() for row in rows}:
        raise WebError("web.bad-parameter", name="program", value=program[:40])
    return texts.names[iri]
