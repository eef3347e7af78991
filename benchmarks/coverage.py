"""Every architecture of the installed transformers: is what attnviz captures what the model attends to?

    python -m benchmarks.coverage [TYPE ...] [--jobs 2] [--seconds 120] [--gigabytes 8]

For each model type a tiny random model runs once under attnviz's capture, and a copy of it once under eager
attention that returns its weights; every layer is compared. Worker processes do this for many types, one
after the other, within limits of time and memory; what ends a worker costs its present type alone. A run
over all types writes attnviz/capture/coverage.json, and docs/coverage.md from it.
"""

import argparse
import json
import queue
import resource
import subprocess
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]

ROOT = Path(__file__).parents[1]
DATA = ROOT / "attnviz" / "capture" / "coverage.json"
PAGE = ROOT / "docs" / "coverage.md"
OUTCOMES = {
    "right": "Every layer that the model returns was captured, and differs by at most 1e-5.",
    "right within windows": "The same, where the model attends within windows; the first was compared. "
    "A trace of the whole image or sound cannot be made of them.",
    "right in eager": "The model's own implementation puts out other numbers than its eager one, so that "
    "later layers differ; where the capture looks at eager attention, all of them are right.",
    "no reference": "Attention was captured and explains the layer's output; the model returns no weights.",
    "none": "Nothing was captured and the model returns no weights.",
    "partial": "Some of the layers that the model returns were captured, the others not at all.",
    "wrong": "A captured layer differs from what the model returns by more than 1e-5.",
    "not captured": "The model returns weights, and none of its layers was captured.",
    "refused": "The capture raised an error.",
    "not built": "No tiny model that runs could be built here: this says nothing about attnviz.",
}
# What `lens.trace` feeds a model.
_FED = {"input_ids", "decoder_input_ids", "pixel_values", "image_grid_thw", "mm_token_type_ids"}
_INTRODUCTION = """# Which architectures attnviz captures

All {types} model types that transformers {transformers} has a model for (torch {torch}, CPU, float32), each
as a tiny model with random, sharpened weights that reads one short text, image or sound. Each ran once under
attnviz's capture, and a second model with the same weights once with eager attention that returns its
weights. Captured layers and returned weights were compared number by number.

Of the {judged} types that return their attention, **{right}** are captured exactly ({share:.1%}), {eager} of
them only where the model itself runs eager attention. {read} of these read texts and images, which
`lens.trace` feeds them; the others want sound, time series, boxes and the like. Made by
`python -m benchmarks.coverage`; the same as data: `attnviz/capture/coverage.json`, which `attnviz models`
prints.

| outcome | types | what it says |
|---|--:|---|
{outcomes}

Layers are those compared, of those that the model returns; without a reference, those captured. Where several
images or windows run side by side, the first is compared. The tier says where attention was listened to: in
transformers' attention interface, in torch's functions, by an adapter, or in the model's outputs.
"""


def work(types: list[str], gigabytes: int) -> None:
    """In a worker: one line of JSON for each type."""
    resource.setrlimit(resource.RLIMIT_AS, (gigabytes << 30, gigabytes << 30))
    warnings.simplefilter("ignore")
    import torch
    import transformers

    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    torch.set_num_threads(1)
    for model_type in types:
        print(json.dumps(_row(model_type)), flush=True)


def _row(model_type: str) -> Row:
    """What became of one type."""
    from tests.capture.architectures import build, types
    from tests.capture.reference import TOLERANCE, captured_layers, compare, eager_attentions

    row: Row = {"type": model_type, "model": types()[model_type]}
    try:
        model, inputs = build(model_type)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the row's remark.
        return row | {"outcome": "not built", "reason": _first_line(error)}
    row |= {"model": type(model).__name__, "reads": list(inputs)}
    try:
        references = eager_attentions(model, inputs)
    except Exception as error:  # noqa: BLE001
        references, row["reason"] = [], f"eager attention failed: {_first_line(error)}"
    row["references"] = len(references)
    try:
        layers = captured_layers(model, inputs)
        captured = [layer.weights() for layer in layers]
    except Exception as error:  # noqa: BLE001
        return row | {"outcome": "refused", "reason": _first_line(error)}
    row["layers"] = len(captured)
    row["tier"] = sorted({layer.tier for layer in layers})
    if not references:
        return row | {"outcome": "no reference" if captured else "none"}
    matched, missed, worst = compare(captured, references)
    row |= {"matched": matched, "worst": float(f"{worst:.0e}")}
    if worst > TOLERANCE:
        return row | _in_eager(model, inputs, references)
    outcome = "right within windows" if any(layer.windows > 1 for layer in layers) else "right"
    if missed:
        outcome = "not captured" if missed == len(references) else "partial"
    return row | {"outcome": outcome}


def _in_eager(model: Any, inputs: dict[str, Any], references: list[Any]) -> Row:
    """The same with the capture, too, looking at eager attention.

    A model whose own attention lies apart from its eager one puts other numbers into its second layer.
    """
    from tests.capture.reference import TOLERANCE, captured_layers, compare, eager_copy

    layers = captured_layers(eager_copy(model), inputs)
    matched, missed, worst = compare([layer.weights() for layer in layers], references)
    if missed or worst > TOLERANCE:
        return {"outcome": "wrong"}
    return {"outcome": "right in eager", "matched": matched, "worst_in_eager": float(f"{worst:.0e}")}


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {' '.join(lines[:2])[:160]}" if lines else type(error).__name__


def run(types: list[str], jobs: int, seconds: float, gigabytes: int) -> list[Row]:
    """All types in worker processes; rows in the order of their names."""
    rows: list[Row] = []
    parts = [types[i::jobs] for i in range(jobs)]
    threads = [
        threading.Thread(target=lambda part=part: _collect(part, seconds, gigabytes, rows)) for part in parts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(rows, key=lambda row: row["type"])


def _collect(types: list[str], seconds: float, gigabytes: int, rows: list[Row]) -> None:
    """Rows of some types, from as many workers one after the other as it takes."""
    while types:
        for row in _worker(types, seconds, gigabytes):
            rows.append(row)
            types = types[1:]
            print(f"{row['type']:40} {row['outcome']:14} {_remark(row)}", flush=True)


def _worker(types: list[str], seconds: float, gigabytes: int) -> Iterator[Row]:
    """Rows from one worker until it is through, or until a type ends it: then that type's row is the last."""
    command = [sys.executable, "-m", "benchmarks.coverage", "--worker", "--gigabytes", str(gigabytes), *types]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in worker.stdout or ():
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    reason = None
    for model_type in types:
        try:
            line = lines.get(timeout=seconds)
        except queue.Empty:
            worker.kill()
            reason = f"took more than {seconds:.0f} s"
            line = None
        if line is None:
            status = worker.wait()
            yield {
                "type": model_type,
                "model": "",
                "outcome": "not built",
                "reason": reason or f"ended with {status}",
            }
            return
        yield json.loads(line)
    worker.wait()


def _remark(row: Row) -> str:
    if "reason" in row:
        return str(row["reason"])
    if "matched" not in row:
        return f"{row.get('layers', 0)} layers" if row.get("layers") else ""
    return f"{row['matched']} of {row['references']} layers, worst error {row['worst']:.0e}"


def summary(rows: list[Row]) -> str:
    """Counts by outcome, and the share of right ones among types that return their attention."""
    counts = Counter(row["outcome"] for row in rows)
    right, judged = _judged(rows)
    lines = [f"{counts[outcome]:4}  {outcome}" for outcome in OUTCOMES if counts[outcome]]
    return "\n".join([*lines, f"right: {right} of {judged} types that return their attention"])


def _judged(rows: list[Row]) -> tuple[int, int]:
    """How many types are right, of how many that return their attention."""
    judged = [row for row in rows if row.get("references")]
    return sum(row["outcome"].startswith("right") for row in judged), len(judged)


def _as_json(data: dict[str, Any]) -> str:
    """One type a line."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in data["types"])
    head = json.dumps({name: value for name, value in data.items() if name != "types"})
    return f'{head[:-1]}, "types": [\n{rows}\n]}}\n'


def _is_right_for_trace(row: Row) -> bool:
    """Whether a type is right with inputs that `lens.trace` makes."""
    return row["outcome"] in {"right", "right in eager"} and set(row["reads"]) <= _FED


def page(data: dict[str, Any]) -> str:
    """The result for readers."""
    rows = data["types"]
    counts = Counter(row["outcome"] for row in rows)
    right, judged = _judged(rows)
    introduction = _INTRODUCTION.format(
        types=len(rows),
        transformers=data["transformers"],
        torch=data["torch"],
        judged=judged,
        right=right,
        share=right / judged,
        eager=counts["right in eager"],
        read=sum(_is_right_for_trace(row) for row in rows),
        outcomes="\n".join(f"| {name} | {counts[name]} | {text} |" for name, text in OUTCOMES.items()),
    )
    tables = [
        f"## {outcome.capitalize()}\n\n"
        "| type | class | tier | layers | worst error | remark |\n|---|---|---|--:|--:|---|\n"
        + "\n".join(_line(row) for row in rows if row["outcome"] == outcome)
        for outcome in OUTCOMES
        if counts[outcome]
    ]
    return "\n".join([introduction, *(f"{table}\n" for table in tables)])


def _line(row: Row) -> str:
    layers = f"{row['matched']} of {row['references']}" if "matched" in row else row.get("layers", "")
    worst = f"{row['worst']:.0e}" if "worst" in row else ""
    reason = row.get("reason", "").replace("|", "\\|").replace("<", "&lt;")
    tier = ", ".join(row.get("tier", []))
    return f"| {row['type']} | {row['model']} | {tier} | {layers} | {worst} | {reason} |"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("types", nargs="*", metavar="TYPE")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--gigabytes", type=int, default=8)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.types, given.gigabytes)
        return
    import torch
    import transformers

    from tests.capture.architectures import types

    rows = run(given.types or list(types()), given.jobs, given.seconds, given.gigabytes)
    print(summary(rows))
    if not given.types:
        data = {"transformers": transformers.__version__, "torch": torch.__version__, "types": rows}
        DATA.write_text(_as_json(data), encoding="utf-8")
        PAGE.write_text(page(data), encoding="utf-8")


if __name__ == "__main__":
    main()
