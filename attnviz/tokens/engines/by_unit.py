"""Models that read bytes or characters: every token is one of them."""

from __future__ import annotations

from typing import Any

from attnviz.tokens.engines.added import stretches
from attnviz.tokens.engines.encoding import Step

_BYTES = ("ByT5Tokenizer", "PerceiverTokenizer")
_CHARACTERS = ("CanineTokenizer",)


def walk(tokenizer: Any, text: str) -> list[Step] | None:
    """One step a byte or character; None for tokenizers that are neither."""
    names = {kind.__name__ for kind in type(tokenizer).__mro__}
    if not names.intersection(_BYTES + _CHARACTERS):
        return None
    by_byte = bool(names.intersection(_BYTES))
    steps: list[Step] = []
    for stretch in stretches(tokenizer, text):
        if stretch.is_added:
            end = stretch.start + len(stretch.text)
            steps.append(Step(stretch.text, (stretch.start, end), stretch.text.encode()))
            continue
        for at, char in enumerate(stretch.text, start=stretch.start):
            units = [bytes([byte]) for byte in char.encode()] if by_byte else [char.encode()]
            # ByT5 writes a byte as the character of that number.
            steps += [Step(chr(unit[0]) if by_byte else char, (at, at + 1), unit) for unit in units]
    return steps
