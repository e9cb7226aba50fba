"""Every error `kg` raises. They carry a code and facts; the words are in the message catalogue of `web`.

KgError
├── SettingsError          a setting has no such name or an unusable value
├── SourceFaults           data/ or ontology/ cannot be published as it is (holds every Fault found)
│   └── ImportRefused      what a source sent cannot be taken over (holds every Fault found)
├── QueryError             a SPARQL query was refused or failed
│   ├── QuerySyntaxError   it does not parse (line, column)
│   ├── QueryNotAllowed    it asks for something this service never does (SERVICE, update, outside FROM)
│   ├── QueryLimitExceeded it crossed a limit (limit, value, unit)
│   └── QueryRejected      a name or parameter of a saved query is wrong
├── FetchFailed            a source did not give a page
├── PlanNotFound           there is no such plan, or several and none was named
├── PlanRefused            a new plan cannot be laid out as asked
├── TextsMissing           no source text is at hand to compare with
├── StoreUnavailable       the engine is busy or its process died
│   └── SearchUnavailable  the engine of the full text cannot be reached, is slow, or has not this snapshot's index
├── SnapshotError
│   ├── SnapshotMissing    there is no published snapshot, or not the one asked for
│   └── SnapshotCorrupt    a file of it is missing or changed
├── ProfileError           an answer about a person, firm or organisation cannot be read
└── NotFound               the snapshot holds no such thing
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["violation", "warning", "info"]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file, with everything needed to say it in any language.

    Attributes:
        path: File, relative to the folder it was read from, with `/`.
        line: 1-based line, 0 when the fault is the file's as a whole.
        code: Key of the message, for example `source.unknown-key`.
        facts: Named values the message needs (`value`, `nearest`, `expected`, ...).
        severity: Only a `violation` stops a build.
    """

    path: str
    line: int
    code: str
    facts: dict[str, str] = field(default_factory=dict, compare=False)
    severity: Severity = field(default="violation", compare=False)


class KgError(Exception):
    """Base of all errors of `kg` and `search`: a code and facts, no words."""

    code = "error"

    def __init__(self, code: str | None = None, **facts: object) -> None:
        if code is not None:
            self.code = code
        self.facts = {key: str(value) for key, value in facts.items()}
        super().__init__(f"{self.code} {self.facts}")

    def __reduce__(self) -> tuple[Callable[..., KgError], tuple[type[KgError], dict[str, Any]]]:
        """Go to another process whole: an error is not made again from its words."""
        return _as_it_was, (type(self), self.__dict__)


def _as_it_was(kind: type[KgError], state: dict[str, Any]) -> KgError:
    error = kind.__new__(kind, f"{state.get('code', kind.code)} {state['facts']}")
    error.__dict__.update(state)
    return error


class SettingsError(KgError):
    """A setting has no such name, or its value cannot be used."""

    code = "settings.invalid"


class SourceFaults(KgError):
    """The sources cannot be published; `faults` holds every fault found, in file and line order."""

    code = "source.faults"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__(count=len(self.faults))


class ImportRefused(SourceFaults):
    """What a source sent cannot be taken over; the import accepted last stays as it is."""

    code = "import.refused"


class FetchFailed(KgError):
    """A page could not be had from a source; facts `source`, `page`, `detail`. What was fetched before is kept."""

    code = "import.fetch-failed"


class PlanNotFound(KgError):
    """There is no such plan, or several and none was named; facts `value`, `known`."""

    code = "plans.not-found"


class PlanRefused(KgError):
    """A new plan cannot be laid out as asked; fact `value`."""

    code = "plans.exists"


class TextsMissing(KgError):
    """No plan's source text is at hand; fact `names`: the plans."""

    code = "source.no-text"


class QueryError(KgError):
    """A SPARQL query was refused or failed."""

    code = "query.failed"


class QuerySyntaxError(QueryError):
    """The query does not parse; facts `line`, `column` (1-based) and `detail`."""

    code = "query.syntax"


class QueryNotAllowed(QueryError):
    """The query asks for something this service never does; fact `form`."""

    code = "query.not-allowed"


class QueryLimitExceeded(QueryError):
    """The query crossed a limit; facts `limit`, `value`, `unit`."""

    code = "query.limit"


class QueryRejected(QueryError):
    """A saved query or one of its parameters does not exist; facts `name`, `nearest`."""

    code = "query.rejected"


class StoreUnavailable(KgError):
    """The query engine is busy or ended unexpectedly; trying again may help."""

    code = "store.unavailable"


class SearchUnavailable(StoreUnavailable):
    """The engine of the full text does not answer whole and in time; facts `detail`, for operators.

    Codes: `search.unavailable` not reached, `search.slow` no answer in time, `search.no-index` the snapshot's index is not there,
    `search.other-index` there is one of another snapshot or not the whole of it, `search.partial` parts of it are missing.
    """

    code = "search.unavailable"


class SnapshotError(KgError):
    """Base of what can be wrong with a snapshot."""

    code = "snapshot.error"


class SnapshotMissing(SnapshotError):
    """Nothing is published yet, or not the snapshot asked for; fact `id` or `path`."""

    code = "snapshot.missing"


class SnapshotCorrupt(SnapshotError):
    """A file of the snapshot is missing or changed; facts `path`, `expected`, `actual`."""

    code = "snapshot.corrupt"


class NotFound(KgError):
    """The snapshot holds no such thing; fact `iri`."""

    code = "not-found"


class ProfileError(KgError):
    """An answer cannot be read; facts `name`, `value` and `expected`, or `nearest`."""

    code = "profile.bad-value"
