"""Text cut into words before the tokenizer sees it, with places in the text as it was written."""

import pytest

from attnviz.errors import InvalidOption
from attnviz.tokens import tokenize
from attnviz.tokens.segment import need_of_segmenter, segmented
from tests.tokens.families import bert, bert_japanese, wrapped


def test_places_lead_through_the_cut_text_to_the_source(tokenizers):
    text = "吾輩は猫㍿である"
    tokens = tokenize(tokenizers["t5"], text, segmenter="mecab")
    assert tokens.ids == tokenizers["t5"](segmented(text, "mecab").text)["input_ids"]
    assert tokens.text == text
    shown = [surface for surface in tokens.surface if surface]
    assert "".join(dict.fromkeys(shown)) == text
    assert tokens.lost == []


def test_a_function_may_cut(tokenizers):
    tokens = tokenize(tokenizers["bert"], "thethe", "theun", segmenter=lambda text: [text[:3], text[3:]])
    own = [(s, a, b) for s, a, b in zip(tokens.surface, tokens.segment, tokens.start, strict=True) if s]
    assert own == [("the", 0, 0), ("the", 0, 3), ("the", 1, 0), ("un", 1, 3)]


def test_words_may_come_as_one_string_with_blanks(tokenizers):
    tokens = tokenize(tokenizers["bert"], "thethe", segmenter=lambda text: "the the")
    assert tokens.start == [None, 0, 3, None]


def test_words_may_come_one_by_one(tokenizers):
    tokens = tokenize(tokenizers["bert"], "thethe", segmenter=lambda text: iter([text[:3], text[3:]]))
    assert tokens.surface == [None, "the", "the", None]


@pytest.mark.parametrize("segmenter", ["juman", lambda text: [1, 2], lambda text: None])
def test_what_gives_no_words_is_refused(tokenizers, segmenter):
    with pytest.raises(InvalidOption, match="segmenter"):
        tokenize(tokenizers["bert"], "猫", segmenter=segmenter)


def _unigram(words, *, blank):
    from tokenizers import Tokenizer, models

    pieces = [(f"{'▁' if blank else ''}{word}", -1.0) for word in words]
    return wrapped(Tokenizer(models.Unigram([("<unk>", 0.0), *pieces], unk_id=0)), unk_token="<unk>")


JAPANESE = [a + b for a in "あいうえお" for b in "かきくけこ"]


def test_a_vocabulary_of_words_behind_blanks_asks_for_a_segmenter():
    assert "100% of the Japanese words" in need_of_segmenter(_unigram(JAPANESE, blank=True))
    assert need_of_segmenter(_unigram(JAPANESE, blank=False)) is None


def test_wordpiece_that_splits_no_words_asks_for_a_segmenter(tmp_path):
    """The first ku-nlp BERT: a Japanese vocabulary behind BERT's own splitting at blanks."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    words = [*JAPANESE, *(f"##{word}" for word in JAPANESE)]
    backend = Tokenizer(models.WordPiece({"[UNK]": 0} | {w: i + 1 for i, w in enumerate(words)}))
    backend.normalizer = normalizers.BertNormalizer(handle_chinese_chars=False)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    assert "nothing in it splits" in need_of_segmenter(wrapped(backend, unk_token="[UNK]"))
    assert need_of_segmenter(bert_japanese(tmp_path)) is None
    assert need_of_segmenter(bert()) is None
