"""Which slice of the text each token shows, family by family."""

import pytest

from attnviz.tokens import tokenize

CHARACTERS = [
    ("ｶﾞｲﾄﾞを作る", ["ｶﾞ", "ｲ", "ﾄﾞ", "を", "作", "る"]),
    ("犬㍿猫", ["犬", "㍿", "㍿", "㍿", "㍿", "猫"]),
    ("２㎏①②½", ["２", "㎏", "㎏", "①", "②", "½", "½", "½"]),
    ("か\u3099とハ\u309a", ["か\u3099", "と", "ハ\u309a"]),
    ("ＡＢＣ abc", ["Ａ", "Ｂ", "Ｃ", "a", "b", "c"]),
    ("犬\u3000は\t猫\n", ["犬", "は", "猫"]),
    ("𠮷と🦄", ["𠮷", "と", "🦄"]),
    ("ﬃ㌔ｷﾛ", ["ﬃ", "ﬃ", "ﬃ", "㌔", "㌔", "ｷ", "ﾛ"]),
    ("葛\U000e0100城", ["葛", "\U000e0100", "城"]),
]


def shown(tokens):
    return [surface for surface in tokens.surface if surface is not None]


@pytest.mark.parametrize(("text", "surfaces"), CHARACTERS)
def test_japanese_characters_show_the_source_and_not_its_normal_form(tokenizers, text, surfaces):
    assert shown(tokenize(tokenizers["japanese-characters"], text)) == surfaces


@pytest.mark.parametrize(
    ("name", "text", "raw", "surfaces"),
    [
        (
            "japanese-words",
            "ｶﾞｲﾄﾞを作る",
            ["ガ", "##イ", "##ド", "を", "作", "##る"],
            ["ｶﾞ", "ｲ", "ﾄﾞ", "を", "作", "る"],
        ),
        (
            "japanese-words",
            "名前は㍿。",
            ["名前", "は", "株式", "会社", "。"],
            ["名前", "は", "㍿", "㍿", "。"],
        ),
        ("japanese-lower", "ＴＨＥ Cafe", ["the", "cafe"], ["ＴＨＥ", "Cafe"]),
        ("japanese-lower", "the İ cafe", ["the", "[UNK]", "cafe"], ["the", "İ", "cafe"]),
        ("bert", "Unaffable CAFÉ", ["un", "##aff", "##able", "cafe"], ["Un", "aff", "able", "CAFÉ"]),
        ("bert", "cafe\u0301", ["cafe"], ["cafe\u0301"]),
        ("bert", "hel\u200blo 名前", ["hello", "名", "前"], ["hel\u200blo", "名", "前"]),
        ("bert-cased", "don't", ["don", "'", "t"], ["don", "'", "t"]),
        ("gpt2", "the fox", ["the", "Ġ", "fo", "x"], ["the", " ", "fo", "x"]),
        ("unigram", "the fox", ["▁the", "▁fox"], ["the", "fox"]),
        ("unigram", "猫the", ["▁", "猫", "<unk>"], ["", "猫", "the"]),
        ("unigram", "ｶﾞ①ﬁ", ["▁", "ガ", "1", "f", "i"], ["", "ｶﾞ", "①", "ﬁ", "ﬁ"]),
        ("unigram", "か\u3099", ["▁", "が"], ["", "か\u3099"]),
    ],
)
def test_marks_of_the_vocabulary_never_show(tokenizers, name, text, raw, surfaces):
    tokens = tokenize(tokenizers[name], text)
    inside = [i for i, start in enumerate(tokens.start) if start is not None]
    assert [tokens.raw[i] for i in inside] == raw
    assert shown(tokens) == surfaces


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        ("japanese-characters", "犬㍿猫", [None, (1, 4), (2, 4), (3, 4), (4, 4), None]),
        ("japanese-words", "㍿は", [(1, 2), (2, 2), None]),
        ("gpt2", "x🦄x", [None, (1, 4), (2, 4), (3, 4), (4, 4), None]),
        ("roberta", "é", [(1, 2), (2, 2)]),
        ("unigram", "ﬁ犬", [None, (1, 2), (2, 2), None]),
        ("unigram-bytes", "🦄が", [None, (1, 4), (2, 4), (3, 4), (4, 4), None]),
        ("unigram-bytes", "éがé", [None, (1, 2), (2, 2), None, (1, 2), (2, 2)]),
    ],
)
def test_tokens_that_share_a_character_say_which_part_they_are(tokenizers, name, text, parts):
    tokens = tokenize(tokenizers[name], text)
    assert [part for part, start in zip(tokens.part, tokens.start, strict=True) if start is not None] == parts
    assert not any(tokens.approx)


def test_each_byte_of_an_unknown_run_gets_its_own_character(tokenizers):
    assert shown(tokenize(tokenizers["unigram-bytes"], "éü")) == ["", "é", "é", "ü", "ü"]


def test_a_token_over_two_characters_is_part_of_both(tokenizers):
    tokens = tokenize(tokenizers["gpt2"], "猫で")
    assert tokens.surface == ["猫", "猫", "猫で", "で"]
    assert tokens.part == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("name", ["gpt2", "roberta"])
def test_blanks_are_trimmed_unless_the_token_is_blank_alone(tokenizers, name):
    assert shown(tokenize(tokenizers[name], "the  \u3000x ")) == [
        "the",
        " ",
        " ",
        "\u3000",
        "\u3000",
        "x",
        " ",
    ]


@pytest.mark.parametrize(
    ("name", "text", "unknown"),
    [
        ("japanese-words", "猫は🦄", ["🦄"]),
        ("japanese-characters", "🦄は龍", ["🦄", "龍"]),
        ("bert", "hello ｶﾞﾗｽ!", ["ｶﾞﾗｽ", "!"]),
        ("unigram", "the 🦄🦄 fox", ["🦄🦄"]),
    ],
)
def test_unknown_tokens_show_what_stands_there(tokenizers, name, text, unknown):
    tokens = tokenize(tokenizers[name], text)
    assert [s for s, flag in zip(tokens.surface, tokens.unknown, strict=True) if flag] == unknown
    assert not any(u and s for u, s in zip(tokens.unknown, tokens.special, strict=True))


@pytest.mark.parametrize("name", ["bert", "japanese-words", "japanese-characters"])
def test_special_tokens_spelled_out_have_a_place_and_are_special(tokenizers, name):
    tokens = tokenize(tokenizers[name], "猫[MASK]は[UNK]")
    assert tokens.surface == [None, "猫", "[MASK]", "は", "[UNK]", None]
    assert tokens.special == [True, False, True, False, True, True]
    assert not any(tokens.unknown)


def test_what_mecab_drops_behind_a_nul_is_lost_and_the_rest_in_place(tokenizers):
    tokens = tokenize(tokenizers["japanese-characters"], "猫は\0犬 が[MASK]犬")
    assert tokens.surface == [None, "猫", "は", "[MASK]", "犬", None]
    assert tokens.lost == [(0, 3, 6)]
    assert [word.text for word in tokens.words][:2] == ["猫", "は"]


def test_a_dropped_character_that_can_be_seen_is_lost(tokenizers):
    tokens = tokenize(tokenizers["bert"], "hello \ufffd world\u200b")
    assert tokens.surface == [None, "hello", "world", None]
    assert tokens.lost == [(0, 6, 7)]
