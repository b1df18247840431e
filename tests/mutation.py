"""Do things to descriptions that shapes mind, or perhaps not."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from kg.mapping import merge
from kg.terms import PREFIXES, RDF_TYPE, Description, Term, iri, literal

_XSD = PREFIXES["xsd"]


def mutate(
    descriptions: Iterable[Description], seed: int, count: int, strangers: Sequence[Term] = ()
) -> list[Description]:
    """Return descriptions with things done to some; they may come to refer to `strangers`."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    changed = [(subject, [*pairs]) for subject, pairs in descriptions]
    for _ in range(count):
        place = rng.randrange(len(changed))
        subject, pairs = changed[place]
        at = rng.randrange(len(pairs))
        predicate, value = pairs[at]
        wp = iri(f"http://vocabularies.wikipathways.org/wp#{rng.choice(['DataNode', 'Other'])}")
        number = literal(rng.choice(["1", "01", "-5"]), f"<{_XSD}integer>")
        _, others = rng.choice(changed)
        choices = [
            (predicate, iri("https://w3id.org/pfocr/nothing")),
            (predicate, literal("some text")),
            (predicate, number),
            (predicate, literal("some text", f"<{_XSD}date>")),
            (predicate, rng.choice(changed)[0]),
            (predicate, literal("")),
            (iri("urn:unknown"), value),
            (RDF_TYPE, wp),
        ]
        if strangers:
            choices += [(predicate, rng.choice(strangers))] * len(choices)
        pairs[at] = rng.choice(choices)
        more = [(predicate, value), rng.choice(others), (predicate, number), (RDF_TYPE, wp)]
        pairs += rng.sample(more, rng.randrange(3))
        if rng.random() < 0.1:
            changed[place] = iri(f"{subject[1:-1]}-{rng.choice('xyz')}"), pairs
    return merge(changed)
