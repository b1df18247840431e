"""Check that the contestants came to the same, by what they printed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.contestants import SAYS
from benchmarks.measure import Measurement
from benchmarks.results import LOADING, Results

Rounds = Mapping[str, Sequence[Measurement]]
"""The runs of each contestant at one size."""


def check_counts(results: Results, pages: int, rounds: Rounds) -> None:
    """Add the fact whether all came to as many triples or results.

    Of triples, ours have to be as many in each format, and the others' too; they make a part of
    ours.
    """
    told: dict[str, str] = {}
    for name, runs in rounds.items():
        if runs[-1].outcome == "done":
            told[name] = re.findall(SAYS[results.what], runs[-1].output)[-1]
    ours = {said for name, said in told.items() if results.against[name] == name}
    others = set(told.values()) - ours
    if not told:
        fact = ": no contestant came to its end"
    elif len(ours) == 1 and not others:
        fact = f": {ours.pop()} from each of {len(told)}"
    elif results.what == "build" and len(ours) == len(others) == 1:
        mine, theirs = (int(re.sub(r"\D", "", said)) for said in (*ours, *others))
        fact = f": {mine:,} triples of kg, {theirs:,} ({theirs / mine:.0%}) of the others"
    else:
        parts = [f"{results.titles[name]}: {said}" for name, said in told.items()]
        fact = f", DIFFERENT: {'; '.join(parts)}"
    results.facts.append(f"{pages:,} pages{fact}")


def check_queries(results: Results, pages: int, rounds: Rounds) -> None:
    """Keep the seconds of each query, and say whether the engines have as many solutions."""
    counts: dict[str, set[int]] = {}
    detail: dict[str, dict[str, float]] = {}
    for name, runs in rounds.items():
        told = [json.loads(run.output) for run in runs if run.outcome == "done"]
        if not told:
            continue
        detail.setdefault(LOADING, {})[name] = median(run["load_s"] for run in told)
        for query in told[0]["queries"]:
            seconds = [run["queries"][query]["s"] for run in told]
            detail.setdefault(query, {})[name] = median(seconds)
            counts.setdefault(query, set()).add(told[0]["queries"][query]["solutions"])
    results.queries[pages] = detail
    results.solutions[pages] = {query: min(found) for query, found in counts.items()}
    strange = [query for query, found in counts.items() if len(found) > 1 or found == {0}]
    verdict = f"DIFFERENT or no solutions to {', '.join(strange)}" if strange else "same solutions"
    results.facts.append(f"{pages:,} pages, {len(counts)} queries: {verdict}, by their number")
