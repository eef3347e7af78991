"""Tokens put together as a reader sees them: into words or sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from attnviz.errors import InvalidOption

if TYPE_CHECKING:
    from attnviz.tokens.record import Tokens

By: TypeAlias = Literal["token", "word", "sentence"]


class Unit(NamedTuple):
    """A token, word or sentence, and the tokens it is made of.

    Attributes:
        text: as written in the source; an added token as the tokenizer writes it.
        tokens: indices of its tokens, in order.
        segment: which text it belongs to; None for an added token.
        pos: part of speech of a word, where it is known.
    """

    text: str
    tokens: list[int]
    segment: int | None
    pos: str | None


def units_of(tokens: Tokens, by: By) -> list[Unit]:
    """The units of a text in reading order, one for each row of `trace.attention(…, by=by)`.

    A token that belongs to no word or sentence (`[CLS]`, a blank) is a unit of its own; a word that no
    token stands for is left out.

    Raises:
        InvalidOption: `by` is not known.
    """
    check_by(by)
    alone: list[int | None] = [None] * len(tokens)
    index = {"token": alone, "word": tokens.word, "sentence": tokens.sentence}[by]
    units: list[Unit] = []
    place: dict[int, int] = {}
    for token, own in enumerate(index):
        if own is None:
            units.append(Unit(tokens.labels[token], [token], tokens.segment[token], None))
        elif own in place:
            units[place[own]].tokens.append(token)
        else:
            place[own] = len(units)
            units.append(_unit(tokens, by, own, token))
    return units


def check_by(by: Any) -> None:
    """Refuse units that are not known.

    Raises:
        InvalidOption: what they may be.
    """
    if by not in get_args(By):
        raise InvalidOption(f"by={by!r} is not known: use 'token', 'word' or 'sentence'.")


def _unit(tokens: Tokens, by: By, index: int, token: int) -> Unit:
    if by == "word":
        word = tokens.words[index]
        return Unit(word.text, [token], word.segment, word.pos)
    segment, start, end = tokens.sentences[index]
    return Unit(tokens.texts[segment][start:end], [token], segment, None)
