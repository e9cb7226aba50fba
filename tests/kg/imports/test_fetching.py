"""A list is fetched from a real server on this machine: page by page, again after a failure, on from where it stopped, never with its key told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from kg.errors import FetchFailed, ImportRefused
from kg.imports import importing
from kg.imports.fetching import Fetcher
from kg.imports.importing import WORK, fetch_over, take_over
from kg.imports.keeping import imports_folder
from kg.settings import Settings
from tests.conftest import silent
from tests.kg.imports.sources import DAY, FIXTURES, files_of, settings_in
from web.cli import cli

KEY = "비밀+/=열쇠"
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """What the server answers with, and what it was asked."""

    address: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    failures: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    pages: Callable[[str, dict[str, str]], bytes] = lambda _, __: b""

    def answer(self, target: str) -> Answer:
        parts = urlsplit(target)
        name = parts.path.rpartition("/")[2]
        given = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.asked.append((name, given))
        page = given.get("page") or given.get("pageNum") or given.get("pageNo") or given.get("servId") or ""
        if left := self.failures.get((name, page)):
            return left.pop(0)
        return 200, {}, self.pages(name, given)

    def operations(self) -> list[str]:
        return [name for name, _ in self.asked]


def gov24_page(name: str, given: dict[str, str]) -> bytes:
    """Cut the fixtures into pages of two."""
    files = files_of("gov24")
    rows: list[Any] = [row for file, content in files.items() if file.startswith(name) for row in json.loads(content)["data"]]
    first = (int(given["page"]) - 1) * 2
    shown = rows[first : first + 2]
    body = {
        "page": int(given["page"]),
        "perPage": 2,
        "totalCount": len(rows),
        "currentCount": len(shown),
        "matchCount": len(rows),
        "data": shown,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def bokjiro_page(name: str, given: dict[str, str]) -> bytes:
    files = files_of("bokjiro")
    return files[f"{name}-{given['servId']}.xml" if "servId" in given else f"{name}-1.xml"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server on 127.0.0.1 that answers with the fixtures."""
    monkeypatch.setenv("no_proxy", "*")
    found = Site(pages=gov24_page)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = found.answer(self.path)
            self.send_response(status)
            length = headers.pop("Content-Length", str(len(body)))
            for name, value in {"Content-Length": length, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_address[1]}/api"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for; none is waited."""
    found: list[float] = []
    monkeypatch.setattr(importing, "Fetcher", partial(Fetcher, sleep=found.append))
    return found


@pytest.fixture
def settings(site: Site, tmp_path: Path) -> Settings:
    return settings_in(
        tmp_path,
        import_base=site.address,
        import_wait_s=0,
        import_timeout_s=5,
        import_attempts=3,
        key_gov24=SecretStr(KEY),
        key_youth=SecretStr(KEY),
    )


def fetch(settings: Settings, source: str = "gov24") -> int:
    return fetch_over(source, settings, DAY, silent).kept.services


def test_all_pages_of_all_operations_are_fetched_and_accepted_as_from_files(site: Site, settings: Settings, tmp_path: Path) -> None:
    fetched = fetch_over("gov24", settings, DAY, silent)
    from_files = take_over("gov24", settings_in(tmp_path / "files"), [FIXTURES / "gov24"], DAY)
    assert fetched.kept.sha256 == from_files.kept.sha256
    assert site.operations() == ["serviceList"] * 3 + ["serviceDetail"] * 3 + ["supportConditions"] * 2
    assert {given["serviceKey"] for _, given in site.asked} == {KEY}
    assert {given["returnType"] for _, given in site.asked} == {"JSON"}
    assert not (imports_folder(settings) / WORK / "gov24").exists()


def test_one_answer_for_each_service_is_fetched_where_a_source_works_so(site: Site, settings: Settings) -> None:
    site.pages = bokjiro_page
    assert fetch(settings, "bokjiro") == 2
    assert site.operations() == ["NationalWelfarelistV001", "NationalWelfaredetailedV001", "NationalWelfaredetailedV001"]


def test_a_key_that_is_encoded_already_is_not_encoded_twice(site: Site, settings: Settings) -> None:
    fetch(settings.model_copy(update={"key_gov24": SecretStr("abc%2Bdef%3D%3D")}))
    assert {given["serviceKey"] for _, given in site.asked} == {"abc+def=="}


def test_what_was_fetched_is_kept_when_a_page_cannot_be_had_and_the_next_call_goes_on_from_there(
    site: Site, settings: Settings, waits: list[float]
) -> None:
    site.failures[("serviceDetail", "2")] = [(500, {}, b"")] * 3
    with pytest.raises(FetchFailed) as failed:
        fetch(settings)
    assert failed.value.facts["page"] == "serviceDetail-00002.json"
    assert "HTTP 500" in failed.value.facts["detail"]
    assert len(site.asked) == 3 + 1 + 3
    assert waits == [1.0, 2.0]
    site.asked.clear()
    assert fetch(settings) == 5
    assert site.operations() == ["serviceDetail"] * 2 + ["supportConditions"] * 2


def test_a_page_that_was_broken_on_the_disk_is_fetched_again(site: Site, settings: Settings, waits: list[float]) -> None:
    site.failures[("supportConditions", "1")] = [(404, {}, b"")]
    with pytest.raises(FetchFailed):
        fetch(settings)
    page = imports_folder(settings) / WORK / "gov24" / "serviceList-00002.json"
    page.write_bytes(page.read_bytes()[:50])
    site.asked.clear()
    assert fetch(settings) == 5
    assert site.operations() == ["serviceList", "supportConditions", "supportConditions"]
    assert site.asked[0][1]["page"] == "2"


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("7", 7, 7), ("100000", 300, 300), (formatdate(4102444800, usegmt=True), 300, 300), ("soon", 1, 1)],
    ids=["seconds", "too long", "a date", "neither"],
)
def test_a_source_that_asks_to_wait_is_waited_for(
    header: str, least: float, most: float, site: Site, settings: Settings, waits: list[float]
) -> None:
    site.failures[("serviceList", "1")] = [(429, {"Retry-After": header}, b"")]
    assert fetch(settings) == 5
    assert len(waits) == 1
    assert least <= waits[0] <= most


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<!doctype html><html><body>maintenance</body></html>"),
        (200, {}, b'{"page": 1, "data": [{'),
        (200, {}, b'{"code": -401, "msg": "no key"}'),
        (200, {"Content-Length": "100000"}, b'{"page"'),
        (503, {}, b""),
    ],
    ids=["a web page", "half an answer", "an error envelope", "a connection that breaks", "busy"],
)
def test_an_answer_that_is_none_is_asked_for_again(answer: Answer, site: Site, settings: Settings, waits: list[float]) -> None:
    site.failures[("serviceList", "2")] = [answer]
    assert fetch(settings) == 5
    assert len(waits) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_answer_that_says_no_is_not_asked_for_again_and_the_key_is_not_told(
    status: int, site: Site, settings: Settings, waits: list[float]
) -> None:
    site.failures[("serviceList", "1")] = [(status, {}, KEY.encode())]
    with pytest.raises(FetchFailed) as failed:
        fetch(settings)
    assert (len(site.asked), waits) == (1, [])
    assert KEY not in str(failed.value)


def test_a_redirect_is_not_followed_so_that_the_key_goes_nowhere_else(site: Site, settings: Settings, waits: list[float]) -> None:
    site.failures[("serviceList", "1")] = [(302, {"Location": f"{site.address}/elsewhere"}, b"")]
    with pytest.raises(FetchFailed):
        fetch(settings)
    assert site.operations() == ["serviceList"]


def test_requests_keep_the_distance_that_is_set(site: Site, settings: Settings, waits: list[float]) -> None:
    fetch(settings.model_copy(update={"import_wait_s": 2.0}))
    assert len(waits) == len(site.asked) - 1
    assert all(1 < wait <= 2 for wait in waits)


def test_a_source_that_does_not_answer_in_time_is_given_up_with_a_reason(site: Site, settings: Settings, waits: list[float]) -> None:
    slow = threading.Event()

    def late(name: str, given: dict[str, str]) -> bytes:
        slow.wait(2)
        return gov24_page(name, given)

    site.pages = late
    with pytest.raises(FetchFailed) as failed:
        fetch(settings.model_copy(update={"import_timeout_s": 0.05, "import_attempts": 1}))
    slow.set()
    assert failed.value.facts["detail"] == "TimeoutError"


def test_pages_of_a_list_that_changed_on_the_way_are_refused_and_fetched_anew(site: Site, settings: Settings) -> None:
    grown = json.dumps({**json.loads(gov24_page("serviceList", {"page": "2"})), "totalCount": 6}).encode()
    site.failures[("serviceList", "2")] = [(200, {}, grown)]
    site.failures[("serviceList", "4")] = [
        (200, {}, json.dumps({**json.loads(gov24_page("serviceList", {"page": "3"})), "data": [], "currentCount": 0}).encode())
    ]
    with pytest.raises(ImportRefused) as refused:
        fetch(settings)
    assert "import.total-changed" in {fault.code for fault in refused.value.faults}
    assert not (imports_folder(settings) / WORK / "gov24").exists()
    assert fetch(settings) == 5


def test_of_a_refused_list_the_single_answers_stay_and_only_its_pages_are_asked_for_again(site: Site, settings: Settings) -> None:
    site.pages = bokjiro_page
    page = bokjiro_page("NationalWelfarelistV001", {})
    site.failures[("NationalWelfarelistV001", "1")] = [
        (200, {}, page.replace(b"<servNm>", b"<servName>").replace(b"</servNm>", b"</servName>"))
    ]
    with pytest.raises(ImportRefused):
        fetch(settings, "bokjiro")
    site.asked.clear()
    assert fetch(settings, "bokjiro") == 2
    assert site.operations() == ["NationalWelfarelistV001"]


def test_the_command_fetches_with_the_key_of_the_environment_and_shows_it_nowhere(site: Site, tmp_path: Path) -> None:
    environment = {"ITDA_KEY_GOV24": KEY, "ITDA_IMPORT_BASE": site.address, "ITDA_IMPORT_WAIT_S": "0", "no_proxy": "*"}
    call = ["--snapshots", str(tmp_path / "snapshots")]
    done = CliRunner().invoke(cli, [*call, "import", "gov24", "--fetch", "--date", DAY], env=environment)
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(cli, [*call, "settings"], env=environment)
    site.failures[("serviceList", "1")] = [(401, {}, b"")]
    refused = CliRunner().invoke(cli, [*call, "import", "gov24", "--fetch"], env=environment)
    assert refused.exit_code == 4
    assert not any(KEY in result.output for result in (done, shown, refused))
    assert "ITDA_KEY_GOV24\t**********" in shown.output


def test_without_a_key_nothing_is_asked_and_the_setting_is_named(site: Site, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["--snapshots", str(tmp_path / "s"), "import", "youth", "--fetch"], env={"ITDA_IMPORT_BASE": site.address}
    )
    assert done.exit_code == 4
    assert "ITDA_KEY_YOUTH" in done.output
    assert not site.asked
