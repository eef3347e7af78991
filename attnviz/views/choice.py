"""What of a text is left out of view when a page opens; the page draws it, here it is only checked."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from attnviz.errors import InvalidOption, OutOfRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture import AttentionGroup
    from attnviz.tokens import By, Tokens
    from attnviz.tokens.units import Unit

Hide: TypeAlias = Literal["special", "sinks", "particles"]

# As MeCab names particles and auxiliaries.
_PARTICLES = ("助詞", "助動詞")


def numbered(name: str, value: Any, count: int, noun: str, where: str = "") -> int:
    """A number that counts things from 0; `noun` says in an error which, as "text".

    Raises:
        InvalidOption: no whole number.
        OutOfRange: there are not so many.
    """
    if not hasattr(value, "__index__") or isinstance(value, bool):
        raise InvalidOption(f"{name} {value!r} is no whole number.")
    if not 0 <= value < count:
        there = "is one" if count == 1 else f"are {count or 'no'}"
        noun = noun if count == 1 else f"{noun}s"
        raise OutOfRange(f"{name} {value} asked for, but there {there} {noun}{where}, numbered from 0.")
    return index(value)


def check_between(name: str, value: Any, least: int, most: int, what: str) -> None:
    """Refuse a size that makes no sense; `what` says in an error what it is for.

    Raises:
        InvalidOption: no whole number from `least` to `most`.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidOption(f"{name}={value!r} is no {what}: pass a whole number from {least} to {most}.")


def hidden(hide: Any, by: By) -> list[Hide]:
    """What is hidden, each once.

    Raises:
        InvalidOption: something that is not known, or particles where there are no words.
    """
    asked = [hide] if isinstance(hide, str) or not isinstance(hide, Iterable) else list(hide)
    for each in asked:
        if each not in get_args(Hide):
            raise InvalidOption(f"hide={each!r} is not known: use {', '.join(get_args(Hide))}.")
    if "particles" in asked and by != "word":
        raise InvalidOption("hide='particles' asks for by='word': particles are words.")
    return [each for each in get_args(Hide) if each in asked]


def texts_in_view(texts: Any, group: AttentionGroup) -> list[int | None] | None:
    """The texts of queries and keys, None for all; None in place of both where nothing is chosen.

    Raises:
        InvalidOption: not two numbers.
        OutOfRange: a text that queries or keys do not have.
    """
    if texts is None:
        return None
    pair = list(texts) if isinstance(texts, Iterable) and not isinstance(texts, str) else []
    whole = [each is None or (hasattr(each, "__index__") and not isinstance(each, bool)) for each in pair]
    if len(pair) != 2 or not all(whole):
        raise InvalidOption(
            f"texts={texts!r} is no pair of texts: write texts=(0, 1) for what the first attends to in the "
            "second, with None for all."
        )
    for text, tokens, side in zip(
        pair, (group.query_tokens, group.key_tokens), ("query", "key"), strict=True
    ):
        known = sorted({segment for segment in tokens.segment if segment is not None})
        if text is not None and text not in known:
            raise OutOfRange(
                f"text {text} asked for among the {side} tokens, which belong to "
                + (f"texts {', '.join(map(str, known))}." if known else "no text.")
            )
    return None if pair == [None, None] else pair


def check_token(token: int, tokens: Tokens, by: By, hide: list[Hide], text: int | None) -> None:
    """Whether a pinned query is in view.

    Raises:
        InvalidOption: it is left out.
    """
    unit = tokens.units(by)[token]
    shown = [i for i in unit.tokens if not ("special" in hide and tokens.special[i])]
    if not shown or ("particles" in hide and unit.pos in _PARTICLES):
        left_out = "special" if not shown else "particles"
        raise InvalidOption(f"token={token} is {unit.text!r}, which hide={left_out!r} leaves out of view.")
    texts = texts_of(tokens)
    if text is not None and text not in (own := {texts[i] for i in unit.tokens}):
        raise InvalidOption(
            f"token={token} is {unit.text!r} of text {own.pop()}, but only queries of text {text} are shown."
        )


def texts_of(tokens: Tokens) -> list[int]:
    """The text of each token; added ones go with what stands before them, those in front with the first."""
    text = min((segment for segment in tokens.segment if segment is not None), default=0)
    texts = []
    for segment in tokens.segment:
        text = text if segment is None else segment
        texts.append(text)
    return texts


def units_in_view(
    tokens: Tokens, units: Sequence[Unit], hide: Iterable[Hide], text: int | None, sinks: Iterable[int]
) -> set[int]:
    """The numbers of the units that are in view, as `sideOf` of the page's `attention/units.ts` has them.

    Args:
        tokens: queries or keys.
        units: its units; only words have a part of speech, by which particles are told.
        hide: what is left out; where that would leave nothing, it stays.
        text: the text that is chosen; None for all.
        sinks: the tokens that are sinks.
    """
    gone: dict[Hide, set[int]] = {
        "special": {i for i, special in enumerate(tokens.special) if special},
        "sinks": set(sinks),
        "particles": {i for unit in units if unit.pos in _PARTICLES for i in unit.tokens},
    }
    kept = {i for i, own in enumerate(texts_of(tokens)) if text is None or own == text}
    for what in hide:
        kept = kept - gone[what] or kept
    return {number for number, unit in enumerate(units) if not kept.isdisjoint(unit.tokens)}
