"""Words with offsets: morphemes for Japanese, the Unicode standard's words elsewhere.

No tokenizer knows a reader's words: the word pieces of a Rust-backed tokenizer make one word of a
whole Japanese run. So words are found in the text itself, and tokens are given to them afterwards.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import regex

from attnviz.tokens.characters import has_han, has_kana, is_trailing, is_unseen
from attnviz.tokens.mapped import Mapped
from attnviz.tokens.record import Word

# Who finds words; "characters" is UAX #29 on a script that writes no blanks between words.
Finder: TypeAlias = Literal["MeCab", "UAX #29", "ICU", "characters"]

# Scripts whose words only a dictionary tells.
_UNSPACED = regex.compile(r"[\p{Han}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# Word boundaries of UAX #29, blanks and punctuation standing alone.
_BOUNDARY = regex.compile(r"(?w)\b")
# MeCab reads nothing behind a NUL, takes line ends into words, and breaks down over endless ones, so a long
# line is cut behind a punctuation mark.
_LINE = regex.compile(
    r"[^\0\r\n]{1,50000}(?![^\0\r\n])|[^\0\r\n]{1,50000}(?<=[。．！？!?、，,\s])|[^\0\r\n]{1,50000}"
)


def japanese(texts: list[str], lang: str | None) -> list[bool]:
    """Which of the texts are to be read as Japanese.

    A text with kana is Japanese; one with Han characters alone may be Chinese, which MeCab misreads, so
    it counts as Japanese only beside a text with kana. What the caller says goes before all that.
    """
    if lang is not None:
        return [lang.lower().partition("-")[0] == "ja"] * len(texts)
    kana = [has_kana(text) for text in texts]
    return [of or (any(kana) and has_han(text)) for of, text in zip(kana, texts, strict=True)]


def finder_of(text: str, *, is_japanese: bool) -> Finder:
    """What finds the words of a text; "characters" where its script needs a dictionary and none is there."""
    if is_japanese:
        return "MeCab"
    if _UNSPACED.search(text) is None:
        return "UAX #29"
    return "characters" if _icu() is None else "ICU"


def words_of(text: str, segment: int, *, is_japanese: bool) -> list[Word]:
    """The words of one text, in order, none overlapping; blanks and controls belong to none."""
    finders = {"MeCab": _morphemes, "ICU": _dictionary_words}
    found = finders.get(finder_of(text, is_japanese=is_japanese), _unicode_words)(text)
    joined: list[tuple[int, int, str | None]] = []
    for start, end, pos in found:
        # A morpheme border inside ㍿, and marks or joiners that a dictionary splits from their letter.
        inside = bool(joined) and start < joined[-1][1]
        loose = bool(joined) and start == joined[-1][1] and is_trailing(text[start:end])
        if inside or loose:
            first, last, kept = joined[-1]
            joined[-1] = (first, max(last, end), kept)
        elif not is_unseen(text[start:end]):
            joined.append((start, end, pos))
    return [Word(text[start:end], start, end, segment, pos) for start, end, pos in joined]


def _unicode_words(text: str) -> list[tuple[int, int, str | None]]:
    borders = [match.start() for match in _BOUNDARY.finditer(text)]
    return [(start, end, None) for start, end in pairwise(borders)]


def _dictionary_words(text: str) -> list[tuple[int, int, str | None]]:
    icu = _icu()
    breaks = icu.BreakIterator.createWordInstance(icu.Locale.getRoot())
    breaks.setText(text)
    # ICU counts in UTF-16, where rare characters take two places.
    places = [i for i, char in enumerate(text) for _ in range(1 + (char > "\uffff"))] + [len(text)]
    borders = [0, *(places[at] for at in breaks)]
    return [(start, end, None) for start, end in pairwise(borders)]


@lru_cache(maxsize=1)
def _icu() -> Any:
    """PyICU, which has dictionaries for Thai and Chinese, or None where it is not installed."""
    try:
        import icu
    except ImportError:
        return None
    return icu


def _morphemes(text: str) -> list[tuple[int, int, str | None]]:
    return [(start, end, pos) for _, start, end, pos in morphemes(text)]


def morphemes(text: str) -> list[tuple[str, int, int, str]]:
    """MeCab's morphemes: surface in the normal form NFKC, start and end in the text, part of speech."""
    found: list[tuple[str, int, int, str]] = []
    for line in _LINE.finditer(text):
        # The dictionary knows normalised forms only: full-width kana, half-width letters.
        source = Mapped.of(line[0], line.start()).normalized("NFKC")
        position = 0
        for node in _tagger()(source.text):
            start = source.text.find(node.surface, position)
            if start < 0:
                break
            position = start + len(node.surface)
            found.append((node.surface, *source.span(start, position), node.feature[0]))
    return found


@lru_cache(maxsize=1)
def _tagger() -> Any:
    import fugashi
    import unidic_lite

    # Named, because fugashi would prefer a full UniDic, which may be installed without its data.
    folder = unidic_lite.DICDIR
    return fugashi.GenericTagger(f'-d "{folder}" -r "{folder}/mecabrc"')
