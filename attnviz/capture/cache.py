"""The last weights that were asked for, within a few megabytes: explorers ask for a head again and again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import numpy as np

_BYTES = 64_000_000


class WeightCache:
    """Arrays by what was asked for; the ones asked for longest ago go first."""

    def __init__(self) -> None:
        self._arrays: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """The array of that key, computed where it is not there; a copy, which the caller may change."""
        with self._lock:
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
                return found.copy()
        found = compute()
        with self._lock:
            self._arrays[key] = found
            while sum(array.nbytes for array in self._arrays.values()) > _BYTES:
                self._arrays.popitem(last=False)
        return found.copy()
