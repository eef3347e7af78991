"""Sentences by their closing marks and line ends: plain rules, no trained splitter to download."""

from __future__ import annotations

from itertools import pairwise

import regex

from attnviz.tokens.characters import strip_span

_CLOSING = r"""[」』）〉》】〕”’"')\]]*"""
# A full stop ends a sentence only before a blank or the end, which spares 3.14 and attnviz.tokens; the
# full-width one only outside a number. Single letters are initials (J. Smith), the rest are common
# abbreviations that a capital may follow.
_ABBREVIATION = r"(?<!\b(?:\p{L}|Mr|Mrs|Ms|Dr|Prof|St|vs|cf|e\.g|i\.e|No|Fig|Eq|al))"
_END = regex.compile(
    rf"[。！？!?]+{_CLOSING}|(?<!\d)．+{_CLOSING}|．+{_CLOSING}(?!\d)|(?<!\.){_ABBREVIATION}\.++{_CLOSING}(?=\s|$)|[\r\n]+"
)


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in order, without the blanks between them."""
    borders = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    spans = (strip_span(text, start, end) for start, end in pairwise(borders))
    return [(start, end) for start, end in spans if start < end]
