"""What `import attnviz` costs, beside the libraries that it leaves for later.

    python benchmarks/import_time.py [--runs 15] [--beside numpy transformers]

Each import is timed inside a fresh Python; the table shows the median and the fastest of all runs. Ours is to
stay below 0.1 s, and the exit status is 1 where it does not.
"""

import argparse
import statistics
import subprocess
import sys

LIMIT = 0.1  # seconds
PROGRAM = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def seconds(module: str, runs: int) -> list[float]:
    """The time of one import, `runs` times, after one that fills the file cache."""
    command = [sys.executable, "-c", PROGRAM.format(module)]
    times = [
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(runs + 1)
    ]
    return times[1:]


def main() -> int:
    """Print the table; status 1 when ours is too slow."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--beside", nargs="*", default=[], metavar="MODULE")
    options = parser.parse_args()
    print(f"{'import':<16}{'median':>10}{'fastest':>10}   seconds, {options.runs} runs")
    medians = {}
    for module in ("attnviz", *options.beside):
        times = seconds(module, options.runs)
        medians[module] = statistics.median(times)
        print(f"{module:<16}{medians[module]:>10.4f}{min(times):>10.4f}")
    return int(medians["attnviz"] >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
