"""Tokenizers backed by Rust: they tell where each token came from.

Their offsets count characters of the source, but are not canonical: blanks are in or out depending on
`trim_offsets`, and every byte of a run may carry the whole run. `canonical.py` sees to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnviz.tokens.engines.encoding import Encoding
from attnviz.tokens.pieces import Marks

if TYPE_CHECKING:
    from attnviz.tokens.engines.encoding import Input


def encode(tokenizer: Any, given: Input) -> Encoding:
    """See `Encode`."""
    # Type ids are asked for: a generic tokenizer around BERT's template has them, and leaves them out.
    encoded = given.call(tokenizer, return_offsets_mapping=True, return_token_type_ids=True)
    ids: list[int] = encoded["input_ids"]
    segment: list[int | None] = encoded.sequence_ids(0)
    offsets: list[tuple[int, int]] = encoded["offset_mapping"]
    return Encoding(
        ids=ids,
        segment=segment,
        span=[
            None if of is None else (start, end) for of, (start, end) in zip(segment, offsets, strict=True)
        ],
        content=_contents(tokenizer, ids, segment),
        type_ids=encoded["token_type_ids"],
    )


def _contents(tokenizer: Any, ids: list[int], segment: list[int | None]) -> list[bytes | None]:
    marks = _marks(tokenizer.backend_tokenizer)
    # Tokens added to a vocabulary are written as they are, whatever its alphabet.
    added = {number: str(token).encode() for number, token in tokenizer.added_tokens_decoder.items()}
    # A long text has many tokens, but not many different ones.
    known = list(set(ids) - added.keys())
    said: dict[int, bytes | None] = dict(
        zip(known, map(marks.read, tokenizer.convert_ids_to_tokens(known)), strict=True)
    )
    said |= added
    said[tokenizer.unk_token_id] = None
    own_unknown = getattr(tokenizer.backend_tokenizer.model, "unk_token", None)
    if own_unknown is not None:  # A tokenizer need not name what its model writes.
        said[tokenizer.convert_tokens_to_ids(own_unknown)] = None
    return [None if of is None else said[number] for number, of in zip(ids, segment, strict=True)]


def _marks(backend: Any) -> Marks:
    """How the vocabulary writes, told by the parts of the backend; its JSON would be the whole vocabulary."""
    model, parts = backend.model, f"{backend.pre_tokenizer!r} {backend.decoder!r}"
    byte_level = "ByteLevel" in parts
    return Marks(
        byte_level=byte_level,
        byte_fallback=getattr(model, "byte_fallback", False) or "ByteFallback" in parts,
        prefix=getattr(model, "continuing_subword_prefix", None) or "",
        suffix=getattr(model, "end_of_word_suffix", None) or "",
        blank="" if byte_level else "▁",
    )
