"""GraphML and GEXF, for Cytoscape, yEd, igraph and Gephi.

Decision: not networkx's writers. They build the whole document before they write, some gigabytes
for a million edges; this writes element by element. The tests read both back with networkx.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from kg.network.nodes import Graph

_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
_NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def write_graphml(graph: Graph, target: IO[bytes]) -> None:
    """Write GraphML (http://graphml.graphdrawing.org/specification.html)."""
    nodes = columns_of(data for _, data in graph.nodes.data())
    edges = columns_of(data for *_, data in graph.edges.data())
    _put(target, '<?xml version="1.0" encoding="UTF-8"?>')
    _put(target, '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">')
    for scope, columns in (("node", nodes), ("edge", edges)):
        for name, kind in columns.items():
            key = _attributes(id=f"{scope}-{name}", **{"for": scope})
            _put(target, f'<key {key} attr.name={_quote(name)} attr.type="{_TYPES[kind]}"/>')
    _put(target, '<graph edgedefault="undirected">')
    for node, data in graph.nodes.data():
        _put(target, f"<node {_attributes(id=node)}>{_graphml_data('node', data)}</node>")
    for left, right, data in graph.edges.data():
        ends = _attributes(source=left, target=right)
        _put(target, f"<edge {ends}>{_graphml_data('edge', data)}</edge>")
    _put(target, "</graph>\n</graphml>")


def write_gexf(graph: Graph, target: IO[bytes]) -> None:
    """Write GEXF 1.2 (https://gexf.net/1.2draft); label and weight have places of their own."""
    _put(target, '<?xml version="1.0" encoding="UTF-8"?>')
    _put(target, '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">')
    _put(target, '<graph defaultedgetype="undirected" mode="static">')
    nodes = columns_of(data for _, data in graph.nodes.data())
    edges = columns_of(data for *_, data in graph.edges.data())
    for scope, columns, own in (("node", nodes, "label"), ("edge", edges, "weight")):
        _put(target, f'<attributes class="{scope}" mode="static">')
        for name, kind in columns.items():
            if name != own:
                _put(target, f"<attribute {_attributes(id=name, title=name, type=_TYPES[kind])}/>")
        _put(target, "</attributes>")
    _put(target, "<nodes>")
    for node, data in graph.nodes.data():
        named = _attributes(id=node, label=str(data.get("label", node)))
        _put(target, f"<node {named}>{_gexf_data(data, 'label')}</node>")
    _put(target, "</nodes>\n<edges>")
    for number, (left, right, data) in enumerate(graph.edges.data()):
        named = _attributes(id=str(number), source=left, target=right)
        weight = f' weight="{data["weight"]}"' if "weight" in data else ""
        _put(target, f"<edge {named}{weight}>{_gexf_data(data, 'weight')}</edge>")
    _put(target, "</edges>\n</graph>\n</gexf>")


def columns_of(items: Iterable[Mapping[str, Any]]) -> dict[str, type]:
    """Return the names of attributes and the type of each, in the order in which they come."""
    columns: dict[str, type] = {}
    for data in items:
        for name, value in data.items():
            columns.setdefault(name, type(value))
    return columns


def _graphml_data(scope: str, data: Mapping[str, Any]) -> str:
    return "".join(
        f"<data key={_quote(f'{scope}-{name}')}>{_text(value)}</data>"
        for name, value in data.items()
    )


def _gexf_data(data: Mapping[str, Any], own: str) -> str:
    values = "".join(
        f"<attvalue for={_quote(name)} value={_quote(_plain(value))}/>"
        for name, value in data.items()
        if name != own
    )
    return f"<attvalues>{values}</attvalues>" if values else ""


def _attributes(**values: str) -> str:
    return " ".join(f"{name}={_quote(value)}" for name, value in values.items())


def _quote(text: str) -> str:
    return quoteattr(text.translate(_NOT_IN_XML), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


def _text(value: Any) -> str:
    return escape(_plain(value).translate(_NOT_IN_XML))


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _put(target: IO[bytes], line: str) -> None:
    target.write(line.encode() + b"\n")
