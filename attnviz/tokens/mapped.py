"""A text that was normalised, each character of which knows where in the source it came from.

Normalising moves everything: ｶﾞ becomes one character, ㍿ four. It never crosses the borders between
the small blocks built here, so each block is normalised by itself and its characters keep its span.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from attnviz.tokens.characters import clusters, fold

Form = Literal["NFC", "NFKC"]


@dataclass(frozen=True)
class Mapped:
    """A text derived from a source.

    Attributes:
        text: the derived text.
        start, end: for each of its characters the span in the source that it came from.
    """

    text: str
    start: list[int]
    end: list[int]

    @classmethod
    def of(cls, text: str, base: int = 0) -> Mapped:
        """The source itself; `base` is where it stands in a longer one."""
        count = len(text)
        return cls(text, list(range(base, base + count)), list(range(base + 1, base + count + 1)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the source the characters `start` to `end` came from; they must not be empty."""
        return self.start[start], self.end[end - 1]

    def cover(self, start: int, end: int) -> tuple[int, int]:
        """Like `span`, but empty stretches have an empty place: before the character that follows."""
        if start < end:
            return self.span(start, end)
        at = self.start[start] if start < len(self.text) else self.end[-1] if self.end else 0
        return at, at

    def normalized(self, form: Form) -> Mapped:
        """In a Unicode normal form."""
        if unicodedata.is_normalized(form, self.text):
            return self
        pieces: list[str] = []
        origins: list[tuple[int, int]] = []
        for start, end, normal in _blocks(self.text, form):
            pieces.append(normal)
            origins += _origins(self.text, start, end, normal, form)
        return self._derived("".join(pieces), origins)

    def lowered(self) -> Mapped:
        """In lower case."""
        # Σ at the end of a word becomes ς, so the text is lowered as a whole; only the lengths are
        # asked of each character (İ becomes two).
        origins = [(i, i + 1) for i, char in enumerate(self.text) for _ in char.lower()]
        return self._derived(self.text.lower(), origins)

    def folded(self) -> Mapped:
        """Without width, case, accents, controls and blanks, as `fold` has it."""
        # Folding leaves out all marks, so that no character can compose with the next.
        each = [fold(char) for char in self.text]
        origins = [(i, i + 1) for i, chars in enumerate(each) for _ in chars]
        return self._derived("".join(each), origins)

    def _derived(self, text: str, origins: list[tuple[int, int]]) -> Mapped:
        return Mapped(text, [self.start[a] for a, _ in origins], [self.end[b - 1] for _, b in origins])


def _blocks(text: str, form: Form) -> list[tuple[int, int, str]]:
    """Cut a text so that the normal forms of the blocks, joined, are the normal form of the text."""
    blocks: list[tuple[int, int, str]] = []
    for start, end in clusters(text):
        normal = unicodedata.normalize(form, text[start:end])
        block = (start, end, normal)
        # A half-width vowel may compose with the cluster before it; ASCII never composes backwards.
        while blocks and not text[block[0]].isascii():
            first, _, before = blocks[-1]
            joined = unicodedata.normalize(form, text[first:end])
            if joined == before + block[2]:
                break
            blocks.pop()
            block = (first, end, joined)
        blocks.append(block)
    return blocks


def _origins(text: str, start: int, end: int, normal: str, form: Form) -> list[tuple[int, int]]:
    """One span for each character of a block's normal form, as narrow as can be told."""
    each = [unicodedata.normalize(form, char) for char in text[start:end]]
    if "".join(each) == normal:
        return [(start + i, start + i + 1) for i, chars in enumerate(each) for _ in chars]
    return [(start, end)] * len(normal)
