"""One engine a family of tokenizers: ids as the tokenizer gives them, and a place for each."""

from __future__ import annotations

from typing import Any

from attnviz.errors import UnsupportedTokenizer
from attnviz.tokens.engines import bert_japanese, rust
from attnviz.tokens.engines.encoding import Encoding, Engine

__all__ = ["Encoding", "Engine", "engine_for"]

# The first engine that handles a tokenizer is its engine.
_ENGINES: tuple[Engine, ...] = (rust.ENGINE, bert_japanese.ENGINE)


def engine_for(tokenizer: Any) -> Engine:
    """The engine of a tokenizer's family.

    Raises:
        UnsupportedTokenizer: no engine knows this family.
    """
    for engine in _ENGINES:
        if engine.handles(tokenizer):
            return engine
    families = "; ".join(engine.family for engine in _ENGINES)
    raise UnsupportedTokenizer(
        f"{_described(tokenizer)} is of a family whose places in the text are not covered. "
        f"Covered are {families}. Pass a tokenizer of one of these."
    )


def _described(tokenizer: Any) -> str:
    name = type(tokenizer).__name__
    kinds = [
        f"{option}={getattr(tokenizer, option)!r}"
        for option in ("word_tokenizer_type", "subword_tokenizer_type")
        if hasattr(tokenizer, option)
    ]
    return f"{name}({', '.join(kinds)})" if kinds else name
