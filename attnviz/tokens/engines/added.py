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
    parts = tokenizer.tokens_trie.split(text)
    spans: list[list[int]] = []
    for part in parts:
        at = spans[-1][1] if spans else 0
        spans.append([at, at + len(part)])
    kept = [part in names for part in parts]
    for i, is_added in enumerate(kept):
        token = properties.get(added.get(parts[i])) if is_added else None
        if token is None:
            continue
        left = spans[i - 1] if i else None
        right = spans[i + 1] if i + 1 < len(spans) else None
        if token.rstrip and right is not None:
            right[0] = right[1] - len(text[slice(*right)].lstrip())
        if token.lstrip and left is not None:
            left[1] = left[0] + len(text[slice(*left)].rstrip())
        if token.single_word:  # Beside a letter it is part of that word.
            if left is not None and left[0] < left[1] and text[left[1] - 1] != " ":
                left[1], spans[i] = spans[i][1], [spans[i][1]] * 2
            elif right is not None and right[0] < right[1] and text[right[0]] != " ":
                right[0], spans[i] = spans[i][0], [spans[i][0]] * 2
    return [Stretch(text[start:end], start, text[start:end] in names) for start, end in spans if start < end]
