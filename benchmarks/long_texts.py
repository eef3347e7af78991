"""A page of a long text: size and Python time to write, time to draw, scripts while scrolling and hovering.

    python -m benchmarks.long_texts [--shape 12x12x4096] [--views explore head model] [--budget 32MB]

A shape is layers × heads × tokens; the model has BERT's architecture (64 numbers a head) and random
weights, its queries made larger so that attention has favourites as in a trained model. The
text is made of 2,000 invented words. Writing runs in a process of its own: seconds of wall clock and of
processor, and the peak of memory beyond the model and its trace. The page opens in headless Chromium. "drawn"
is from opening the file to the first complete drawing. Of every frame while the text scrolls and the pointer
moves over it, the time of all scripts is taken from the browser's own trace; its 95th percentile is shown, in
milliseconds. "layer" is the time from asking for another layer to its drawing: one that is not complete, and
one that is. The coverage of one layer is held against all its weights, computed here by a formula of
its own, in double precision.
"""

import argparse
import ctypes
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
# What the random queries are multiplied by: scores then lie some 5 apart, as in a head that has favourites.
_SHARPNESS = 16.0


def words(count: int) -> list[str]:
    """A text of invented words, as often as Zipf's law says."""
    chance = random.Random(5)
    syllables = [c + v for c in "bdfgklmnprstv" for v in "aeiou"]
    vocabulary = sorted({"".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(2000)})
    chance.shuffle(vocabulary)
    return chance.choices(vocabulary, weights=[1 / (i + 1) for i in range(len(vocabulary))], k=count)


def trace_of(layers: int, heads: int, tokens: int) -> Any:
    """The trace of a random model over a text of so many tokens."""
    import torch
    import transformers

    import attnviz
    from tests.tiny import word_tokenizer

    torch.manual_seed(0)
    width = heads * 64
    config = transformers.BertConfig(
        num_hidden_layers=layers,
        num_attention_heads=heads,
        hidden_size=width,
        intermediate_size=width,
        max_position_embeddings=tokens,
    )
    model = transformers.AutoModel.from_config(config).eval()
    for layer in model.encoder.layer:
        layer.attention.self.query.weight.data *= _SHARPNESS
    text = words(tokens - 2)
    tokenizer = word_tokenizer(sorted(set(text)), model_max_length=tokens)
    return attnviz.load(model=model, tokenizer=tokenizer).trace(" ".join(text))


def write(shape: tuple[int, int, int], view: str, budget: str, path: str) -> dict[str, Any]:
    """Write one page, and measure what that takes."""
    trace = trace_of(*shape)
    # What the model has left behind goes back first, and the peak so far is forgotten.
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    started, worked = time.perf_counter(), time.process_time()
    options: dict[str, Any] = {"budget": budget}
    draw = trace.explore if view == "explore" else getattr(trace, f"{view}_view")
    made = draw(**options)
    made.save(path)
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = _status("VmHWM") - before
    (told,) = made.coverage.values()
    return {
        "bytes": Path(path).stat().st_size,
        "seconds": wall,
        "cpu": cpu,
        "peak": peak,
        "coverage": told.tolist(),
        "off": coverage_error(trace, made),
    }


def coverage_error(trace: Any, view: Any) -> float:
    """How far the coverage that is told is from one computed plainly, for one partial layer."""
    from tests.views.test_chunks import read

    payload = view.payload
    (group,) = payload.header["traces"][0]["groups"]
    partial = [i for i, layer in enumerate(group["layers"]) if layer["strongest"] is not None]
    if not partial:
        return 0.0
    number, layer = partial[0], group["layers"][partial[0]]
    carried, text = layer["strongest"], payload.chunks[f"t0-encoder-{partial[0]}"]
    counts = read(text, carried["counts"]).astype(int)
    steps = read(text, carried["keys"]).astype(int)
    ends = np.cumsum(counts).reshape(counts.shape)
    mass = whole = 0.0
    for head in range(layer["heads"]):
        keys = trace.keys(number, head).astype(np.float64)
        for row, query in enumerate(trace.queries(number, head).astype(np.float64)):
            powers = np.exp(keys @ query * layer["scale"])
            exact = powers / powers.sum()
            kept = np.cumsum(steps[ends[head, row] - counts[head, row] : ends[head, row]])
            mass += exact[kept].sum()
            whole += 1
            exact[kept] = 0
            assert exact.max() < carried["below"] + 1e-6
    return abs(mass / whole - layer["coverage"])


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


# Scrolls or hovers once a frame, and tells how long each step's own frame of scripts took.
GESTURES = """async ([what, count]) => {
  const frame = () => new Promise(requestAnimationFrame);
  const scroller = document.querySelector('.head-scroll') ?? document.querySelector('.model-grid');
  const grid = document.querySelector('.model-grid');
  const canvas = document.querySelector('canvas.head-canvas') ?? document.querySelector('.model-grid canvas');
  const sideways = scroller.dataset.direction === 'horizontal';
  await frame();
  performance.mark(`${what}-begins`);
  for (let i = 0; i < count; i++) {
    if (what === 'grid') grid.scrollBy({left: 9, top: 9});
    else if (what === 'scroll') scroller.scrollBy(sideways ? {left: 120} : {top: 120});
    else {
      const box = canvas.getBoundingClientRect();
      const place = what === 'hover' ? [80, 40 + (i * 17) % (box.height - 60)]
                                     : [box.width * 0.8, 40 + (i * 17) % (box.height - 60)];
      const at = {bubbles: true, clientX: box.left + place[0], clientY: box.top + place[1], pointerId: 1};
      canvas.dispatchEvent(new PointerEvent('pointermove', at));
    }
    await frame();
  }
  await frame();
  performance.mark(`${what}-ends`);
}"""


def look(path: Path, complete: list[int], partial: list[int]) -> dict[str, float]:
    """Open a page, use it, and give what was measured, in milliseconds."""
    from playwright.sync_api import sync_playwright

    from tests.real import CHROMIUM

    found: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        session = page.context.browser.new_browser_cdp_session()
        events: list[dict[str, Any]] = []
        session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
        started = time.perf_counter()
        page.goto(path.as_uri())
        page.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
        found["drawn"] = (time.perf_counter() - started) * 1000
        page.wait_for_timeout(1500)
        session.send(
            "Tracing.start",
            {
                "traceConfig": {
                    "includedCategories": ["devtools.timeline", "blink.user_timing", "toplevel"],
                    "recordMode": "recordAsMuchAsPossible",
                },
                "transferMode": "ReportEvents",
            },
        )
        grids = page.locator(".model-grid.scrolls-x, .model-grid.scrolls-y").count()
        gestures = ["scroll", "hover", "keys", *(["grid"] if grids else [])]
        for gesture in gestures:
            page.evaluate(GESTURES, [gesture, 60])
            page.wait_for_timeout(400)
        done: list[int] = []
        session.on("Tracing.tracingComplete", lambda _: done.append(1))
        session.send("Tracing.end")
        while not done:
            page.wait_for_timeout(50)
        for gesture in gestures:
            found[gesture] = frame_script(events, gesture)
        for name, numbers in (("partial layer", partial), ("complete layer", complete)):
            layer = next((number for number in numbers if str(number) != _state(page, "layer")), None)
            if layer is not None:
                found[name] = page.evaluate(LAYER, layer)
        browser.close()
    return found


def _state(page: Any, name: str) -> str:
    return page.evaluate("name => document.getElementById('attnviz').dataset[name]", name)


# Goes to a layer by the keys, and waits until its drawing is there.
LAYER = """async layer => {
  const root = document.getElementById('attnviz');
  const view = document.querySelector('.head-view');
  const frame = () => new Promise(requestAnimationFrame);
  let started = 0;
  while (Number(root.dataset.layer) !== layer) {
    const key = layer > Number(root.dataset.layer) ? ']' : '[';
    const before = root.dataset.layer;
    started = performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
    const done = () => root.dataset.layer !== before && view.dataset.drawnLayer === root.dataset.layer;
    for (let i = 0; i < 600 && !done(); i++) await frame();
    if (!done()) return NaN;
  }
  return performance.now() - started;
}"""


def frame_script(events: list[dict[str, Any]], gesture: str) -> float:
    """95th percentile of the milliseconds of script in a frame between two marks of the page."""
    marks = {event["name"]: event for event in events if event["name"].startswith(gesture)}
    first, last = marks[f"{gesture}-begins"], marks[f"{gesture}-ends"]
    thread = (first["pid"], first["tid"])
    own = [
        event
        for event in events
        if (event["pid"], event["tid"]) == thread and first["ts"] <= event["ts"] <= last["ts"]
    ]
    frames = sorted(event["ts"] for event in own if event["name"] == "FireAnimationFrame")
    starts = [first["ts"], *frames, last["ts"]]
    scripts = {
        "FunctionCall",
        "FireAnimationFrame",
        "EventDispatch",
        "TimerFire",
        "RunMicrotasks",
        "FireIdleCallback",
    }
    spans = sorted(
        (event["ts"], event["ts"] + event.get("dur", 0), event.get("tdur", event.get("dur", 0)))
        for event in own
        if event["name"] in scripts and event["ph"] == "X"
    )
    outer: list[tuple[float, float, float]] = []
    for span in spans:
        if not outer or span[0] >= outer[-1][1]:
            outer.append(span)
    edges = sorted(set(starts))
    # Callbacks of one frame begin within a millisecond of each other or run on; a frame is 16 ms.
    grouped: dict[int, float] = {}
    for start, _, worked in outer:
        number = int(np.searchsorted(edges, start, side="right"))
        grouped[number] = grouped.get(number, 0.0) + worked / 1000
    return float(np.percentile(list(grouped.values()) or [0.0], 95))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shape", nargs="+", default=["12x12x4096", "32x32x1024"])
    parser.add_argument("--views", nargs="+", default=["explore", "head", "model"])
    parser.add_argument("--budget", default="32MB")
    parser.add_argument("--keep", type=Path, help="A folder in which the pages stay.")
    parser.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        shape, view, budget, path = given.worker
        print(json.dumps(write(_shape(shape), view, budget, path)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for shape in given.shape:
            for view in given.views:
                path = (given.keep or Path(folder)) / f"{shape}-{view}.html"
                command = [sys.executable, "-m", "benchmarks.long_texts", "--worker"]
                done = subprocess.run(
                    [*command, shape, view, given.budget, str(path)],
                    cwd=ROOT,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if done.returncode:
                    raise SystemExit(f"{shape} {view} ended with {done.returncode}: {done.stderr[-600:]}")
                wrote = json.loads(done.stdout.splitlines()[-1])
                share = wrote["coverage"]
                complete = [i for i, value in enumerate(share) if value == 1]
                partial = [i for i, value in enumerate(share) if value < 1]
                mean, least, most = (100 * value for value in (np.mean(share), min(share), max(share)))
                print(
                    f"{shape} {view}: {wrote['bytes'] / 1e6:.2f} MB, written in {wrote['seconds']:.1f} s "
                    f"({wrote['cpu']:.1f} s of processor), {wrote['peak']:.0f} MB beyond the trace; coverage "
                    f"{mean:.1f} % ({least:.1f} to {most:.1f} %), complete: "
                    f"{complete or 'none'}; coverage of one layer off by {wrote['off']:.1e}",
                    flush=True,
                )
                seen = look(path, complete, partial)
                print("   " + ", ".join(f"{name} {value:.0f} ms" for name, value in seen.items()), flush=True)


def _shape(text: str) -> tuple[int, int, int]:
    layers, heads, tokens = (int(part) for part in text.split("x"))
    return layers, heads, tokens


if __name__ == "__main__":
    main()
