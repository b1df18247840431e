"""Describe genes and families: what pages call them, and what HGNC and FamPlex say of them.

What FamPlex says is kept apart from what pages say by its own predicates: `famplexIsa` and
`famplexPartOf` lead from a gene or family to a family or complex. What a page expanded a family
to stands in the entries of the family lexicons.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg import terms
from kg.mapping import vocabulary as v
from kg.mapping.names import mint_family
from kg.mapping.pairs import Pairs, add
from kg.record import HUMAN, GeneEntry
from kg.reference import Family, Gene, Hgnc, Tables
from kg.terms import RDF_TYPE, Description, literal

_RELATIONS = {"isa": v.FAMPLEX_ISA, "partof": v.FAMPLEX_PART_OF}
_NOT_OF_IT = frozenset({"other gene", "alias", "withdrawn", "unknown symbol"})


def describe_gene(key: GeneEntry, hgnc: Hgnc) -> Iterator[Description]:
    """Yield what is known of the gene of an entry, and of a symbol that it has no longer."""
    subject = terms.gene(key.gene)
    pairs = [
        (RDF_TYPE, v.GENE),
        (v.ENTITY_IDENTIFIER, literal(key.gene)),
        (v.EXACT_MATCH, terms.gene_http(key.gene)),
    ]
    add(pairs, v.SYMBOL, key.symbol)
    if key.taxon is not None:
        pairs.append((v.IN_TAXON, terms.taxon(key.taxon)))
    if key.taxon == HUMAN:
        gene = hgnc.by_entrez(key.gene)
        if gene is not None:
            pairs += _hgnc_pairs(gene)
        status = symbol_status(key, hgnc)
        if key.symbol is not None and status not in _NOT_OF_IT:
            pairs.append((v.EXACT_MATCH, terms.hgnc_symbol(key.symbol)))
            if gene is not None and status == "previous symbol":
                replaced = (v.REPLACED_BY, terms.hgnc_symbol(gene.symbol))
                yield terms.hgnc_symbol(key.symbol), [replaced]
    yield subject, pairs


def symbol_status(key: GeneEntry, hgnc: Hgnc) -> str | None:
    """Say how symbol and number of a human gene agree by HGNC; None where there is no saying."""
    if key.taxon != HUMAN or key.symbol is None:
        return None
    gene = hgnc.by_entrez(key.gene)
    if gene is not None and key.symbol == gene.symbol:
        return "same"
    if gene is not None and key.symbol in gene.previous:
        return "previous symbol"
    return hgnc.check(key.gene, key.symbol).agreement


def _hgnc_pairs(gene: Gene) -> Pairs:
    """Return what HGNC says of a gene: name, identifiers, orthologs in mouse and rat."""
    pairs = [
        (v.PREFERRED, literal(gene.symbol)),
        (v.FULL_NAME, literal(gene.name)),
        (v.EXACT_MATCH, terms.hgnc(gene.hgnc)),
        (v.EXACT_MATCH, terms.hgnc_symbol(gene.symbol)),
    ]
    if gene.ensembl is not None:
        pairs.append((v.EXACT_MATCH, terms.ensembl(gene.ensembl)))
    pairs += [(v.ALTERNATIVE, literal(name)) for name in (*gene.previous, *gene.aliases)]
    pairs += [(v.CLOSE_MATCH, terms.uniprot(accession)) for accession in gene.uniprot]
    pairs += [(v.RELATED_MATCH, terms.mgi(number)) for number in gene.mgi]
    pairs += [(v.RELATED_MATCH, terms.rgd(number)) for number in gene.rgd]
    return pairs


def describe_family(term: str, expanded: tuple[str, ...], tables: Tables) -> Iterator[Description]:
    """Yield the family of a term, and where FamPlex has it, all above and below it there.

    A term that FamPlex does not have gets a family of our own. `expanded` are the human genes
    that a page takes such a term for: a family of FamPlex with just these is a close match, and
    no more, since FamPlex knows no such name for it.
    """
    grounding = tables.famplex.ground(term)
    subject = mint_family(term, grounding)
    if grounding.id is not None:
        yield subject, [(v.ALTERNATIVE, literal(term))]
        yield from _describe_relatives(grounding.id, tables)
        return
    alike = tables.famplex.with_genes(expanded)
    name = literal(term)
    own = [(RDF_TYPE, v.FAMILY), (v.ENTITY_IDENTIFIER, name), (v.PREFERRED, name)]
    yield subject, [*own, *((v.CLOSE_MATCH, terms.famplex(other)) for other in alike)]
    for other in alike:
        yield from _describe_relatives(other, tables)


def _describe_relatives(id: str, tables: Tables) -> Iterator[Description]:
    for relative in tables.famplex.relatives(id):
        yield from _describe_famplex(tables.famplex.family(relative), tables.hgnc)


def _describe_famplex(family: Family, hgnc: Hgnc) -> Iterator[Description]:
    """Yield a family of FamPlex, and its genes, which are human."""
    subject = terms.famplex(family.id)
    pairs = [
        (RDF_TYPE, v.FAMILY),
        (v.ENTITY_IDENTIFIER, literal(family.id)),
        (v.PREFERRED, literal(family.id.replace("_", " "))),
    ]
    pairs += [(_RELATIONS[kind], terms.famplex(parent)) for parent, kind in family.parents]
    pairs += [(v.EXACT_MATCH, other) for other in family.equivalents]
    yield subject, pairs
    for number, kind in family.members:
        yield from describe_gene(GeneEntry("", "", number, None, HUMAN), hgnc)
        yield terms.gene(number), [(_RELATIONS[kind], subject)]
