"""The live widget without a browser: its traits both ways, what it refuses, and its header."""

import html
import json
import sys
import types

import numpy as np
import pytest
import torch

import attnviz
from attnviz.capture.layer import AttentionLayer
from attnviz.errors import InvalidOption, OutOfRange, UnsupportedModel
from attnviz.views import View, live
from attnviz.views import widget as widget_module
from attnviz.views.page import SANDBOX
from attnviz.views.payload import build
from attnviz.views.selection import NAMES
from tests.random_trace import random_trace
from tests.views.front_end import Page, header_of

pytestmark = pytest.mark.usefixtures("comms")


def test_a_widget_opens_with_what_its_view_opens_with(pair):
    view = pair.explore(layer=2, heads=[3, 0], pane="text", token=4, by="word", hide=("special",))
    widget = view.widget()
    opened = {name: getattr(widget, name) for name in view.initial}
    assert opened == view.initial
    assert (widget.trace, widget.texts, widget.over, widget.toward) == (0, None, "head", "keys")
    assert widget.threshold == 0.04


@pytest.mark.parametrize(("name", "pane"), [("head", "head"), ("neuron", "neuron"), ("text", "text")])
def test_a_view_of_one_kind_shows_that_pane(pair, name, pane):
    assert View.of([pair], name).widget().pane == pane


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
    [told] = page.told()
    assert told[name] == value
    # The enlarged head is one of those whose lines are drawn.
    assert set(told) <= {name, "heads", "head"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("layer", 5), ("heads", [2, 4]), ("token", 7), ("texts", [0, 1]), ("pane", "text"), ("threshold", 1.0)],
)
def test_what_is_selected_in_the_page_reaches_python(widget, name, value):
    page, seen = Page(widget), []
    page.told()
    widget.observe(lambda change: seen.append((change["name"], change["new"])), name)
    page.select(**{name: value})
    assert getattr(widget, name) == value
    assert seen == [(name, value)]
    assert page.told() == []


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


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_value_at_all_is_refused_in_a_sentence(widget, name):
    # The numbers that True equals.
    widget.select(layer=1, head=1, heads=[1], token=1, by="word")
    before = widget.selection
    unfit = [["word"], [[]], object(), True, "12", b"1", 2.5, np.array([[0]]), np.array([[0, 1], [2, 3]])]
    unfit += [] if name == "hide" else [[], {}]  # Which hide nothing.
    for value in unfit:
        with pytest.raises((InvalidOption, OutOfRange)):
            setattr(widget, name, value)
        assert widget.selection == before


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, np.float32("nan"), [0.5], "0.5", True])
def test_a_threshold_is_a_weight(widget, value):
    with pytest.raises(InvalidOption, match="is no weight"):
        widget.threshold = value


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("layer", np.int64(2), 2),
        ("head", np.uint8(2), 2),
        ("token", np.int32(4), 4),
        ("word", np.int64(4), 4),
        ("heads", np.array([3, 0]), [0, 3]),
        ("heads", (np.int64(3), np.int64(0)), [0, 3]),
        ("heads", torch.tensor([3, 0]), [0, 3]),
        ("heads", range(2), [0, 1]),
        ("heads", {2, 5}, [2, 5]),
        ("heads", 2, [2]),
        ("texts", np.array([0, 1]), [0, 1]),
        ("texts", (np.int64(0), None), [0, None]),
        ("hide", np.array(["special"]), ["special"]),
        ("hide", "special", ["special"]),
        ("threshold", np.float64(0.5), 0.5),
        ("threshold", np.array(0.5), 0.5),
        ("by", np.str_("word"), "word"),
        ("kind", None, "encoder"),
    ],
    ids=repr,
)
def test_what_means_the_same_is_taken_as_plain_values(widget, name, value, expected):
    page = Page(widget)
    page.told()
    setattr(widget, name, value)
    assert repr(getattr(widget, name)) == repr(expected)
    assert all(json.dumps(told) for told in page.told())


def test_a_head_view_refuses_what_only_other_views_have(pair):
    widget = pair.head_view().widget()
    with pytest.raises(InvalidOption, match="pane='text' says nothing to a head view"):
        widget.pane = "text"
    with pytest.raises(InvalidOption, match="over='mean' says nothing to a head view"):
        widget.over = "mean"


def test_a_neuron_view_refuses_units_of_several_tokens(pair):
    widget = pair.neuron_view().widget()
    for name, value in (("by", "word"), ("hide", ["special"]), ("texts", (0, 1))):
        with pytest.raises(InvalidOption, match=f"{name}=.* says nothing to a neuron view"):
            setattr(widget, name, value)


def test_there_are_no_neurons_without_queries_and_keys():
    weights = np.full((2, 3, 4, 4), 0.25, dtype=np.float32)
    widget = attnviz.from_attentions(weights, ["a", "b", "c", "d"], special=[]).explore().widget()
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


def test_a_sink_is_not_pinned_while_sinks_are_hidden():
    rows = np.full((2, 3, 8, 8), 0.05, dtype=np.float32)
    rows[..., 2] = 0.65
    widget = attnviz.from_attentions(rows, list("abcdefgh"), special=[]).head_view(token=2).widget()
    assert header_of(widget)["traces"][0]["groups"][0]["sinks"] == [2]
    widget.hide = "sinks"
    assert widget.token is None
    with pytest.raises(InvalidOption, match="token=2 is 'c', a sink, which hide='sinks' leaves out of view"):
        widget.token = 2


def test_several_things_are_selected_at_once_whatever_their_order(translation):
    widget = translation.explore(kind="encoder", layer=0).widget()
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


def test_another_kind_has_its_last_layer_at_most_and_pins_nothing(translation):
    widget = translation.explore(kind="decoder", layer=2, token=1).widget()
    seen = []
    widget.observe(lambda change: seen.append((change["name"], widget.selection)), ["kind", "layer", "token"])
    widget.kind = "encoder"
    assert (widget.layer, widget.token) == (1, None)
    assert {name for name, _ in seen} == {"kind", "layer", "token"}
    # Nobody is shown a layer that the new kind does not have.
    assert {selection for _, selection in seen} == {widget.selection}


def test_another_text_pins_nothing_and_shows_all_of_it(demo_lens, pair):
    other = demo_lens.trace("今日はいい天気です。")
    widget = View.of([pair, other], "explore", token=3, texts=(0, 1), layer=5).widget()
    widget.trace = 1
    assert (widget.token, widget.texts, widget.layer) == (None, None, 5)
    assert widget.current is other


def test_other_units_pin_the_one_that_holds_what_was_pinned(demo_lens):
    trace = demo_lens.trace("東北大学で研究しています。今日は雨です。")
    widget = trace.explore().widget()
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


def test_neurons_belong_to_tokens_whatever_rows_are(demo_lens):
    trace = demo_lens.trace("東北大学で研究しています。")
    word = next(i for i, unit in enumerate(trace.tokens.units("word")) if len(unit.tokens) > 1)
    first = trace.tokens.units("word")[word].tokens[0]
    widget = trace.explore(by="word", token=word).widget()
    widget.pane = "neuron"
    assert (widget.by, widget.token, widget.word) == ("word", first, word)
    widget.pane = "head"
    assert (widget.token, widget.word) == (word, word)


def test_word_and_token_keep_in_step(demo_lens):
    trace = demo_lens.trace("東北大学で研究しています。今日は雨です。")
    words = trace.tokens.units("word")
    widget = trace.explore().widget()
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
    page.select(layer=77, toward="queries")
    assert (widget.layer, widget.toward) == (3, "queries")
    assert page.told() == [{"layer": 3}]


def test_an_echo_says_what_holds(widget):
    page = Page(widget)
    page.sent.clear()
    page.select(layer=77, head=2)
    [echo] = [each["state"] for each in page.sent if each.get("method") == "echo_update"]
    assert echo == {"layer": 3, "head": 2}


def test_the_page_is_told_where_an_observer_goes_there_and_back(widget):
    page = Page(widget)
    page.told()

    def there_and_back(change):
        if change["old"] == 3:
            widget.layer = 5
            widget.layer = 1

    widget.observe(there_and_back, "layer")
    page.select(layer=1)
    assert widget.layer == 1
    assert page.told() == [{"layer": 5}, {"layer": 1}]


def test_an_observer_that_fails_leaves_no_page_waiting_for_its_echo(widget):
    def fail(change):
        raise ZeroDivisionError

    widget.observe(fail, "layer")
    page = Page(widget)
    page.sent.clear()
    with pytest.raises(ZeroDivisionError):
        widget.set_state({"layer": 1})
    assert [each["state"] for each in page.sent if each["method"] == "echo_update"] == [{"layer": 1}]
    assert widget.layer == 1


def test_a_picture_is_kept_and_not_sent_back(widget):
    page = Page(widget)
    page.sent.clear()
    page.select(_picture="data:image/png;base64,AAAA")
    assert widget._picture == "data:image/png;base64,AAAA"
    assert page.sent == []


def test_all_that_is_selected_is_observed_as_one_change_and_set_again(widget):
    before, seen = widget.selection, []
    widget.observe(lambda change: seen.append((change["old"], change["new"])), "selection")
    widget.select(layer=2, heads=[0, 1], token=3, by="word", hide=["particles"])
    after = widget.selection
    assert seen == [(before, after)]
    page = Page(widget)
    page.told()
    widget.selection = before
    assert widget.selection == before
    assert len(page.told()) == 1
    widget.selection = after
    assert widget.selection == after
    with pytest.raises(InvalidOption, match=r"selection=\{\} is no selection of a widget"):
        widget.selection = {}


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


def test_the_header_is_that_of_a_page_without_numbers(pair):
    view = pair.explore(layer=3, heads=[4, 1])
    header = header_of(view.widget())
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


def test_a_widget_says_what_it_shows_in_one_line(pair):
    view = pair.head_view()
    widget = view.widget()
    assert repr(widget) == repr(view) == "<head view of '梅雨は何季の一種か？'>"
    assert widget._repr_mimebundle_()[0]["text/plain"] == repr(view)


@pytest.mark.parametrize("height", [10, 1e3, "400px", True, 10**6])
def test_a_height_that_makes_no_sense_is_refused(pair, height):
    with pytest.raises(InvalidOption, match=r"height=.* is no height in CSS pixels"):
        pair.head_view().widget(height=height)


def test_the_height_is_what_was_asked_for_or_suits_the_view(pair):
    assert pair.explore().widget(height=500)._height == 500
    assert pair.explore().widget()._height == 720


def test_a_closed_widget_keeps_nothing(pair):
    widget = pair.explore(layer=2).widget()
    connection = widget.comm
    widget.close()
    assert connection.sent[-1]["type"] == "comm_close"
    assert (widget.traces, widget.current, widget._header) == ((), None, "")
    with pytest.raises(InvalidOption, match="there is none"):
        widget.layer = 1


def test_sinks_of_a_long_text_are_found_in_some_rows_and_that_is_said(monkeypatch):
    tokens = 60
    rows = np.full((2, 3, tokens, tokens), 0.4 / (tokens - 1), dtype=np.float32)
    rows[..., 7] = 0.6
    trace = attnviz.from_attentions(rows, [f"w{i}" for i in range(tokens)], special=[])
    whole = header_of(trace.head_view().widget())["traces"][0]
    assert whole["groups"][0]["sinks"] == [7]
    assert whole["notes"] == list(trace.notes)
    monkeypatch.setattr(live, "_SINK_WEIGHTS", 1)
    sampled = header_of(trace.head_view().widget())["traces"][0]
    assert sampled["groups"][0]["sinks"] == [7]
    note = "Sinks of the encoder were looked for in 16 of 60 query rows, evenly spaced."
    assert sampled["notes"] == [*trace.notes, note]


def test_colab_is_asked_once_to_show_widgets_that_are_not_its_own(monkeypatch, pair):
    calls = []
    colab = types.ModuleType("google.colab")
    colab.output = types.SimpleNamespace(enable_custom_widget_manager=lambda: calls.append(1))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    widget_module._turn_on_in_colab.cache_clear()
    pair.head_view().widget()
    pair.explore().widget()
    assert calls == [1]
    widget_module._turn_on_in_colab.cache_clear()


def test_payloads_of_pages_have_no_kernel(pair):
    header = build([pair], "head", titles=["t"], initial={}, inline=False, lang=None, encoding="auto").header
    assert (header["live"], header["explorer"]) == (False, None)


def test_opening_a_widget_on_a_long_text_computes_few_of_its_weights(monkeypatch):
    trace = random_trace(4096, layers=8, heads=8, key_heads=2, width=16)
    asked, weights = [], AttentionLayer.weights

    def counted(layer, heads=None, rows=None):
        asked.append(len(range(layer.queries) if rows is None else rows))
        return weights(layer, heads=heads, rows=rows)

    monkeypatch.setattr(AttentionLayer, "weights", counted)
    trace.explore().widget()
    # Some rows of one layer to find the clearest heads, and of each layer to find its sinks.
    assert 0 < sum(asked) < 0.07 * 8 * 4096


def test_lines_and_the_enlarged_head_go_together(minilm_lens, comms):
    trace = minilm_lens.trace("The cat sat.")
    widget = trace.explore(layer=1, heads=[0, 3]).widget()
    widget.heads = [4, 5]
    assert widget.head == 4
    widget.head = 7
    assert widget.heads == [7]
    widget.pane = "text"
    widget.head = 2
    assert (widget.head, widget.heads) == (2, [7])


def test_a_slip_of_the_pen_is_told(pair, comms):
    widget = pair.head_view().widget()
    with pytest.raises(InvalidOption, match="layers=3 sets nothing"):
        widget.layers = 3


def test_a_page_cannot_change_the_widget_itself(pair, comms):
    widget = pair.head_view(layer=0).widget()
    before = {name: getattr(widget, name) for name in ("_esm", "_document", "_header", "_height", "_title")}
    widget.set_state({**dict.fromkeys(before, "x"), "_picture": "https://x.test/a.png", "layer": 1})
    assert {name: getattr(widget, name) for name in before} == before
    assert widget._picture == ""
    assert widget.layer == 1
    widget.set_state({"_picture": "data:image/png;base64,iVBORw0="})
    assert widget._picture == "data:image/png;base64,iVBORw0="


def test_an_observer_that_fails_keeps_nobody_else_from_hearing(pair, comms):
    widget = pair.head_view(layer=0).widget()
    other = pair.head_view(layer=0).widget()
    widget.link(other)
    heard = []

    def fails(_):
        raise RuntimeError("no")

    widget.observe(fails, "layer")
    widget.observe(lambda change: heard.append(change["new"]), "heads")
    with pytest.raises(RuntimeError, match="no"):
        widget.select(layer=1, heads=[2])
    assert heard == [[2]]
    assert (other.layer, other.heads) == (1, [2])


def test_help_tells_what_each_trait_is(pair, comms, minilm_lens):
    assert "enlarged, taken apart in the neuron view" in type(pair.head_view().widget()).__doc__
    assert "lens.explorer()" in type(minilm_lens.explorer()).__doc__


def test_a_lone_surrogate_in_a_title_can_be_sent(pair, comms):
    widget = View.of([pair], "head", titles=["a\ud800b"]).widget()
    widget._header.encode()
    View.of([pair], "head", titles=["a\ud800b"])._repr_html_().encode()
