"""attnviz's head and model view side by side with BertViz's, in one run: bytes, writing, drawing, hovering.

    python -m benchmarks.views [--tokens 16 64 128 256 512] [--views head model] [--runs 5] [--json FILE]

A model of 12 layers × 12 heads, 768 wide (`benchmarks.base_sized` says which), and one text of N tokens.
Both tools write a whole HTML file from the same attentions, layer 3 first and all 12 heads on. Writing is
measured as `benchmarks.writing` says, each tool in a process of its own; drawing as `benchmarks.drawing`
says, each run in a fresh Chromium, the tools by turns. Figures are medians; ± is half the distance between
the quartiles, as a share of the median. What takes more than 20 seconds is measured once; what is not drawn
in --limit seconds, or needs more than --memory-limit megabytes, never draws.

BertViz asks for d3 5.7.0, jQuery 2.0.0 and require.js 2.3.6 from the web. They are answered from npm's
packages, so the network's time is not counted; jQuery is 2.1.0, as 2.0.0 was never published to npm.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.drawing import Drawing, cdn_scripts, draw
from benchmarks.writing import SLOW, WRITERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[1]
# BertViz keeps about 230 bytes a weight while it writes.
_WRITING_BYTES = 300
_WEIGHTS = 12 * 12


def write(tool: str, view: str, tokens: int, page: Path, runs: int) -> dict[str, Any]:
    """What `benchmarks.writing` found; a page that would not fit into memory is not written."""
    if tool == "BertViz" and _WEIGHTS * tokens**2 * _WRITING_BYTES > _available():
        return {"never": "would not fit into memory"}
    command = [sys.executable, "-m", "benchmarks.writing", tool, view, str(tokens), str(page), str(runs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"never": f"writing ended with {done.returncode}: {done.stderr[-200:]}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _available() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) * 1024


def measure(
    view: str, tokens: int, runs: int, draw_once: Callable[[str, Path], Drawing], *, tools: Iterable[str]
) -> dict[str, Any]:
    """Everything about one view at one length, by tool."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        pages = {tool: Path(folder) / f"{tool}.html" for tool in tools}
        for tool, page in pages.items():
            found[tool] = {"writing": write(tool, view, tokens, page, runs), "drawing": []}
        for _ in range(runs):
            for tool, page in pages.items():
                done: list[dict[str, Any]] = found[tool]["drawing"]
                over = done and (done[0]["never"] or done[0]["drawn"] > 1000 * SLOW)
                if page.exists() and not over:
                    done.append(draw_once(tool, page).as_dict())
    return found


# What a row of the tables is: its name, its unit, and the values of one tool.
def _writing(name: str) -> Callable[[dict[str, Any]], list[float]]:
    def values(found: dict[str, Any]) -> list[float]:
        value = found["writing"].get(name, [])
        return value if isinstance(value, list) else [value]

    return values


def _drawing(name: str) -> Callable[[dict[str, Any]], list[float]]:
    def values(found: dict[str, Any]) -> list[float]:
        taken = [run[name] for run in found["drawing"] if run[name] not in (None, [])]
        return [value for each in taken for value in (each if isinstance(each, list) else [each])]

    return values


ROWS: list[tuple[str, str, Callable[[dict[str, Any]], list[float]]]] = [
    ("HTML", "MB", lambda found: [each / 1e6 for each in _writing("bytes")(found)]),
    ("written in", "s", _writing("seconds")),
    ("memory to write", "MB", _writing("mb")),
    ("forward pass", "s", _writing("forward_seconds")),
    ("memory of the pass", "MB", _writing("forward_mb")),
    ("drawn in", "ms", _drawing("drawn")),
    ("renderer memory", "MB", _drawing("memory")),
    ("hover, script", "ms", _drawing("hover_script")),
    ("hover, main thread", "ms", _drawing("hover_task")),
    ("layer changed in", "ms", _drawing("layer")),
    ("head opened in", "ms", _drawing("head")),
]


def figure(value: float) -> str:
    """Three digits, thousands with a thin space."""
    if value >= 1000:
        return f"{value:,.0f}".replace(",", "\u2009")
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _spread(values: list[float]) -> float:
    if len(values) < 3:
        return 0
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / 2 / middle if middle else 0


def _value(values: list[float]) -> str:
    if not values:
        return "–"
    spread = _spread(values)
    return figure(statistics.median(values)) + (f" ± {spread:.0%}" if spread >= 0.01 else "")


def _cell(each: list[list[float]]) -> str:
    """Each tool's figure, and how many times ours the other's is."""
    if not any(each):
        return "–"
    ratio = ""
    if len(each) == 2 and all(each):
        ours, theirs = (statistics.median(values) for values in each)
        ratio = f" (**{figure(theirs / ours)} ×**)"
    return " : ".join(_value(values) for values in each) + ratio


def table(view: str, results: dict[int, dict[str, Any]]) -> str:
    """Markdown: a row a measure, a column a length, in each cell one figure a tool."""
    tools = list(next(iter(results.values())))
    lines = [f"**{view.capitalize()} view**, {' : '.join(tools)}", ""]
    lines.append("| tokens | " + " | ".join(str(tokens) for tokens in results) + " |")
    lines.append("|---" * (len(results) + 1) + "|")
    for name, unit, values in ROWS:
        each = [[values(found[tool]) for tool in tools] for found in results.values()]
        if any(any(found) for found in each):
            lines.append(f"| {name}, {unit} | " + " | ".join(map(_cell, each)) + " |")
    return "\n".join([*lines, *_never(results)])


def _never(results: dict[int, dict[str, Any]]) -> list[str]:
    said = [""]
    for tokens, tools in results.items():
        for tool, found in tools.items():
            reasons = [found["writing"].get("never"), *(run["never"] for run in found["drawing"])]
            said += [f"{tool} at {tokens} tokens: never drawn ({reason})." for reason in reasons if reason]
    return said if len(said) > 1 else []


def surroundings() -> dict[str, Any]:
    """What a figure means nothing without."""
    chromium = subprocess.run(["/usr/bin/chromium", "--version"], capture_output=True, text=True, check=False)
    names = ("attnviz", "bertviz", "torch", "transformers")
    cpu = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "versions": {name: version(name) for name in names} | {"python": platform.python_version()},
        "browser": " ".join(chromium.stdout.split()[:2]),
        "cpu": f"{len(cpu)} × {cpu[0].partition(':')[2].strip()}" if cpu else platform.machine(),
    }


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, nargs="+", default=[16, 64, 128, 256, 512])
    parser.add_argument("--views", nargs="+", choices=["head", "model"], default=["head", "model"])
    parser.add_argument("--tools", nargs="+", choices=list(WRITERS), default=list(WRITERS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=120, help="seconds to the first drawing")
    parser.add_argument("--memory-limit", type=float, default=8000, help="megabytes of a renderer process")
    parser.add_argument("--json", type=Path, help="write all figures to this file, too")
    given = parser.parse_args()

    around = surroundings()
    print(", ".join([*(f"{name} {number}" for name, number in around["versions"].items())]))
    print(f"{around['browser']}, {around['cpu']}, up to {given.runs} runs", flush=True)
    everything: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        scripts = cdn_scripts(Path(folder)) if "BertViz" in given.tools else {}
        for view in given.views:
            results: dict[int, dict[str, Any]] = {}
            for tokens in given.tokens:

                def draw_once(tool: str, page: Path, view: str = view, tokens: int = tokens) -> Drawing:
                    limits = {"limit": given.limit, "memory_limit": given.memory_limit}
                    return draw(tool, view, page, tokens, scripts, **limits)

                results[tokens] = measure(view, tokens, given.runs, draw_once, tools=given.tools)
                print(f"({view}, {tokens} tokens: done)", file=sys.stderr, flush=True)
                everything[view] = results
                if given.json is not None:
                    given.json.write_text(json.dumps({**around, "views": everything}, indent=1) + "\n")
            print(f"\n{table(view, results)}", flush=True)


if __name__ == "__main__":
    main()
