"""Any other tokenizer: only its token strings are used, and looked for in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attnviz.tokens.align import align
from attnviz.tokens.engines.encoding import Step
from attnviz.tokens.pieces import Marks

if TYPE_CHECKING:
    from collections.abc import Iterator

# How vocabularies of these families write; the reading that fits the text best is taken.
_READINGS = (
    Marks(prefix="##", suffix="</w>", blank="▁", byte_fallback=True),
    Marks(suffix="@@", blank="▁"),
    Marks(byte_level=True),
)
# What GPT-NeoX-Japanese writes for blanks, and so reads where a text spells it out.
_BLANKS = {"<SP>": b" ", "<BR>": b"\n", "<TAB>": b"\t"}
# Its other names, as <KIGOU> for some symbol, say nothing.
_NAME = re.compile(r"<[^<>]+>")


def walk(tokenizer: Any, text: str) -> list[Step]:
    """One step a token."""
    raws: list[str] = tokenizer.tokenize(text)
    names = {kind.__name__ for kind in type(tokenizer).__mro__}
    known: dict[str, bytes | None] = dict(_BLANKS) if "GPTNeoXJapaneseTokenizer" in names else {}
    known[str(tokenizer.unk_token)] = None
    readings = list(_readings(raws, text, known))
    found = [align(text, contents) for contents in readings]
    best = min(range(len(found)), key=lambda i: found[i].cost)
    return [
        Step(raw, span, content, i in found[best].guessed)
        for i, (raw, span, content) in enumerate(zip(raws, found[best].spans, readings[best], strict=True))
    ]


def _readings(raws: list[str], text: str, known: dict[str, bytes | None]) -> Iterator[list[bytes | None]]:
    """What the tokens may say, under each way of writing that tells them apart."""
    seen = []
    for marks in _READINGS:
        contents = [known[raw] if raw in known else _said(raw, marks, text) for raw in raws]
        if contents not in seen:
            seen.append(contents)
            yield contents


def _said(raw: str, marks: Marks, text: str) -> bytes | None:
    content = marks.read(raw)
    is_name = _NAME.fullmatch(raw) and content == raw.encode() and raw not in text
    return None if is_name else content
