"""What a raw token says, without the marks of its tokenizer, as the bytes of UTF-8.

Bytes and not characters: a token of a byte-level vocabulary may hold a third of one character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# SentencePiece's names for bytes, and GPT-NeoX-Japanese's.
_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>|<\|byte(\d{1,3})\|>")


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's alphabet for bytes: printable Latin-1 as itself, the rest from U+0100 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(rest)}


_ALPHABET = _byte_alphabet()


@dataclass(frozen=True)
class Marks:
    """How a vocabulary writes its tokens.

    Attributes:
        byte_level: GPT-2's alphabet, one character a byte.
        byte_fallback: `<0xE3>` (or `<|byte227|>`) for the bytes of what the vocabulary lacks.
        prefix: in front of what continues a word, such as `##`.
        suffix: behind what ends a word, such as `</w>`.
        blank: stands for a blank, such as `▁`.
    """

    byte_level: bool = False
    byte_fallback: bool = False
    prefix: str = ""
    suffix: str = ""
    blank: str = ""

    def read(self, raw: str) -> bytes:
        """What one token says."""
        if self.byte_fallback and (match := _BYTE.fullmatch(raw)):
            return bytes([int(match[1], 16) if match[1] else int(match[2])])
        # A token that is nothing but the mark is the text's own "##".
        if self.prefix and raw.startswith(self.prefix) and len(raw) > len(self.prefix):
            raw = raw[len(self.prefix) :]
        if self.suffix and raw.endswith(self.suffix):
            raw = raw[: -len(self.suffix)]
        if self.byte_level:
            if all(char in _ALPHABET for char in raw):
                return bytes(_ALPHABET[char] for char in raw)
            return raw.encode()
        return (raw.replace(self.blank, " ") if self.blank else raw).encode()
