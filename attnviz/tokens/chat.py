"""Chats: messages written out by the tokenizer's template, each token traced back to its message.

What the template adds around the messages counts as added tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypedDict

from attnviz import hub
from attnviz.errors import InvalidText

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        for span in encoding.span:
            segment, own = self._found(span) if span is not None else (None, None)
            segments.append(segment)
            spans.append(own)
        return replace(encoding, segment=segments, span=spans)

    def _found(self, span: tuple[int, int]) -> tuple[int | None, tuple[int, int] | None]:
        for message, place in enumerate(self.places):
            if place is None:
                continue
            start, end = max(span[0], place[0]), min(span[1], place[1])
            if start < end or place[0] < span[0] == span[1] < place[1]:
                shift = place[2] - place[0]
                return message, (start + shift, end + shift)
        return None, None


def rendered(tokenizer: Any, messages: Sequence[Message]) -> Rendered:
    """Write a chat out, and find each message in it.

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
    text = _written(tokenizer, messages)
    # Private-use characters in place of each message show what the template writes around it.
    marks = [f"\ue000{i}\ue001" for i in range(len(messages))]
    skeleton = _written(
        tokenizer,
        [{**message, "content": mark} for message, mark in zip(messages, marks, strict=True)],
    )
    places: list[tuple[int, int, int] | None] = []
    at = 0
    for message, mark in zip(messages, marks, strict=True):
        before, found, skeleton_rest = skeleton.partition(mark)
        place = _place(text, message["content"], at + len(before)) if found else None
        if place is None and found:
            # A template may treat a message by what it says.
            start = text.find(message["content"].strip(), at)
            place = _place(text, message["content"], start) if start >= 0 else None
        if found:
            skeleton = skeleton_rest
        if place is not None:
            at = place[1]
        places.append(place)
    return Rendered(text, places)


def _place(text: str, content: str, start: int) -> tuple[int, int, int] | None:
    """A message that begins at `start`, whole or with the blanks at its ends taken off."""
    for shown in (content, content.strip()):
        if text.startswith(shown, start):
            return start, start + len(shown), content.find(shown)
    return None


def _written(tokenizer: Any, messages: Sequence[Message]) -> str:
    try:
        text: str = tokenizer.apply_chat_template(list(messages), tokenize=False)
    except Exception as error:  # Templates are programs, and raise what they like.
        raise InvalidText(f"The chat template refuses these messages: {hub.first_line(error)}") from error
    return text
