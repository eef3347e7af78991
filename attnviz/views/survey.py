"""One walk over the weights of a layer, for everything that a page needs to know of all of them.

Weights are computed in blocks of rows that fit into a processor's cache, so that a long text takes neither
the memory of a whole `[head, query, key]` nor the time to carry it back and forth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture.layer import AttentionLayer

# Of one block of weights.
_BLOCK_BYTES = 8_000_000


class Surveyor(Protocol):
    """Takes in the weights of a layer, block by block, in the order of the rows."""

    def add(self, rows: range, weights: np.ndarray) -> None:
        """Weights of these query rows, float32 `[head, row, key]`; they belong to the caller."""


def survey(layer: AttentionLayer, surveyors: Sequence[Surveyor]) -> None:
    """Compute every weight of a layer once, and show it to all surveyors."""
    step = max(1, _BLOCK_BYTES // (4 * layer.heads * layer.keys))
    for first in range(0, layer.queries, step):
        rows = range(first, min(first + step, layer.queries))
        weights = layer.weights(rows=rows)
        for surveyor in surveyors:
            surveyor.add(rows, weights)


def evenly_spaced(queries: int, most: int) -> list[int]:
    """As many query rows as may be looked at, from the first to the last."""
    rows: list[int] = np.linspace(0, queries - 1, min(queries, most)).astype(int).tolist()
    return rows


class Thumbnails:
    """Every head max-pooled.

    Attributes:
        cells: the largest weight of each cell so far, float32 `[head, cell row, cell column]`.
    """

    def __init__(self, layer: AttentionLayer, side: int) -> None:
        shape = (layer.heads, min(layer.queries, side), min(layer.keys, side))
        self.cells = np.zeros(shape, dtype=np.float32)
        _, rows, columns = shape
        self._starts = np.arange(columns) * layer.keys // columns
        # The first query of each cell row, and the end of the last.
        self._edges = np.arange(rows + 1) * layer.queries // rows

    def add(self, rows: range, weights: np.ndarray) -> None:
        """See `Surveyor`."""
        cell = int(np.searchsorted(self._edges, rows.start, side="right")) - 1
        first = rows.start
        while first < rows.stop:
            end = min(int(self._edges[cell + 1]), rows.stop)
            block = weights[:, first - rows.start : end - rows.start].max(axis=1)  # [head, key]
            found = np.maximum.reduceat(block, self._starts, axis=-1)
            np.maximum(self.cells[:, cell], found, out=self.cells[:, cell])
            first, cell = end, cell + 1

    def bytes(self) -> np.ndarray:
        """The cells as uint8, 255 · √w."""
        roots: np.ndarray = np.rint(255 * np.sqrt(self.cells)).astype(np.uint8)
        return roots


class Difference:
    """The largest difference between a layer's weights and those of the same layer after rounding."""

    def __init__(self, rounded: AttentionLayer) -> None:
        self._rounded = rounded
        self.largest = 0.0

    def add(self, rows: range, weights: np.ndarray) -> None:
        """See `Surveyor`."""
        found = float(abs(weights - self._rounded.weights(rows=rows)).max())
        self.largest = max(self.largest, found)
