"""Short forms of masks, each compared with the whole mask it came from."""

import pytest
import torch

from attnviz.capture.bias import Bias, shorten

N = 6
DISTANCE = torch.arange(N)[None, :] - torch.arange(N)[:, None]
LOWEST = torch.finfo(torch.float32).min


def _additive(seen: torch.Tensor) -> torch.Tensor:
    return torch.zeros(seen.shape).masked_fill(~seen, LOWEST)


def _short(mask=None, added=None, causal=False, queries=N, keys=N) -> Bias:
    return shorten(mask, added, causal=causal, queries=queries, keys=keys)


@pytest.mark.parametrize("form", ["boolean", "additive"])
@pytest.mark.parametrize(
    ("seen", "band"),
    [
        (torch.ones(N, N, dtype=torch.bool), None),
        (DISTANCE <= 0, (None, 0)),
        ((DISTANCE <= 0) & (DISTANCE > -3), (2, 0)),
        (DISTANCE.abs() <= 2, (2, 2)),
        (DISTANCE >= 0, (0, None)),
    ],
)
def test_bands_are_recognised(form, seen, band):
    mask = seen[None] if form == "boolean" else _additive(seen)[None]
    bias = _short(mask)
    assert (bias.band, bias.dense) == (band, None)
    assert torch.equal(bias.rows(torch.arange(N))[0] == 0, seen)


def test_a_causal_call_without_a_mask_is_a_band():
    assert _short(causal=True).band == (None, 0)


def test_one_single_token_needs_no_band():
    assert _short(causal=True, queries=1, keys=1).empty


def test_a_mask_with_a_hole_stays_dense_and_exact():
    seen = DISTANCE <= 0
    seen[4, 1] = False
    bias = _short(seen[None])
    assert bias.band is None
    assert torch.equal(torch.isfinite(bias.rows(torch.arange(N))[0]), seen)


def test_a_bias_by_distance_becomes_one_row_a_head():
    table = torch.randn(2, 2 * N - 1)
    added = table[:, DISTANCE + N - 1]
    bias = _short(added=added, causal=True)
    assert torch.equal(bias.relative, table)
    expected = added.masked_fill(DISTANCE > 0, -torch.inf)
    assert torch.equal(bias.rows(torch.tensor([4, 1])), expected[:, [4, 1]])


def test_a_bias_inside_an_additive_mask_is_told_from_what_it_hides():
    table = torch.randn(2, 2 * N - 1)
    table[:, N:] = 0  # Later keys are hidden, so nothing is known of their bias.
    mask = table[:, DISTANCE + N - 1].masked_fill(DISTANCE > 0, LOWEST)
    bias = _short(mask)
    assert (bias.band, bias.dense) == ((None, 0), None)
    assert torch.equal(bias.relative, table)


def test_an_uneven_bias_stays_dense():
    added = torch.randn(2, N, N)
    bias = _short(added=added)
    assert bias.relative is None
    assert torch.equal(bias.rows(torch.arange(N)), added)


def test_a_bias_of_zeros_is_no_bias():
    assert _short(added=torch.zeros(2, N, N)).empty
