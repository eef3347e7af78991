"""The model view of MiniLM (6 × 12 heads) on a text of N tokens, beside BertViz: size, drawing, hovering.

    python -m benchmarks.model_view [--tokens 512] [--runs 5] [--no-bertviz]

Both draw the same forward pass. "drawn" is the time from opening the file in headless Chromium to the first
complete drawing; "hover" the time from a pointer move over a token to the end of the redrawing, the median of
20 tokens. BertViz's page is opened with the network on hand that a test machine has: none.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import attnviz
from attnviz import Trace
from tests.real import CHROMIUM, minilm_folder

SENTENCES = (
    "The river bank was flooded after the storm, so the bank in town closed its doors for two days. ",
    "Nobody at the office could say whether the engineer who repaired the dam had slept at all. ",
    "When the water fell, children found coins, bottles and an old violin between the stones. ",
    "Its strings were gone, yet the wood still smelled of resin and of the house it came from. ",
)


def text_of(lens: attnviz.Lens, tokens: int) -> str:
    """A text of exactly so many tokens, added ones included."""
    words = "".join(SENTENCES * (tokens // 60 + 1)).split()
    while len(attnviz.tokenize(lens.tokenizer, " ".join(words), truncate=False, max_length=10**6)) > tokens:
        words.pop()
    while len(attnviz.tokenize(lens.tokenizer, " ".join(words), max_length=10**6)) < tokens:
        words.append("and")
    return " ".join(words)


def draw(browser: Browser, path: Path) -> tuple[float, float]:
    """Milliseconds to the first complete drawing, and the median of 20 hovers, in a fresh page."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    started = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
    drawn = (time.perf_counter() - started) * 1000
    hovers = page.evaluate(HOVER)
    page.close()
    return drawn, statistics.median(hovers)


# Moves the pointer down the query column, one token after the other, and waits for each frame to be painted.
HOVER = """async () => {
  const target = document.querySelector('canvas.head-canvas');
  const box = target.getBoundingClientRect();
  const times = [];
  for (let i = 0; i < 20; i++) {
    const started = performance.now();
    const at = {bubbles: true, clientX: box.left + 60, clientY: box.top + 60 + 20 * i, pointerId: 1};
    target.dispatchEvent(new PointerEvent('pointermove', at));
    target.dispatchEvent(new MouseEvent('mousemove', at));
    await new Promise(requestAnimationFrame);
    const { port1, port2 } = new MessageChannel();
    await new Promise((done) => { port1.onmessage = done; port2.postMessage(0); });
    times.push(performance.now() - started);
  }
  return times;
}"""


def bertviz_page(trace: Trace) -> str:
    """BertViz's model view of the same weights, as the HTML it would show."""
    import torch
    from bertviz import model_view

    attention = [torch.from_numpy(trace.attention(layer))[None] for layer in range(6)]
    return str(model_view(attention, trace.tokens.raw, html_action="return").data)


def main() -> None:
    """Measure, and print one line a tool."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-bertviz", action="store_true")
    arguments = parser.parse_args()

    lens = attnviz.load(minilm_folder())
    trace = lens.trace(text_of(lens, arguments.tokens))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        path = trace.model_view().save(Path(folder) / "ours.html")
        runs = [draw(browser, path) for _ in range(arguments.runs)]
        ours = path.stat().st_size
        browser.close()
        print(f"MiniLM, 6 × 12 heads, {len(trace.tokens)} tokens, {arguments.runs} runs")
        print(
            f"attnviz   {ours / 1e6:8.2f} MB   drawn {statistics.median(r[0] for r in runs):6.0f} ms   "
            f"hover {statistics.median(r[1] for r in runs):5.1f} ms"
        )
        if not arguments.no_bertviz:
            theirs = len(bertviz_page(trace).encode("utf-8"))
            print(f"BertViz   {theirs / 1e6:8.2f} MB   draws nothing without its scripts from the web")
            print(f"ratio     {theirs / ours:8.1f}")


if __name__ == "__main__":
    main()
