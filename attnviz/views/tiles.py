"""What a live page asks of its traces: one head, a few thumbnails, a rollout.

Asks and answers are those of `frontend/src/widget/`: an ask is JSON with its name under "ask", an answer
a JSON value and one buffer. Every answer is computed from the traces alone, which nobody changes, so asks
may come from several threads at once.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from attnviz.errors import InvalidOption
from attnviz.views.choice import numbered
from attnviz.views.chunks import Chunk
from attnviz.views.encoding import OVERVIEW_SIDE, encode_head
from attnviz.views.live import ROLLOUT, THUMBNAIL_QUERIES, THUMBNAIL_ROWS
from attnviz.views.rolled import encode_rollout, without_rollout
from attnviz.views.survey import Thumbnails, evenly_spaced, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from attnviz.capture import AttentionGroup, Trace
    from attnviz.capture.layer import AttentionLayer

# Seconds for the thumbnails of one answer: the page shows them as they come.
_OVERVIEW_SECONDS = 0.1
_NO_ROLLOUT = {
    "cross": "its queries and keys are different texts",
    "windows": "the model attends within windows",
    "long": "the text is too long for one",
}


class Answer(NamedTuple):
    """What an ask is answered with: a `value` that JSON can hold, and binary `buffers` beside it."""

    value: Any
    buffers: list[bytes]


class Tiles:
    """Answers what a page asks of these traces."""

    def __init__(self, traces: Sequence[Trace]) -> None:
        self._traces = traces
        self._answers: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
            "head": self._head,
            "overview": self._overview,
            "rollout": self._rollout,
            "ping": lambda _: Answer(None, []),
        }

    def answer(self, ask: Mapping[str, Any]) -> Answer:
        """The answer to an ask.

        Raises:
            InvalidOption: the ask is not known, or lacks something.
            OutOfRange: a trace, kind, layer or head that is not there.
        """
        asked = ask.get("ask")
        if not isinstance(asked, str) or asked not in self._answers:
            raise InvalidOption(f"The page asked for {asked!r}, but here are {', '.join(self._answers)}.")
        return self._answers[asked](ask)

    def _trace(self, ask: Mapping[str, Any]) -> Trace:
        return self._traces[numbered("trace", ask.get("trace"), len(self._traces), "text")]

    def _group(self, ask: Mapping[str, Any]) -> AttentionGroup:
        return self._trace(ask).group(ask.get("kind"))

    def _head(self, ask: Mapping[str, Any]) -> Answer:
        """One head, exact: queries and keys where a formula gives its weights, else the weights."""
        trace, kind = self._trace(ask), self._group(ask).kind
        layer: Any = ask.get("layer")
        head: Any = ask.get("head")
        chunk = Chunk("head")
        value = encode_head(trace.layer(layer, kind), trace.check_head(head, layer, kind), chunk)
        return Answer(value, [chunk.data])

    def _overview(self, ask: Mapping[str, Any]) -> Answer:
        """Thumbnails from a place on, layer by layer; as many as there is time for, and at least one."""
        group = self._group(ask)
        heads = group.heads
        first = numbered("from", ask.get("from"), group.layers * heads, "head")
        until = monotonic() + _OVERVIEW_SECONDS
        made: list[np.ndarray] = []
        for place in range(first, group.layers * heads):
            made.append(_thumbnail(group, *divmod(place, heads)))
            if monotonic() > until:
                break
        cells = np.stack(made)  # [head, cell row, cell column]
        count, rows, columns = cells.shape
        value = {"from": first, "count": count, "rows": rows, "columns": columns}
        return Answer(value, [cells.tobytes()])

    def _rollout(self, ask: Mapping[str, Any]) -> Answer:
        group = self._group(ask)
        absence = without_rollout(group)
        if absence is not None:
            raise InvalidOption(f"The {group.kind} has no rollout: {_NO_ROLLOUT[absence]}.")
        chunk = Chunk(ROLLOUT)
        return Answer(encode_rollout(group, chunk), [chunk.data])


def _look(layer: AttentionLayer, thumbnail: Thumbnails) -> None:
    """Every row of a short text, some rows of a long one."""
    if layer.queries <= THUMBNAIL_QUERIES:
        survey(layer, [thumbnail])
        return
    rows = evenly_spaced(layer.queries, THUMBNAIL_ROWS)
    weights = layer.weights(rows=rows)
    for i, row in enumerate(rows):
        thumbnail.add(range(row, row + 1), weights[:, i : i + 1])


def _thumbnail(group: AttentionGroup, layer: int, head: int) -> np.ndarray:
    """One head max-pooled, uint8 `[cell row, cell column]`; empty for a head that this layer lacks."""
    record = group[layer]
    own = record.of_head(min(head, record.heads - 1))
    thumbnail = Thumbnails(own, OVERVIEW_SIDE)
    if head < record.heads:
        _look(own, thumbnail)
    cells: np.ndarray = thumbnail.bytes()[0]
    return cells
