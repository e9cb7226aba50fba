"""Settings of the lists of public services: which a build takes in, and how they are fetched; part of `kg.settings.Settings`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr


class ImportSettings(BaseModel):
    """What concerns lists of services; see `kg.imports`."""

    imports: str = Field(
        default="all",
        description="Accepted service lists that a build takes in: all, none, names with commas between, or -name for all others",
        json_schema_extra={"unit": "names"},
    )
    imports_folder: Path | None = Field(
        default=None,
        description="Folder of accepted imports; empty: the folder imports beside the snapshots",
        json_schema_extra={"unit": "path"},
    )
    import_base: str = Field(
        default="",
        description="Address that stands in for a source's own when it is fetched, such as a mirror; empty: the source's own",
        json_schema_extra={"unit": "address"},
    )
    import_wait_s: float = Field(
        default=0.5, ge=0, le=60, description="Least time between two requests to a source", json_schema_extra={"unit": "s"}
    )
    import_timeout_s: float = Field(
        default=60.0, gt=0, le=600, description="A page of a source is waited for this long", json_schema_extra={"unit": "s"}
    )
    import_attempts: int = Field(
        default=5,
        ge=1,
        le=20,
        description="How often a page of a source is asked for",
        json_schema_extra={"unit": "requests"},
    )
    key_gov24: SecretStr = Field(
        default=SecretStr(""),
        description="Key of data.go.kr, for fetching gov24 and bokjiro",
        json_schema_extra={"unit": "key"},
    )
    key_youth: SecretStr = Field(default=SecretStr(""), description="Key for fetching youth", json_schema_extra={"unit": "key"})
