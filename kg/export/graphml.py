"""GraphML and GEXF, for Cytoscape, yEd, igraph and Gephi.

Decision: not networkx's writers. They build the whole document before they write, some gigabytes
for a million edges; this writes element by element. The tests read both back with networkx.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from kg.network.nodes import Graph

_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
_PLAIN = re.compile(r"[\w:.+-]*", re.ASCII)
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
    heads = {name: f"<data key={_quote(f'node-{name}')}>" for name in nodes}
    for node, data in graph.nodes.data():
        values = "".join([f"{heads[name]}{_text(value)}</data>" for name, value in data.items()])
        _put(target, f"<node id={_quote(node)}>{values}</node>")
    heads = {name: f"<data key={_quote(f'edge-{name}')}>" for name in edges}
    for left, right, data in graph.edges.data():
        values = "".join([f"{heads[name]}{_text(value)}</data>" for name, value in data.items()])
        _put(target, f"<edge source={_quote(left)} target={_quote(right)}>{values}</edge>")
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
    if _PLAIN.fullmatch(text):
        return f'"{text}"'
    return quoteattr(text.translate(_NOT_IN_XML), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


def _text(value: Any) -> str:
    return escape(value.translate(_NOT_IN_XML)) if type(value) is str else _plain(value)


def _plain(value: Any) -> str:
    return str(value).lower() if type(value) is bool else str(value)


def _put(target: IO[bytes], line: str) -> None:
    target.write(line.encode() + b"\n")
