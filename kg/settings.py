"""Every setting and limit: one table with type, default, unit and help, and one frozen object made from it once."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

from msgspec import Struct
from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from kg.errors import SettingsError
from kg.importsettings import ImportSettings
from kg.resources import data_dir, ontology_dir

PREFIX = "ITDA_"


class Settings(ImportSettings):
    """The settings of one process. Read once at the edge (`main`, `create_app`) and passed down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(default_factory=data_dir, description="Folder of plans, lexicon and checks", json_schema_extra={"unit": "path"})
    ontology: Path = Field(
        default_factory=ontology_dir, description="Folder of vocabulary, shapes, rules and queries", json_schema_extra={"unit": "path"}
    )
    sources: Path | None = Field(
        default=None,
        description="Folder of the plans' source texts; evidence is checked against them when given",
        json_schema_extra={"unit": "path"},
    )
    snapshots: Path = Field(default=Path("var/snapshots"), description="Folder of published snapshots", json_schema_extra={"unit": "path"})
    snapshots_kept: int = Field(
        default=5,
        ge=2,
        description="Newest snapshots that a build keeps, the one being served and the one before it among them",
        json_schema_extra={"unit": "snapshots"},
    )
    shards: Path | None = Field(
        default=None,
        description="Folder of what builds made and use again while its files are unchanged; empty: shards, beside the folder of snapshots",
        json_schema_extra={"unit": "path"},
    )
    shrink_percent: float = Field(
        default=20.0,
        ge=0,
        le=100,
        description="A build is refused when more than this is missing of the things of a file or a kind that is being served",
        json_schema_extra={"unit": "%"},
    )
    dumps_mib: int = Field(
        default=512,
        ge=0,
        description="Turtle and JSON-LD are published beside N-Quads files up to this size; larger data is given as N-Quads only",
        json_schema_extra={"unit": "MiB"},
    )
    scrub_mib_per_s: float = Field(
        default=1.0,
        ge=0,
        le=1000,
        description="How fast each web process compares the files it serves with their hashes, again and again; 0: never",
        json_schema_extra={"unit": "MiB/s"},
    )
    endpoint: str = Field(
        default="",
        description="Address of a SPARQL 1.1 endpoint that holds the snapshot's data and answers in its place; empty: the embedded store",
        json_schema_extra={"unit": "address"},
    )
    endpoint_default_graph: str = Field(
        default="",
        description="Named graph of that endpoint with every statement once, where its default graph has something else",
        json_schema_extra={"unit": "IRI"},
    )
    links: Path = Field(default=Path("var/links"), description="Folder of short links to queries", json_schema_extra={"unit": "path"})
    links_kept: int = Field(default=2000, ge=0, description="Most short links to queries", json_schema_extra={"unit": "links"})
    contact: str = Field(
        default="",
        description="Where mistakes and barriers are reported, as pages show it: an https address, an e-mail address or words",
        json_schema_extra={"unit": "address"},
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on", json_schema_extra={"unit": "address"})
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on", json_schema_extra={"unit": "port"})
    proxies: str = Field(
        default="",
        description="Addresses or networks, with commas between, of proxies that are believed when they say who the client is; empty: none",
        json_schema_extra={"unit": "addresses"},
    )
    server: Literal["granian", "gunicorn"] = Field(
        default="granian", description="What serves: granian, or gunicorn where it cannot run", json_schema_extra={"unit": "name"}
    )
    workers: int = Field(default=2, ge=1, le=64, description="Web processes", json_schema_extra={"unit": "processes"})
    threads: int = Field(default=6, ge=4, le=64, description="Blocking threads of each web process", json_schema_extra={"unit": "threads"})
    stop_s: int = Field(
        default=30,
        ge=1,
        le=600,
        description="Time requests under way are given to end when the server stops",
        json_schema_extra={"unit": "s"},
    )
    query_workers: int = Field(
        default=2, ge=1, le=16, description="SPARQL worker processes of each web process", json_schema_extra={"unit": "processes"}
    )
    query_waiting: int = Field(
        default=4,
        ge=1,
        le=64,
        description="Most requests of one web process that may run or wait for a public query at once; more are turned away",
        json_schema_extra={"unit": "requests"},
    )
    query_wait_s: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="A public query waits this long for a place before it is turned away",
        json_schema_extra={"unit": "s"},
    )
    query_short_s: float = Field(
        default=0.25,
        gt=0,
        le=60,
        description="A public query that has run this long yields the processor, and its place to a client that waits and has fewer",
        json_schema_extra={"unit": "s"},
    )
    query_deadline_s: float = Field(
        default=5.0, gt=0, le=300, description="A public query is ended after this time", json_schema_extra={"unit": "s"}
    )
    query_memory_mib: int = Field(
        default=512, ge=64, le=16384, description="Memory a query may take above an idle worker", json_schema_extra={"unit": "MiB"}
    )
    query_bytes: int = Field(default=65536, ge=1024, description="Longest query text", json_schema_extra={"unit": "bytes"})
    query_nesting: int = Field(
        default=100,
        ge=10,
        le=300,
        description="Deepest nesting of braces, brackets and parentheses in a query",
        json_schema_extra={"unit": "levels"},
    )
    query_tokens: int = Field(
        default=1000,
        ge=100,
        le=2000,
        description="Most words, names and signs in a query, not counting the data of VALUES",
        json_schema_extra={"unit": "tokens"},
    )
    query_merge_quads: int = Field(
        default=200000, ge=1000, description="Largest merge of several FROM graphs", json_schema_extra={"unit": "quads"}
    )
    query_kept_bytes: int = Field(
        default=33554432,
        ge=0,
        description="Answers to queries kept in memory by each web process; 0 keeps none",
        json_schema_extra={"unit": "bytes"},
    )
    query_budget_s: float = Field(
        default=90.0,
        gt=0,
        description="Query time one client may use within a minute, in each web process",
        json_schema_extra={"unit": "s"},
    )
    kept_mib: int = Field(
        default=32,
        ge=0,
        le=4096,
        description="Memory, shared by all web processes, for pages and answers that are kept and given again; 0 keeps none",
        json_schema_extra={"unit": "MiB"},
    )
    answer_bytes: int = Field(default=16777216, ge=65536, description="Largest query answer", json_schema_extra={"unit": "bytes"})
    body_bytes: int = Field(default=1048576, ge=1024, description="Largest request body", json_schema_extra={"unit": "bytes"})
    address_bytes: int = Field(
        default=16384,
        ge=2048,
        description="Longest path, and longest query string of an address without a SPARQL query",
        json_schema_extra={"unit": "bytes"},
    )
    parameters: int = Field(default=200, ge=50, description="Most parameters of an address", json_schema_extra={"unit": "parameters"})
    header_bytes: int = Field(default=32768, ge=4096, description="Largest headers of a request", json_schema_extra={"unit": "bytes"})
    json_nesting: int = Field(
        default=32, ge=4, le=200, description="Deepest nesting of lists and objects in a JSON body", json_schema_extra={"unit": "levels"}
    )
    body_s: float = Field(
        default=8.0,
        gt=0,
        le=300,
        description="A request body is waited for this long, and never less than two seconds above the time of a query",
        json_schema_extra={"unit": "s"},
    )
    search_chars: int = Field(default=200, ge=20, description="Longest search text", json_schema_extra={"unit": "characters"})
    search_limit: int = Field(default=100, ge=1, description="Most search results in one answer", json_schema_extra={"unit": "results"})
    search_offset: int = Field(
        default=10000, ge=0, description="Furthest search result that can be paged to", json_schema_extra={"unit": "results"}
    )
    search_engine: Literal["whoosh", "opensearch"] = Field(
        default="whoosh",
        description="What answers full-text searches: the index in the snapshot, or an OpenSearch cluster that holds the same",
        json_schema_extra={"unit": "name"},
    )
    search_url: str = Field(
        default="",
        description="Addresses of the nodes of the OpenSearch cluster, with commas between",
        json_schema_extra={"unit": "addresses"},
    )
    search_deadline_s: float = Field(
        default=3.0, gt=0, le=60, description="A search on a cluster is given up after this time", json_schema_extra={"unit": "s"}
    )
    search_shards: int = Field(
        default=1, ge=1, le=64, description="Shards of an index that is loaded into a cluster", json_schema_extra={"unit": "shards"}
    )
    workbook_mib: int = Field(
        default=64,
        ge=1,
        le=2048,
        description="Most a workbook that is taken over may come to when unpacked",
        json_schema_extra={"unit": "MiB"},
    )

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        networks(value)
        return value

    @field_validator("search_url")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        if any(not one.startswith(("http://", "https://")) for one in addresses(value)):
            raise ValueError("addresses begin with http:// or https://")
        return value

    @model_validator(mode="after")
    def _have_a_cluster(self) -> Settings:
        if self.search_engine == "opensearch" and not self.search_url:
            raise ValueError("search_engine opensearch needs search_url")
        return self

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Make the settings from variables named `ITDA_<NAME>`.

        Raises:
            SettingsError: a variable names no setting, or its value does not fit; facts `name`, `value`, `detail`.
        """
        given = {key.removeprefix(PREFIX).lower(): value for key, value in environ.items() if key.startswith(PREFIX) and value}
        try:
            return cls(**given)  # type: ignore[arg-type]  # pydantic parses the text of each variable
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "search_url"  # the only rule about several settings
            shown = "" if name.startswith("key_") else given.get(name, "")
            raise SettingsError(name=PREFIX + name.upper(), value=shown, detail=first["msg"]) from None


def addresses(text: str) -> tuple[str, ...]:
    """Read addresses with commas between."""
    return tuple(one.strip().rstrip("/") for one in text.split(",") if one.strip())


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read addresses and networks with commas between.

    Raises:
        ValueError: one of them is neither.
    """
    return tuple(ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip())


class SettingRow(Struct, frozen=True):
    """One line of the settings table as people read it."""

    name: str
    variable: str
    default: str
    unit: str
    help: str


def settings_table() -> tuple[SettingRow, ...]:
    """List every setting with its variable, default, unit and help, in the order of the class."""
    rows = []
    for name, info in Settings.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        default = f"({name}/)" if info.default_factory else str(info.default if info.default is not None else "")
        rows.append(SettingRow(name, PREFIX + name.upper(), default, str(extra.get("unit", "")), info.description or ""))
    return tuple(rows)
