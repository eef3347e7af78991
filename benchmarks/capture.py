"""What a trace costs beside the plain forward pass and beside eager attention that returns its weights.

    python -m benchmarks.capture [--models bert gpt2 small] [--tokens 512 1024 2048 4096 8192] [--runs 5]

Models of 12 layers × 12 heads (768 wide, BERT's and GPT-2's) and a small one (4 × 4, 256 wide), random
weights, one text of N tokens. Memory: the peak of the process while the model runs, the loaded model not
counted, in a process of its own for each way ("plain": SDPA, nothing kept; "trace": `lens.trace`;
"eager": `output_attentions=True`); "over plain" is what a way takes beyond the plain pass. Time: plain pass
and trace by turns in one process, medians. Where eager would not fit into memory it is left out.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# Eager attention keeps its weights and computes a layer's scores several times over.
_EAGER_LAYERS_MORE = 4
WIDE = {"layers": 12, "heads": 12, "width": 768}
MODELS = {"bert": WIDE, "gpt2": WIDE, "small": {"layers": 4, "heads": 4, "width": 256}}


def lens_of(name: str, tokens: int) -> Any:
    """A random model with room for so many tokens, and a tokenizer of one word."""
    import torch
    import transformers

    import attnviz
    from tests.tiny import word_tokenizer

    size = MODELS[name]
    torch.manual_seed(0)
    if name == "gpt2":
        config: Any = transformers.GPT2Config(
            n_layer=size["layers"], n_head=size["heads"], n_embd=size["width"], n_positions=tokens
        )
    else:
        config = transformers.BertConfig(
            num_hidden_layers=size["layers"],
            num_attention_heads=size["heads"],
            hidden_size=size["width"],
            intermediate_size=4 * size["width"],
            max_position_embeddings=tokens,
        )
    model = transformers.AutoModel.from_config(config).eval()
    return attnviz.load(model=model, tokenizer=word_tokenizer(["word"], model_max_length=tokens))


def memory(name: str, tokens: int, way: str) -> float:
    """Megabytes at the peak, beyond the loaded model."""
    import torch

    lens = lens_of(name, tokens)
    text = " ".join(["word"] * (tokens - 2))
    lens.trace("word word")  # What is imported on first use belongs to no way.
    ids = torch.tensor([lens.tokenizer(text)["input_ids"]])
    if way == "eager":
        lens.model.set_attn_implementation("eager")
    Path("/proc/self/clear_refs").write_text("5")  # Forget the peak so far.
    before = _status("VmRSS")
    with torch.no_grad():
        kept = lens.trace(text) if way == "trace" else lens.model(ids, output_attentions=way == "eager")
    peak = _status("VmHWM") - before
    del kept
    return peak


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def times(name: str, tokens: int, runs: int) -> tuple[float, float]:
    """Median seconds of the plain forward pass and of a trace, by turns."""
    import torch

    lens = lens_of(name, tokens)
    text = " ".join(["word"] * (tokens - 2))
    ids = torch.tensor([lens.tokenizer(text)["input_ids"]])
    plain, traced = [], []
    for _ in range(runs + 1):
        started = time.perf_counter()
        with torch.no_grad():
            lens.model(ids)
        between = time.perf_counter()
        lens.trace(text)
        plain.append(between - started)
        traced.append(time.perf_counter() - between)
    return statistics.median(plain[1:]), statistics.median(traced[1:])


def _apart(*arguments: str) -> Any:
    """The same script in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.capture", "--worker", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-400:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _fits(name: str, tokens: int) -> bool:
    size = MODELS[name]
    needed = (size["layers"] + _EAGER_LAYERS_MORE) * size["heads"] * tokens**2 * 4 / 2**20
    lines = Path("/proc/meminfo").read_text().splitlines()
    free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) / 1024
    return needed < 0.8 * free


def _work(arguments: list[str]) -> None:
    warnings.simplefilter("ignore")
    way, name, tokens, runs = arguments
    found = times(name, int(tokens), int(runs)) if way == "time" else memory(name, int(tokens), way)
    print(json.dumps(found))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=["bert", "gpt2"])
    parser.add_argument("--tokens", type=int, nargs="+", default=[512, 1024, 2048, 4096, 8192])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        _work(given.worker)
        return
    print("model  tokens   plain MB   trace MB   eager MB  eager:trace over plain   plain s   trace s  ratio")
    for name in given.models:
        for tokens in given.tokens:
            ways = ["plain", "trace", *(["eager"] if _fits(name, tokens) else [])]
            peak = {way: _apart(way, name, str(tokens), "0") for way in ways}
            plain, traced = _apart("time", name, str(tokens), str(given.runs))
            over = {way: peak[way] - peak["plain"] for way in ways}
            eager = f"{peak['eager']:10.0f}" if "eager" in peak else f"{'–':>10}"
            ratio = f"{over['eager'] / over['trace']:23.1f}" if "eager" in peak else f"{'–':>23}"
            print(
                f"{name:6} {tokens:6} {peak['plain']:10.0f} {peak['trace']:10.0f} {eager} {ratio} "
                f"{plain:9.2f} {traced:9.2f} {traced / plain:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
