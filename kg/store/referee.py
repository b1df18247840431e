"""The second engine, rdflib: slow, and written by other people. It checks Oxigraph's answers."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph
import rdflib
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import QueryError
from kg.rdf import iter_quads
from kg.store.answer import Answer


class RefereeStore:
    """An rdflib dataset in memory."""

    def __init__(self) -> None:
        self.dataset = rdflib.Dataset(default_union=True)

    @classmethod
    def load(cls, paths: Iterable[Path]) -> RefereeStore:
        """Load RDF files; literals stay as they are written."""
        loaded = cls()
        for path in paths:
            for quad in iter_quads(path):
                name = quad.graph_name
                graph = loaded.dataset.graph(
                    None if isinstance(name, pyoxigraph.DefaultGraph) else _node(name)
                )
                graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
        return loaded

    def query(self, text: str, name: str = "query") -> Answer:
        from rdflib.plugins.sparql import prepareQuery

        with warnings.catch_warnings():
            # rdflib uses its own deprecated names when it evaluates over a Dataset.
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                prepared = prepareQuery(text)
            except Exception as error:  # rdflib has no class of its own for these
                message = f"is not SPARQL: {getattr(error, 'msg', error)}"
                raise QueryError(message, file=name, line=getattr(error, "lineno", None)) from None
            result = self.dataset.query(prepared)
            if result.graph is not None:
                triples = result.graph.serialize(format="nt", encoding="utf-8")
                return [quad.triple for quad in pyoxigraph.parse(triples, RdfFormat.N_TRIPLES)]
            if result.type == "SELECT":
                # Where there is no group, rdflib makes one empty solution, and its own
                # iterator passes it over; its JSON does not.
                result.bindings = [binding for binding in result.bindings if binding]
            document = result.serialize(format="json")
        return pyoxigraph.parse_query_results(document or b"", QueryResultsFormat.JSON)


def _node(term: Any) -> Any:
    if isinstance(term, pyoxigraph.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    if datatype == str(rdflib.XSD.string):
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)
