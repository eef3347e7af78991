"""Every view in a real JupyterLab and Notebook 7: run, saved, opened again with and without trust."""

import shutil

import nbformat
import pytest

from tests.notebooks.jupyter import wait_until_drawn

pytestmark = pytest.mark.browser

JAPANESE = "東北大学で自然言語処理を研究しています。"
ENGLISH = "The cat sat on the mat because it was tired."
LOAD = f"""
import attnviz
from attnviz.demo import model_path
lens = attnviz.load(model_path())
japanese = lens.trace({JAPANESE!r})
english = lens.trace({ENGLISH!r})
"""
VIEWS = [
    "japanese.head_view(layer=3)",
    "english.head_view(layer=3)",
    "japanese.model_view(layer=3)",
    "english.neuron_view(layer=3)",
    "japanese.text_view(layer=3)",
    "english.explore(layer=3)",
]
APPS = ["lab", "notebook"]


@pytest.fixture(scope="module", params=APPS)
def app(request):
    return request.param


@pytest.fixture(scope="module")
def live(app, jupyter, chromium):
    """A notebook that has been run, in its window."""
    name = f"{app}.ipynb"
    jupyter.write(name, [LOAD, *VIEWS])
    # A browser that says nothing of light or dark, so that the app's theme is what counts.
    with jupyter.opened(chromium, name, app, color_scheme="null") as notebook:
        notebook.run()
        yield notebook


@pytest.fixture(scope="module")
def saved(live, app, jupyter):
    """The same as a file, which no window has open."""
    live.save()
    name = f"{app}-saved.ipynb"
    shutil.copy(live.path, jupyter.folder / name)
    return name


def state(frame, name):
    return frame.evaluate("name => document.getElementById('attnviz').dataset[name]", name)


def test_every_view_is_drawn_and_nothing_outside_is_asked_for(live):
    for frame in live.frames(len(VIEWS)):
        wait_until_drawn(frame.frame_element())
        assert state(frame, "layer") == "3"
    assert live.foreign == []


def test_every_view_answers_and_leaves_the_others_alone(live):
    frames = live.frames(len(VIEWS))
    for i, frame in enumerate(frames):
        frame.frame_element().scroll_into_view_if_needed()
        frame.locator(".stepper button").last.click()
        frame.wait_for_function("() => document.getElementById('attnviz').dataset.layer === '4'")
        assert [state(other, "layer") for other in frames] == ["4"] * (i + 1) + ["3"] * (len(frames) - i - 1)


def test_keys_reach_the_view_that_has_the_focus_and_not_the_notebook(live):
    frame = live.frames(len(VIEWS))[1]
    cells = live.page.locator(".jp-Notebook .jp-Cell").count()
    frame.locator(".head-canvas").first.click(position={"x": 5, "y": 200})
    # In a notebook's command mode, B adds a cell below and D twice deletes one.
    for key in ("ArrowDown", "ArrowDown", "b", "d", "d", "Enter"):
        live.page.keyboard.press(key)
    frame.wait_for_function("() => document.getElementById('attnviz').dataset.token !== undefined")
    assert live.page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_frames_are_as_tall_as_a_screen_at_most_and_show_no_scroll_bars_for_short_texts(live):
    for frame, view in zip(live.frames(len(VIEWS)), VIEWS, strict=True):
        height, inner = frame.evaluate("() => [innerHeight, document.documentElement.scrollHeight]")
        assert 300 < height <= 720
        # The model view has the chosen head below it, to which one scrolls.
        if "model" not in view and "explore" not in view:
            assert inner <= height
            assert frame.evaluate(SCROLLING) == []


SCROLLING = """() => [...document.querySelectorAll('#attnviz *')].filter(element =>
  /auto|scroll/.test(getComputedStyle(element).overflowY)
    && element.clientHeight > 30 && element.scrollHeight > element.clientHeight + 1
).map(element => element.className)"""


DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
PAPER = "() => getComputedStyle(document.getElementById('attnviz')).backgroundColor"


@pytest.mark.parametrize(
    ("theme", "dark", "paper"),
    [("JupyterLab Dark", True, "rgb(18, 20, 24)"), ("JupyterLab Light", False, "rgb(252, 252, 253)")],
)
def test_views_follow_the_apps_theme(live, theme, dark, paper):
    change = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
    live.page.evaluate(change, theme)
    for frame in live.frames(len(VIEWS)):
        frame.wait_for_function(f"() => {DARK} === {str(dark).lower()}")
        assert frame.evaluate(PAPER) == paper


def test_where_nobody_trusts_it_a_notebook_shows_pictures_and_runs_nothing(saved, app, jupyter, chromium):
    jupyter.trust(saved, False)
    with jupyter.opened(chromium, saved, app) as notebook:
        pictures = notebook.find("img", len(VIEWS))
        for picture in pictures:
            picture.scroll_into_view_if_needed()
            assert picture.is_visible()
            assert picture.evaluate("async img => (await img.decode(), img.naturalWidth)") > 300
            width = picture.bounding_box()["width"]
            assert 300 < width < 1000
        assert notebook.page.locator(".jp-OutputArea-output iframe").count() == 0
        assert len(notebook.page.frames) == 1
        said = notebook.page.locator(".jp-OutputArea-output p", has_text="trust the notebook")
        assert said.count() == len(VIEWS)
        # Nothing of the page or of the picture is shown as text.
        for text in notebook.page.locator(".jp-RenderedHTML").all_inner_texts():
            assert len(text) < 200
        assert notebook.foreign == []


def test_where_it_is_trusted_a_notebook_shows_its_views_again_without_running(saved, app, jupyter, chromium):
    before = nbformat.read(jupyter.folder / saved, as_version=4)
    jupyter.trust(saved, True)
    with jupyter.opened(chromium, saved, app) as notebook:
        for frame in notebook.frames(len(VIEWS)):
            assert state(frame, "layer") == "3"
    assert nbformat.read(jupyter.folder / saved, as_version=4) == before
