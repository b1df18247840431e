"""Judge a part: a fast engine does the bulk, a second one checks it, and pySHACL decides.

pySHACL is given every focus node over which the engines disagree, those that fail, and a seeded
sample of the others. Where it disagrees with the engines over a node that they agree on,
they can't be trusted with the part, and it validates all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from zlib import crc32

from kg.errors import DataError
from kg.terms import Term
from kg.validate.engines import Text, UnreadableError, run
from kg.validate.forms import for_parts, hierarchy, restore
from kg.validate.parts import Known, NotOursError, Part, paper_of
from kg.validate.results import VIOLATION, Finding
from kg.validate.shapes import Shapes
from kg.validate.vocabulary import OF_CLASSES

CHECKED_SUBJECTS = 400_000
"""Up to how many subjects (some two million triples) a second engine checks every part."""

CHECKED_PART = 16
"""Of bigger data it checks one part in this many, unless it is asked for all."""

SAMPLED = 1000
"""About how many subjects pySHACL is given as a sample."""

MOST_FAILING, LEAST_FAILING = 25_000, 8
"""How many nodes that fail alike pySHACL is given of each part, from small to big data."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Who judges: the engine of the bulk, the one that checks it, and what pySHACL is given.

    One in `sample_every` subjects is sampled (0: none), by a checksum of its IRI and the seed:
    the same ones however the data are split. Of focus nodes that fail one constraint of one
    shape in a part, pySHACL is given `failing_limit`, and of violations ten times as many. One
    part in `checked_every` is checked.
    """

    main: str
    check: str | None = None
    sample_every: int = 0
    seed: int = 0
    failing_limit: int = 1000
    checked_every: int = 1

    def is_sampled(self, subject: Term) -> bool:
        every = self.sample_every
        return bool(every) and crc32(subject.encode(), self.seed) % every == 0

    def is_checked(self, number: int) -> bool:
        """Whether the second engine checks the part of a number."""
        return number % self.checked_every == 0


def bench_for(
    engines: tuple[str, str | None], subjects: int, cross_check: bool | None, seed: int
) -> Bench:
    """Return the bench for a graph of some size; `cross_check` None: as much as it can afford."""
    main, check = engines
    is_big = subjects > CHECKED_SUBJECTS and not cross_check
    return Bench(
        main,
        None if cross_check is False else check,
        sample_every=max(1, subjects // SAMPLED),
        seed=seed,
        failing_limit=max(LEAST_FAILING, MOST_FAILING * SAMPLED // max(1, subjects)),
        checked_every=CHECKED_PART if is_big else 1,
    )


@dataclass(slots=True)
class Verdict:
    """What was found in a part, and how: subjects, those refereed, and what to tell the user.

    `elsewhere` holds the focus nodes, with their triples, whose findings depend on what other
    parts say.
    """

    findings: set[Finding]
    subjects: int = 0
    refereed: int = 0
    disagreed: int = 0
    notes: list[str] = field(default_factory=list)
    elsewhere: Part | None = None


class Referee:
    """Judges parts of a graph: shapes, what is known of things described elsewhere, the bench.

    With `knows_all`, that is everything but what papers say of each other.
    """

    def __init__(
        self, shapes: Shapes, known: Known, bench: Bench, *, knows_all: bool = True
    ) -> None:
        self.is_split = shapes.is_splittable
        self.shapes = shapes
        self.form = for_parts(shapes) if self.is_split else shapes
        self.hierarchy = hierarchy(shapes) if self.is_split else b""
        self.known = known
        self.bench = bench
        self.knows_all = knows_all

    def judge(self, part: Part, *, is_checked: bool = True) -> Verdict:
        """Return what is found in a part; NotOursError for Turtle that has another layout."""
        part.check()
        subjects = part.subjects()
        verdict = Verdict(set(), len(subjects))
        main, check = self._engines(part)
        text = part.text(self.known, self.hierarchy)
        found = None if main == "pyshacl" else self._fast(main, part, text, verdict)
        if found is None:
            verdict.findings = self._pyshacl(part, text)
        else:
            other = self._fast(check, part, text, verdict) if check and is_checked else None
            self._settle(part, subjects, verdict, found, found if other is None else other)
        if self.is_split:
            away = {
                subjects[finding.focus_node]
                for finding in verdict.findings
                if self._is_elsewhere(finding, subjects)
            }
            verdict.elsewhere = part.select(away).as_lines() if away else None
        return verdict

    def _is_elsewhere(self, finding: Finding, subjects: Collection[Term]) -> bool:
        """Whether a finding is about what another part may describe."""
        value = finding.value
        if value is None or value in subjects or finding.component not in OF_CLASSES:
            return False
        paper = paper_of(value)
        return not self.knows_all or (paper is not None and paper != paper_of(finding.focus_node))

    def _engines(self, part: Part) -> tuple[str, str | None]:
        """Return main and checking engine; `shacl` gives blank nodes other names than the data."""
        main, check = self.bench.main, self.bench.check
        if not part.has_blank_nodes:
            return main, check
        return next((name for name in (main, check) if name == "shacl-rust"), "pyshacl"), None

    def _settle(
        self,
        part: Part,
        subjects: Mapping[Term, bytes],
        verdict: Verdict,
        found: set[Finding],
        other: set[Finding],
    ) -> None:
        """Let pySHACL decide what is in doubt, and look at what is not."""
        doubtful = {finding.focus_node for finding in found ^ other}
        failing = _some_failing(self.shapes, found, self.bench.failing_limit)
        seen = doubtful | failing | set(filter(self.bench.is_sampled, subjects))
        seen &= subjects.keys() if self.is_split else seen
        verdict.findings = found
        verdict.disagreed = len(doubtful)
        if not seen:
            return
        tokens = {subjects[name] for name in seen if name in subjects}
        truth = self._on_some(part, tokens) if self.is_split else self._pyshacl(part)
        verdict.refereed = len(seen)
        wrong = {f.focus_node for f in truth ^ found if f.focus_node in seen or not self.is_split}
        if not wrong:
            return
        if wrong <= doubtful:
            verdict.findings = {f for f in found if f.focus_node not in doubtful} | truth
            return
        verdict.findings = truth if not self.is_split else self._pyshacl(part)
        verdict.notes.append(
            f"the fast engines and pySHACL disagree on {len(wrong)} focus nodes, for example "
            f"{min(wrong)}; pySHACL's word was taken for all of their part"
        )

    def _fast(self, name: str, part: Part, text: Text, verdict: Verdict) -> set[Finding] | None:
        """Run a fast engine; None, with a note, where it can't do it and pySHACL has to."""
        try:
            return self._run(name, text)
        except UnreadableError as error:
            if part.may_be_another_layout:
                raise NotOursError from None
            verdict.notes.append(f"{name} could not validate a part ({error}); pySHACL did")
            return None

    def _run(self, name: str, text: Text) -> set[Finding]:
        return {restore(self.shapes, finding) for finding in run(name, self.form, text)}

    def _on_some(self, part: Part, tokens: Collection[bytes]) -> set[Finding]:
        """Run pySHACL on some subjects of a part, and tell it the classes of the others."""
        known = {**self.known, **part.select_known(tokens, self.shapes.classes)}
        return self._pyshacl(part, part.select(tokens).text(known, self.hierarchy))

    def _pyshacl(self, part: Part, text: Text | None = None) -> set[Finding]:
        """Run pySHACL on a text, by default on all of a part."""
        try:
            return self._run("pyshacl", text or part.text(self.known, self.hierarchy))
        except UnreadableError as error:
            if part.may_be_another_layout:
                raise NotOursError from None
            raise DataError(f"can't be validated: {error}") from None


def _some_failing(shapes: Shapes, found: set[Finding], limit: int) -> set[Term]:
    """Return failing focus nodes, up to a limit of each shape and component."""
    counts: Counter[tuple[Term, Term]] = Counter()
    some: set[Term] = set()
    for finding in sorted(found, key=_finding_key):
        key = finding.shape, finding.component
        counts[key] += 1
        if counts[key] <= limit * (10 if shapes.severity(finding.shape) == VIOLATION else 1):
            some.add(finding.focus_node)
    return some


def _finding_key(finding: Finding) -> tuple[str, ...]:
    return tuple(item or "" for item in finding)
