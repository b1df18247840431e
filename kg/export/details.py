"""All that a graph says of figures and mentions, collected in one pass.

A mention is held as a few numbers, each text once: half a gigabyte for the whole database.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from kg.errors import DataError
from kg.network.collect import (
    FIGURE_NAMESPACE,
    GENE_NAMESPACE,
    PAPER_NAMESPACE,
    Collection,
    Numbers,
    Pairs,
    Progress,
)
from kg.terms import PREFIXES, expand

_KINDS = {
    expand(f"pfocr:{kind.title()}Entry")[1:-1]: kind
    for kind in ("gene", "family", "chemical", "disease")
}
_MOST_DIGITS = 9
WP_PATHWAY = "http://vocabularies.wikipathways.org/wp#Pathway"


class Details(Collection):
    """All that the tables and the report need beside what the index does.

    `pathways` and `pathway_genes` are what the links of `kg merge` join, so that one definition,
    the merge's, says what a pathway and its genes are; `has_pathways` tells whether there are
    any, linked or not.
    """

    def __init__(self) -> None:
        self.words = Numbers()
        self.word_of, self.count_of = (Pairs(array("q"), array("i")) for _ in range(2))
        self.entry_kind: dict[int, str] = {}
        self.entry_texts: dict[str, dict[int, str]] = {
            name: {} for name in ("term", "lexicon", "name", "mesh", "doid")
        }
        self.figure_texts: dict[str, dict[int, str]] = {
            name: {} for name in ("caption", "number", "type", "image", "page")
        }
        self.paper_doi: dict[int, str] = {}
        self.has_pathways = False
        self.pathways: set[str] = set()
        self.pathway_genes: set[str] = set()
        self.recounts: dict[str, dict[str, str]] = {}
        super().__init__()

    def _table(self) -> dict[str, Callable[[str, str], None]]:
        more: dict[str, Callable[[str, str], None]] = {
            "rdf:type": self._kind,
            "pfocr:word": self._word,
            "pfocr:count": self._count,
            "pfocr:mention": self._recount("mention"),
            "pfocr:entry": self._recount("entry"),
            "pfocr:term": self._entry_text("term"),
            "pfocr:lexicon": self._entry_text("lexicon", PREFIXES["lexicon"]),
            "pfocr:name": self._entry_text("name"),
            "pfocr:mesh": self._entry_text("mesh", PREFIXES["mesh"]),
            "pfocr:doid": self._entry_text("doid", PREFIXES["obo"]),
            "dcterms:description": self._figure_text("caption"),
            "schema:position": self._figure_text("number"),
            "dc:type": self._figure_text("type"),
            "foaf:depiction": self._figure_text("image"),
            "foaf:page": self._figure_text("page"),
            "schema:sameAs": self._same_as,
            "obo:RO_0000057": self._participant,
        }
        ours = {expand(name)[1:-1]: take for name, take in more.items()}
        return {**super()._table(), **ours}

    def _kind(self, subject: str, kind: str) -> None:
        if kind in _KINDS:
            self.entry_kind[self.entries[subject]] = _KINDS[kind]
        elif kind == WP_PATHWAY:
            self.has_pathways = True
        else:
            self._type(subject, kind)

    def _participant(self, pathway: str, participant: str) -> None:
        if participant.startswith(GENE_NAMESPACE):
            self.pathways.add(pathway)
            self.pathway_genes.add(participant.removeprefix(GENE_NAMESPACE))

    def _word(self, mention: str, word: str) -> None:
        self.word_of.left.append(hash(mention))
        self.word_of.right.append(self.words[word])

    def _count(self, subject: str, count: str) -> None:
        if not (count.isascii() and count.isdecimal() and len(count) <= _MOST_DIGITS):
            hint = f"digits alone, {_MOST_DIGITS} at most"
            raise DataError("is not a count", field=subject, value=count, hint=hint)
        if subject.startswith(PREFIXES["mention"]):
            self.count_of.left.append(hash(subject))
            self.count_of.right.append(int(count))
        else:
            self.recounts.setdefault(subject, {})["count"] = count

    def _recount(self, part: str) -> Callable[[str, str], None]:
        def take(subject: str, value: str) -> None:
            self.recounts.setdefault(subject, {})[part] = value

        return take

    def _entry_text(self, name: str, namespace: str = "") -> Callable[[str, str], None]:
        texts, entries = self.entry_texts[name], self.entries

        def take(subject: str, value: str) -> None:
            if subject.startswith(PREFIXES["entry"]):
                texts[entries[subject]] = value.removeprefix(namespace)

        return take

    def _figure_text(self, name: str) -> Callable[[str, str], None]:
        texts, figures = self.figure_texts[name], self.figures

        def take(subject: str, value: str) -> None:
            if subject.startswith(FIGURE_NAMESPACE):
                texts[figures[subject]] = value

        return take

    def _same_as(self, subject: str, value: str) -> None:
        if subject.startswith(PAPER_NAMESPACE) and value.startswith(PREFIXES["doi"]):
            self.paper_doi[self.papers[subject]] = unquote(value.removeprefix(PREFIXES["doi"]))


def read_details(data: str | Path, progress: Progress | None = None) -> Details:
    """Return all that the tables are made of, collected in one pass, as `Collection.read` does."""
    details = Details()
    details.read(data, progress)
    return details
