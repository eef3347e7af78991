"""A view: something a person can look at, as a file, as HTML, or inline in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Unpack

import numpy as np

from attnviz import files
from attnviz.errors import InvalidOption
from attnviz.views.budget import BUDGET, parse_budget
from attnviz.views.encoding import check_encoding
from attnviz.views.figure import FigureOptions, check_installed, check_options, draw, png
from attnviz.views.notebook import Picture, frame
from attnviz.views.opening import (
    Initial,
    Over,
    Pane,
    Toward,
    ViewName,
    check_neurons,
    check_page,
    check_pane,
    complete_layers,
    in_view,
    reading,
    selection,
)
from attnviz.views.page import page
from attnviz.views.payload import WITH_NEURONS, Payload, build

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attnviz.capture import Kind, Trace
    from attnviz.tokens import By
    from attnviz.views.choice import Hide
    from attnviz.views.encoding import PayloadEncoding
    from attnviz.views.widget import AttentionWidget

# What else a view is saved as, beside the page.
_FIGURES = (".svg", ".png")


@dataclass(frozen=True, eq=False, repr=False)
class View:
    """One or more traces, the way they are shown, and what is selected at first.

    In a notebook a view shows itself. `save` writes one HTML file that works offline, or a figure.

    Attributes:
        name: "head", "model", "neuron", "text" or "explore".
        traces: what is shown; a page with several has a switch between them.
        titles: a short name for each trace.
        initial: what the page opens with.
        lang: the page's own words, "en" or "ja"; None follows the browser.
        encoding: "vectors" (queries and keys), "weights" (8 bits each: smaller for short texts), or "auto".
        budget: bytes that the page may have. Where that is too little for all weights, the page carries the
            overview of every head, the complete `layers`, and the strongest keys of every query row of the
            others, and says so; see `coverage`.
        layers: the layers that must be complete; None for the one shown first, if there is room for it.
    """

    name: ViewName
    traces: Sequence[Trace]
    titles: Sequence[str]
    initial: Initial = field(default_factory=Initial)
    lang: Literal["en", "ja"] | None = None
    encoding: PayloadEncoding = "auto"
    budget: int = parse_budget(BUDGET)
    layers: Sequence[int] | None = None

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
        by: By | None = None,
        pane: Pane = "head",
        over: Over | None = None,
        toward: Toward | None = None,
        hide: Sequence[Hide] | Hide = (),
        texts: tuple[int | None, int | None] | None = None,
        lang: Literal["en", "ja"] | None = None,
        encoding: PayloadEncoding = "auto",
        budget: str | int | None = None,
        layers: Sequence[int] | int | None = None,
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
            head: the one that the neuron view takes apart and the text view shows; the clearest by default.
            token: the query token that is pinned; by word or sentence, the number of that unit.
            by: what rows and columns stand for: "token", "word" or "sentence"; words by default in the text
                view, tokens in all others.
            pane: the view that an explore page shows first beside the model view: "head", "neuron" or "text".
            over: what the text view is tinted by: "head" (default), "mean" of the layer, or "rollout".
            toward: whether it shows the "keys" that a unit attends to (default), or the "queries" that
                attend to it.
            hide: what is left out of view: "special" (special tokens), "sinks" (keys that take a large share
                whatever the query says), "particles" (Japanese ones, with by="word"). Rows are rescaled to
                what they summed to.
            texts: of a pair or a chat, queries of one text and keys of one, as (0, 1) for what the first
                attends to in the second; None stands for all. Rows are not rescaled.
            lang, encoding: see the attributes.
            budget: how large the page may become, as "16MB" or in bytes; 32 MB by default.
            layers: layers that must be complete where the budget leaves no room for all; by default `layer`,
                where that is given. The neuron view always has the one that it opens with.

        Raises:
            InvalidOption: an option that is not known, or does not go with the view.
            OutOfRange: a kind, layer, head or token that the trace does not have.
        """
        check_page(name, lang)
        if not traces:
            raise InvalidOption("There are no traces to show: pass at least one.")
        check_encoding(encoding, neurons=name in WITH_NEURONS)
        names = list(titles) if titles is not None else [first_words(trace.tokens.text) for trace in traces]
        if len(names) != len(traces):
            raise InvalidOption(f"{len(names)} titles for {len(traces)} traces: give one for each.")
        by = ("word" if name == "text" else "token") if by is None else by
        initial = selection(traces[0], kind=kind, layer=layer, heads=heads, head=head, token=token, by=by)
        initial.update(in_view(traces[0].group(kind), hide=hide, texts=texts, by=by, token=token))
        initial.update(reading(name, over, toward))
        if pane != "head":
            initial["pane"] = check_pane(name, pane)
        if name == "neuron":
            check_neurons(traces[0], initial)
        complete = complete_layers(
            traces[0], kind, layers, layer, initial["layer"] if name == "neuron" else None
        )
        size = parse_budget(BUDGET if budget is None else budget)
        return cls(name, list(traces), names, initial, lang, encoding, size, complete)

    @property
    def coverage(self) -> dict[Kind, np.ndarray]:
        """The share of the attention mass that the page carries, by kind, float64 `[layer]`.

        It is 1 for layers that are complete, and else the sum of the weights that are kept over the sum of
        all. Of several traces, that of the first.
        """
        groups = self.payload.header["traces"][0]["groups"]
        return {
            group["kind"]: np.array([layer["coverage"] for layer in group["layers"]], dtype=np.float64)
            for group in groups
        }

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

    def widget(self, *, height: int | None = None) -> AttentionWidget:
        """The view as a live widget in a notebook, whose selection Python reads and sets.

        It shows what this view does, asks the kernel for each head's exact weights as they are looked at, and
        so knows no `budget`: any text that was traced can be explored whole. See `AttentionWidget`.

        Args:
            height: of its frame in CSS pixels; what suits the view by default.

        Raises:
            InvalidOption: no such height.
        """
        from attnviz.views.live import Live
        from attnviz.views.widget import AttentionWidget

        live = Live.of(self, self._title())
        return AttentionWidget(live, height=live.height if height is None else height)

    def svg(self, **figure: Unpack[FigureOptions]) -> str:
        """What the page opens with as an SVG figure, drawn by the page's own code.

        Args:
            figure: how it is drawn; see `FigureOptions`.

        Raises:
            InvalidOption: an option that makes no sense, or a text too long for a figure.
            MissingPackage: the extra `figures` is not installed.
        """
        check_options(figure)
        return draw(self.payload, figure)

    @cached_property
    def payload(self) -> Payload:
        """What the page carries, worked out once: a long text takes seconds."""
        return build(
            self.traces,
            self.name,
            titles=self.titles,
            initial=self.initial,
            inline=False,
            lang=self.lang,
            encoding=self.encoding,
            budget=self.budget,
            layers=self.layers,
            title=self._title(),
        )

    def _page(self, *, inline: bool) -> str:
        payload = self.payload
        payload = replace(payload, header={**payload.header, "inline": inline})
        return page(payload, self._title(), self._picture.img(self._alt()) if inline else "")

    def _title(self) -> str:
        return f"{self.traces[0].model.name}: attention"

    def _repr_html_(self) -> str:
        return frame(self._page(inline=True), self.payload.header, self._alt(), self._picture)

    def _repr_png_(self) -> bytes | None:
        """The same picture alone, for what knows no HTML: LaTeX, PDF, slides."""
        return self._picture.png

    def _alt(self) -> str:
        return f"{self._title()}, {self.name} view of “{self.titles[0]}”"

    @cached_property
    def _picture(self) -> Picture:
        return Picture.of(self.payload)


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


def first_words(source: str, most: int = 24) -> str:
    """The first words of a text, as its name."""
    text = " ".join(source.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
