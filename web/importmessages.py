"""The words of faults in what other services send; part of `web.messages`, kept apart for its length."""

from __future__ import annotations

from web.words import N_

IMPORT_SENTENCES = {
    "import.no-source": N_("There is no source “%(value)s”. There are: %(known)s"),
    "import.descriptor": N_("The description of the source cannot be used (%(value)s). Compare it with that of another source."),
    "import.code-table": N_(
        "This row of the code table cannot be used: nine columns with tabs between, a known treatment, each code once and never without a reason. It begins: %(value)s"
    ),
    "import.no-operation": N_("The file belongs to no operation. Let its name begin with the name of the operation it answers: %(known)s"),
    "import.too-large": N_("The file has %(value)s MiB; at most %(limit)s are read. Divide it into pages."),
    "import.no-answer": N_("There is no file of the operation “%(value)s”. Get it, too, and name both when importing."),
    "import.empty-file": N_("The file is empty. Get it once more."),
    "import.web-page": N_(
        "This is a web page and no data, even if it came without an error. Open it to read what the source says (maintenance, log-in), then get the data once more."
    ),
    "import.encoding": N_("The file is not in UTF-8. Get it once more without opening and saving it in a spreadsheet."),
    "import.encoding-lost": N_("Letters were lost when the file was converted (�). Get it once more from the source."),
    "import.not-json": N_("This is no JSON, as this source sends it. Ask for JSON, or name the other source."),
    "import.not-xml": N_("This is no XML, as this source sends it. Ask for XML, or name the other source."),
    "import.cut": N_("The file ends in the middle: it was cut off. Get it once more."),
    "import.broken": N_("The file cannot be read at line %(line)s (%(detail)s). Get it once more."),
    "import.no-number": N_("The file has “%(value)s” in a place for a number that can be read. Get it once more."),
    "import.double-key": N_("The field “%(field)s” stands twice in one row, so it is not clear which one holds. Tell the source."),
    "import.entities": N_(
        "The XML declares entities or a document type (%(detail)s), which no answer needs. It is not read; do not use this file."
    ),
    "import.other-answer": N_("The answer is “%(value)s” and not “%(expected)s”. Is it the file of another operation?"),
    "import.error-answer": N_(
        "The source answered with an error: %(value)s %(detail)s. Look at the key, its approval and today's number of calls, then try again."
    ),
    "import.no-envelope": N_("The answer has no “%(field)s”, so it is not what this operation sends. Is the version the right one?"),
    "import.wrong-number": N_("“%(field)s” of the answer is no number: %(value)s. Get the page once more."),
    "import.count-differs": N_("The answer says “%(field)s” %(value)s and has %(received)s rows: part of it is missing. Get it once more."),
    "import.outdated": N_(
        "Row %(row)s has fields of a version that is no longer used (%(field)s); its codes mean something else. Get the list from the present version."
    ),
    "import.missing-field": N_(
        "Row %(row)s (%(id)s) has no field “%(field)s”. Fields that are not known: %(instead)s. If the source changed its names, change the description in data/mappings/ before importing."
    ),
    "import.empty-field": N_("Row %(row)s (%(id)s): “%(field)s” is empty and must not be. Get the list once more, or tell the source."),
    "import.wrong-value": N_(
        "Row %(row)s (%(id)s): “%(field)s” is no text (%(value)s). The source changed its form; nothing can be read from it."
    ),
    "import.double-id": N_("“%(field)s” stands twice: %(value)s. Was a page given twice? Give each once, or get all of them once more."),
    "import.double-page": N_("Page %(value)s is there twice. Give each once."),
    "import.total-changed": N_(
        "The number of all services changed between the pages (%(value)s): the list changed on the way. Get all pages once more."
    ),
    "import.no-rows": N_("The list has no rows. A list of nothing is taken for a failure; what was accepted before stays in use."),
    "import.not-all": N_("%(received)s rows were received; the source says there are %(total)s. Get the missing pages."),
    "import.unknown-id": N_(
        "%(count)s services are not in the list “%(list)s”: %(value)s. The files are of different days; get all of them on one day."
    ),
    "import.lacking-id": N_("%(count)s services of the list have no row here: %(value)s. Get what is missing."),
    "import.lost-codes": N_(
        "%(count)s codes of the table are in no row: %(value)s. Without them services would seem to be for everybody. If the source gave them up, take them out of the code table in data/mappings/."
    ),
    "import.odd-number": N_("%(received)s services are not between %(least)s and %(most)s, as this source has them. Look at the files."),
    "import.shrunk": N_(
        "The list has %(received)s services; the last one had %(before)s. That is %(percent)s %% fewer, and %(limit)s %% or more are refused. If it is right so: itda import … --accept-shrink"
    ),
    "import.unknown-code": N_(
        "%(id)s: the code table does not know “%(value)s” in “%(field)s”. Look up its meaning and add a row to the table in data/mappings/; if in doubt with the treatment “check”."
    ),
    "import.bad-age": N_("%(id)s: “%(value)s” in “%(field)s” is no age from 0 to 120. Tell the source."),
    "import.damaged": N_(
        "The accepted import of “%(value)s” is missing or was changed. Import it once more, or leave it out: ITDA_IMPORTS=-%(value)s"
    ),
    "import.not-there": N_("ITDA_IMPORTS names “%(value)s”, and no such import was accepted. There are: %(known)s"),
    "import.no-key": N_("No key is set for “%(source)s”. Get one from the source and set %(variable)s; the key is shown nowhere."),
    "import.fetch-failed": N_(
        "%(source)s: the page %(page)s could not be had (%(detail)s). The pages before it are kept: the same command goes on from there."
    ),
    "import.refused": N_("The list was refused."),
}
