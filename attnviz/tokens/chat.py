"""Chats: messages written out by the tokenizer's template, each token traced back to its message.

What the template adds around the messages counts as added tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypedDict

import regex

from attnviz import hub
from attnviz.errors import InvalidText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attnviz.tokens.engines import Encoding


class Message(TypedDict):
    """One message: who says it ("system", "user", "assistant") and what."""

    role: str
    content: str


@dataclass(frozen=True)
class Rendered:
    """A chat as the model reads it.

    Attributes:
        text: messages and template together.
        places: for each message the start and end of its content in `text`, and how many characters the
            template took off its front; None for a message that the template leaves out.
    """

    text: str
    places: list[tuple[int, int, int] | None]

    def by_message(self, encoding: Encoding) -> Encoding:
        """Tokens of `text` with their place in their message; those of the template as added ones."""
        segments: list[int | None] = []
        spans: list[tuple[int, int] | None] = []
        template: list[str | None] = []
        for span in encoding.span:
            segment, own = self._found(span) if span is not None else (None, None)
            segments.append(segment)
            spans.append(own)
            template.append(self.text[slice(*span)] if segment is None and span is not None else None)
        return replace(encoding, segment=segments, span=spans, template=template)

    def _found(self, span: tuple[int, int]) -> tuple[int | None, tuple[int, int] | None]:
        for message, place in enumerate(self.places):
            if place is None:
                continue
            start, end = max(span[0], place[0]), min(span[1], place[1])
            if start < end or place[0] < span[0] == span[1] < place[1]:
                shift = place[2] - place[0]
                return message, (start + shift, end + shift)
        return None, None


def rendered(tokenizer: Any, messages: Sequence[Message], *, answer: bool = False) -> Rendered:
    """Write a chat out, and find each message in it.

    Args:
        tokenizer: the tokenizer, with its template.
        messages: the chat.
        answer: end with what opens the model's answer.

    Raises:
        InvalidText: no chat, or one that the template refuses, or a tokenizer without a template.
    """
    if not getattr(tokenizer, "chat_template", None):
        raise InvalidText(
            "The tokenizer has no chat template, so messages cannot be written out for the model: "
            "pass text=, or set tokenizer.chat_template."
        )
    for i, message in enumerate(messages):
        parts: Any = message
        if not isinstance(parts, dict) or not all(isinstance(parts.get(n), str) for n in ("role", "content")):
            raise InvalidText(
                f"Message {i} must be {{'role': …, 'content': …}} with strings: {message!r:.60}."
            )
    if not messages:
        raise InvalidText("There are no messages: give at least one.")
    text = _written(tokenizer, messages, answer=answer)
    opening, closing = _unused(messages)
    # Marks around each message show where it went, whatever the template does with what is between them.
    marked = _written(
        tokenizer,
        [
            {**message, "content": f"{opening}{i}{closing}{message['content']}{closing}{i}{opening}"}
            for i, message in enumerate(messages)
        ],
        answer=answer,
    )
    parts = regex.split(f"({opening}\\d+{closing}|{closing}\\d+{opening})", marked)
    starts: dict[str, int] = {}
    ends: dict[str, int] = {}
    plain = ""
    for part in parts:
        if part[:1] == opening:
            starts.setdefault(part[1:-1], len(plain))
        elif part[:1] == closing:
            ends.setdefault(part[1:-1], len(plain))
        else:
            plain += part
    moved = _trimmed(plain, text)
    places = [
        _place(plain, moved, message["content"], starts.get(str(i)), ends.get(str(i)))
        for i, message in enumerate(messages)
    ]
    return Rendered(text, places)


def _unused(messages: Sequence[Message]) -> list[str]:
    """Two private-use characters that no message holds."""
    said = set().union(*(message["content"] for message in messages))
    return [chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in said][:2]


def _trimmed(marked: str, text: str) -> list[int] | None:
    """For each character of `marked`, and its end, its place in `text`, which may lack some of its blanks.

    None where the two differ in more than blanks, as where a template counts characters.
    """
    places, at = [], 0
    for char in marked:
        places.append(at)
        if at < len(text) and text[at] == char:
            at += 1
        elif not char.isspace():
            return None
    return [*places, at] if at == len(text) else None


def _place(
    plain: str, moved: list[int] | None, content: str, start: int | None, end: int | None
) -> tuple[int, int, int] | None:
    """Where a message stands, whole, or as much of its end (or beginning) as the template left."""
    if moved is None or (start is None and end is None):
        return None
    offset = 0
    if start is None and end is not None:
        kept = alike(reversed(plain[:end]), reversed(content))
        start, offset = end - kept, len(content) - kept
    elif end is None and start is not None:
        end = start + alike(plain[start:], content)
    if start is None or end is None or plain[start:end] != content[offset : offset + end - start]:
        return None
    while start < end and moved[start] == moved[start + 1]:  # A blank that was trimmed off its front.
        start, offset = start + 1, offset + 1
    return moved[start], moved[end], offset


def alike(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters two texts begin alike with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _written(tokenizer: Any, messages: Sequence[Message], *, answer: bool) -> str:
    try:
        text: str = tokenizer.apply_chat_template(
            list(messages), tokenize=False, add_generation_prompt=answer
        )
    except Exception as error:  # Templates are programs, and raise what they like.
        raise InvalidText(f"The chat template refuses these messages: {hub.first_line(error)}") from error
    return text
