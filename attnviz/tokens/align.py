"""Find tokens in a text by what they say, when nothing else tells where they came from.

The way of every tokenizer that gives no places, and the judge of those that give wrong ones. What the
tokens say and the text are brought to the same form, and the longest common subsequence pairs their
characters; the form that pairs the most wins, the least destructive of equals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from attnviz.tokens.mapped import Mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]

# After the source as it is written.
_FORMS: tuple[Callable[[Mapped], Mapped], ...] = (
    lambda text: text.normalized("NFC"),
    lambda text: text.normalized("NFKC"),
    lambda text: text.normalized("NFKC").lowered(),
    lambda text: text.folded(),
)
# What an unknown token says. No text holds a lone surrogate, so it pairs with nothing.
_UNKNOWN = "\ud800"


@dataclass(frozen=True)
class Alignment:
    """Tokens, or other pieces, found in a text.

    Attributes:
        spans: one a piece; None for one that says something which is nowhere in the text.
        cost: how many characters were left without a partner, on both sides.
    """

    spans: list[Span | None]
    cost: int


def align(text: str, contents: Sequence[bytes | None]) -> Alignment:
    """Where each token stands.

    Args:
        text: the source.
        contents: what each token says, in order, as UTF-8 (a token may hold part of a character); None
            for an unknown token, which takes what its neighbours leave between them.
    """
    letters, owners = _letters(contents)
    source, said, cost = _closest(Mapped.of(text), Mapped.of(letters))
    spans: list[Span | None] = [None] * len(contents)
    for i, k in _pairs(said.text, source.text):
        start, end = source.start[k], source.end[k]
        for token in range(owners[said.start[i]][0], owners[said.end[i] - 1][1] + 1):
            placed = spans[token]
            spans[token] = (start, end) if placed is None else (min(placed[0], start), max(placed[1], end))
    _place_blanks(text, contents, spans)
    _place_unknown(text, contents, spans)
    return Alignment(spans, cost)


def located(text: Mapped, pieces: Sequence[str]) -> list[Mapped]:
    """Pieces of a text (a segmenter's words, say), each of whose characters knows where it came from.

    A character that is nowhere in the text has the empty place behind the character before it.
    """
    joined = "".join(pieces)
    source, said, _ = _closest(text, Mapped.of(joined))
    place: list[Span | None] = [None] * len(joined)
    for i, k in _pairs(said.text, source.text):
        for letter in range(said.start[i], said.end[i]):
            place[letter] = (source.start[k], source.end[k])
    reached = text.start[0] if text.start else 0
    starts, ends = [], []
    for at in place:
        start, end = at or (reached, reached)
        starts.append(start)
        ends.append(end)
        reached = end
    found, first = [], 0
    for piece in pieces:
        last = first + len(piece)
        found.append(Mapped(piece, starts[first:last], ends[first:last]))
        first = last
    return found


def _letters(contents: Sequence[bytes | None]) -> tuple[str, list[Span]]:
    """What the tokens say, as characters, each with the first and the last token that it takes."""
    letters: list[str] = []
    owners: list[Span] = []
    for unknown, run in groupby(enumerate(contents), key=lambda item: item[1] is None):
        if unknown:
            for token, _ in run:
                letters.append(_UNKNOWN)
                owners.append((token, token))
            continue
        said, owner = bytearray(), []
        for token, content in run:
            said += content or b""
            owner += [token] * len(content or b"")
        for start, end, letter in _decoded(bytes(said)):
            letters.append(letter)
            owners.append((owner[start], owner[end - 1]))
    return "".join(letters), owners


def _decoded(data: bytes) -> Iterator[tuple[int, int, str]]:
    """UTF-8 character by character, with the place of its bytes; a byte that does not fit is U+FFFD."""
    at = 0
    while at < len(data):
        lead = data[at]
        size = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        try:
            letter = data[at : at + size].decode()
        except UnicodeDecodeError:
            size, letter = 1, "\ufffd"
        yield at, at + size, letter
        at += size


def _closest(text: Mapped, said: Mapped) -> tuple[Mapped, Mapped, int]:
    """Both in the form in which they differ least, without blanks, and by how many characters they differ."""
    best = (source := _visible(text), tokens := _visible(said), Indel.distance(tokens.text, source.text))
    for form in _FORMS:
        if best[2] == 0:
            break
        source, tokens = _visible(form(text)), _visible(form(said))
        cost = Indel.distance(tokens.text, source.text, score_cutoff=best[2] - 1)
        if cost < best[2]:
            best = (source, tokens, cost)
    return best


def _visible(text: Mapped) -> Mapped:
    kept = [i for i, char in enumerate(text.text) if not (char.isspace() or char == "▁")]
    if len(kept) == len(text.text):
        return text
    return Mapped(
        "".join(text.text[i] for i in kept), [text.start[i] for i in kept], [text.end[i] for i in kept]
    )


def _pairs(said: str, source: str) -> Iterator[tuple[int, int]]:
    """Characters of the longest common subsequence: index in `said`, index in `source`."""
    for step in Indel.opcodes(said, source):
        if step.tag == "equal":
            yield from zip(
                range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
            )


def _place_blanks(text: str, contents: Sequence[bytes | None], spans: list[Span | None]) -> None:
    """A token that says only blanks takes as many as stand behind its neighbour, maybe none."""
    reached = 0
    for token, content in enumerate(contents):
        placed = spans[token]
        if placed is None and content is not None and not content.strip():
            end = reached
            while end < len(text) and end - reached < len(content.decode()) and text[end].isspace():
                end += 1
            spans[token] = placed = (reached, end)
        if placed is not None:
            reached = max(reached, placed[1])


def _place_unknown(text: str, contents: Sequence[bytes | None], spans: list[Span | None]) -> None:
    """Unknown tokens take the gap that their neighbours leave, where it is plain which takes what."""
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
        if all(content is None for content in contents[first:token]):
            spans[first:token] = _shared(text, reached, max(reached, right[first]), token - first)


def _shared(text: str, start: int, end: int, count: int) -> Sequence[Span | None]:
    """A gap dealt out to so many unknown tokens: one a word, or one a character, else nobody knows."""
    chunks = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    if chunks and count == 1:
        return [(chunks[0][0], chunks[-1][1])]
    if len(chunks) == count:
        return chunks
    letters = [(at, at + 1) for first, last in chunks for at in range(first, last)]
    return letters if len(letters) == count else [None] * count
