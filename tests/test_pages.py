"""The server's pages: what they hold, RDF of the same resources, how a browser shows them."""

from __future__ import annotations

import re
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import matplotlib.image
import pyoxigraph
import pytest
from programs import browse
from pyoxigraph import RdfFormat
from serving import ASK, FIGURE, Server

from kg.build import iter_records
from kg.record import FAMILY_LEXICONS
from kg.server.formats import TRIPLES


class Outline(HTMLParser):
    """What a page holds: its links, images, headings; and whether its elements are closed."""

    VOID = frozenset({"meta", "link", "img", "input", "br", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


PAGES = [
    "/",
    f"/figures/{FIGURE}",
    f"/figures/{FIGURE}.html",
    "/genes/6714",
    "/genes/6714?after=2010",
    "/families/AKT",
    "/papers/PMC100003",
    "/search?q=src",
    "/search?q=signaling",
    "/search?q=nothing+like+it",
    "/sparql",
    "/sparql?name=figures-of-gene&run=1&p-symbol=SRC",
    "/sparql?name=figure-graph&run=1",
    f"/sparql?query={quote(ASK)}",
    f"/sparql?query={quote('SELECT * {')}",
    "/genes/1",
]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def test_the_start_page_counts_what_figures_show(server: Server, pages: Path) -> None:
    """Genes and families that FamPlex alone brings in are not counted."""
    records = list(iter_records([pages]))
    entries = [entry for record in records for _, entry in record.genes]
    families = {entry.term for entry in entries if entry.lexicon in FAMILY_LEXICONS}
    counts = dict(re.findall(r"<dt>(\w+)</dt><dd>([\d,]+)</dd>", server.get("/", BROWSER).text))
    assert counts == {
        "figures": str(len(records)),
        "papers": str(len({record.paper.pmcid for record in records})),
        "genes": str(len({entry.gene for entry in entries})),
        "families": str(len(families)),
    }


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_load_nothing_from_elsewhere(server: Server, path: str) -> None:
    reply = server.get(path, BROWSER)
    assert reply.kind == "text/html", reply.text
    page = Outline(reply.text)
    assert not page.open, "every element is closed"
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == len(page.all("main")) == len(
        page.all("title")
    ) >= 1 or path.startswith("/genes")
    scripts = page.all("script")
    assert all(script["src"].startswith("/static/") for script in scripts)
    assert bool(scripts) == path.startswith("/sparql"), "the editor alone has scripts"
    assert all("alt" in image for image in page.all("img"))
    assert all(image["src"].startswith("https://europepmc.org/") for image in page.all("img"))
    labelled = {label["for"] for label in page.all("label")}
    fields = [
        f
        for f in page.all("input") + page.all("textarea") + page.all("select")
        if f.get("type") != "hidden"
    ]
    assert all(field["id"] in labelled for field in fields)
    assert all(
        link["href"].startswith("/") for link in page.all("link") if link["rel"] == "stylesheet"
    )
    assert "style" not in {name for _, attributes in page.found for name in attributes}
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_link_of_our_own_leads_somewhere(server: Server) -> None:
    seen: set[str] = set()
    for path in PAGES[:9]:
        page = Outline(server.get(path, BROWSER).text)
        seen.update(a["href"] for a in page.all("a") if a["href"].startswith("/"))
    assert len(seen) > 80
    for path in sorted(seen)[::5]:
        assert server.get(path, BROWSER).status == 200, path


def test_the_page_of_a_figure_shows_what_the_figure_shows(server: Server) -> None:
    text = " ".join(Outline(server.get(f"/figures/{FIGURE}", BROWSER).text).words)
    for word in (
        "Signaling pathways activated by CXCR4",
        "cxCL12/HMGB",
        "MAP2K1",
        "Front Immunol",
        "RAF",
    ):
        assert word in text


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        (f"/figures/{FIGURE}", f"https://pfocr.wikipathways.org/figures/{FIGURE}.html"),
        ("/genes/6714", "https://identifiers.org/ncbigene/6714"),
        ("/families/AKT", "https://identifiers.org/fplx/AKT"),
        ("/papers/PMC100003", "https://identifiers.org/pmc/PMC100003"),
    ],
)
def test_resources_answer_in_rdf_too(server: Server, path: str, iri: str) -> None:
    for media_type in TRIPLES.values():
        reply = server.get(path, media_type)
        assert (reply.status, reply.kind) == (200, media_type)
        quads = list(pyoxigraph.parse(reply.body, RdfFormat.from_media_type(media_type)))
        assert pyoxigraph.NamedNode(iri) in {quad.subject for quad in quads}
    assert server.get(f"{path}?format=ttl", BROWSER).kind == "text/turtle"
    assert server.get(path, "*/*").kind == "text/html"
    assert server.get(path, "image/png").status == 406
    assert server.get(f"{path}?format=pdf").status == 400


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("pmc100003", "/papers/PMC100003"),
        ("6714", "/genes/6714"),
        (FIGURE, f"/figures/{FIGURE}"),
        ("", "/"),
    ],
)
def test_an_identifier_leads_to_its_page(server: Server, text: str, target: str) -> None:
    reply = server.get(f"/search?q={text}")
    assert (reply.status, reply.headers["location"]) == (303, target)


def test_text_from_outside_is_escaped(server: Server) -> None:
    bad = '"><script>alert(1)</script>'
    for path in (
        "/search?q=",
        "/sparql?name=figures-of-gene&run=1&p-symbol=",
        "/figures/",
        "/sparql?query=",
    ):
        text = server.get(path + quote(bad, safe=""), BROWSER).text
        assert "<script>" not in text
        assert "alert(1)</script" not in text
    reply = server.get("/search?q=" + quote('x" } DROP ALL #', safe=""), BROWSER)
    assert reply.status == 200


def test_what_is_not_there_is_said_to_people_and_programs(server: Server) -> None:
    page = server.get("/genes/999999999", BROWSER)
    assert (page.status, page.kind) == (404, "text/html")
    assert "there is no gene" in page.text
    page = server.get("/sparql?name=nothing", BROWSER)
    assert (page.status, page.kind) == (400, "text/html")
    assert "there is no query &#39;nothing&#39;" in page.text
    plain = server.get("/figures/nothing", "text/turtle")
    assert (plain.status, plain.kind) == (404, "text/plain")
    assert plain.text.startswith("there is no figure 'nothing' in the data\nhint: ")


# A browser


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("path", ["/", f"/figures/{FIGURE}", "/genes/6714", "/sparql"])
def test_a_browser_shows_it(server: Server, path: str, width: int, tmp_path: Path) -> None:
    """Take a screenshot: the page has ink, is no wider than its window, and nothing failed."""
    picture = tmp_path / "page.png"
    flags = (f"--window-size={width},1400", f"--screenshot={picture}")
    offline = "--host-resolver-rules=MAP europepmc.org 127.0.0.1:9"
    run = browse(server.url + path, tmp_path, *flags, offline)
    said = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    assert not [line for line in said if "europepmc.org" not in line], "pictures alone are missed"
    pixels = matplotlib.image.imread(picture)[..., :3]
    assert pixels.shape[:2] == (1400, width)
    assert 0.01 < (pixels.mean(axis=2) < 0.6).mean() < 0.5
    assert (pixels[200:, -6:] > 0.8).all(), "the margin"


@pytest.mark.slow
def test_the_editor_is_there_with_scripts_and_the_text_area_without(
    server: Server, tmp_path: Path
) -> None:
    path = f"/sparql?query={quote(ASK)}"
    sent = server.get(path, BROWSER).text
    assert re.search(f"<textarea [^>]*>{re.escape(ASK)}</textarea>", sent)
    assert "CodeMirror" not in sent
    assert "hidden" not in (re.search("<textarea [^>]*>", sent) or [""])[0]
    shown = browse(server.url + path, tmp_path, "--dump-dom").stdout
    assert re.search('<textarea [^>]*hidden=""', shown)
    assert re.search('<span class="cm-keyword[^>]*>ASK</span>', shown)


def test_the_editor_is_the_published_one() -> None:
    """Files of another's package are kept as they are; its licence says where they come from."""
    folder = files("kg.server") / "static" / "yasqe"
    digests = {
        name: sha256((folder / name).read_bytes()).hexdigest()[:16]
        for name in ("yasqe.min.js", "yasqe.min.css")
    }
    assert digests == {"yasqe.min.js": "288202e5f1c0195a", "yasqe.min.css": "f82256c2a56f83a5"}
    assert "@zazuko/yasqe 4.6.2" in (folder / "LICENSE").read_text("utf-8")
