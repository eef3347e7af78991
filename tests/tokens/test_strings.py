"""Tokens that are known by their strings alone."""

import pytest

from attnviz.tokens import check_tokens, tokens_of_strings


@pytest.mark.parametrize(
    ("strings", "text", "surface"),
    [
        (["the", "cat"], "the cat", ["the", "cat"]),
        (["[CLS]", "un", "##do", "[SEP]"], "un ##do", [None, "un", "##do", None]),
        (["The", " cat", " sat", "."], "The cat sat.", ["The", "cat", "sat", "."]),
        (["<s>", "猫", "が", "好き", "</s>"], "猫が好き", [None, "猫", "が", "好き", None]),
        (
            ["<0x0A>", "a", "[1]", "[", "<", "<b"],
            "<0x0A> a [1] [ < <b",
            ["<0x0A>", "a", "[1]", "[", "<", "<b"],
        ),
        (["<|im_start|>", "a", "<bos>", "</pad>"], "a", [None, "a", None, None]),
        (["a", "", "b"], "a  b", ["a", "", "b"]),
        (["[CLS]"], "", [None]),
    ],
)
def test_the_text_is_that_of_the_tokens_and_each_has_its_place(strings, text, surface):
    tokens = tokens_of_strings(strings)
    assert tokens.texts == [text]
    assert tokens.surface == surface
    assert tokens.raw == tokens.labels == strings
    assert tokens.special == [each is None for each in surface]
    assert check_tokens(tokens) is None
    places = zip(tokens.start, tokens.end, strict=True)
    assert [None if start is None else text[start:end] for start, end in places] == surface


@pytest.mark.parametrize("special", [["the"], {"the"}, "the"])
def test_special_tokens_may_be_named(special):
    tokens = tokens_of_strings(["the", "[CLS]", "he"], special)
    assert tokens.special == [True, False, False]
    assert tokens.texts == ["[CLS] he"]


def test_an_unknown_token_stands_for_text():
    tokens = tokens_of_strings(["[CLS]", "[UNK]", "<unk>"])
    assert tokens.unknown == [False, True, True]
    assert tokens.special == [True, False, False]


def test_words_and_sentences_are_found_in_the_text():
    tokens = tokens_of_strings(["[CLS]", "猫が", "走る", "。", "犬", "も", "[SEP]"])
    assert [unit.text for unit in tokens.units("word")] == ["[CLS]", "猫", "走る", "。", "犬", "も", "[SEP]"]
    assert [unit.text for unit in tokens.units("sentence")] == ["[CLS]", "猫が走る。", "犬も", "[SEP]"]
    assert (tokens.lang, tokens.finders) == ("ja", ["MeCab"])


def test_ids_count_from_0_where_none_are_known():
    assert tokens_of_strings(["a", "b", "a"]).ids == [0, 1, 2]
