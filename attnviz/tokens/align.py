"""Find tokens in a text by what they say, when nothing else tells where they came from.

The way of every tokenizer that gives no places, and the judge of those that give wrong ones. What the
tokens say and the text are brought to the same form, and the longest common subsequence pairs their
characters; the form that leaves the fewest without a partner wins, the least destructive of equals.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, cast

from rapidfuzz.distance import Indel

from attnviz.tokens.characters import fold
from attnviz.tokens.mapped import Mapped
from attnviz.tokens.unknown import place_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]


@dataclass(frozen=True)
class _Form:
    """A form in which text and tokens are compared, of a string and of one that knows where it came from."""

    of: Callable[[str], str]
    mapped: Callable[[Mapped], Mapped]


# Each takes more away than the one before.
_FORMS = (
    _Form(lambda text: text, lambda text: text),
    _Form(partial(unicodedata.normalize, "NFC"), lambda text: text.normalized("NFC")),
    _Form(partial(unicodedata.normalize, "NFKC"), lambda text: text.normalized("NFKC")),
    _Form(
        lambda text: unicodedata.normalize("NFKC", text).lower(),
        lambda text: text.normalized("NFKC").lowered(),
    ),
    _Form(fold, lambda text: text.folded()),
)
# Blanks that tokenizers put together, or leave out.
_COLLAPSED = " \t\n\r▁"
_WITHOUT_BLANKS = str.maketrans("", "", _COLLAPSED)
# Characters of the tokens that are paired at once.
_WINDOW = 4096
# What an unknown token says. No text holds a lone surrogate, so it pairs with nothing.
_UNKNOWN = "\ud800"


@dataclass(frozen=True)
class Alignment:
    """Tokens, or other pieces, found in a text.

    Attributes:
        spans: one a piece; None for one that says something which is nowhere in the text.
        cost: how many characters of the pieces were left without a partner.
        guessed: pieces whose span is one of several that would do.
    """

    spans: list[Span | None]
    cost: int
    guessed: set[int]


def align(text: str, contents: Sequence[bytes | None]) -> Alignment:
    """Where each token stands.

    Args:
        text: the source.
        contents: what each token says, in order, as UTF-8 (a token may hold part of a character); None
            for an unknown token, which takes what its neighbours leave between them.
    """
    letters, owners = _letters(contents)
    source, said, cost = _closest(Mapped.of(text), Mapped.of(letters))
    partner: list[int | None] = [None] * len(said.text)
    for i, k in _pairs(said.text, source.text):
        partner[i] = k
    owner = [(owners[start][0], owners[end - 1][1]) for start, end in zip(said.start, said.end, strict=True)]
    if said.text != source.text:
        _draw_together(said.text, source.text, owner, partner)
    spans: list[Span | None] = [None] * len(contents)
    for at, (first, last) in zip(partner, owner, strict=True):
        if at is None:
            continue
        start, end = source.start[at], source.end[at]
        for token in range(first, last + 1):
            placed = spans[token]
            spans[token] = (start, end) if placed is None else (min(placed[0], start), max(placed[1], end))
    guessed = place_unknown(text, contents, spans)
    _place_blanks(text, contents, spans)
    return Alignment(spans, cost, guessed)


def located(text: Mapped, pieces: Sequence[str]) -> list[Mapped]:
    """Pieces of a text (a segmenter's words, say), each of whose characters knows where it came from.

    A character that is nowhere in the text has the empty place behind the character before it.
    """
    joined = "".join(pieces)
    source, said, _ = _closest(text, Mapped.of(joined))
    if said.text == joined == source.text:
        starts, ends = source.start, source.end
    else:
        starts, ends = _letter_by_letter(text, source, said, len(joined))
    found, first = [], 0
    for piece in pieces:
        last = first + len(piece)
        found.append(Mapped(piece, starts[first:last], ends[first:last]))
        first = last
    return found


def _letter_by_letter(text: Mapped, source: Mapped, said: Mapped, size: int) -> tuple[list[int], list[int]]:
    """Starts and ends of the letters that `said` was made of, as far as they have a partner."""
    place: list[Span | None] = [None] * size
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
    return starts, ends


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
    """Both without blanks, in the form in which most of what is said has a partner; how much has none."""
    for form in _FORMS:  # Mostly one form explains all, and looking at strings is cheap.
        source_text, said_text = (form.of(each.text).translate(_WITHOUT_BLANKS) for each in (text, said))
        if source_text == said_text or _is_subsequence(said_text, source_text):
            return _visible(form.mapped(text)), _visible(form.mapped(said)), 0
    best: tuple[Mapped, Mapped, int] | None = None
    for form in _FORMS:
        source, tokens = _visible(form.mapped(text)), _visible(form.mapped(said))
        # Not the distance: what unknown tokens stand for differs in every form.
        beyond = len(source.text) - len(tokens.text)
        most = None if best is None else 2 * (best[2] - 1) + beyond
        if most is not None and most < 0:
            continue
        distance = Indel.distance(tokens.text, source.text, score_cutoff=most)
        cost = (distance - beyond) // 2
        if best is None or (most is not None and distance <= most):
            best = (source, tokens, cost)
    return cast("tuple[Mapped, Mapped, int]", best)


def _is_subsequence(said: str, source: str) -> bool:
    letters = iter(source)
    return all(letter in letters for letter in said)


def _visible(text: Mapped) -> Mapped:
    if len(text.text.translate(_WITHOUT_BLANKS)) == len(text.text):
        return text
    kept = [i for i, char in enumerate(text.text) if char not in _COLLAPSED]
    return Mapped(
        "".join(text.text[i] for i in kept), [text.start[i] for i in kept], [text.end[i] for i in kept]
    )


def _pairs(said: str, source: str) -> Iterator[tuple[int, int]]:
    """Characters of the longest common subsequence: index in `said`, index in `source`.

    Window by window, as memory grows with the product of both lengths.
    """
    first = start = 0
    while first < len(said):
        window = said[first : first + _WINDOW]
        beside = source[start : start + 3 * _WINDOW]
        # What lies near the end of a window may pair better with what is beyond it.
        until = len(window) if first + _WINDOW >= len(said) else 3 * _WINDOW // 4
        reached = 0
        for step in Indel.opcodes(window, beside):
            shift = step.dest_start - step.src_start
            for i in range(step.src_start, min(step.src_end, until)) if step.tag == "equal" else ():
                yield first + i, start + i + shift
                reached = i + shift + 1
        first += until
        start += reached


def _draw_together(said: str, source: str, owner: list[Span], partner: list[int | None]) -> None:
    """Give each token letters that stand together, where there are such, instead of far apart.

    Beside unknown tokens the letters of a known one may pair with some inside of unknown words.
    """
    reached = first = 0
    while first < len(said):
        last = first + 1
        while last < len(said) and owner[last] == owner[first]:
            last += 1
        paired = [at for at in partner[first:last] if at is not None]
        if paired and paired[-1] - paired[0] >= last - first:
            letters = said[first:last]
            after = next((at for at in partner[last:] if at is not None), len(source))
            for start in (paired[-1] + 1 - len(letters), paired[0]):
                end = start + len(letters)
                if reached <= start and end <= after and source[start:end] == letters:
                    partner[first:last] = range(start, end)
                    break
        reached = max([reached, *(at + 1 for at in partner[first:last] if at is not None)])
        first = last


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
