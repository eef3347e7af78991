"""The live widget in a real marimo, whose notebooks are programs and whose widgets are its own."""

import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from tests.notebooks.jupyter import PATIENCE, ROOT, end, ready, wait_until
from tests.notebooks.live import wait

pytestmark = pytest.mark.browser

APP = """
import marimo

app = marimo.App()


@app.cell
def _():
    import attnviz
    import marimo as mo
    from attnviz.demo import model_path

    lens = attnviz.load(model_path())
    trace = lens.trace("東北大学で自然言語処理を研究しています。")
    return lens, mo, trace


@app.cell
def _(mo, trace):
    widget = mo.ui.anywidget(trace.head_view(layer=2).widget())
    widget
    return (widget,)


@app.cell
def _(mo, widget):
    mo.md(f"layer {widget.layer}, heads {widget.heads}, picture {widget._picture}")
    return


@app.cell
def _(mo, widget):
    mo.ui.button(label="to layer 4", on_click=lambda _: setattr(widget, "layer", 4))
    return


@app.cell
def _(lens):
    explorer = lens.explorer("犬が走る。", lang="en")
    explorer
    return


if __name__ == "__main__":
    app.run()
"""


@contextmanager
def served(folder):
    """marimo with that one notebook, on a free port."""
    (folder / "app.py").write_text(APP, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--no-token", *where],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder), "HF_HUB_OFFLINE": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_until(lambda: process.poll() is not None or answers(f"{url}health"), "marimo to start")
        assert process.poll() is None, (folder / "server.log").read_text(encoding="utf-8")
        yield url
    finally:
        end(process)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def marimo(tmp_path_factory, chromium):
    """The notebook in a window that reaches nothing but marimo, and what else it has asked for."""
    with served(tmp_path_factory.mktemp("marimo")) as url:
        window = chromium.new_context(viewport={"width": 1200, "height": 1000}, locale="en-US")
        window.set_default_timeout(PATIENCE * 1000)
        page = window.new_page()
        foreign = []

        def let_through(route):
            if route.request.url.startswith((url, "data:", "blob:")):
                route.continue_()
            else:
                foreign.append(route.request.url)
                route.abort()

        page.route("**/*", let_through)
        page.goto(url)
        yield page, foreign
        window.close()


def frames(page):
    """The frames of the widget and the explorer, which marimo shows without being told how."""
    found = page.locator("iframe")
    wait_until(lambda: found.count() == 2, "two widgets")
    return [ready(element) for element in found.element_handles()]


def test_widgets_are_drawn_and_nothing_outside_is_asked_for(marimo):
    page, foreign = marimo
    for frame, layer in zip(frames(page), ["2", "3"], strict=True):
        wait(frame, layer=layer)
        picture = frame.locator("canvas:visible").first.evaluate("canvas => canvas.toDataURL()")
        assert len(picture) > 1500
    assert foreign == []


def test_what_a_person_selects_runs_the_cells_that_read_it(marimo):
    page, _ = marimo
    frame, _ = frames(page)
    page.get_by_text("layer 2, heads [0, 4, 5]").wait_for()
    frame.frame_element().scroll_into_view_if_needed()
    frame.locator(".stepper button").last.click()
    page.get_by_text("layer 3, heads [0, 4, 5]").wait_for()
    frame.locator(".chip").nth(1).click()
    # A picture that comes later would run those cells once more.
    page.get_by_text("layer 3, heads [0, 1, 4, 5], picture None").wait_for()


def test_a_selection_set_in_python_moves_the_view(marimo):
    page, _ = marimo
    frame, _ = frames(page)
    page.get_by_role("button", name="to layer 4").click()
    wait(frame, layer="4")


def test_a_text_typed_into_the_explorer_is_read(marimo):
    page, _ = marimo
    _, frame = frames(page)
    field = frame.get_by_label("Text for the model to read")
    field.fill("猫が眠る。")
    field.press("Enter")
    wait(frame, trace="1")
    assert "猫が眠る。" in frame.locator(".header").inner_text()
    field.fill("犬" * 500)
    field.press("Enter")
    error = frame.get_by_role("alert")
    error.wait_for()
    assert "96" in error.inner_text()
