"""Figures from Python: SVG that any reader takes, PNG with something on it, and errors that help."""

import asyncio
import io
import re
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import attnviz
from attnviz.errors import InvalidOption, MissingPackage
from attnviz.views import View, figure

SVG = "{http://www.w3.org/2000/svg}"
ENGLISH = "The cat sat on the mat because it was tired."
JAPANESE = "梅雨は何季の一種か？"


@pytest.fixture(scope="module")
def english(minilm_lens):
    return minilm_lens.trace(ENGLISH, "Who was tired?")


@pytest.fixture(scope="module")
def japanese(demo_lens):
    return demo_lens.trace(JAPANESE)


def texts(svg: str) -> list[str]:
    """What stands in the figure's text elements, with plain blanks."""
    return ["".join(each.itertext()).replace("\xa0", " ") for each in ET.fromstring(svg).iter(f"{SVG}text")]


def shown(trace: attnviz.Trace) -> list[str]:
    """Labels as the pages write them; those of special tokens lose their brackets."""
    return [label.strip("[]") if label in ("[CLS]", "[SEP]") else label for label in trace.tokens.labels]


@pytest.mark.parametrize("orientation", ["vertical", "horizontal"])
@pytest.mark.parametrize("name", ["english", "japanese"])
def test_a_head_figure_has_every_token_on_either_side(request, name, orientation):
    trace = request.getfixturevalue(name)
    found = texts(trace.head_view(layer=1).svg(orientation=orientation))
    for label in set(shown(trace)):
        assert found.count(label) == 2 * shown(trace).count(label)


def test_a_head_figure_has_a_line_for_every_weight_from_the_threshold_on(english):
    svg = english.head_view(layer=2, heads=[1, 8]).svg()
    lines = re.findall(r'<path d="M[^"]*C', svg)
    assert len(lines) == np.count_nonzero(english.attention(2)[[1, 8]] >= 0.04)


def test_a_figure_shows_what_the_view_opens_with(english):
    view = english.head_view(layer=3, heads=[4, 5], token=2)
    found = texts(view.svg())
    assert {"Layer 3", "4", "5"} <= set(found)
    ET.fromstring(view.svg(theme="dark"))
    assert '<rect width="' in view.svg(theme="dark")
    assert "#121418" in view.svg(theme="dark")
    assert "#121418" not in view.svg()


def test_a_neuron_figure_writes_the_models_weights(english):
    found = texts(english.neuron_view(layer=2, head=1, token=4).svg())
    for weight in english.attention(2)[1, 4]:
        assert f"{weight:.3f}"[1:] in found or (weight < 0.0005 and "<.001" in found)


def test_a_model_figure_has_a_map_for_every_head_and_one_enlarged(english):
    view = english.model_view()
    # The scale of weights is a map too.
    for enlarged, maps in ((True, 6 * 12 + 2), (False, 6 * 12 + 1)):
        assert len(list(ET.fromstring(view.svg(enlarged=enlarged)).iter(f"{SVG}image"))) == maps


STORY = "The cat sat on the mat.\n\nIt was tired, because it had run after every mouse in the house."


@pytest.mark.parametrize("over", ["head", "mean", "rollout"])
@pytest.mark.parametrize("toward", ["keys", "queries"])
def test_a_text_figure_has_every_word_and_the_weights_of_the_strongest(minilm_lens, over, toward):
    trace = minilm_lens.trace(STORY)
    token = trace.tokens.labels.index("tired")
    view = trace.text_view(layer=2, head=5, by="token", token=token, over=over, toward=toward)
    found = texts(view.svg())
    assert "".join(STORY.split()) in "".join("".join(found).split())
    assert ("Layer 2" in found) == (over != "rollout")
    layer = {"head": trace.attention(2)[5], "mean": trace.attention(2).mean(0), "rollout": rollout(trace)}
    weights = layer[over][token] if toward == "keys" else layer[over][:, token]
    inside = [i for i, special in enumerate(trace.tokens.special) if not special]
    top = sorted(inside, key=lambda i: -weights[i])[:3]
    for place, unit in enumerate(top, 1):
        row = found[found.index(str(place)) :]
        assert row[1] == trace.tokens.labels[unit]
        number = next(float(text) for text in row if re.fullmatch(r"\.\d{3}", text))
        assert number == pytest.approx(weights[unit], abs=0.003)


def rollout(trace: attnviz.Trace) -> np.ndarray:
    """Abnar & Zuidema 2020, written plainly."""
    whole = np.eye(len(trace.tokens))
    for layer in range(6):
        whole = (trace.attention(layer).mean(0) / 2 + np.eye(len(whole)) / 2) @ whole
    return whole


def test_a_text_figure_of_japanese_is_a_picture_without_a_word_on_fonts(japanese, tmp_path):
    from PIL import Image

    path = japanese.text_view(token=2, lang="ja").save(tmp_path / "x.png", theme="dark", width=500)
    with Image.open(path) as image:
        assert image.size[0] == 2 * (500 + 24)
        assert image.convert("RGB").getpixel((2, 2)) == (0x12, 0x14, 0x18)


@pytest.mark.parametrize("by", ["word", "sentence"])
def test_words_and_sentences_have_figures_too(english, by):
    found = texts(english.head_view(by=by).svg())
    assert any(unit.text in found for unit in english.tokens.units(by))


def test_pages_in_japanese_give_figures_in_japanese(japanese):
    found = texts(japanese.explore(lang="ja").svg())
    assert any(text.startswith("層") for text in found)
    assert 'xml:lang="ja"' in japanese.head_view().svg()


@pytest.mark.parametrize("kind", ["encoder", "decoder", "cross"])
def test_every_kind_of_an_encoder_decoder_model_has_a_figure(tiny_lens, kind):
    trace = tiny_lens("T5").trace("the cat sat", target="the dog")
    found = texts(trace.head_view(kind=kind).svg())
    assert {"encoder": "Encoder", "decoder": "Decoder", "cross": "Cross"}[kind] in found


HOSTILE = [
    "</text><script>alert(1)</script>",
    "]]><!--",
    "&lt;&#0;&nbsp;",
    '"><image href="http://example.org/x"/>',
    "a\x00b\x01c\x0bd",
    "\u202ereversed\u2066",
    "\ufffe\uffff",
    "{{7*7}}${alert(1)}",
    "'--!>",
    "a" * 2000,
]


@pytest.mark.parametrize("name", ["head", "model", "neuron", "text", "explore"])
def test_hostile_tokens_are_text_and_refer_to_nothing(english, name):
    payload = View.of([english], name).payload
    for table in payload.header["traces"][0]["tokens"]:
        table["label"] = [HOSTILE[i % len(HOSTILE)] for i in range(len(table["label"]))]
        table["segments"] = HOSTILE[:2]
        if name == "text":
            table["texts"] = [hostile * 3 for hostile in HOSTILE[:2]]
        table["flags"] = [0] * len(table["flags"])
    payload.header["traces"][0]["model"]["name"] = HOSTILE[0] + "\x00"
    svg = figure.draw(payload, {})
    root = ET.fromstring(svg)
    known = {"svg", "title", "rect", "g", "path", "text", "tspan", "image", "clipPath"}
    known |= {"defs", "linearGradient", "stop"}
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= known
    for each in root.iter():
        for attribute, value in each.attrib.items():
            assert not attribute.startswith("on")
            if attribute.endswith("href"):
                assert value.startswith("data:image/png;base64,")
    if name in ("head", "neuron", "text"):
        assert any("alert(1)" in text for text in texts(svg))


@pytest.mark.parametrize("scale", [1, 2.5])
def test_a_png_has_the_figures_size_and_something_on_it(english, tmp_path, scale):
    from PIL import Image

    view = english.head_view(layer=2, heads=[1, 8])
    root = ET.fromstring(view.svg())
    path = view.save(tmp_path / "x.png", scale=scale)
    with Image.open(path) as image:
        size = [int(root.get(side)) * scale for side in ("width", "height")]
        assert list(image.size) == pytest.approx(size, abs=1)
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    colours = {tuple(colour) for colour in pixels.tolist()}
    assert (0xFC, 0xFC, 0xFD) in colours
    assert (0x94, 0x4E, 0x05) in colours  # Head 1,
    assert (0x0E, 0x6A, 0x89) in colours  # head 8.


def test_a_png_has_the_pixels_of_the_maps(english):
    from PIL import Image

    svg = english.explore(layer=2, heads=[1]).svg()
    image = Image.open(io.BytesIO(figure.png(svg, 2))).convert("RGB")
    place = re.findall(r'<image x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    parts = re.findall(r'<g transform="translate\(([\d.]+) ([\d.]+)\)">', svg)
    assert len(place) == 6 * 12 + 2
    enlarged, (left, top) = [float(n) for n in place[6 * 12]], [float(n) for n in parts[3]]
    weights = english.attention(2)[1]
    cells = len(weights)
    for query in range(0, cells, 5):
        for key in range(0, cells, 5):
            x = left + enlarged[0] + (key + 0.5) * enlarged[2] / cells
            y = top + enlarged[1] + (query + 0.5) * enlarged[3] / cells
            assert image.getpixel((int(2 * x), int(2 * y))) == pytest.approx(ramp(weights[query, key]), abs=1)


STOPS = ["fbfbfb", "b5e7f4", "7ccded", "4db0e4", "2d8fd6", "276ec2", "2b4ea6", "2c2f84", "25145e"]


def ramp(weight: float) -> list[float]:
    """The colour of a weight: position √w between the stops, interpolated in sRGB, in 256 steps."""
    place = round(255 * float(weight) ** 0.5) / 255 * (len(STOPS) - 1)
    low = min(int(place), len(STOPS) - 2)
    ends = [[int(stop[i : i + 2], 16) for i in (0, 2, 4)] for stop in STOPS[low : low + 2]]
    return [a + (b - a) * (place - low) for a, b in zip(*ends, strict=True)]


def test_saving_writes_the_svg(english, tmp_path):
    view = english.head_view(layer=0)
    path = view.save(tmp_path / "x.svg", theme="dark")
    assert path.read_text(encoding="utf-8") == view.svg(theme="dark")


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_command_line_writes_figures(tmp_path, capsys, ending):
    from attnviz.cli import main
    from attnviz.demo import model_path

    target = tmp_path / f"x.{ending}"
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["view", str(model_path()), JAPANESE, "--view", "head", "--layer", "1", "-o", str(target)])
    assert capsys.readouterr().out.strip() == str(target)
    assert target.read_bytes().startswith(b"<svg" if ending == "svg" else b"\x89PNG")


def test_equal_views_give_equal_figures(english):
    assert english.explore().svg() == english.explore().svg()


@pytest.mark.parametrize(
    ("ending", "options", "message"),
    [
        ("svg", {"theme": "sepia"}, "theme='sepia' is not known: use 'light' or 'dark'"),
        ("svg", {"orientation": "up"}, "orientation='up' is not known"),
        ("svg", {"width": 3}, "width=3 is no width for a figure: use 300 to 4000"),
        ("png", {"scale": 0}, "scale=0 makes no PNG that anybody can use"),
        ("svg", {"scale": 2}, "scale= says nothing to an SVG"),
        ("html", {"theme": "dark"}, "theme= is for figures"),
        ("svg", {"them": "dark"}, "them= is no option of a figure: it takes theme, width"),
    ],
)
def test_options_are_checked(english, tmp_path, ending, options, message):
    with pytest.raises(InvalidOption, match=re.escape(message)):
        english.head_view().save(tmp_path / f"x.{ending}", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_png_that_nobody_can_open_is_refused(english):
    with pytest.raises(InvalidOption, match=r"A PNG of \d+ × \d+ pixels is too large"):
        figure.png('<svg width="3000" height="10" font-family="Arial">', 16)


def test_a_text_too_long_for_a_figure_names_the_remedy():
    weights = np.eye(1000, dtype=np.float32)[None, None]
    trace = attnviz.from_attentions(weights, [f"word{i}" for i in range(1000)])
    with pytest.raises(InvalidOption, match=r"by='word' or by='sentence'"):
        trace.head_view().svg(orientation="vertical")
    # Every line is drawn as long as the figure has an end.
    short = attnviz.from_attentions(weights[..., :500, :500], [f"word{i}" for i in range(500)])
    assert len(re.findall(r'<path d="M[^"]*C', short.head_view().svg(orientation="vertical"))) == 500


def test_figures_are_drawn_within_a_running_event_loop(english):
    """As in every notebook."""

    async def cell() -> str:
        return english.head_view(layer=1).svg()

    # In a thread of its own: the browser's driver may have a loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        drawn = threads.submit(asyncio.run, cell()).result()
    assert drawn == english.head_view(layer=1).svg()


@pytest.mark.parametrize(("module", "name"), [("py_mini_racer", "mini-racer"), ("resvg_py", "resvg-py")])
def test_a_missing_package_is_named_with_its_install_line(english, tmp_path, monkeypatch, module, name):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingPackage, match=rf"{name}.*pip install 'attnviz\[figures\]'"):
        english.head_view().save(tmp_path / "x.png")
    english.head_view().save(tmp_path / "x.html")


def test_a_figure_needs_no_pixels(english, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert english.head_view().save(tmp_path / "x.svg").exists()


DEJAVU = {"skip_system_fonts": True, "font_files": ["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"]}


def test_scripts_without_a_font_are_noticed():
    fonts = figure.Fonts("Nothing, sans-serif", **DEJAVU)
    assert fonts.missing("The cat saw Αθήνα") == []
    assert fonts.missing("The 猫 and あれ") == ["CJK (猫)", "HIRAGANA (あ)"]
    assert figure.Fonts("Nothing, sans-serif", skip_system_fonts=True).missing("The cat") == ["LATIN (T)"]


def test_a_png_without_its_fonts_warns_and_says_what_to_install(japanese, tmp_path, monkeypatch):
    class Poor(figure.Fonts):
        def __init__(self, families):
            super().__init__(families, **DEJAVU)

    monkeypatch.setattr(figure, "Fonts", Poor)
    with pytest.warns(UserWarning, match=r"No installed font has .*CJK.*Noto Sans CJK"):
        japanese.head_view().save(tmp_path / "x.png")


def test_text_is_drawn_where_only_an_unnamed_font_is_installed():
    fonts = figure.Fonts('"Inter",sans-serif', **DEJAVU)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" font-family="sans-serif">{}</svg>'
    assert fonts.render(svg.format('<text y="15">cat</text>')) != fonts.render(svg.format(""))
