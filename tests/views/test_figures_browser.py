"""The export menu in a real browser: what it offers, what it downloads, and that it is Python's figure."""

import io
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Opened

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def english(minilm_lens):
    return minilm_lens.trace("The cat sat on the mat because it was tired.", "Who was tired?")


@pytest.fixture(scope="module")
def japanese(demo_lens):
    return demo_lens.trace("梅雨は何季の一種か？")


def saved(page: Opened, form: str, choice: str | None = None) -> tuple[str, bytes]:
    """Opens the menu, chooses a figure and a form, and returns the file's name and what is in it."""
    root = page.page
    if root.locator(".export[open]").count() == 0:
        root.locator(".export summary").click()
    if choice is not None:
        root.locator(f".export .segment[data-value={choice}]").click()
    with root.expect_download() as download:
        root.locator(f".export [data-format={form}]").click()
    name = download.value.suggested_filename
    root.wait_for_function(
        "name => document.querySelector('.export-said').textContent.includes(name)", arg=name
    )
    return name, Path(download.value.path()).read_bytes()


def elements(svg: bytes | str) -> Counter[str]:
    return Counter(each.tag for each in ET.fromstring(svg).iter())


def texts(svg: bytes | str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", ["head", "neuron", "text", "explore"])
def test_the_page_saves_the_figure_that_python_draws(opened, english, name):
    draw = getattr(english, name if name == "explore" else f"{name}_view")
    view = draw(layer=2)
    file, svg = saved(opened(view), "svg")
    assert file == f"model-{name}-layer2.svg"
    python = view.svg()
    assert elements(svg) == elements(python)
    # How much of the text behind a word has room depends on the font.
    in_full = [text for text in texts(svg) if not text.endswith("…")]
    assert in_full == [text for text in texts(python) if not text.endswith("…")]


def test_the_figure_follows_what_is_chosen_on_the_page(opened, english):
    page = opened(english.head_view(layer=2, heads=[1, 8]))
    page.page.locator(".chip[data-head='8']").click()
    page.wait("heads", "1")
    page.page.get_by_role("button", name="Next layer").click()
    page.wait("layer", "3")
    file, svg = saved(page, "svg")
    assert file == "model-head-layer3.svg"
    lines = [each for each in ET.fromstring(svg).iter(f"{SVG}path") if "C" in each.get("d", "")]
    assert len(lines) == np.count_nonzero(english.attention(3)[1] >= 0.04)


def test_an_explore_page_saves_both_views_or_either(opened, english):
    page = opened(english.explore(layer=2))
    page.page.locator(".export summary").click()
    offered = page.page.locator(".export .segment").all_inner_texts()
    assert offered == ["Both", "Model view", "Head view"]
    images = {choice: elements(saved(page, "svg", choice)[1])[f"{SVG}image"] for choice in ("head", "model")}
    assert images == {"head": 0, "model": 6 * 12 + 2}
    page.page.get_by_role("radio", name="Neuron view").first.click()
    page.wait("pane", "neuron")
    assert saved(page, "svg", "neuron")[0] == "model-neuron-layer2.svg"
    page.page.get_by_role("radio", name="Text view").first.click()
    page.wait("pane", "text")
    file, svg = saved(page, "svg", "text")
    assert file == "model-text-layer2.svg"
    assert "tired" in texts(svg)


@pytest.mark.parametrize("dark", [False, True])
def test_a_png_has_twice_the_size_and_the_pages_theme(opened, japanese, dark):
    page = opened(japanese.head_view(layer=1), dark=dark)
    _, svg = saved(page, "svg")
    file, png = saved(page, "png")
    assert file == "model-head-layer1.png"
    root = ET.fromstring(svg)
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (2 * int(root.get("width")), 2 * int(root.get("height")))
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    assert tuple(pixels[0]) == ((0x12, 0x14, 0x18) if dark else (0xFC, 0xFC, 0xFD))
    assert len(np.unique(pixels, axis=0)) > 50


def test_the_menu_is_worked_by_keyboard_and_escape_leaves_the_selection_alone(opened, english):
    page = opened(english.head_view(layer=2, token=3))
    page.page.locator(".export summary").focus()
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(".export[open]")
    page.page.keyboard.press("Tab")
    with page.page.expect_download() as download:
        page.page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".svg")
    page.page.keyboard.press("Escape")
    page.page.wait_for_selector(".export:not([open])")
    assert page.page.evaluate("() => document.activeElement.matches('.export summary')")
    assert page.state("token") == "3"


def test_a_click_beside_the_menu_closes_it(opened, english):
    page = opened(english.head_view())
    page.page.locator(".export summary").click()
    page.page.wait_for_selector(".export[open]")
    page.page.mouse.click(5, 300)
    page.page.wait_for_selector(".export:not([open])")


@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_notebooks_frame_saves_figures_too(chromium, tmp_path, japanese, form):
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html>{japanese.head_view(layer=1)._repr_html_()}", encoding="utf-8")
    page = chromium.new_page(viewport={"width": 700, "height": 800})
    faults = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(path.as_uri())
    frame = page.frames[1]
    frame.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
    frame.locator(".export summary").click()
    with page.expect_download() as download:
        frame.locator(f".export [data-format={form}]").click()
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"<svg" if form == "svg" else b"\x89PNG")
    assert faults == []
    page.close()


EVIL = "</text><img src=x>"


def test_hostile_tokens_stay_text_in_a_saved_figure(opened, english, chromium):
    view = english.head_view(layer=0)
    view.payload.header["traces"][0]["tokens"][0]["label"] = [EVIL] * len(english.tokens)
    view.payload.header["traces"][0]["model"]["name"] = f"{EVIL}/../a b"
    file, svg = saved(opened(view), "svg")
    assert file == "a-b-head-layer0.svg"
    assert texts(svg).count(EVIL) == 2 * (len(english.tokens) - 3)
    # Opened on its own, the figure runs and fetches nothing.
    page = chromium.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.set_content(f"<body>{svg.decode()}</body>")
    page.wait_for_function("() => document.querySelector('svg text') !== null")
    assert asked == []
    page.close()
