"""What every engine gives, whatever the tokenizer behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Encoding:
    """A text as a tokenizer gives it: lists with one entry a token.

    Attributes:
        ids: the token ids.
        segment: 0 for the first text, 1 for the pair, None for tokens that the tokenizer added.
        span: start and end in the token's own text as the engine found them, blanks and all; None for
            added tokens, and for tokens that it could not place.
        content: what the token says (UTF-8, marks taken off); None where it says nothing to compare:
            unknown and added tokens.
        type_ids: segment numbers for models that have segments, or None where the tokenizer knows none.
        guessed: whether a span is one of several that would do; None where none is.
        template: what a token of a chat's template stands for, as written; None for all others.
    """

    ids: list[int]
    segment: list[int | None]
    span: list[tuple[int, int] | None]
    content: list[bytes | None]
    type_ids: list[int] | None
    guessed: list[bool] | None = None
    template: list[str | None] | None = None


@dataclass(frozen=True)
class Input:
    """What a tokenizer is asked to encode.

    Attributes:
        text, pair: what it reads.
        target: as the decoder's labels, for tokenizers that treat both sides differently.
        max_length: cuts as the tokenizer's own `truncation=True` does; None cuts nothing.
        add_special: whether the tokenizer adds the tokens that it adds to a text.
    """

    text: str
    pair: str | None = None
    target: bool = False
    max_length: int | None = None
    add_special: bool = True

    @property
    def options(self) -> dict[str, Any]:
        """The same for the tokenizer's own methods, apart from the texts."""
        cut = {} if self.max_length is None else {"truncation": True, "max_length": self.max_length}
        return {"add_special_tokens": self.add_special, "verbose": False, **cut}

    def call(self, tokenizer: Any, **more: Any) -> Any:
        """Call the tokenizer."""
        options = {**self.options, **more}
        if self.target:
            return tokenizer(text_target=self.text, text_pair_target=self.pair, **options)
        return tokenizer(self.text, text_pair=self.pair, **options)


# How an engine encodes: a tokenizer of its kind, and what it is asked.
Encode: TypeAlias = "Callable[[Any, Input], Encoding]"


class Step(NamedTuple):
    """One token of a text on the walk of a tokenizer written in Python.

    Attributes:
        raw: as the tokenizer writes it.
        span, content, guessed: as in `Encoding`.
    """

    raw: str
    span: tuple[int, int] | None
    content: bytes | None
    guessed: bool = False
