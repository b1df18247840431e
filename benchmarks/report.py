"""Report results: a Markdown table, a plot of cost against size, and everything as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.results import LOADING, Cost, Results
from kg.errors import count_of

_QUANTITIES = {
    "wall_s": "wall time (s)",
    "cpu_s": "CPU time (s)",
    "peak_mib": "peak memory (MiB)",
}


def write_results(results: Results, folder: Path) -> None:
    """Write `{what}.json`, `{what}.md` and the plot (`.svg`, `.png`) into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(asdict(results), indent=1, ensure_ascii=False)
    (folder / f"{results.what}.json").write_text(content + "\n", encoding="utf-8")
    (folder / f"{results.what}.md").write_text(make_table(results), encoding="utf-8")
    plot(results, folder)


def insert_table(results: Results, path: Path) -> None:
    """Put the table into a document, between `<!-- benchmark: build -->` and `<!-- end -->`."""
    text = path.read_text(encoding="utf-8")
    opening = f"<!-- benchmark: {results.what} -->\n"
    before, found, after = text.partition(opening)
    _, closing, rest = after.partition("<!-- end -->")
    if not found or not closing:
        raise ValueError(f"{path} has no place for the table: {opening.strip()} … <!-- end -->")
    path.write_text(f"{before}{opening}\n{make_table(results)}\n{closing}{rest}", encoding="utf-8")


def make_table(results: Results) -> str:
    """Return the Markdown table: a row for each size and contestant, ratios against ours."""
    lines = [
        "| pages | | wall | × | CPU | × | peak memory | × |",
        "|---:|---|---:|---:|---:|---:|---:|---:|",
        *_rows(results),
    ]
    for pages in results.queries:
        lines += ["", f"Seconds a query at {pages:,} pages, in a process that has loaded:", ""]
        lines += _query_rows(results, pages)
    notes = [f"- {key}: {value}" for key, value in results.machine.items()]
    notes += [f"- {fact}" for fact in results.facts]
    notes += sorted({_extrapolation_note(results, cost) for cost in results.costs} - {""})
    notes += _rounds_notes(results)
    return "\n".join([*lines, "", *notes, ""])


def _rows(results: Results) -> Iterator[str]:
    sizes = {cost.pages for cost in results.costs} | {pages for _, pages, _ in results.missing}
    why = {(contestant, pages): reason for contestant, pages, reason in results.missing}
    for pages in sorted(sizes):
        for contestant, title in results.titles.items():
            cost = results.cost(contestant, pages)
            if cost is not None:
                ours = results.cost(results.against[contestant], pages)
                yield f"| {pages:,} | {title} | {' | '.join(_cells(cost, ours))} |"
            elif (contestant, pages) in why:
                yield f"| {pages:,} | {title} | {why[contestant, pages]} | | | | | |"


def _cells(cost: Cost, ours: Cost | None) -> Iterator[str]:
    about = "≈ " if cost.extrapolated_from else ""
    for quantity, unit in (("wall_s", "s"), ("cpu_s", "s"), ("peak_mib", "MiB")):
        value = getattr(cost, quantity)
        yield f"{about}{show_number(value)} {unit}"
        yield "" if ours is None else f"{about}{show_number(value / getattr(ours, quantity))}"


def _query_rows(results: Results, pages: int) -> Iterator[str]:
    queries, solutions = results.queries[pages], results.solutions[pages]
    ours, *others = (name for name in results.titles if name in queries[LOADING])
    heads = [results.titles[ours], *(f"{results.titles[name]} | ×" for name in others)]
    yield f"| query | solutions | {' | '.join(heads)} |"
    yield "|---|" + "---:|" * (2 + 2 * len(others))
    for query, seconds in queries.items():
        cells = [show_number(seconds[ours])]
        for name in others:
            ratio = seconds[name] / seconds[ours]
            cells += [show_number(seconds[name]), show_number(ratio)]
        count = f"{solutions[query]:,}" if query in solutions else ""
        yield f"| {query} | {count} | {' | '.join(cells)} |"


def show_number(value: float) -> str:
    """Return a number with three digits, or all of the whole part.

    >>> show_number(1234.6), show_number(12.345), show_number(0.0456)
    ('1,235', '12.3', '0.0456')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def _extrapolation_note(results: Results, cost: Cost) -> str:
    if not cost.extrapolated_from:
        return ""
    return (
        f"- ≈ not run: {results.titles[cost.contestant]} at {cost.pages:,} pages is what it "
        f"measured at {cost.extrapolated_from:,}, in proportion"
    )


def _rounds_notes(results: Results) -> Iterator[str]:
    """Yield a note for each median of fewer rounds than others had."""
    most = max((cost.runs for cost in results.costs), default=0)
    for cost in results.costs:
        if 0 < cost.runs < most:
            title = results.titles[cost.contestant]
            yield f"- {title} at {cost.pages:,} pages: {count_of(cost.runs, 'round')} of {most}"


def plot(results: Results, folder: Path) -> None:
    """Plot cost against size, both axes logarithmic; what was not run is dashed and hollow."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "pfocr-kg"
    from matplotlib import pyplot, ticker

    sizes = sorted({cost.pages for cost in results.costs})
    figure, axes = pyplot.subplots(1, len(_QUANTITIES), figsize=(13, 4.2), layout="constrained")
    for axis, (quantity, label) in zip(axes, _QUANTITIES.items(), strict=True):
        for number, (contestant, title) in enumerate(results.titles.items()):
            _draw(axis, results, contestant, quantity, title, f"C{number}")
        axis.set(xscale="log", yscale="log", xlabel="pages", ylabel=label)
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.xaxis.set_minor_locator(ticker.NullLocator())
        axis.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:,g}")
        axis.yaxis.set_minor_formatter(ticker.NullFormatter())
        axis.grid(visible=True, which="major", alpha=0.3)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    figure.savefig(folder / f"{results.what}.svg", metadata={"Date": None})
    figure.savefig(folder / f"{results.what}.png", dpi=110)
    pyplot.close(figure)


def _draw(
    axis: Any, results: Results, contestant: str, quantity: str, title: str, colour: str
) -> None:
    found = sorted(
        (cost for cost in results.costs if cost.contestant == contestant),
        key=lambda cost: cost.pages,
    )
    measured = [cost for cost in found if not cost.extrapolated_from]
    if not measured:
        return
    points = [(cost.pages, getattr(cost, quantity)) for cost in measured]
    axis.plot(*zip(*points, strict=True), color=colour, marker="o", label=title)
    guessed = [(cost.pages, getattr(cost, quantity)) for cost in found if cost.extrapolated_from]
    if guessed:
        line = [points[-1], *guessed]
        axis.plot(*zip(*line, strict=True), color=colour, linestyle=":", zorder=1)
        axis.plot(
            *zip(*guessed, strict=True), color=colour, linestyle="", marker="o", fillstyle="none"
        )
