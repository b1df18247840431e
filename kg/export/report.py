"""A report of a graph as one HTML page that needs nothing else: no script, no font, no picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kg.errors import count_of
from kg.export.charts import bars, columns
from kg.export.facts import Ambiguous, Facts

Finding = tuple[str, str, int]
"""What validation found: severity, message, and how often."""

_STYLE = """
:root { --ink: #1f2933; --dim: #61707f; --line: #e1e6eb; --bar: #3d7fb8; --back: #f5f7f9 }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 64px }
h1 { font-size: 28px; margin: 0 } h2 { font-size: 16px; margin: 0 0 12px }
p { margin: 4px 0 0; color: var(--dim) } h2 + p { margin: -8px 0 12px; font-size: 13px }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px;
  margin: 24px 0 }
.total, section { background: #fff; border: 1px solid var(--line); border-radius: 8px }
.total { padding: 12px 16px } .total b { display: block; font-size: 22px }
.total span { color: var(--dim); font-size: 13px }
.grid { columns: 2 480px; column-gap: 16px }
section { padding: 20px; margin-bottom: 16px; break-inside: avoid }
svg { display: block; width: 100%; height: auto } svg text { font-size: 12px; fill: var(--ink) }
svg text.number { fill: var(--dim) } svg .axis { stroke: var(--line) }
table { border-collapse: collapse; width: 100%; font-size: 13px }
th { text-align: left; color: var(--dim); font-weight: 600; white-space: nowrap }
th, td { padding: 5px 8px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: break-word }
td:first-child { min-width: 5em; overflow-wrap: anywhere }
td.number, th.number { text-align: right; white-space: nowrap }
"""


def make_report(
    facts: Facts, *, title: str, about: str = "", findings: Sequence[Finding] | None = None
) -> str:
    """Return the page. `findings` are the results of validation, None if it was not run."""
    sections = [
        _chart("Figures by year", "year of the paper", columns(facts.years)),
        _chart("Words a figure", "figures by distinct words recognised", columns(facts.sizes)),
        _chart(
            "Most shown genes", "figures that show a gene itself, not its family", bars(facts.genes)
        ),
        _chart(
            "Most shown families", "figures that name a family or complex", bars(facts.families)
        ),
        _chart("Organisms", "figures that show genes of an organism", bars(facts.organisms)),
        _chart("Lexicons", "words that an entry of a lexicon matched", bars(facts.lexicons)),
        _chart(
            "Strictness",
            "pairs of figure and gene; each level holds the one above",
            bars(facts.strictness),
        ),
        _ambiguous(facts.ambiguous),
    ]
    if facts.pathways is not None:
        genes = [(name, n) for name, n in facts.pathways.items() if name != "pathways"]
        about_pathways = (
            f"genes that figures and {count_of(facts.pathways['pathways'], 'pathway')} have"
        )
        sections.append(_chart("WikiPathways", about_pathways, bars(genes)))
    if findings is not None:
        sections.append(_validation(findings))
    totals = "".join(
        f'<div class="total"><b>{number:,}</b><span>{escape(name)}</span></div>'
        for name, number in facts.totals.items()
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(about)}</p>\n"
        f'<div class="totals">{totals}</div>\n<div class="grid">\n'
        + "\n".join(sections)
        + "\n</div>\n</main>\n</body>\n</html>\n"
    )


def _chart(title: str, about: str, svg: str) -> str:
    return f"<section><h2>{escape(title)}</h2><p>{escape(about)}</p>{svg}</section>"


def _ambiguous(words: Sequence[Ambiguous]) -> str:
    rows = [[one.word, ", ".join(one.symbols), one.organism, f"{one.figures:,}"] for one in words]
    table = _table(["word", "genes", "organism", "figures"], rows)
    about = "the lexicons have several genes of one organism for it; those in the most figures"
    return f"<section><h2>Ambiguous words</h2><p>{about}</p>{table}</section>"


def _validation(findings: Sequence[Finding]) -> str:
    violations = sum(count for severity, _, count in findings if severity == "Violation")
    about = "conforms" if not violations else count_of(violations, "violation")
    rows = [[severity, message, f"{count:,}"] for severity, message, count in findings]
    table = _table(["severity", "finding", "times"], rows) if rows else ""
    return f"<section><h2>Validation</h2><p>{about}</p>{table}</section>"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the last column has numbers."""

    def line(tag: str, cells: Sequence[str]) -> str:
        *texts, number = (escape(cell) for cell in cells)
        shown = "".join(f"<{tag}>{text}</{tag}>" for text in texts)
        return f'<tr>{shown}<{tag} class="number">{number}</{tag}></tr>'

    if not rows:
        return "<p>none</p>"
    return f"<table>{line('th', header)}{''.join(line('td', row) for row in rows)}</table>"
