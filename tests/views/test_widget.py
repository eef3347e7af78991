"""The live widget without a browser: its traits both ways, what it refuses, and what it answers."""

import html
import json
import logging
import sys
import types
from concurrent.futures import ThreadPoolExecutor

import comm
import numpy as np
import pytest
import torch
import traitlets

import attnviz
from attnviz.capture import AttentionGroup, Trace
from attnviz.capture.layer import AttentionLayer, Kept
from attnviz.errors import InvalidOption, OutOfRange, UnsupportedModel
from attnviz.views import View, live, tiles
from attnviz.views import widget as widget_module
from attnviz.views.encoding import overview
from attnviz.views.page import SANDBOX
from attnviz.views.payload import build
from tests.random_trace import random_trace
from tests.views.kernel import Page, RecordingComm
from tests.views.test_chunks import decoded, read
from tests.views.test_encoding import weights_by

TEXT = "the cat sat on the mat because it was tired"


@pytest.fixture(autouse=True)
def front_end(monkeypatch):
    """Widgets speak to nobody, and what they say is kept."""
    monkeypatch.setattr(comm, "create_comm", RecordingComm)


@pytest.fixture(scope="module")
def pair(demo_lens):
    return demo_lens.trace("梅雨は何季の一種か？", "雨季の一種である。")


@pytest.fixture(scope="module")
def translation(tiny_lens):
    return tiny_lens("BART").trace(TEXT, target="the dog saw it")


@pytest.fixture
def made():
    """Makes widgets, and closes them after the test."""
    widgets = []

    def make(view, **options):
        widgets.append(view.widget(**options))
        return widgets[-1]

    yield make
    for each in widgets:
        each.close()


@pytest.fixture
def widget(pair, made):
    return made(pair.explore(layer=3, heads=[4, 1]))


def header_of(widget):
    return json.loads(widget._header)


def test_a_widget_opens_with_what_its_view_opens_with(pair, made):
    view = pair.explore(layer=2, heads=[3, 0], pane="text", token=4, by="word", hide=("special",))
    widget = made(view)
    opened = {name: getattr(widget, name) for name in view.initial}
    assert opened == view.initial
    assert (widget.trace, widget.texts, widget.over, widget.toward) == (0, None, "head", "keys")
    assert widget.threshold == 0.04


@pytest.mark.parametrize(("name", "pane"), [("head", "head"), ("neuron", "neuron"), ("text", "text")])
def test_a_view_of_one_kind_shows_that_pane(pair, made, name, pane):
    assert made(View.of([pair], name)).pane == pane


def test_the_state_that_opens_the_widget_is_complete(widget):
    opened = widget.comm.sent[0]
    assert opened["type"] == "comm_open"
    assert opened["state"]["layer"] == 3
    assert opened["state"]["heads"] == [1, 4]
    assert len(widget.comm.sent) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("layer", 5),
        ("heads", [0, 2]),
        ("head", 0),
        ("by", "word"),
        ("token", 7),
        ("hide", ["special", "sinks"]),
        ("texts", [0, 1]),
        ("texts", [None, 1]),
        ("pane", "text"),
        ("over", "rollout"),
        ("toward", "queries"),
        ("threshold", 0.2),
    ],
)
def test_what_is_set_in_python_reaches_the_page(widget, name, value):
    page = Page(widget)
    page.told()
    setattr(widget, name, value)
    assert getattr(widget, name) == value
    assert page.told() == [{name: value}]


@pytest.mark.parametrize(
    ("name", "value"),
    [("layer", 5), ("heads", [0, 2]), ("token", 7), ("texts", [0, 1]), ("pane", "text"), ("threshold", 1.0)],
)
def test_what_is_selected_in_the_page_reaches_python(widget, name, value):
    page, seen = Page(widget), []
    page.told()
    widget.observe(lambda change: seen.append((change["name"], change["new"])), name)
    page.select(**{name: value})
    assert getattr(widget, name) == value
    assert seen == [(name, value)]
    assert page.told() == []


def test_numbers_of_numpy_are_numbers(widget):
    widget.layer = np.int64(2)
    widget.heads = np.array([3, 0])
    widget.threshold = np.float32(0.5)
    assert (widget.layer, widget.heads, widget.threshold) == (2, [0, 3], 0.5)
    assert type(widget.layer) is int


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("layer", 99, OutOfRange, "layer 99 asked for, but the encoder has 6 layers, numbered 0 to 5"),
        ("layer", -1, OutOfRange, "layer -1 asked for"),
        ("layer", "3", InvalidOption, "layer '3' is no whole number"),
        ("layer", None, InvalidOption, "layer None is no whole number"),
        ("kind", "cross", OutOfRange, "kind 'cross' asked for, but this trace has encoder"),
        ("trace", 1, OutOfRange, "trace 1 asked for, but there is one text, numbered from 0"),
        ("head", 6, OutOfRange, "head 6 asked for, but layer 3 has 6 heads"),
        ("heads", [0, 9], OutOfRange, "head 9 asked for"),
        ("heads", [], InvalidOption, r"heads=\[\] leaves nothing to draw"),
        ("token", 20, OutOfRange, "token 20 asked for, but there are 20 tokens among the queries"),
        ("word", 40, OutOfRange, "word 40 asked for, but there are .* words among the queries"),
        ("by", "letter", InvalidOption, "by='letter' is not known"),
        ("hide", ["stopwords"], InvalidOption, "hide='stopwords' is not known"),
        ("hide", ["particles"], InvalidOption, "hide='particles' asks for by='word'"),
        ("texts", (0, 2), OutOfRange, "text 2 asked for among the key tokens"),
        ("pane", "model", InvalidOption, "pane='model' is not known"),
        ("over", "all", InvalidOption, "over='all' is not known"),
        ("toward", "both", InvalidOption, "toward='both' is not known"),
        ("threshold", 4, InvalidOption, "threshold=4 is no weight: use a number from 0 to 1"),
    ],
)
def test_what_the_trace_does_not_have_is_refused_and_changes_nothing(widget, name, value, error, message):
    before, page = widget.selection, Page(widget)
    page.told()
    with pytest.raises(error, match=message):
        setattr(widget, name, value)
    assert widget.selection == before
    assert page.told() == []


def test_a_head_view_refuses_what_only_other_views_have(pair, made):
    widget = made(pair.head_view())
    with pytest.raises(InvalidOption, match="pane='text' says nothing to a head view"):
        widget.pane = "text"
    with pytest.raises(InvalidOption, match="over='mean' says nothing to a head view"):
        widget.over = "mean"


def test_a_neuron_view_refuses_units_of_several_tokens(pair, made):
    widget = made(pair.neuron_view())
    for name, value in (("by", "word"), ("hide", ["special"]), ("texts", (0, 1))):
        with pytest.raises(InvalidOption, match=f"{name}=.* says nothing to a neuron view"):
            setattr(widget, name, value)


def test_there_are_no_neurons_without_queries_and_keys(made):
    weights = np.full((2, 3, 4, 4), 0.25, dtype=np.float32)
    widget = made(attnviz.from_attentions(weights, ["a", "b", "c", "d"], special=[]).explore())
    with pytest.raises(UnsupportedModel, match="no neurons to show: use pane='head' or 'text'"):
        widget.pane = "neuron"
    assert widget.pane == "head"


def test_a_hidden_token_is_not_pinned_and_a_pinned_one_that_is_hidden_is_let_go(widget):
    widget.token = 0  # [CLS]
    widget.hide = ["special"]
    assert widget.token is None
    with pytest.raises(InvalidOption, match=r"token=0 is '\[CLS\]', which hide='special' leaves out of view"):
        widget.token = 0
    widget.token = 5
    widget.texts = (1, None)
    assert widget.token is None


def test_a_sink_is_not_pinned_while_sinks_are_hidden(made):
    rows = np.full((2, 3, 8, 8), 0.05, dtype=np.float32)
    rows[..., 2] = 0.65
    widget = made(attnviz.from_attentions(rows, list("abcdefgh"), special=[]).head_view(token=2))
    assert header_of(widget)["traces"][0]["groups"][0]["sinks"] == [2]
    widget.hide = "sinks"
    assert widget.token is None
    with pytest.raises(InvalidOption, match="token=2 is 'c', a sink, which hide='sinks' leaves out of view"):
        widget.token = 2


def test_several_things_are_selected_at_once_whatever_their_order(translation, made):
    widget = made(translation.explore(kind="encoder", layer=0))
    page = Page(widget)
    page.told()
    with pytest.raises(OutOfRange):
        widget.layer = 2  # Only the decoder has so many.
    widget.select(token=1, layer=2, kind="decoder")
    assert (widget.kind, widget.layer, widget.token) == ("decoder", 2, 1)
    [told] = page.told()
    assert {name: told[name] for name in ("kind", "layer", "token")} == {
        "kind": "decoder",
        "layer": 2,
        "token": 1,
    }
    before = widget.selection
    with pytest.raises(OutOfRange):
        widget.select(kind="encoder", layer=2)
    assert widget.selection == before
    with pytest.raises(InvalidOption, match="'depth' is nothing to select"):
        widget.select(depth=1)


def test_another_kind_has_its_last_layer_at_most_and_pins_nothing(translation, made):
    widget = made(translation.explore(kind="decoder", layer=2, token=1))
    seen = []
    widget.observe(lambda change: seen.append((change["name"], widget.selection)), ["kind", "layer", "token"])
    widget.kind = "encoder"
    assert (widget.layer, widget.token) == (1, None)
    assert {name for name, _ in seen} == {"kind", "layer", "token"}
    # Nobody is shown a layer that the new kind does not have.
    assert {selection for _, selection in seen} == {widget.selection}


def test_another_text_pins_nothing_and_shows_all_of_it(demo_lens, pair, made):
    other = demo_lens.trace("今日はいい天気です。")
    widget = made(View.of([pair, other], "explore", token=3, texts=(0, 1), layer=5))
    widget.trace = 1
    assert (widget.token, widget.texts, widget.layer) == (None, None, 5)
    assert widget.current is other


def test_other_units_pin_the_one_that_holds_what_was_pinned(demo_lens, made):
    trace = demo_lens.trace("東北大学で研究しています。今日は雨です。")
    widget = made(trace.explore())
    words, sentences = trace.tokens.units("word"), trace.tokens.units("sentence")
    token = next(unit.tokens[1] for unit in words if len(unit.tokens) > 1)
    word = next(i for i, unit in enumerate(words) if token in unit.tokens)
    sentence = next(i for i, unit in enumerate(sentences) if token in unit.tokens)
    widget.token = token
    widget.by = "word"
    assert widget.token == word
    widget.by = "sentence"
    assert widget.token == sentence
    widget.by = "token"
    assert widget.token == sentences[sentence].tokens[0]


def test_neurons_belong_to_tokens_whatever_rows_are(demo_lens, made):
    trace = demo_lens.trace("東北大学で研究しています。")
    word = next(i for i, unit in enumerate(trace.tokens.units("word")) if len(unit.tokens) > 1)
    first = trace.tokens.units("word")[word].tokens[0]
    widget = made(trace.explore(by="word", token=word))
    widget.pane = "neuron"
    assert (widget.by, widget.token, widget.word) == ("word", first, word)
    widget.pane = "head"
    assert (widget.token, widget.word) == (word, word)


def test_word_and_token_keep_in_step(demo_lens, made):
    trace = demo_lens.trace("東北大学で研究しています。今日は雨です。")
    words = trace.tokens.units("word")
    widget = made(trace.explore())
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), "word")
    for number, unit in enumerate(words):
        widget.token = unit.tokens[-1]
        assert widget.word == number
    for number, unit in enumerate(words):
        widget.word = number
        assert widget.token == unit.tokens[0]
    assert seen == [*range(len(words)), *range(len(words))]
    widget.by = "word"
    widget.word = 2
    assert widget.token == 2
    widget.by = "sentence"
    assert widget.word is None
    widget.word = 3
    assert (widget.by, widget.token, widget.word) == ("word", 3, 3)
    widget.word = None
    assert widget.token is None


def test_the_word_that_is_clicked_is_read_in_python(widget, pair):
    token = pair.tokens.units("word")[4].tokens[0]
    Page(widget).select(token=token)
    assert widget.word == 4


def test_what_does_not_fit_any_more_the_page_is_told(widget):
    page = Page(widget)
    page.told()
    page.select(layer=77, head=2)
    assert (widget.layer, widget.head) == (3, 2)
    assert page.told() == [{"layer": 3}]


def test_an_echo_says_what_holds(widget):
    page = Page(widget)
    page.sent.clear()
    page.select(layer=77, head=2)
    [echo] = [each["state"] for each in page.sent if each.get("method") == "echo_update"]
    assert echo == {"layer": 3, "head": 2}


def test_the_page_may_hide_particles_and_show_tokens_again(widget):
    page = Page(widget)
    widget.by = "word"
    widget.hide = ["particles"]
    page.select(by="token")
    page.told()
    page.select(hide=["special", "particles"])
    assert widget.hide == ["special", "particles"]
    assert page.told() == []


def test_observers_may_select_in_turn(widget):
    seen = []

    def follow(change):
        widget.layer = change["new"]

    widget.observe(follow, "head")
    widget.observe(lambda change: seen.append(change["new"]), "layer")
    widget.head = 1
    assert (widget.layer, seen) == (1, [1])
    Page(widget).select(head=2)
    assert (widget.layer, seen) == (2, [1, 2])


def test_notifications_may_be_held(widget):
    seen = []
    widget.observe(lambda change: seen.append((change["name"], change["new"])), ["layer", "head"])
    with widget.hold_trait_notifications():
        widget.layer = 1
        widget.head = 0
        widget.layer = 2
        assert seen == []
    assert sorted(seen) == [("head", 0), ("layer", 2)]


def test_a_list_that_was_read_changes_nothing_by_itself(widget):
    widget.heads.append(5)
    assert widget.heads == [1, 4]


def test_traitlets_own_links_work(pair, made):
    one, other = made(pair.explore(layer=1)), made(pair.head_view(layer=4))
    link = traitlets.link((one, "layer"), (other, "layer"))
    assert other.layer == 1
    other.layer = 5
    assert one.layer == 5
    Page(one).select(layer=2)
    assert other.layer == 2
    link.unlink()
    one.layer = 0
    assert other.layer == 2
    traitlets.dlink((one, "heads"), (other, "heads"))
    one.heads = [2, 5]
    assert other.heads == [2, 5]


def test_linked_widgets_share_one_selection(pair, made):
    one, other = made(pair.explore(layer=1, token=4)), made(pair.head_view(layer=4))
    link = one.link(other)
    assert (other.layer, other.token) == (1, 4)
    Page(other).select(token=6)
    assert one.token == 6
    one.by = "word"
    assert (other.by, other.token) == ("word", one.token)
    one.pane = "text"  # Which a head view has not.
    assert other.pane == "head"
    link.unlink()
    one.layer = 5
    assert other.layer == 1
    other.head = 3
    assert one.head != 3


def test_only_what_was_named_is_shared(pair, made):
    one, other = made(pair.explore(layer=1)), made(pair.explore(layer=4))
    one.link(other, "token")
    one.token = 3
    one.layer = 2
    assert (other.token, other.layer) == (3, 4)


def test_a_shared_layer_that_one_lacks_stays_there_as_it_is(pair, translation, made):
    one, other = made(pair.explore(layer=1)), made(translation.explore(kind="decoder", layer=1))
    one.link(other)
    one.layer = 5
    assert other.layer == 1
    other.threshold = 0.5
    assert (one.layer, one.threshold) == (5, 0.5)
    assert other.kind == "encoder"


def test_three_widgets_in_a_ring_agree(pair, made):
    ring = [made(pair.explore(layer=layer)) for layer in (1, 2, 3)]
    for i in range(3):
        ring[i].link(ring[(i + 1) % 3])
    ring[1].layer = 5
    assert [each.layer for each in ring] == [5, 5, 5]


def test_a_closed_widget_is_linked_no_more(pair, made):
    one, other = made(pair.explore(layer=1)), made(pair.explore(layer=4))
    one.link(other)
    other.close()
    one.layer = 3
    assert other.selection.layer == 1


def test_what_cannot_be_linked_is_said(pair, made):
    one, other = made(pair.explore()), made(pair.explore())
    with pytest.raises(InvalidOption, match="'depth' is nothing to share"):
        one.link(other, "depth")
    for wrong in (one, pair, None):
        with pytest.raises(InvalidOption, match="is no other widget of attnviz"):
            one.link(wrong)


def test_the_header_is_that_of_a_page_without_numbers(pair, made):
    view = pair.explore(layer=3, heads=[4, 1])
    header = header_of(made(view))
    page = view.payload.header
    assert (header["live"], header["inline"], page["live"]) == (True, True, False)
    assert header["explorer"] is page["explorer"] is None
    assert {**header["initial"], **page["initial"]} == header["initial"]
    [trace], [paged] = header["traces"], page["traces"]
    assert {**trace, "groups": None} == {**paged, "groups": None}
    [group], [whole] = trace["groups"], paged["groups"]
    assert group["sinks"] == whole["sinks"]
    assert group["overview"] is None
    for layer, complete in zip(group["layers"], whole["layers"], strict=True):
        assert (layer["q"], layer["k"], layer["weights"], layer["strongest"]) == (None, None, None, None)
        known = ("heads", "keyHeads", "dHead", "scale", "softcap", "sinks", "rotary")
        assert [layer[name] for name in known] == [complete[name] for name in known]


def test_the_page_of_a_widget_has_no_data_and_the_strict_policy(widget):
    document = html.unescape(widget._document)
    assert '<script type="application/json"' not in document
    assert "application/octet-stream" not in document
    assert "default-src 'none'; script-src 'sha256-" in document
    assert "梅雨" not in document


def test_the_bridge_makes_the_same_frame_as_the_notebook_s_html(widget, pair):
    assert f'"{SANDBOX}"' in widget._esm
    assert f'sandbox="{SANDBOX}"' in pair.head_view()._repr_html_()


def test_a_widget_says_what_it_shows_in_one_line(pair, made):
    view = pair.head_view()
    widget = made(view)
    assert repr(widget) == repr(view) == "<head view of '梅雨は何季の一種か？'>"
    assert widget._repr_mimebundle_()[0]["text/plain"] == repr(view)


@pytest.mark.parametrize("height", [10, 1e3, "400px", True, 10**6])
def test_a_height_that_makes_no_sense_is_refused(pair, height):
    with pytest.raises(InvalidOption, match=r"height=.* is no height in CSS pixels"):
        pair.head_view().widget(height=height)


def test_the_height_is_what_was_asked_for_or_suits_the_view(pair, made):
    assert made(pair.explore(), height=500)._height == 500
    assert made(pair.explore())._height == 720


def test_a_closed_widget_keeps_nothing(pair):
    widget = pair.explore(layer=2).widget()
    connection = widget.comm
    widget.close()
    assert connection.sent[-1]["type"] == "comm_close"
    assert (widget.traces, widget.current, widget._header) == ((), None, "")
    with pytest.raises(InvalidOption, match="there is none"):
        widget.layer = 1


# What the page asks for.


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
def test_every_head_that_is_asked_for_is_exact(tiny_lens, made, family):
    seq2seq = family in ("T5", "BART")
    trace = tiny_lens(family).trace(TEXT, target="the dog saw it" if seq2seq else None)
    page = Page(made(trace.explore()))
    for kind, group in trace.groups.items():
        for layer in range(group.layers):
            exact = trace.attention(layer, kind=kind)
            for head in range(group[layer].heads):
                found = head_of(page, trace=0, kind=kind, layer=layer, head=head)
                assert abs(found - exact[head]).max() <= 1e-5


def test_fifty_heads_in_a_row_are_exact(minilm_lens, made):
    trace = minilm_lens.trace("The cat sat on the mat because it was tired. " * 8)
    page = Page(made(trace.head_view()))
    for number in range(50):
        layer, head = divmod(number, 12)
        found = head_of(page, trace=0, kind="encoder", layer=layer, head=head)
        assert abs(found - trace.attention(layer, head)).max() <= 1e-6


def test_weights_without_a_formula_come_as_they_are(made):
    weights = np.random.default_rng(0).dirichlet(np.ones(9), size=(2, 3, 9)).astype(np.float32)
    trace = attnviz.from_attentions(weights, list("abcdefghi"), special=[])
    page = Page(made(trace.head_view()))
    answer, [data] = page.ask("head", trace=0, kind="encoder", layer=1, head=2)
    layer = answer["value"]
    assert (layer["q"], layer["k"], layer["weights"]["scale"]) == (None, None, None)
    np.testing.assert_array_equal(decoded(data, layer["weights"]["values"])[0], weights[1, 2])


def test_a_head_comes_alone(tiny_lens, made):
    trace = tiny_lens("Llama").trace(TEXT)
    group = trace.group()
    answer, [data] = Page(made(trace.explore())).ask("head", trace=0, kind="decoder", layer=0, head=3)
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


def test_the_overview_is_that_of_a_page(minilm_lens, made):
    trace = minilm_lens.trace("The cat sat on the mat because it was tired. " * 12)
    found, _ = every_thumbnail(Page(made(trace.explore())), 72, trace=0, kind="encoder")
    exact = overview(trace.group()).reshape(found.shape)
    assert exact.shape[1:] == (96, 96)
    assert abs(found.astype(int) - exact).max() <= 1
    assert (found != exact).mean() < 1e-4


def test_an_overview_comes_in_parts_where_it_takes_long(pair, made, monkeypatch):
    monkeypatch.setattr(tiles, "_OVERVIEW_SECONDS", 0)
    found, asks = every_thumbnail(Page(made(pair.explore())), 36, trace=0, kind="encoder")
    assert asks == 36
    np.testing.assert_array_equal(found, overview(pair.group()).reshape(found.shape))


def test_a_head_that_a_layer_lacks_is_empty_in_the_overview(pair, made):
    few = Kept(torch.from_numpy(pair.attention(0)[:2]))
    layers = (AttentionLayer("few", few), pair.group()[1])
    group = AttentionGroup("encoder", pair.tokens, pair.tokens, layers)
    trace = Trace(pair.model, pair.tokens, None, {"encoder": group})
    widget = made(trace.explore(layer=1, heads=[5]))
    found, _ = every_thumbnail(Page(widget), 12, trace=0, kind="encoder")
    np.testing.assert_array_equal(found, overview(group).reshape(found.shape))
    assert found[1].any()
    assert not found[2:6].any()
    widget.layer = 0
    assert (widget.heads, widget.head) == ([0, 1], 0)


def test_the_rollout_is_that_of_a_page_and_what_the_header_promised(pair, made):
    view = pair.text_view()
    widget = made(view)
    answer, [data] = Page(widget).ask("rollout", trace=0, kind="encoder")
    found = answer["value"]
    assert found == header_of(widget)["traces"][0]["groups"][0]["rollout"]
    promised = view.payload.header["traces"][0]["groups"][0]["rollout"]
    for name in ("values", "scale"):
        paged = read(view.payload.chunks[promised[name]["chunk"]], promised[name])
        np.testing.assert_array_equal(decoded(data, found[name]), paged)


def test_cross_attention_has_no_rollout(translation, made):
    widget = made(translation.explore(kind="cross", layer=0))
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


# Several threads: a notebook may speak to its kernel from one of its own.


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


def test_linked_widgets_may_be_changed_from_two_threads(pair, made):
    one, other = made(pair.explore()), made(pair.explore())
    one.link(other)
    page = Page(other)

    def in_python():
        for number in range(60):
            one.layer = number % 6

    def in_the_page():
        for number in range(60):
            page.select(layer=number % 5)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(in_python), pool.submit(in_the_page)]:
            done.result(timeout=60)
    assert one.selection.layer == other.selection.layer


# Long texts.


def test_the_heads_of_a_long_text_are_exact(made):
    trace = random_trace(4096, layers=8, heads=8, key_heads=2, width=32)
    widget = made(trace.explore())
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


def test_sinks_of_a_long_text_are_found_in_some_rows_and_that_is_said(monkeypatch, made):
    tokens = 60
    rows = np.full((2, 3, tokens, tokens), 0.4 / (tokens - 1), dtype=np.float32)
    rows[..., 7] = 0.6
    trace = attnviz.from_attentions(rows, [f"w{i}" for i in range(tokens)], special=[])
    whole = header_of(made(trace.head_view()))["traces"][0]
    assert whole["groups"][0]["sinks"] == [7]
    assert whole["notes"] == list(trace.notes)
    monkeypatch.setattr(live, "_SINK_WEIGHTS", 1)
    sampled = header_of(made(trace.head_view()))["traces"][0]
    assert sampled["groups"][0]["sinks"] == [7]
    note = "Sinks of the encoder were looked for in 16 of 60 query rows, evenly spaced."
    assert sampled["notes"] == [*trace.notes, note]


# Where it is shown.


def test_colab_is_asked_once_to_show_widgets_that_are_not_its_own(monkeypatch, pair, made):
    calls = []
    colab = types.ModuleType("google.colab")
    colab.output = types.SimpleNamespace(enable_custom_widget_manager=lambda: calls.append(1))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    widget_module._turn_on_in_colab.cache_clear()
    made(pair.head_view())
    made(pair.explore())
    assert calls == [1]
    widget_module._turn_on_in_colab.cache_clear()


def test_payloads_of_pages_have_no_kernel(pair):
    header = build([pair], "head", titles=["t"], initial={}, inline=False, lang=None, encoding="auto").header
    assert (header["live"], header["explorer"]) == (False, None)


def test_thumbnails_of_a_long_text_show_evenly_spaced_rows_and_say_so(made):
    trace = random_trace(2048, layers=1, heads=2, key_heads=1, width=16)
    widget = made(trace.explore())
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
