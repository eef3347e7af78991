"""The strongest keys of every query row: what is kept of a layer that is too large to be kept whole."""

from __future__ import annotations

import numpy as np


def strongest(weights: np.ndarray, threshold: float, least: int) -> np.ndarray:
    """Places of all weights that reach a threshold, and of the largest of every row in any case.

    Args:
        weights: float32 `[head, row, key]`.
        threshold: weights from here on are taken.
        least: so many of every row are taken, the largest, however small they are.

    Returns:
        Places in `weights.reshape(-1)`, ascending.
    """
    import torch

    keys = weights.shape[-1]
    table = weights.reshape(-1, keys)  # [head and row, key]
    taken = np.flatnonzero(table.reshape(-1) >= np.float32(threshold))
    counts = np.bincount(taken // keys, minlength=len(table))
    short = np.flatnonzero(counts < min(least, keys))
    if not len(short):
        return taken
    largest = torch.from_numpy(table[short]).topk(min(least, keys), dim=-1, sorted=False).indices.numpy()
    # What reaches the threshold in a short row is among its largest.
    full = np.ones(len(table), dtype=bool)
    full[short] = False
    places = (largest + short[:, None] * keys).reshape(-1)
    return np.sort(np.concatenate([taken[full[taken // keys]], places]))
