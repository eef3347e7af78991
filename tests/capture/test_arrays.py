"""Weights from anywhere as a trace: what is taken, and what is refused with its reason."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from attnviz import from_attentions
from attnviz.errors import InvalidOption, OutOfRange, UnsupportedModel
from tests.capture.alone import run_without_transformers

TOKENS = ["[CLS]", "the", "cat", "sat", "[SEP]"]
TARGET = ["<s>", "le", "chat"]


def weights(*shape: int, seed: int = 3) -> np.ndarray:
    """Float32 rows that sum to 1."""
    raw = np.random.default_rng(seed).random(shape, dtype=np.float32) ** 4
    return raw / raw.sum(axis=-1, keepdims=True)


LAYERS = [weights(2, 5, 5, seed=0), weights(2, 5, 5, seed=1), weights(2, 5, 5, seed=2)]
STACKED = np.stack(LAYERS)
CAUSAL = np.tril(np.ones((2, 3, 3), dtype=np.float32)) / np.arange(1, 4)[:, None]


class Foreign:
    """An array of some other framework, which numpy can read."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return self.array.astype(dtype or self.array.dtype)


@pytest.mark.parametrize(
    "given",
    [
        LAYERS,
        tuple(LAYERS),
        [layer[None] for layer in LAYERS],
        STACKED,
        STACKED[:, None],
        [layer.astype(np.float64) for layer in LAYERS],
        [torch.tensor(layer) for layer in LAYERS],
        [torch.tensor(layer)[None].requires_grad_() for layer in LAYERS],
        torch.tensor(STACKED),
        [Foreign(layer) for layer in LAYERS],
        Foreign(STACKED),
        [np.asfortranarray(layer) for layer in LAYERS],
        [LAYERS[0], torch.tensor(LAYERS[1]), Foreign(LAYERS[2])],
    ],
)
def test_arrays_of_any_framework_come_back_as_they_were(given):
    trace = from_attentions(given, TOKENS)
    assert repr(trace) == "<Trace of attention: 5 tokens, <encoder: 3 layers × 2 heads>>"
    for i, expected in enumerate(LAYERS):
        assert trace.attention(i).dtype == np.float32
        assert np.array_equal(trace.attention(i), expected)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_taken(dtype):
    given = [torch.tensor(layer).to(dtype) for layer in LAYERS]
    trace = from_attentions(given, TOKENS)
    assert np.array_equal(trace.attention(1), given[1].float().numpy())
    assert trace.notes == []


def test_what_a_model_returns_under_eager_equals_its_trace(tiny_lens):
    lens = tiny_lens("BERT")
    model = copy.deepcopy(lens.model)
    model.set_attn_implementation("eager")
    trace = lens.trace("the cat sat on the mat")
    output = model(torch.tensor([trace.tokens.ids]), output_attentions=True)
    given = from_attentions(output.attentions, trace.tokens, name="mine")
    assert given.tokens is trace.tokens
    assert given.model.name == "mine"
    for layer in range(trace.group().layers):
        assert abs(given.attention(layer) - trace.attention(layer)).max() <= 1e-5


def test_the_arrays_may_change_afterwards():
    own = STACKED.copy()
    trace = from_attentions(own, TOKENS)
    own[:] = 0
    assert np.array_equal(trace.attention(0), LAYERS[0])


def test_the_text_of_a_batch_is_named():
    batch = [weights(4, 2, 5, 5, seed=seed) for seed in range(3)]
    assert np.array_equal(from_attentions(batch, TOKENS, batch_index=3).attention(2), batch[2][3])
    assert np.array_equal(from_attentions(np.stack(batch), TOKENS, batch_index=0).attention(1), batch[1][0])


def test_layers_may_have_different_numbers_of_heads():
    trace = from_attentions([weights(2, 5, 5), weights(4, 5, 5)], TOKENS)
    assert trace.attention(1).shape == (4, 5, 5)
    assert trace.groups["encoder"].heads == 4
    trace.model_view().html()


@pytest.mark.parametrize(
    ("layers", "kind"),
    [
        ([CAUSAL], "decoder"),
        ([CAUSAL, CAUSAL], "decoder"),
        ([CAUSAL, weights(2, 3, 3)], "encoder"),
        ([weights(2, 3, 3)], "encoder"),
    ],
)
def test_weights_that_show_no_later_key_are_a_decoders(layers, kind):
    assert list(from_attentions(layers, TARGET).groups) == [kind]


def test_one_token_alone_tells_no_decoder():
    assert list(from_attentions([np.ones((2, 1, 1))], ["a"]).groups) == ["encoder"]


def test_an_encoder_decoder_model_has_three_groups():
    trace = from_attentions(
        LAYERS, TOKENS, decoder=[CAUSAL], cross=[weights(2, 3, 5), weights(2, 3, 5)], target_tokens=TARGET
    )
    assert list(trace.groups) == ["encoder", "decoder", "cross"]
    assert (trace.groups["cross"].query_tokens, trace.groups["cross"].key_tokens) == (
        trace.target_tokens,
        trace.tokens,
    )
    assert trace.groups["decoder"].key_tokens is trace.target_tokens
    assert [group[0].name for group in trace.groups.values()] == [
        "attentions.0",
        "decoder_attentions.0",
        "cross_attentions.0",
    ]
    for view in (trace.head_view(kind="cross"), trace.model_view(), trace.explore(by="word")):
        view.html()


def test_an_encoders_weights_may_be_missing():
    trace = from_attentions(None, TOKENS, cross=[weights(2, 3, 5)], target_tokens=TARGET)
    assert list(trace.groups) == ["cross"]


def test_the_neuron_view_says_that_only_weights_are_known():
    trace = from_attentions(LAYERS, TOKENS)
    with pytest.raises(UnsupportedModel, match="there are no neurons"):
        trace.neuron_view()
    with pytest.raises(UnsupportedModel, match="Only the weights of layer 0 are known"):
        trace.queries(0, 0)


@pytest.mark.parametrize("by", ["token", "word", "sentence"])
def test_the_other_views_work(by):
    trace = from_attentions(LAYERS, TOKENS)
    for view in (trace.head_view(by=by), trace.model_view(by=by), trace.explore(by=by)):
        view.html()


def test_rows_that_sum_to_less_are_told():
    less = [LAYERS[0], LAYERS[1] * np.float32(0.75), LAYERS[2]]
    (note,) = from_attentions(less, TOKENS).notes
    assert note == (
        "The encoder's weights in layer 1 sum to less than 1 for some queries, the least 0.75: the rest goes "
        "to no token that is shown."
    )


def test_queries_that_see_nothing_are_no_note():
    blind = LAYERS[0].copy()
    blind[:, 2] = 0
    assert from_attentions([blind], TOKENS).notes == []


EAGER = r'attn_implementation="eager"\. attnviz\.load\(\.\.\.\)\.trace\(\.\.\.\) needs neither'


def _with(value: float, *place: int) -> list[np.ndarray]:
    changed = [layer.copy() for layer in LAYERS]
    changed[place[0]][place[1:]] = value
    return changed


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((), f"attentions is empty: .*{EAGER}"),
        ([], EAGER),
        (None, f"attentions is None, not a list of arrays: .*{EAGER}"),
        ((LAYERS[0], None), rf"attentions\[1\] is None, not an array: .*{EAGER}"),
        ((None, None), rf"attentions\[0\] is None.*{EAGER}"),
        ({"attentions": LAYERS}, r"is a dict: pass the attentions in it, as output\.attentions"),
        ([LAYERS, LAYERS], r"attentions\[0\] is a list, not an array\. generate\(\) gives such nested ones"),
        (["a", "b"], r"attentions\[0\] cannot be read as an array of numbers: it holds <U1"),
        ([SimpleNamespace()], "cannot be read as an array of numbers"),
        ([LAYERS[0] * 1j], "cannot be read as an array of numbers: it holds complex"),
        ([torch.tensor(LAYERS[0], device="meta")], "cannot be read as an array of numbers"),
        (5, r"attentions has the shape \[\]: pass a list with one array a layer"),
        (LAYERS[0], r"attentions has the shape \[2, 5, 5\]: pass a list with one array a layer"),
        ([LAYERS[0][0]], r"layer 0 of attentions has the shape \[5, 5\]: it must be \[head, query, key\]"),
        ([weights(2, 4, 4)], "layer 0 of attentions has 2 heads of 4 queries × 4 keys, and there are 5 × 5"),
        ([LAYERS[0], weights(2, 5, 6)], "layer 1 of attentions has 2 heads of 5 queries × 6 keys"),
        ([np.zeros((0, 5, 5))], "0 heads of"),
        (np.zeros((0, 2, 5, 5)), r"has the shape \[0, 2, 5, 5\]"),
        ([np.stack(LAYERS)], "layer 0 of attentions is of 3 texts: pass batch_index= for the one to show"),
        (np.stack([STACKED, STACKED], axis=1), "is of 2 texts: pass batch_index="),
        (_with(np.nan, 2, 1, 3, 4), "layer 2 of attentions is not finite at head 1, query 3, key 4"),
        ([np.full((2, 5, 5), 1e300)], "is not finite at head 0, query 0, key 0"),
        (_with(np.inf, 0, 0, 0, 0), "is not finite at head 0, query 0, key 0"),
        (
            _with(-0.25, 1, 0, 2, 3),
            r"layer 1 of .* is negative at head 0, query 2, key 3.*not scores",
        ),
        (
            _with(3.0, 1, 1, 4, 0),
            r"layer 1 of .* sums to \d.* at head 1, query 4, and .* eval\(\) mode",
        ),
    ],
)
def test_what_is_no_attention_is_refused(given, message):
    with pytest.raises(InvalidOption, match=message):
        from_attentions(given, TOKENS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"decoder": [CAUSAL]}, r"decoder= and cross= go with target_tokens="),
        ({"target_tokens": TARGET}, r"decoder= and cross= go with target_tokens="),
        ({"cross": [weights(2, 5, 3)], "target_tokens": TARGET}, "layer 0 of cross has 2 heads of 5 queries"),
        ({"decoder": (), "target_tokens": TARGET}, "decoder is empty: "),
        ({"batch_index": 1}, "batch_index=1 is for batches, and layer 0 of attentions is of one text"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(options, message):
    with pytest.raises(InvalidOption, match=message):
        from_attentions(LAYERS, TOKENS, **options)


@pytest.mark.parametrize("index", [3, -1])
def test_a_text_that_the_batch_does_not_have_is_refused(index):
    with pytest.raises(OutOfRange, match=rf"batch_index={index} asked for, but .* is of 3 texts, from 0 on"):
        from_attentions([STACKED], TOKENS, batch_index=index)


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ("the cat", "tokens is one string: pass a list with one string a token"),
        ([], "tokens is empty"),
        (5, "tokens is 5: pass a list of strings"),
        ([101, 102], r"tokens\[0\] is 101, no string: pass what tokenizer\.convert_ids_to_tokens\(\) gives"),
        (["a", b"b"], r"tokens\[1\] is b'b', no string"),
        (["a\ud800"], r"tokens\[0\] is no valid Unicode"),
    ],
)
def test_what_are_no_tokens_is_refused(tokens, message):
    with pytest.raises(InvalidOption, match=message):
        from_attentions([np.eye(2)[None]], tokens)


def test_special_is_refused_for_tokens_that_know_theirs(demo_lens):
    tokens = demo_lens.trace("猫").tokens
    with pytest.raises(InvalidOption, match="special= is for tokens given as strings"):
        from_attentions([weights(2, 3, 3)], tokens, special=["[CLS]"])


def test_neither_transformers_nor_a_model_is_needed(tmp_path):
    program = """
import numpy as np

import attnviz

trace = attnviz.from_attentions([np.eye(3)[None]], ["[CLS]", "a", "b"])
trace.explore().save("x.html")
"""
    run_without_transformers(program, tmp_path)
    assert (tmp_path / "x.html").stat().st_size > 10_000
