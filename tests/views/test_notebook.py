"""A view in a notebook: one frame with the page, the picture inside its tag, its height, and its size."""

import base64
import html
import json
import re
import sys
import warnings
import xml.etree.ElementTree as ET
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

import attnviz
from attnviz.views import View, figure, notebook
from attnviz.views.height import height

NAMES = ["head", "model", "neuron", "text", "explore"]
JAPANESE = "東北大学で自然言語処理を研究しています。"
ENGLISH = "The cat sat on the mat because it was tired."


@pytest.fixture(scope="module")
def trace(demo_lens):
    return demo_lens.trace(JAPANESE)


@pytest.fixture(scope="module")
def shown(trace):
    """What IPython gets of each view."""
    return {name: View.of([trace], name, layer=3)._repr_html_() for name in NAMES}


def parts(output: str) -> tuple[str, str]:
    """The frame's tag, and what stands in it."""
    found = re.fullmatch(r"<iframe ([^>]*)>(.*)</iframe>", output, re.DOTALL)
    assert found is not None
    return found[1], found[2]


def picture_in(inside: str) -> Image.Image:
    (address,) = re.findall(r'src="data:image/png;base64,([^"]*)"', inside)
    return Image.open(BytesIO(base64.b64decode(address)))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_gets_one_sandboxed_frame_that_holds_the_page(shown, name):
    tag, _ = parts(shown[name])
    assert 'sandbox="allow-scripts allow-downloads"' in tag
    page = html.unescape(re.search(r'srcdoc="([^"]*)"', tag)[1])
    header = json.loads(re.search(r'id="attnviz-payload">(.*?)</script>', page)[1])
    assert (header["view"], header["inline"], header["initial"]["layer"]) == (name, True, 3)


@pytest.mark.parametrize("name", NAMES)
def test_inside_the_tag_stands_a_small_picture_in_what_sanitizers_let_through(shown, name):
    _, inside = parts(shown[name])
    assert set(re.findall(r"<(\w+)", inside)) == {"p", "img"}
    (image,) = re.findall(r"<img ([^>]*)>", inside)
    assert re.findall(r'(\w+)="[^"]*"', image) == ["alt", "width", "src"]
    assert f"{name} view of" in html.unescape(image)
    picture = picture_in(inside)
    assert picture.width >= int(re.search(r'width="(\d+)"', image)[1]) > 300
    assert len(inside) < 200_000 * 4 / 3


@pytest.mark.parametrize("name", ["head", "neuron", "text"])
def test_the_picture_is_what_the_view_opens_with_in_nearly_the_same_colours(trace, name):
    view = View.of([trace], name, layer=3)
    svg = view.svg()
    width = min(notebook._COLUMN, figure.size(svg)[0])
    own = figure.png(svg, notebook._SCALE * width / figure.size(svg)[0])
    with Image.open(BytesIO(own)) as exact, Image.open(BytesIO(view._repr_png_())) as reduced:
        assert exact.size == reduced.size
        difference = np.asarray(exact.convert("RGB"), int) - np.asarray(reduced.convert("RGB"), int)
    assert np.abs(difference).max() < 25


def test_the_same_picture_is_for_what_knows_no_html(trace):
    view = trace.text_view()
    _, inside = parts(view._repr_html_())
    assert view._repr_png_() == base64.b64decode(re.search(r'base64,([^"]*)', inside)[1])


def test_the_picture_says_how_to_have_the_view_in_the_views_language(trace):
    assert "trust the notebook" in parts(trace.text_view()._repr_html_())[1]
    assert "ノートブックを信頼する" in parts(trace.text_view(lang="ja")._repr_html_())[1]


@pytest.mark.parametrize("module", ["py_mini_racer", "resvg_py", "PIL"])
def test_without_the_extra_a_sentence_takes_the_pictures_place(trace, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    view = trace.head_view()
    tag, inside = parts(view._repr_html_())
    assert "pip install 'attnviz[figures]'" in html.unescape(inside)
    assert "<img" not in inside + html.unescape(tag)
    assert view._repr_png_() is None


@pytest.mark.parametrize("broken", ["draw", "rasterise", "_reduced"])
def test_a_picture_that_fails_takes_no_view_with_it(trace, monkeypatch, caplog, broken):
    def fail(*_, **__):
        raise RuntimeError("no <V8> here\nand more")

    monkeypatch.setattr(notebook, broken, fail)
    view = trace.head_view()
    tag, inside = parts(view._repr_html_())
    assert "srcdoc=" in tag
    assert "<img" not in inside
    assert "no picture in their place: it could not be drawn (RuntimeError: no <V8> here)." in html.unescape(
        inside
    )
    assert "<V8>" not in inside
    assert view._repr_png_() is None
    assert "Traceback" in caplog.text


def test_without_a_font_a_sentence_takes_the_pictures_place(trace, monkeypatch):
    class Poor(figure.Fonts):
        def __init__(self, families):
            dejavu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
            super().__init__(families, skip_system_fonts=True, font_files=[dejavu])

    monkeypatch.setattr(figure, "Fonts", Poor)
    _, inside = parts(trace.head_view()._repr_html_())
    assert re.search(r"no font installed where it ran has CJK.*Noto Sans CJK", inside)


def test_no_title_ends_the_tag_that_it_stands_in(trace):
    evil = "</iframe>\"'><script>parent.ran = true</script>"
    output = View.of([trace], "text", titles=[evil])._repr_html_()
    assert output.count("</iframe") == 1
    assert "<script" not in output


LONG = [f"word{i}" for i in range(600)]


@pytest.fixture(scope="module")
def long():
    """A text that no figure has room for: every token attends to itself and the one before."""
    weights = np.eye(len(LONG)) + np.eye(len(LONG), k=-1)
    weights /= weights.sum(axis=1, keepdims=True)
    return attnviz.from_attentions(weights[None, None].astype(np.float32), LONG)


@pytest.mark.parametrize("token", [None, 300])
@pytest.mark.parametrize("name", ["head", "text"])
def test_of_a_long_text_the_picture_shows_the_first_screen_or_what_is_pinned(long, name, token):
    view = View.of([long], name, layer=0, heads=[0], by="token", token=token)
    svg = figure.draw(view.payload, {}, longest=notebook._LONGEST)
    found = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    text = " ".join("".join(each.itertext()) for each in found)
    said = set(re.findall(r"word\d+", text))
    first = token or 0
    assert {f"word{first}", f"word{first + 5}"} <= said
    assert f"word{first + 590}" not in said
    assert re.search(r"tokens \d+–\d+ of 600", text)
    assert figure.size(svg)[1] < 1300
    with Image.open(BytesIO(view._repr_png_())) as image:
        assert image.width > 300


# The frame's height


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", [ENGLISH, ENGLISH * 5, JAPANESE, JAPANESE * 4])
def test_a_frame_is_never_taller_than_a_screen(demo_lens, name, text):
    view = View.of([demo_lens.trace(text)], name)
    assert 280 <= height(view.payload.header) <= 720
    assert f"height:{height(view.payload.header)}px" in parts(view._repr_html_())[0]


@pytest.mark.parametrize("name", ["head_view", "neuron_view", "text_view"])
def test_longer_texts_have_taller_frames_until_they_scroll(minilm_lens, name):
    traces = [minilm_lens.trace(text) for text in ("It rains.", ENGLISH, ENGLISH * 4, ENGLISH * 20)]
    heights = [height(getattr(trace, name)().payload.header) for trace in traces]
    assert heights == sorted(heights)
    assert heights[1] < heights[2] <= heights[-1] == 720


def test_a_text_that_runs_as_a_line_needs_no_more_height_when_it_is_longer(demo_lens):
    heights = {height(demo_lens.trace(JAPANESE * n).head_view().payload.header) for n in (1, 4)}
    assert len(heights) == 1


def test_a_page_of_several_texts_is_as_tall_as_the_longest_needs(demo_lens):
    traces = [demo_lens.trace(text) for text in ("It rains.", ENGLISH)]
    alone = [height(each.neuron_view().payload.header) for each in traces]
    assert height(View.of(traces, "neuron").payload.header) == max(alone) > min(alone)


def test_rows_of_words_need_less_height_than_those_of_tokens(minilm_lens):
    trace = minilm_lens.trace("Unbelievably overgeneralised tokenisations misinterpreted.")
    by_word = height(trace.head_view(by="word").payload.header)
    assert by_word < height(trace.head_view().payload.header)


# Its size


def test_a_large_view_warns_once_at_the_persons_line_and_is_shown(trace, monkeypatch):
    view = trace.head_view()
    # The picture is what makes it too large.
    monkeypatch.setattr(notebook, "WARNING_BYTES", len(view._repr_html_()) - 1000)
    cell = {"__name__": "__main__", "show": view._repr_html_}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        exec(compile("x = 1\noutput = show()", "<cell>", "exec"), cell)
    (warning,) = said
    assert re.search(r"adds \d+ MB to the notebook; view\.save\('attention\.html'\)", str(warning.message))
    assert (warning.filename, warning.lineno) == ("<cell>", 2)
    assert cell["output"].startswith("<iframe")


def test_a_view_of_usual_size_says_nothing(trace):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace.head_view()._repr_html_()


def test_a_frame_has_room_for_the_keys_of_cross_attention_and_the_kinds_to_choose_from(tiny_lens):
    trace = tiny_lens("T5").trace("the cat sat on the mat " * 4, target="the dog")
    alone = tiny_lens("BERT").trace("the cat sat on the mat " * 4)
    cross = height(trace.head_view(kind="cross").payload.header)
    assert cross > height(alone.head_view().payload.header)
