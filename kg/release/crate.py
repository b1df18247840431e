"""Describe a release's files as an RO-Crate 1.1 (https://w3id.org/ro/crate/1.1), by rocrate."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.describe.about import PAGES, PAPER, TITLE, About, file_digest
from kg.errors import MissingExtraError
from kg.mapping import vocabulary

if TYPE_CHECKING:
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

TURTLE, QUADS, CHECKSUMS = "pfocr.ttl.gz", "pfocr.nq.gz", "SHA256SUMS"
CC0 = vocabulary.CC0[1:-1]
MIT = "https://spdx.org/licenses/MIT"


class Part(NamedTuple):
    """What a file or folder of a release is: its name and media type, the standard it follows."""

    name: str
    media_type: str
    standard: str | None = None
    licence: str = CC0


_TEXT_TURTLE, _JSONL = "text/turtle", "application/jsonl"
PARTS = {
    TURTLE: Part("The graph, as Turtle", "application/gzip"),
    QUADS: Part("The graph, as N-Quads, in a named graph", "application/gzip"),
    "context.jsonld": Part("JSON-LD context", "application/ld+json"),
    "vocabulary.ttl": Part("Vocabulary of the graph's own terms", _TEXT_TURTLE),
    "description.ttl": Part(
        "Description of the dataset", _TEXT_TURTLE, "https://www.w3.org/TR/hcls-dataset/"
    ),
    "counts.json": Part("Members of each class", "application/json"),
    "problems.jsonl": Part("Problems of the pages that the graph was built from", _JSONL),
    "validation.ttl": Part("SHACL validation report", _TEXT_TURTLE, "https://www.w3.org/TR/shacl/"),
    "shapes/": Part("SHACL shapes of the graph", _TEXT_TURTLE, "https://www.w3.org/TR/shacl/", MIT),
    "queries/": Part(
        "Named SPARQL queries",
        "application/sparql-query",
        "https://www.w3.org/TR/sparql11-query/",
        MIT,
    ),
    CHECKSUMS: Part("SHA-256 checksums of all other files", "text/plain"),
}
"""The parts of a release by path, in the order of the crate."""


def require_rocrate() -> None:
    """Raise MissingExtraError where rocrate is not installed."""
    if find_spec("rocrate") is None:
        raise MissingExtraError("rocrate", "release")


def write_crate(folder: Path, about: About) -> None:
    """Write `ro-crate-metadata.json` into a folder with the files of a release.

    The checksums come after it, and are named nevertheless.
    """
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    licences = {iri: _context(crate, iri, "CreativeWork", name=name) for iri, name in _LICENCES}
    _describe_root(crate, about, licences[CC0])
    for path, part in PARTS.items():
        properties = {
            "name": part.name,
            "license": licences[part.licence],
            "conformsTo": {"@id": part.standard} if part.standard else None,
        }
        if path.endswith("/"):
            files = [_add_file(crate, found, folder, part) for found in _files(folder / path)]
            properties["hasPart"] = files
            crate.add_dataset(dest_path=path, properties=_without_none(properties))
        else:
            properties |= {"encodingFormat": part.media_type, **_facts(folder / path)}
            crate.add_file(dest_path=path, properties=_without_none(properties))
    crate.root_dataset["mainEntity"] = crate.dereference(TURTLE)
    _describe_build(crate, about)
    crate.metadata.extra_terms["sha256"] = "https://schema.org/sha256"  # not in 1.1's context
    crate.metadata.write(folder)


_LICENCES = ((CC0, "CC0 1.0 Universal"), (MIT, "MIT License"))


def _describe_root(crate: ROCrate, about: About, licence: ContextEntity) -> None:
    root = crate.root_dataset
    crate.name = f"{TITLE}, version {about.version}"
    crate.description = (
        "A release: the graph, the vocabulary, shapes and queries that go with it, its "
        "description, and what was found wrong on the way."
    )
    crate.datePublished = about.issued
    root["version"] = about.version
    root["license"] = licence
    publisher = _context(
        crate, about.publisher, "Organization", name=about.publisher, url=about.publisher
    )
    root["publisher"] = root["author"] = publisher
    root["citation"] = _context(crate, PAPER, "ScholarlyArticle", name=PAPER)
    root["isBasedOn"] = {"@id": PAGES}


def _describe_build(crate: ROCrate, about: About) -> None:
    """Say how the data files came about: by which software, from what, when."""
    tool = _context(
        crate,
        about.tool_iri,
        "SoftwareApplication",
        name="pfocr-kg",
        version=about.tool,
    )
    used = [
        _context(crate, f"#{kind}-{number}", "Dataset", name=source.name, version=source.version)
        for kind, sources in (("source", about.sources), ("table", about.tables))
        for number, source in enumerate(sources, start=1)
    ]
    action = _context(
        crate,
        "#build",
        "CreateAction",
        name="Build",
        endTime=about.issued.isoformat(),
        instrument=tool,
        object=used or None,
        result=[crate.dereference(name) for name in (TURTLE, QUADS)],
    )
    crate.root_dataset["mentions"] = action


def _context(crate: ROCrate, iri: str, kind: str, **properties: Any) -> ContextEntity:
    from rocrate.model.contextentity import ContextEntity

    entity: ContextEntity = crate.add(
        ContextEntity(crate, iri, properties={"@type": kind, **_without_none(properties)})
    )
    return entity


def _add_file(crate: ROCrate, path: Path, folder: Path, part: Part) -> Any:
    name = path.relative_to(folder).as_posix()
    properties = {"name": path.name, "encodingFormat": part.media_type, **_facts(path)}
    return crate.add_file(dest_path=name, properties=properties)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _facts(path: Path) -> dict[str, Any]:
    """Return size and digest of a file; nothing of one that is written after the crate."""
    if not path.exists():
        return {}
    size, digest = file_digest(path)
    return {"contentSize": str(size), "sha256": digest}


def _without_none(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if value is not None}
