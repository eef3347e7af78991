"""The explorer without a browser: texts in, traces kept, errors answered in place."""

import gc
import logging
import threading
import weakref

import pytest
from tokenizers import processors
from transformers import PreTrainedTokenizerFast

import attnviz
from attnviz.errors import InvalidOption, InvalidText, OutOfRange, TextTooLong
from tests.tiny import tiny_model, word_tokenizer
from tests.views.front_end import Page, header_of
from tests.views.test_chunks import decoded
from tests.views.test_encoding import weights_by

FIRST, SECOND, THIRD = "今日はいい天気です。", "猫が好きです。", "東北大学で研究しています。"

pytestmark = pytest.mark.usefixtures("comms")


def titles(explorer):
    return [trace["title"] for trace in header_of(explorer)["traces"]]


def test_an_explorer_opens_empty_and_says_so(demo_lens):
    explorer = demo_lens.explorer()
    header = header_of(explorer)
    assert (header["view"], header["live"], header["traces"]) == ("explore", True, [])
    assert header["explorer"] == {"text": "", "pair": None, "second": "pair"}
    assert (explorer.traces, explorer.current) == ((), None)
    assert repr(explorer) == f"<Explorer of {demo_lens.facts.name}: no text yet>"
    with pytest.raises(InvalidOption, match="there is none yet: run one first"):
        explorer.layer = 3
    assert "there are no texts" in Page(explorer).ask("head", trace=0)[0]["error"]


def test_a_text_that_is_given_is_traced_at_once(demo_lens):
    explorer = demo_lens.explorer(FIRST, "雨は嫌い。", view="text", lang="ja")
    header = header_of(explorer)
    assert (header["view"], header["lang"]) == ("text", "ja")
    assert header["explorer"] == {"text": FIRST, "pair": "雨は嫌い。", "second": "pair"}
    assert explorer.current.tokens.texts == [FIRST, "雨は嫌い。"]
    assert (explorer.by, explorer.pane) == ("word", "text")
    assert len(explorer.comm.sent) == 1
    assert repr(explorer) == f"<Explorer of {demo_lens.facts.name}: '{FIRST} / 雨は嫌い。'>"


def test_what_is_typed_is_traced_and_its_heads_are_exact(demo_lens):
    explorer = demo_lens.explorer()
    page = Page(explorer)
    answer, buffers = page.ask("run", text=SECOND, pair=None)
    assert (answer["value"], buffers) == (None, [])
    [trace] = explorer.traces
    assert trace.tokens.text == SECOND
    assert explorer.current is trace
    answer, [data] = page.ask("head", trace=0, kind="encoder", layer=2, head=4)
    found = weights_by(lambda reference: decoded(data, reference), answer["value"])[0]
    assert abs(found - trace.attention(2, 4)).max() < 1e-5


def test_header_and_selection_of_a_new_text_come_together_before_the_answer(demo_lens):
    explorer = demo_lens.explorer(FIRST)
    page = Page(explorer)
    explorer.token = 3
    page.ask("run", text=SECOND, pair=None)
    update, answer = page.sent
    assert update["method"] == "update"
    assert set(update["state"]) == {"_header", "trace", "token"}
    assert (update["state"]["trace"], update["state"]["token"]) == (1, None)
    assert answer["method"] == "custom"


def test_what_was_selected_stays_as_far_as_the_next_text_has_it(demo_lens):
    explorer = demo_lens.explorer(FIRST)
    explorer.select(layer=1, heads=[0, 5], head=5, by="word", hide=["special"], threshold=0.1, token=2)
    explorer.run(SECOND)
    kept = explorer.selection
    assert (kept.trace, kept.layer, kept.heads, kept.head) == (1, 1, (0, 5), 5)
    assert (kept.by, kept.hide, kept.threshold, kept.token) == ("word", ("special",), 0.1, None)
    initial = header_of(explorer)["initial"]
    assert (initial["trace"], initial["layer"], initial["heads"]) == (1, 1, [0, 5])


def test_the_last_texts_are_kept_newest_last(demo_lens):
    explorer = demo_lens.explorer(keep=2)
    for text in (FIRST, SECOND, THIRD):
        explorer.run(text)
    assert titles(explorer) == [SECOND, THIRD]
    assert [trace.tokens.text for trace in explorer.traces] == [SECOND, THIRD]
    explorer.trace = 0
    assert explorer.current.tokens.text == SECOND
    with pytest.raises(OutOfRange, match="trace 2 asked for, but there are 2 texts"):
        explorer.trace = 2


def test_the_same_text_again_moves_to_the_end(demo_lens):
    explorer = demo_lens.explorer(FIRST)
    explorer.run(SECOND)
    explorer.run(SECOND, "犬も好きです。")
    explorer.trace = 0
    again = explorer.run(FIRST)
    assert [trace.tokens.texts for trace in explorer.traces] == [
        [SECOND],
        [SECOND, "犬も好きです。"],
        [FIRST],
    ]
    assert explorer.current is again is explorer.traces[-1]
    assert explorer.trace == 2


def test_a_text_that_cannot_be_traced_is_answered_with_the_sentence_and_what_is_shown_stays(demo_lens):
    explorer = demo_lens.explorer(FIRST)
    before, page = (explorer._header, explorer.selection), Page(explorer)
    page.sent.clear()
    assert page.ask("run", text="  ", pair=None)[0]["error"].startswith("The text is empty")
    assert "tokens" in page.ask("run", text="雨が降る。" * 300, pair=None)[0]["error"]
    assert "error" in page.ask("run", text=None, pair=None)[0]
    assert (explorer._header, explorer.selection) == before
    assert [each["method"] for each in page.sent] == ["custom"]
    with pytest.raises(InvalidText, match="The text is empty"):
        explorer.run("")
    with pytest.raises(TextTooLong):
        explorer.run("雨が降る。" * 300)


def test_a_long_text_may_be_cut_which_the_view_says(demo_lens):
    explorer = demo_lens.explorer(truncate=True)
    explorer.run("雨が降る。" * 300)
    assert "The text was cut" in header_of(explorer)["traces"][0]["notes"][0]


def test_any_other_failure_of_the_model_is_answered_and_logged(demo_lens, monkeypatch, caplog):
    explorer = demo_lens.explorer(FIRST)

    def fail(text, pair):
        raise RuntimeError("out of memory\nand a page of advice")

    monkeypatch.setattr(explorer, "_read", fail)
    with caplog.at_level(logging.ERROR):
        answer, _ = Page(explorer).ask("run", text=SECOND, pair=None)
    assert answer["error"] == "RuntimeError: out of memory"
    assert "Traceback" in caplog.text
    with pytest.raises(RuntimeError, match="out of memory"):
        explorer.run(SECOND)
    monkeypatch.undo()
    assert explorer.run(SECOND) is explorer.current


def test_an_empty_second_field_is_no_second_text(demo_lens):
    explorer = demo_lens.explorer()
    answer, _ = Page(explorer).ask("run", text=FIRST, pair="")
    assert answer["value"] is None
    assert explorer.current.tokens.pair is None
    assert header_of(explorer)["explorer"]["pair"] is None


@pytest.mark.parametrize("family", ["T5", "BART"])
def test_the_second_text_of_an_encoder_decoder_is_what_its_decoder_says(tiny_lens, family):
    explorer = tiny_lens(family).explorer("the cat sat")
    assert header_of(explorer)["explorer"]["second"] == "target"
    assert list(explorer.current.groups) == ["encoder"]
    explorer.run("the cat sat", "the dog saw it")
    assert list(explorer.current.groups) == ["encoder", "decoder", "cross"]
    explorer.select(kind="cross", layer=1)
    explorer.run("the mat")
    assert (explorer.kind, explorer.layer) == ("encoder", 1)


def test_a_model_that_was_taught_no_pairs_has_no_second_field():
    """A tokenizer that just joins two texts, as GPT-2's does."""
    backend = word_tokenizer(["the", "cat"]).backend_tokenizer
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="[UNK]", sep_token="[SEP]")
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(single="$A", pair="$A $B:1")
    explorer = attnviz.load(model=tiny_model("GPT-2"), tokenizer=tokenizer).explorer()
    assert header_of(explorer)["explorer"]["second"] is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": 0}, "keep=0 is no number of traces to keep"),
        ({"keep": "5"}, "keep='5' is no number of traces to keep"),
        ({"view": "map"}, "view 'map' is not known"),
        ({"lang": "de"}, "lang='de' is not known"),
        ({"height": 5}, "height=5 is no height"),
    ],
)
def test_options_that_make_no_sense_are_refused(demo_lens, options, message):
    with pytest.raises(InvalidOption, match=message):
        demo_lens.explorer(**options)


def test_a_model_of_images_alone_has_nothing_to_type(vit_folder):
    with pytest.raises(InvalidOption, match="reads images alone: there is no text to type"):
        attnviz.load(vit_folder).explorer()


def test_a_closed_explorer_keeps_nothing(demo_lens):
    explorer = demo_lens.explorer(FIRST)
    explorer.close()
    assert (explorer.traces, explorer.current) == ((), None)
    with pytest.raises(InvalidOption, match="This explorer is closed"):
        explorer.run(FIRST)


def test_a_closed_explorer_frees_its_traces(demo_lens):
    explorer = demo_lens.explorer(FIRST)
    traces = [weakref.ref(explorer.current), weakref.ref(explorer.run(SECOND))]
    explorer.close()
    gc.collect()
    assert [trace() for trace in traces] == [None, None]


def test_an_explorer_that_is_closed_while_it_runs_stays_closed(demo_lens, monkeypatch):
    explorer = demo_lens.explorer(FIRST)
    read = explorer._read

    def closing(text, pair):
        explorer.close()
        return read(text, pair)

    monkeypatch.setattr(explorer, "_read", closing)
    with pytest.raises(InvalidOption, match="This explorer is closed"):
        explorer.run(SECOND)
    assert (explorer.traces, explorer.current, explorer._header, explorer._runs) == ((), None, "", [])


def finish(*tasks):
    """Runs each in a thread of its own; fails where they wait for one another."""
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert [each for each in threads if each.is_alive()] == []


def test_who_observes_may_run_another_text(demo_lens):
    explorer = demo_lens.explorer(FIRST)

    def another(change):
        if len(explorer.traces) == 2:
            explorer.run(THIRD)

    explorer.observe(another, "trace")
    finish(lambda: explorer.run(SECOND))
    assert [trace.tokens.text for trace in explorer.traces] == [FIRST, SECOND, THIRD]
    assert explorer.trace == 2


def test_who_observes_may_run_a_text_while_another_thread_runs_one(demo_lens, monkeypatch):
    explorer = demo_lens.explorer(FIRST)
    read, reading, observing = explorer._read, threading.Event(), threading.Event()

    def slow(text, pair):
        if text == SECOND:
            reading.set()
            observing.wait(30)
        return read(text, pair)

    def another(change):
        observing.set()
        explorer.run(THIRD)

    def select():
        reading.wait(30)
        explorer.layer = 1

    monkeypatch.setattr(explorer, "_read", slow)
    explorer.observe(another, "layer")
    finish(lambda: explorer.run(SECOND), select)
    assert observing.is_set()
    assert {trace.tokens.text for trace in explorer.traces} == {FIRST, SECOND, THIRD}


def test_what_is_selected_while_a_text_is_traced_stays(demo_lens, monkeypatch):
    explorer = demo_lens.explorer(FIRST)
    read = explorer._read

    def meanwhile(text, pair):
        explorer.layer = 1
        return read(text, pair)

    monkeypatch.setattr(explorer, "_read", meanwhile)
    explorer.run(SECOND)
    assert explorer.layer == 1


def test_an_explorer_leaves_the_names_of_ipywidgets_alone(demo_lens):
    # Notebooks find the code that draws a widget by these.
    explorer, widget = demo_lens.explorer(FIRST), demo_lens.trace(FIRST).explore().widget()
    for name in ("_model_module", "_model_name", "_view_module", "_view_name", "_view_count"):
        assert getattr(explorer, name) == getattr(widget, name)
