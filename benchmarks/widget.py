"""The live widget in a real JupyterLab: how soon a view follows Python, and how soon a head arrives.

    python -m benchmarks.widget [--shapes 31x12x128 12x12x2048]

A shape is layers × heads × tokens, of the model and the text of `benchmarks.long_texts`. A JupyterLab is
started with a kernel of its own and opened in headless Chromium, and shows a head view as a widget with three
heads on. All times are milliseconds, as median and 95th percentile:

- new layer: from `time.time()` in the cell that sets `widget.layer` to the frame in which the page has drawn
  that layer, by the same clock. Each layer is one that the page has not had, so its heads are asked for.
- seen layer: the same for layers that the page still has.
- head: 50 heads are asked for in a row, each once the one before is there: from the question leaving the
  notebook's bridge to the answer reaching it, through server and kernel and back.

The weights of all 50, computed from the bytes that reached the browser by a formula of the tests' own, are
held against the trace; "off by" is the largest difference.
"""

from __future__ import annotations

import argparse
import base64
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from playwright.sync_api import sync_playwright

from tests.notebooks.jupyter import serving
from tests.notebooks.live import ask, python, spy, wait
from tests.real import CHROMIUM
from tests.views.test_chunks import decoded
from tests.views.test_encoding import weights_by

if TYPE_CHECKING:
    from tests.notebooks.jupyter import OpenNotebook

CHANGES = 30
HEADS = 50
# Notes when a layer is drawn with all its lines, asking in every frame.
WATCH = """() => {
  window.drawn = new Map();
  (function look() {
    const layer = document.querySelector('[data-drawn-layer]')?.dataset.drawnLayer;
    if (layer && !window.drawn.has(layer)) window.drawn.set(layer, Date.now());
    requestAnimationFrame(look);
  })();
}"""
SET = """import time
now = time.time()
widget.layer = {layer}
print(now * 1000)"""


def measure(server: Any, browser: Any, shape: tuple[int, int, int]) -> dict[str, list[float]]:
    """All times of one shape, and how far the weights that arrived are off."""
    load = f"from benchmarks.long_texts import trace_of\ntrace = trace_of{shape}"
    show = "widget = trace.head_view(layer=0, heads=[0, 1, 2]).widget()\nwidget"
    server.write("benchmark.ipynb", [load, show])
    with server.opened(browser, "benchmark.ipynb") as notebook:
        spy(notebook)
        notebook.run()
        [frame] = notebook.frames(1)
        wait(frame, layer="0")
        frame.evaluate(WATCH)
        layers = list(range(1, shape[0]))
        new = [follow(notebook, frame, layer) for layer in layers[:CHANGES]]
        # The last two in turn, which the page is sure to have kept.
        seen = [follow(notebook, frame, layers[-2 + i % 2]) for i in range(CHANGES)]
        times, off = heads(notebook, shape)
        return {"new layer": new, "seen layer": seen, "head": times, "off by": off}


def follow(notebook: OpenNotebook, frame: Any, layer: int) -> float:
    """From setting a layer in Python to its drawing."""
    frame.evaluate("() => window.drawn.clear()")
    said = float(python(notebook, SET.format(layer=layer)))
    frame.wait_for_function("layer => window.drawn.has(layer)", arg=str(layer))
    return float(frame.evaluate("layer => window.drawn.get(layer)", str(layer))) - said


def heads(notebook: OpenNotebook, shape: tuple[int, int, int]) -> tuple[list[float], list[float]]:
    """The times of so many heads, and how far each is off."""
    places = [divmod(number, shape[1]) for number in range(HEADS)]
    asks = [{"ask": "head", "trace": 0, "kind": "encoder", "layer": i, "head": j} for i, j in places]
    times, off = [], []
    for (layer, head), question in zip(places, asks, strict=True):
        [answer] = ask(notebook, 0, [question])
        times.append(answer["ms"])
        data = base64.b64decode(answer["bytes"])
        arrived = weights_by(lambda reference, data=data: decoded(data, reference), answer["value"])[0]
        # The kernel works in the folder of its notebook.
        python(notebook, f"import numpy; numpy.save('exact.npy', trace.attention({layer}, {head}))")
        exact = np.load(notebook.path.parent / "exact.npy")
        off.append(float(np.abs(arrived - exact).max()))
    return times, off


def main() -> None:
    """Measure every shape and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shapes", nargs="+", default=["31x12x128", "12x12x2048"])
    shapes = parser.parse_args().shapes
    print("| shape | new layer | seen layer | head | off by |\n|---|---|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        serving(Path(folder)) as server,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for shape in shapes:
            layers, count, tokens = (int(size) for size in shape.split("x"))
            found = measure(server, browser, (layers, count, tokens))
            off = max(found.pop("off by"))
            cells = [f"{np.median(times):.0f}, {np.percentile(times, 95):.0f}" for times in found.values()]
            print(f"| {shape} | {' | '.join(cells)} | {off:.1e} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
