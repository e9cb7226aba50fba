"""The words of every fault and error that `kg` and `search` raise as a code with facts.

Each sentence says what is wrong and what to do. Keys are codes; `%(name)s` are facts. Korean is in `translations/ko`.
"""

from __future__ import annotations

from babel.support import NullTranslations

from kg.errors import Fault, KgError
from web.importmessages import IMPORT_SENTENCES
from web.planmessages import PLAN_SENTENCES
from web.querymessages import ANSWER_SENTENCES, EXPECTED, LIMITS, STORE_SENTENCES, SYNTAX
from web.searchmessages import ENGINE_SENTENCES
from web.snapshotmessages import SNAPSHOT_SENTENCES
from web.words import N_

NEAREST = N_("Did you mean “%(nearest)s”?")

SENTENCES = {
    **SNAPSHOT_SENTENCES,
    **ANSWER_SENTENCES,
    **STORE_SENTENCES,
    "source.tab": N_("A tab stands here. Indent with spaces only, and put one space after a colon."),
    "source.broken-yaml": N_(
        "The file cannot be read at this line or just before it. Look at the indentation (two spaces a step), and for a missing quotation mark or bracket, or a colon inside a text."
    ),
    "source.not-a-mapping": N_("The file must begin with keys such as “entries:”."),
    "source.not-utf8": N_("The file is not saved as UTF-8. In a spreadsheet choose “CSV UTF-8”, in a text editor the encoding UTF-8."),
    "source.alias": N_("An anchor (& or *) cannot be used here. Write the text out."),
    "source.tag": N_("“%(value)s” cannot be used. Remove the exclamation mark or put the text in quotation marks."),
    "source.empty-value": N_(
        "“%(key)s” has no value. Fill it in or remove it. If it is part of a phrase with a comma or #, put the phrase in quotation marks."
    ),
    "source.bad-key": N_("What stands before the colon must be a plain word."),
    "source.duplicate-key": N_(
        "“%(value)s” is written twice here (first on line %(first)s). Put several values in a list: “%(value)s: [a, b]”, or one “- key:” each."
    ),
    "source.broken-turtle": N_("This Turtle file cannot be read: %(detail)s"),
    "source.broken-rule": N_("This rule is not a CONSTRUCT query that can be read: %(detail)s"),
    "source.broken-shape": N_("The shapes cannot be used: %(detail)s"),
    "source.no-plan": N_("The folder “%(value)s” holds no plan: no folder in it has a plan.yaml."),
    "source.bad-header": N_("“%(key)s” in plan.yaml is missing or cannot be “%(value)s”. Write it like this: %(example)s"),
    "source.duplicate-graph": N_("Two folders say they are the plan “%(value)s”. Change “graph:” in the one that was copied."),
    **IMPORT_SENTENCES,
    **PLAN_SENTENCES,
    **ENGINE_SENTENCES,
    "source.no-entries": N_("The file has no list “entries:”."),
    "source.not-an-entry": N_("Each entry begins with “- id:” and has keys of its own."),
    "source.no-id": N_("This entry has no “id”. Give it one, such as “program:bread-school”."),
    "source.no-type": N_("This entry has no “type”. Say what it is, such as “type: Program”."),
    "source.unknown-type": N_("There is no kind called “%(value)s”."),
    "source.unknown-key": N_("There is no key called “%(value)s”."),
    "source.unknown-link-key": N_("“%(value)s” cannot stand in a link. A link has to, lines, quote, certainty and key."),
    "source.unknown-word": N_("“%(value)s” is not a word that “%(key)s” can have."),
    "source.unknown-prefix": N_(
        "There is no prefix “%(value)s:” (in “%(written)s”). Prefixes are listed in plan.yaml and ontology/context.jsonld."
    ),
    "source.not-a-reference": N_("“%(value)s” does not name a thing. Write it with its prefix, such as “group:youth”."),
    "source.bad-identifier": N_("“%(value)s” cannot be an identifier. After the colon use a-z, 0-9, hyphens and slashes only."),
    "source.dangling": N_(
        "“%(value)s” is not declared anywhere. Declare it first, or correct the name; shared words are in ontology/schemes/."
    ),
    "source.duplicate-id": N_(
        "“%(value)s” is declared twice: here and at %(first)s. If one is a copy, change its id; to add to the other use “extends:”."
    ),
    "source.not-yours": N_(
        "“%(key)s” of %(value)s belongs to the file that declares it. Here only further names and evidence can be added."
    ),
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
    "source.not-on-lines": N_("“%(value)s” does not stand on line %(lines)s of the source. It was found on line %(found)s."),
    "source.name-not-on-lines": N_(
        "The name “%(value)s” does not stand on line %(lines)s of the source, the lines of its entry. It was found on line %(found)s. Add that line to “lines”, or remove the name: only names the source uses belong here."
    ),
    "source.name-is-ours": N_(
        "“%(value)s” is our name, not the plan's: it does not stand on line %(lines)s of the source. It was found on line %(found)s."
    ),
    "source.name-without-lines": N_("“%(key)s” adds a name, but the entry does not say where the source uses it. Add “lines”."),
    "source.other-text": N_(
        "The source text “%(value)s” is not the one plan.yaml describes. The text at hand has sha256: %(sha256)s and lines: %(lines)s."
    ),
    "source.wrong-form": N_("“%(key)s” cannot be “%(value)s” (%(expected)s)."),
    "source.no-csv": N_("The descriptor has no table beside it: %(value)s is missing."),
    "source.broken-csv": N_("The table cannot be read at this line (%(detail)s). Look for a missing quotation mark."),
    "source.incomplete-descriptor": N_("A descriptor needs “id” and “columns”."),
    "source.unknown-column": N_("The descriptor does not know the column “%(value)s”."),
    "source.missing-column": N_("The table has no column “%(value)s”, or has it twice."),
    "source.wrong-cell-count": N_(
        "This row has %(value)s cells; the header has %(expected)s. A number with a comma needs quotation marks."
    ),
    "source.not-a-figure": N_("“%(value)s” in the column “%(column)s” is neither a number nor a known sign (such as - or an empty cell)."),
    "source.same-row": N_(
        "This row is about the same thing (“%(value)s”) as line %(first)s. If both figures are true, add a column that tells them apart, such as ofOccupation."
    ),
    "source.odd-space": N_(
        "This line begins with a space that is not an ordinary one (copied from a word processor?). Delete it and type ordinary spaces."
    ),
    "source.wide-colon": N_("A full-width colon (：) stands after the key. Type an ordinary colon and a space."),
    "source.no-space-after-colon": N_("A space is missing after the colon."),
    "source.control-character": N_("An invisible character stands on this line. Delete the line and type it again."),
    "source.unreadable": N_("The file cannot be opened (%(detail)s). Is it open in another program?"),
    "source.missing-hyphen": N_(
        "“%(value)s” stands twice in one entry (first on line %(first)s). A new entry begins with a hyphen: “- %(value)s: …”."
    ),
    "source.hash-in-text": N_("The text is cut at “#”: only “%(value)s” is left. Put the whole text in quotation marks."),
    "source.unread-file": N_(
        "Nobody reads this file. Entries are files ending in .yaml; a table is a .csv in figures/ with a .yaml of the same name."
    ),
    "source.no-plan-file": N_("The folder “%(value)s” has no plan.yaml, so nothing in it is read. Add one, or move the folder elsewhere."),
    "source.foreign-prefix": N_("“%(value)s:” (in “%(written)s”) belongs to a vocabulary and names no thing."),
    "source.national-id": N_(
        "“%(value)s” belongs to the list all plans share (ontology/schemes/). A plan cannot add to it; ask for the word to be added there."
    ),
    "source.not-a-number": N_("“%(key)s” cannot be “%(value)s”. Write the number only, such as 39."),
    "source.not-a-truth": N_("“%(key)s” cannot be “%(value)s”. Write true or false."),
    "source.number-not-quoted": N_(
        "“%(key)s: %(value)s” does not stand in the phrase beside it (“%(quote)s”). Correct the number or the phrase."
    ),
    "source.web-page": N_(
        "This is a web page and no data. Often a download ends in a page that asks to log in or says what went wrong. Get the file itself."
    ),
    "source.cut-off": N_(
        "The file ends within a line, after “%(value)s”: it may have been cut. If it is complete, press Enter at its end and save it."
    ),
    "source.empty-table": N_("The table has no rows."),
    "source.wrong-delimiter": N_("The cells are not separated by commas. Save the table as “CSV UTF-8 (comma delimited)”."),
    "source.no-header": N_("The first line must hold the names of the columns: %(value)s"),
    "source.outside-table": N_(
        "Lines “%(value)s” lie outside the lines the descriptor gives for the whole table. Correct them, or widen the table's lines."
    ),
    "source.no-text": N_(
        "Numbers can only be accounted for with the source text at hand. Say in ITDA_SOURCES in which folder it is. Plans: %(names)s"
    ),
    "lexicon.missing": N_("The lexicon has no such file."),
    "lexicon.unreadable": N_("The lexicon's file cannot be read: %(detail)s"),
    "lexicon.columns": N_("This line has %(actual)s columns; %(expected)s are due, separated by tabs."),
    "lexicon.empty": N_("The column %(column)s is empty."),
    "lexicon.duplicate": N_("“%(value)s” stands here twice (first on line %(first)s)."),
    "lexicon.weight": N_("“%(value)s” is no weight. Write a number above 0 and at most 1."),
    "lexicon.one-word": N_("“%(value)s” needs at least two words that mean the same."),
    "lexicon.spaced-word": N_("“%(value)s” has a space in it. Write it without."),
    "lexicon.pattern": N_("“%(value)s” cannot be used as a pattern: %(detail)s"),
    "lexicon.example": N_("The pattern “%(value)s” does not find its own example “%(example)s”."),
    "lexicon.code-point": N_("“%(value)s” is no code point such as U+00B7."),
    "lexicon.broken-form": N_("The form “%(value)s” cannot be used (%(detail)s). It needs a group “age” and must find its own example."),
    "lexicon.unknown-kind": N_("There is no kind “%(value)s”. Known: %(expected)s"),
    "lexicon.unknown-tag": N_("There is no tag “%(value)s”. Known: %(expected)s"),
    "source.references-not-checked": N_("Because a file could not be read, it was not checked whether everything that is named exists."),
    "check.no-checks": N_("The file has no list “checks:”."),
    "check.incomplete": N_("This check has no “%(key)s”."),
    "check.not-a-pattern": N_("Write which figures are meant as {about: …, ofMeasure: …}."),
    "check.no-figure": N_("“%(label)s”: no figure fits this description."),
    "check.not-one-total": N_("“%(label)s”: the total must be exactly one figure; %(count)s fit. Add fundingSource or refPeriod."),
    "check.sum-broken": N_(
        "“%(label)s” does not hold: the total is %(total)s, the parts add up to %(sum)s (difference %(difference)s). The figures are at %(places)s."
    ),
    "check.plan-contradicts-itself": N_(
        "“%(label)s” does not hold in the plan itself: the total is %(total)s, the parts add up to %(sum)s (difference %(difference)s). %(remark)s"
    ),
    "check.sum-holds-after-all": N_(
        "“%(label)s” holds after all: the total is %(total)s, the parts add up to %(sum)s. Remove “severity: report” and correct the remark."
    ),
    "settings.invalid": N_("The setting %(name)s cannot be “%(value)s”: %(detail)s"),
    "query.syntax": N_("Line %(line)s, column %(column)s: the query cannot be read from here."),
    "query.not-allowed": N_("This service only answers questions. It does not do this: %(form)s"),
    "query.no-graph": N_("The data has no graph “%(graph)s”. GET /sparql without a query lists those there are."),
    "query.limit": N_("The query crossed a limit (%(limit)s: %(value)s %(unit)s)."),
    "query.too-complex": N_("The query is too complex for the engine. Split it or make it shorter."),
    "query.media": N_("An answer of this kind (%(form)s) cannot be given as %(media)s."),
    "query.not-representable": N_("This answer cannot be written as %(media)s (%(detail)s). Ask for another format."),
    "query.header": N_("The header of this query file is not complete: %(value)s"),
    "query.parameter": N_("The parameters in the header of this query file do not fit the query: %(value)s"),
    "query.rejected": N_("There is no ready question or parameter called “%(name)s”."),
    "query.unknown-type": N_("There is no kind of thing called “%(name)s”."),
    "query.no-actor": N_("No organisation, centre or council is called “%(name)s”."),
    "query.unknown-thing": N_("Nothing that is linked with others is called “%(name)s”."),
    "query.ambiguous-thing": N_("More than one thing is called “%(name)s”: %(candidates)s"),
    "query.failed": N_("The query could not be answered."),
    "serve.port-taken": N_("%(host)s:%(port)s cannot be listened on (%(detail)s). Choose another port with --port."),
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
    if fault.code == "quality.finding":
        kind, sentence = (fault.facts["kindKo"], fault.facts["ko"]) if language == "ko" else (fault.facts["kindEn"], fault.facts["en"])
        return f"[{kind}] {sentence}"
    return _said(fault.code, fault.facts, words)


def error_sentence(error: KgError, words: NullTranslations) -> str:
    """Say an error in the language of a catalogue."""
    if error.code == "query.limit" and (limit := LIMITS.get(error.facts.get("limit", ""))):
        return str(words.gettext(limit) % _Lenient(error.facts))
    said = _said(error.code, error.facts, words)
    if error.code != "query.syntax":
        return said
    more = SYNTAX.get(error.facts["detail"]) or (EXPECTED if error.facts.get("expected") else "")
    return f"{said} {words.gettext(more) % _Lenient(error.facts)}" if more else said


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
