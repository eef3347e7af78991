"""What nbconvert makes of a notebook with every view, opened without a network."""

import base64

import nbformat
import pytest
from nbconvert import HTMLExporter, LatexExporter
from traitlets.config import Config

from tests.notebooks.jupyter import ready

pytestmark = pytest.mark.browser

NAMES = ["head", "model", "neuron", "text", "explore"]


@pytest.fixture(scope="module")
def notebook(demo_lens):
    """A notebook whose outputs are what IPython makes of views."""
    from IPython.core.formatters import DisplayFormatter

    trace = demo_lens.trace("東北大学で自然言語処理を研究しています。")
    formatter = DisplayFormatter()
    cells = []
    for name in NAMES:
        view = getattr(trace, name if name == "explore" else f"{name}_view")(layer=3)
        data, metadata = formatter.format(view)
        png = data.get("image/png")
        if isinstance(png, bytes):
            data["image/png"] = base64.b64encode(png).decode("ascii")
        output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell(f"trace.{name}", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def offline(chromium, tmp_path):
    """Opens HTML in a browser without a network."""
    windows = []

    def open_html(html):
        path = tmp_path / "notebook.html"
        path.write_text(html, encoding="utf-8")
        windows.append(chromium.new_context(offline=True, viewport={"width": 1000, "height": 900}))
        page = windows[-1].new_page()
        # The template's own scripts come from the web, and the page waits for none of them.
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        return page

    yield open_html
    for window in windows:
        window.close()


def test_an_exported_notebook_shows_every_view_alive(notebook, offline):
    html, _ = HTMLExporter().from_notebook_node(notebook)
    page = offline(html)
    elements = page.locator(".jp-OutputArea-output iframe").element_handles()
    assert len(elements) == len(NAMES)
    for name, element in zip(NAMES, elements, strict=True):
        frame = ready(element)
        assert frame.evaluate("() => document.getElementById('attnviz').dataset.view") == name
        frame.locator(".stepper button").last.click()
        frame.wait_for_function("() => document.getElementById('attnviz').dataset.layer === '4'")


def test_an_exported_notebook_without_html_shows_the_pictures(notebook, offline):
    """As `--sanitize-html` leaves no frame and no image of ours, the pictures are asked for instead."""
    config = Config({"NbConvertBase": {"display_data_priority": ["image/png", "text/plain"]}})
    html, _ = HTMLExporter(sanitize_html=True, config=config).from_notebook_node(notebook)
    page = offline(html)
    pictures = page.locator(".jp-OutputArea-output img").element_handles()
    assert len(pictures) == len(NAMES)
    for picture in pictures:
        assert picture.evaluate("async img => (await img.decode(), img.clientWidth)") > 300
    assert len(page.frames) == 1
    assert "iframe" not in page.locator("body").inner_text()


def test_latex_gets_the_pictures(notebook):
    text, resources = LatexExporter().from_notebook_node(notebook)
    assert text.count(r"\adjustimage") == len(NAMES)
    assert sum(data.startswith(b"\x89PNG") for data in resources["outputs"].values()) == len(NAMES)
