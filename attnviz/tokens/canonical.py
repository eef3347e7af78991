"""The same form for every engine's spans: what a view may show of a token, and nothing besides.

Blanks are trimmed, byte pieces get their own character, marks go with their letter, and tokens that
still share characters say which part they are. At the end each is checked against what it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from attnviz.tokens.characters import clusters, fold, is_trailing, is_unseen, strip_span, strip_unseen
from attnviz.tokens.mapped import Form, Mapped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FORMS: tuple[Form | None, ...] = (None, "NFC", "NFKC")


@dataclass(slots=True)
class Place:
    """A token of one text on its way to its place.

    Attributes:
        start, end: the span; equal for a token that stands for no character.
        content: what the token says, None where that is nothing to compare.
        kind: "text"; "blank" for a token that says only blanks; "lost" while it has no place.
        approx: the place is a guess, or the token says something else than its surface.
        part: (k, n) for the k-th of n tokens that share characters.
    """

    start: int
    end: int
    content: bytes | None
    kind: Literal["text", "blank", "lost"] = "text"
    approx: bool = False
    part: tuple[int, int] | None = None


def canonical(
    text: str,
    spans: list[tuple[int, int] | None],
    contents: list[bytes | None],
    guessed: Collection[int] = (),
) -> list[Place]:
    """Places of the tokens of one text, in order; `spans` and `contents` as in `Encoding`.

    `guessed` are the indices of tokens whose span is one of several that would do.
    """
    places = [
        Place(*(span or (0, 0)), content, kind="text" if span else "lost")
        for span, content in zip(spans, contents, strict=True)
    ]
    for i in guessed:
        places[i].approx = True
    _split_runs(text, places)
    _trim(text, places)
    _fill_gaps(text, places)
    _order(places)
    _grow(text, places)
    _number_parts(places)
    _verify(text, places)
    return places


def uncovered(text: str, places: list[Place]) -> list[tuple[int, int]]:
    """Stretches of the text with something to see in them that no token covers."""
    stretches = []
    end = 0
    for start, stop in [*((place.start, place.end) for place in places), (len(text), len(text))]:
        if start > end and not is_unseen(text[end:start]):
            stretches.append(strip_unseen(text, end, start))
        end = max(end, stop)
    return stretches


def _split_runs(text: str, places: list[Place]) -> None:
    """Give each byte of an unknown run its own character, where the engine gave all of them the whole run."""
    first = 0
    while first < len(places):
        start, end = places[first].start, places[first].end
        last = first + 1
        while last < len(places) and (places[last].start, places[last].end) == (start, end):
            last += 1
        run = places[first:last]
        if last - first > 1 and end - start > 1:
            _split_run(text, start, end, run)
        first = last


def _split_run(text: str, start: int, end: int, run: list[Place]) -> None:
    said = b"".join(place.content or b"" for place in run)
    for form in _FORMS:
        source = Mapped.of(text[start:end], start)
        if form is not None:
            source = source.normalized(form)
        if source.text.encode() != said:
            continue
        # Which character each byte belongs to.
        owner = [i for i, char in enumerate(source.text) for _ in char.encode()]
        at = 0
        for place in run:
            size = len(place.content or b"")
            if size:
                place.start, place.end = source.start[owner[at]], source.end[owner[at + size - 1]]
            else:
                place.start = place.end = source.start[owner[at]] if at < len(owner) else end
            at += size
        return


def _trim(text: str, places: list[Place]) -> None:
    """Take blanks off the ends; a token that says only blanks keeps them, or stands for no character."""
    reached = 0
    for place in places:
        if place.kind == "lost":
            continue
        shown = text[place.start : place.end]
        if place.content is not None and not place.content.strip():
            place.kind = "blank"
            if shown.strip():
                # The dummy blank in front of a text borrows the span of its neighbour.
                place.end = place.start
            elif not shown and place.content and text[reached : place.start].isspace():
                # An engine that trims offsets trims a blank to nothing, at its end.
                place.start = reached
        elif shown.isspace() and (place.content is None or place.content in shown.encode()):
            # A rare blank (U+3000, U+0085), as the unknown token or byte by byte.
            place.kind = "blank"
        else:
            place.start, place.end = strip_span(text, place.start, place.end)
            if place.start == place.end:
                place.kind = "lost"
                continue
        reached = max(reached, place.end)


def _fill_gaps(text: str, places: list[Place]) -> None:
    """Let tokens without a place share what lies between their neighbours, as a guess."""
    reached = after = 0
    for lost, run in groupby(places, key=lambda place: place.kind == "lost"):
        members = list(run)
        after += len(members)
        if not lost:
            reached = max(reached, *(place.end for place in members))
            continue
        right = places[after].start if after < len(places) else len(text)
        start, end = strip_span(text, reached, max(reached, right))
        for place in members:
            place.start, place.end, place.kind, place.approx = start, end, "text", True


def _order(places: list[Place]) -> None:
    """See to it that starts never decrease: a normaliser may have changed the order of marks."""
    reached = 0
    for place in places:
        if place.start < reached:
            if place.start < place.end:
                place.approx = True
            place.start, place.end = reached, max(reached, place.end)
        reached = place.start


def _grow(text: str, places: list[Place]) -> None:
    """Extend spans to the end of their last character, where no other token claims it.

    Normalisers that compose か and its mark leave the mark out; so do those that strip accents.
    """
    claimed = bytearray(len(text))
    ending: dict[int, list[Place]] = {}
    for place in places:
        claimed[place.start : place.end] = b"\1" * (place.end - place.start)
        if place.start < place.end and place.kind != "blank":
            ending.setdefault(place.end, []).append(place)
    for start, end in clusters(text):
        at = end
        while at > start and not claimed[at - 1]:
            at -= 1
        owners = ending.get(at, []) if start < at < end else []
        if owners and (is_trailing(text[at:end]) or _says(owners, text, end)):
            for place in owners:
                place.end = end


def _number_parts(places: list[Place]) -> None:
    for unit in _units(places):
        if len(unit) > 1:
            for k, member in enumerate(unit, start=1):
                member.part = (k, len(unit))


def _verify(text: str, places: list[Place]) -> None:
    """Mark tokens whose surface differs from what they say, folded; those that share are judged together."""
    for unit in _units(places):
        if unit[0].kind != "blank" and not _says(unit, text, max(member.end for member in unit)):
            for member in unit:
                member.approx = True


def _says(unit: list[Place], text: str, end: int) -> bool:
    """Whether tokens that share characters say, folded, what stands there up to `end`; unknown ones may."""
    contents = [member.content for member in unit]
    if None in contents:
        return True
    said = b"".join(content or b"" for content in contents).decode(errors="replace")
    shown = text[unit[0].start if len(unit) == 1 else min(member.start for member in unit) : end]
    if said.strip() == shown:
        return True
    if "\ufffd" not in shown:
        # The other bytes of a blank, which was trimmed off.
        said = said.replace("\ufffd", "")
    return fold(said) == fold(shown)


def _units(places: list[Place]) -> Iterator[list[Place]]:
    """Runs of tokens that share characters; a token that shares none is a unit of its own."""
    unit: list[Place] = []
    reached = 0
    for place in places:
        if place.start == place.end:
            continue
        if unit and place.start >= reached:
            yield unit
            unit = []
        unit.append(place)
        reached = max(reached, place.end)
    if unit:
        yield unit
