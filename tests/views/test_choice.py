"""What is left out of view when a page opens: options of a view, checked where it is made."""

import pytest

from attnviz.errors import InvalidOption, OutOfRange
from attnviz.views import View


@pytest.fixture(scope="module")
def pair(demo_lens):
    return demo_lens.trace("梅雨は何季の一種か？", "雨季の一種である。")


def test_a_page_opens_with_what_is_hidden_and_the_texts_in_view(pair):
    view = pair.explore(by="word", hide=("particles", "special"), texts=(None, 1))
    assert view.initial["hide"] == ["special", "particles"]
    assert view.initial["texts"] == [None, 1]
    assert pair.head_view(hide="sinks").initial["hide"] == ["sinks"]
    plain = pair.model_view(hide=(), texts=(None, None)).initial
    assert "hide" not in plain
    assert "texts" not in plain


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"hide": "stopwords"},
            InvalidOption,
            "hide='stopwords' is not known: use special, sinks, particles",
        ),
        ({"hide": ["special", 3]}, InvalidOption, "hide=3 is not known"),
        ({"hide": "particles"}, InvalidOption, "hide='particles' asks for by='word'"),
        ({"texts": 1}, InvalidOption, r"texts=1 is no pair of texts: write texts=\(0, 1\)"),
        ({"texts": "01"}, InvalidOption, "no pair of texts"),
        ({"texts": (0, 1, 0)}, InvalidOption, "no pair of texts"),
        ({"texts": (0, 2)}, OutOfRange, "text 2 asked for among the key tokens, which belong to texts 0, 1"),
        ({"texts": (-1, 0)}, OutOfRange, "text -1 asked for among the query tokens"),
        ({"token": 0, "hide": "special"}, InvalidOption, r"'\[CLS\]', which hide='special' leaves out"),
        ({"token": 2, "texts": (1, 0)}, InvalidOption, "of text 0, but only queries of text 1 are shown"),
        (
            {"token": 2, "by": "word", "hide": "particles"},
            InvalidOption,
            "'は', which hide='particles' leaves out",
        ),
        ({"name": "neuron", "hide": "special"}, InvalidOption, "says nothing to a neuron view"),
        ({"name": "neuron", "texts": (0, 0)}, InvalidOption, "says nothing to a neuron view"),
    ],
)
def test_what_cannot_be_left_out_is_refused(pair, options, error, message):
    with pytest.raises(error, match=message):
        View.of([pair], **{"name": "head", **options})


def test_added_tokens_belong_to_the_text_before_them(pair):
    """[CLS] and the first [SEP] are drawn with the first text, so they can be pinned with it."""
    sep = pair.tokens.raw.index("[SEP]")
    assert View.of([pair], "head", token=sep, texts=(0, 1)).initial["token"] == sep
    with pytest.raises(InvalidOption, match="of text 0"):
        View.of([pair], "head", token=0, texts=(1, 1))
