"""Tokens known by their strings alone, as other frameworks hand them over: no tokenizer, no source text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import regex

from attnviz.errors import InvalidOption
from attnviz.tokens.assign import overlapped_most
from attnviz.tokens.characters import has_kana, strip_span
from attnviz.tokens.record import Slice, Tokens
from attnviz.tokens.sentences import sentences_of
from attnviz.tokens.words import finder_of, japanese, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# "[CLS]", "</s>", "<|endoftext|>", and not the bytes of SentencePiece ("<0x0A>") or a number in brackets.
_BRACKETED = regex.compile(r"\[\p{Lu}[\p{Lu}\d_]*\]|<(?!0x\p{AHex}{2}>)[|/]?\p{L}[^<>\s]*>")
_UNKNOWN = frozenset({"[UNK]", "<unk>"})


def tokens_of_strings(
    strings: Iterable[Any], special: Collection[str] | None = None, *, name: str = "tokens"
) -> Tokens:
    """A record of tokens that are known by their strings alone.

    Every token is shown as it is given. The text is that of the tokens, with a blank between two unless they
    bring their own blanks or are Japanese; words and sentences are found in that. Ids count from 0.

    Args:
        strings: one a token, in order.
        special: those that a tokenizer added; by default those in the usual brackets, as "[CLS]" and "</s>".
        name: the argument that they came by, for errors.

    Raises:
        InvalidOption: no strings, or something else among them.
    """
    raw = _checked(strings, name)
    if isinstance(special, str):
        special = (special,)
    if special is None:
        added = [_BRACKETED.fullmatch(each) is not None and each not in _UNKNOWN for each in raw]
    else:
        added = [each in special for each in raw]
    own = [each for each, is_added in zip(raw, added, strict=True) if not is_added]
    glue = "" if any(each != each.strip() for each in own) or has_kana("".join(own)) else " "
    text = glue.join(own)
    start: list[int | None] = []
    end: list[int | None] = []
    at = 0
    for each, is_added in zip(raw, added, strict=True):
        first, last = (None, None) if is_added else strip_span(text, at, at + len(each))
        start.append(first)
        end.append(last)
        at += 0 if is_added else len(each) + len(glue)
    segment = [None if is_added else 0 for is_added in added]
    (is_japanese,) = japanese([text], None)
    words = words_of(text, 0, is_japanese=is_japanese)
    sentences = [Slice(0, *stretch) for stretch in sentences_of(text)]
    count = len(raw)
    return Tokens(
        texts=[text],
        roles=None,
        lang="ja" if is_japanese else None,
        ids=list(range(count)),
        raw=raw,
        surface=[None if a is None else text[a:b] for a, b in zip(start, end, strict=True)],
        labels=list(raw),
        start=start,
        end=end,
        segment=segment,
        word=overlapped_most(segment, start, end, [Slice(0, word.start, word.end) for word in words], [text]),
        sentence=overlapped_most(segment, start, end, sentences, [text]),
        special=added,
        unknown=[each in _UNKNOWN for each in raw],
        approx=[False] * count,
        part=[None] * count,
        type_ids=None,
        words=words,
        finders=[finder_of(text, is_japanese=is_japanese)],
        sentences=sentences,
        lost=[],
        truncation=None,
    )


def _checked(strings: Iterable[Any], name: str) -> list[str]:
    if isinstance(strings, str | bytes):
        raise InvalidOption(
            f"{name} is one string: pass a list with one string a token, or what attnviz.tokenize() gives."
        )
    try:
        # An array of NumPy has strings of its own kind.
        listed = [str(each) if isinstance(each, str) else each for each in strings]
    except TypeError:
        raise InvalidOption(
            f"{name} is {strings!r:.40}: pass a list of strings, or what attnviz.tokenize() gives."
        ) from None
    if not listed:
        raise InvalidOption(f"{name} is empty: pass one string for each row of the attention.")
    for i, each in enumerate(listed):
        if not isinstance(each, str):
            raise InvalidOption(
                f"{name}[{i}] is {each!r:.40}, no string: pass what tokenizer.convert_ids_to_tokens() gives."
            )
        try:
            each.encode()
        except UnicodeEncodeError as error:
            raise InvalidOption(f"{name}[{i}] is no valid Unicode: it has a lone surrogate.") from error
    return listed
