"""Captured weights against the model's own eager attention, family by family."""

import numpy as np
import pytest
import torch

from attnviz.capture import forward
from attnviz.capture.layer import AttentionLayer
from tests.tiny import VOCABULARY, tiny_model

ENCODERS = ["BERT", "DistilBERT", "RoBERTa", "ModernBERT", "ALBERT"]
DECODERS = ["GPT-2", "Llama", "Mistral", "Gemma 2", "GPT-OSS"]
SEQ2SEQ = ["T5", "BART"]
LENGTH, TARGET_LENGTH = 24, 11


class FakeTokens(list):
    """Stands for `Tokens` where only the number of tokens counts."""


def _inputs(family: str) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    inputs = {"input_ids": torch.randint(5, VOCABULARY, (1, LENGTH), generator=generator)}
    if family in SEQ2SEQ:
        inputs["decoder_input_ids"] = torch.randint(5, VOCABULARY, (1, TARGET_LENGTH), generator=generator)
    return inputs


def _captured(family: str):
    tokens = FakeTokens([0] * LENGTH)
    target = FakeTokens([0] * TARGET_LENGTH) if family in SEQ2SEQ else None
    return forward(tiny_model(family), _inputs(family), tokens, target)


def _eager(family: str) -> dict[str, list[np.ndarray]]:
    """The reference: a separate run with eager attention that returns all weights."""
    model = tiny_model(family)
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            out = model(**_inputs(family), output_attentions=True)
    finally:
        model.set_attn_implementation(before)
    if family in SEQ2SEQ:
        found = {
            "encoder": out.encoder_attentions,
            "decoder": out.decoder_attentions,
            "cross": out.cross_attentions,
        }
    else:
        found = {"encoder" if family in ENCODERS else "decoder": out.attentions}
    return {kind: [layer[0].numpy() for layer in layers] for kind, layers in found.items()}


@pytest.mark.parametrize("family", ENCODERS + DECODERS + SEQ2SEQ)
def test_weights_equal_the_models_own_eager_attention(family):
    groups, reference = _captured(family), _eager(family)
    assert set(groups) == set(reference)
    for kind, layers in reference.items():
        assert groups[kind].layers == len(layers)
        for i, expected in enumerate(layers):
            ours = groups[kind][i].weights()
            assert ours.shape == expected.shape
            assert abs(ours - expected).max() <= 1e-5, (kind, i)


@pytest.mark.parametrize("family", ENCODERS + DECODERS + SEQ2SEQ)
def test_the_formula_alone_gives_them_so_no_weights_are_kept(family):
    assert all(group[i].kept is None for group in _captured(family).values() for i in range(group.layers))


@pytest.mark.parametrize("family", ["BERT", "Llama", "T5"])
def test_the_reference_has_clear_favourites(family):
    """An even reference would let any formula pass."""
    assert max(layer.max() for layers in _eager(family).values() for layer in layers) > 0.8


def test_weights_by_heads_and_rows_are_those_of_the_whole_matrix():
    layer = _captured("Llama")["decoder"][1]
    whole = layer.weights()
    np.testing.assert_allclose(
        layer.weights(heads=[3, 0], rows=[7, 2, 23]), whole[[3, 0]][:, [7, 2, 23]], atol=1e-6, rtol=0
    )


def test_a_model_whose_attention_no_formula_gives_keeps_its_weights(monkeypatch):
    """A stand-in for custom attention: the formula is bent, so that the check must notice."""
    original = AttentionLayer._formula
    monkeypatch.setattr(
        AttentionLayer, "_formula", lambda self, heads, rows: original(self, heads, rows) ** 2
    )
    groups, reference = _captured("BERT"), _eager("BERT")
    assert groups["encoder"][0].kept is not None
    assert abs(groups["encoder"][0].weights() - reference["encoder"][0]).max() <= 1e-6


@pytest.mark.parametrize(
    ("family", "bands"),
    [
        ("BERT", {"encoder": [None, None]}),
        ("GPT-2", {"decoder": [(None, 0), (None, 0)]}),
        ("Mistral", {"decoder": [(7, 0), (7, 0)]}),
        ("ModernBERT", {"encoder": [None, (4, 4), None, (4, 4)]}),
        ("T5", {"encoder": [None, None], "decoder": [(None, 0)] * 3, "cross": [None] * 3}),
    ],
)
def test_masks_are_kept_in_their_short_form(family, bands):
    groups = _captured(family)
    assert {
        kind: [group[i].bias.band for i in range(group.layers)] for kind, group in groups.items()
    } == bands
    assert all(group[i].bias.dense is None for group in groups.values() for i in range(group.layers))


def test_relative_positions_of_t5_are_one_row_a_head():
    layer = _captured("T5")["encoder"][0]
    assert layer.bias.relative is not None
    assert tuple(layer.bias.relative.shape) == (4, 2 * LENGTH - 1)


def test_grouped_queries_keep_one_key_head_for_each_group():
    layer = _captured("Llama")["decoder"][0]
    assert (layer.heads, layer.key_heads) == (4, 2)
