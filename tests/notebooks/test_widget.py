"""The live widget in a real JupyterLab and Notebook 7, with real kernels behind it."""

import base64
import shutil

import numpy as np
import pytest

from tests.notebooks.jupyter import wait_until
from tests.notebooks.live import LOAD, ask, notice, press, python, spy, state, wait
from tests.views.test_chunks import decoded
from tests.views.test_encoding import weights_by

pytestmark = pytest.mark.browser

TEXT = "The dog gave the ball back because it was tired."
JAPANESE = "東北大学で自然言語処理を研究しています。"
CELLS = [
    LOAD.format(text=TEXT),
    """
widget = trace.head_view(layer=2).widget()
seen = []
widget.observe(lambda change: seen.append((change['name'], change['new'])), ['layer', 'token'])
widget""",
    "other = trace.explore(layer=1).widget()\nother",
    "widget",
    """
import time
from attnviz.demo import model_path
explorer = attnviz.load(model_path()).explorer('犬が走る。', lang='en')
explorer""",
]
# Every cell that shows a widget shows one.
WIDGETS = len(CELLS) - 1
# What JupyterLab calls it in its menu: Save Widget State Automatically.
KEEP_STATE = "() => window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')"


@pytest.fixture(scope="module")
def lab(jupyter, chromium):
    jupyter.write("widgets.ipynb", CELLS)
    with jupyter.opened(chromium, "widgets.ipynb", locale="en-US") as notebook:
        notebook.page.evaluate(KEEP_STATE)
        spy(notebook)
        notebook.run()
        yield notebook
        notebook.page.evaluate(KEEP_STATE)


@pytest.fixture(scope="module")
def trace(minilm_lens):
    return minilm_lens.trace(TEXT)


def drawn(frame):
    """The first drawing in view, as PNG in base64; an empty one of its size has some hundred characters."""
    return len(frame.locator("canvas:visible").first.evaluate("canvas => canvas.toDataURL()")) > 1500


def selected(notebook, name, value):
    """Whether Python has come to read that."""
    return python(notebook, f"print({name})") == value


def test_every_widget_draws_and_nothing_outside_is_asked_for(lab):
    for frame, layer in zip(lab.frames(WIDGETS), ["2", "1", "2", "3"], strict=True):
        wait(frame, layer=layer)
        assert drawn(frame)
    assert lab.foreign == []


def test_a_selection_set_in_python_moves_every_place_where_the_widget_is_shown(lab):
    head, explore, again, _ = lab.frames(WIDGETS)
    python(lab, "widget.select(layer=4, heads=[0, 7])")
    for frame in (head, again):
        wait(frame, layer="4", heads="0,7")
    assert state(explore, "layer") == "1"


def test_what_a_person_selects_comes_back_to_python_and_to_the_other_place(lab):
    head, _, again, _ = lab.frames(WIDGETS)
    python(lab, "widget.select(layer=3, heads=[0, 7]); seen.clear()")
    wait(head, layer="3", heads="0,7")
    press(lab, head, "]")
    wait_until(lambda: selected(lab, "widget.layer", "4"), "the layer in Python")
    press(lab, head, "ArrowDown")
    press(lab, head, "Enter")
    wait_until(lambda: selected(lab, "widget.token", "0"), "the token in Python")
    assert selected(lab, "seen", "[('layer', 4), ('token', 0)]")
    head.locator(".chip").nth(5).click()
    wait_until(lambda: selected(lab, "widget.heads", "[0, 5, 7]"), "the heads in Python")
    wait(again, layer="4", heads="0,5,7", token="0")


def test_fifty_heads_in_a_row_arrive_exact_in_the_browser(lab, trace):
    lab.frames(WIDGETS)
    places = [(layer, head) for layer in range(6) for head in range(12)][:50]
    asks = [
        {"ask": "head", "trace": 0, "kind": "encoder", "layer": layer, "head": head} for layer, head in places
    ]
    for (layer, head), answer in zip(places, ask(lab, 0, asks), strict=True):
        assert answer["error"] is None
        data = base64.b64decode(answer["bytes"])
        arrived = weights_by(lambda reference, data=data: decoded(data, reference), answer["value"])
        assert np.abs(arrived[0] - trace.attention(layer, head)).max() < 1e-6


def test_linked_widgets_share_a_selection(lab):
    head, explore, *_ = lab.frames(WIDGETS)
    python(lab, "widget.layer = 2; link = widget.link(other, 'layer')")
    wait(explore, layer="2")
    press(lab, head, "]")
    wait(explore, layer="3")
    press(lab, explore, "[")
    wait(head, layer="2")
    python(lab, "link.unlink()")


def test_a_japanese_sentence_typed_into_the_explorer_is_read_and_an_error_told_in_place(lab):
    frame = lab.frames(WIDGETS)[-1]
    field = frame.get_by_label("Text for the model to read")
    field.fill(JAPANESE)
    field.press("Enter")
    wait_until(lambda: selected(lab, "explorer.current.tokens.text", JAPANESE), "the trace in Python")
    wait(frame, trace="1")
    field.fill("犬" * 500)
    field.press("Enter")
    error = frame.get_by_role("alert")
    error.wait_for()
    assert "96" in error.inner_text()
    wait(frame, trace="1")


def test_the_explorer_is_busy_as_long_as_the_model_reads(lab):
    frame = lab.frames(WIDGETS)[-1]
    python(lab, "read = explorer._read; explorer._read = lambda *texts: (time.sleep(2), read(*texts))[1]")
    field = frame.get_by_label("Text for the model to read")
    field.fill("猫が眠る。")
    field.press("Enter")
    frame.wait_for_selector(".prompt[aria-busy=true]")
    assert frame.get_by_role("button", name="Reading").is_visible()
    # A text may take minutes: that is no sign of a kernel that is gone.
    assert notice(frame) == ""
    frame.wait_for_selector(".prompt[aria-busy=false]")
    wait(frame, trace="2")
    python(lab, "explorer._read = read")


def test_while_a_cell_runs_the_widget_goes_on(lab):
    explore = lab.frames(WIDGETS)[1]
    python(lab, "import threading; gate = threading.Event(); other.observe(lambda _: gate.set(), 'layer')")
    lab.page.evaluate(
        """() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute(
          { code: 'opened = gate.wait(30)' }); }"""
    )
    press(lab, explore, "[")
    # JupyterLab and ipykernel 7 speak of widgets on a thread of its own.
    assert selected(lab, "opened", "True")


def test_a_kernel_that_takes_its_time_is_waited_for(lab):
    explore = lab.frames(WIDGETS)[1]
    python(
        lab,
        """
answer, delays = other._answer, [3]
other._answer = lambda ask: (time.sleep(delays.pop()) if delays else None, answer(ask))[1]
other.layer = 5""",
    )
    explore.frame_element().scroll_into_view_if_needed()
    explore.wait_for_selector(".notice:visible")
    assert notice(explore) == "Waiting for the kernel …"
    python(lab, "other._answer = answer")
    wait(explore, layer="5")
    wait_until(lambda: notice(explore) == "", "the notice to go")


def test_a_saved_notebook_that_keeps_its_widgets_shows_their_pictures(lab, jupyter, chromium):
    lab.frames(WIDGETS)
    wait_until(lambda: selected(lab, "widget._picture[:22]", "data:image/png;base64,"), "a picture")
    lab.save()
    shutil.copy(lab.path, jupyter.folder / "kept.ipynb")
    jupyter.trust("kept.ipynb", True)
    with jupyter.opened(chromium, "kept.ipynb", locale="en-US") as notebook:
        frame = notebook.find("iframe", WIDGETS)[0].content_frame()
        frame.wait_for_selector(".last-picture:visible")
        assert frame.locator(".last-picture").evaluate("image => image.naturalWidth") > 200


def test_a_kernel_that_was_restarted_is_told_and_the_last_picture_stays(lab):
    frames = lab.frames(WIDGETS)
    lab.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:restart-kernel'); }")
    lab.page.locator(".jp-Dialog .jp-mod-accept").click()
    for frame in frames:
        frame.wait_for_selector(".notice.grave")
        assert "The kernel was restarted or shut down. What is shown is the last picture." in notice(frame)
        assert drawn(frame)


def test_its_cell_run_again_works_and_a_kernel_that_was_shut_down_is_told(lab):
    lab.run()
    head, *_ = lab.frames(WIDGETS)
    wait(head, layer="2")
    press(lab, head, "]")
    wait_until(lambda: selected(lab, "widget.layer", "3"), "the layer in Python")
    lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    press(lab, head, "]")
    head.wait_for_selector(".notice.grave")
    assert "To go on, run the cell again." in notice(head)
    wait(head, layer="3")
    assert drawn(head)


def test_notebook_7_shows_and_selects(jupyter, chromium):
    jupyter.write("seven.ipynb", CELLS[:2])
    with jupyter.opened(chromium, "seven.ipynb", "notebook") as notebook:
        notebook.run()
        [frame] = notebook.frames(1)
        wait(frame, layer="2")
        assert drawn(frame)
        python(notebook, "widget.layer = 4")
        wait(frame, layer="4")
        press(notebook, frame, "]")
        wait_until(lambda: selected(notebook, "widget.layer", "5"), "the layer in Python")
        assert notebook.foreign == []
