"""What a page carries, read back from its chunks and turned into weights by a formula written here."""

import numpy as np
import pytest

from attnviz.views import encoding
from attnviz.views.payload import build
from tests.views.test_chunks import read

TEXT = "the cat sat on the mat because it was tired"


def payload_of(trace, **options):
    defaults = {"titles": ["t"], "initial": {}, "inline": False, "lang": None, "encoding": "auto"}
    return build([trace], options.pop("view", "head"), **{**defaults, **options})


def weights_of(payload, group: dict, layer: dict) -> np.ndarray:
    """The weights that a page computes, as the schema says, without a line of attnviz."""

    return weights_by(lambda reference: read(payload.chunks[reference["chunk"]], reference), layer)


def weights_by(read_array, layer: dict) -> np.ndarray:
    """The weights of a layer of the schema, [head, query, key]; `read_array` finds what it refers to."""

    def array(reference):
        return read_array(reference).astype(np.float64)

    if layer["weights"] is not None:
        if layer["weights"]["scale"] is None:
            return array(layer["weights"]["values"])
        return array(layer["weights"]["values"]) / 255 * array(layer["weights"]["scale"])[..., None]
    q, k = array(layer["q"]), array(layer["k"])
    k = k[np.arange(layer["heads"]) // (layer["heads"] // layer["keyHeads"])]
    scores = np.einsum("hqd,hkd->hqk", q, k) * layer["scale"]
    if layer["softcap"] is not None:
        scores = np.tanh(scores / layer["softcap"]) * layer["softcap"]
    distance = np.arange(k.shape[1])[None] - np.arange(q.shape[1])[:, None]
    bias = layer["bias"]
    if bias["relative"] is not None:
        scores += array(bias["relative"])[:, distance + q.shape[1] - 1]
    if bias["perKey"] is not None:
        scores += array(bias["perKey"])[:, None]
    if bias["dense"] is not None:
        scores += array(bias["dense"])
    before, after = bias["band"] or (None, None)
    scores[:, distance < -(np.inf if before is None else before)] = -np.inf
    scores[:, distance > (np.inf if after is None else after)] = -np.inf
    if layer["sinks"] is not None:
        sink = np.broadcast_to(np.array(layer["sinks"])[:, None, None], (*scores.shape[:2], 1))
        scores = np.concatenate([scores, sink], axis=-1)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    whole = powers / powers.sum(axis=-1, keepdims=True)
    return whole[..., :-1] if layer["sinks"] is not None else whole


@pytest.mark.parametrize(
    "family", ["BERT", "GPT-2", "Llama", "Mistral", "Gemma 2", "GPT-OSS", "T5", "BART", "ModernBERT"]
)
@pytest.mark.parametrize(("form", "error"), [("vectors", 1e-5), ("weights", 0.002)])
def test_a_page_gives_back_the_weights(tiny_lens, family, form, error):
    seq2seq = family in ("T5", "BART")
    trace = tiny_lens(family).trace(TEXT, target="the dog saw it" if seq2seq else None)
    payload = payload_of(trace, encoding=form)
    for group in payload.header["traces"][0]["groups"]:
        for i, layer in enumerate(group["layers"]):
            exact = trace.attention(i, kind=group["kind"])
            assert abs(weights_of(payload, group, layer) - exact).max() <= layer["error"] <= error


def test_rounding_to_float16_is_measured_and_told(minilm_lens, monkeypatch):
    monkeypatch.setattr(encoding, "EXACT_BYTES", 0)
    trace = minilm_lens.trace(TEXT)
    payload = payload_of(trace, view="explore")
    (group,) = payload.header["traces"][0]["groups"]
    assert {layer["q"]["dtype"] for layer in group["layers"]} == {"f16"}
    for i, layer in enumerate(group["layers"]):
        error = abs(weights_of(payload, group, layer) - trace.attention(i)).max()
        assert 1e-7 < error < 5e-3
        assert error <= layer["error"] <= error + 2e-5


def test_small_pages_are_exact(minilm_lens):
    payload = payload_of(minilm_lens.trace(TEXT))
    (group,) = payload.header["traces"][0]["groups"]
    assert all(layer["q"]["dtype"] == "f32" and layer["error"] == 1e-5 for layer in group["layers"])


@pytest.mark.parametrize(("words", "form"), [(20, "weights"), (400, "f16")])
def test_large_pages_take_the_smaller_form(minilm_lens, monkeypatch, words, form):
    monkeypatch.setattr(encoding, "EXACT_BYTES", 0)
    payload = payload_of(minilm_lens.trace("cat " * words))
    layer = payload.header["traces"][0]["groups"][0]["layers"][0]
    assert ("weights" if layer["weights"] else layer["q"]["dtype"]) == form


def test_vectors_beyond_float16_stay_float32(tiny_lens, monkeypatch):
    monkeypatch.setattr(encoding, "EXACT_BYTES", 0)
    trace = tiny_lens("BERT").trace(TEXT)
    layer = trace.groups["encoder"][0]
    layer.formula.query[0, 0, 0] = 1e5
    assert encoding.choose_form(trace.groups.values(), "vectors", neurons=False) == "float32"


def test_quantised_rows_err_by_a_510th_of_their_largest_weight():
    weights = np.random.default_rng(3).dirichlet(np.full(300, 0.05), size=(4, 50)).astype(np.float32)
    values, scale = encoding.quantise(weights)
    back = values / 255 * scale[..., None]
    assert (abs(back - weights) <= weights.max(axis=-1, keepdims=True) / 510 + 1e-7).all()


def test_a_row_of_zeros_can_be_quantised():
    values, scale = encoding.quantise(np.zeros((1, 1, 4), dtype=np.float32))
    assert not values.any()
    assert not scale.any()


def test_an_overview_holds_the_largest_weight_of_each_cell(minilm_lens):
    trace = minilm_lens.trace("cat sat on a mat " * 40)
    n = len(trace.tokens)
    thumbnails = encoding.overview(trace.groups["encoder"])
    assert thumbnails.shape == (6, 12, 96, 96)
    exact = trace.attention(4, 7)
    for row, column in [(0, 0), (13, 50), (95, 95), (40, 39)]:
        rows = slice(row * n // 96, (row + 1) * n // 96)
        columns = slice(column * n // 96, (column + 1) * n // 96)
        assert thumbnails[4, 7, row, column] == round(255 * float(np.sqrt(exact[rows, columns].max())))


def test_the_overview_of_a_short_text_is_the_matrix_itself(demo_lens):
    trace = demo_lens.trace("猫が走る。")
    exact = np.rint(255 * np.sqrt(trace.attention(3)))
    np.testing.assert_array_equal(encoding.overview(trace.groups["encoder"])[3], exact)


def test_thumbnails_are_carried_where_they_are_shown_and_tell_more_than_the_weights(minilm_lens):
    def overview(trace, view, encoding):
        payload = payload_of(trace, view=view, encoding=encoding)
        return payload.header["traces"][0]["groups"][0]["overview"], set(payload.chunks)

    short = minilm_lens.trace("The cat sat on the mat.")
    assert overview(short, "head", "vectors") == (None, {f"t0-encoder-{i}" for i in range(6)})
    assert overview(short, "model", "weights") == (None, {f"t0-encoder-{i}" for i in range(6)})
    reference, chunks = overview(short, "model", "vectors")
    assert reference["chunk"] in chunks
    reference, chunks = overview(minilm_lens.trace("cat sat " * 140), "model", "weights")
    assert reference["chunk"] in chunks
