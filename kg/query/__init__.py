"""Queries: named ones with parameters, and what comes of running one.

store = open_store(["pfocr.ttl"])
solutions = select(store, get_query("figure-rows"), {"figure": "PMC100003__mb2410470011"})
solutions.variables   # ('word', 'term', 'lexicon', 'symbol', 'gene', 'count')
for word, *rest in solutions: ...
"""

from kg.query.formats import FORMATS, choose_format, write_result
from kg.query.named import Query, find_query, get_query, iter_queries, parse_query
from kg.query.parameters import Parameter
from kg.query.solutions import Result, Row, Solutions, run_query, select, text_of
from kg.query.stats import iter_stats

__all__ = [
    "FORMATS",
    "Parameter",
    "Query",
    "Result",
    "Row",
    "Solutions",
    "choose_format",
    "find_query",
    "get_query",
    "iter_queries",
    "iter_stats",
    "parse_query",
    "run_query",
    "select",
    "text_of",
    "write_result",
]
