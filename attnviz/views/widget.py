"""The live widget: a view in a notebook whose selection Python reads and sets, drawn from a running kernel.

In the notebook stands the same sandboxed page as everywhere, without data: `static/widget.js` makes its frame
and hands it a message port. Over that go the header (`live.py`), what is selected (`selection.py`), and what
the page asks for as the person moves (`tiles.py`).
"""

from __future__ import annotations

import functools
import logging
import re
import sys
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

import anywidget
import traitlets

from attnviz.capture import Kind
from attnviz.errors import AttnvizError, InvalidOption
from attnviz.hub import first_line
from attnviz.tokens import By
from attnviz.views.choice import Hide, check_between
from attnviz.views.link import SelectionLink
from attnviz.views.opening import Over, Pane, Toward
from attnviz.views.page import bare_page, widget_module
from attnviz.views.selection import NAMES, Selection, Selector
from attnviz.views.tiles import Tiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attnviz.capture import Trace
    from attnviz.views.live import Live
    from attnviz.views.tiles import Answer

Value = TypeVar("Value")

# CSS pixels: more is no frame that anybody scrolls past.
_MOST_HEIGHT = 10_000
# A notebook's front end may speak to a kernel from a thread of its own. One lock for all widgets, because
# those that are linked change one another.
selecting = RLock()
# The page is told of all these in one message, so that it never shows a selection that its header lacks.
_TOLD_TOGETHER = frozenset({*NAMES, "_header"})
# What Python alone sets.
_OURS = frozenset({"_esm", "_document", "_header", "_height", "_title"})
# No picture, or one as PNG.
_PICTURE = re.compile(r"(data:image/png;base64,[A-Za-z0-9+/=]+)?")
_log = logging.getLogger(__name__)


class _Selected(traitlets.TraitType[Value, Value]):
    """A field of the widget's `Selection`, which alone holds what is selected.

    So a change is checked, and made to fit, together with everything else, and is seen whole or not at all.
    """

    def get(self, obj: Any, cls: Any = None) -> Any:  # noqa: ARG002  The signature of traitlets.
        return obj.selection.listed(self.name)

    def set(self, obj: Any, value: Any) -> None:
        obj.select(**{str(self.name): value})


class _All(traitlets.TraitType[Selection, Selection]):
    """All that is selected, which is told once for each change, whatever goes with it."""

    def get(self, obj: Any, cls: Any = None) -> Any:  # noqa: ARG002  The signature of traitlets.
        return obj._selected  # noqa: SLF001  A part of the widget.

    def set(self, obj: Any, value: Any) -> None:
        if not isinstance(value, Selection):
            raise InvalidOption(
                f"selection={value!r} is no selection of a widget: use select(layer=…, head=…)."
            )
        obj.select(**{name: value.listed(name) for name in NAMES})


class AttentionWidget(anywidget.AnyWidget):
    """A view that lives in a notebook; made by `view.widget()`.

    Its traits are what is selected. Each can be set in Python, follows what is done in the view, and can be
    observed (`widget.observe(print, "layer")`). A value that the trace does not have raises `OutOfRange`, one
    that is not understood `InvalidOption`, and nothing changes. What goes with a change follows by itself: a
    kind with fewer layers has the last one selected, another text or kind pins no token, other units pin the
    one that holds what was pinned.

    Attributes:
        traces: what is shown.
        current: the one of them that is shown.
        selection: all that is selected, at one moment. Who observes it hears of a change once, as a whole;
            set, it is all selected again.
        trace: the number of `current` among `traces`, from 0; not a trace itself.
        kind: the attention that is shown, a key of `current.groups`.
        layer: numbered from 0.
        heads: those whose lines are drawn, ascending.
        head: the one that is enlarged, taken apart in the neuron view, and shown in the text view.
        by: what rows and columns stand for: "token", "word" or "sentence".
        token: number of the pinned query by `by` (by token while neurons are shown), as in
            `current.tokens.units(by)`; None where nothing is pinned.
        word: the word that what is pinned belongs to, as a number of `units("word")`; None where nothing is
            pinned, or a whole sentence. Set it to pin a word: among tokens that is its first one.
        hide: what is left out of view: "special", "sinks", "particles".
        texts: of a pair or chat, queries of one text and keys of one, None for all; None for everything.
        pane: the view beside the model view of an explore widget: "head", "neuron" or "text".
        over, toward: of the text view, as in `View.of`.
        threshold: lines below this weight, 0 to 1, are not drawn.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _document = traitlets.Unicode().tag(sync=True)
    _header = traitlets.Unicode().tag(sync=True)
    _title = traitlets.Unicode().tag(sync=True)
    _height = traitlets.Int().tag(sync=True)
    # The last picture that the page drew, for when there is no kernel any more; the page sets it. None where
    # that is of no use, and none is drawn.
    _picture = traitlets.Unicode(allow_none=True).tag(sync=True, echo_update=False)

    selection = _All()
    trace = _Selected[int]().tag(sync=True)
    kind = _Selected[Kind | None]().tag(sync=True)
    pane = _Selected[Pane]().tag(sync=True)
    by = _Selected[By]().tag(sync=True)
    layer = _Selected[int]().tag(sync=True)
    heads = _Selected[list[int]]().tag(sync=True)
    head = _Selected[int]().tag(sync=True)
    hide = _Selected[list[Hide]]().tag(sync=True)
    texts = _Selected[list[int | None] | None]().tag(sync=True)
    over = _Selected[Over]().tag(sync=True)
    toward = _Selected[Toward]().tag(sync=True)
    threshold = _Selected[float]().tag(sync=True)
    word = _Selected[int | None]()
    token = _Selected[int | None]().tag(sync=True)

    # What is there before anything is shown, and once the widget is closed.
    _selected = Selection()
    traces: tuple[Trace, ...] = ()
    _selector = Selector("head", (), ())
    _tiles = Tiles(())
    _name = "AttentionWidget"
    # What the page shows as selected: what it was told or has said last.
    _shown: Mapping[str, Any] = {}

    def __init__(self, live: Live, *, height: int) -> None:
        check_between("height", height, 100, _MOST_HEIGHT, "height in CSS pixels")
        _enter_colab()
        self._take(live)
        super().__init__(_height=height, _title=live.title)
        # traitlets has made a class for this widget alone, which has no docstring.
        type(self).__doc__ = type(self).__mro__[1].__doc__
        self.on_msg(self._reply)

    def __setattr__(self, name: str, value: Any) -> None:
        # A slip of the pen would else be an attribute that nobody ever reads.
        if not name.startswith("_") and not hasattr(type(self), name):
            raise InvalidOption(f"{name}={value!r} sets nothing: what can be selected is {', '.join(NAMES)}.")
        super().__setattr__(name, value)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return widget_module()

    @traitlets.default("_document")
    def _default_document(self) -> str:
        return bare_page()

    @traitlets.default("_picture")
    def _default_picture(self) -> str | None:
        return None if _in_marimo() else ""

    def __repr__(self) -> str:
        return self._name

    @property
    def current(self) -> Trace | None:
        """The trace that is shown, `traces[trace]`; None where there is none."""
        return self.traces[self.selection.trace] if self.traces else None

    def select(self, **changes: Any) -> None:
        """Select several things at once, such as a kind with a layer that only it has.

        Args:
            changes: values of the traits above.

        Raises:
            InvalidOption: a value that is not known, or says nothing to this view.
            OutOfRange: a trace, kind, layer, head or token that is not there.
            UnsupportedModel: the neuron view of a model that has no neurons to show.
        """
        with selecting:
            self._become(self._selector.change(self.selection, changes))

    def adopt(self, **changes: Any) -> None:
        """As `select`, but what does not fit is left as it is."""
        with selecting:
            self._become(self._selector.adopt(self.selection, changes))

    def link(self, other: AttentionWidget, *names: str) -> SelectionLink:
        """Share what is selected with another widget, which takes over what is selected here.

        What the other does not have (a layer of a deeper model, another text) it leaves as it is.

        Args:
            other: the other widget.
            names: the traits to share; all of them by default.

        Returns:
            The link; its `unlink()` ends it.

        Raises:
            InvalidOption: no such trait, or no other widget.
        """
        _check_other(self, other)
        for name in names:
            if name not in NAMES:
                raise InvalidOption(f"{name!r} is nothing to share: use {', '.join(NAMES)}.")
        with selecting:
            return SelectionLink(self, other, names or [name for name in NAMES if name != "word"])

    def close(self) -> None:
        """Take the widget out of the notebook, and let go of its traces."""
        if self.comm is None:
            return  # Also where Python frees one that is closed, whatever locks that thread holds.
        with selecting:
            super().close()
            self._let_go()

    def _let_go(self) -> None:
        self._selector, self._tiles, self.traces = Selector("head", (), ()), Tiles(()), ()
        self._header = ""
        self._picture = self._default_picture()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take in what was changed in the page, all at once; it is told what does not fit."""
        # The sandboxed page says what is selected and gives a picture; the rest is not its to change.
        sync_data = {name: value for name, value in sync_data.items() if name not in _OURS}
        if not _PICTURE.fullmatch(str(sync_data.get("_picture") or "")):
            del sync_data["_picture"]
        with selecting:
            said = {name: sync_data[name] for name in NAMES if name in sync_data}
            self._shown = {**self._shown, **said}
            try:
                self._become(self._selector.adopt(self.selection, said))
            finally:
                # The page waits for the echo, which says what holds, also where an observer fails.
                super().set_state({**sync_data, **{name: self.selection.listed(name) for name in said}})

    def _take(self, live: Live, kept: Selection | None = None) -> None:
        """Show other traces.

        Args:
            live: what is shown.
            kept: what is selected, as far as these traces have it; else what the view opens with.
        """
        with selecting:
            self.traces = tuple(live.view.traces)
            self._name = repr(live.view)
            self._tiles = Tiles(self.traces)
            self._selector = Selector(live.view.name, self.traces, live.sinks)
            selection = (
                self._selector.opening(live.view.initial) if kept is None else self._selector.fit(kept)
            )
            self._become(selection, live.header(selection.initial()))

    def _become(self, selection: Selection, header: str | None = None) -> None:
        """Select that, tell the page in one message, then those who observe."""
        before, self._selected = self._selected, selection
        told = {name: selection.listed(name) for name in NAMES if name in self.keys}
        news = [name for name, value in told.items() if value != self._shown.get(name)]
        self._shown = told
        if header is not None:
            self._header = header
            news.append("_header")
        if news:
            self.send_state(news)
        changed = [name for name in NAMES if getattr(before, name) != getattr(selection, name)]
        failed: Exception | None = None
        for name in ["selection", *changed] if changed else []:
            old, new = before, selection
            if name != "selection":
                # An observer may have gone on to select something else, of which all have been told.
                if getattr(self.selection, name) != getattr(selection, name):
                    continue
                old, new = before.listed(name), selection.listed(name)
            try:
                self._notify_trait(name, old, new)
            except Exception as error:  # noqa: BLE001  One observer's failure is not the others', nor the links'.
                failed = failed or error
        if failed is not None:
            raise failed

    def notify_change(self, change: Any) -> None:
        """Tell those who observe."""
        if change["name"] in _TOLD_TOGETHER:
            # Past ipywidgets, which would tell the page again.
            traitlets.HasTraits.notify_change(self, change)
        else:
            super().notify_change(change)

    def _reply(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Answer what the page asks for; it is never left to wait."""
        if not isinstance(content, dict) or "ask" not in content:
            return
        number = content.get("id")
        try:
            value, buffers = self._answer(content)
        except AttnvizError as error:
            self.send({"id": number, "error": str(error)})
        except Exception as error:  # noqa: BLE001  A bug of ours must not leave the page waiting.
            _log.exception("%r could not answer %r.", self, content.get("ask"))
            self.send({"id": number, "error": f"{type(error).__name__}: {first_line(error)}"})
        except BaseException as error:
            self.send({"id": number, "error": f"The kernel was interrupted ({type(error).__name__})."})
            raise
        else:
            self.send({"id": number, "value": value}, buffers)

    def _answer(self, ask: Mapping[str, Any]) -> Answer:
        return self._tiles.answer(ask)


def _check_other(widget: AttentionWidget, other: object) -> None:
    if not isinstance(other, AttentionWidget) or other is widget:
        raise InvalidOption(f"{other!r} is no other widget of attnviz: link two that view.widget() made.")


@functools.cache
def _turn_on_in_colab() -> None:
    from google.colab import output

    output.enable_custom_widget_manager()


def _enter_colab() -> None:
    """Colab shows widgets that are not its own once its manager for them is on."""
    if "google.colab" in sys.modules:
        _turn_on_in_colab()


def _in_marimo() -> bool:
    """Marimo saves no widgets, and runs all cells that read one again when anything of it changes."""
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook())
