"""What a page carries for the text view: texts and places, rollouts, and the image."""

import base64
import gzip
import sys
from io import BytesIO

import numpy as np
import pytest
import transformers
from PIL import Image

import attnviz
from attnviz.analysis import rollout
from attnviz.errors import InvalidOption, UnsupportedModel
from attnviz.views import rolled as rolled_module
from attnviz.views.images import encode_image
from attnviz.views.payload import build
from tests.tiny import CONFIGS, sharpen, word_tokenizer


def carried(trace, view="text"):
    return build([trace], view, titles=[""], initial={}, inline=False, lang=None, encoding="auto")


@pytest.mark.parametrize("text", ["𠮷野家で👍🏽を食べた。 It rains.", "The cat sat."])
def test_places_count_utf16_units_of_the_source(demo_lens, text):
    trace = demo_lens.trace(text, "Who? 👍 me.")
    (table,) = carried(trace).header["traces"][0]["tokens"]
    assert table["texts"] == [text, "Who? 👍 me."]
    for token, surface in enumerate(trace.tokens.surface):
        if surface is None:
            assert table["start"][token] is None is table["end"][token]
            continue
        source = table["texts"][table["segment"][token]].encode("utf-16-le")
        part = source[2 * table["start"][token] : 2 * table["end"][token]].decode("utf-16-le")
        assert part.strip() == surface
    assert table["sentence"] == trace.tokens.sentence


def test_what_a_model_writes_on_has_its_own_text():
    config = transformers.GPT2Config(**CONFIGS["GPT-2"][1], bos_token_id=0, eos_token_id=98)
    model = sharpen(transformers.GPT2LMHeadModel(config))
    tokenizer = word_tokenizer([f"w{i}" for i in range(94)])
    trace = attnviz.load(model=model, tokenizer=tokenizer).trace("w1 w2 w3", generate=3)
    (table,) = carried(trace).header["traces"][0]["tokens"]
    assert table["texts"] == trace.tokens.texts
    assert table["segments"] == ["prompt", "continuation"]
    last = len(trace.tokens) - 1
    assert table["texts"][1][table["start"][last] : table["end"][last]].strip() == trace.tokens.surface[last]


def rolled(trace):
    """The rollout that a page carries, as the page reads it."""
    payload = carried(trace)
    (group,) = payload.header["traces"][0]["groups"]
    reference = group["rollout"]
    data = gzip.decompress(base64.b64decode(payload.chunks[reference["values"]["chunk"]]))
    count = len(trace.tokens)
    values = np.frombuffer(data, np.uint8, count * count).reshape(count, count)
    planes = np.frombuffer(data, np.uint8, offset=count * count).reshape(4, count)
    scale = planes.T.copy().view("<f4")[:, 0]
    return (values / 255 * scale[:, None]) ** 2


def test_the_rollout_of_a_page_is_that_of_the_trace(demo_lens):
    trace = demo_lens.trace("東北大学で自然言語処理を研究しています。")
    exact = rollout(trace.attention(layer) for layer in range(6))
    found = rolled(trace)
    assert (abs(found - exact) <= exact.max(axis=1, keepdims=True) / 250).all()


def test_where_there_is_no_rollout_the_page_says_why(tiny_lens, monkeypatch):
    trace = tiny_lens("T5").trace("the cat sat", target="the dog")
    groups = {group["kind"]: group for group in carried(trace).header["traces"][0]["groups"]}
    assert groups["cross"]["rollout"] == "cross"
    assert set(groups["encoder"]["rollout"]) == {"values", "scale"}
    assert carried(trace, "head").header["traces"][0]["groups"][0]["rollout"] is None
    monkeypatch.setattr(rolled_module, "MOST_ROLLED", 4)
    assert carried(trace).header["traces"][0]["groups"][0]["rollout"] == "long"


def test_a_small_image_comes_through_without_loss_and_a_large_one_small_enough():
    noise = np.random.default_rng(2).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    found = encode_image(noise)
    assert (found["width"], found["height"]) == (30, 20)
    assert found["url"].startswith("data:image/png;base64,")
    data = base64.b64decode(found["url"].partition(",")[2])
    np.testing.assert_array_equal(np.asarray(Image.open(BytesIO(data))), noise)
    large = encode_image(np.full((600, 3000, 3), 90, dtype=np.uint8))
    assert (large["width"], large["height"]) == (1024, 205)
    assert large["url"].startswith("data:image/jpeg;base64,")


def test_an_image_without_pillow_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(UnsupportedModel, match=r"pip install 'attnviz\[image\]'"):
        encode_image(np.zeros((2, 2, 3), dtype=np.uint8))


def test_a_text_carries_neither_image_nor_boxes(demo_lens):
    (found,) = carried(demo_lens.trace("It rains.")).header["traces"]
    assert found["image"] is None
    assert found["tokens"][0]["boxes"] is None


def test_a_text_view_opens_by_word_and_others_by_token(demo_lens):
    trace = demo_lens.trace("It rains.")
    view = trace.text_view(2, 3, over="mean", toward="queries")
    assert view.name == "text"
    assert view.initial["by"] == "word"
    assert (view.initial["over"], view.initial["toward"]) == ("mean", "queries")
    assert "by" not in trace.text_view(by="token").initial
    assert "by" not in trace.explore().initial


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"over": "heads"}, "over='heads' is not known: use 'head', 'mean', 'rollout'"),
        ({"toward": "left"}, "toward='left' is not known: use 'keys', 'queries'"),
    ],
)
def test_what_a_text_view_cannot_show_is_refused(demo_lens, options, message):
    with pytest.raises(InvalidOption, match=message):
        demo_lens.trace("It rains.").text_view(**options)
