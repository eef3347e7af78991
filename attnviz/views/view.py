"""A view: something a person can look at, as a file, as HTML, or inline in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import index
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict, Unpack, get_args

from attnviz import files
from attnviz.errors import InvalidOption, OutOfRange, UnsupportedModel
from attnviz.views.encoding import check_encoding
from attnviz.views.figure import FigureOptions, check_installed, check_options, draw, png
from attnviz.views.opening import clearest_heads
from attnviz.views.page import frame, page
from attnviz.views.payload import WITH_NEURONS, build

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attnviz.capture import Kind, Trace
    from attnviz.capture.layer import AttentionLayer
    from attnviz.tokens import By
    from attnviz.views.encoding import PayloadEncoding
    from attnviz.views.payload import Payload

ViewName: TypeAlias = Literal["head", "model", "neuron", "explore"]


class Initial(TypedDict, total=False):
    """What a page opens with; what is left out the page decides.

    Attributes:
        kind: "encoder", "decoder" or "cross".
        layer: numbered from 0.
        heads: those whose lines are drawn.
        head: the one that the neuron view takes apart.
        token: the query token that is pinned; by word or sentence, the number of that unit.
        by: what rows and columns stand for.
    """

    kind: Kind
    by: By
    layer: int
    heads: list[int]
    head: int
    token: int


# Lines of so many heads are told apart at a glance.
MOST_HEADS = 3
# What else a view is saved as, beside the page.
_FIGURES = (".svg", ".png")
# Above this many bytes a saved notebook becomes a burden to itself.
INLINE_WARNING_BYTES = 10_000_000


@dataclass(frozen=True, eq=False, repr=False)
class View:
    """One or more traces, the way they are shown, and what is selected at first.

    In a notebook a view shows itself. `save` writes one HTML file that works offline, or a figure.

    Attributes:
        name: "head", "model", "neuron" or "explore".
        traces: what is shown; a page with several has a switch between them.
        titles: a short name for each trace.
        initial: what the page opens with.
        lang: the page's own words, "en" or "ja"; None follows the browser.
        encoding: "vectors" (queries and keys), "weights" (8 bits each: smaller for short texts), or "auto".
    """

    name: ViewName
    traces: Sequence[Trace]
    titles: Sequence[str]
    initial: Initial = field(default_factory=Initial)
    lang: Literal["en", "ja"] | None = None
    encoding: PayloadEncoding = "auto"

    def __repr__(self) -> str:
        return f"<{self.name} view of {', '.join(repr(title) for title in self.titles)}>"

    @classmethod
    def of(
        cls,
        traces: Sequence[Trace],
        name: ViewName,
        *,
        titles: Sequence[str] | None = None,
        kind: Kind | None = None,
        layer: int | None = None,
        heads: Sequence[int] | int | None = None,
        head: int | None = None,
        token: int | None = None,
        by: By = "token",
        lang: Literal["en", "ja"] | None = None,
        encoding: PayloadEncoding = "auto",
    ) -> View:
        """A view of traces, checked against the first of them, which the page opens with.

        Args:
            traces: what is shown.
            name: which view.
            titles: a short name for each trace; the first words of its text by default.
            kind: the attention shown first.
            layer: the layer shown first; the middle one by default, as the first ones attend to little
                but position, and the last ones to special tokens.
            heads: heads whose lines are drawn; by default the three that single out a token most clearly.
            head: the head that the neuron view takes apart; the clearest by default.
            token: the query token that is pinned; by word or sentence, the number of that unit.
            by: what rows and columns stand for: "token", "word" or "sentence".
            lang, encoding: see the attributes.

        Raises:
            InvalidOption: an option that is not known, or does not go with the view.
            OutOfRange: a kind, layer, head or token that the trace does not have.
        """
        if name not in get_args(ViewName):
            raise InvalidOption(f"view {name!r} is not known: use {', '.join(get_args(ViewName))}.")
        if not traces:
            raise InvalidOption("There are no traces to show: pass at least one.")
        if lang not in (None, "en", "ja"):
            raise InvalidOption(f"lang={lang!r} is not known: the pages speak 'en' and 'ja'.")
        check_encoding(encoding, neurons=name in WITH_NEURONS)
        names = list(titles) if titles is not None else [_opening(trace) for trace in traces]
        if len(names) != len(traces):
            raise InvalidOption(f"{len(names)} titles for {len(traces)} traces: give one for each.")
        initial = _initial(traces[0], kind=kind, layer=layer, heads=heads, head=head, token=token, by=by)
        if name == "neuron" and by != "token":
            raise InvalidOption(f"by={by!r} says nothing to a neuron view: neurons belong to tokens.")
        if name == "neuron":
            _check_neurons(traces[0].layer(initial["layer"], initial["kind"]), initial["layer"])
        return cls(name, list(traces), names, initial, lang, encoding)

    def html(self) -> str:
        """The whole page, which asks for nothing outside itself."""
        return self._page(inline=False)

    def save(self, path: str | Path, **figure: Unpack[FigureOptions]) -> Path:
        """Write the page to a `.html` file, or what it opens with as a figure; return its path.

        Args:
            path: ends in `.html`, `.svg` or `.png`; figures need the extra `figures`.
            figure: how a figure is drawn; see `FigureOptions`.

        Raises:
            InvalidOption: another ending, an option that makes no sense, or a text too long for a figure.
            MissingPackage: the extra `figures` is not installed.
            OutputError: the file cannot be written.
        """
        target = check_target(path)
        ending = target.suffix.lower()
        if ending not in _FIGURES:
            for name in figure:
                raise InvalidOption(
                    f"{name}= is for figures, and a page has no use for it: save as .svg or .png."
                )
            files.write(target, self.html().encode(errors="replace"))
            return target
        if "scale" in figure and ending == ".svg":
            raise InvalidOption(
                "scale= says nothing to an SVG, which has no pixels: use width=, or save as .png."
            )
        check_options(figure)
        drawn = self.svg(**figure)
        files.write(target, drawn.encode() if ending == ".svg" else png(drawn, figure.get("scale", 2)))
        return target

    def svg(self, **figure: Unpack[FigureOptions]) -> str:
        """What the page opens with as an SVG figure, drawn by the page's own code.

        Args:
            figure: how it is drawn; see `FigureOptions`.

        Raises:
            InvalidOption: an option that makes no sense, or a text too long for a figure.
            MissingPackage: the extra `figures` is not installed.
        """
        check_options(figure)
        return draw(self._payload(inline=False), figure)

    def _page(self, *, inline: bool) -> str:
        return page(self._payload(inline=inline), self._title())

    def _payload(self, *, inline: bool) -> Payload:
        return build(
            self.traces,
            self.name,
            titles=self.titles,
            initial=self.initial,
            inline=inline,
            lang=self.lang,
            encoding=self.encoding,
        )

    def _title(self) -> str:
        return f"{self.traces[0].model.name}: attention"

    def _repr_html_(self) -> str:
        document = self._page(inline=True)
        if len(document) > INLINE_WARNING_BYTES:
            import warnings

            warnings.warn(
                f"This view adds {len(document) / 1e6:.0f} MB to the notebook; view.save('attention.html') "
                "keeps it in a file of its own.",
                stacklevel=2,
            )
        return frame(document, self._height(), self._title())

    def _height(self) -> int:
        """A frame tall enough for a short text, and never taller than a screen; longer ones scroll inside."""
        if self.name == "explore":
            return 720
        rows = max(len(group.query_tokens) for trace in self.traces for group in trace.groups.values())
        return min(720, 150 + 17 * max(rows, 16))


def _initial(
    trace: Trace,
    *,
    kind: Kind | None,
    layer: int | None,
    heads: Sequence[int] | int | None,
    head: int | None,
    token: int | None,
    by: By,
) -> Initial:
    group = trace.group(kind)
    layer = group.layers // 2 if layer is None else index(layer)
    record = trace.layer(layer, kind)
    if heads is None:
        shown = clearest_heads(record, group.key_tokens.special, MOST_HEADS)
    else:
        shown = [index(each) for each in heads] if isinstance(heads, Iterable) else [index(heads)]
        if not shown:
            raise InvalidOption("heads=[] leaves nothing to draw: name at least one head, or leave it out.")
    head = shown[0] if head is None else index(head)
    for each in (*shown, head):
        trace.check_head(each, layer, kind)
    initial: Initial = {
        "kind": group.kind,
        "layer": layer,
        "heads": sorted(set(shown)),
        "head": head,
    }
    units = len(group.query_tokens.units(by))
    if by != "token":
        initial["by"] = by
    if token is not None:
        initial["token"] = index(token)
        if not 0 <= token < units:
            raise OutOfRange(f"token {token} asked for, but the queries are {units} {by}s, numbered from 0.")
    return initial


def _check_neurons(layer: AttentionLayer, number: int) -> None:
    if layer.formula is None:
        raise UnsupportedModel(
            f"No formula of queries and keys gives the weights of layer {number}, so there are no neurons to "
            "show: use head_view, model_view or explore."
        )


def check_target(path: str | Path) -> Path:
    """Whether a view may be saved there, before the work for it is done.

    Raises:
        InvalidOption: it does not end in `.html`, `.svg` or `.png`.
        MissingPackage: it is a figure, and the extra `figures` is not installed.
        OutputError: its folder is missing, or it is a folder itself.
    """
    form = "views are saved as HTML, and as figures in .svg and .png"
    target = files.check_target(path, (".html", ".htm", *_FIGURES), form)
    if target.suffix.lower() in _FIGURES:
        check_installed(png=target.suffix.lower() == ".png")
    return target


def _opening(trace: Trace, most: int = 24) -> str:
    """The first words of a text, as its name."""
    text = " ".join(trace.tokens.text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
