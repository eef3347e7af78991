"""Text cut into words before the tokenizer sees it, for models that were trained so.

Older Japanese models (ku-nlp's and nlp-waseda's first ones) read Juman++'s words with blanks between
them. The blanks stand in no source, so every character of the cut text knows where it came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import regex

from attnviz.errors import InvalidOption
from attnviz.tokens.align import located
from attnviz.tokens.mapped import Mapped
from attnviz.tokens.words import morphemes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Segmenter: TypeAlias = "Callable[[str], Sequence[str]] | Literal['mecab']"

_JAPANESE = regex.compile(r"\p{Han}*[\p{Hiragana}\p{Katakana}][\p{Han}\p{Hiragana}\p{Katakana}ー]*")
# From this share on, words that begin with a blank are what a vocabulary was made of.
_MOST = 0.5
_ENOUGH = 20  # Fewer Japanese pieces tell nothing.


def segmented(text: str, segmenter: Segmenter) -> Mapped:
    """The words of a text with one blank between them.

    Args:
        text: the source.
        segmenter: gives the words of a text, in order; or "mecab", with the dictionary unidic-lite.

    Raises:
        InvalidOption: the segmenter gives something else than words.
    """
    if segmenter == "mecab":
        given: Any = mecab(text)
    elif callable(segmenter):
        given = segmenter(text)
    else:
        raise InvalidOption(
            f"segmenter={segmenter!r} is not known: pass 'mecab', or a function from a text to its words."
        )
    words = (
        given.split() if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    )
    if not all(isinstance(word, str) for word in words):
        raise InvalidOption(f"The segmenter gave {given!r:.60}: it must give a list of words, as strings.")
    places = located(Mapped.of(text), words)
    chars: list[str] = []
    start: list[int] = []
    end: list[int] = []
    for i, place in enumerate(places):
        if i:
            at = end[-1] if end else 0
            chars.append(" ")
            start.append(at)
            end.append(at)
        chars.append(place.text)
        start += place.start
        end += place.end
    return Mapped("".join(chars), start, end)


def mecab(text: str) -> list[str]:
    """MeCab's words, in the normal form NFKC."""
    return [surface for surface, *_ in morphemes(text)]


def need_of_segmenter(tokenizer: Any) -> str | None:
    """Why a tokenizer seems to want its Japanese text cut into words beforehand; None if it does not.

    Told by its vocabulary: where text is given as it is written, Japanese words seldom follow a blank.
    """
    vocabulary = tokenizer.get_vocab()
    bare = {raw: raw.removeprefix("▁").removeprefix("##") for raw in vocabulary}
    japanese = [raw for raw, word in bare.items() if len(word) > 1 and _JAPANESE.fullmatch(word)]
    if len(japanese) < _ENOUGH:
        return None
    share = sum(raw.startswith("▁") for raw in japanese) / len(japanese)
    if share >= _MOST:
        return f"{share:.0%} of the Japanese words of its vocabulary begin with a blank"
    if any(raw.startswith("##") for raw in japanese) and not _splits_words(tokenizer):
        return "its vocabulary has Japanese words, and nothing in it splits a Japanese text into words"
    return None


def _splits_words(tokenizer: Any) -> bool:
    """Whether a WordPiece tokenizer finds Japanese words, or at least takes Han characters apart."""
    if hasattr(tokenizer, "do_word_tokenize"):
        return bool(tokenizer.do_word_tokenize and tokenizer.word_tokenizer_type != "basic")
    normalizer = getattr(getattr(tokenizer, "backend_tokenizer", None), "normalizer", None)
    return bool(getattr(normalizer, "handle_chinese_chars", True))
