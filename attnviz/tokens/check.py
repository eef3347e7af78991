"""Whether a record of tokens holds together: for one that comes from a file, not from a tokenizer."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attnviz.tokens.record import Tokens


def check_tokens(tokens: Tokens) -> str | None:
    """What is wrong with the lengths, places and indices of a record; None if nothing is."""
    return next(_faults(tokens), None)


def _faults(tokens: Tokens) -> Iterator[str]:
    """What is wrong, the gravest first; each check relies on those before it."""
    names = [field.name for field in fields(tokens)]
    for name in names[names.index("ids") : names.index("type_ids") + 1]:
        column = getattr(tokens, name)
        if column is not None and len(column) != len(tokens):
            yield f"{name} has {len(column)} entries for {len(tokens)} tokens"
    if tokens.boxes is not None and len(tokens.boxes) != len(tokens):
        yield f"boxes has {len(tokens.boxes)} entries for {len(tokens)} tokens"
    if not len(tokens):
        yield "there is no token"
    if not tokens.texts:
        yield "there is no text"
    if tokens.roles is not None and len(tokens.roles) != len(tokens.texts):
        yield f"there are {len(tokens.roles)} roles for {len(tokens.texts)} messages"
    for name, column, known in (
        ("segment", tokens.segment, tokens.texts),
        ("word", tokens.word, tokens.words),
        ("sentence", tokens.sentence, tokens.sentences),
    ):
        if not _indices(column, known):
            yield f"{name} names one that is not there"
    stretches = [
        *((word.segment, word.start, word.end) for word in tokens.words),
        *tokens.sentences,
        *tokens.lost,
        *(tokens.truncation.cut if tokens.truncation is not None else ()),
    ]
    placed = [
        (segment, start, end)
        for segment, start, end in zip(tokens.segment, tokens.start, tokens.end, strict=True)
        if segment is not None
    ]
    if not all(_inside(place, tokens.texts) for place in [*stretches, *placed]):
        yield "a place lies outside its text"


def _indices(column: Iterable[int | None], known: Sequence[object]) -> bool:
    return all(index is None or 0 <= index < len(known) for index in column)


def _inside(place: tuple[int, int | None, int | None], texts: Sequence[str]) -> bool:
    segment, start, end = place
    if start is None or end is None:
        return False
    return 0 <= segment < len(texts) and 0 <= start <= end <= len(texts[segment])
