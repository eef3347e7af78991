"""Arrays as the page reads them: chunks of bytes, and references that say where an array lies in one.

Numbers of more than one byte are stored byte plane by byte plane (all lowest bytes, then the next):
exponents are alike and mantissas are not, so gzip packs that a good deal better.
"""

from __future__ import annotations

import gzip
from base64 import b64encode
from typing import Any

import numpy as np

_NAMES = {"uint8": "u8", "uint16": "u16", "uint32": "u32", "float16": "f16", "float32": "f32"}


class Chunk:
    """Bytes that the page loads in one go: one layer, or one overview."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, array: np.ndarray) -> dict[str, Any]:
        """Append an array of one of the types above, and return the reference to it."""
        reference = {
            "chunk": self.name,
            "offset": self._size,
            "dtype": _NAMES[array.dtype.name],
            "shape": list(array.shape),
        }
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        planes = little.reshape(-1, 1).view(np.uint8).T  # [byte, number]
        self._parts.append(planes.tobytes())
        self._size += len(self._parts[-1])
        return reference

    @property
    def data(self) -> bytes:
        """The bytes themselves."""
        return b"".join(self._parts)

    def packed(self) -> str:
        """The chunk as base64 of gzip; equal arrays give equal text."""
        return b64encode(gzip.compress(self.data, compresslevel=6, mtime=0)).decode("ascii")
