"""The words of every fault and error that `kg` and `search` raise as a code with facts.

Each sentence says what is wrong and what to do. Keys are codes; `%(name)s` are facts. Korean is in `translations/ko`.
"""

from __future__ import annotations

from babel.support import NullTranslations

from kg.errors import Fault, KgError
from web.words import N_

NEAREST = N_("Did you mean “%(nearest)s”?")

SENTENCES = {
    "source.tab": N_("A tab stands at the beginning of this line. Indent with spaces only."),
    "source.broken-yaml": N_(
        "The file cannot be read at this line or just before it (%(detail)s). Look for a missing quotation mark, bracket or a colon inside a text."
    ),
    "source.not-a-mapping": N_("The file must begin with keys such as “entries:”."),
    "source.not-utf8": N_("The file is not saved as UTF-8. Save it again with the encoding UTF-8."),
    "source.alias": N_("An anchor (& or *) cannot be used here. Write the text out."),
    "source.tag": N_("“%(value)s” cannot be used. Remove the exclamation mark or put the text in quotation marks."),
    "source.empty-value": N_(
        "“%(key)s” has no value. Fill it in or remove it. If it is part of a phrase with a comma or #, put the phrase in quotation marks."
    ),
    "source.bad-key": N_("What stands before the colon must be a plain word."),
    "source.duplicate-key": N_("“%(value)s” is written twice here (first on line %(first)s). Keep one; several values go in a list [a, b]."),
    "source.broken-turtle": N_("This Turtle file cannot be read: %(detail)s"),
    "source.broken-rule": N_("This rule is not a CONSTRUCT query that can be read: %(detail)s"),
    "source.broken-shape": N_("The shapes cannot be used: %(detail)s"),
    "source.no-plan": N_("The folder “%(value)s” holds no plan: no folder in it has a plan.yaml."),
    "source.bad-header": N_("“%(key)s” in plan.yaml is missing or cannot be “%(value)s”. See docs/data-format.md."),
    "source.duplicate-graph": N_("Another folder already uses the graph “%(value)s”. Each plan needs its own."),
    "source.no-entries": N_("The file has no list “entries:”."),
    "source.not-an-entry": N_("Each entry begins with “- id:” and has keys of its own."),
    "source.no-id": N_("This entry has no “id”. Give it one, such as “program:bread-school”."),
    "source.no-type": N_("This entry has no “type”. Say what it is, such as “type: Program”."),
    "source.unknown-type": N_("There is no kind called “%(value)s”."),
    "source.unknown-key": N_("There is no key called “%(value)s”."),
    "source.unknown-link-key": N_("“%(value)s” cannot stand in a link. A link has to, lines, quote, certainty and key."),
    "source.unknown-word": N_("“%(value)s” is not a word that “%(key)s” can have."),
    "source.unknown-prefix": N_("There is no prefix “%(value)s:” (in “%(written)s”). Prefixes are listed in plan.yaml and ontology/context.jsonld."),
    "source.not-a-reference": N_("“%(value)s” does not name a thing. Write it with its prefix, such as “group:youth”."),
    "source.bad-identifier": N_("“%(value)s” cannot be an identifier. After the colon use a-z, 0-9, hyphens and slashes only."),
    "source.dangling": N_("“%(value)s” is not declared anywhere."),
    "source.duplicate-id": N_("“%(value)s” is declared already at %(first)s. Give this one another id, or use “extends:” to add to that one."),
    "source.not-yours": N_("“%(key)s” of %(value)s belongs to the file that declares it. Here only further names and evidence can be added."),
    "source.same-name": N_("Two parts under “%(key)s” would have the same name “%(value)s”. Give one of them a “key:”."),
    "source.key-needed": N_("Parts listed under “%(key)s” need a name. Add a “key:” such as “key: job”."),
    "source.id-not-here": N_("“id” cannot stand under “%(key)s”. Use “key:” to name a part."),
    "source.list-in-list": N_("“%(key)s” holds a list within a list. Use one list."),
    "source.text-due": N_("“%(key)s” takes a text, not keys of its own."),
    "source.lines-missing": N_(
        "“%(key)s: %(value)s” does not say where the plan states it. Write {to: …, lines: 12} or {to: …, lines: 12-14, quote: a short phrase}."
    ),
    "source.bad-lines": N_("“%(value)s” are not lines. Write one line (12), a range (12-14) or several (12, 20-22); a range runs upwards."),
    "source.lines-beyond-end": N_("Lines “%(value)s” do not exist: the source ends at line %(last)s."),
    "source.quote-needs-one-range": N_("The phrase “%(value)s” needs exactly one range of lines."),
    "source.not-on-lines": N_("“%(value)s” does not stand on lines %(lines)s of the source. Correct the lines or the phrase."),
    "source.other-text": N_("The source text “%(value)s” is not the one this plan was entered from (its SHA-256 differs)."),
    "source.wrong-form": N_("“%(key)s” cannot be “%(value)s”: it must be a plain %(expected)s, without units or exponents."),
    "source.no-csv": N_("The descriptor has no table beside it: %(value)s is missing."),
    "source.broken-csv": N_("The table cannot be read at this line (%(detail)s). Look for a missing quotation mark."),
    "source.incomplete-descriptor": N_("A descriptor needs “id” and “columns”."),
    "source.unknown-column": N_("The descriptor does not know the column “%(value)s”."),
    "source.missing-column": N_("The table has no column “%(value)s”, or has it twice."),
    "source.wrong-cell-count": N_("This row has %(value)s cells; the header has %(expected)s. A number with a comma needs quotation marks."),
    "source.not-a-figure": N_("“%(value)s” in the column “%(column)s” is neither a number nor a known sign (such as - or an empty cell)."),
    "source.same-row": N_("Another row is about the same thing (“%(value)s”). Each figure stands once."),
    "source.references-not-checked": N_("Because a file could not be read, it was not checked whether everything that is named exists."),
    "build.later-not-checked": N_("Rules about single things and control totals were not checked yet; they come after these faults are mended."),
    "build.running": N_("Another build is running in “%(path)s”. Wait until it has ended."),
    "check.no-checks": N_("The file has no list “checks:”."),
    "check.incomplete": N_("This check has no “%(key)s”."),
    "check.not-a-pattern": N_("Write which figures are meant as {about: …, ofMeasure: …}."),
    "check.no-figure": N_("“%(label)s”: no figure fits this description."),
    "check.not-one-total": N_("“%(label)s”: the total must be exactly one figure; %(count)s fit. Add fundingSource or refPeriod."),
    "check.sum-broken": N_(
        "“%(label)s” does not hold: the total is %(total)s, the parts add up to %(sum)s (difference %(difference)s). The figures are at %(places)s."
    ),
    "lexicon.broken": N_("This line of the lexicon cannot be used: %(detail)s"),
    "settings.invalid": N_("The setting %(name)s cannot be “%(value)s”: %(detail)s"),
    "query.syntax": N_("Line %(line)s, column %(column)s: the query cannot be read from here."),
    "query.not-allowed": N_("This service only answers questions. It does not do this: %(form)s"),
    "query.limit": N_("The query crossed a limit (%(limit)s: %(value)s %(unit)s). Ask for less: add LIMIT or a narrower condition."),
    "query.rejected": N_("There is no ready question or parameter called “%(name)s”."),
    "query.failed": N_("The query could not be answered."),
    "store.unavailable": N_("Many questions are being answered right now. Please try again in a moment."),
    "store.busy": N_("Many questions are being answered right now. Please try again in a moment."),
    "snapshot.missing": N_("Nothing is published yet. Whoever runs this site has to run “itda build” first."),
    "snapshot.corrupt": N_("A file of the published data has changed. Whoever runs this site has to run “itda snapshot verify”."),
    "not-found": N_("We hold nothing under this name: %(iri)s"),
}


def fault_sentence(fault: Fault, language: str, words: NullTranslations) -> str:
    """Say a fault in a language: what is wrong and what to do, without its place.

    Args:
        fault: The fault; results of shapes carry their own sentences.
        language: `ko` or `en`.
        words: Catalogue of that language.
    """
    if fault.code == "shape.violated":
        return _shape_sentence(fault.facts, language)
    return _said(fault.code, fault.facts, words)


def error_sentence(error: KgError, words: NullTranslations) -> str:
    """Say an error in the language of a catalogue."""
    return _said(error.code, error.facts, words)


def _said(code: str, facts: dict[str, str], words: NullTranslations) -> str:
    template = SENTENCES.get(code)
    if template is None:
        return f"{code} {facts}"
    known = {name: facts.get(name, "") for name in ("nearest", *facts)}
    sentence = words.gettext(template) % _Lenient(known)
    return f"{sentence} {words.gettext(NEAREST) % known}" if known["nearest"] else sentence


def _shape_sentence(facts: dict[str, str], language: str) -> str:
    subject = " ".join(part for part in (facts["node"], facts["property"]) if part)
    value = f" “{facts['value']}”" if facts["value"] and facts["value"] != facts["node"] else ""
    return f"{subject}{value}: {facts.get(language) or facts['en'] or facts['ko']}"


class _Lenient(dict[str, str]):
    """Facts for a template; one that is missing is left blank, so that a message is never lost over a detail."""

    def __missing__(self, key: str) -> str:
        return ""
