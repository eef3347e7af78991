"""Chunks read back as the page reads them."""

import base64
import gzip

import numpy as np
import pytest

from attnviz.views.chunks import Chunk

BYTES = {"u8": 1, "u16": 2, "u32": 4, "f16": 2, "f32": 4}
NUMBERS = {"u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "f16": np.float16, "f32": np.float32}


def read(packed: str, reference: dict) -> np.ndarray:
    """An array out of a packed chunk."""
    return decoded(gzip.decompress(base64.b64decode(packed)), reference)


def decoded(data: bytes, reference: dict) -> np.ndarray:
    """An array out of the bytes of a chunk, written from the schema's description alone."""
    width = BYTES[reference["dtype"]]
    count = int(np.prod(reference["shape"]))
    planes = np.frombuffer(data, np.uint8, count * width, reference["offset"]).reshape(width, count)
    whole = np.ascontiguousarray(planes.T).view(f"<{np.dtype(NUMBERS[reference['dtype']]).str[1:]}")
    return whole.reshape(reference["shape"])


@pytest.mark.parametrize("number", [np.uint8, np.uint16, np.uint32, np.float16, np.float32])
def test_arrays_come_back_bit_by_bit(number):
    values = np.random.default_rng(0).normal(size=(3, 4, 5)) * 40
    values = (values if np.issubdtype(number, np.floating) else abs(values)).astype(number)
    chunk = Chunk("c")
    first, second = chunk.add(np.arange(7, dtype=np.uint8)), chunk.add(values)
    np.testing.assert_array_equal(read(chunk.packed(), first), np.arange(7))
    np.testing.assert_array_equal(read(chunk.packed(), second), values)


def test_views_that_are_not_contiguous_are_stored_in_reading_order():
    values = np.arange(12, dtype=np.float32).reshape(3, 4).T
    chunk = Chunk("c")
    reference = chunk.add(values)
    np.testing.assert_array_equal(read(chunk.packed(), reference), values)


def test_the_same_arrays_pack_to_the_same_text():
    first, second = Chunk("a"), Chunk("a")
    for chunk in (first, second):
        chunk.add(np.linspace(0, 1, 100, dtype=np.float32))
    assert first.packed() == second.packed()
