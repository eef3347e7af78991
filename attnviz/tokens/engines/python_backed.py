"""Tokenizers written in Python: they give no places, so each family's steps are walked again with positions.

What a walk finds is used only where it leads to the ids that calling the tokenizer gives; else, and for
families without a walk, the tokens are looked for in the text by what they say.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attnviz.errors import UnsupportedTokenizer
from attnviz.tokens.engines import by_alignment, by_unit, by_word, sentencepiece
from attnviz.tokens.engines.encoding import Encoding, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from attnviz.tokens.engines.encoding import Input

# A family's walk gives a token's place for each of its tokens, or None for a tokenizer of another family.
_WALKS: tuple[Callable[[Any, str], list[Step] | None], ...] = (
    by_word.walk,
    by_unit.walk,
    sentencepiece.walk,
    by_alignment.walk,
)


class _Own(int):
    """The id of one of a text's own tokens, which tells it from those that the tokenizer adds.

    Tokenizers put texts, pairs and added tokens together, and cut them, each in its own way; this number
    goes through all of it and still knows what it stands for.
    """

    segment: int
    step: Step

    @classmethod
    def of(cls, number: int, segment: int, step: Step) -> _Own:
        own = cls(number)
        own.segment = segment
        own.step = step
        return own


def encode(tokenizer: Any, given: Input) -> Encoding:
    """See `Encode`."""
    texts = [given.text] if given.pair is None else [given.text, given.pair]
    for each in texts:
        by_word.check(tokenizer, each)
    ids: list[int] = given.call(tokenizer)["input_ids"]
    with _side(tokenizer, target=given.target):
        for walk in _WALKS:
            walked = [walk(tokenizer, each) for each in texts]
            steps = [each for each in walked if each is not None]
            if len(steps) < len(walked):
                continue
            encoding = _assembled(tokenizer, steps, given.options)
            if encoding.ids == ids:
                return encoding
    raise UnsupportedTokenizer(
        f"{type(tokenizer).__name__} puts its ids together in a way of its own, so the places of its tokens "
        "in the text cannot be told: pass its Rust-backed version, or another tokenizer for the model."
    )


@contextmanager
def _side(tokenizer: Any, *, target: bool) -> Iterator[None]:
    """Some translation models write both sides differently, and have a switch for it."""
    if not target or not hasattr(tokenizer, "_switch_to_target_mode"):
        yield
        return
    tokenizer._switch_to_target_mode()
    try:
        yield
    finally:
        tokenizer._switch_to_input_mode()


def _assembled(tokenizer: Any, walked: Sequence[list[Step]], options: dict[str, Any]) -> Encoding:
    """The texts' tokens with those that the tokenizer adds, cut as it cuts."""
    bodies = [
        [_Own.of(number, segment, step) for number, step in zip(_ids(tokenizer, steps), steps, strict=True)]
        for segment, steps in enumerate(walked)
    ]
    # Type ids are asked for: BertJapaneseTokenizer leaves them out even for a pair, which needs them.
    prepared = tokenizer.prepare_for_model(
        *bodies, return_token_type_ids=True, return_attention_mask=False, **options
    )
    numbers: list[int] = prepared["input_ids"]
    own = [number if isinstance(number, _Own) else None for number in numbers]
    unknown = tokenizer.unk_token_id
    return Encoding(
        ids=[int(number) for number in numbers],
        segment=[None if each is None else each.segment for each in own],
        span=[None if each is None else each.step.span for each in own],
        content=[None if each is None or each == unknown else each.step.content for each in own],
        type_ids=prepared["token_type_ids"],
        guessed=[each is not None and each.step.guessed for each in own],
    )


def _ids(tokenizer: Any, steps: list[Step]) -> list[int]:
    ids: list[int] = tokenizer.convert_tokens_to_ids([step.raw for step in steps])
    return ids
