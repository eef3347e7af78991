"""Small questions about characters, asked in several places and answered here once."""

from __future__ import annotations

import unicodedata

import regex

_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAN = regex.compile(r"\p{Han}")
# What folding ignores besides case and width: marks, formatting characters, controls, blanks, and the
# ▁ that SentencePiece writes for a blank.
_IGNORED = regex.compile(r"[\p{M}\p{Cf}\p{Cc}\s▁]+")
# Marks and joiners: they belong to the character before them.
_TRAILING = regex.compile(r"[\p{M}\p{Cf}]+")
_UNSEEN = regex.compile(r"[\p{M}\p{Cf}\p{Cc}\s]+")
_CLUSTER = regex.compile(r"\X")


def has_kana(text: str) -> bool:
    """Kana is what tells Japanese from Chinese."""
    return _KANA.search(text) is not None


def has_han(text: str) -> bool:
    """Whether any character is Han, in Japanese or Chinese."""
    return _HAN.search(text) is not None


def fold(text: str) -> str:
    """The text without width, case, accents, controls and blanks: for comparing, never for showing."""
    # Folding case may bring decomposable characters back (ẞ, ŉ), hence twice.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _IGNORED.sub("", folded)


def is_trailing(text: str) -> bool:
    """Whether there are only marks and joiners, which belong to the character before them."""
    return _TRAILING.fullmatch(text) is not None


def is_unseen(text: str) -> bool:
    """Whether nothing can be seen: blanks, controls, marks without a letter. True for an empty text."""
    return not text or _UNSEEN.fullmatch(text) is not None


def strip_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the blanks at its ends; all blank gives an empty span at `start`."""
    inside = text[start:end]
    body = inside.strip()
    if not body:
        return start, start
    start += len(inside) - len(inside.lstrip())
    return start, start + len(body)


def strip_unseen(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without what cannot be seen at its ends; something must be seen in it."""
    while is_unseen(text[start]):
        start += 1
    while is_unseen(text[end - 1]):
        end -= 1
    return start, end


def clusters(text: str) -> list[tuple[int, int]]:
    """Start and end of every grapheme cluster: what a reader calls one character."""
    return [match.span() for match in _CLUSTER.finditer(text)]
