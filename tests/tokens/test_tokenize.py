"""The call itself: ids, pairs, limits, and what is refused."""

import pytest

from attnviz.errors import InvalidOption, InvalidText, TextTooLong, UnsupportedTokenizer
from attnviz.tokens import tokenize
from tests.tokens.families import build, wrapped

FAMILIES = [
    "bert",
    "bert-cased",
    "gpt2",
    "roberta",
    "unigram",
    "unigram-bytes",
    "japanese-words",
    "japanese-lower",
    "japanese-characters",
]
JAPANESE = "吾輩は猫である。名前はまだ無い。"
ENGLISH = "The quick brown fox did not care."


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("pair", [None, "", ENGLISH, JAPANESE])
def test_ids_are_those_of_the_tokenizer(tokenizers, name, pair):
    tokenizer = tokenizers[name]
    assert tokenize(tokenizer, JAPANESE, pair).ids == tokenizer(JAPANESE, text_pair=pair)["input_ids"]


@pytest.mark.parametrize("name", FAMILIES)
def test_empty_text_gives_the_added_tokens_alone(tokenizers, name):
    tokens = tokenize(tokenizers[name], "")
    assert tokens.ids == tokenizers[name]("")["input_ids"]
    assert tokens.surface == [None] * len(tokens)
    assert all(tokens.special)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_pair_has_segments_with_offsets_of_their_own(tokenizers, name):
    tokens = tokenize(tokenizers[name], JAPANESE, ENGLISH)
    texts = (JAPANESE, ENGLISH)
    segments = [segment for segment in tokens.segment if segment is not None]
    assert segments == sorted(segments)
    assert set(segments) == {0, 1}
    for segment, start, end, surface in zip(
        tokens.segment, tokens.start, tokens.end, tokens.surface, strict=True
    ):
        assert surface is None if segment is None else surface == texts[segment][start:end]


@pytest.mark.parametrize("name", ["bert", "japanese-characters"])
def test_type_ids_of_a_pair_are_given_also_where_the_tokenizer_wants_to_be_asked(tokenizers, name):
    tokens = tokenize(tokenizers[name], "猫は", "名前")
    assert tokens.surface == [None, "猫", "は", None, "名", "前", None]
    assert tokens.type_ids == [0, 0, 0, 0, 1, 1, 1]


def test_an_empty_pair_counts_as_none(tokenizers):
    assert tokenize(tokenizers["bert"], "猫", "").pair is None


@pytest.mark.parametrize(
    ("text", "pair", "given", "lang"),
    [
        ("猫は", None, None, "ja"),
        ("東京", None, None, None),
        ("東京", None, "ja", "ja"),
        ("猫は", None, "en", "en"),
        ("the fox", None, None, None),
        ("the fox", "ネコ", None, "ja"),
        ("ﾈｺ", None, None, "ja"),
    ],
)
def test_kana_or_the_caller_tell_the_language(tokenizers, text, pair, given, lang):
    assert tokenize(tokenizers["japanese-words"], text, pair, given).lang == lang


def test_target_tokenizes_as_labels(tokenizers):
    tokenizer = tokenizers["unigram"]
    assert tokenize(tokenizer, "the fox", target=True).ids == tokenizer(text_target="the fox")["input_ids"]


def test_too_long_a_text_is_refused_with_numbers_and_remedy(tokenizers):
    with pytest.raises(TextTooLong, match=r"has 12 tokens and the limit is 10, so 2 are .*truncate=True"):
        tokenize(tokenizers["japanese-characters"], "吾輩は猫である。名前", max_length=10)


def test_the_tokenizers_own_limit_holds_when_none_is_given(tokenizers, monkeypatch):
    monkeypatch.setattr(tokenizers["bert"], "model_max_length", 5)
    with pytest.raises(TextTooLong, match="the limit is 5"):
        tokenize(tokenizers["bert"], "hello hello hello hello")
    assert len(tokenize(tokenizers["bert"], "hello hello hello")) == 5


def test_a_limit_without_room_for_text_is_refused(tokenizers):
    with pytest.raises(TextTooLong, match="at least 3"):
        tokenize(tokenizers["bert"], "hello", max_length=2, truncate=True)
    with pytest.raises(InvalidOption, match="max_length=0"):
        tokenize(tokenizers["bert"], "hello", max_length=0)


def test_truncation_says_what_was_cut(tokenizers):
    tokens = tokenize(tokenizers["japanese-characters"], "吾輩は猫である。名前", max_length=6, truncate=True)
    assert tokens.surface == [None, "吾", "輩", "は", "猫", None]
    assert tokens.truncation is not None
    assert (tokens.truncation.tokens, tokens.truncation.total) == (6, 12)
    assert tokens.truncation.cut == [(0, 4, 10)]
    sentence = tokens.truncation.sentence(tokens.segment_names)
    assert sentence == "6 of 12 tokens are missing; the text ends at character 4 of 10."
    assert tokens.lost == []


def test_a_text_that_fits_is_not_truncated(tokenizers):
    assert tokenize(tokenizers["bert"], "hello", max_length=3, truncate=True).truncation is None


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(
    "name", ["bert", "roberta", "unigram", "unigram-bytes", "japanese-words", "japanese-characters"]
)
@pytest.mark.parametrize("pair", [None, "", "猫は🦄", JAPANESE])
def test_truncated_tokens_are_the_untruncated_ones(tokenizers, monkeypatch, name, side, pair):
    tokenizer = tokenizers[name]
    monkeypatch.setattr(tokenizer, "truncation_side", side)
    whole = tokenize(tokenizer, JAPANESE, pair)
    for limit in range(whole.start.count(None) + 1, len(whole)):
        tokens = tokenize(tokenizer, JAPANESE, pair, max_length=limit, truncate=True)
        expected = tokenizer(JAPANESE, text_pair=pair, truncation=True, max_length=limit)
        assert tokens.ids == expected["input_ids"]
        for segment in (0, 1):
            before, after = (
                [s for s, of in zip(t.surface, t.segment, strict=True) if of == segment]
                for t in (whole, tokens)
            )
            assert after == (before[len(before) - len(after) :] if side == "left" else before[: len(after)])


def test_cut_and_kept_text_meet(tokenizers):
    tokens = tokenize(tokenizers["gpt2"], "the 🦄 and 🦄", max_length=4, truncate=True)
    assert tokens.surface == ["the", " ", "🦄", "🦄"]
    assert tokens.part[2:] == [(1, 4), (2, 4)]
    assert tokens.truncation is not None
    assert tokens.truncation.cut == [(0, 5, 11)]


@pytest.mark.parametrize(("text", "pair", "name"), [("ab\ud800c", None, "text"), ("ab", "ab\udfff", "pair")])
def test_a_lone_surrogate_is_refused_with_its_place(tokenizers, text, pair, name):
    with pytest.raises(InvalidText, match=rf"The {name} .* U\+D[8F]\w\w at character 2"):
        tokenize(tokenizers["bert"], text, pair)


def test_what_is_no_string_is_refused(tokenizers):
    with pytest.raises(InvalidText, match="must be a string, not list"):
        tokenize(tokenizers["bert"], ["hello"])


def test_a_tokenizer_that_calls_otherwise_than_it_tokenizes_is_refused():
    from transformers import ByT5Tokenizer

    class Odd(ByT5Tokenizer):
        def __call__(self, text, **options):
            return super().__call__(f"{text}!", **options)

    with pytest.raises(UnsupportedTokenizer, match="Odd puts its ids together in a way of its own"):
        tokenize(Odd(), "hello")


def test_prefix_tokens_are_added_ones(tokenizers):
    tokens = tokenize(tokenizers["m2m100"], "猫", target=True)
    assert tokens.raw[0] == "__en__"
    assert tokens.surface[0] is None
    assert tokenize(tokenizers["m2m100"], "猫").raw[0] == "__ja__"


def test_what_the_text_loses_is_named(tokenizers):
    """MeCab reads nothing behind a NUL."""
    tokens = tokenize(tokenizers["japanese-words"], "猫は\0犬 と")
    assert [tokens.text[lost.start : lost.end] for lost in tokens.lost] == ["犬 と"]


def test_one_doubtful_token_moves_no_certain_one():
    """Rust tells where 臺 went, which a normaliser writes 台; alignment would take the next 台 for it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = {token: i for i, token in enumerate(["[UNK]", "the", "台", "湾"])}
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.Replace("臺", "台")
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokens = tokenize(wrapped(backend), "臺 台湾Ω")
    assert (tokens.surface[0], tokens.approx[0]) == ("臺", True)
    assert tokens.surface[1] == "台湾Ω"
    assert tokens.lost == []


def test_what_the_model_calls_unknown_is_unknown_whatever_the_tokenizer_names():
    from tokenizers import Tokenizer, models, pre_tokenizers

    backend = Tokenizer(models.WordPiece({"[UNK]": 0, "the": 1}, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokens = tokenize(wrapped(backend), "ΩΩ the")
    assert tokens.surface == ["ΩΩ", "the"]
    assert tokens.unknown == [True, False]
    assert not any(tokens.approx)


@pytest.mark.parametrize("text", ["猫 foo<d>foo<A>", "foo猫", "猫 foo foo", "foo", "foofoo x"])
def test_added_tokens_may_ask_for_a_word_of_their_own(tmp_path, text):
    from tokenizers import AddedToken

    tokenizer = build("byt5", tmp_path)
    tokenizer.add_tokens([AddedToken("foo", single_word=True)])
    tokens = tokenize(tokenizer, text)
    assert tokens.ids == tokenizer(text)["input_ids"]
    assert not any(tokens.approx)
    assert tokens.lost == []


def test_words_keep_known_tokens_out_of_unknown_words(tokenizers):
    tokens = tokenize(tokenizers["prophetnet"], "thex the xthe")
    assert [(s, u) for s, u in zip(tokens.surface, tokens.unknown, strict=True) if s is not None] == [
        ("thex", True),
        ("the", False),
        ("xthe", True),
    ]
