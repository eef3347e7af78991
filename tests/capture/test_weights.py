"""Captured weights against the model's own eager attention, family by family."""

import copy

import numpy as np
import pytest
import torch

from attnviz.capture import cache, exactly, forward
from attnviz.capture.bias import shorten
from attnviz.capture.layer import AttentionLayer, Formula
from attnviz.errors import InvalidOption, OutOfRange, UnsupportedModel
from tests.tiny import VOCABULARY, tiny_model

ENCODERS = ["BERT", "DistilBERT", "RoBERTa", "ModernBERT", "ALBERT", "Splinter", "LayoutLM"]
DECODERS = ["GPT-2", "Llama", "Mistral", "Gemma 2", "GPT-OSS", "CLIP text"]
SEQ2SEQ = ["T5", "BART"]
LENGTH, TARGET_LENGTH = 24, 11


class FakeTokens(list):
    """Stands for `Tokens` where only the number of tokens counts."""


def sides(tokens, target=None):
    """What stands for queries and keys in each kind of attention."""
    source, own = exactly(tokens), exactly(tokens if target is None else target)
    return {"encoder": (source, source), "decoder": (own, own), "cross": (own, source)}


def _inputs(family: str) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    inputs = {"input_ids": torch.randint(5, VOCABULARY, (1, LENGTH), generator=generator)}
    if family in SEQ2SEQ:
        inputs["decoder_input_ids"] = torch.randint(5, VOCABULARY, (1, TARGET_LENGTH), generator=generator)
    return inputs


def _model(family: str, implementation: str | None = None) -> torch.nn.Module:
    """A copy, with the implementation that its class prefers or another."""
    model = copy.deepcopy(tiny_model(family))
    if implementation is not None:
        model.set_attn_implementation(implementation)
    return model


def _captured(family: str, implementation: str | None = None):
    tokens = FakeTokens([0] * LENGTH)
    target = FakeTokens([0] * TARGET_LENGTH) if family in SEQ2SEQ else None
    [(groups, notes)] = forward(_model(family, implementation), _inputs(family), [sides(tokens, target)])
    assert notes == []
    return groups


def _eager(family: str) -> dict[str, list[np.ndarray]]:
    """The reference: a separate run with eager attention that returns all weights."""
    with torch.no_grad():
        out = _model(family, "eager")(**_inputs(family), output_attentions=True)
    if family in SEQ2SEQ:
        found = {
            "encoder": out.encoder_attentions,
            "decoder": out.decoder_attentions,
            "cross": out.cross_attentions,
        }
    else:
        found = {"encoder" if family in ENCODERS else "decoder": out.attentions}
    return {kind: [layer[0].numpy() for layer in layers] for kind, layers in found.items()}


@pytest.mark.parametrize("implementation", [None, "eager"])
@pytest.mark.parametrize("family", ENCODERS + DECODERS + SEQ2SEQ)
def test_weights_equal_the_models_own_eager_attention(family, implementation):
    groups, reference = _captured(family, implementation), _eager(family)
    assert set(groups) == set(reference)
    for kind, layers in reference.items():
        assert groups[kind].layers == len(layers)
        for i, expected in enumerate(layers):
            assert groups[kind][i].formula is not None
            ours = groups[kind][i].weights()
            assert ours.shape == expected.shape
            assert abs(ours - expected).max() <= 1e-5, (kind, i)


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
    """Weights that are squared after the softmax: no bias or scale gives those."""
    from transformers.models.bert import modeling_bert

    def squared(module, query, key, value, attention_mask, **options):
        weights = torch.softmax(query @ key.transpose(2, 3) * options["scaling"], dim=-1) ** 2
        return (weights @ value).transpose(1, 2).contiguous(), weights

    monkeypatch.setattr(modeling_bert, "eager_attention_forward", squared)
    tokens = FakeTokens([0] * LENGTH)
    [(groups, notes)] = forward(_model("BERT", "eager"), _inputs("BERT"), [sides(tokens)])
    reference = _eager("BERT")
    for i, expected in enumerate(reference["encoder"]):
        assert groups["encoder"][i].formula is None
        assert abs(groups["encoder"][i].weights() - expected).max() <= 1e-6
    assert " ".join(notes) == (
        "The encoder's weights in layer 0, 1 are the model's own: no formula of queries and keys gives "
        "them, so the neuron view has nothing to show there."
    )


def test_an_implementation_that_hides_more_than_its_inputs_tell_is_refused():
    """As flash attention does, which takes a sliding window by a name of its own."""
    from transformers import AttentionInterface
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    def windowed(module, query, key, value, attention_mask, **options):
        near = torch.ones(query.shape[2], key.shape[2], dtype=torch.bool).tril().triu(-3)
        return sdpa_attention_forward(module, query, key, value, near[None, None], **options)

    AttentionInterface.register("windowed_for_test", windowed)
    with pytest.raises(UnsupportedModel, match=r'layers.0.self_attn .* attn_implementation="eager"'):
        forward(_model("Llama", "windowed_for_test"), _inputs("Llama"), [sides(FakeTokens([0] * LENGTH))])


def test_layers_of_a_hybrid_model_are_told_by_the_models_own_numbers():
    [(groups, notes)] = forward(_model("LFM2"), _inputs("LFM2"), [sides(FakeTokens([0] * LENGTH))])
    assert groups["decoder"].layers == 2
    assert "only 2 of 4 layers could be captured (layers 1, 3 of the model)" in " ".join(notes)


def test_a_layer_that_attends_twice_with_the_same_weights_is_one_layer():
    """DiffLlama applies them to each half of its values."""
    [(groups, _)] = forward(_model("DiffLlama"), _inputs("DiffLlama"), [sides(FakeTokens([0] * LENGTH))])
    assert groups["decoder"].layers == 2


def test_what_was_not_captured_is_told():
    """LongT5's encoder computes its local attention by itself."""
    inputs = {**_inputs("LongT5"), "decoder_input_ids": torch.ones(1, TARGET_LENGTH, dtype=torch.long)}
    [(groups, notes)] = forward(
        _model("LongT5", "eager"), inputs, [sides(FakeTokens([0] * LENGTH), FakeTokens([0] * TARGET_LENGTH))]
    )
    assert set(groups) == {"decoder", "cross"}
    assert " ".join(notes) == (
        "Of the encoder's attention no layer could be captured: the others have none, or attend in a "
        "way of their own."
    )


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
        kind: [group[i].formula.bias.band for i in range(group.layers)] for kind, group in groups.items()
    } == bands
    assert all(group[i].formula.bias.dense is None for group in groups.values() for i in range(group.layers))


def test_relative_positions_of_t5_are_one_row_a_head():
    layer = _captured("T5")["encoder"][0]
    assert layer.formula.bias.relative is not None
    assert tuple(layer.formula.bias.relative.shape) == (4, 2 * LENGTH - 1)


def test_grouped_queries_keep_one_key_head_for_each_group():
    layer = _captured("Llama")["decoder"][0]
    assert (layer.heads, layer.formula.key_heads) == (4, 2)


def test_rows_by_word_are_those_of_the_whole_matrix(minilm_lens):
    trace = minilm_lens.trace("unbelievably, the internationalisation mattered", "to nobody")
    whole = trace.attention(2, 3, by="word")
    np.testing.assert_allclose(
        trace.attention(2, 3, by="word", rows=[4, 0]), whole[[4, 0]], atol=1e-6, rtol=0
    )
    assert trace.attention(2, rows=[1]).shape == (12, 1, len(trace.tokens))


def test_a_row_that_is_not_there_is_refused(minilm_lens):
    with pytest.raises(OutOfRange, match="row 3 asked for, but there are 3 rows"):
        minilm_lens.trace("cat").attention(0, rows=[3])


def test_what_a_caller_changes_is_not_what_the_next_one_gets(minilm_lens):
    trace = minilm_lens.trace("the cat")
    first = trace.attention(1, 2)
    kept = first.copy()
    first[:] = 7
    np.testing.assert_array_equal(trace.attention(1, 2), kept)


def test_the_cache_lets_go_of_what_was_asked_for_longest_ago(monkeypatch):
    monkeypatch.setattr(cache, "_BYTES", 100)
    computed = []
    weights = cache.WeightCache()
    for key in ("a", "b", "a", "c", "a", "b"):
        weights.get(key, lambda key=key: computed.append(key) or np.zeros(10, dtype=np.float32))
    assert computed == ["a", "b", "c", "b"]


def test_queries_that_see_nothing_have_rows_of_zeros():
    """As under left padding; an implementation may give them anything."""
    seen = torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril()
    seen[:, :3] = False
    generator = torch.Generator().manual_seed(1)
    query, key = (torch.randn(2, LENGTH, 8, generator=generator) for _ in range(2))
    bias = shorten(seen[None], None, causal=False, queries=LENGTH, keys=LENGTH)
    layer = AttentionLayer("layer", Formula(query, key, 0.3, bias))
    assert layer.valid_rows().tolist() == [False] * 3 + [True] * (LENGTH - 3)
    assert not layer.weights()[:, :3].any()
    np.testing.assert_allclose(layer.weights()[:, 3:].sum(axis=-1), 1, atol=1e-6)


@pytest.mark.parametrize(
    "arguments",
    [(1.0,), ("1",), (None,), ([0],), (True,), (0, 1.5), (0, "1"), (0, [0]), (0, 0, ["encoder"])],
)
def test_what_is_no_layer_head_or_kind_is_refused_in_words(minilm_lens, arguments):
    trace = minilm_lens.trace("the cat")
    for method in (trace.attention, *([trace.queries, trace.keys] if len(arguments) > 1 else [])):
        with pytest.raises((InvalidOption, OutOfRange)):
            method(*arguments)


@pytest.mark.parametrize("rows", [3, "12", [1.0], [True], [None], slice(2)])
def test_what_is_no_row_is_refused_in_words(minilm_lens, rows):
    with pytest.raises((InvalidOption, OutOfRange)):
        minilm_lens.trace("the cat").attention(0, rows=rows)
