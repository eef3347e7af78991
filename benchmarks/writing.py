"""Writes one page of one tool in a process of its own, and says what that cost.

    python -m benchmarks.writing attnviz head 128 page.html 5

The last line is JSON: bytes of the file; seconds of each run, from the attentions (BertViz) or the trace
(attnviz) to the closed file; megabytes at the peak beyond what the process holds when it has those; and
the same two of the forward pass before it, which BertViz needs under eager attention with all weights kept.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.base_sized import HEADS, base_sized_lens, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Both tools open this layer with all heads on.
LAYER = 3
# Imports and templates are not what is measured.
_WARM_UP_TOKENS = 8
# A tool that takes so many seconds is not asked again.
SLOW = 20


def attnviz_writer(lens: Any, view: str, text: str) -> Callable[[Path], object]:
    """The forward pass, and what writes its page."""
    trace = lens.trace(text)
    options = {"layer": LAYER, "heads": range(HEADS)} if view == "head" else {}
    return lambda path: getattr(trace, f"{view}_view")(**options).save(path)


def bertviz_writer(lens: Any, view: str, text: str) -> Callable[[Path], object]:
    """The same for BertViz, as its README does it."""
    import bertviz
    import torch

    lens.model.set_attn_implementation("eager")
    ids = lens.tokenizer(text, return_tensors="pt")
    with torch.no_grad():
        attention = lens.model(**ids, output_attentions=True).attentions
    tokens = lens.tokenizer.convert_ids_to_tokens(ids["input_ids"][0])
    options = {"layer": LAYER} if view == "head" else {"display_mode": "light"}
    show = getattr(bertviz, f"{view}_view")
    return lambda path: path.write_text(
        show(attention, tokens, html_action="return", **options).data, encoding="utf-8"
    )


WRITERS = {"attnviz": attnviz_writer, "BertViz": bertviz_writer}


def status(field: str, process: int | str = "self") -> float:
    """Megabytes of a process, by a field of its status."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def measured(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """A result, the seconds it took and the megabytes at the peak."""
    Path("/proc/self/clear_refs").write_text("5")  # Forget the peak so far.
    before = status("VmRSS")
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started, status("VmHWM") - before


def main() -> None:
    """Measure as the command line says."""
    warnings.simplefilter("ignore")
    tool, view, tokens, target, runs = sys.argv[1:]
    path = Path(target)
    lens = base_sized_lens()
    WRITERS[tool](lens, view, text_of(lens, _WARM_UP_TOKENS))(path)
    text = text_of(lens, int(tokens))
    write, forward_seconds, forward_mb = measured(lambda: WRITERS[tool](lens, view, text))
    seconds, peaks = [], []
    while len(seconds) < int(runs) and (not seconds or seconds[0] < SLOW):
        _, took, peak = measured(lambda: write(path))
        seconds.append(took)
        peaks.append(peak)
    found = {
        "bytes": path.stat().st_size,
        "seconds": seconds,
        "mb": peaks[0],
        "forward_seconds": forward_seconds,
        "forward_mb": forward_mb,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
