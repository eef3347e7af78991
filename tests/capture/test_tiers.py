"""Attention that no interface hands over: own code, torch's own functions, bands; and where models run."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers
from torch.nn import functional

import attnviz
from attnviz.capture import exactly, forward
from attnviz.capture.capture import Capture
from attnviz.errors import UnsupportedModel
from tests.tiny import sharpen, tiny_model, word_tokenizer

WORDS = ["the", "cat", "sat", "on", "mat", "dog", "saw", "it", "was", "tired", "because"]
TEXTS = ["the cat sat", "the dog saw it because the cat was tired", "cat", "it was the dog"]
IDS = torch.arange(5, 29)[None]
SIZES = {"vocab_size": 99, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
BERT_LIKE = {**SIZES, "intermediate_size": 48, "max_position_embeddings": 64, "pad_token_id": 0}


class OwnAttention(torch.nn.Module):
    """Custom code with one head layer; `attend` says how it computes its attention."""

    def __init__(self, attend):
        super().__init__()
        self.config = transformers.PretrainedConfig(num_hidden_layers=1)
        self.embedding = torch.nn.Embedding(99, 32)
        self.query, self.key, self.value = (torch.nn.Linear(32, 32) for _ in range(3))
        self.attend = attend

    def forward(self, input_ids):
        hidden = self.embedding(input_ids)
        split = (
            layer(hidden).unflatten(-1, (4, 8)).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        return self.attend(self, *split)


def _causal(scores):
    return scores.masked_fill(torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1), -1e4)


def by_hand(_, query, key, value):
    return _causal(query @ key.mT / 8**0.5).softmax(-1) @ value


def by_einsum(_, query, key, value):
    weights = torch.softmax(_causal(torch.einsum("bhqd,bhkd->bhqk", query, key) / 8**0.5), dim=-1)
    return torch.einsum("bhqk,bhkd->bhqd", weights, value)


def by_batched_products(_, query, key, value):
    scores = torch.bmm(query.flatten(0, 1), key.flatten(0, 1).mT)
    return torch.bmm(functional.softmax(_causal(scores * 8**-0.5), dim=-1), value.flatten(0, 1))


def by_name(_, query, key, value):
    """Every argument by its name, and a product into a tensor that is there already."""
    scores = torch.empty(*query.shape[:3], key.shape[2])
    torch.matmul(input=query, other=torch.neg(input=-key).mT, out=scores)
    scores = torch.div(input=scores, other=8**0.5)
    return torch.matmul(input=functional.softmax(input=_causal(scores), dim=-1), other=value)


def by_a_module_made_on_the_spot(_, query, key, value):
    """As CodeGen does."""
    return torch.nn.Softmax(dim=-1)(_causal(query @ key.mT / 8**0.5)) @ value


def by_torchs_function(_, query, key, value):
    return functional.scaled_dot_product_attention(query, key, value, is_causal=True)


def by_torchs_function_without_batch(_, query, key, value):
    return functional.scaled_dot_product_attention(query[0], key[0], value[0], is_causal=True)


@pytest.mark.parametrize(
    "attend",
    [
        by_hand,
        by_einsum,
        by_a_module_made_on_the_spot,
        by_name,
        by_batched_products,
        by_torchs_function,
        by_torchs_function_without_batch,
    ],
)
def test_custom_code_is_captured_with_its_queries_and_keys(attend):
    torch.manual_seed(0)
    model = sharpen(OwnAttention(attend))
    with torch.no_grad(), Capture(model) as capture:
        model(IDS)
    [(_, [layer])] = capture.calls
    hidden = model.embedding(IDS)
    query, key = (m(hidden).unflatten(-1, (4, 8)).transpose(1, 2)[0] for m in (model.query, model.key))
    expected = _causal(query @ key.mT / 8**0.5).softmax(-1).detach().numpy()
    np.testing.assert_allclose(layer.weights(), expected, atol=1e-6, rtol=0)
    np.testing.assert_allclose(layer.formula.query, query.detach(), atol=1e-6, rtol=0)
    assert layer.formula.bias.band == (None, 0)
    assert (layer.tier, layer.formula.scale) == ("functions", pytest.approx(8**-0.5))


def test_torchs_own_multi_head_attention_gives_the_weights_of_each_head():
    torch.manual_seed(0)
    encoder = torch.nn.TransformerEncoder(
        torch.nn.TransformerEncoderLayer(32, 4, 48, batch_first=True), 2, enable_nested_tensor=False
    ).eval()
    embedded = torch.randn(1, 24, 32)
    with torch.no_grad():
        plain = encoder(embedded)
        with Capture(encoder) as capture:
            captured = encoder(embedded)
    torch.testing.assert_close(plain, captured, atol=1e-5, rtol=0)
    first = encoder.layers[0].self_attn
    with torch.no_grad():
        _, expected = first(embedded, embedded, embedded, average_attn_weights=False)
    assert [layers[0].name for _, layers in capture.calls] == ["layers.0.self_attn", "layers.1.self_attn"]
    np.testing.assert_allclose(capture.calls[0][1][0].weights(), expected[0], atol=1e-6, rtol=0)


def test_a_softmax_that_is_no_attention_is_left_alone():
    def routed(_, query, key, value):
        functional.softmax(query, dim=-1)  # over neurons
        functional.softmax(query @ key.mT, dim=-2)  # over queries
        torch.softmax(torch.ones(3, 24, 24), dim=-1)  # of no product
        return by_hand(_, query, key, value)

    model = sharpen(OwnAttention(routed))
    with torch.no_grad(), Capture(model) as capture:
        model(IDS)
    assert len(capture.calls) == 1


def talking_heads(_, query, key, value):
    weights = _causal(query @ key.mT / 8**0.5).softmax(-1)
    return torch.einsum("bhqk,hg->bgqk", weights, torch.full((4, 4), 0.25)) @ value


def strongest_two(_, query, key, value):
    weights = _causal(query @ key.mT / 8**0.5).softmax(-1)
    kept = weights * (weights >= weights.topk(2, dim=-1).values[..., 1:])
    return kept / kept.sum(-1, keepdim=True) @ value


@pytest.mark.parametrize(
    ("attend", "told"), [(by_hand, False), (by_einsum, False), (talking_heads, True), (strongest_two, True)]
)
def test_weights_that_change_after_their_softmax_are_told(attend, told):
    torch.manual_seed(0)
    model = sharpen(OwnAttention(attend))
    own = exactly([0] * 24)
    [(_, notes)] = forward(model, {"input_ids": IDS}, [{"encoder": (own, own), "decoder": (own, own)}])
    assert any("shown are those of the softmax" in note for note in notes) == told


def test_one_product_may_serve_two_softmaxes():
    """Grounding DINO's texts attend to images by the scores with which images attend to texts."""

    def both_ways(_, query, key, value):
        scores = query[:, :, :10] @ key.mT
        return scores.softmax(-1) @ value, scores.mT.softmax(-1) @ value[:, :, :10]

    model = sharpen(OwnAttention(both_ways))
    with torch.no_grad(), Capture(model) as capture:
        model(IDS)
    one, other = (layers[0] for _, layers in capture.calls)
    assert (one.source.shape, other.source.shape) == ((4, 10, 24), (4, 24, 10))
    torch.testing.assert_close(one.formula.query, other.formula.key)


def test_a_model_that_only_returns_its_weights_is_captured_from_them():
    """Weights made of exponentials: no function that we listen to."""

    class Returning(OwnAttention):
        def forward(self, input_ids, output_attentions=False):
            super().forward(input_ids)
            return SimpleNamespace(attentions=(self.weights,) if output_attentions else ())

    def by_exponentials(model, query, key, value):
        powers = torch.exp(query @ key.mT / 8)
        model.weights = powers / powers.sum(dim=-1, keepdim=True)
        return model.weights @ value

    model = sharpen(Returning(by_exponentials))
    own = exactly([0] * 24)
    [(groups, notes)] = forward(model, {"input_ids": IDS}, [{"encoder": (own, own), "decoder": (own, own)}])
    layer = groups["encoder"][0]
    assert (layer.tier, layer.formula) == ("outputs", None)
    np.testing.assert_allclose(layer.weights(), model.weights[0].detach(), atol=1e-7, rtol=0)
    assert "no formula of queries and keys gives them" in notes[0]


CONFIGURATIONS = {
    "Bloom": transformers.BloomConfig(vocab_size=99, hidden_size=32, n_layer=2, n_head=4, pad_token_id=3),
    "MPT": transformers.MptConfig(vocab_size=99, d_model=32, n_layers=2, n_heads=4, max_seq_len=64),
    "XLNet": transformers.XLNetConfig(vocab_size=99, d_model=32, n_layer=2, n_head=4, d_inner=48),
    "DeBERTa-v2": transformers.DebertaV2Config(
        **BERT_LIKE, relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=8
    ),
    "Longformer": transformers.LongformerConfig(**BERT_LIKE, attention_window=8, sep_token_id=3),
    "MPNet": transformers.MPNetConfig(**BERT_LIKE),
    "XLM": transformers.XLMConfig(vocab_size=99, emb_dim=32, n_layers=2, n_heads=4, pad_index=0),
}


@pytest.mark.parametrize("family", list(CONFIGURATIONS))
@pytest.mark.filterwarnings("ignore:Model config")
def test_batches_equal_single_texts_outside_the_interface_too(family):
    torch.manual_seed(0)
    model = sharpen(transformers.AutoModel.from_config(CONFIGURATIONS[family]))
    lens = attnviz.load(model=model, tokenizer=word_tokenizer(WORDS))
    for text, trace in zip(TEXTS, lens.traces(TEXTS, batch_size=4), strict=True):
        alone = lens.trace(text)
        kind = next(iter(alone.groups))
        assert trace.groups[kind].layers == alone.groups[kind].layers == 2
        for i in range(2):
            np.testing.assert_allclose(trace.attention(i), alone.attention(i), atol=1e-5, rtol=0)


def test_longformers_band_is_its_bias():
    model = sharpen(transformers.LongformerModel(CONFIGURATIONS["Longformer"]))
    trace = attnviz.load(model=model, tokenizer=word_tokenizer(WORDS)).trace(TEXTS[1])
    layer = trace.groups["encoder"][0]
    assert (layer.tier, layer.formula.bias.band) == ("adapter", (4, 4))


def test_global_attention_is_refused_by_name():
    model = sharpen(transformers.LongformerModel(CONFIGURATIONS["Longformer"]))
    given = torch.zeros_like(IDS)
    given[0, 0] = 1
    with torch.no_grad(), Capture(model), pytest.raises(UnsupportedModel, match="global attention"):
        model(IDS, global_attention_mask=given)


def test_attention_within_windows_is_refused_in_words():
    config = transformers.SwinConfig(
        image_size=32, patch_size=2, embed_dim=16, depths=[1, 1], num_heads=[2, 4], window_size=4
    )
    model = sharpen(transformers.SwinModel(config))
    own = exactly([0] * 16)
    with pytest.raises(UnsupportedModel, match="attends within windows, blocks or buckets"):
        forward(model, {"pixel_values": torch.randn(1, 3, 32, 32)}, [{"encoder": (own, own)}])


def test_block_sparse_bigbird_is_captured_from_its_outputs():
    config = transformers.BigBirdConfig(
        **{**BERT_LIKE, "max_position_embeddings": 256},
        attention_type="block_sparse",
        block_size=4,
        num_random_blocks=1,
    )
    torch.manual_seed(0)
    model = sharpen(transformers.BigBirdModel(config))
    own = exactly([0] * 64)
    ids = torch.randint(5, 99, (1, 64))
    [(groups, _)] = forward(model, {"input_ids": ids}, [{"encoder": (own, own), "decoder": (own, own)}])
    assert {group[0].tier for group in groups.values()} == {"outputs"}
    with torch.no_grad():
        expected = model(ids, output_attentions=True).attentions
    np.testing.assert_allclose(groups["encoder"][1].weights(), expected[1][0], atol=1e-6, rtol=0)


@pytest.mark.parametrize("how", ["wrapped", "in place"])
@pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning")  # torch.compile imports it.
def test_compiled_models_are_captured(how):
    model = copy.deepcopy(tiny_model("BERT"))
    if how == "wrapped":
        model = torch.compile(model)
    else:
        model.compile()
    trace = attnviz.load(model=model, tokenizer=word_tokenizer(WORDS)).trace("the cat sat")
    plain = attnviz.load(model=tiny_model("BERT"), tokenizer=word_tokenizer(WORDS)).trace("the cat sat")
    assert trace.groups["encoder"][0].name == "encoder.layer.0.attention.self"
    np.testing.assert_array_equal(trace.attention(1), plain.attention(1))


@pytest.mark.parametrize(
    "device_map", [{"": "cpu"}, {"embeddings": "cpu", "encoder": "disk", "pooler": "cpu"}]
)
def test_models_that_are_spread_over_devices_are_captured(device_map, tmp_path):
    tiny_model("BERT").save_pretrained(tmp_path / "model")
    model = transformers.AutoModel.from_pretrained(
        tmp_path / "model", device_map=device_map, offload_folder=tmp_path / "offload"
    )
    trace = attnviz.load(model=model, tokenizer=word_tokenizer(WORDS)).trace("the cat sat")
    plain = attnviz.load(model=tiny_model("BERT"), tokenizer=word_tokenizer(WORDS)).trace("the cat sat")
    np.testing.assert_allclose(trace.attention(1), plain.attention(1), atol=1e-6, rtol=0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_outside_the_interface(dtype):
    torch.manual_seed(0)
    model = sharpen(transformers.BloomModel(CONFIGURATIONS["Bloom"])).to(dtype)
    trace = attnviz.load(model=model, tokenizer=word_tokenizer(WORDS)).trace(TEXTS[1])
    weights = trace.attention(0)
    assert weights.dtype == np.float32
    np.testing.assert_allclose(weights.sum(-1), 1, atol=2e-2)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
@pytest.mark.parametrize("family", ["BERT", "GPT-2", "Llama", "T5", "GPT-OSS"])
def test_a_gpu_gives_the_same_weights(family):
    lens = attnviz.load(model=copy.deepcopy(tiny_model(family)).cuda(), tokenizer=word_tokenizer(WORDS))
    plain = attnviz.load(model=tiny_model(family), tokenizer=word_tokenizer(WORDS))
    target = "the dog" if family == "T5" else None
    ours, expected = lens.trace(TEXTS[1], target=target), plain.trace(TEXTS[1], target=target)
    for kind, group in expected.groups.items():
        for i in range(group.layers):
            np.testing.assert_allclose(
                ours.attention(i, kind=kind), expected.attention(i, kind=kind), atol=1e-4, rtol=0
            )


def test_the_model_keeps_no_hook_and_no_implementation_after_any_tier():
    for model in (
        sharpen(transformers.BloomModel(CONFIGURATIONS["Bloom"])),
        sharpen(transformers.LongformerModel(CONFIGURATIONS["Longformer"])),
        copy.deepcopy(tiny_model("LongT5")),
    ):
        before = copy.deepcopy(model.config.to_dict()), model.config._attn_implementation
        with torch.no_grad(), Capture(model):
            (model.get_encoder() if model.config.is_encoder_decoder else model)(IDS)
        assert (model.config.to_dict(), model.config._attn_implementation) == before
        assert not any(
            module._forward_hooks or module._forward_pre_hooks or module._forward_hooks_with_kwargs
            for module in model.modules()
        )
