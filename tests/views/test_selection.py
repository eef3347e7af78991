"""What can be selected in a live widget from Python: what is refused, and what goes with a change."""

import json

import numpy as np
import pytest
import torch

import attnviz
from attnviz.errors import InvalidOption, OutOfRange, UnsupportedModel
from attnviz.views import View
from attnviz.views.selection import NAMES
from tests.views.front_end import Page, header_of

pytestmark = pytest.mark.usefixtures("comms")


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
