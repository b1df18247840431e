"""Stores: what a query is put to. Files in memory, a store on disk, or an endpoint.

Decision: whatever answers, the answer is in pyoxigraph's terms. rdflib and endpoints hand over
SPARQL JSON, which pyoxigraph reads; `kg.query` then knows one form. Every store queries the
union of its default graph and its named graphs, as WikiPathways' endpoint does; in a union the
same triple can come twice, and our queries say DISTINCT where that would be seen.
"""

from kg.store.answer import Answer, Store, query_form
from kg.store.embedded import EmbeddedStore
from kg.store.endpoint import Endpoint
from kg.store.extract import extract_graphs
from kg.store.loading import DATASET_GRAPH, load_store, open_loading
from kg.store.open import ENGINES, is_endpoint, open_store

__all__ = [
    "DATASET_GRAPH",
    "ENGINES",
    "Answer",
    "EmbeddedStore",
    "Endpoint",
    "Store",
    "extract_graphs",
    "is_endpoint",
    "load_store",
    "open_loading",
    "open_store",
    "query_form",
]
