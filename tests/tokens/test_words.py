"""Words and sentences, and which of them a token belongs to."""

import pytest

from attnviz.tokens import Word, tokenize, words
from attnviz.tokens.sentences import sentences_of
from attnviz.tokens.words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("吾輩は猫である。", ["吾輩", "は", "猫", "で", "ある", "。"]),
        ("GPTは言語のmodelです。", ["GPT", "は", "言語", "の", "model", "です", "。"]),
        ("ｶﾞｲﾄﾞは㍿で", ["ｶﾞｲﾄﾞ", "は", "㍿", "で"]),
        ("犬\u3000と\n猫", ["犬", "と", "猫"]),
        ("猫は\0犬と", ["猫", "は", "犬", "と"]),
        ("ハ\u309aンを", ["ハ\u309aン", "を"]),
        ("葛\U000e0100を", ["葛\U000e0100", "を"]),
        ("1️⃣番と🇯🇵", ["1️⃣", "番", "と", "🇯🇵"]),
    ],
)
def test_japanese_words_are_morphemes_of_the_source(text, words):
    found = words_of(text, 0, is_japanese=True)
    assert [word.text for word in found] == words
    assert all(word.text == text[word.start : word.end] for word in found)


def test_japanese_words_have_a_part_of_speech():
    assert words_of("猫は速い", 1, is_japanese=True) == [
        Word("猫", 0, 1, 1, "名詞"),
        Word("は", 1, 2, 1, "助詞"),
        Word("速い", 2, 4, 1, "形容詞"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't over-fit, 3.14!", ["I", "don't", "over", "-", "fit", ",", "3.14", "!"]),
        ("안녕 세계", ["안녕", "세계"]),
        ("a 👨‍👩‍👧 b", ["a", "👨‍👩‍👧", "b"]),
        ("مرحبا بكم", ["مرحبا", "بكم"]),
        (" \t\n\u200b ", []),
    ],
)
def test_words_elsewhere_are_those_of_unicode(text, words):
    found = words_of(text, 0, is_japanese=False)
    assert [word.text for word in found] == words
    assert {word.pos for word in found} <= {None}


def test_words_of_a_pair_never_span_both_texts(tokenizers):
    tokens = tokenize(tokenizers["bert"], "don", "don't")
    assert [(word.text, word.segment) for word in tokens.words] == [("don", 0), ("don't", 1)]
    assert tokens.word == [None, 0, None, 1, 1, 1, None]


def test_each_text_of_a_pair_is_read_in_its_own_language(tokenizers):
    tokens = tokenize(tokenizers["japanese-words"], "I don't", "東京は")
    assert [(word.text, word.pos) for word in tokens.words] == [
        ("I", None),
        ("don't", None),
        ("東京", "名詞"),
        ("は", "助詞"),
    ]


def test_han_characters_beside_kana_are_japanese(tokenizers):
    tokens = tokenize(tokenizers["japanese-words"], "東京", "東京は")
    assert [word.text for word in tokens.words] == ["東京", "東京", "は"]


def test_a_token_belongs_to_the_word_it_overlaps_most(tokenizers):
    # The unknown token spans two words, で and the longer ある.
    tokens = tokenize(tokenizers["unigram"], "猫である。", lang="ja")
    assert tokens.surface == ["", "猫", "である", "。", None]
    assert [None if i is None else tokens.words[i].text for i in tokens.word] == [
        None,
        "猫",
        "ある",
        "。",
        None,
    ]


def test_blank_tokens_belong_to_no_word_but_to_a_sentence(tokenizers):
    tokens = tokenize(tokenizers["gpt2"], "the fox")
    assert tokens.word == [0, None, 1, 1]
    assert tokens.sentence == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("猫だ。犬か？「はい！」と。", ["猫だ。", "犬か？", "「はい！」", "と。"]),
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Pi is 3.14, see attnviz.tokens. Done.", ["Pi is 3.14, see attnviz.tokens.", "Done."]),
        ("Dr. J. Smith said e.g. this. Yes.", ["Dr. J. Smith said e.g. this.", "Yes."]),
        ("題名\n本文だ\r\n\r\nend", ["題名", "本文だ", "end"]),
        ("値は３．１４だ．次．", ["値は３．１４だ．", "次．"]),
        ("Wait... what?! No.", ["Wait...", "what?!", "No."]),
        ("", []),
        (" \n ", []),
        ("no end", ["no end"]),
    ],
)
def test_sentences_end_at_their_marks_and_at_line_ends(text, sentences):
    assert [text[start:end] for start, end in sentences_of(text)] == sentences


def test_sentences_are_counted_on_from_the_text_to_the_pair(tokenizers):
    tokens = tokenize(tokenizers["japanese-characters"], "猫。犬。", "犬")
    assert tokens.sentence == [None, 0, 0, 1, 1, None, 2, None]
    assert tokens.sentences == [(0, 0, 2), (0, 2, 4), (1, 0, 1)]


THAI, CHINESE = "สวัสดีชาวโลก", "我喜欢自然语言处理。"


def test_thai_and_chinese_words_come_from_icus_dictionaries(tokenizers):
    pytest.importorskip("icu")
    tokens = tokenize(tokenizers["gpt2"], f"🦄{THAI}", CHINESE)
    assert [word.text for word in tokens.words] == [
        *["🦄", "สวัสดี", "ชาว", "โลก"],
        *["我", "喜欢", "自然", "语言", "处理", "。"],
    ]
    assert tokens.finders == ["ICU", "ICU"]


def test_without_icu_each_character_is_a_word_and_that_is_said(tokenizers, monkeypatch):
    monkeypatch.setattr(words, "_icu", lambda: None)
    tokens = tokenize(tokenizers["gpt2"], CHINESE[:3], "cat")
    assert [word.text for word in tokens.words] == ["我", "喜", "欢", "cat"]
    assert tokens.finders == ["characters", "UAX #29"]


def test_mecab_finds_japanese_words(tokenizers):
    assert tokenize(tokenizers["gpt2"], "猫は", "東京").finders == ["MeCab", "MeCab"]


def test_a_line_is_read_as_one(tokenizers):
    """Behind 、 MeCab would take が for a conjunction; only endless lines are cut there."""
    tokens = tokenize(tokenizers["gpt2"], "何、が")
    assert [(word.text, word.pos) for word in tokens.words][-1] == ("が", "助詞")
