"""What the tests share: the pages, means to write one, and the command line in this process."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph
import pytest
import yaml
from hypothesis import HealthCheck, settings

from kg.cli import main
from kg.errors import KgError
from kg.terms import Description, Term

if TYPE_CHECKING:
    from serving import Server

    from kg.network import Index
    from kg.network.nodes import Graph

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared" / "data"

settings.register_profile(
    "kg",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("kg")

PAGE: dict[str, Any] = {
    "figid": "PMC1__f1",
    "pmcid": "PMC1",
    "filename": "f1.jpg",
    "figlink": "/pmc/articles/PMC1/figure/F1/",
    "number": "F1",
    "figtitle": "Signalling by SRC",
    "caption": "A caption.",
    "papertitle": "A paper.",
    "reftext": "A. Author. J Test. 2001;1:1-2.",
    "year": "2001",
    "organisms": "Homo sapiens",
    "ndex": "",
    "annotations": [],
    "pathway_score": "0.95",
    "pmc_ranked_result_index": "14449",
    "genes": [
        {
            "word": "(Src",
            "symbol": "SRC",
            "source": "hgnc_symbol",
            "hgnc_symbol": "SRC",
            "entrez": "6714",
        }
    ],
    "chemicals": [{"word": "bombesin", "source": "MESH", "identifier": "D001839"}],
    "diseases": [],
    "figid_alias": "PMC1__F1",
    "redirect_from": "/figures/PMC1__F1",
    "figtype": "Figure",
}
"""The fields of a small page of layout 1 in which all is well."""

ABSENT: Any = object()
"""The value of a field that `make_page` leaves out."""


@dataclass(frozen=True)
class Run:
    """What a run of `kg` left behind."""

    code: int
    stdout_bytes: bytes
    stderr: str

    @property
    def stdout(self) -> str:
        return self.stdout_bytes.decode()


@pytest.fixture(scope="session")
def pages() -> Path:
    """Return the folder of pages in the repository: real figures of every layout."""
    return HERE / "data" / "pages"


def shared_data(*names: str) -> list[Path]:
    """Return folders of the data beside the repository; skip the test where they are absent."""
    folders = [SHARED / name for name in names]
    for folder in folders:
        if not folder.exists():
            pytest.skip(f"needs the folder {folder.relative_to(SHARED.parents[1])} beside the repo")
    return folders


@pytest.fixture(scope="session")
def all_pages() -> list[Path]:
    """Return the folders of all pages that lie beside the repository."""
    return shared_data("pfocr", "pfocr-tables")


def dump_page(fields: Mapping[str, Any]) -> str:
    """Return a page as the database's own writer, PyYAML's dumper, puts it."""
    kept = {key: value for key, value in fields.items() if value is not ABSENT}
    return f"---\n{yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)}---\n"


@pytest.fixture
def make_page(tmp_path: Path) -> Callable[..., Path]:
    """Write a page in which all is well but the fields given; return the folder of sources.

    `make_page(year="2O01", caption=ABSENT)`. With `tables`, texts by kind, it is a page of layout
    3 or 4 that has these side tables. `text` is written instead of the fields.
    """

    def make(
        name: str | None = None,
        *,
        text: str | bytes | None = None,
        tables: Mapping[str, str] | None = None,
        folder: str = "pages",
        **fields: Any,
    ) -> Path:
        content = {**PAGE, **fields}
        if tables is not None:
            for kind in ("genes", "chemicals", "diseases"):
                content[kind] = fields.get(kind, ABSENT)
        stem = name or (content["figid"] if isinstance(content["figid"], str) else "page")
        figures, data = tmp_path / folder / "_figures", tmp_path / folder / "_data"
        for made in (figures, data):
            made.mkdir(parents=True, exist_ok=True)
        page = dump_page(content) if text is None else text
        (figures / f"{stem}.md").write_bytes(page if isinstance(page, bytes) else page.encode())
        for kind, table in (tables or {}).items():
            (data / f"{stem}-{kind}.tsv").write_bytes(table.encode())
        return tmp_path / folder

    return make


@pytest.fixture
def run_kg(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Run the command line in this process, as `run_kg("build", folder, "-o", "-")`."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Run:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        code: Any = 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as exit:
                code = exit.code
        out.flush()
        if isinstance(code, str):
            code, text = 1, f"{err.getvalue()}{code}\n"
        else:
            text = err.getvalue()
        return Run(code or 0, out.buffer.getvalue(), text)  # type: ignore[attr-defined] # it is a wrapper of bytes

    return run


@pytest.fixture(scope="session")
def pages_turtle(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the Turtle of the pages in the repository, once; return its path."""
    from kg.build import build
    from kg.write import parse_output

    path = tmp_path_factory.mktemp("built") / "pages.ttl"
    build([pages], [parse_output(str(path))], workers=1)
    return path


@pytest.fixture(scope="session")
def layouts(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of some of the pages: one of each layout."""
    made = tmp_path_factory.mktemp("layouts")
    for name in ("PMC100003__mb2410470011", "PMC1769521__nihms3229f2", "PMC10036500__ga1"):
        for file in pages.glob(f"*/{name}*"):
            place = made / file.relative_to(pages)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(file.read_bytes())
    return made


@pytest.fixture(scope="session")
def described(layouts: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Description]:
    """Return the descriptions of these pages in the order in which they are written."""
    from kg.build import build

    path = tmp_path_factory.mktemp("described") / "layouts.ttl"
    build(layouts, path)
    found: dict[Term, list[tuple[Term, Term]]] = {}
    for quad in pyoxigraph.parse(path=path):
        found.setdefault(str(quad.subject), []).append((str(quad.predicate), str(quad.object)))
    return list(found.items())


@pytest.fixture
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pySHACL sample one in six of the subjects of these pages, not all of these few."""
    from kg.validate import referee

    monkeypatch.setattr(referee, "SAMPLED", 40)


@pytest.fixture(scope="session")
def index(pages_turtle: Path) -> Index:
    """Return the index of the pages in the repository."""
    from kg.network import open_index

    return open_index(pages_turtle)


@pytest.fixture(scope="session")
def genes(index: Index) -> Graph:
    """Return which genes these pages show together."""
    from kg.network.comention import Filter
    from kg.network.graphs import gene_network

    return gene_network(index, keep=Filter(count=1, npmi=0, q=1))


@pytest.fixture(scope="session")
def all_turtle(all_pages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the N-Triples of all pages that lie beside the repository, once; return their path."""
    from kg.build import build

    path = tmp_path_factory.mktemp("built") / "all.nt.gz"
    build(all_pages, path, workers=1)
    return path


@pytest.fixture(scope="session")
def large_index(all_turtle: Path) -> Index:
    """Return the index of all pages that lie beside the repository."""
    from kg.network import open_index

    return open_index(all_turtle)


@pytest.fixture(scope="session")
def served(pages_turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the bundled pages, and a graph beside them, into a store."""
    from serving import OTHER

    from kg.store import load_store

    folder = tmp_path_factory.mktemp("served")
    load_store(folder / "store", [pages_turtle])
    (folder / "o.nt").write_text(
        '<http://e/a> <http://e/p> "x\\t\\"<&>\\n"@en .\n<http://e/b> <http://e/p> 1 .\n'.replace(
            " 1 ", ' "1"^^<http://www.w3.org/2001/XMLSchema#integer> '
        )
    )
    load_store(folder / "store", [folder / "o.nt"], OTHER)
    return folder / "store"


@pytest.fixture(scope="session")
def server(served: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve it with limits that tests reach."""
    from serving import serving

    log = tmp_path_factory.mktemp("server") / "log"
    limits = ("--timeout-s", "3", "--rows", "2000", "--request-bytes", "20000", "--workers", "3")
    with serving(served, *limits, log=log) as running:
        yield running
    told = set(log.read_text().splitlines()) - {"WARNING:  Invalid HTTP request received."}
    assert told == {f"{running.url}/ answers until you press Ctrl-C"}, "no error was logged"


@pytest.fixture
def in_folder(tmp_path: Path) -> Iterator[Path]:
    """Make the temporary folder the working one, so that messages name short paths."""
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        yield tmp_path
    finally:
        os.chdir(before)


def difference(expected: Sequence[str] | set[str], actual: Sequence[str] | set[str]) -> str:
    """Return what is missing and what is extra, a statement a line; empty if they are equal."""
    missing, extra = sorted(set(expected) - set(actual)), sorted(set(actual) - set(expected))
    lines = [*(f"missing: {line}" for line in missing), *(f"extra: {line}" for line in extra)]
    return "\n".join(lines)


def write_triples(path: Path, count: int, name: str = "s") -> Path:
    """Write a file of so many N-Triples, each of a subject of its own; return its path."""
    lines = (f'<http://e/{name}/{n}> <http://e/p> "{n}" .\n' for n in range(count))
    path.write_text("".join(lines))
    return path


def refusal(act: Callable[[], object], kind: type[KgError]) -> str:
    """Return the whole message of the error that an act is refused with."""
    with pytest.raises(kind) as caught:
        act()
    return str(caught.value)
