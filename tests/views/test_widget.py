"""The live widget without a browser: its traits both ways, who hears of a change, and its header."""

import html
import sys
import types

import numpy as np
import pytest

import attnviz
from attnviz.capture.layer import AttentionLayer
from attnviz.errors import InvalidOption
from attnviz.views import View, live
from attnviz.views import widget as widget_module
from attnviz.views.page import SANDBOX
from attnviz.views.payload import build
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
