"""Tokenizers around a SentencePiece model: it tells where its pieces came from, in bytes."""

from __future__ import annotations

from typing import Any

from attnviz.errors import TokenizerError
from attnviz.tokens.engines.added import stretches
from attnviz.tokens.engines.encoding import Step
from attnviz.tokens.pieces import Marks

_MARKS = Marks(blank="▁", byte_fallback=True)


def walk(tokenizer: Any, text: str) -> list[Step] | None:
    """One step a piece; None for tokenizers without a SentencePiece model."""
    model = getattr(tokenizer, "sp_model", None)
    if not hasattr(model, "encode"):
        return None
    steps: list[Step] = []
    for stretch in stretches(tokenizer, text):
        if stretch.is_added:
            end = stretch.start + len(stretch.text)
            steps.append(Step(stretch.text, (stretch.start, end), stretch.text.encode()))
        else:
            steps += _pieces(tokenizer, model, stretch.text, stretch.start)
    return steps


def _pieces(tokenizer: Any, model: Any, text: str, base: int) -> list[Step]:
    # Without its dummy blank a model would drop a leading one, so such tokenizers put their unknown
    # token in front and take its pieces off again.
    front = ""
    if not getattr(tokenizer, "legacy", True) and text.startswith(("▁", " ")):
        front = str(tokenizer.unk_token)
    skipped = len(model.encode(front)) if front else 0
    try:
        pieces = model.encode(front + text, return_type="proto").pieces[skipped:]
    except ImportError as error:
        raise TokenizerError(
            "Places of a SentencePiece tokenizer need what is not installed: pip install protobuf"
        ) from error
    places = _characters(front + text)
    offset = base - len(front)
    steps: list[Step] = []
    after: tuple[int, int] | None = None
    for piece in reversed(pieces):
        span = (offset + places[piece.begin], offset + places[piece.end])
        if span[0] < span[1]:
            after = span
        elif after is not None and after[0] == span[0] and piece.piece != "▁":
            # Of the pieces that one character became (株式会社 of ㍿), only the last has its place.
            span = after
        steps.append(Step(piece.piece, span, _MARKS.read(piece.piece)))
    return steps[::-1]


def _characters(text: str) -> list[int]:
    """For each byte of a text, and its end, the character it belongs to."""
    return [i for i, char in enumerate(text) for _ in char.encode()] + [len(text)]
