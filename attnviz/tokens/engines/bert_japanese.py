"""BertJapaneseTokenizer with MeCab: no offsets, so its steps are walked again with positions.

text → added tokens split off → NFKC → MeCab's words → lower case → subwords. Each step here is the
tokenizer's own, applied to a text that knows where its characters came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from attnviz.tokens.engines.encoding import Encoding, Engine
from attnviz.tokens.mapped import Mapped
from attnviz.tokens.pieces import Marks

Span = tuple[int, int]

_MARKS = {"wordpiece": Marks(prefix="##"), "character": Marks()}


def _handles(tokenizer: Any) -> bool:
    return (
        any(kind.__name__ == "BertJapaneseTokenizer" for kind in type(tokenizer).__mro__)
        and tokenizer.do_word_tokenize
        and tokenizer.do_subword_tokenize
        and tokenizer.word_tokenizer_type == "mecab"
        and tokenizer.subword_tokenizer_type in _MARKS
    )


@dataclass(frozen=True)
class _Walked:
    """One text without added tokens: ids, and a span for each (None where the walk lost its way)."""

    ids: list[int]
    span: list[Span | None]

    def cut(self, count: int, side: str) -> _Walked:
        kept = slice(len(self.ids) - count, None) if side == "left" else slice(count)
        return _Walked(self.ids[kept], self.span[kept])


def _encode(tokenizer: Any, text: str, pair: str | None, *, target: bool, max_length: int | None) -> Encoding:
    # This family tokenizes targets like any text, so `target` changes nothing.
    del target
    walked = [_walk(tokenizer, each) for each in (text, pair) if each is not None]
    if max_length is not None:
        room = max_length - tokenizer.num_special_tokens_to_add(pair=pair is not None)
        kept = _longest_first([len(each.ids) for each in walked], room)
        side = tokenizer.truncation_side
        if side == "left":  # Cutting there, the tokenizer forgets a pair without tokens, and its [SEP].
            walked = [each for i, each in enumerate(walked) if i == 0 or each.ids]
        walked = [each.cut(count, side) for each, count in zip(walked, kept, strict=False)]
    bodies = [each.ids for each in walked]
    ids: list[int] = tokenizer.build_inputs_with_special_tokens(*bodies)
    # The tokenizer gives type ids only when asked, even for a pair that means nothing without them.
    type_ids: list[int] = tokenizer.create_token_type_ids_from_sequences(*bodies)
    places = iter((segment, span) for segment, each in enumerate(walked) for span in each.span)
    segments: list[int | None] = []
    spans: list[Span | None] = []
    for added in tokenizer.get_special_tokens_mask(*bodies):
        segment, span = (None, None) if added else next(places)
        segments.append(segment)
        spans.append(span)
    marks = _MARKS[tokenizer.subword_tokenizer_type]
    contents = [
        None if of is None or number == tokenizer.unk_token_id else marks.read(raw)
        for number, of, raw in zip(ids, segments, tokenizer.convert_ids_to_tokens(ids), strict=True)
    ]
    return Encoding(ids, segments, spans, contents, type_ids)


def _longest_first(lengths: list[int], room: int) -> list[int]:
    """How many tokens of each text stay, as `truncation=True` has it: the longer text gives way first."""
    over = sum(lengths) - room
    if len(lengths) == 1:
        return [lengths[0] - over]
    first, second = lengths
    alone = min(abs(first - second), over)
    shared = over - alone
    if first > second:
        return [first - alone - shared // 2, second - (shared - shared // 2)]
    return [first - shared // 2, second - alone - (shared - shared // 2)]


def _walk(tokenizer: Any, text: str) -> _Walked:
    """Tokenize with positions; the ids are the tokenizer's own, whatever the walk finds."""
    ids: list[int] = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(text))
    steps: list[tuple[str, Span]] = []
    base = 0
    whole = tokenizer.split_special_tokens
    added = set() if whole else set(tokenizer.added_tokens_encoder)
    for piece in [text] if whole else tokenizer.tokens_trie.split(text):
        end = base + len(piece)
        if piece in added:
            steps.append((piece, (base, end)))
        else:
            steps += _words(tokenizer, Mapped.of(piece, base))
        base = end
    if tokenizer.convert_tokens_to_ids([raw for raw, _ in steps]) != ids:
        # An added token that takes its neighbours' blanks, or a subclass with steps of its own.
        return _Walked(ids, [None] * len(ids))
    return _Walked(ids, [span for _, span in steps])


def _words(tokenizer: Any, source: Mapped) -> list[tuple[str, Span]]:
    mecab = tokenizer.word_tokenizer
    if mecab.normalize_text:
        source = source.normalized("NFKC")
    kept_as_is = {*mecab.never_split, *tokenizer.all_special_tokens}
    steps: list[tuple[str, Span]] = []
    position = 0
    for node in mecab.mecab(source.text):
        # MeCab skips blanks and, from a NUL on, everything; its words stand in order.
        start = source.text.find(node.surface, position)
        if start < 0:
            break
        position = start + len(node.surface)
        word = source.part(start, position)
        if mecab.do_lower_case and word.text not in kept_as_is:
            word = word.lowered()
        steps += _subwords(tokenizer, word)
    return steps


def _subwords(tokenizer: Any, word: Mapped) -> list[tuple[str, Span]]:
    if tokenizer.subword_tokenizer_type == "character":
        if tokenizer.subword_tokenizer.normalize_text:
            word = word.normalized("NFKC")
        tokens = tokenizer.subword_tokenizer.tokenize(word.text)
        return [(raw, word.span(i, i + 1)) for i, raw in enumerate(tokens)]
    steps: list[tuple[str, Span]] = []
    end = 0
    for chunk in word.text.split():  # MeCab's words may hold rare blanks, at which WordPiece starts anew.
        start = word.text.index(chunk, end)
        end = start + len(chunk)
        tokens = tokenizer.subword_tokenizer.tokenize(chunk)
        if len(tokens) == 1:
            steps.append((tokens[0], word.span(start, end)))  # An unknown token stands for the whole chunk.
            continue
        for i, raw in enumerate(tokens):
            size = len(raw) - (len("##") if i else 0)
            steps.append((raw, word.span(start, start + size)))
            start += size
    return steps


ENGINE = Engine("BertJapaneseTokenizer (MeCab, with wordpiece or character subwords)", _handles, _encode)
