"""Programs that others use read what is written: rapper, Jena's riot, Oxigraph; no triple less.

Debian packages: raptor2-utils, libapache-jena-java. Where a program is not installed its tests are
skipped; where CI is set they fail instead.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from conftest import SHARED

from kg.build import build
from kg.write import FORMATS

JARS = Path("/usr/share/java")
JENA_NEEDS = (
    *("jena-arq", "jena-base", "jena-cmds", "jena-core", "jena-dboe-base", "jena-dboe-index"),
    *("jena-dboe-storage", "jena-dboe-trans-data", "jena-dboe-transaction", "jena-iri"),
    *("jena-rdfconnection", "jena-shacl", "jena-shex", "jena-tdb", "jena-tdb2"),
    *("commons-cli", "commons-codec", "commons-compress", "commons-csv", "commons-io"),
    *("commons-lang3", "dexx.collection", "gson", "guava", "httpclient", "httpcore"),
    *("httpclient-cache",),
    *("jackson-annotations", "jackson-core", "jackson-databind", "jakarta.json-api"),
    *("jcl-over-slf4j", "jsonld-java", "protobuf", "slf4j-api", "slf4j-simple", "thrift"),
    *("titanium-json-ld",),
)
XERCES = "org/apache/jena/ext/xerces/"
EXTENSIONS = [form.extension for form in FORMATS.values()]

Read = Callable[[Path], int]


def missing(what: str) -> None:
    """Skip a test that needs a program; in CI, where all must be there, fail it."""
    reason = f"needs {what}, which is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def built(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build Turtle of all pages there are, and every format of those in the repository."""
    folders = [SHARED / "pfocr", SHARED / "pfocr-tables"]
    folder = tmp_path_factory.mktemp("readers")
    paths = {extension: folder / f"a{extension}" for extension in EXTENSIONS}
    build(pages, list(paths.values()))
    paths["all"] = folder / "all.ttl"
    build([folder for folder in folders if folder.exists()] or pages, paths["all"], workers=2)
    return paths


@pytest.fixture(scope="session")
def count(built: dict[str, Path]) -> dict[str, int]:
    """Count the distinct triples that Oxigraph, the strictest reader, finds in each file."""
    counts = {}
    for name, path in built.items():
        form = pyoxigraph.RdfFormat.from_extension(path.suffix[1:])
        counts[name] = len({quad.triple for quad in pyoxigraph.parse(path=path, format=form)})
    return counts


@pytest.fixture(scope="session")
def riot(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return a function that reads a file with Jena's riot and counts its statements."""
    java = shutil.which("java")
    if java is None or not (JARS / "jena-cmds.jar").exists():
        missing("Jena (Debian libapache-jena-java, default-jre-headless)")
    # Debian's jar has Jena's copy of Xerces in the package xerces, but its messages elsewhere,
    # and won't start without them.
    messages = tmp_path_factory.mktemp("messages")
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(XERCES) and name.endswith(".properties"):
                path = messages / "xerces" / name.removeprefix(XERCES)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    path = ":".join([str(messages), *(str(JARS / f"{name}.jar") for name in JENA_NEEDS)])

    def read(file: Path) -> int:
        # Jena's reader of JSON-LD 1.1 lacks a part in Debian; that of 1.0 is whole.
        syntax = ["--syntax=jsonld10"] if file.suffix == ".jsonld" else []
        run = subprocess.run(
            [str(java), "-cp", path, "riotcmd.riot", "--count", *syntax, str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        said = run.stdout + run.stderr
        assert "ERROR" not in said, said[:2000]
        assert "WARN" not in said, said[:2000]
        found = re.search(r": (?:Triples|Quads) = ([\d,]+)", said)
        assert found, said[:2000]
        return int(found[1].replace(",", ""))

    return read


@pytest.fixture(scope="session")
def rapper() -> Read:
    """Return a function that reads a file with rapper and counts its triples."""
    program = shutil.which("rapper")
    if program is None:
        missing("rapper (Debian raptor2-utils)")
    syntaxes = {".ttl": "turtle", ".nt": "ntriples", ".nq": "nquads", ".trig": "trig"}

    def read(file: Path) -> int:
        syntax = syntaxes.get(file.suffix, "rdfxml")
        run = subprocess.run(
            [str(program), "--count", "--input", syntax, str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr[:2000]
        assert "rror" not in run.stderr, run.stderr[:2000]
        assert "arning" not in run.stderr, run.stderr[:2000]
        found = re.search(r"returned (\d+) triples", run.stderr)
        assert found, run.stderr[:2000]
        return int(found[1])

    return read


def test_oxigraph_finds_the_same_triples_in_every_format(count: dict[str, int]) -> None:
    assert len({count[extension] for extension in EXTENSIONS}) == 1
    assert count["all"] >= count[".ttl"] > 3_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["all", *EXTENSIONS])
def test_riot_reads_every_format(
    riot: Read, built: dict[str, Path], count: dict[str, int], name: str
) -> None:
    assert riot(built[name]) == count[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["all", ".ttl", ".nt", ".nq", ".trig", ".rdf"])
def test_rapper_reads_every_format_that_it_knows(
    rapper: Read, built: dict[str, Path], count: dict[str, int], name: str
) -> None:
    assert rapper(built[name]) == count[name]


def test_riot_refuses_what_is_no_turtle(riot: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<http://e/s> <http://e/p> <http://e/a b> .")
    with pytest.raises(AssertionError):
        riot(path)


def test_rapper_refuses_what_is_no_turtle(rapper: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<http://e/s> <http://e/p> x:y .")
    with pytest.raises(AssertionError):
        rapper(path)
