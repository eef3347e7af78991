"""What a notebook shows of a view: one sandboxed frame that holds the page, and inside its tag a picture.

A browser draws the frame and never what stands inside the tag. Where a notebook is not trusted, and where a
site lets no frame through, a sanitizer takes the tag away and leaves what is inside: the picture, or a
sentence that says why there is none. This one form survives saving, reopening and nbconvert.
"""

from __future__ import annotations

import inspect
import logging
import warnings
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from attnviz.errors import InvalidOption, MissingPackage
from attnviz.hub import first_line
from attnviz.views.figure import draw, rasterise, size
from attnviz.views.height import height
from attnviz.views.page import SANDBOX

if TYPE_CHECKING:
    from attnviz.views.payload import Payload

# Above this many bytes a saved notebook becomes a burden to itself.
WARNING_BYTES = 10_000_000
# Of a long text the picture shows the beginning, or what is pinned: CSS pixels along the text.
_LONGEST = 720
# Pixels of the picture for each CSS pixel, where it is no wider than a column of a notebook; and its colours,
# which are enough for all lines and maps. A picture of all colours has three times the bytes.
_SCALE, _COLUMN, _COLOURS = 1.5, 920, 256
_log = logging.getLogger(__name__)

_WORDS = {
    "en": {
        "trust": "A picture of an interactive view: to explore it, trust the notebook or run the cell again.",
        "without": "This notebook shows no interactive views, and there is no picture in their place: {why}",
    },
    "ja": {
        "trust": "対話的なビューの画像です。操作するにはノートブックを信頼するかセルを再実行してください。",
        "without": "このノートブックでは対話的なビューは表示されません。代わりの画像もありません：{why}",
    },
}


@dataclass(frozen=True)
class Picture:
    """A still of a view, for where no script runs.

    Attributes:
        png: the picture; None where there is none.
        width: in CSS pixels.
        why: why there is none, and what helps.
    """

    png: bytes | None = None
    width: int = 0
    why: str = ""

    @classmethod
    def of(cls, payload: Payload) -> Picture:
        """What the page opens with, of a long text its first screen."""
        try:
            for module in ("py_mini_racer", "resvg_py", "PIL"):
                if find_spec(module) is None:
                    raise MissingPackage(
                        "install what draws it with pip install 'attnviz[figures]', and run the cell again."
                    )
            svg = draw(payload, {"enlarged": False}, longest=_LONGEST)
            width = min(_COLUMN, size(svg)[0])
            png, missing = rasterise(svg, _SCALE * width / size(svg)[0])
            small = _reduced(png)
        except (InvalidOption, MissingPackage) as error:
            return cls(why=str(error))
        except Exception as error:  # noqa: BLE001  It stands in for the view, which must be shown without it.
            _log.exception("The picture for where no script runs could not be drawn.")
            return cls(why=f"it could not be drawn ({type(error).__name__}: {first_line(error)}).")
        if missing:
            return cls(
                why=f"no font installed where it ran has {', '.join(missing)}. Install one, as Noto Sans CJK "
                "for Chinese, Japanese and Korean, and run the cell again."
            )
        return cls(small, width)

    def img(self, alt: str) -> str:
        """The image as HTML, in attributes that sanitizers let through; empty where there is none."""
        if self.png is None:
            return ""
        address = f"data:image/png;base64,{b64encode(self.png).decode('ascii')}"
        return f'<p><img alt="{escape(alt)}" width="{self.width}" src="{address}"></p>'

    def fallback(self, alt: str, lang: str | None) -> str:
        """The image and how to have more, or why there is none."""
        words = _WORDS["ja" if lang == "ja" else "en"]
        if self.png is None:
            return f"<p>{escape(alt)}. {escape(words['without'].format(why=self.why))}</p>"
        return f"{self.img(alt)}<p>{words['trust']}</p>"


def _reduced(png: bytes) -> bytes:
    """The same in fewer colours."""
    from PIL import Image

    data = BytesIO()
    with Image.open(BytesIO(png)) as image:
        # Opaque, as figures have a ground of their own.
        opaque = image.convert("RGB")
        # By their spread, not their frequency: the few pixels of a small mark keep their colour.
        reduced = opaque.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    reduced.save(data, "PNG", optimize=True)
    return data.getvalue()


def frame(document: str, header: dict[str, Any], alt: str, picture: Picture) -> str:
    """A notebook's `text/html`: the page in a sandboxed frame, and the picture inside the tag.

    Warns where that is more than a notebook should hold.

    Args:
        document: the page.
        header: of its payload.
        alt: what it shows, in words.
        picture: of the same.
    """
    shown = (
        f'<iframe title="{escape(alt)}" sandbox="{SANDBOX}" '
        f'style="width:100%;height:{height(header)}px;border:0" srcdoc="{escape(document)}">'
        f"{picture.fallback(alt, header['lang'])}</iframe>"
    )
    # A lone surrogate cannot be saved.
    data = shown.encode(errors="replace")
    shown, size = data.decode(), len(data)
    if size > WARNING_BYTES:
        warnings.warn(
            f"This view adds {size / 1e6:.0f} MB to the notebook; view.save('attention.html') "
            "keeps it in a file of its own.",
            stacklevel=_levels_to_cell(),
        )
    return shown


def _levels_to_cell() -> int:
    """How far up the stack the person's cell is: what displays a view stands in between."""
    level, here = 0, inspect.currentframe()
    while here is not None and here.f_globals.get("__name__") != "__main__":
        level, here = level + 1, here.f_back
    return level
