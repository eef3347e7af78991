"""What holds for every family and any text."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attnviz.tokens import tokenize
from attnviz.tokens.characters import fold, is_unseen

# What normalisers, byte levels and dictionaries stumble over, mixed with anything else in Unicode.
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
    "한",
]
_HOSTILE += [
    "the",
    "Don't",
    "İ",
    "ΑΣ",
    "ß",
    "👨‍👩‍👧",
    "🇯🇵",
    "1️⃣",
    "🦄",
    "สวัส",
    "مر",
    "x",
    "\u0301",
    "\u200d",
    "\ufeff",
]
_HOSTILE += [
    "[MASK]",
    "[UNK]",
    "##",
    "▁",
    "Ġ",
    "<0xE3>",
    "</s>",
    "。",
    "．",
    "\ufffd",
    "´",
    "\ue000",
    "\u200b",
]
_HOSTILE += [" ", "\n", "\t", "\0", "\x01", "\x7f", "\x85", "\u3000", "\u2028", "\r\n"]
TEXTS = st.lists(
    st.one_of(st.sampled_from(_HOSTILE), st.characters(exclude_categories=["Cs"])), max_size=10
).map("".join)
FAMILIES = ["bert", "bert-cased", "gpt2", "roberta", "t5", "llama"]
FAMILIES += ["japanese-words", "japanese-lower", "japanese-characters"]

# The tokenizers are read, never changed, so one set serves all examples.
hostile = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@hostile
@given(name=st.sampled_from(FAMILIES), text=TEXTS, pair=st.none() | TEXTS)
def test_every_id_of_the_tokenizer_has_one_record(tokenizers, name, text, pair):
    tokens = tokenize(tokenizers[name], text, pair)
    assert tokens.ids == tokenizers[name](text, text_pair=pair)["input_ids"]
    lists = [
        "raw",
        "surface",
        "start",
        "end",
        "segment",
        "word",
        "sentence",
        "special",
        "unknown",
        "approx",
        "part",
    ]
    assert {len(getattr(tokens, each)) for each in lists} == {len(tokens)}


@hostile
@given(name=st.sampled_from(FAMILIES), text=TEXTS, pair=st.none() | TEXTS)
def test_surfaces_are_slices_in_order(tokenizers, name, text, pair):
    tokens = tokenize(tokenizers[name], text, pair)
    reached = {0: 0, 1: 0}
    for segment, start, end, surface in zip(
        tokens.segment, tokens.start, tokens.end, tokens.surface, strict=True
    ):
        if segment is None:
            assert (start, end, surface) == (None, None, None)
            continue
        source = (text, pair)[segment]
        assert reached[segment] <= start <= end <= len(source)
        assert surface == source[start:end]
        assert surface == surface.strip() or surface.isspace()
        reached[segment] = start


@hostile
@given(name=st.sampled_from(FAMILIES), text=TEXTS)
def test_spans_overlap_only_inside_one_part_group(tokenizers, name, text):
    tokens = tokenize(tokenizers[name], text)
    reached = 0
    for start, end, part in zip(tokens.start, tokens.end, tokens.part, strict=True):
        if start is None or start == end:
            continue
        assert (start < reached) == (part is not None and part[0] > 1)
        reached = max(reached, end)


@hostile
@given(name=st.sampled_from(FAMILIES), text=TEXTS)
def test_every_visible_character_is_covered_or_named_lost(tokenizers, name, text):
    tokens = tokenize(tokenizers[name], text)
    covered = {
        i
        for start, end in zip(tokens.start, tokens.end, strict=True)
        if start is not None
        for i in range(start, end)
    }
    covered |= {i for lost in tokens.lost for i in range(lost.start, lost.end)}
    assert all(i in covered or is_unseen(char) for i, char in enumerate(text))


@hostile
@given(name=st.sampled_from(["bert", "japanese-words", "japanese-lower", "japanese-characters"]), text=TEXTS)
def test_tokens_say_what_they_show(tokenizers, name, text):
    tokens = tokenize(tokenizers[name], text)
    for raw, surface, part, flags in zip(
        tokens.raw,
        tokens.surface,
        tokens.part,
        zip(tokens.special, tokens.unknown, tokens.approx, strict=True),
        strict=True,
    ):
        if part is None and not any(flags):
            assert fold(raw.removeprefix("##") or raw) == fold(surface)


@hostile
@given(name=st.sampled_from(FAMILIES), text=TEXTS, pair=st.none() | TEXTS)
def test_words_are_slices_that_do_not_overlap(tokenizers, name, text, pair):
    tokens = tokenize(tokenizers[name], text, pair)
    reached = (0, 0)
    for word in tokens.words:
        assert reached <= (word.segment, word.start) < (word.segment, word.end)
        assert word.text == (text, pair)[word.segment][word.start : word.end]
        reached = (word.segment, word.end)
    for i, index in enumerate(tokens.word):
        if index is not None:
            word = tokens.words[index]
            assert word.segment == tokens.segment[i]
            assert word.start < tokens.end[i]
            assert word.end > tokens.start[i]
