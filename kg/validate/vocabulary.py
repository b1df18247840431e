"""The terms of SHACL, and what it takes of them to be Core, and to be decided in parts."""

from __future__ import annotations

from kg.terms import PREFIXES, Term, expand, iri

SH = PREFIXES["sh"]
SHAPES_NAMESPACE = "https://w3id.org/pfocr/shapes#"
SCOPE = expand("pfocr:scope")
GRAPH_SCOPE = '"graph"'
SUBCLASS_OF = expand("rdfs:subClassOf")
RDFS_CLASS = expand("rdfs:Class")
FIRST, REST, NIL = expand("rdf:first"), expand("rdf:rest"), expand("rdf:nil")


def sh(*names: str) -> frozenset[Term]:
    return frozenset(iri(SH + name) for name in names)


PATH, PROPERTY, CLASS, CLOSED, IGNORED, MESSAGE, SEVERITY, PATTERN, FLAGS = (
    iri(SH + name)
    for name in (
        "path", "property", "class", "closed", "ignoredProperties", "message", "severity",
        "pattern", "flags",
    )
)  # fmt: skip
DEACTIVATED, DISJOINT_SIBLINGS = iri(SH + "deactivated"), iri(SH + "qualifiedValueShapesDisjoint")
OR = iri(SH + "or")
CLASS_COMPONENT, CLOSED_COMPONENT, OR_COMPONENT = (
    iri(f"{SH}{name}ConstraintComponent") for name in ("Class", "Closed", "Or")
)
OF_CLASSES = {CLASS_COMPONENT, OR_COMPONENT} | {
    iri(f"{SH}{name}ConstraintComponent") for name in ("And", "Node", "Not", "Xone")
}
"""The constraints of values that can depend on what class the value is of."""
TARGETS = sh("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
ALTERNATIVE = iri(SH + "alternativePath")
TO_SHAPES = sh("property", "node", "not", "qualifiedValueShape")
TO_SHAPE_LISTS = sh("and", "or", "xone")
PATH_FORMS = {
    iri(SH + "inversePath"): "^{}",
    iri(SH + "zeroOrMorePath"): "{}*",
    iri(SH + "oneOrMorePath"): "{}+",
    iri(SH + "zeroOrOnePath"): "{}?",
}
PATHS = {ALTERNATIVE, *PATH_FORMS}
_OF_VALUES = sh(
    "class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive",
    "maxExclusive", "maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn",
    "uniqueLang", "equals", "disjoint", "lessThan", "lessThanOrEquals", "hasValue", "in",
)  # fmt: skip
_COUNTED = sh("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint")
SAID = sh("name", "description", "order", "group", "defaultValue", "message", "severity")
_CORE = (
    {PATH, CLOSED, IGNORED} | TARGETS | _OF_VALUES | _COUNTED | SAID | PATHS
    | TO_SHAPES | TO_SHAPE_LISTS | sh("deactivated")
)  # fmt: skip
SPLITTABLE = _CORE - sh("targetObjectsOf", "targetNode", "deactivated")
