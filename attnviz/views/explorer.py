"""The explorer: a live widget with a prompt, which traces what is typed into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from attnviz.errors import InvalidOption
from attnviz.views.choice import check_between
from attnviz.views.live import Live, live_trace
from attnviz.views.opening import check_page
from attnviz.views.tiles import Answer
from attnviz.views.view import View
from attnviz.views.widget import AttentionWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attnviz.capture import Trace
    from attnviz.views.header import Prompt
    from attnviz.views.opening import ViewName

# CSS pixels: the views, whatever texts are typed, and the prompt above them.
_HEIGHTS: dict[ViewName, int] = {"explore": 720, "model": 720, "neuron": 640, "text": 640, "head": 520}
_PROMPT = 56
# The switch between texts shows all of them.
_MOST_KEPT = 100


@dataclass(frozen=True, eq=False)
class _Run:
    """A text that was traced, and what the page's header says of it."""

    text: str
    pair: str | None
    trace: Trace
    title: str
    described: dict[str, Any]


class Explorer(AttentionWidget):
    """A widget that traces the texts that are typed into it; made by `lens.explorer()`.

    The last few traces are kept, the newest last; what is selected stays selected as far as the next text has
    it. For the traits, see `AttentionWidget`.

    Args:
        trace: traces a text, and a second one where the model reads two.
        second: what a second text is to the model; None where it reads one alone.
        model: its name.
        text, pair: what is traced at once, if there is any.
        view: which view.
        keep: how many traces are kept.
        lang: the page's own words, "en" or "ja"; None follows the browser.
        height: of its frame in CSS pixels.

    Raises:
        InvalidOption: an option that is not known. Beside that, what `trace` raises.
    """

    def __init__(
        self,
        trace: Callable[[str, str | None], Trace],
        *,
        second: Literal["pair", "target"] | None,
        model: str,
        text: str = "",
        pair: str | None = None,
        view: ViewName = "explore",
        keep: int = 5,
        lang: Literal["en", "ja"] | None = None,
        height: int | None = None,
    ) -> None:
        check_page(view, lang)
        check_between("keep", keep, 1, _MOST_KEPT, "number of traces to keep")
        self._read = trace
        self._second: Literal["pair", "target"] | None = second
        self._model = model
        self._view = View(view, [], [], lang=lang)
        self._keep = keep
        self._runs: list[_Run] = []
        self._running = Lock()
        if text:
            self._add(text, pair)
        super().__init__(self._live(), height=_HEIGHTS[view] + _PROMPT if height is None else height)

    def __repr__(self) -> str:
        texts = ", ".join(repr(run.title) for run in self._runs)
        return f"<Explorer of {self._model}: {texts or 'no text yet'}>"

    def run(self, text: str, pair: str | None = None) -> Trace:
        """Trace a text, as its prompt does, and show it.

        Args:
            text: what the model reads. A text that is kept already is traced anew and becomes the newest.
            pair: the second text: what the decoder of an encoder-decoder model says, else what the model
                reads together with the first.

        Returns:
            The trace, which is now the last of `traces`.

        Raises:
            As `lens.trace`; what is shown stays then.
        """
        with self._running:
            if self.comm is None:
                raise InvalidOption("This explorer is closed: make another with lens.explorer().")
            self._add(text, pair)
            kept = None
            if self.traces:
                kept = replace(self.selection, trace=len(self._runs) - 1, token=None, texts=None)
            self._take(self._live(), kept)
            return self._runs[-1].trace

    def close(self) -> None:
        """Take the widget out of the notebook, and let go of its traces."""
        super().close()
        self._runs = []

    def _answer(self, ask: Mapping[str, Any]) -> Answer:
        if ask.get("ask") != "run":
            return super()._answer(ask)
        text: Any = ask.get("text")
        self.run(text, ask.get("pair") or None)
        return Answer(None, [])

    def _add(self, text: str, pair: str | None) -> None:
        """Trace a text as the newest; the oldest goes where there are too many."""
        trace = self._read(text, pair)
        self._view = View.of([trace], self._view.name, lang=self._view.lang)
        [title] = self._view.titles
        run = _Run(text, pair, trace, title, live_trace(trace, title, self._view.name))
        others = [each for each in self._runs if (each.text, each.pair) != (text, pair)]
        self._runs = [*others, run][-self._keep :]

    def _live(self) -> Live:
        """What is shown: all texts, the newest first seen."""
        runs = self._runs
        last = runs[-1] if runs else None
        prompt: Prompt = {
            "text": last.text if last else "",
            "pair": last.pair if last else None,
            "second": self._second,
        }
        view = replace(
            self._view,
            traces=[run.trace for run in runs],
            titles=[run.title for run in runs],
            initial={**self._view.initial, "trace": max(0, len(runs) - 1)},
        )
        return Live(view, f"{self._model}: attention", [run.described for run in runs], prompt)
