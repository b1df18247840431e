"""A column of texts that can be memory-mapped: one array of bytes, and where each text ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import overload

import numpy as np


class Strings(Sequence[str]):
    """Texts, each decoded when it is asked for.

    >>> column = Strings.of(["Src", "", "TNF-α"])
    >>> column[2], len(column), list(column)
    ('TNF-α', 3, ['Src', '', 'TNF-α'])
    """

    def __init__(self, content: np.ndarray, ends: np.ndarray) -> None:
        self.content = content
        self.ends = ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        encoded = [text.encode() for text in texts]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        count = len(self.ends) - 1
        place = index + count if index < 0 else index
        if not 0 <= place < count:
            raise IndexError(index)
        start, end = self.ends[place : place + 2].tolist()
        return self.content[start:end].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        content, ends = self.content.tobytes(), self.ends.tolist()
        for start, end in pairwise(ends):
            yield content[start:end].decode()
