"""Attention rollout against its formula, written another way."""

import numpy as np
import pytest

from attnviz.analysis import rollout


def _layers(count: int, heads: int, tokens: int) -> list[np.ndarray]:
    generator = np.random.default_rng(3)
    raw = generator.exponential(size=(count, heads, tokens, tokens)).astype(np.float32)
    return list(raw / raw.sum(axis=-1, keepdims=True))


def test_a_rollout_is_the_sum_over_all_paths_through_the_layers():
    """With three tokens and two layers: every path query → middle → key, one by one."""
    first, second = (weights.mean(axis=0) for weights in _layers(2, 4, 3))
    expected = np.zeros((3, 3))
    for query in range(3):
        for middle in range(3):
            for key in range(3):
                above = (second[query, middle] + (query == middle)) / 2
                below = (first[middle, key] + (middle == key)) / 2
                expected[query, key] += above * below
    np.testing.assert_allclose(rollout(_layers(2, 4, 3)), expected, atol=1e-6)


def test_rows_sum_to_one_also_where_a_layers_do_not():
    weights = _layers(3, 2, 5)
    weights[1] = weights[1] * np.float32(0.6)  # A sink took the rest.
    weights[2] = weights[2].copy()
    weights[2][:, 0] = 0  # A query that sees nothing.
    found = rollout(weights)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert found.dtype == np.float32


def test_a_causal_rollout_stays_causal():
    weights = [np.tril(layer) for layer in _layers(3, 2, 5)]
    assert not np.triu(rollout(weights), 1).any()


def test_a_rollout_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one layer"):
        rollout([])
