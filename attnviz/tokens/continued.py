"""What a model generates: ids without a text of their own, placed in the text that they say.

A generated text must not be tokenized anew: other tokens may well say the same. So its ids are decoded
one more at a time, and each token gets the characters that it adds.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attnviz.tokens.build import Source, laid_out, placed
from attnviz.tokens.chat import alike
from attnviz.tokens.engines import Encoding
from attnviz.tokens.record import PROMPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.tokens.record import Tokens

# Tokens in front that are decoded along: they tell whether a blank comes between.
_CONTEXT = 8

# The lists of a record that are joined as they are.
_JOINED = ["ids", "raw", "surface", "labels", "start", "end", "special", "unknown", "approx", "part"]
_JOINED += ["finders", "texts"]


def tokens_of_ids(
    tokenizer: Any, ids: Sequence[int], before: Sequence[int] = (), lang: str | None = None
) -> Tokens:
    """Generated tokens as a text of their own.

    Args:
        tokenizer: gives each id what it says.
        ids: what was generated; special tokens in it count as added ones.
        before: the ids in front of it.
        lang: as in `tokenize`.
    """
    # An id beyond the vocabulary says nothing either.
    raw = tokenizer.convert_ids_to_tokens(list(ids))
    mute = {number for number, token in zip(ids, raw, strict=True) if token is None}
    special = {*tokenizer.all_special_ids, *mute}
    said = [number for number in ids if number not in special]
    text, ends = _decoded(tokenizer, said, [number for number in before if number not in special][-_CONTEXT:])
    spans, contents = _shared(text, ends)
    own = iter(zip(spans, contents, strict=True))
    each = [(None, None) if number in special else next(own) for number in ids]
    encoding = Encoding(
        ids=list(ids),
        segment=[None if number in special else 0 for number in ids],
        span=[span for span, _ in each],
        content=[content for _, content in each],
        type_ids=None,
    )
    source = Source([text], None, (text, None), lambda encoding: encoding)
    return laid_out(tokenizer, placed(source, encoding), lang, None, [])


def followed_by(prompt: Tokens, continuation: Tokens) -> Tokens:
    """A prompt and what the model wrote behind it as one record, each a segment; a chat gains a message."""
    first, second = prompt, continuation
    roles = [*PROMPTED] if prompt.roles is None else [*prompt.roles, "assistant"]
    texts, words, sentences = len(first.texts), len(first.words), len(first.sentences)

    def shifted(numbers: list[int | None], by: int) -> list[int | None]:
        return [None if number is None else number + by for number in numbers]

    both: dict[str, Any] = {name: [*getattr(first, name), *getattr(second, name)] for name in _JOINED}
    return replace(
        first,
        **both,
        roles=roles,
        lang=first.lang or second.lang,
        segment=[*first.segment, *shifted(second.segment, texts)],
        word=[*first.word, *shifted(second.word, words)],
        sentence=[*first.sentence, *shifted(second.sentence, sentences)],
        type_ids=None if first.type_ids is None else [*first.type_ids, *[0] * len(second)],
        words=[*first.words, *(replace(word, segment=word.segment + texts) for word in second.words)],
        sentences=[*first.sentences, *(each._replace(segment=each[0] + texts) for each in second.sentences)],
    )


def _decoded(tokenizer: Any, ids: list[int], before: list[int]) -> tuple[str, list[int]]:
    """What ids say behind others, and for each of them up to which character it is said then."""

    def decode(numbers: list[int]) -> str:
        text: str = tokenizer.decode(numbers, clean_up_tokenization_spaces=False)
        return text

    opening, whole = decode(before), decode(before + ids)
    if not whole.startswith(opening):  # The first of the ids completes a character.
        opening, whole, before = "", decode(ids), []
    said = [alike(decode(before + ids[:count]), whole) for count in range(1, len(ids))]
    ends = [max(0, end - len(opening)) for end in (*said, len(whole))][: len(ids)]
    return whole[len(opening) :], ends


def _shared(text: str, ends: list[int]) -> tuple[list[tuple[int, int] | None], list[bytes | None]]:
    """The characters of each token, and what it says of them; bytes of one character share it."""
    spans: list[tuple[int, int] | None] = []
    contents: list[bytes | None] = []
    waiting = 0
    for start, end in pairwise([0, *ends]):
        waiting += 1
        if end > start:
            said = text[start:end].encode()
            spans += [(start, end)] * waiting
            contents += [said[k : k + 1] for k in range(waiting - 1)]
            contents.append(said[waiting - 1 :])
            waiting = 0
    # The end of a text may be cut within a character, or say nothing.
    return spans + [None] * waiting, contents + [None] * waiting
