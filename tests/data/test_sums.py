"""Every sum the tables imply, computed again from the graph: which hold exactly, which do not, and that each of those is among the findings.

Nothing here reads `checks.yaml`: what adds up to what follows from the dimensions of the figures (parts of an area by sex, age, trade, size
or kind of worker; money by source; sectors of a plan; lines of a sector; districts of a city).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import Snapshot
from kg.vocab import ID

FIGURES = """PREFIX cv: <http://data.europa.eu/m8g/> PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX kj: <https://w3id.org/kr-jobs/ns#>
PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
SELECT * WHERE {
  ?figure a qb:Observation ; qb:dataSet ?table ; kj:about ?about ; kj:measure ?measure ; kj:valueType ?kind ; kj:scope ?scope ; kj:row ?row ; kj:column ?column ;
    sdmx-dimension:refPeriod ?period ; sdmx-measure:obsValue ?value .
  OPTIONAL { ?figure kj:fundingSource ?funding } OPTIONAL { ?figure sdmx-dimension:sex ?sex } OPTIONAL { ?figure sdmx-dimension:age ?age }
  OPTIONAL { ?figure kj:industry ?industry } OPTIONAL { ?figure kj:sizeClass ?size } OPTIONAL { ?figure kj:workerKind ?worker }
  OPTIONAL { ?about cv:sector ?sector } OPTIONAL { ?about geo:sfWithin ?within }
}"""
FOUND = """PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX dct: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?figure ?kind WHERE { ?finding a kj:Finding ; kj:computedFrom ?figure ; dct:type/skos:notation ?kind }"""
PARTS = ("sex", "age", "industry", "size", "worker")
PAID_BY = ("national", "city", "district", "special-or-fund", "other", "fund")


@dataclass(frozen=True)
class Row:
    """A printed figure: the ends of the IRIs of its dimensions, and its value."""

    iri: str
    value: Decimal
    said: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return dict(self.said).get(name, "")


@dataclass(frozen=True)
class Sum:
    """A printed total and what its parts add up to; `of` says which sum it is."""

    of: str
    total: Row
    parts: tuple[Row, ...]

    @property
    def difference(self) -> Decimal:
        return self.total.value - sum(part.value for part in self.parts)


@pytest.fixture(scope="module")
def store(published: Snapshot) -> Iterator[OxigraphStore]:
    with OxigraphStore.open(published.store_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(store: OxigraphStore) -> list[Row]:
    found = store.select(FIGURES)
    return [
        Row(
            row["figure"].value.removeprefix(ID + "11410/plan/2022/table/"),
            Decimal(row["value"].value),
            tuple(sorted((name, term.value.rpartition("/")[2]) for name, term in row.items() if name not in ("figure", "value"))),
        )
        for row in found.rows
    ]


@pytest.fixture(scope="module")
def sums(rows: list[Row]) -> list[Sum]:
    return [*parts_of_areas(rows), *money_of_rows(rows), *sectors_of_the_plan(rows), *lines_of_sectors(rows), *districts_of_the_city(rows)]


def grouped(rows: Iterable[Row], *names: str) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


def parts_of_areas(rows: list[Row]) -> Iterator[Sum]:
    """Yield the parts of each area of a table, one dimension at a time; where an age band holds others, they add up to that."""
    tables = [row for row in rows if row["kind"] in ("level", "share") and row["scope"] in ("area", "area-part")]
    for key, figures in grouped(tables, "table", "about", "measure", "kind", "period").items():
        totals = [row for row in figures if row["scope"] == "area"]
        for name in PARTS:
            parts = [row for row in figures if row[name]]
            over = [row for row in parts if row[name] == "15-plus"]
            parts = [row for row in parts if row not in over]
            if len(parts) > 1 and key[0] not in ("labour-market-summary", "labour-market-text"):
                yield Sum(" ".join((*key, "by", name)), (over or totals)[0], tuple(parts))


def money_of_rows(rows: list[Row]) -> Iterator[Sum]:
    for key, figures in grouped((row for row in rows if row["measure"] == "budget"), "table", "row").items():
        parts = tuple(row for row in figures if row["funding"] in PAID_BY)
        totals = [row for row in figures if row["funding"] == "total"]
        if parts and totals:
            yield Sum(f"{key[0]} {totals[0]['about']} by source", totals[0], parts)


def sectors_of_the_plan(rows: list[Row]) -> Iterator[Sum]:
    tables = [row for row in rows if row["table"] in ("sector-totals", "sector-targets")]
    for key, figures in grouped(tables, "table", "measure", "funding").items():
        (total,) = [row for row in figures if row["scope"] == "plan"]
        yield Sum(" ".join((*key, "by sector")).replace("  ", " "), total, tuple(row for row in figures if row["scope"] == "sector"))


def lines_of_sectors(rows: list[Row]) -> Iterator[Sum]:
    lines = grouped((row for row in rows if row["table"] == "sector-lines"), "sector", "measure")
    for table in ("sector-totals", "sector-targets", "sector-goals"):
        for total in rows:
            if (
                total["table"] == table
                and total["scope"] == "sector"
                and total["funding"] in ("", "total")
                and total["measure"] != "program-count"
            ):
                yield Sum(f"{table} {total['about']} {total['measure']} by line", total, tuple(lines[total["about"], total["measure"]]))


def districts_of_the_city(rows: list[Row]) -> Iterator[Sum]:
    tables = [row for row in rows if row["table"].endswith("-by-district")]
    for key, figures in grouped(tables, "table", "measure", "kind").items():
        (total,) = [row for row in figures if row["about"] == "11"]
        yield Sum(" ".join((*key, "by district")), total, tuple(row for row in figures if row["within"] == "11"))


NOT_EXACT = {
    # Rounded values were added.
    "insured-persons 11410 insured-persons share 2021 by age": "0.1",
    "insured-persons 11 insured-persons share 2021 by age": "-0.1",
    "insured-persons-by-district insured-persons share by district": "-0.1",
    "insured-workplaces-by-district insured-workplaces share by district": "0.02",
    "establishments-by-size 11410 workers share 2019 by size": "0.1",
    "sector-goals employment-services budget by line": "-0.2",
    # The plan contradicts itself.
    "sector-totals direct budget by line": "1",
    "sector-targets direct budget by line": "1",
    "sector-totals employment-services budget by line": "0.8",
    "sector-targets employment-services budget by line": "0.8",
    "sector-totals private-infrastructure budget by line": "-1",
    "sector-targets private-infrastructure budget by line": "-1",
}
"""The sums that do not hold exactly: printed total less the sum of its parts."""


def test_every_sum_but_those_known_holds_exactly(sums: list[Sum]) -> None:
    assert {one.of: str(one.difference) for one in sums if one.difference} == NOT_EXACT


def test_all_rows_columns_and_districts_are_among_the_sums(sums: list[Sum]) -> None:
    assert len({one.of for one in sums}) == len(sums) >= 110
    counts = {how: sum(one.of.endswith(f"by {how}") for one in sums) for how in (*PARTS, "source", "sector", "line", "district")}
    assert counts["sector"] == 12  # two tables of six columns
    assert counts["line"] == 36  # six sectors, jobs and money, in the two tables and at the head of each list
    assert counts["district"] == 4  # persons and workplaces, counts and shares
    assert {len(one.parts) for one in sums if one.of.endswith("by district")} == {25}
    assert all(counts.values()), counts


def test_every_sum_that_does_not_hold_is_among_the_findings(sums: list[Sum], store: OxigraphStore) -> None:
    found = defaultdict(set)
    for row in store.select(FOUND).rows:
        found[row["figure"].value.removeprefix(ID + "11410/plan/2022/table/")].add(row["kind"].value)
    for one in sums:
        if one.difference:
            kind = "rounded-sum" if abs(one.difference) < Decimal("0.5") else "claims-differ"
            assert kind in found[one.total.iri], one.of


BLANK = """PREFIX funding: <https://w3id.org/kr-jobs/id/kr/funding/> PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?table ?about ?funding ?printed ?status ?basis WHERE {
  ?figure qb:dataSet ?table ; kj:about ?about ; kj:fundingSource ?funding ; kj:printedAs ?printed ; sdmx-attribute:obsStatus/skos:notation ?status .
  OPTIONAL { ?figure kj:basis ?basis } FILTER (CONTAINS(STR(?table), "/table/sector-t"))
}"""


@pytest.mark.parametrize("table", ["sector-totals", "sector-targets"])
@pytest.mark.parametrize(
    ("sector", "printed", "arithmetic"),
    [
        ("employment-services", {"national": "", "city": "1,449", "district": "24", "special-or-fund": ""}, "1,449+24=1,473"),
        ("employment-subsidies", {"national": "5,241", "city": "10,238", "district": "5,223", "special-or-fund": ""}, "20,702"),
        ("vocational-training", {"national": "", "city": "157", "district": "1,223", "special-or-fund": ""}, "157+1,223=1,380"),
    ],
)
def test_blank_columns_of_the_sector_table_are_restored_with_their_arithmetic(
    store: OxigraphStore, table: str, sector: str, printed: dict[str, str], arithmetic: str
) -> None:
    found = {
        row["funding"].value.rpartition("/")[2]: row
        for row in store.select(BLANK).rows
        if row["table"].value.endswith(table) and row["about"].value.endswith(sector)
    }
    assert {source: found[source]["printed"].value for source in printed} == printed
    assert {found[source]["status"].value for source, text in printed.items() if not text} == {"blank"}
    assert all(arithmetic in found[source]["basis"].value for source in printed)


def test_only_one_way_to_fill_the_blanks_fits_the_columns(rows: list[Row]) -> None:
    """The two money figures of the services and of the training fit no other two columns."""
    for table in ("sector-totals", "sector-targets"):
        columns = grouped((row for row in rows if row["table"] == table and row["funding"] in PAID_BY), "funding")
        missing = {
            source: next(row.value for row in figures if row["scope"] == "plan")
            - sum(
                row.value
                for row in figures
                if row["scope"] == "sector" and row["about"] not in ("employment-services", "vocational-training")
            )
            for (source,), figures in columns.items()
        }
        services, training = (Decimal(1449), Decimal(24)), (Decimal(157), Decimal(1223))
        places = [
            (first, second, third, fourth)
            for first, second in pairs(missing)
            for third, fourth in pairs(missing)
            if filled(services, (first, second), training, (third, fourth)) == {source: value for source, value in missing.items() if value}
        ]
        assert places == [("city", "district", "city", "district")]


def pairs(sources: Iterable[str]) -> list[tuple[str, str]]:
    order = ("national", "city", "district", "special-or-fund")
    assert set(sources) == set(order)
    return [(one, other) for index, one in enumerate(order) for other in order[index + 1 :]]


def filled(
    one: tuple[Decimal, Decimal], into: tuple[str, str], other: tuple[Decimal, Decimal], other_into: tuple[str, str]
) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for source, value in (*zip(into, one, strict=True), *zip(other_into, other, strict=True)):
        found[source] += value
    return dict(found)
