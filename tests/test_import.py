"""What importing costs: the heavy libraries are loaded by what needs them, and by nothing earlier."""

import subprocess
import sys

import pytest

HEAVY = {"anywidget", "bertviz", "ipywidgets", "jinja2", "numpy", "pandas", "torch", "transformers"}


def loaded_by(code: str) -> set[str]:
    """The heavy libraries that a fresh Python has loaded after running the code."""
    program = f"{code}\nimport sys\nprint(*(name for name in {sorted(HEAVY)} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import attnviz", set()),
        ("import attnviz; attnviz.AttnvizError; dir(attnviz)", set()),
        ("import attnviz.errors", set()),
        ("import attnviz.demo; attnviz.demo.model_path()", set()),
        ("import attnviz.cli", set()),
        ("import attnviz; attnviz.tokenize", {"numpy"}),
        ("import attnviz; attnviz.load", {"numpy"}),
        ("import attnviz; attnviz.View", {"numpy"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code, allowed):
    assert loaded_by(code) <= allowed


def test_the_whole_package_is_importable_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "attnviz", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("attnviz ")
