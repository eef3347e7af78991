"""Tokens as a table to print: one row a token."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attnviz.tokens.record import Tokens

HEADINGS = ("", "id", "raw", "surface", "start", "end", "word", "part of speech", "remarks")

_VISIBLE = {" ": "␣", "\n": "↵", "\r": "↵", "\t": "⇥"}


def rows(tokens: Tokens) -> list[list[str]]:
    """One list of strings a token, as `HEADINGS` has it.

    Remarks: "added" by the tokenizer or the chat template, "special" where the text spells a special token
    out, "unknown" to the vocabulary, "approx" where the place is a guess, "k/n" for the k-th of n tokens
    that share characters, and the text it belongs to where there are several.
    """
    return [[str(i), str(number), *_row(tokens, i)] for i, number in enumerate(tokens.ids)]


def _row(tokens: Tokens, i: int) -> list[str]:
    surface, index = tokens.surface[i], tokens.word[i]
    word = None if index is None else tokens.words[index]
    return [
        shown(tokens.raw[i]),
        "" if surface is None else shown(surface),
        _number(tokens.start[i]),
        _number(tokens.end[i]),
        "" if word is None else shown(word.text),
        (word.pos if word is not None else None) or "",
        ", ".join(_remarks(tokens, i)),
    ]


def _remarks(tokens: Tokens, i: int) -> list[str]:
    segment, part = tokens.segment[i], tokens.part[i]
    remarks = []
    if segment is None:
        remarks.append("added")
    elif len(tokens.texts) > 1:
        remarks.append(tokens.segment_names[segment])
    if tokens.special[i] and segment is not None:
        remarks.append("special")
    if tokens.unknown[i]:
        remarks.append("unknown")
    if tokens.approx[i]:
        remarks.append("approx")
    if part is not None:
        remarks.append(f"{part[0]}/{part[1]}")
    return remarks


def shown(text: str) -> str:
    """Text in which blanks and controls can be seen, on one line."""
    return "".join(_VISIBLE.get(char, char) if _is_seen(char) else _code(char) for char in text)


def _is_seen(char: str) -> bool:
    return char in _VISIBLE or unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs", "Zs", "Zl", "Zp"}


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}" if char <= "\uffff" else f"\\U{ord(char):08x}"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
