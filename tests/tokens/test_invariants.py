"""What holds for every family and any text.

200 examples a family, the same at every run; `pytest tests/tokens/test_invariants.py
--hypothesis-profile=sweep` looks at 5,000 others.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnviz.capture.units import membership, pool
from attnviz.tokens import tokenize
from attnviz.tokens.characters import fold, is_unseen
from tests.tokens.families import FAMILIES

# What normalisers, byte levels and dictionaries stumble over.
_HOSTILE = [
    "猫",
    "は",
    "ｶﾞ",
    "㍿",
    "①",
    "½",
    "ﬁ",
    "ﷺ",
    "か\u3099",
    "e\u0301\u0323",
    "葛\U000e0100",
    "ᄒ\u1161ᆫ",
]
_HOSTILE += ["한", "the", "Don't", "İ", "ΑΣ", "ß", "👨‍👩‍👧", "🇯🇵", "1️⃣", "🦄", "สวัส", "مر", "x", "\u0301"]
_HOSTILE += [
    "\u200d",
    "\ufeff",
    "[MASK]",
    "[UNK]",
    "##",
    "▁",
    "Ġ",
    "<0xE3>",
    "</s>",
    "<SP>",
    "@@",
    "。",
    "．",
]
_HOSTILE += [
    "\ufffd",
    "´",
    "\ue000",
    "\u200b",
    "𠮷",
    "𩸽",
    "吾輩",
    "友達",
    "１０００",
    "ＡＢＣ",
    "ー",
    "々",
    "नमस्ते",
]
_HOSTILE += [" ", "\n", "\t", "\0", "\x01", "\x7f", "\x85", "\u3000", "\u2028", "\r\n", "\u00a0"]
# Blocks of scripts, so that texts hold runs of one.
_SCRIPTS = ["\u3041\u3096", "\u30a1\u30fa", "\u4e00\u9fff", "\uff01\uff9f", "\uac00\ud7a3", "\u0e01\u0e3a"]
_SCRIPTS += ["\u0621\u064a", "\u0905\u0939", "\u0391\u03c9", "\u0410\u044f", "a" + "z", "\u0300\u036f"]
_RUNS = st.one_of(
    [st.text(st.characters(min_codepoint=ord(a), max_codepoint=ord(b)), max_size=6) for a, b in _SCRIPTS]
)
TEXTS = st.lists(
    st.one_of(st.sampled_from(_HOSTILE), _RUNS, st.characters(exclude_categories=["Cs"])), max_size=10
).map("".join)


# Said by transformers of a text that spells its own end token out.
@pytest.mark.filterwarnings("ignore:This sequence already has")
@pytest.mark.parametrize("name", FAMILIES)
@given(text=TEXTS, pair=st.none() | TEXTS)
def test_every_invariant_holds(tokenizers, name, text, pair):
    tokenizer = tokenizers[name]
    tokens = tokenize(tokenizer, text, pair, max_length=100_000)
    assert tokens.ids == tokenizer(text, text_pair=pair, verbose=False)["input_ids"]
    _lists_have_one_entry_a_token(tokens)
    _surfaces_are_slices_in_order(tokens)
    _spans_overlap_only_inside_one_part_group(tokens)
    _every_visible_character_is_covered_or_lost(tokens)
    _tokens_say_what_they_show(tokenizer, tokens)
    _words_are_slices_that_do_not_overlap(tokens)


def _lists_have_one_entry_a_token(tokens):
    lists = ["raw", "surface", "start", "end", "segment", "word", "sentence"]
    lists += ["special", "unknown", "approx", "part"]
    assert {len(getattr(tokens, each)) for each in lists} == {len(tokens)}
    # Added, and only added, tokens stand nowhere.
    for values in zip(tokens.segment, tokens.start, tokens.end, tokens.surface, strict=True):
        assert len({value is None for value in values}) == 1


def _own(tokens):
    return [i for i, segment in enumerate(tokens.segment) if segment is not None]


def _surfaces_are_slices_in_order(tokens):
    reached = {0: 0, 1: 0}
    for i in _own(tokens):
        segment, start, end, surface = tokens.segment[i], tokens.start[i], tokens.end[i], tokens.surface[i]
        source = tokens.texts[segment]
        assert reached[segment] <= start <= end <= len(source)
        assert surface == source[start:end]
        assert surface == surface.strip() or surface.isspace()
        reached[segment] = start


def _spans_overlap_only_inside_one_part_group(tokens):
    reached = {0: 0, 1: 0}
    for i in _own(tokens):
        start, end, part = tokens.start[i], tokens.end[i], tokens.part[i]
        if start < end:
            assert (start < reached[tokens.segment[i]]) == (part is not None and part[0] > 1)
            reached[tokens.segment[i]] = max(reached[tokens.segment[i]], end)


def _every_visible_character_is_covered_or_lost(tokens):
    places = [(tokens.segment[i], tokens.start[i], tokens.end[i]) for i in _own(tokens)]
    covered = {(segment, at) for segment, start, end in [*places, *tokens.lost] for at in range(start, end)}
    for segment, text in enumerate(tokens.texts):
        assert all((segment, at) in covered or is_unseen(char) for at, char in enumerate(text))


def _tokens_say_what_they_show(tokenizer, tokens):
    for i in _own(tokens):
        flags = (tokens.special[i], tokens.unknown[i], tokens.approx[i], tokens.part[i])
        decoded = tokenizer.decode([tokens.ids[i]], clean_up_tokenization_spaces=False)
        # A piece of a character decodes to U+FFFD, and its surface is the character.
        if not any(flags) and "\ufffd" not in decoded:
            decoded = decoded.removesuffix("@@").removeprefix("##") or decoded
            assert fold(decoded) == fold(tokens.surface[i])


def _words_are_slices_that_do_not_overlap(tokens):
    reached = (0, 0)
    for word in tokens.words:
        assert reached <= (word.segment, word.start) < (word.segment, word.end)
        assert word.text == tokens.texts[word.segment][word.start : word.end]
        reached = (word.segment, word.end)
    for i, index in enumerate(tokens.word):
        if index is not None:
            word = tokens.words[index]
            assert word.segment == tokens.segment[i]
            assert word.start < tokens.end[i]
            assert word.end > tokens.start[i]


@pytest.mark.filterwarnings("ignore:This sequence already has")
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=30)
@given(text=TEXTS, length=st.integers(1, 12))
def test_truncated_tokens_are_a_stretch_of_the_untruncated_ones(tokenizers, name, side, text, length):
    tokenizer = tokenizers[name]
    before, tokenizer.truncation_side = tokenizer.truncation_side, side
    try:
        whole = tokenize(tokenizer, text, max_length=100_000)
        length += whole.segment.count(None)
        short = tokenize(tokenizer, text, max_length=length, truncate=True)
    finally:
        tokenizer.truncation_side = before
    kept = [short.ids[i] for i in _own(short)]
    own = [whole.ids[i] for i in _own(whole)]
    assert kept == (own[len(own) - len(kept) :] if side == "left" else own[: len(kept)])
    assert (short.truncation is not None) == (len(whole) > length)
    if short.truncation is not None:
        assert short.truncation.tokens == len(own) - len(kept)
        assert short.truncation.total == len(whole)


@pytest.mark.parametrize("name", ["bert", "gpt2", "t5", "byt5", "japanese-words"])
@settings(max_examples=30)
@given(text=TEXTS)
def test_rows_by_word_sum_to_one(tokenizers, name, text):
    import numpy as np

    tokens = tokenize(tokenizers[name], text)
    if not len(tokens):
        return
    size = len(tokens)
    weights = np.random.default_rng(size).dirichlet(np.ones(size), size).astype(np.float32)
    words = membership(tokens, "word")
    assert np.allclose(pool(weights, words, words).sum(axis=1), 1, atol=1e-5)
