"""Tokens added to a vocabulary are taken out of a text before anything else happens to it."""

from __future__ import annotations

from typing import Any, NamedTuple


class Stretch(NamedTuple):
    """Part of a text: characters from `start` on, which are one added token or hold none."""

    text: str
    start: int
    is_added: bool


def stretches(tokenizer: Any, text: str) -> list[Stretch]:
    """A text split at its added tokens, as transformers' tokenizers written in Python do it."""
    if tokenizer.split_special_tokens:
        return [Stretch(text, 0, is_added=False)]
    added = tokenizer.added_tokens_encoder
    names = {*added, *tokenizer.all_special_tokens}
    properties = tokenizer.added_tokens_decoder
    found: list[Stretch] = []
    start = 0
    eats_next = False
    for part in tokenizer.tokens_trie.split(text):
        is_added = part in names
        token = properties.get(added.get(part)) if is_added else None
        if token is not None and token.lstrip and found and not found[-1].is_added:
            found[-1] = found[-1]._replace(text=found[-1].text.rstrip())
        left = len(part) - len(part.lstrip()) if eats_next and not is_added else 0
        found.append(Stretch(part[left:], start + left, is_added))
        eats_next = token is not None and token.rstrip
        start += len(part)
    return [stretch for stretch in found if stretch.text]
