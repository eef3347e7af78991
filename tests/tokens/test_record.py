"""What a view and a decoder ask of the tokens."""

from attnviz.tokens import tokenize
from attnviz.tokens.record import Slice, Truncation


def test_labels_are_surfaces_and_raw_where_added(tokenizers):
    tokens = tokenize(tokenizers["japanese-words"], "ｶﾞｲﾄﾞ")
    assert tokens.labels == ["[CLS]", "ｶﾞ", "ｲ", "ﾄﾞ", "[SEP]"]
    assert tokens.labels[1] == "ｶﾞ"


def test_shifting_right_makes_the_decoders_input_of_labels(tokenizers):
    labels = tokenize(tokenizers["unigram"], "the fox", target=True)
    shifted = labels.shifted_right(0, "<pad>")
    assert shifted.ids == [0, *labels.ids[:-1]]
    assert shifted.raw == ["<pad>", "▁the", "▁fox"]
    assert shifted.surface == [None, "the", "fox"]
    assert shifted.start == [None, 0, 4]
    assert shifted.word == [None, 0, 1]
    assert shifted.special == [True, False, False]
    assert shifted.words == labels.words
    assert len(shifted) == len(labels)


def test_a_cut_of_both_texts_is_told_of_both():
    truncation = Truncation(5, 20, "left", [Slice(0, 0, 7), Slice(1, 0, 2)])
    assert truncation.sentence(["the text", "the pair"]) == (
        "5 of 20 tokens are missing; the text begins at character 7 and the pair begins at character 2."
    )
