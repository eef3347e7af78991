"""The steps that the neuron view shows, written plainly here, add up to the model's own weights."""

import numpy as np
import pytest
import torch
import transformers

from attnviz.capture.bias import Bias
from attnviz.capture.capture import Capture
from tests.capture.architectures import build
from tests.capture.reference import TOLERANCE, captured_layers, compare, eager_attentions
from tests.tiny import sharpen

FAMILIES = ["bert", "gpt2", "t5", "bloom", "mpt", "gemma2", "gpt_oss", "llama", "qwen3", "deepseek_v3"]
# Their scores hold products of content and position: what is added to q·k is a number for each pair.
BY_CONTENT = ["deberta-v2", "xlnet"]


def bias_of(bias: Bias) -> np.ndarray:
    """`[head or 1, query, key]`, from the fields alone."""
    if bias.dense is not None:
        return bias.dense.numpy()
    total = np.zeros((1, bias.queries, bias.keys))
    distance = np.arange(bias.keys)[None] - np.arange(bias.queries)[:, None]
    if bias.relative is not None:
        total = total + bias.relative.numpy()[:, distance + bias.queries - 1]
    if bias.per_key is not None:
        total = total + bias.per_key.numpy()[:, None]
    before, after = bias.band or (None, None)
    hidden = (distance < -(np.inf if before is None else before)) | (
        distance > (np.inf if after is None else after)
    )
    return np.where(hidden, -np.inf, total)


def by_steps(formula) -> np.ndarray:
    """q·k, scale, softcap, bias, softmax; in double precision."""
    query, key = formula.query.double().numpy(), formula.key.double().numpy()
    key = np.repeat(key, len(query) // len(key), axis=0)
    scores = np.einsum("hqd,hkd->hqk", query, key) * formula.scale
    if formula.softcap is not None:
        scores = formula.softcap * np.tanh(scores / formula.softcap)
    scores = scores + bias_of(formula.bias)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    total = powers.sum(axis=-1, keepdims=True)
    if formula.sinks is not None:
        sinks = formula.sinks.double().numpy()[:, None, None]
        total = total + np.exp(sinks - scores.max(axis=-1, keepdims=True))
    return powers / total


@pytest.mark.parametrize("model_type", FAMILIES + BY_CONTENT)
@pytest.mark.filterwarnings("ignore")
def test_the_steps_add_up_to_the_models_own_weights(model_type):
    model, inputs = build(model_type)
    layers = captured_layers(model, inputs)
    assert all(layer.formula is not None for layer in layers)
    references = eager_attentions(model, inputs)
    result = compare([by_steps(layer.formula).astype(np.float32) for layer in layers], references)
    assert (result.matched, result.missed) == (len(references), 0)
    assert result.worst <= TOLERANCE


@pytest.mark.parametrize("model_type", FAMILIES)
@pytest.mark.filterwarnings("ignore")
def test_a_bias_is_kept_in_its_short_form(model_type):
    assert all(layer.formula.bias.dense is None for layer in captured_layers(*build(model_type)))


@pytest.mark.parametrize(
    ("model_type", "field"), [("t5", "relative"), ("bloom", "per_key"), ("mpt", "per_key"), ("gpt_oss", None)]
)
@pytest.mark.filterwarnings("ignore")
def test_each_kind_of_bias_has_its_field(model_type, field):
    formula = captured_layers(*build(model_type))[0].formula
    assert {name for name in ("relative", "per_key") if getattr(formula.bias, name) is not None} == (
        {field} if field else set()
    )
    assert (formula.sinks is not None) == (model_type == "gpt_oss")


@pytest.mark.parametrize(
    ("model_type", "scale"), [("bert", 8**-0.5), ("bloom", None), ("xlm", 1.0), ("gptj", None)]
)
@pytest.mark.filterwarnings("ignore")
def test_the_scale_is_found_where_it_is_not_handed_over(model_type, scale):
    """XLM divides its queries before it multiplies, the others their scores."""
    formula = captured_layers(*build(model_type))[0].formula
    assert formula.scale == pytest.approx(formula.d_head**-0.5 if scale is None else scale)


@pytest.mark.parametrize(
    ("model_type", "rotary"),
    [
        ("llama", [True, True]),
        ("gptj", [True, True]),
        ("gpt_oss", [True] * 4),
        ("esm", [False, False]),
        ("bert", [False, False]),
        ("gpt2", [False, False]),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_rotary_positions_are_told_by_what_ran(model_type, rotary):
    assert [layer.formula.rotary for layer in captured_layers(*build(model_type))] == rotary


def test_rotary_positions_are_told_layer_by_layer():
    """Cohere 2 rotates in its sliding windows only; the configuration alone says it of all layers."""
    torch.manual_seed(0)
    config = transformers.Cohere2Config(
        vocab_size=99,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=48,
        layer_types=["sliding_attention", "full_attention"],
    )
    model = sharpen(transformers.Cohere2Model(config))
    with torch.no_grad(), Capture(model) as capture:
        model(torch.arange(5, 20)[None])
    assert [layers[0].formula.rotary for _, layers in capture.calls] == [True, False]


def test_esm_with_rotary_positions_is_told_from_esm_without():
    torch.manual_seed(0)
    config = transformers.EsmConfig(
        vocab_size=40,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=64,
        position_embedding_type="rotary",
        pad_token_id=1,
    )
    model = sharpen(transformers.EsmModel(config))
    with torch.no_grad(), Capture(model) as capture:
        model(torch.arange(5, 20)[None])
    assert capture.calls[0][1][0].formula.rotary


# The modules that make queries and keys, by the end of their names; where they are rotated or joined, none.
PROJECTIONS = {
    "deberta-v2": ("query_proj", "key_proj"),
    "mpnet": ("attn.q", "attn.k"),
    "luke": ("self.query", "self.key"),
    "xlm": ("q_lin", "k_lin"),
    "big_bird": ("self.query", "self.key"),
    "gpt_neo": ("q_proj", "k_proj"),
}


@pytest.mark.parametrize("model_type", list(PROJECTIONS))
@pytest.mark.parametrize("length", [8, 22])
@pytest.mark.filterwarnings("ignore")
def test_queries_and_keys_are_the_models_own(model_type, length):
    """Also in a text of as many tokens as a vector has numbers: there weights and values look like a pair."""
    model, inputs = build(model_type)
    inputs = {name: value[:, :length] for name, value in inputs.items() if value.shape[1] == 22}
    made = {"query": [], "key": []}
    for name, module in model.named_modules():
        for side, ending in zip(made, PROJECTIONS[model_type], strict=True):
            if name.endswith(ending):
                module.register_forward_hook(lambda _, __, out, side=side: made[side].append(out[0]))
    with torch.no_grad(), Capture(model) as capture:
        model(**inputs)
    assert len(capture.calls) == len(made["query"]) > 1
    for (_, [layer]), query, key in zip(capture.calls, made["query"], made["key"], strict=True):
        heads, _, size = layer.formula.query.shape
        factor = (layer.formula.query[0, 0] / query[0, :size])[0]  # Some divide their queries first.
        for ours, theirs, by in ((layer.formula.query, query, factor), (layer.formula.key, key, None)):
            split = theirs.unflatten(-1, (heads, size)).transpose(0, 1)
            scale = (ours[0, 0] / split[0, 0])[0] if by is None else by
            torch.testing.assert_close(ours, split * scale, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("length", [3, 4, 8, 22])
@pytest.mark.filterwarnings("ignore")
def test_the_scale_of_scores_with_a_dense_bias_is_seen_and_not_guessed(length):
    for model_type, scale in (("deberta-v2", 1.0), ("xlnet", None)):
        model, inputs = build(model_type)
        with torch.no_grad(), Capture(model) as capture:
            model(input_ids=inputs["input_ids"][:, :length])
        for _, [layer] in capture.calls:
            expected = layer.formula.d_head**-0.5 if scale is None else scale
            assert layer.formula.scale == pytest.approx(expected)
