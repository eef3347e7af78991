"""`tokenize`: an engine's encoding, put in canonical form, with words and sentences."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from attnviz.errors import InvalidOption, InvalidText, TextTooLong
from attnviz.tokens.align import align
from attnviz.tokens.assign import overlapped_most
from attnviz.tokens.canonical import Place, canonical, uncovered
from attnviz.tokens.chat import rendered
from attnviz.tokens.engines import Input, engine_for
from attnviz.tokens.load import load_tokenizer
from attnviz.tokens.record import Slice, Tokens, Truncation
from attnviz.tokens.segment import segmented
from attnviz.tokens.sentences import sentences_of
from attnviz.tokens.words import finder_of, japanese, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from attnviz.tokens.chat import Message
    from attnviz.tokens.engines import Encoding
    from attnviz.tokens.segment import Segmenter

_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_LANGUAGE = regex.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# Longer texts are aligned only where tokens are doubtful.
_ALIGNED_WHOLE = 20_000
_NO_LIMIT = 1_000_000  # Tokenizers without a limit say 10³⁰.


def tokenize(
    tokenizer_or_path: Any,
    text: str | None = None,
    pair: str | None = None,
    lang: str | None = None,
    *,
    messages: Sequence[Message] | None = None,
    truncate: bool = False,
    max_length: int | None = None,
    target: bool = False,
    segmenter: Segmenter | None = None,
    add_generation_prompt: bool = False,
) -> Tokens:
    """See a text as a model sees it, each token with its exact place in the text.

    Args:
        tokenizer_or_path: a tokenizer, or the folder or hub name of one.
        text: what the model reads.
        pair: a second text that it reads together with the first.
        lang: "ja" takes words from MeCab, any other language from the Unicode standard; without it a
            text with kana is Japanese.
        messages: a chat in place of a text, `[{"role": …, "content": …}, …]`, written out by the
            tokenizer's chat template.
        truncate: cut what is too long; `Tokens.truncation` then says what was cut.
        max_length: the most tokens the model takes, added ones included; else the tokenizer's own limit.
        target: tokenize as the decoder's labels, for tokenizers that treat both sides differently.
        segmenter: cuts a text into the words that the tokenizer wants to see with blanks between them: a
            function from a text to its words, or "mecab".
        add_generation_prompt: end a chat with what opens the model's answer.

    Raises:
        InvalidText: not a string, or not valid Unicode; or a chat that cannot be written out.
        TextTooLong: more tokens than the limit, and `truncate` is off; or a limit that leaves no room.
        ModelNotFound, TokenizerError: the tokenizer cannot be loaded.
        UnsupportedTokenizer: where its tokens stand cannot be told.
    """
    if max_length is not None and max_length < 1:
        raise InvalidOption(f"max_length={max_length} leaves no token: pass at least 1, or leave it out.")
    if lang is not None and not _LANGUAGE.fullmatch(lang):
        raise InvalidOption(f"lang={lang!r} is no language: write it as 'ja', 'en' or 'pt-BR'.")
    tokenizer = tokenizer_or_path
    if isinstance(tokenizer, str | Path):
        tokenizer = load_tokenizer(tokenizer)
    source = _source(tokenizer, text, pair, messages, segmenter, answer=add_generation_prompt)
    with _collector_paused():
        return _tokens(tokenizer, source, lang, truncate=truncate, max_length=max_length, target=target)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A long text makes hundreds of thousands of small objects and no garbage.

    Looking for some takes up to 45 % of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _tokens(
    tokenizer: Any,
    source: Source,
    lang: str | None,
    *,
    truncate: bool,
    max_length: int | None,
    target: bool,
) -> Tokens:
    engine = engine_for(tokenizer)

    def encode(most: int | None) -> Encoding:
        asked = Input(*source.given, target=target, max_length=most, add_special=source.roles is None)
        return source.chained(engine(tokenizer, asked))

    whole = placed(source, encode(None))
    limit = limit_of(tokenizer) if max_length is None else max_length
    if limit is None or len(whole.encoding.ids) <= limit:
        return laid_out(tokenizer, whole, lang, None, _lost(whole, []))
    # A chat is cut through its template; elsewhere what the tokenizer adds stays.
    _check_limit(whole.encoding, limit, 0 if source.roles else whole.encoding.segment.count(None), truncate)
    short, truncation = _shortened(whole, encode(limit), tokenizer.truncation_side)
    return laid_out(tokenizer, short, lang, truncation, _lost(whole, truncation.cut))


@dataclass(frozen=True)
class Source:
    """What was asked for, and what the tokenizer is given for it.

    Attributes:
        texts, roles: as in `Tokens`.
        given: text and pair for the tokenizer.
        chained: leads an encoding of `given` back to `texts`.
    """

    texts: list[str]
    roles: list[str] | None
    given: tuple[str, str | None]
    chained: Callable[[Encoding], Encoding]


def _source(
    tokenizer: Any,
    text: str | None,
    pair: str | None,
    messages: Sequence[Message] | None,
    segmenter: Segmenter | None,
    *,
    answer: bool,
) -> Source:
    if messages is not None:
        if text is not None or pair is not None:
            raise InvalidOption("messages= stands in place of text and pair: pass one or the other.")
        if segmenter is not None:
            raise InvalidOption("A segmenter cuts texts, not chats: load the model without segmenter=.")
        chat = rendered(tokenizer, messages, answer=answer)
        contents = [message["content"] for message in messages]
        for i, content in enumerate(contents):
            _checked(f"content of message {i}", content)
        roles = [message["role"] for message in messages]
        return Source(contents, roles, (chat.text, None), chat.by_message)
    text = _checked("text", text)
    if pair is not None:
        _checked("pair", pair)
    # An empty pair counts as none, as it does for the tokenizers themselves.
    texts = [text, pair] if pair else [text]
    if segmenter is None:
        return Source(texts, None, (text, pair), lambda encoding: encoding)
    cut = [segmented(each, segmenter) for each in texts]

    def chained(encoding: Encoding) -> Encoding:
        spans = [
            None if of is None or span is None else cut[of].cover(*span)
            for of, span in zip(encoding.segment, encoding.span, strict=True)
        ]
        return replace(encoding, span=spans)

    return Source(texts, None, (cut[0].text, cut[1].text if pair else pair), chained)


@dataclass(frozen=True)
class Placed:
    """An encoding with the canonical places of its tokens, one list a text."""

    source: Source
    encoding: Encoding
    places: list[list[Place]]


def _checked(name: str, text: object) -> str:
    if not isinstance(text, str):
        raise InvalidText(f"The {name} must be a string, not {type(text).__name__}: {text!r:.40}.")
    if match := _SURROGATE.search(text):
        raise InvalidText(
            f"The {name} is not valid Unicode: a lone surrogate U+{ord(match[0]):04X} at character "
            f"{match.start()}. Decode it again from its bytes with errors='replace'."
        )
    return text


def limit_of(tokenizer: Any) -> int | None:
    """The most tokens that a tokenizer says its model takes; None where it sets no limit."""
    own = tokenizer.model_max_length
    return int(own) if own < _NO_LIMIT else None


def _check_limit(full: Encoding, limit: int, added: int, truncate: bool) -> None:
    if limit <= added:
        raise TextTooLong(
            f"A limit of {limit} tokens leaves no room for text beside the {added} that the tokenizer adds: "
            f"pass a max_length of at least {added + 1}."
        )
    if not truncate:
        count = len(full.ids)
        raise TextTooLong(
            f"The text has {count} tokens and the limit is {limit}, so {count - limit} are too many: "
            "pass truncate=True to cut them, or a shorter text."
        )


def placed(source: Source, encoding: Encoding) -> Placed:
    """An encoding with the canonical place of each of its tokens."""
    places = []
    for segment, text in enumerate(source.texts):
        own = [i for i, of in enumerate(encoding.segment) if of == segment]
        contents = [encoding.content[i] for i in own]
        guessed = {k for k, i in enumerate(own) if encoding.guessed is not None and encoding.guessed[i]}
        places.append(_closest(text, [encoding.span[i] for i in own], contents, guessed))
    return Placed(source, encoding, places)


def _closest(
    text: str, spans: list[tuple[int, int] | None], contents: list[bytes | None], guessed: set[int]
) -> list[Place]:
    """The places that an engine gave; doubtful ones by alignment, where that leaves fewer of them."""
    given = canonical(text, spans, contents, guessed)
    if not any(place.approx for place in given):
        return given
    nearby = canonical(text, *_realigned(text, spans, contents, given))
    best = min((given, nearby), key=partial(_faults, text))
    if len(text) <= _ALIGNED_WHOLE and any(place.approx for place in best):
        found = align(text, contents)
        best = min((best, canonical(text, found.spans, contents, found.guessed)), key=partial(_faults, text))
    return best


def _faults(text: str, places: list[Place]) -> tuple[int, int]:
    """What is left out of the text, which is worse, and how many tokens are doubtful."""
    left_out = sum(end - start for start, end in uncovered(text, places))
    return left_out, sum(place.approx for place in places)


def _realigned(
    text: str,
    spans: list[tuple[int, int] | None],
    contents: list[bytes | None],
    places: list[Place],
) -> tuple[list[tuple[int, int] | None], list[bytes | None], set[int]]:
    """What `canonical` takes, each run of doubtful tokens looked for between the certain ones around it."""
    found = list(spans)
    guessed: set[int] = set()
    end = 0
    for doubtful, run in groupby(range(len(places)), key=lambda i: places[i].approx):
        tokens = list(run)
        if not doubtful:
            end = max(end, *(places[i].end for i in tokens))
            continue
        after = tokens[-1] + 1
        until = places[after].start if after < len(places) else len(text)
        if end < until:
            alignment = align(text[end:until], [contents[i] for i in tokens])
            for i, span in zip(tokens, alignment.spans, strict=True):
                found[i] = None if span is None else (end + span[0], end + span[1])
            guessed |= {tokens[k] for k in alignment.guessed}
    return found, contents, guessed


def _shortened(whole: Placed, encoding: Encoding, side: str) -> tuple[Placed, Truncation]:
    """The shorter encoding with the places that the whole text gave, so that a cut moves no token."""
    kept: list[list[Place]] = []
    cut: list[Slice] = []
    for segment, places in enumerate(whole.places):
        size = len(whole.source.texts[segment])
        count = encoding.segment.count(segment)
        gone = len(places) - count
        if side == "left":
            kept.append(places[gone:])
            start, end = 0, places[gone].start if count else size
        else:
            kept.append(places[:count])
            start, end = places[count - 1].end if count else 0, size
        if gone and start < end:
            cut.append(Slice(segment, start, end))
    total = len(whole.encoding.ids)
    truncation = Truncation(total - len(encoding.ids), total, side, cut)
    return Placed(whole.source, encoding, kept), truncation


def _lost(whole: Placed, cut: list[Slice]) -> list[Slice]:
    """What no token stands for, apart from what was cut, which the truncation reports."""
    return [
        Slice(segment, start, end)
        for segment, text in enumerate(whole.source.texts)
        for start, end in uncovered(text, whole.places[segment])
        if not any(c.segment == segment and c.start <= start < c.end for c in cut)
    ]


def laid_out(
    tokenizer: Any, whole: Placed, lang: str | None, truncation: Truncation | None, lost: list[Slice]
) -> Tokens:
    """Everything about the tokens, in lists."""
    texts, encoding = whole.source.texts, whole.encoding
    segment = encoding.segment
    in_order = [iter(places) for places in whole.places]
    place = [None if of is None else next(in_order[of]) for of in segment]
    start = [None if at is None else at.start for at in place]
    end = [None if at is None else at.end for at in place]
    # A model may write ids that its tokenizer lacks: tables of embeddings are padded to a round size.
    known: list[str | None] = tokenizer.convert_ids_to_tokens(encoding.ids)
    raw = [
        f"<{number}>" if token is None else token for number, token in zip(encoding.ids, known, strict=True)
    ]
    surface = [
        None if of is None else texts[of][first:last]
        for of, first, last in zip(segment, start, end, strict=True)
    ]
    unknown, special = _flags(tokenizer, encoding, raw, surface)
    read_as_japanese = japanese(texts, lang)
    words = [
        word for i, each in enumerate(texts) for word in words_of(each, i, is_japanese=read_as_japanese[i])
    ]
    sentences = [Slice(i, *stretch) for i, each in enumerate(texts) for stretch in sentences_of(each)]
    return Tokens(
        texts=texts,
        roles=whole.source.roles,
        lang=lang or ("ja" if any(read_as_japanese) else None),
        ids=encoding.ids,
        raw=raw,
        surface=surface,
        labels=[
            written if shown is None else shown
            for shown, written in zip(surface, _written(encoding, raw), strict=True)
        ],
        start=start,
        end=end,
        segment=segment,
        word=overlapped_most(
            segment, start, end, [Slice(word.segment, word.start, word.end) for word in words], texts
        ),
        sentence=overlapped_most(segment, start, end, sentences, texts),
        special=special,
        unknown=unknown,
        approx=[at is not None and at.approx for at in place],
        part=[None if at is None else at.part for at in place],
        type_ids=encoding.type_ids,
        words=words,
        finders=[finder_of(each, is_japanese=own) for each, own in zip(texts, read_as_japanese, strict=True)],
        sentences=sentences,
        lost=lost,
        truncation=truncation,
    )


def _written(encoding: Encoding, raw: list[str]) -> list[str]:
    """How tokens without a surface are written: what a chat's template says there, or the raw token."""
    template = encoding.template or [None] * len(raw)
    return [token if said is None else said for said, token in zip(template, raw, strict=True)]


def _flags(
    tokenizer: Any, encoding: Encoding, raw: list[str], surface: list[str | None]
) -> tuple[list[bool], list[bool]]:
    """Which tokens are unknown, and which special."""
    named = {number for number, token in tokenizer.added_tokens_decoder.items() if token.special}
    named |= set(tokenizer.all_special_ids)
    unknown, special = [], []
    for number, content, written, shown in zip(encoding.ids, encoding.content, raw, surface, strict=True):
        # A text may spell "[UNK]" out, and GPT-2 has one token for the unknown and for the end.
        lacking = shown is not None and content is None and shown != written
        unknown.append(lacking)
        special.append(shown is None or (number in named and not lacking))
    return unknown, special
