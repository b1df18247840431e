"""Read the files that FamPlex publishes, and resolve its members to NCBI Gene numbers."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kg.errors import DataError, UsageError, at
from kg.reference.equivalents import mint_equivalent
from kg.reference.famplex import SOURCE, Famplex
from kg.reference.files import find_digests, read_lines
from kg.reference.hgnc import Hgnc

FILES = ("entities.csv", "equivalences.csv", "grounding_map.csv", "relations.csv")
_RELATIONS = ("isa", "partof")
_ID = re.compile(r"\S+")

Cells = Mapping[tuple[str, str], set[str]]
"""Genes or parents by FamPlex id and relation."""


def famplex_files(folder: Path) -> list[Path]:
    """Return the files of FamPlex in a folder or checkout; raise UsageError where one lacks."""
    hint = f"give the folder or checkout of FamPlex that has {', '.join(FILES)}"
    if not folder.is_dir():
        raise UsageError("there is no such folder", hint=hint, file=str(folder))
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise UsageError(f"there is no {', '.join(missing)}", hint=hint, file=str(folder))
    return [folder / name for name in FILES]


def read_famplex(folder: Path, hgnc: Hgnc, date: str | None = None) -> Famplex:
    """Read `entities.csv`, `relations.csv`, `equivalences.csv` and `grounding_map.csv`.

    Members are named by HGNC symbols, or UniProt accessions: `hgnc` resolves them. The source's
    notes say which members have no NCBI Gene number, and what has no IRI. Raises DataError,
    with file and line, where a row is wrong or names a family that `entities.csv` lacks.
    """
    entities, equivalences, grounding_map, relations = paths = famplex_files(folder)
    ids = sorted(_read_ids(entities))
    known = frozenset(ids)
    notes: list[str] = []
    genes, parents = _read_relations(relations, known, hgnc, notes)
    equivalents = _read_equivalents(equivalences, known, notes)
    rows = {
        id: "\t".join(
            (
                *(" ".join(sorted(genes[id, kind], key=int)) for kind in _RELATIONS),
                *(" ".join(sorted(parents[id, kind])) for kind in _RELATIONS),
                " ".join(sorted(equivalents[id])),
            )
        )
        for id in ids
    }
    source = replace(SOURCE, date=date, digests=find_digests(paths), notes=tuple(notes))
    return Famplex(rows, _read_groundings(grounding_map, known), source)


def _read_rows(path: Path, width: int) -> list[list[str]]:
    """Return the rows of a file, which all have `width` cells; FamPlex writes no header."""
    with at(str(path)):
        try:
            rows = [row for row in csv.reader(read_lines(path)) if row]
        except csv.Error as error:
            raise DataError(f"is not CSV: {error}") from error
        for line, row in enumerate(rows, start=1):
            if len(row) != width:
                message = f"the row has {len(row)} cells, and FamPlex writes {width}"
                raise DataError(message, line=line)
        return rows


def _read_ids(path: Path) -> set[str]:
    """Return the identifiers of the families and complexes; there is no header."""
    ids = {row[0]: line for line, row in enumerate(_read_rows(path, 1), start=1)}
    for id, line in ids.items():
        if not _ID.fullmatch(id):
            message = "is not an identifier of FamPlex"
            raise DataError(message, file=str(path), line=line, value=id)
    if not ids:
        raise DataError("has no families", file=str(path))
    return set(ids)


def _check_known(path: Path, line: int, id: str, known: frozenset[str]) -> None:
    if id not in known:
        hint = "take all four files from one version of FamPlex"
        raise DataError("is not in entities.csv", hint=hint, file=str(path), line=line, value=id)


def _read_relations(
    path: Path, known: frozenset[str], hgnc: Hgnc, notes: list[str]
) -> tuple[Cells, Cells]:
    """Return the genes and the parents of families, by id and relation."""
    genes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    parents: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for line, (namespace, member, kind, _, family) in enumerate(_read_rows(path, 5), start=1):
        _check_known(path, line, family, known)
        if kind not in _RELATIONS:
            hint = f"known: {', '.join(_RELATIONS)}"
            raise DataError("is not a relation", hint=hint, file=str(path), line=line, value=kind)
        if namespace == "FPLX":
            _check_known(path, line, member, known)
            parents[member, kind].add(family)
            continue
        found = _entrez(namespace, member, hgnc)
        genes[family, kind] |= found
        if not found:
            notes.append(f"no NCBI Gene number: {namespace} {member} {kind} {family}")
    return genes, parents


def _entrez(namespace: str, member: str, hgnc: Hgnc) -> set[str]:
    """Return the NCBI Gene numbers of a member: its symbol's, now or before, or its protein's."""
    if namespace == "UP":
        found = hgnc.by_uniprot(member)
    else:
        gene = hgnc.by_symbol(member)
        found = hgnc.by_previous(member) if gene is None else (gene,)
        found = found if len(found) == 1 else ()
    return {gene.entrez for gene in found if gene.entrez is not None}


def _read_equivalents(
    path: Path, known: frozenset[str], notes: list[str]
) -> Mapping[str, set[str]]:
    """Return the equivalents of families, by id, in the form of the embedded table."""
    left_out: Counter[str] = Counter()
    equivalents: defaultdict[str, set[str]] = defaultdict(set)
    for line, (namespace, outside, id) in enumerate(_read_rows(path, 3), start=1):
        _check_known(path, line, id, known)
        if mint_equivalent(namespace, outside) is None:
            left_out[namespace] += 1
        else:
            equivalents[id].add(f"{namespace}:{outside}")
    notes += [f"no IRI: {count} equivalents in {name}" for name, count in sorted(left_out.items())]
    return equivalents


def _read_groundings(path: Path, known: frozenset[str]) -> dict[str, str]:
    """Return the FamPlex id of each text, empty where the map also has it as something else.

    A row has the text, then up to three pairs of namespace and identifier, which name one and
    the same thing; a text that stands in several rows is ambiguous.
    """
    groundings: dict[str, str] = {}
    for line, (text, *pairs) in enumerate(_read_rows(path, 7), start=1):
        named = dict(zip(pairs[::2], pairs[1::2], strict=True))
        id = named.get("FPLX", "")
        if id:
            _check_known(path, line, id, known)
        groundings[text] = id if groundings.get(text, id) == id else ""
    return dict(sorted(groundings.items()))
