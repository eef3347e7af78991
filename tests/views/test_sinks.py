"""Which tokens count as sinks, against the rule written plainly."""

import json

import numpy as np
import pytest

import attnviz
from attnviz.views.sinks import KeyMass, sinks
from attnviz.views.survey import survey


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def made(tokens, pull, *, causal, layers=2, heads=5, seed=0):
    """A trace of random attention where `pull[(layer, head)] = (token, score)` draws queries to a token."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(layers, heads, tokens, tokens))
    for (layer, head), (token, score) in pull.items():
        scores[layer, head, :, token] += score
    if causal:
        scores[..., np.triu(np.ones((tokens, tokens), bool), 1)] = -np.inf
    return attnviz.from_attentions(
        softmax(scores).astype(np.float32), [f"w{i}" for i in range(tokens)], special=[]
    )


def found(trace):
    group = trace.group()
    layers = [group[i] for i in range(group.layers)]
    masses = [KeyMass(layer) for layer in layers]
    for layer, mass in zip(layers, masses, strict=True):
        survey(layer, [mass])
    return sinks(masses)


def plain(trace):
    """The rule, token by token and head by head."""
    group = trace.group()
    kept = []
    for token in range(len(group.key_tokens)):
        heads, times = 0, 0
        for layer in range(group.layers):
            weights = trace.attention(layer)
            seen = weights.any(axis=0)  # [query, key]
            queries = [i for i in range(len(group.query_tokens)) if seen[i, token]]
            even = np.mean([1 / seen[i].sum() for i in queries])
            for head in range(len(weights)):
                heads += 1
                mean = np.mean([weights[head, i, token] for i in queries])
                enough = len(queries) >= max(4, len(group.query_tokens) / 2)
                times += mean > 0.3 and mean >= 2 * even and enough
        if times / heads >= 0.2:
            kept.append(token)
    return kept


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_sinks_are_those_of_the_plain_formula(causal, seed):
    pull = {(0, 0): (0, 4), (0, 1): (0, 4), (1, 2): (0, 5), (0, 3): (3, 4), (1, 4): (3, 4), (1, 0): (5, 4)}
    trace = made(20, pull, causal=causal, seed=seed)
    assert found(trace) == plain(trace) == [0, 3]


def test_a_token_that_few_queries_see_is_no_sink():
    pull = {(layer, head): (18, 6) for layer in range(2) for head in range(5)}
    assert found(made(20, pull, causal=True)) == []
    assert found(made(20, pull, causal=False)) == [18]


def test_even_attention_has_no_sinks_however_short_the_text():
    for tokens in (1, 2, 3, 5, 8, 12):
        causal = np.tril(np.ones((1, 1, tokens, tokens), np.float32))
        even = causal / causal.sum(axis=-1, keepdims=True)
        assert found(attnviz.from_attentions(even, ["w"] * tokens, special=[])) == []
        full = np.full((1, 1, tokens, tokens), 1 / tokens, np.float32)
        assert found(attnviz.from_attentions(full, ["w"] * tokens, special=[])) == []


def test_a_token_that_attends_to_itself_alone_is_no_sink():
    identity = np.eye(9, dtype=np.float32)[None, None]
    assert found(attnviz.from_attentions(identity, ["w"] * 9, special=[])) == []


def test_cls_is_minilms_sink(minilm_lens):
    trace = minilm_lens.trace("The cat sat on the mat because it was tired.", "Who was tired?")
    assert found(trace) == plain(trace) == [0]


def test_a_page_carries_the_sinks_of_each_group(minilm_lens):
    html = minilm_lens.trace("The cat sat on the mat because it was tired.").head_view().html()
    header = json.loads(html.split('id="attnviz-payload">', 1)[1].split("</script>", 1)[0])
    assert [group["sinks"] for group in header["traces"][0]["groups"]] == [[0]]
