"""How tokens are placed: by Rust's own offsets, or by walking a Python tokenizer's steps again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnviz.tokens.engines import python_backed, rust
from attnviz.tokens.engines.encoding import Encoding, Input

if TYPE_CHECKING:
    from attnviz.tokens.engines.encoding import Encode

__all__ = ["Encoding", "Input", "engine_for"]


def engine_for(tokenizer: Any) -> Encode:
    """The engine of a tokenizer."""
    # A tokenizer without offsets ignores return_offsets_mapping silently; is_fast is the only sure sign.
    return rust.encode if getattr(tokenizer, "is_fast", False) else python_backed.encode
