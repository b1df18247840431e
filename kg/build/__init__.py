"""Build a graph from pages: plan shards, map each, combine the results in order.

A shard is a run of pages in the order of their figids, and never parts the figures of a paper.
Where shards begin is decided by the ids alone, so that a build gives the same bytes whatever the
order of files, the number of workers or the engine. Engines (`local`, `cluster`) do jobs, some
shards each, and give the results back in order; `combine` does all the rest, for `run`.
"""

from kg.build.combine import Engine, Summary
from kg.build.inspection import Classes, Inspector, Look, Share
from kg.build.pages import iter_records, iter_triples, read_record, to_graph
from kg.build.run import build

__all__ = [
    "Classes",
    "Engine",
    "Inspector",
    "Look",
    "Share",
    "Summary",
    "build",
    "iter_records",
    "iter_triples",
    "read_record",
    "to_graph",
]
