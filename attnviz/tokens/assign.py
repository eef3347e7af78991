"""Which word, which sentence a token belongs to: the one that it overlaps most."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.tokens.record import Slice


def overlapped_most(spans: Sequence[Slice | None], stretches: Sequence[Slice]) -> list[int | None]:
    """For each span the index of the stretch that it overlaps most, the earlier of two equals.

    Args:
        spans: the tokens' places, in order within each segment; None for added tokens.
        stretches: words or sentences, in order, none overlapping another.

    Returns:
        One entry a span: an index in `stretches`, or None where it overlaps none, as a blank does.
    """
    index: list[int | None] = []
    first = 0
    for span in spans:
        if span is None:
            index.append(None)
            continue
        while first < len(stretches) and _before(stretches[first], span):
            first += 1
        best, size = None, 0
        for at in range(first, len(stretches)):
            stretch = stretches[at]
            if (stretch.segment, stretch.start) >= (span.segment, span.end):
                break
            overlap = min(span.end, stretch.end) - max(span.start, stretch.start)
            if overlap > size:
                best, size = at, overlap
        index.append(best)
    return index


def _before(stretch: Slice, span: Slice) -> bool:
    return (stretch.segment, stretch.end) <= (span.segment, span.start)
