"""A view: something a person can look at, as a file, as HTML, or inline in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, Unpack

from attnviz.errors import InvalidOption, OutputError
from attnviz.views.page import frame, page
from attnviz.views.payload import build

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attnviz.capture import Kind, Trace
    from attnviz.views.encoding import Encoding

ViewName: TypeAlias = Literal["head", "model", "neuron", "explore"]


class ViewOptions(TypedDict, total=False):
    """Options that every view takes, by keyword.

    Attributes:
        token: the query token that is pinned when the page opens.
        lang: the page's own words, "en" or "ja"; None follows the browser.
        encoding: "vectors" (queries and keys), "weights" (8 bits each: smaller for short texts), or "auto".
    """

    token: int | None
    lang: Literal["en", "ja"] | None
    encoding: Encoding


# Above this many bytes a saved notebook becomes a burden to itself.
INLINE_WARNING_BYTES = 10_000_000


@dataclass(frozen=True, eq=False, repr=False)
class View:
    """One or more traces, the way they are shown, and what is selected at first.

    In a notebook a view shows itself. `save` writes one HTML file that works offline.

    Attributes:
        name: "head", "model", "neuron" or "explore".
        traces: what is shown; a page with several has a switch between them.
        titles: a short name for each trace.
        initial: what the page opens with.
        lang, encoding: see `ViewOptions`.
    """

    name: ViewName
    traces: Sequence[Trace]
    titles: Sequence[str]
    initial: Mapping[str, Any] = field(default_factory=dict)
    lang: Literal["en", "ja"] | None = None
    encoding: Encoding = "auto"

    def __repr__(self) -> str:
        return f"<{self.name} view of {', '.join(repr(title) for title in self.titles)}>"

    @classmethod
    def of(
        cls,
        traces: Sequence[Trace],
        name: ViewName,
        *,
        titles: Sequence[str] | None = None,
        layer: int | None = None,
        heads: Sequence[int] | None = None,
        head: int | None = None,
        kind: Kind | None = None,
        **options: Unpack[ViewOptions],
    ) -> View:
        """A view of traces. What is selected at first may be given; the rest the page decides."""
        lang = options.get("lang")
        if lang not in (None, "en", "ja"):
            raise InvalidOption(f"lang={lang!r} is not known: the pages speak 'en' and 'ja'.")
        initial = {
            "kind": kind,
            "layer": layer,
            "heads": heads and list(heads),
            "head": head,
            "token": options.get("token"),
        }
        names = list(titles) if titles is not None else [_opening(trace) for trace in traces]
        return cls(name, list(traces), names, initial, lang, options.get("encoding", "auto"))

    def html(self) -> str:
        """The whole page, which asks for nothing outside itself."""
        return self._page(inline=False)

    def save(self, path: str | Path) -> Path:
        """Write the page to a `.html` file, and return its path.

        Raises:
            InvalidOption: another ending.
            OutputError: the file cannot be written.
        """
        target = check_target(path)
        try:
            target.write_text(self.html(), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{str(target)!r} cannot be written: {error.strerror}.") from error
        return target

    def _page(self, *, inline: bool) -> str:
        payload = build(
            self.traces,
            self.name,
            titles=self.titles,
            initial=self.initial,
            inline=inline,
            lang=self.lang,
            encoding=self.encoding,
        )
        return page(payload, self._title())

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


def check_target(path: str | Path) -> Path:
    """Whether a view may be saved there, before the work for it is done.

    Raises:
        InvalidOption: it does not end in `.html`.
        OutputError: its folder is missing, or it is a folder itself.
    """
    target = Path(path)
    if target.suffix.lower() not in {".html", ".htm"}:
        raise InvalidOption(f"{str(target)!r} does not end in .html: views are saved as HTML.")
    if target.is_dir():
        raise OutputError(f"{str(target)!r} is a folder: give the name of a file.")
    if not target.parent.is_dir():
        raise OutputError(f"{str(target)!r} cannot be written: there is no folder {str(target.parent)!r}.")
    return target


def _opening(trace: Trace, most: int = 24) -> str:
    """The first words of a text, as its name."""
    text = " ".join(trace.tokens.text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
