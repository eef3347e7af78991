"""Which word, which sentence a token belongs to: the one that it overlaps most."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.tokens.record import Slice


def overlapped_most(
    segments: Sequence[int | None],
    starts: Sequence[int | None],
    ends: Sequence[int | None],
    stretches: Sequence[Slice],
    texts: Sequence[str],
) -> list[int | None]:
    """For each token the index of the stretch that it overlaps most, the earlier of two equals.

    Args:
        segments, starts, ends: the tokens' places; None for added tokens.
        stretches: words or sentences, none overlapping another.
        texts: what the segments are.

    Returns:
        One entry a token: an index in `stretches`, or None where it overlaps none, as a blank does.
    """
    owners: list[list[int | None]] = [[None] * len(text) for text in texts]
    for index, stretch in enumerate(stretches):
        owners[stretch.segment][stretch.start : stretch.end] = [index] * (stretch.end - stretch.start)
    found: list[int | None] = []
    for segment, start, end in zip(segments, starts, ends, strict=True):
        if segment is None or start is None or end is None or start == end:
            found.append(None)
            continue
        own = owners[segment]
        if own[start] == own[end - 1] and own[start] is not None:
            found.append(own[start])
            continue
        counts = Counter(index for index in own[start:end] if index is not None)
        # A counter lists equals in the order of their coming.
        found.append(counts.most_common(1)[0][0] if counts else None)
    return found
