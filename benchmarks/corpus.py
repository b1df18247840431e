"""Make a corpus of N figure pages from real ones: `python -m benchmarks.corpus N OUT_DIR`.

Each made page is a real page, side tables included, under a new figid of a new paper; nothing
else in it changes, so sizes, words and genes are as published. All real pages are used equally
often, in shuffled rounds. Some papers have several figures, all made of the same real page, so
that they agree on the paper. The same arguments give the same files, byte for byte.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

REAL_PAGES = Path(__file__).parent.parent / "tests" / "data" / "pages"
KINDS = ("genes", "chemicals", "diseases")
FIRST_PAPER = 90_000_001
"""Far above the numbers that PubMed Central has given, so that no made page names a real paper."""

_FIGURES_PER_PAPER = (1, 2, 3, 4)
_WEIGHTS = (70, 18, 8, 4)  # with the ends of rounds, 1.3 figures a paper in the mean
_PAPER, _STEM, _ALIAS = "\x00paper\x00", "\x00stem\x00", "\x00alias\x00"


@dataclass(frozen=True, slots=True)
class Template:
    """A real page with marks where its identifiers stood."""

    text: str
    stem: str
    alias: str
    tables: dict[str, bytes]
    wpids: tuple[str, ...]
    layout: int

    def fill(self, pmcid: str, number: int) -> tuple[str, str]:
        """Return figid and text of the paper's figure of this number, counted from 1."""
        suffix = "" if number == 1 else f"-{number}"
        stem = self.stem + suffix
        text = self.text.replace(_PAPER, pmcid).replace(_STEM, stem)
        return f"{pmcid}__{stem}", text.replace(_ALIAS, self.alias + suffix)


def read_templates(folders: Sequence[Path]) -> list[Template]:
    """Read all pages of folders that have `_figures/` and, for layouts 3 and 4, `_data/`."""
    return [
        _template(page, folder / "_data", wpids.get(page.stem, ()))
        for folder in folders
        for wpids in (_read_wpids(folder / "_data" / "wpid_map.tsv"),)
        for page in sorted((folder / "_figures").glob("*.md"))
    ]


def _template(page: Path, data: Path, wpids: tuple[str, ...]) -> Template:
    text = page.read_text(encoding="utf-8")
    paper, _, stem = page.stem.partition("__")
    alias_line = re.search(rf"^figid_alias: {paper}__(\S+)$", text, re.MULTILINE)
    alias = alias_line[1] if alias_line else ""
    text = text.replace(page.stem, f"{_PAPER}__{_STEM}")
    text = text.replace(f"\nfilename: {stem}.", f"\nfilename: {_STEM}.")
    if alias:
        text = text.replace(f"{paper}__{alias}\n", f"{_PAPER}__{_ALIAS}\n")
    text = re.sub(rf"{paper}(?!\d)", _PAPER, text)
    tables = {
        kind: path.read_bytes()
        for kind in KINDS
        if (path := data / f"{page.stem}-{kind}.tsv").exists()
    }
    return Template(text, stem, alias, tables, wpids, _layout(text, tables))


def _layout(text: str, tables: dict[str, bytes]) -> int:
    if "\ngenes:" in text:
        return 2 if "\norganisms:\n" in text else 1
    header = tables.get("genes", b"").partition(b"\n")[0]
    return 4 if b"count_synonym" in header else 3


def _read_wpids(path: Path) -> dict[str, tuple[str, ...]]:
    wpids: dict[str, tuple[str, ...]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            figid, _, wpid = line.partition("\t")
            wpids[figid] = (*wpids.get(figid, ()), wpid)
    return wpids


def iter_figures(
    templates: Sequence[Template], count: int, seed: int
) -> Iterator[tuple[Template, str, str]]:
    """Yield template, figid and text of each page of the corpus, in order of paper."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes the same pages each time
    left = [0] * len(templates)
    made, paper = 0, FIRST_PAPER
    while made < count:
        if not any(left):
            left = [max(_FIGURES_PER_PAPER)] * len(templates)
        place = chance.choice([index for index, number in enumerate(left) if number])
        wanted = chance.choices(_FIGURES_PER_PAPER, _WEIGHTS)[0]
        figures = min(wanted, left[place], count - made)
        for number in range(1, figures + 1):
            yield (templates[place], *templates[place].fill(f"PMC{paper}", number))
        left[place] -= figures
        made += figures
        paper += 1


def make_corpus(
    count: int,
    out: Path,
    *,
    seed: int = 0,
    folders: Sequence[Path] = (REAL_PAGES,),
    layouts: Sequence[int] = (1, 2, 3, 4),
) -> int:
    """Write a corpus of `count` pages below `out`; return the size of its files in bytes."""
    templates = [found for found in read_templates(folders) if found.layout in layouts]
    if not templates:
        raise ValueError("the folders have no page of these layouts")
    figures, data = out / "_figures", out / "_data"
    figures.mkdir(parents=True)
    data.mkdir()
    size_bytes = 0
    wpids: list[str] = []
    for template, figid, text in iter_figures(templates, count, seed):
        files = {f"{figures}/{figid}.md": text.encode()}
        files |= {f"{data}/{figid}-{kind}.tsv": rows for kind, rows in template.tables.items()}
        for path, content in files.items():
            with open(path, "wb", buffering=0) as target:
                target.write(content)
            size_bytes += len(content)
        wpids += [f"{figid}\t{wpid}\n" for wpid in template.wpids]
    (data / "wpid_map.tsv").write_text("".join(wpids), encoding="utf-8")
    return size_bytes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int, metavar="N", help="number of pages")
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="folder to make")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another corpus")
    parser.add_argument(
        "--pages", type=Path, action="append", help="folder of real pages; may be repeated"
    )
    parser.add_argument(
        "--layout", type=int, action="append", choices=(1, 2, 3, 4), help="only these layouts"
    )
    asked = parser.parse_args()
    try:
        size_bytes = make_corpus(
            asked.count,
            asked.out,
            seed=asked.seed,
            folders=asked.pages or [REAL_PAGES],
            layouts=asked.layout or (1, 2, 3, 4),
        )
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    print(f"{asked.count:,} pages, {size_bytes / asked.count:,.0f} bytes a page with tables")


if __name__ == "__main__":
    main()
