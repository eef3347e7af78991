"""The page that `attnviz demo` writes: the embedded model on its own texts."""

from __future__ import annotations

from attnviz.demo import TEXTS, model_path
from attnviz.lens import load
from attnviz.views import View


def demo_view() -> View:
    """Every demo text, traced through the embedded model, in one explore page."""
    lens = load(model_path(), dtype="float32", name="attnviz/demo-bert-ja-en")
    traces = [lens.trace(text.text, text.pair, lang=text.lang) for text in TEXTS]
    return View.of(traces, "explore", titles=[text.title for text in TEXTS], layer=3, heads=[0, 2, 5])
