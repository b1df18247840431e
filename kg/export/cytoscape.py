"""CX2, for Cytoscape and NDEx, and the JSON of Cytoscape.js, for web pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from kg.errors import MissingExtraError
from kg.network.nodes import Graph

_LAID_OUT_NODES = 500
_PIXELS_A_NODE = 60
_STYLE = {
    "default": {
        "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
        "node": {
            "NODE_SHAPE": "ellipse",
            "NODE_WIDTH": 40.0,
            "NODE_HEIGHT": 40.0,
            "NODE_BACKGROUND_COLOR": "#9EC3E6",
            "NODE_BORDER_WIDTH": 0.0,
            "NODE_LABEL_COLOR": "#1F2933",
            "NODE_LABEL_FONT_SIZE": 12,
        },
        "edge": {"EDGE_LINE_COLOR": "#B8C2CC", "EDGE_WIDTH": 1.0},
    },
    "nodeMapping": {
        "NODE_LABEL": {
            "type": "PASSTHROUGH",
            "definition": {"attribute": "name", "type": "string"},
        }
    },
}


def write_cx2(graph: Graph, target: IO[bytes], seed: int = 1) -> None:
    """Write CX2 with ndex2, which checks what it is given; a small network is laid out."""
    try:
        from ndex2.cx2 import CX2Network
    except ImportError:
        raise MissingExtraError("ndex2", "export") from None
    network = CX2Network()
    network.set_name(f"PFOCR: {graph.graph.get('kind', 'network')}")
    for name, setting in graph.graph.items():
        network.add_network_attribute(name, str(setting))
    places = _places(graph, seed)
    numbers: dict[str, int] = {}
    for number, node in enumerate(graph):
        named: dict[str, Any] = {"name": node, "represents": node, **graph.nodes[node]}
        named["name"] = named.pop("label", node)
        x, y = places.get(node, (None, None))
        numbers[node] = network.add_node(number, attributes=named, x=x, y=y)
    for number, (left, right, about) in enumerate(graph.edges.data()):
        network.add_edge(number, numbers[left], numbers[right], attributes={**about})
    network.set_visual_properties(_STYLE)
    target.write(json.dumps(network.to_cx2(), ensure_ascii=False).encode() + b"\n")


def write_cyjs(graph: Graph, target: IO[bytes]) -> None:
    """Write the JSON of Cytoscape.js (https://js.cytoscape.org/#notation/elements-json)."""
    head = json.dumps({"format_version": "1.0", "data": dict(graph.graph)}, ensure_ascii=False)
    target.write(f'{head[:-1]}, "elements": {{"nodes": [\n'.encode())
    _put_all(target, ({"id": node, **data} for node, data in graph.nodes.data()))
    target.write(b'], "edges": [\n')
    edges = enumerate(graph.edges.data())
    _put_all(target, ({"id": f"e{i}", "source": a, "target": b, **d} for i, (a, b, d) in edges))
    target.write(b"]}}\n")


def _put_all(target: IO[bytes], items: Iterable[Mapping[str, Any]]) -> None:
    separator = b""
    for item in items:
        element = json.dumps({"data": item}, ensure_ascii=False)
        target.write(separator + element.encode())
        separator = b",\n"


def _places(graph: Graph, seed: int) -> dict[str, tuple[float, float]]:
    if not 0 < len(graph) <= _LAID_OUT_NODES:
        return {}
    from kg.export.layout import lay_out

    scale = _PIXELS_A_NODE * len(graph) ** 0.5
    places = lay_out(graph, seed).items()
    return {node: (round(scale * x, 1), round(scale * y, 1)) for node, (x, y) in places}
