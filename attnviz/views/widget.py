"""The live widget: a view in a notebook whose selection Python reads and sets, drawn from a running kernel.

In the notebook stands the same sandboxed page as everywhere, without data: `static/widget.js` makes its frame
and hands it a message port. Over that go the header (`live.py`), what is selected (`selection.py`), and what
the page asks for as the person moves (`tiles.py`).
"""

from __future__ import annotations

import functools
import logging
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
_selecting = RLock()
_log = logging.getLogger(__name__)


class _Selected(traitlets.TraitType[Value, Value]):
    """A field of the widget's `Selection`, which alone holds what is selected.

    So a change is checked, and made to fit, together with everything else, and is seen whole or not at all.
    """

    def get(self, obj: Any, cls: Any = None) -> Any:  # noqa: ARG002  The signature of traitlets.
        return obj.selection.listed(self.name)

    def set(self, obj: Any, value: Any) -> None:
        obj.select(**{str(self.name): value})


class AttentionWidget(anywidget.AnyWidget):
    """A view that lives in a notebook; made by `view.widget()`.

    Its traits are what is selected. Each can be set in Python, follows what is done in the view, and can be
    observed (`widget.observe(print, "layer")`). A value that the trace does not have raises `OutOfRange`, one
    that is not understood `InvalidOption`, and nothing changes. What goes with a change follows by itself: a
    kind with fewer layers has the last one selected, another text or kind pins no token, other units pin the
    one that holds what was pinned.

    Attributes:
        traces: what is shown.
        selection: all that is selected, at one moment.
        trace: which of them, numbered from 0; `current` is the trace itself.
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
    _picture = traitlets.Unicode(allow_none=True).tag(sync=True)

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
    selection = Selection()
    traces: tuple[Trace, ...] = ()
    _selector = Selector("head", (), ())
    _tiles = Tiles(())
    _name = "AttentionWidget"
    # What the page is about to have selected, all of it at once.
    _arriving: Selection | None = None

    def __init__(self, live: Live, *, height: int) -> None:
        check_between("height", height, 100, _MOST_HEIGHT, "height in CSS pixels")
        _enter_colab()
        self._take(live)
        super().__init__(_height=height, _title=live.title)
        self.on_msg(self._reply)

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
        """The trace that is shown; None where there is none."""
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
        with _selecting:
            if self._arriving is not None:
                arriving, self._arriving = self._arriving, None
                self._become(arriving)
            else:
                self._become(self._selector.change(self.selection, changes))

    def adopt(self, **changes: Any) -> None:
        """As `select`, but what does not fit is left as it is."""
        with _selecting:
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
        with _selecting:
            return SelectionLink(self, other, names or [name for name in NAMES if name != "word"])

    def close(self) -> None:
        """Take the widget out of the notebook, and let go of its traces."""
        super().close()
        with _selecting:
            self._selector, self._tiles, self.traces = Selector("head", (), ()), Tiles(()), ()
            self._header = ""
            self._picture = self._default_picture()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take in what was changed in the page; it is told what does not fit any more."""
        with _selecting:
            chosen = {name: sync_data[name] for name in NAMES if name in sync_data}
            selection = self._selector.adopt(self.selection, chosen)
            fitted = {name: selection.listed(name) for name in chosen}
            self._arriving = selection if chosen else None
            try:
                super().set_state({**sync_data, **fitted})
            finally:
                self._arriving = None
            refused = [name for name in chosen if fitted[name] != chosen[name]]
            if refused:
                self.send_state(refused)

    def _take(self, live: Live, kept: Selection | None = None) -> None:
        """Show other traces.

        Args:
            live: what is shown.
            kept: what is selected, as far as these traces have it; else what the view opens with.
        """
        with _selecting:
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
        before, self.selection = self.selection, selection
        changed = [name for name in NAMES if getattr(before, name) != getattr(selection, name)]
        with self.hold_sync():
            if header is not None:
                self._header = header
            for name in set(changed) & set(self.keys):
                # Holds it back until all can go, unless the page itself has just said so.
                super()._should_send_property(name, getattr(self, name))
        for name in changed:
            # An observer may have gone on to select something else, of which all have been told.
            if getattr(self.selection, name) == getattr(selection, name):
                self._notify_trait(name, before.listed(name), selection.listed(name))

    def _should_send_property(self, key: str, value: Any) -> bool:
        # The page was told of its selection, all at once, when that changed.
        return key not in NAMES and bool(super()._should_send_property(key, value))

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
