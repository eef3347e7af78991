"""Views in the conditions of hosts that cannot be started here, as far as a page can copy them.

Copied are what a browser enforces: sandboxes around the output, a Content-Security-Policy over it, and
scripts that are switched off. Not copied, and so not tried, are the hosts themselves: VS Code's and Colab's
own code that hands an output to its frame, their sizes and themes, and what they do when a notebook is
reopened.
"""

import html

import pytest

from tests.notebooks.jupyter import ready, wait_until_drawn

pytestmark = pytest.mark.browser

NAMES = ["head", "model", "neuron", "text", "explore"]

# What VS Code's notebooks put over all outputs where `notebook.experimental.enableCsp` is set. Its resources
# come from addresses of its own, which stand for nothing here.
VSCODE_POLICY = (
    "default-src 'none'; script-src 'self' https://*.vscode-cdn.net 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' https://*.vscode-cdn.net 'unsafe-inline'; "
    "img-src 'self' https://*.vscode-cdn.net https: http: data:; font-src 'self' https:; "
    "connect-src https:; child-src https: data:"
)
# The frame that it has around them.
VSCODE_SANDBOX = "allow-same-origin allow-pointer-lock allow-scripts allow-downloads allow-forms"
# What Chromium says to that sandbox, which is not ours.
LAX = (
    "An iframe which has both allow-scripts and allow-same-origin for its sandbox attribute can escape its "
    "sandboxing."
)


@pytest.fixture(scope="module")
def trace(demo_lens):
    return demo_lens.trace("東北大学で自然言語処理を研究しています。")


def view_of(trace, name):
    return getattr(trace, name if name == "explore" else f"{name}_view")(layer=3)


@pytest.fixture
def host(chromium, tmp_path):
    """Opens a page that holds an output, in frames with such sandboxes, the outermost first."""
    windows = []

    def open_host(output, *, sandboxes=(), policy="", **context):
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
        document = f"<!doctype html><meta charset=utf-8>{meta}<body>{output}"
        for sandbox in reversed(sandboxes):
            around = f'<iframe sandbox="{sandbox}" style="width:980px;height:860px" srcdoc="'
            document = f'<!doctype html><meta charset=utf-8>{around}{html.escape(document)}"></iframe>'
        path = tmp_path / "host.html"
        path.write_text(document, encoding="utf-8")
        windows.append(chromium.new_context(viewport={"width": 1000, "height": 900}, **context))
        page = windows[-1].new_page()
        page.faults = []

        def hear(message):
            if message.type in ("error", "warning") and message.text != LAX:
                page.faults.append(message.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_host
    for window in windows:
        window.close()


def innermost(page):
    return page.frames[-1].frame_element()


def assert_alive(frame):
    wait_until_drawn(frame.frame_element())
    frame.locator(".stepper button").last.click()
    frame.wait_for_function("() => document.getElementById('attnviz').dataset.layer === '4'")


@pytest.mark.parametrize("name", NAMES)
def test_views_live_in_the_foreign_sandboxed_frame_of_a_host_like_colab(host, trace, name):
    """Colab gives each output a frame of another origin; ours stands in it, with no origin at all."""
    page = host(view_of(trace, name)._repr_html_(), sandboxes=["allow-scripts"])
    assert len(page.frames) == 3
    assert_alive(ready(innermost(page)))
    assert page.faults == []


@pytest.mark.parametrize("name", NAMES)
def test_views_live_under_the_policy_and_the_sandbox_of_vs_code(host, trace, name):
    """A frame's `srcdoc` inherits the policy of the page around it, beside its own."""
    page = host(view_of(trace, name)._repr_html_(), sandboxes=[VSCODE_SANDBOX], policy=VSCODE_POLICY)
    assert_alive(ready(innermost(page)))
    assert page.faults == []


@pytest.mark.parametrize("form", ["svg", "png"])
def test_figures_are_saved_under_the_policy_of_vs_code(host, trace, form):
    page = host(view_of(trace, "head")._repr_html_(), sandboxes=[VSCODE_SANDBOX], policy=VSCODE_POLICY)
    frame = ready(innermost(page))
    frame.locator(".export summary").click()
    with page.expect_download():
        frame.locator(f".export [data-format={form}]").click()
    assert page.faults == []


def test_where_frames_may_run_no_script_the_picture_is_in_the_frame(host, trace):
    """A sandbox without `allow-scripts` holds for the frames in it too."""
    page = host(view_of(trace, "head")._repr_html_(), sandboxes=[""])
    picture = page.frames[-1].locator("noscript img")
    picture.wait_for()
    box = picture.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 200
    wait_until_drawn(picture)


def test_a_host_without_frames_shows_the_picture(host, trace):
    """As a sanitizer leaves it that takes away the tag alone."""
    output = view_of(trace, "text")._repr_html_()
    inside = output[output.index(">", output.index("srcdoc=")) + 1 : output.rindex("</iframe>")]
    page = host(inside, java_script_enabled=False)
    assert page.locator("img").bounding_box()["width"] > 300
    assert "trust the notebook" in page.locator("body").inner_text()
