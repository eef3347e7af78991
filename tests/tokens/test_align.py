"""Tokens found in a text by what they say alone."""

import pytest

from attnviz.tokens.align import align, located
from attnviz.tokens.mapped import Mapped


def shown(text: str, contents: list[bytes | None]) -> list[str | None]:
    spans = align(text, contents).spans
    return [None if span is None else text[span[0] : span[1]] for span in spans]


@pytest.mark.parametrize(
    ("text", "contents", "surfaces"),
    [
        ("the fox", [b"the", b" fox"], ["the", "fox"]),
        # Normal forms: half width, squared, composed, lower case, accents.
        ("ｶﾞは", ["ガ".encode(), "は".encode()], ["ｶﾞ", "は"]),
        (
            "猫㍿犬",
            ["猫".encode(), "株式".encode(), "会社".encode(), "犬".encode()],
            ["猫", "㍿", "㍿", "犬"],
        ),
        ("か\u3099き", ["が".encode(), "き".encode()], ["か\u3099", "き"]),
        ("Straße", [b"stras", b"se"], ["Straß", "ße"]),
        ("Café", [b"cafe"], ["Café"]),
        # The bytes of one character, and a byte that fits nothing.
        ("猫は", [b"\xe7\x8c", b"\xab\xe3\x81", b"\xaf"], ["猫", "猫は", "は"]),
        # Unknown tokens take what their neighbours leave: one all of it, several a word or character each.
        ("私は🦄が", ["私は".encode(), None, "が".encode()], ["私は", "🦄", "が"]),
        ("a xx yy b", [b"a", None, None, b"b"], ["a", "xx", "yy", "b"]),
        ("a𠮷𠮷b", [b"a", None, None, b"b"], ["a", "𠮷", "𠮷", "b"]),
        ("axyzb", [b"a", None, None, b"b"], ["a", None, None, "b"]),
        # Blanks: a token that says one takes one, or has no width.
        ("a  b", [b"a", b" ", b" b"], ["a", " ", "b"]),
        ("猫", [b" ", "猫".encode()], ["", "猫"]),
        # What the text does not say has no place.
        ("猫", ["犬".encode(), "猫".encode()], [None, "猫"]),
        ("", [b"a"], [None]),
        ("猫", [], []),
    ],
)
def test_tokens_are_found(text, contents, surfaces):
    assert shown(text, contents) == surfaces


def test_the_least_destructive_form_wins():
    """ﬁ may be read as it stands, so fi beside it is not taken for it."""
    assert align("ﬁ fi", ["ﬁ".encode(), b"fi"]).spans == [(0, 1), (2, 4)]


def test_the_cost_counts_what_has_no_partner_in_the_text():
    assert align("abc", [b"abd"]).cost == 1


def test_pieces_know_where_each_character_came_from():
    word, rest = located(Mapped.of("ｶﾞｲﾄﾞ 本", 10), ["ガイド", "本"])
    assert [word.span(i, i + 1) for i in range(3)] == [(10, 12), (12, 13), (13, 15)]
    assert rest.span(0, 1) == (16, 17)


def test_what_could_be_dealt_out_otherwise_is_a_guess():
    """One unknown token has its gap to itself, and blanks tell words apart; anything else is a guess."""
    assert align("a𠮷b", [b"a", None, b"b"]).guessed == set()
    assert align("a xx yy b", [b"a", None, None, b"b"]).guessed == set()
    assert align("a𠮷𠮷b", [b"a", None, None, b"b"]).guessed == {1, 2}


def test_letters_of_one_token_are_drawn_together():
    """The t of it stands before the; the nearest three letters in order would begin with it."""
    assert align("got the", [None, b"the"]).spans[1] == (4, 7)
