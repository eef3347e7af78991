"""Python programs in a process that has no transformers."""

import os
import subprocess
import sys
from pathlib import Path

import attnviz


def run_without_transformers(program: str, folder: Path) -> None:
    """Run a program in a folder; importing transformers fails in it."""
    blocked = f"import sys\nsys.modules['transformers'] = None\n{program}"
    path = str(Path(attnviz.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", blocked], cwd=folder, check=True, env=environment)
