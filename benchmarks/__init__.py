"""Benchmarks: what pfocr-kg costs beside the usual ways, as ratios of one run.

`python -m benchmarks.run build` makes the corpora, runs the contestants in turn and prints the
table; `docs/benchmarks.md` says what is measured and how.
"""
