"""Where the nodes of a network stand in a picture: seeded, so that it is the same each time."""

from __future__ import annotations

import networkx as nx
import numpy as np

from kg.network.graphs import part_of
from kg.network.nodes import Graph

_GAP = 2.6
_FEW_NODES = 150  # beyond, Kamada and Kawai's method takes seconds
_TOUCHING = 1e-6


def lay_out(graph: Graph, seed: int = 1) -> dict[str, tuple[float, float]]:
    """Return a place for each node, x and y within -1 and 1.

    Parts that no edge joins are laid out one by one and packed in rows, the largest first.
    """
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    placed: dict[str, np.ndarray] = {}
    x = y = height = 0.0
    widest = max((_radius(len(part)) for part in parts), default=0.0) * 2
    width = max(widest, sum(_radius(len(part)) ** 2 * 4 for part in parts) ** 0.5)
    for part in parts:
        radius = _radius(len(part))
        if x and x + 2 * radius > width * 1.05:
            x, y, height = 0.0, y + height, 0.0
        for node, place in _lay_out_part(part_of(graph, part), seed).items():
            placed[node] = place * radius * 0.85 + (x + radius, -y - radius)
        x, height = x + 2 * radius, max(height, 2 * radius)
    return _fit(placed)


def _radius(nodes: int) -> float:
    return float(max(nodes, 1.6) ** 0.5)


def _lay_out_part(part: Graph, seed: int) -> dict[str, np.ndarray]:
    if len(part) == 1:
        return {next(iter(part)): np.zeros(2)}
    start = _start(part, seed) if len(part) <= _FEW_NODES else None
    spread = _GAP / len(part) ** 0.5
    found = nx.spring_layout(part, pos=start, k=spread, weight=None, iterations=60, seed=seed)
    places = np.array([found[node] for node in part])
    places -= (places.max(axis=0) + places.min(axis=0)) / 2
    places /= max(float(np.abs(places).max()), 1e-9)
    return dict(zip(part, places, strict=True))


def _start(part: Graph, seed: int) -> dict[str, np.ndarray]:
    """Return places by Kamada and Kawai's method, from a circle in which the seed puts nodes."""
    angles = np.random.default_rng(seed).permutation(len(part)) * (2 * np.pi / len(part))
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    places: dict[str, np.ndarray] = nx.kamada_kawai_layout(
        part, pos=dict(zip(part, circle, strict=True)), weight=None
    )
    return places


def _fit(placed: dict[str, np.ndarray]) -> dict[str, tuple[float, float]]:
    if not placed:
        return {}
    places = np.array(list(placed.values()))
    places -= (places.max(axis=0) + places.min(axis=0)) / 2
    places /= max(float(np.abs(places).max()), 1e-9)
    return {node: (float(x), float(y)) for node, (x, y) in zip(placed, places, strict=True)}


def spread(places: np.ndarray, boxes: np.ndarray, rounds: int = 300) -> np.ndarray:
    """Return places (n by 2) moved apart until boxes (width, height) around them do not overlap.

    Where two overlap, each moves half of what is missing, along the way that is the shorter.
    """
    places = places.astype(float).copy()
    needed = (boxes[:, None, :] + boxes[None, :, :]) / 2
    for _ in range(rounds):
        missing = needed - np.abs(places[:, None, :] - places[None, :, :])
        overlaps = np.argwhere(np.triu((missing > _TOUCHING).all(axis=2), k=1))
        if not len(overlaps):
            break
        for left, right in overlaps:
            axis = int(np.argmin(missing[left, right]))
            direction = 1 if places[left, axis] >= places[right, axis] else -1
            move = direction * missing[left, right, axis] / 2
            places[left, axis] += move
            places[right, axis] -= move
    return places
