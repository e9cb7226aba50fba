"""The words of limits that a query crossed, of its mistakes of syntax, and of answers that cannot be; part of `web.messages`, kept apart for its length."""

from __future__ import annotations

from web.words import N_

ANSWER_SENTENCES = {
    "profile.unknown-field": N_("There is no answer called “%(name)s”. GET /api/eligibility/schema lists them."),
    "profile.bad-value": N_("“%(name)s” cannot be “%(value)s”. It can be: %(expected)s"),
    "profile.unknown-area": N_("We know no place called “%(value)s” (%(name)s)."),
    "profile.ambiguous-area": N_("More than one place is called “%(value)s”: %(candidates)s"),
}
"""What is wrong with answers that people give about themselves."""
STORE_SENTENCES = {
    "store.unavailable": N_("Many questions are being answered right now. Please try again in a moment."),
    "store.busy": N_("Many questions are being answered right now. Please try again in a moment."),
    "store.gave-way": N_(
        "The query was ended after %(ran)s seconds to make room for another query that waits; no part of its answer is given. "
        "Try again in %(wait)s seconds, or ask for less."
    ),
    "store.closed": N_("The data is being changed just now. Please try again in a moment."),
}
"""Why a query that is sound has no answer now."""
LIMITS = {
    "query_bytes": N_("The query has %(actual)s bytes; it may have %(value)s. Shorten it or ask in parts."),
    "query_nesting": N_("Brackets and braces are nested deeper than %(value)s levels. Write the query flatter."),
    "query_tokens": N_("The query has more than %(value)s words, names and signs. Ask in parts; long lists belong in VALUES."),
    "query_deadline_s": N_("The query took longer than %(value)s seconds and was ended. Ask for less: a narrower condition helps most."),
    "query_memory_mib": N_(
        "The query needs more than %(value)s MiB of memory and was ended. Ask for less: fewer variables, a narrower condition."
    ),
    "query_merge_quads": N_("The graphs to merge hold more than %(value)s statements. Name fewer graphs, or none: then all data is read."),
    "answer_bytes": N_(
        "The whole answer is larger than %(value)s bytes, and no part of it is given. Add LIMIT and OFFSET, or ask for fewer columns."
    ),
}
"""What a limit that a query crossed means, and what to do."""
SYNTAX = {
    "never closed": N_("“%(found)s” is opened here and never closed: “%(expected)s” is missing."),
    "closes nothing": N_("“%(found)s” closes nothing that is open."),
    "closes another bracket": N_("“%(expected)s” has to come before “%(found)s”."),
    "unexpected character": N_("“%(found)s” cannot stand here."),
    "unclosed string, or an escape that does not exist": N_(
        "The text in quotation marks is not closed, or a backslash in it stands before a sign that takes none."
    ),
    "unclosed IRI, or a character an IRI cannot have": N_("The IRI is not closed with “>”, or has a sign in it that an IRI cannot have."),
    "unclear <: put a space behind a comparison, or write the IRI in full": N_(
        "“<” can be read in two ways. Put a space behind a comparison, or write the IRI in full."
    ),
    "unclear <<: put a space between a comparison and an IRI": N_(
        "“<<” can be read in two ways. Put a space between a comparison and an IRI."
    ),
    "escape of a character that has to be written another way": N_("This sign cannot be written as \\u…; write the sign itself."),
    "half of a surrogate pair": N_("A sign is only half there (a surrogate without its other half)."),
    "incomplete prologue": N_("%(found)s is not complete. Behind it stands: %(expected)s"),
    "no form": N_("A query begins with one of these words: %(expected)s"),
    "prefix not declared": N_("The prefix “%(prefix)s:” is not declared."),
    "put a space behind FROM": N_("Put a space behind FROM."),
    "put spaces around FROM": N_("Put spaces around FROM."),
    "no graph behind FROM": N_("Behind FROM stands the IRI of a graph, or a name for it: %(expected)s"),
    "relative IRI": N_("“%(found)s” is no whole IRI. Write it in full, such as <https://…>, or begin the query with BASE."),
    "not a term": N_("This is no term that can be read."),
    "ungrouped variable": N_("SELECT names a variable that is neither in GROUP BY nor counted or added up."),
}
"""What is wrong at the place of a syntax error, where we know it better than the engine."""
EXPECTED = N_("What can stand here: %(expected)s")
