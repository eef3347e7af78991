"""Normalising with positions, and the canonical form, without any tokenizer."""

import unicodedata

import pytest

from attnviz.tokens.canonical import canonical, uncovered
from attnviz.tokens.mapped import Mapped
from attnviz.tokens.pieces import Marks


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("ｶﾞ", [(0, 2)]),
        ("㍿", [(0, 1)] * 4),
        ("aｶﾞ①", [(0, 1), (1, 3), (3, 4)]),
        ("か\u3099き", [(0, 2), (2, 3)]),
        ("e\u0301\u0323", [(0, 3)] * 2),
        ("ᄒ\u1161ᆫ", [(0, 3)]),
        ("´", [(0, 1)] * 2),
        ("ｶ゛", [(0, 1), (1, 2), (1, 2)]),
    ],
)
def test_characters_of_the_normal_form_know_their_source(text, spans):
    mapped = Mapped.of(text).normalized("NFKC")
    assert mapped.text == unicodedata.normalize("NFKC", text)
    assert list(zip(mapped.start, mapped.end, strict=True)) == spans


@pytest.mark.parametrize(
    ("text", "lowered", "spans"),
    [
        ("ΑΣ", "ας", [(0, 1), (1, 2)]),
        ("İx", "i\u0307x", [(0, 1), (0, 1), (1, 2)]),
    ],
)
def test_lower_case_knows_its_source(text, lowered, spans):
    mapped = Mapped.of(text).lowered()
    assert mapped.text == lowered
    assert list(zip(mapped.start, mapped.end, strict=True)) == spans


def test_steps_of_normalising_are_chained_to_the_first_source():
    mapped = Mapped.of("㎏İ", base=11).normalized("NFKC").lowered()
    assert mapped.text == "kgi\u0307"
    assert [mapped.span(i, i + 1) for i in range(4)] == [(11, 12), (11, 12), (12, 13), (12, 13)]


@pytest.mark.parametrize(
    ("marks", "raw", "said"),
    [
        (Marks(prefix="##"), "##ing", b"ing"),
        (Marks(prefix="##"), "##", b"##"),
        (Marks(byte_level=True), "Ġthe", b" the"),
        (Marks(byte_level=True), "ãģ®", "の".encode()),
        (Marks(byte_level=True), "の", "の".encode()),
        (Marks(byte_level=True, suffix="</w>"), "x</w>", b"x"),
        (Marks(byte_fallback=True, blank="▁"), "<0xE3>", b"\xe3"),
        (Marks(blank="▁"), "▁a", b" a"),
        (Marks(), "<0xE3>", b"<0xE3>"),
    ],
)
def test_a_raw_token_is_read_without_its_marks(marks, raw, said):
    assert marks.read(raw) == said


def test_a_token_without_a_place_takes_the_gap_as_a_guess():
    places = canonical("the old cat", [(0, 3), None, (8, 11)], [b"the", b"old", b"cat"])
    assert [(place.start, place.end, place.approx) for place in places] == [
        (0, 3, False),
        (4, 7, True),
        (8, 11, False),
    ]


def test_tokens_without_any_place_share_the_text():
    places = canonical("ab", [None, None], [b"a", b"b"])
    assert [(place.start, place.end, place.part, place.approx) for place in places] == [
        (0, 2, (1, 2), True),
        (0, 2, (2, 2), True),
    ]


def test_a_place_that_says_something_else_is_a_guess():
    places = canonical("\x01猫", [(0, 1)], ["猫".encode()])
    assert [place.approx for place in places] == [True]


def test_starts_never_decrease():
    places = canonical("abc", [(1, 2), (0, 1), (2, 3)], [b"b", b"a", b"c"])
    assert [place.start for place in places] == [1, 1, 2]


def test_a_dummy_blank_that_borrows_its_neighbours_place_has_no_width():
    places = canonical("猫", [(0, 1), (0, 1)], [b" ", "猫".encode()])
    assert [(place.start, place.end, place.part) for place in places] == [(0, 0, None), (0, 1, None)]


def test_only_what_can_be_seen_is_uncovered():
    assert uncovered("a \u200b b\0c\u0301", canonical("a \u200b b\0c\u0301", [(0, 1)], [b"a"])) == [(4, 7)]
