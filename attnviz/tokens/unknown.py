"""Unknown tokens say nothing of what they stand for: they take what their neighbours leave between them."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import TYPE_CHECKING

import regex

from attnviz.tokens.characters import is_trailing
from attnviz.tokens.words import morphemes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Span = tuple[int, int]


def place_unknown(text: str, contents: Sequence[bytes | None], spans: list[Span | None]) -> set[int]:
    """Unknown tokens take the gap that their neighbours leave; gives those of which it is not plain which."""
    guessed: set[int] = set()
    after = len(text)
    right = [after := after if span is None else min(after, span[0]) for span in reversed(spans)][::-1]
    reached = token = 0
    while token < len(spans):
        span = spans[token]
        if span is not None:
            reached = max(reached, span[1])
            token += 1
            continue
        first = token
        while token < len(spans) and spans[token] is None:
            token += 1
        run = range(first, token)
        end = right[first]
        # Marks that a normaliser took off the token before are no gap.
        while 0 < reached < end and is_trailing(text[reached]):
            reached += 1
        if reached >= end:
            _share_character(text, contents, spans, run)
        elif not any((contents[i] or b"").strip() for i in run):
            unknown = [i for i in run if contents[i] is None]
            guessed |= _share(text, (reached, end), unknown, _groups(contents, run), spans)
    return guessed


def _share_character(
    text: str, contents: Sequence[bytes | None], spans: list[Span | None], run: range
) -> None:
    """Without a gap, unknown tokens are part of a character (½, ำ) that says more than its other token."""
    for neighbour in (run.start - 1, run.stop):
        span = spans[neighbour] if 0 <= neighbour < len(spans) else None
        if span is not None:
            said = (contents[neighbour] or b"").decode(errors="replace").strip()
            if len(unicodedata.normalize("NFKC", text[slice(*span)])) > len(said):
                for token in run:
                    if contents[token] is None:
                        spans[token] = span
                return


def _groups(contents: Sequence[bytes | None], run: range) -> list[list[int]]:
    """Unknown tokens with no token for a blank between them."""
    groups: list[list[int]] = [[]]
    for token in run:
        if contents[token] is None:
            groups[-1].append(token)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _share(
    text: str, gap: Span, unknown: list[int], groups: list[list[int]], spans: list[Span | None]
) -> set[int]:
    """Deal a gap out to unknown tokens, by the first way of splitting that gives as many pieces.

    Returns those of which another way might say otherwise.
    """
    chunks = _found(_CHUNK, text, *gap)
    if len(groups) > 1 and len(groups) == len(chunks):
        dealt = (_share(text, chunk, own, [own], spans) for own, chunk in zip(groups, chunks, strict=True))
        return set().union(*dealt)
    if len(unknown) == 1 and chunks:
        spans[unknown[0]] = (chunks[0][0], chunks[-1][1])
        return set()
    for split in _SPLITS:
        pieces = split(text, *gap)
        if len(pieces) == len(unknown):
            for token, piece in zip(unknown, pieces, strict=True):
                spans[token] = piece
            return set() if pieces == chunks else set(unknown)
    return set()


def _found(pattern: regex.Pattern[str], text: str, start: int, end: int) -> list[Span]:
    return [match.span() for match in pattern.finditer(text, start, end)]


def _morphemes(text: str, start: int, end: int) -> list[Span]:
    return [(start + first, start + last) for _, first, last, _ in morphemes(text[start:end])]


_CHUNK = regex.compile(r"\S+")
# BERT's words: Han characters and punctuation stand alone.
_BERT = regex.compile(r"\p{Han}|[\p{P}$+<=>^`|~]|[^\s\p{Han}\p{P}$+<=>^`|~]+")
_CLUSTER = regex.compile(r"(?!\s)\X")
_LETTER = regex.compile(r"\S")
# One unknown token may stand for each of these.
_SPLITS: tuple[Callable[[str, int, int], list[Span]], ...] = (
    partial(_found, _CHUNK),
    partial(_found, _BERT),
    _morphemes,
    partial(_found, _CLUSTER),
    partial(_found, _LETTER),
)
