"""Placing tokens: how long it takes beside the tokenizer itself, and how good alignment alone is.

    python -m benchmarks.tokens speed [--characters 100000] [--runs 5] [--text FILE]
    python -m benchmarks.tokens align [--known] FILE...

"speed" tokenizes one long text with three tokenizers, first by calling them, then with `attnviz.tokenize`, in
turns; the figures are medians. "align" compares, for every family of the tests, the places that the family's
engine gives with those that alignment finds from the token strings alone. A file is a text, a paragraph a
line, or JSON: a list of objects with a "text". With --known the vocabularies are made from each file, as
those of real tokenizers know ordinary text; without it they are made from a few lines, and lack most of it.
"""

import argparse
import json
import statistics
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attnviz
from attnviz.demo import model_path
from attnviz.tokens.align import align
from attnviz.tokens.canonical import canonical
from attnviz.tokens.engines import Input, engine_for
from tests.real import minilm_folder
from tests.tokens.families import FAMILIES, LINES, build


def speed(characters: int, runs: int, source: Path | None) -> None:
    """The tokenizer's own time, ours, and their ratio."""
    line = source.read_text(encoding="utf-8") if source else "\n".join(LINES) + "\n"
    text = (line * (characters // len(line) + 1))[:characters]
    with tempfile.TemporaryDirectory() as folder:
        tokenizers = {
            "BERT fast (MiniLM)": attnviz.load(minilm_folder()).tokenizer,
            "GPT-2 byte-level": build("gpt2", Path(folder)),
            "BertJapanese (MeCab, WordPiece)": attnviz.load(model_path()).tokenizer,
        }
        print(f"{len(text)} characters, median of {runs} runs")
        for name, tokenizer in tokenizers.items():
            own, ours = [], []
            for _ in range(runs):
                own.append(_seconds(lambda t=tokenizer: t(text, verbose=False)))
                ours.append(_seconds(lambda t=tokenizer: attnviz.tokenize(t, text, max_length=10**9)))
            alone, placed = statistics.median(own), statistics.median(ours)
            bound = 3 * alone + 2
            verdict = "within" if placed < bound else "OVER"
            print(
                f"{name:32} alone {alone:6.2f} s  placed {placed:6.2f} s  ×{placed / alone:5.1f}  "
                f"{verdict} 3 × alone + 2 s = {bound:.2f} s"
            )


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def alignment(files: list[Path], *, known: bool) -> None:
    """The share of tokens that alignment alone places exactly as the engine does, by file and family."""
    # Families that have no engine but alignment judge nothing.
    names = [name for name in FAMILIES if name not in ("siglip", "marian", "ctrl", "neox-japanese")]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in files:
            texts = list(_texts(file))
            lines = texts if known else LINES
            tokenizers = {name: build(name, Path(folder), lines) for name in names}
            total = same = doubtful = 0
            print(f"\n{file.name}: {len(texts)} texts")
            for name, tokenizer in tokenizers.items():
                counts = [_compared(tokenizer, text) for text in texts]
                count, equal, approx = (sum(each) for each in zip(*counts, strict=True))
                _print(name, count, equal, approx)
                total, same, doubtful = total + count, same + equal, doubtful + approx
            _print("all", total, same, doubtful)


def _print(name: str, count: int, equal: int, approx: int) -> None:
    print(f"  {name:22} {count:7} tokens  aligned {equal / count:8.3%}  approx {approx / count:7.3%}")


def _compared(tokenizer: Any, text: str) -> tuple[int, int, int]:
    """Tokens, those that alignment places as the engine does, and those that attnviz marks as approximate."""
    encoding = engine_for(tokenizer)(tokenizer, Input(text))
    own = [i for i, segment in enumerate(encoding.segment) if segment == 0]
    contents = [encoding.content[i] for i in own]
    engine = canonical(text, [encoding.span[i] for i in own], contents)
    found = align(text, contents)
    aligned = canonical(text, found.spans, contents, found.guessed)
    # A token for a blank covers nothing to see, wherever it stands.
    equal = sum(
        (a.start, a.end) == (b.start, b.end) or not (text[a.start : a.end] + text[b.start : b.end]).strip()
        for a, b in zip(engine, aligned, strict=True)
    )
    final = attnviz.tokenize(tokenizer, text, max_length=10**9)
    return len(own), equal, sum(final.approx)


def _texts(file: Path) -> Iterator[str]:
    content = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        yield from (case["text"] for case in json.loads(content))
    elif file.suffix == ".jsonl":
        yield from (json.loads(line)["text"] for line in content.splitlines())
    else:
        yield from (line for line in content.splitlines() if line.strip())


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    timed = commands.add_parser("speed")
    timed.add_argument("--characters", type=int, default=100_000)
    timed.add_argument("--runs", type=int, default=5)
    timed.add_argument("--text", type=Path)
    compared = commands.add_parser("align")
    compared.add_argument("--known", action="store_true")
    compared.add_argument("files", type=Path, nargs="+")
    given = parser.parse_args()
    if given.command == "speed":
        speed(given.characters, given.runs, given.text)
    else:
        alignment(given.files, known=given.known)


if __name__ == "__main__":
    main()
