# ruff: noqa: E501
"""Texts that try to be more than text, where they are put, and how an answer shows that one of them succeeded.

Run: `.venv/bin/python -m bench.safety.injections` (after `itda build`). Prints payloads, requests and successes by kind; ends with 1 if one
succeeded. Each request is compared with what a harmless text gives in its place, or with what only a success could hold.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote

from flask import Flask

from bench.safety.asking import Answered, Asked, ask, faults
from kg.settings import Settings
from web.app import create_app
from web.serving import SearchOpener

PRODUCT, FACTORS = "9801547", "1337*7331"
MARK = "itdax"
# What stands in files that no address may give away.
_SECRETS = (b"root:x:0:", b"[build-system]", b"def create_app(", b"SPDX-License", b'"rdfc10"', b"Permission is hereby granted")

SCRIPTS = tuple(
    text.replace("MARK", MARK)
    for text in (
        *(
            "<script>MARK()</script>",
            "<ScRiPt src=//MARK></sCrIpT>",
            '"><script>MARK()</script>',
            "'><script>MARK()</script>",
            "</title><MARK>",
        ),
        *(
            "<img src=x onerror=MARK()>",
            '" onfocus=MARK() autofocus x="',
            "' onmouseover='MARK()",
            "<svg onload=MARK()>",
            "<svg/onload=MARK()>",
        ),
        *(
            "</textarea><MARK>",
            "</option></select><MARK>",
            "--><MARK>",
            "]]><MARK>",
            "</script><MARK>",
            "<MARK a=b>",
            "<iframe src=javascript:MARK()>",
        ),
        *(
            "javascript:MARK()",
            "java\tscript:MARK()",
            "data:text/html,<MARK>",
            "<a href=javascript:MARK()>x</a>",
            "<base href=//MARK>",
            "<MARK",
        ),
        *(
            "<style>@import'//MARK'</style>",
            "<meta http-equiv=refresh content='0;url=//MARK'>",
            "<form action=//MARK>",
            "<math><MARK></math>",
        ),
        *(
            "&lt;MARK&gt;",
            "&#60;MARK&#62;",
            "%3CMARK%3E",
            "\u003cMARK\u003e",
            "＜MARK＞",
            "<\0MARK>",
            "<%00MARK>",
            "`><MARK>",
            "\\x3cMARK\\x3e",
        ),
        *('<a style="x:MARK">', "<details open ontoggle=MARK()>", "<input autofocus onfocus=MARK()>", "<link rel=stylesheet href=//MARK>"),
        *("<!--><MARK>", "<object data=//MARK>", "<embed src=//MARK>", "<video><source onerror=MARK()></video>", "<body onload=MARK()>"),
    )
)
TEMPLATES = tuple(
    form.format(FACTORS)
    for form in ("{{{{{}}}}}", "${{{}}}", "#{{{}}}", "{{%print({})%}}", "<%= {} %>", "{{{{'%s'%({})}}}}", "%({})s", "{{0.__class__}}{{{{{}}}}}", "*{{{}}}", "@({})")
)  # fmt: skip
QUERIES = (
    *(
        'x"@ko } UNION { ?s ?p ?o } #',
        "x'} UNION {?s ?p ?o}#",
        'x" . ?s ?p ?o . #',
        "x\\",
        'x\\"@ko',
        "x\n} { ?s ?p ?o }",
        "x> . ?s ?p ?o #",
    ),
    *(
        '"@ko) (UNDEF',
        "UNDEF",
        "x) (",
        "}} SELECT * {{",
        '""" } UNION { ?s ?p ?o } """',
        "'''",
        "?thing",
        "$name",
        "<http://x/>",
        "_:b",
        "[]",
    ),
    *(
        'x" || true || "',
        '" = "" || "" = "',
        "1=1",
        "' OR '1'='1",
        "'; DROP ALL; --",
        "x\\u0022@ko } #",
        "x\\U00000022",
        "*",
        ".*",
        "^.*$",
        "[가-힣]*",
    ),
    *(
        "https://w3id.org/kr-jobs/id/x> ?p ?o . <x",
        "https://w3id.org/kr-jobs/id/kr/group/youth> } UNION { ?s ?p ?o",
        "group:youth } #",
        "%22",
        "·|.*",
        "(·)",
    ),
)
WORDS = (
    *(
        "*",
        "?",
        "*:*",
        "name:*",
        "id:[a TO z]",
        "[ TO ]",
        "{a TO z}",
        "청년~9",
        "청년^99",
        "+청년 -*",
        "(청년",
        "청년)",
        "((((",
        "AND",
        "OR OR OR",
    ),
    *(
        "NOT *",
        "청년 AND NOT *",
        "id:*",
        "type:*",
        "_stored:*",
        "<>",
        "<a>",
        "/.*/",
        "r'.*'",
        "청*",
        "?년",
        "name:'*'",
        "\\",
        "\\*",
        "!!",
        "&&",
        "||",
    ),
)
FORMULAS = (
    *(
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠SUM(A1)",
    ),
    *(
        '=HYPERLINK("http://x")',
        '=WEBSERVICE("http://x")',
        "=IMPORTXML(A1,B1)",
        "-2+3+cmd|' /C calc'!A0",
        "+A1",
        "-A1",
        "=\u200b1",
        "\u3000=1+1",
        "@x",
    ),
)
LINES = tuple(
    f"x{end}{text}"
    for end in ("\r\n", "\n", "\r", "%0d%0a", "\u2028", "\u0085", "\u560d\u560a", "%E5%98%8D%E5%98%8A", "\v", "\f")
    for text in (f"Set-Cookie: {MARK}=1", f"X-{MARK}: 1", f"\r\n<{MARK}>", f'{{"{MARK}": 1}}')
)
_UP = (
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%5c",
    "..\\",
    "....//",
    "..;/",
    "..%252f",
    "%252e%252e%252f",
    "..%c0%af",
    "%c0%ae%c0%ae/",
    "..%ef%bc%8f",
    "．．/",
    "..//",
    "./../",
    "..%00/",
)
_WANTED = ("etc/passwd", "pyproject.toml", "manifest.json", "LICENSE", "app.py")
PATHS = tuple(up * times + wanted for up in _UP for times, wanted in ((8, _WANTED[0]), (1, _WANTED[2]), (1, _WANTED[4]), (2, _WANTED[1])))
PATHS += ("/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "C:\\boot.ini", "\\\\x\\y", "itda.nq/../../manifest.json", "itda.ttl%00.html", ".", "..", "~root")  # fmt: skip

PAGES = (
    *(
        "/search?q={}",
        "/search?group={}",
        "/search?type={}",
        "/search?offset={}",
        "/en/search?q={}",
        "/serves/{}",
        "/network/{}",
        "/partners/{}",
    ),
    *(
        "/path?from={}&to=x",
        "/network/?q={}",
        "/network/?ask={}",
        "/id/{}",
        "/stats/{}",
        "/money?plan={}",
        "/sparql?query={}",
        "/sparql?find={}",
    ),
    *("/sparql?example={}", "/{}", "/partners/?show={}", "/quality?plan={}", "/data/{}", "/q/{}"),
)
NAMED = (
    *(
        "/api/serves?group={}",
        "/api/network?focus={}",
        "/api/path?from={}&to=x",
        "/api/search?group={}",
        "/api/search?sector={}",
        "/api/search?zone={}",
    ),
    *(
        "/api/search?support={}",
        "/api/figures?measure={}",
        "/api/figures?dimension={}",
        "/serves/{}",
        "/network/{}",
        "/partners/{}",
        "/id/{}",
        "/stats/{}",
    ),
)
HEADED = (
    "/network/?q={}",
    "/serves/{}",
    "/network/{}?format=csv",
    "/stats/{}.csv",
    "/q/{}",
    "/static/{}",
    "/data/{}",
    "/id/{}.ttl",
    "/en/{}",
    "/search.atom?q={}",
)
ROOTS = ("/data/", "/stats/", "/id/", "/static/", "/q/", "/en/static/", "/ontology/", "/schema/")
HARMLESS, HARMLESS_IRI = "없는이름없는이름", "https://w3id.org/kr-jobs/id/none"


@dataclass(frozen=True)
class Trial:
    """A request with a payload in it, and what says that the payload succeeded (an empty text when it did not)."""

    kind: str
    payload: str
    asked: Asked
    success: Callable[[Answered], str]


class _Tags(HTMLParser):
    """Collects what a browser would run or load of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        told = f"<{tag} {given}>"
        if MARK in tag or any(name.startswith("on") or MARK in name or name == "style" for name in given):
            self.found.append(told)
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.found.append(told)
        if any(
            re.match(r"\s*(javascript|data|vbscript):|//", re.sub(r"[\t\n\r]", "", given.get(name, "")))
            for name in ("href", "src", "action")
        ):
            self.found.append(told)


def _runs(answered: Answered) -> str:
    if answered.headers.get("content-type", "").partition(";")[0] != "text/html":
        return ""
    parser = _Tags()
    parser.feed(answered.body.decode("utf-8"))
    return "; ".join(parser.found)


def _computes(answered: Answered) -> str:
    return "the template was computed" if PRODUCT.encode() in answered.body else ""


def _splits(answered: Answered) -> str:
    odd = [name for name, value in answered.pairs if MARK in name or (name == "set-cookie") or "\n" in value or "\r" in value]
    return f"headers {odd}" if odd else ""


def _leaks(answered: Answered) -> str:
    found = [secret for secret in _SECRETS if secret in answered.body]
    return f"holds {found}" if found else ""


def address(template: str, payload: str, raw: bool = False) -> Asked:
    """Return a GET of an address with a payload percent-encoded in it; `raw` keeps what is encoded in the payload already."""
    path, _, query = template.partition("?")
    filled = path.replace("{}", payload)
    held = query.replace("{}", quote(payload, safe="" if not raw else "%")).encode()
    media = () if path.startswith("/api/") else (("Accept", "text/html"),)
    return Asked("GET", filled.encode() if not raw else _decoded(filled), held, media)


def _decoded(path: str) -> bytes:
    """Decode a path once, as a server does."""
    return re.sub(rb"%([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), path.encode())


def trials(app: Flask) -> Iterator[Trial]:
    """Yield all trials."""
    for payload in SCRIPTS:
        yield from (Trial("html", payload, address(page, payload), _runs) for page in PAGES)
        yield Trial("html", payload, _form("/find", payload), _runs)
        yield Trial("html", payload, _form("/sparql", payload, "query"), _runs)
    for payload in TEMPLATES:
        yield from (Trial("template", payload, address(page, payload), _computes) for page in PAGES)
    for payload in LINES:
        yield from (Trial("header", payload, address(page, payload), _splits) for page in HEADED)
        yield Trial("header", payload, _form("/", payload), _splits)
    for payload in PATHS:
        yield from (Trial("path", payload, address(root + "{}", payload, raw=True), _leaks) for root in ROOTS)
    for payload in FORMULAS:
        yield Trial("csv", payload, _excel(payload), _formula)
    yield from _names(app)
    yield from _operators(app)


def _form(path: str, payload: str, name: str = "q") -> Asked:
    headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html"))
    return Asked("POST", path.encode(), b"", headers, f"{name}={quote(payload)}".encode())


def _excel(payload: str) -> Asked:
    escaped = json.dumps(payload, ensure_ascii=False)
    return Asked("GET", b"/sparql", b"format=excel&query=" + quote(f"SELECT ({escaped} AS ?x) ({escaped} AS ?y) {{}}").encode())


def _formula(answered: Answered) -> str:
    rows = list(csv.reader(io.StringIO(answered.body.decode("utf-8-sig"), newline="")))
    open_cells = [cell for row in rows for cell in row if re.match(r"\s*[=+\-@＝＋－＠]", cell)]
    return f"status {answered.status}" if answered.status != 200 or len(rows) != 2 else "; ".join(open_cells)


def _names(app: Flask) -> Iterator[Trial]:
    """Names that would widen a query: the answer must be that of a name that nothing bears."""
    blanks = json.loads(ask(app, Asked("GET", b"/api/queries")).body)["queries"]
    named = (*NAMED, *(f"/api/queries/{one['name']}?{blank['name']}={{}}" for one in blanks for blank in one["parameters"]))
    for template in named:
        usual_name, usual_iri = (_told(ask(app, address(template, harmless))) for harmless in (HARMLESS, HARMLESS_IRI))
        for payload in QUERIES:
            usual = usual_iri if payload.startswith("https:") else usual_name
            yield Trial("sparql", payload, address(template, payload), lambda answered, usual=usual: _differs(usual, _told(answered)))  # type: ignore[misc]


def _told(answered: Answered) -> tuple[object, ...]:
    """Return what an answer comes to, whatever the text in it was: its status, the code of its problem, how many rows."""
    if "json" not in answered.headers.get("content-type", ""):
        return (answered.status, answered.headers.get("location", "") if answered.status in (301, 302, 303) else "")
    said = json.loads(answered.body)
    return (answered.status, said.get("code"), len(said.get("rows", ())), said.get("total"))


def _differs(usual: tuple[object, ...], told: tuple[object, ...]) -> str:
    return "" if usual == told else f"{told} instead of {usual}"


def _operators(app: Flask) -> Iterator[Trial]:
    """Operators of the engine: a search must find what it finds for the words that are left without them."""
    for payload in WORDS:
        words = " ".join(re.findall(r"\w+", payload))
        usual = _hits(ask(app, address("/api/search?q={}", words)))
        yield Trial("search", payload, address("/api/search?q={}", payload), lambda answered, usual=usual: _differs(usual, _hits(answered)))  # type: ignore[misc]
        yield Trial(
            "search", payload, address("/api/suggest?q={}", payload), lambda answered: "" if answered.status == 200 else "no answer"
        )


def _hits(answered: Answered) -> tuple[object, ...]:
    said = json.loads(answered.body)
    return (answered.status, said.get("total"), *(one["id"] for one in said.get("results", ())))


@dataclass
class Tally:
    """Of one kind: different payloads, requests made with them, successes told."""

    payloads: set[str]
    requests: int
    successes: list[str]


def put(app: Flask, step: int = 1) -> dict[str, Tally]:
    """Make every `step`-th trial and tell what came of it by kind."""
    told: dict[str, Tally] = {}
    for number, trial in enumerate(trials(app)):
        tally = told.setdefault(trial.kind, Tally(set(), 0, []))
        if number % step:
            continue
        answered = ask(app, trial.asked)
        wrong = [trial.success(answered), *faults(trial.asked, answered)]
        tally.payloads.add(trial.payload)
        tally.requests += 1
        tally.successes += [f"{trial.kind} {trial.payload!r} at {trial.asked}: {one}" for one in wrong if one]
    return told


def main() -> None:
    """Try and print."""
    app = create_app(Settings.from_env(os.environ).model_copy(update={"query_budget_s": 1e6}), SearchOpener())
    told = put(app)
    app.extensions["itda"].close()
    print("| kind | payloads | requests | successes |\n|---|---|---|---|")
    for kind, tally in told.items():
        print(f"| {kind} | {len(tally.payloads)} | {tally.requests} | {len(tally.successes)} |")
        print(*tally.successes, sep="\n", end="\n" if tally.successes else "", file=sys.stderr)
    print(
        f"| all | {sum(len(one.payloads) for one in told.values())} | {sum(one.requests for one in told.values())} | {sum(len(one.successes) for one in told.values())} |"
    )
    sys.exit(any(tally.successes for tally in told.values()))


if __name__ == "__main__":
    main()
