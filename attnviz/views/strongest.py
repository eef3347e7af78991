"""The strongest keys of every query row: what a page carries of a layer for which its budget has no room.

One threshold holds for the whole page, as it keeps the most mass in a given number of keys: every weight from
there on is in the page, so a key that is missing has a weight below it. Rows without such weights keep their
few largest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from attnviz.capture.strongest import strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture.layer import AttentionLayer
    from attnviz.views.chunks import Chunk

# Rows of a layer that tell how its weights are spread.
_SAMPLE_ROWS = 64
# 255 steps to the largest weight of a row.
_STEPS = 255


class Strongest:
    """The strongest keys of one layer; a `Surveyor`.

    Args:
        layer: whose they are.
        threshold: weights from here on are taken.
        least: so many keys of every row are taken, however small.

    Attributes:
        rows: number of rows, heads × queries.
        mass: the sum of all weights of the layer, those left out too.
    """

    def __init__(self, layer: AttentionLayer, threshold: float, least: int) -> None:
        self._heads, self._queries, self._keys = layer.heads, layer.queries, layer.keys
        self._threshold, self._least = threshold, min(least, layer.keys)
        self.rows = layer.heads * layer.queries
        self.mass = 0.0
        self._blocks: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._found: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        self._lowest: dict[int, np.ndarray] = {}

    def add(self, rows: range, weights: np.ndarray) -> None:
        """See `Surveyor`."""
        self.mass += float(weights.sum(axis=-1, dtype=np.float64).sum())
        places = strongest(weights, self._threshold, self._least)
        row, key = np.divmod(places, self._keys)
        head, own = np.divmod(row, len(rows))
        number = np.uint16 if self._keys <= 1 << 16 else np.uint32
        values = weights.reshape(-1)[places]
        row = (head * self._queries + own + rows.start).astype(np.uint32)
        self._blocks.append((row, key.astype(number), values))

    def _entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row, key and weight of every entry, in the order of `[head, query]`, keys ascending."""
        if self._found is None:
            row, key, weight = (np.concatenate(parts) for parts in zip(*self._blocks, strict=True))
            order = np.argsort(row, kind="stable")
            self._found = row[order], key[order], weight[order]
            self._blocks.clear()
        return self._found

    def optional(self, least: int) -> np.ndarray:
        """Weights of the entries that are not among the `least` largest of their rows, in no order."""
        row, _, weight = self._entries()
        left_out: np.ndarray = weight[weight < self._floors(least)[row]]
        return left_out

    def _floors(self, least: int) -> np.ndarray:
        """The least weight that is among the `least` largest of each row, `[row]`."""
        if least in self._lowest:
            return self._lowest[least]
        row, _, weight = self._entries()
        starts = np.searchsorted(row, np.arange(self.rows, dtype=np.uint32))
        rest = weight.copy()
        floors = np.maximum.reduceat(rest, starts)
        for _ in range(min(least, self._least) - 1):
            rest[rest >= floors[row]] = 0
            lower = np.maximum.reduceat(rest, starts)
            floors = np.where(lower > 0, lower, floors)
        self._lowest[least] = floors
        return floors

    def chosen(self, threshold: float, least: int) -> Selection:
        """What is left under a higher threshold."""
        row, key, weight = self._entries()
        kept = weight >= np.minimum(np.float32(threshold), self._floors(least))[row]
        counts = np.bincount(row[kept], minlength=self.rows)
        shape = (self._heads, self._queries)
        entries = row[kept], key[kept], weight[kept]
        return Selection(counts.reshape(shape), entries, threshold, self.mass)


class Selection:
    """The keys of one layer that a page carries.

    Args:
        counts: how many keys each row has, `[head, query]`; each has one at least.
        entries: row, key and weight of each, in the order of the rows.
        threshold: every weight from there on is among them.
        mass: the sum of all weights of the layer.

    Attributes:
        coverage: their share of the mass of all weights of the layer.
        error: the largest difference that rounding makes to any of them.
    """

    def __init__(
        self,
        counts: np.ndarray,
        entries: tuple[np.ndarray, np.ndarray, np.ndarray],
        threshold: float,
        mass: float,
    ) -> None:
        row, key, weight = entries
        largest = np.maximum.reduceat(weight, np.concatenate([[0], np.cumsum(counts.reshape(-1))[:-1]]))
        # Rounded up, so that no value needs more than 255 steps.
        scale = largest.astype(np.float16)
        scale = np.where(scale < largest, np.nextafter(scale, np.float16(np.inf)), scale)
        steps = scale[row].astype(np.float32)
        values = np.rint(weight / np.where(steps > 0, steps, 1) * _STEPS)
        self.coverage = float(weight.sum(dtype=np.float64) / mass) if mass > 0 else 1.0
        self.error = float(abs(values / _STEPS * steps - weight).max())
        self._arrays = {
            "counts": counts.astype(np.uint16 if counts.max() < 1 << 16 else np.uint32),
            "keys": key,
            "values": values.astype(np.uint8),
            "scale": scale.reshape(counts.shape),
        }
        self._threshold = threshold

    def add_to(self, chunk: Chunk) -> dict[str, Any]:
        """The selection as the page's schema has it; its arrays go into the chunk."""
        arrays = {name: chunk.add(array) for name, array in self._arrays.items()}
        return {**arrays, "below": self._threshold}


def likely_threshold(layers: Sequence[AttentionLayer], entries: float) -> float:
    """The weight that so many weights of the layers reach, told from some of their rows.

    It is good to a 128th, the precision of the upper half of a float32.
    """
    bins = np.zeros(1 << 16)
    for layer in layers:
        count = min(_SAMPLE_ROWS, layer.queries)
        rows = np.unique(np.linspace(0, layer.queries - 1, count).astype(int))
        weights = layer.weights(rows=rows.tolist())
        upper = np.ascontiguousarray(weights).view(np.uint32) >> 16
        # Bits of positive numbers are in the order of the numbers.
        bins += np.bincount(upper.reshape(-1), minlength=1 << 16) * (layer.queries / len(rows))
    reached = np.cumsum(bins[::-1])[::-1]
    place = max(1, int(np.argmax(reached <= entries)))
    return float(np.array([place << 16], dtype=np.uint32).view(np.float32)[0])
