"""Several widgets with one selection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.views.widget import AttentionWidget


class SelectionLink:
    """Two widgets that share what is selected, until `unlink` is called or one of them is closed.

    What one of them has and the other has not (a layer of a deeper model) the other leaves as it is.
    """

    def __init__(self, first: AttentionWidget, second: AttentionWidget, names: Sequence[str]) -> None:
        self._names = names
        self._passing = False
        self._observed: list[tuple[AttentionWidget, Any, str]] = [
            (first, partial(self._pass_on, second), "selection"),
            (second, partial(self._pass_on, first), "selection"),
            (first, self._closed, "comm"),
            (second, self._closed, "comm"),
        ]
        second.adopt(**{name: getattr(first, name) for name in names})
        for widget, observer, of in self._observed:
            widget.observe(observer, of)

    def unlink(self) -> None:
        """Let each go its own way; what is selected stays."""
        observed, self._observed = self._observed, []
        for widget, observer, of in observed:
            widget.unobserve(observer, of)

    def _pass_on(self, other: AttentionWidget, change: Any) -> None:
        if self._passing:
            return  # What the other changed in turn is its own.
        # What holds now: one who observes may have gone on to select something else.
        before, after, now = change["old"], change["new"], change["owner"].selection
        changed = [name for name in self._names if getattr(before, name) != getattr(after, name)]
        self._passing = True
        try:
            other.adopt(**{name: now.listed(name) for name in changed})
        finally:
            self._passing = False

    def _closed(self, change: Any) -> None:
        if change["new"] is None:
            self.unlink()
