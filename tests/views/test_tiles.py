"""What a live page asks for as the person moves, and what it is answered."""

import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

import attnviz
from attnviz.capture import AttentionGroup, Trace
from attnviz.capture.layer import AttentionLayer, Kept
from attnviz.errors import InvalidOption
from attnviz.views import tiles
from attnviz.views.encoding import overview
from tests.random_trace import random_trace
from tests.views.conftest import TEXT
from tests.views.front_end import Page, header_of
from tests.views.test_chunks import decoded, read
from tests.views.test_encoding import weights_by

pytestmark = pytest.mark.usefixtures("comms")


def head_of(page, **about):
    """The weights of one head, [query, key], by the schema alone."""
    answer, [data] = page.ask("head", **about)
    layer = answer["value"]
    assert (layer["heads"], layer["keyHeads"]) == (1, 1)
    return weights_by(lambda reference: decoded(data, reference), layer)[0]


@pytest.mark.parametrize(
    "family",
    [
        "BERT",
        "GPT-2",
        "Llama",
        "Mistral",
        "Gemma 2",
        "GPT-OSS",
        "T5",
        "BART",
        "Bloom",
        "ModernBERT",
        "DiffLlama",
    ],
)
def test_every_head_that_is_asked_for_is_exact(tiny_lens, family):
    seq2seq = family in ("T5", "BART")
    trace = tiny_lens(family).trace(TEXT, target="the dog saw it" if seq2seq else None)
    page = Page(trace.explore().widget())
    for kind, group in trace.groups.items():
        for layer in range(group.layers):
            exact = trace.attention(layer, kind=kind)
            for head in range(group[layer].heads):
                found = head_of(page, trace=0, kind=kind, layer=layer, head=head)
                assert abs(found - exact[head]).max() <= 1e-5


def test_fifty_heads_in_a_row_are_exact(minilm_lens):
    trace = minilm_lens.trace("The cat sat on the mat because it was tired. " * 8)
    page = Page(trace.head_view().widget())
    for number in range(50):
        layer, head = divmod(number, 12)
        found = head_of(page, trace=0, kind="encoder", layer=layer, head=head)
        assert abs(found - trace.attention(layer, head)).max() <= 1e-6


def test_weights_without_a_formula_come_as_they_are():
    weights = np.random.default_rng(0).dirichlet(np.ones(9), size=(2, 3, 9)).astype(np.float32)
    trace = attnviz.from_attentions(weights, list("abcdefghi"), special=[])
    page = Page(trace.head_view().widget())
    answer, [data] = page.ask("head", trace=0, kind="encoder", layer=1, head=2)
    layer = answer["value"]
    assert (layer["q"], layer["k"], layer["weights"]["scale"]) == (None, None, None)
    np.testing.assert_array_equal(decoded(data, layer["weights"]["values"])[0], weights[1, 2])


def test_a_head_comes_alone(tiny_lens):
    trace = tiny_lens("Llama").trace(TEXT)
    group = trace.group()
    answer, [data] = Page(trace.explore().widget()).ask("head", trace=0, kind="decoder", layer=0, head=3)
    tokens, width = len(trace.tokens), group[0].formula.d_head
    assert len(data) == 4 * 2 * tokens * width
    assert answer["value"]["q"]["shape"] == answer["value"]["k"]["shape"] == [1, tokens, width]
    alone = group[0].of_head(3).formula
    assert alone.query.data_ptr() == group[0].formula.query[3].data_ptr()
    assert alone.key.data_ptr() == group[0].formula.key[1].data_ptr()


def every_thumbnail(page, places, **about):
    """All thumbnails of a group, asked for again and again, and how many asks that took."""
    found, asks = [], 0
    while len(found) < places:
        answer, [data] = page.ask("overview", **about, **{"from": len(found)})
        value = answer["value"]
        assert value["from"] == len(found)
        assert value["count"] >= 1
        found += list(np.frombuffer(data, np.uint8).reshape(value["count"], value["rows"], value["columns"]))
        asks += 1
    return np.array(found), asks


def test_the_overview_is_that_of_a_page(minilm_lens):
    trace = minilm_lens.trace("The cat sat on the mat because it was tired. " * 12)
    found, _ = every_thumbnail(Page(trace.explore().widget()), 72, trace=0, kind="encoder")
    exact = overview(trace.group()).reshape(found.shape)
    assert exact.shape[1:] == (96, 96)
    assert abs(found.astype(int) - exact).max() <= 1
    assert (found != exact).mean() < 1e-4


def test_an_overview_comes_in_parts_where_it_takes_long(pair, monkeypatch):
    monkeypatch.setattr(tiles, "_OVERVIEW_SECONDS", 0)
    found, asks = every_thumbnail(Page(pair.explore().widget()), 36, trace=0, kind="encoder")
    assert asks == 36
    np.testing.assert_array_equal(found, overview(pair.group()).reshape(found.shape))


def test_a_head_that_a_layer_lacks_is_empty_in_the_overview(pair):
    few = Kept(torch.from_numpy(pair.attention(0)[:2]))
    layers = (AttentionLayer("few", few), pair.group()[1])
    group = AttentionGroup("encoder", pair.tokens, pair.tokens, layers)
    trace = Trace(pair.model, pair.tokens, None, {"encoder": group})
    widget = trace.explore(layer=1, heads=[5]).widget()
    found, _ = every_thumbnail(Page(widget), 12, trace=0, kind="encoder")
    np.testing.assert_array_equal(found, overview(group).reshape(found.shape))
    assert found[1].any()
    assert not found[2:6].any()
    widget.layer = 0
    assert (widget.heads, widget.head) == ([0, 1], 0)


def test_the_rollout_is_that_of_a_page_and_what_the_header_promised(pair):
    view = pair.text_view()
    widget = view.widget()
    answer, [data] = Page(widget).ask("rollout", trace=0, kind="encoder")
    found = answer["value"]
    assert found == header_of(widget)["traces"][0]["groups"][0]["rollout"]
    promised = view.payload.header["traces"][0]["groups"][0]["rollout"]
    for name in ("values", "scale"):
        paged = read(view.payload.chunks[promised[name]["chunk"]], promised[name])
        np.testing.assert_array_equal(decoded(data, found[name]), paged)


def test_cross_attention_has_no_rollout(translation):
    widget = translation.explore(kind="cross", layer=0).widget()
    rollouts = {each["kind"]: each["rollout"] for each in header_of(widget)["traces"][0]["groups"]}
    assert rollouts["cross"] == "cross"
    answer, buffers = Page(widget).ask("rollout", trace=0, kind="cross")
    assert answer["error"] == "The cross has no rollout: its queries and keys are different texts."
    assert buffers == []
    with pytest.raises(InvalidOption, match="over='rollout' asks for one, and the cross has none"):
        widget.over = "rollout"
    widget.kind = "encoder"
    widget.over = "rollout"
    widget.kind = "cross"
    assert widget.over == "mean"


def test_a_ping_is_answered(widget):
    assert Page(widget).ask("ping")[0]["value"] is None


@pytest.mark.parametrize(
    ("ask", "about", "message"),
    [
        ("head", {"trace": 0, "kind": "encoder", "layer": 6, "head": 0}, "layer 6 asked for, but"),
        ("head", {"trace": 0, "kind": "encoder", "layer": 0, "head": 6}, "head 6 asked for, but"),
        ("head", {"trace": 0, "kind": "encoder", "layer": 0}, "head None is no whole number"),
        ("head", {"trace": 0, "kind": "cross", "layer": 0, "head": 0}, "kind 'cross' asked for"),
        ("head", {"trace": 0, "kind": ["encoder"], "layer": 0, "head": 0}, "kind ['encoder'] asked for"),
        ("head", {"trace": 1, "kind": "encoder", "layer": 0, "head": 0}, "trace 1 asked for"),
        ("overview", {"trace": 0, "kind": "encoder", "from": 36}, "from 36 asked for"),
        ("overview", {"trace": 0, "kind": "encoder", "from": "0"}, "from '0' is no whole number"),
        ("rollout", {"trace": -1, "kind": "encoder"}, "trace -1 asked for"),
        ("weather", {}, "The page asked for 'weather', but here are head, overview, rollout, ping"),
        (["head"], {}, "The page asked for ['head']"),
        ("run", {"text": "a", "pair": None}, "The page asked for 'run'"),
    ],
)
def test_an_ask_that_makes_no_sense_is_answered_with_a_sentence(widget, ask, about, message):
    answer, buffers = Page(widget).ask(ask, **about)
    assert message in answer["error"]
    assert "value" not in answer
    assert buffers == []


def test_a_bug_of_ours_leaves_no_page_waiting_and_is_logged(widget, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(tiles, "encode_head", broken)
    with caplog.at_level(logging.ERROR):
        answer, _ = Page(widget).ask("head", trace=0, kind="encoder", layer=0, head=0)
    assert answer["error"] == "ZeroDivisionError: by nothing"
    assert "Traceback" in caplog.text


def test_an_interrupted_kernel_answers_too(widget, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(tiles, "encode_head", interrupted)
    page = Page(widget)
    with pytest.raises(KeyboardInterrupt):
        page.ask("head", trace=0, kind="encoder", layer=0, head=0)
    assert page.sent[-1]["content"] == {"id": 1, "error": "The kernel was interrupted (KeyboardInterrupt)."}


def test_other_messages_are_none_of_ours(widget):
    page = Page(widget)
    page.sent.clear()
    for content in ("hello", None, {"id": 1, "kind": "anywidget-command"}):
        page.send({"method": "custom", "content": content})
    assert page.sent == []


def test_asks_from_several_threads_get_their_own_answers(widget, pair):
    asks = [
        {"id": number, "ask": "head", "trace": 0, "kind": "encoder", "layer": number // 6, "head": number % 6}
        for number in range(36)
    ]
    widget.comm.sent.clear()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda ask: widget._handle_custom_msg(ask, []), asks))
    answers = {each["content"]["id"]: each for each in widget.comm.sent}
    assert len(answers) == 36
    for ask in asks:
        layer, [data] = answers[ask["id"]]["content"]["value"], answers[ask["id"]]["buffers"]
        [found] = weights_by(lambda reference, data=data: decoded(data, reference), layer)
        assert abs(found - pair.attention(ask["layer"], ask["head"])).max() <= 1e-5


def test_the_heads_of_a_long_text_are_exact():
    trace = random_trace(4096, layers=8, heads=8, key_heads=2, width=32)
    widget = trace.explore().widget()
    [described] = header_of(widget)["traces"]
    assert described["groups"][0]["rollout"] == "long"
    page = Page(widget)
    answer, [data] = page.ask("head", trace=0, kind="decoder", layer=5, head=7)
    layer = answer["value"]
    rows = np.array([0, 1, 77, 2048, 4095])
    query = decoded(data, layer["q"])[0][rows]
    scores = query @ decoded(data, layer["k"])[0].T * layer["scale"]
    scores[np.arange(4096)[None] > rows[:, None]] = -np.inf
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    assert abs(weights - trace.attention(5, 7, rows=rows.tolist())).max() < 1e-5


def test_thumbnails_of_a_long_text_show_evenly_spaced_rows_and_say_so():
    trace = random_trace(2048, layers=1, heads=2, key_heads=1, width=16)
    widget = trace.explore().widget()
    found, _ = every_thumbnail(Page(widget), 2, trace=0, kind="decoder")
    rows = [int(row) for row in np.linspace(0, 2047, 384)]
    weights = trace.attention(0, rows=rows)  # [head, row, key]
    expected = np.zeros((2, 96, 96))
    for i, row in enumerate(rows):
        cell = max(c for c in range(96) if c * 2048 // 96 <= row)
        for column in range(96):
            keys = slice(column * 2048 // 96, (column + 1) * 2048 // 96)
            largest = weights[:, i, keys].max(axis=-1)
            expected[:, cell, column] = np.maximum(expected[:, cell, column], largest)
    assert abs(found - 255 * np.sqrt(expected)).max() <= 1
    notes = header_of(widget)["traces"][0]["notes"]
    assert any("384 of 2,048 query rows" in note for note in notes)
