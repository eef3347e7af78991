"""What comes out: one record a text, lists with one entry a token.

Every position counts characters of the text as the user wrote it, never of a normalised copy, so that
`text[start:end]` is what a view may show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from attnviz.tokens.units import units_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.tokens.units import By, Unit
    from attnviz.tokens.words import Finder


# What the segments of a text are called that the model has written on.
PROMPTED = ("prompt", "continuation")


class Slice(NamedTuple):
    """A stretch of one text: characters `start` to `end` (exclusive) of the text of that segment."""

    segment: int
    start: int
    end: int


class Box(NamedTuple):
    """A part of an image, in shares of its width and height, counted from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Word:
    """A word of the text.

    Attributes:
        text: exactly as in the source.
        start, end: its characters in the source, end exclusive.
        segment: 0 for the first text, 1 for the pair; in a chat the number of the message.
        pos: part of speech as MeCab names it (名詞, 助詞, …); None for words found without a dictionary.
    """

    text: str
    start: int
    end: int
    segment: int
    pos: str | None


@dataclass(frozen=True)
class Truncation:
    """What was cut off a text that had more tokens than the model takes.

    Attributes:
        tokens: how many tokens were cut.
        total: how many there would have been, added ones included.
        side: "right" when the end of the text is missing, "left" when its beginning is.
        cut: the stretches of text that no token stands for any more, at most one a segment.
    """

    tokens: int
    total: int
    side: str
    cut: list[Slice]

    def sentence(self, names: Sequence[str]) -> str:
        """The same for a reader, to follow "The text was cut:"; `names` are those of the segments."""
        places = [
            f"{names[s.segment]} ends at character {s.start} of {s.end}"
            if self.side == "right"
            else f"{names[s.segment]} begins at character {s.end}"
            for s in self.cut
        ]
        where = f"; {' and '.join(places)}" if places else ""
        return f"{self.tokens} of {self.total} tokens are missing{where}."


@dataclass(frozen=True)
class Tokens:
    """One text, a pair, or a chat, as the model sees it.

    All lists from `ids` to `type_ids` have one entry a token.

    Attributes:
        texts: what was asked for: the text, text and pair, or the contents of the messages; and what the
            model has written on. An empty pair counts as none.
        roles: who says each message of a chat; "prompt" and "continuation" where the model has written on;
            else None.
        lang: "ja" when a text has kana or the caller said so; else what the caller said.
        ids: exactly those that calling the tokenizer gives.
        raw: the tokenizer's own writing (`##ing`, `Ġthe`, `▁a`, `ãģ®`).
        surface: the exact slice `text[start:end]`, without blanks around it; None for tokens that the
            tokenizer added. Empty for a token that stands for no character (a lone `▁`).
        labels: what a view writes: the surface; for added tokens the template's own text, or the raw token.
        start, end: characters of the token's own text, end exclusive; None for added tokens.
        segment: index in `texts`, None for added tokens, to which a chat's template belongs.
        word: index in `words`; None for added tokens, blanks, and what belongs to no word.
        sentence: index in `sentences`, counted on from the text to the pair; None likewise.
        special: the tokenizer added it, or the text spells one of its special tokens out ("[MASK]").
        unknown: the vocabulary lacks it; the surface still shows what stands there.
        approx: the place in the text is a guess, or what the token says differs from its surface.
        part: (k, n) for the k-th of n tokens that share characters (the bytes of one emoji, the four
            tokens of ㍿); None for a token that shares none.
        type_ids: the segment numbers, for models that have segments (others must not be given them);
            None where the tokenizer knows none.
        words: all words, also those that no token covers.
        finders: for each text who found its words: "MeCab", "ICU", "UAX #29", or "characters" where a
            script needs a dictionary and none is installed, so that each character is a word.
        sentences: where each sentence stands.
        lost: visible characters that the tokenizer dropped; no token stands for them.
        truncation: what was cut; None when nothing was.
        boxes: for each token the patch of the image that it stands for, None for those that stand for none;
            None without an image.
    """

    texts: list[str]
    roles: list[str] | None
    lang: str | None
    ids: list[int]
    raw: list[str]
    surface: list[str | None]
    labels: list[str]
    start: list[int | None]
    end: list[int | None]
    segment: list[int | None]
    word: list[int | None]
    sentence: list[int | None]
    special: list[bool]
    unknown: list[bool]
    approx: list[bool]
    part: list[tuple[int, int] | None]
    type_ids: list[int] | None
    words: list[Word]
    finders: list[Finder]
    sentences: list[Slice]
    lost: list[Slice]
    truncation: Truncation | None
    boxes: list[Box | None] | None = None

    def __len__(self) -> int:
        """How many tokens, added ones included."""
        return len(self.ids)

    @property
    def text(self) -> str:
        """The first text."""
        return self.texts[0]

    @property
    def pair(self) -> str | None:
        """The text that the model reads together with the first; None where there is none."""
        return self.texts[1] if self.roles is None and len(self.texts) > 1 else None

    @property
    def segment_names(self) -> list[str]:
        """What to call each of `texts` in a sentence."""
        if self.roles is None:
            return ["the text", "the pair"][: len(self.texts)]
        if self.roles == [*PROMPTED]:
            return [f"the {role}" for role in self.roles]
        return [f"message {i} ({role})" for i, role in enumerate(self.roles)]

    def units(self, by: By) -> list[Unit]:
        """Words or sentences with their tokens, in reading order; see `units_of`."""
        return units_of(self, by)

    def shifted_right(self, token_id: int, raw: str) -> Tokens:
        """The decoder's input for these labels: one added token in front, the last one dropped.

        Args:
            token_id: the token that the decoder starts with, as the model's config names it.
            raw: the same token as the tokenizer writes it.
        """
        types = None if self.type_ids is None else [0, *self.type_ids][: len(self)]
        return replace(
            self,
            ids=[token_id, *self.ids[:-1]],
            raw=[raw, *self.raw[:-1]],
            surface=[None, *self.surface[:-1]],
            labels=[raw, *self.labels[:-1]],
            start=[None, *self.start[:-1]],
            end=[None, *self.end[:-1]],
            segment=[None, *self.segment[:-1]],
            word=[None, *self.word[:-1]],
            sentence=[None, *self.sentence[:-1]],
            special=[True, *self.special[:-1]],
            unknown=[False, *self.unknown[:-1]],
            approx=[False, *self.approx[:-1]],
            part=[None, *self.part[:-1]],
            type_ids=types,
        )
