"""The views in a real browser: what is drawn, and what hover, click and keys change.

Every page opened here is also checked for requests, errors and warnings, of which there may be none.
"""

from dataclasses import replace

import numpy as np
import pytest

from attnviz.views import View
from tests.conftest import Opened

pytestmark = pytest.mark.browser

JAPANESE = "梅雨は何季の一種か？"
JAPANESE_PAIR = "梅雨は東アジアでみられる気象現象で、雨季の一種である。"
ENGLISH = "The cat sat on the mat because it was tired."

HEAD, GRID = "canvas.head-canvas", ".model-grid"


@pytest.fixture(scope="module")
def english(minilm_lens):
    return minilm_lens.trace(ENGLISH, "Who was tired?")


@pytest.fixture(scope="module")
def japanese(demo_lens):
    return demo_lens.trace(JAPANESE, JAPANESE_PAIR)


def find(
    page: Opened, selector: str, field: str, wanted: str, *, x: float, y: float, step: tuple[int, int]
) -> tuple[float, float]:
    """Move the pointer in steps over a canvas until the page's state is what is wanted; returns the place."""
    box = page.page.locator(selector).bounding_box()
    at_x, at_y = box["x"] + x, box["y"] + y
    while at_x < box["x"] + box["width"] and at_y < box["y"] + box["height"]:
        page.page.mouse.move(at_x, at_y)
        page.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        if page.state(field) == wanted:
            return at_x, at_y
        at_x, at_y = at_x + step[0], at_y + step[1]
    raise AssertionError(f"{field}={wanted} was nowhere on {selector}")


def table(page: Opened, token: str, view: str = ".weights") -> list[list[str]]:
    """The table of the selected token, one row a key. It follows the selection after a short rest."""
    page.page.wait_for_function(
        "([view, token]) => document.querySelector(`${view} table caption`)?.textContent.includes(token)",
        arg=[view, token],
    )
    rows: list[list[str]] = page.page.eval_on_selector_all(
        f"{view} table tbody tr",
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent.trim()))",
    )
    return rows


def written(weight: float) -> str:
    """A weight as the pages write it: `.512`, `1.00`, `<.001`."""
    if 0 < weight < 0.0005:
        return "<.001"
    return "1.00" if weight >= 0.9995 else f"{weight:.3f}"[1:]


# Head view


def test_hovering_a_query_keeps_its_lines_alone_and_leaving_brings_all_back(opened, english):
    page = opened(english.head_view(layer=2, heads=[1, 8]))
    resting = page.pixels(HEAD)
    find(page, HEAD, "hover", "4", x=80, y=40, step=(0, 4))
    hovered = page.pixels(HEAD)
    assert hovered != resting
    page.page.mouse.move(1, 1)
    page.wait("hover", "")
    assert page.pixels(HEAD) == resting


def test_a_click_pins_a_token_and_its_table_holds_the_models_weights(opened, english):
    page = opened(english.head_view(layer=2, heads=[1, 8]))
    at = find(page, HEAD, "hover", "4", x=80, y=40, step=(0, 4))
    page.page.mouse.click(*at)
    page.wait("token", "4")
    exact = english.attention(2)[[1, 8], 4]
    mean = np.where(english.tokens.special, 0, exact.mean(axis=0))
    strongest = int(mean.argmax())
    expected = [english.tokens.labels[strongest], *(written(w) for w in exact[:, strongest])]
    assert expected in [row[:3] for row in table(page, english.tokens.labels[4])]
    page.page.keyboard.press("Escape")
    page.wait("token", "")


def test_the_tooltip_tells_query_key_and_every_heads_weight(opened, english):
    page = opened(english.head_view(layer=2, heads=[1, 8], token=4))
    find(page, HEAD, "hoverKey", "6", x=900, y=40, step=(0, 4))
    page.page.wait_for_selector(".tooltip:not([hidden])")
    text = page.page.locator(".tooltip").inner_text()
    for weight in english.attention(2)[[1, 8], 4, 6]:
        assert written(weight) in text


def test_keys_move_the_token_pin_it_and_let_it_go(opened, english):
    page = opened(english.head_view(layer=0))
    page.page.keyboard.press("ArrowDown")
    page.wait("hover", "0")
    page.page.keyboard.press("ArrowDown")
    page.wait("hover", "1")
    page.page.keyboard.press("Enter")
    page.wait("token", "1")
    page.page.keyboard.press("Escape")
    page.wait("token", "")


def test_head_chips_switch_heads_and_a_double_click_leaves_one(opened, english):
    page = opened(english.head_view(layer=0, heads=[0, 3]))
    page.page.click(".chip[data-head='3']")
    page.wait("heads", "0")
    page.page.keyboard.press("5")
    page.wait("heads", "0,5")
    page.page.dblclick(".chip[data-head='7']")
    page.wait("heads", "7")


def test_the_layer_stepper_loads_the_next_layer(opened, english):
    page = opened(english.head_view(layer=0, heads=[0]))
    before = page.pixels(HEAD)
    page.page.keyboard.press("]")
    page.wait("layer", "1")
    page.page.wait_for_function("() => !document.querySelector('.head-message:not([hidden])')")
    assert page.pixels(HEAD) != before


def test_the_threshold_decides_how_many_lines_are_drawn(opened, english):
    exact = english.attention(2)[[1, 8]]
    page = opened(english.head_view(layer=2, heads=[1, 8]))
    threshold = float(page.state("threshold"))
    assert int(page.state("drawnLines")) == int((exact >= threshold).sum())
    slider = page.page.get_by_role("slider")
    slider.focus()
    for _ in range(5):
        page.page.keyboard.press("ArrowRight")
        page.page.wait_for_function(
            f"() => Number(document.getElementById('attnviz').dataset.threshold) > {threshold}"
        )
        threshold = float(page.state("threshold"))
    page.wait("drawnLines", str(int((exact >= threshold).sum())))


def test_japanese_runs_as_a_line_and_the_switch_turns_it(opened, japanese):
    page = opened(japanese.head_view(layer=3))
    assert page.page.locator(".head-scroll").get_attribute("data-direction") == "horizontal"
    page.page.click(".directions [data-value=vertical]")
    page.page.wait_for_selector(".head-scroll[data-direction=vertical]")


# Model view


def test_a_click_on_a_thumbnail_opens_that_head(opened, english):
    page = opened(english.model_view())
    box = page.page.locator(GRID).bounding_box()
    page.page.mouse.click(box["x"] + box["width"] * 0.54, box["y"] + box["height"] * 0.6)
    page.page.wait_for_function("() => !document.getElementById('attnviz').dataset.heads.includes(',')")
    layer, head = int(page.state("layer")), int(page.state("head"))
    assert page.state("heads") == str(head)
    assert (layer, head) in {(i, j) for i in (2, 3, 4) for j in (5, 6, 7)}


def test_hovering_a_thumbnail_names_layer_and_head(opened, english):
    page = opened(english.model_view())
    box = page.page.locator(GRID).bounding_box()
    page.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.page.wait_for_selector(".tooltip:not([hidden])")
    assert "Layer" in page.page.locator(".tooltip").inner_text()


# Neuron view


@pytest.mark.parametrize("family", ["BERT", "Llama", "T5", "Gemma 2", "GPT-OSS"])
def test_the_steps_of_the_neuron_view_end_in_the_models_weight(opened, tiny_lens, family):
    trace = tiny_lens(family).trace("the cat sat on the mat")
    page = opened(trace.neuron_view(layer=1, head=3, token=4))
    exact = trace.attention(1, 3)[4]
    shown = {row[0]: row[-1] for row in table(page, trace.tokens.labels[4], ".neuron-view")}
    assert shown["sat"] == written(exact[trace.tokens.labels.index("sat")])


def test_the_order_of_neurons_can_be_switched(opened, english):
    page = opened(english.neuron_view(layer=2, head=8))
    before = page.page.locator("#attnviz").screenshot()
    page.page.get_by_role("radio", name="By index").or_(
        page.page.get_by_role("button", name="By index")
    ).first.click()
    page.wait("neurons", "index")
    assert page.page.locator("#attnviz").screenshot() != before


# By word and sentence


def test_words_can_be_switched_on_and_weights_are_pooled(opened, japanese):
    page = opened(japanese.head_view(layer=3, heads=[1], token=2))
    page.page.get_by_role("radio", name="Words").click()
    page.wait("by", "word")
    units = japanese.tokens.units("word")
    pinned = next(i for i, unit in enumerate(units) if 2 in unit.tokens)
    page.wait("token", str(pinned))
    pooled = japanese.attention(3, 1, by="word")[pinned]
    strongest = int(np.where([unit.segment is None for unit in units], 0, pooled).argmax())
    rows = table(page, units[pinned].text)
    assert [units[strongest].text, written(pooled[strongest])] in [row[:2] for row in rows]


def test_thumbnails_follow_the_units(opened, japanese):
    page = opened(japanese.explore(layer=3))
    before = page.pixels(GRID)
    page.page.get_by_role("radio", name="Words").click()
    page.wait("by", "word")
    assert page.pixels(GRID) != before


def test_particles_can_be_hidden(opened, japanese):
    page = opened(japanese.head_view(layer=3, heads=[1], by="word"))
    assert {"助詞"} <= {unit.pos for unit in japanese.tokens.units("word")}
    before = page.pixels(HEAD)
    page.page.get_by_label("particles").check()
    page.wait("hide", "particles")
    assert page.pixels(HEAD) != before


def test_the_neuron_view_goes_back_to_tokens(opened, japanese):
    page = opened(japanese.explore(layer=3, by="word"))
    page.page.get_by_role("radio", name="Neuron view").click()
    page.wait("pane", "neuron")
    page.wait("by", "token")


# All views together


@pytest.mark.parametrize("name", ["head", "model", "neuron", "explore"])
@pytest.mark.parametrize(("width", "dark"), [(1400, False), (1400, True), (700, False), (420, True)])
def test_every_view_draws_at_every_width_in_light_and_dark(opened, japanese, name, width, dark):
    page = opened(View.of([japanese], name, layer=3), width=width, dark=dark)
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    shades = page.page.evaluate(SHADES)
    assert shades
    assert all(count > 8 for count in shades), shades


# How many different colours each large canvas in view shows, looked at on a coarse raster.
SHADES = """() => [...document.querySelectorAll('canvas')]
  .filter(c => c.offsetParent && c.height > 150).map(c => {
  const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4 * 37) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  return seen.size;
})"""


def test_two_texts_share_a_page(opened, english, japanese):
    page = opened(View.of([japanese, english], "explore", titles=["日本語", "English"]))
    page.page.get_by_text("English", exact=True).first.click()
    page.wait("trace", "1")
    assert "12 heads" in page.page.locator("header.header").inner_text()


def test_kinds_of_an_encoder_decoder_model_can_be_switched(opened, tiny_lens):
    trace = tiny_lens("BART").trace("the cat sat", target="the dog saw it")
    page = opened(trace.head_view(kind="cross"))
    assert page.state("kind") == "cross"
    page.page.get_by_text("Decoder", exact=True).click()
    page.wait("kind", "decoder")


def test_the_address_restores_a_state(opened, english):
    page = opened(english.explore())
    page.page.evaluate("() => { location.hash = '#layer=3&head=5&token=7' }")
    page.page.reload()
    page.page.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
    assert [page.state(name) for name in ("layer", "head", "token")] == ["3", "5", "7"]


def test_the_page_speaks_japanese_when_asked(opened, japanese):
    page = opened(japanese.explore(lang="ja"))
    assert "モデルビュー" in page.page.locator("#attnviz").inner_text()


def test_a_notebooks_frame_draws_inside_its_sandbox_and_says_what_was_cut(chromium, tmp_path, demo_lens):
    japanese = demo_lens.trace(JAPANESE_PAIR * 10, truncate=True)
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{japanese.head_view(layer=3)._repr_html_()}")
    page = chromium.new_page(viewport={"width": 700, "height": 800})
    faults = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(path.as_uri())
    frame = page.frames[1]
    frame.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
    assert frame.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
    assert frame.locator(".head-canvas").count() == 1
    assert "was cut" in frame.locator("#attnviz").inner_text()
    assert faults == []
    page.close()


# The policy


def test_what_the_policy_forbids_is_blocked(opened, english):
    """The net below the first one: markup that got in would still not run."""
    page = opened(english.head_view())
    ran = page.page.evaluate(
        """() => new Promise(done => {
          window.ran = false;
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
          const holder = document.createElement('div');
          holder.innerHTML = '<b onclick="window.ran = true">x</b>';
          document.body.append(holder);
          holder.firstChild.click();
          fetch('http://127.0.0.1:9/').then(() => { window.ran = true; }, () => {})
            .finally(() => done(window.ran));
        })"""
    )
    assert ran is False
    page.faults.clear()  # The browser reports each thing it blocked.


# Japanese as written


def test_half_width_kana_and_squared_characters_are_shown_as_written(opened, demo_lens):
    trace = demo_lens.trace("ｶﾞｲﾄﾞは㍿①です")
    page = opened(trace.head_view(layer=3, token=1))
    labels = trace.tokens.labels
    assert labels[1] == "ｶﾞ"
    assert "㍿" in labels
    assert "①" in labels
    text = " ".join(row[0] for row in table(page, "ｶﾞ"))
    assert "㍿" in text
    assert "##" not in text


def test_an_unknown_token_shows_the_source_and_is_marked(opened, demo_lens):
    trace = demo_lens.trace("私は𠮷野家が好きです")
    unknown = trace.tokens.unknown.index(True)
    assert trace.tokens.raw[unknown] == "[UNK]"
    assert "𠮷" in trace.tokens.labels[unknown]
    page = opened(trace.head_view(layer=3, token=unknown))
    assert "[UNK]" not in " ".join(row[0] for row in table(page, "𠮷"))
    assert page.page.locator(".weights .token-unknown").count() >= 1


def test_a_guessed_place_is_hatched_and_the_tooltip_says_why(opened, japanese):
    tokens = replace(japanese.tokens, approx=[i == 2 for i in range(len(japanese.tokens))])
    group = replace(japanese.groups["encoder"], query_tokens=tokens, key_tokens=tokens)
    guessed = replace(japanese, tokens=tokens, groups={"encoder": group})
    page = opened(guessed.head_view(layer=3, heads=[0], token=2))
    exact = opened(japanese.head_view(layer=3, heads=[0], token=2))
    assert page.pixels(HEAD) != exact.pixels(HEAD)
    table(page, tokens.labels[2])
    assert page.page.locator(".weights .token-approx").count() >= 1
    page.page.click(".directions [data-value=vertical]")
    find(page, HEAD, "hover", "2", x=200, y=40, step=(0, 4))
    page.page.wait_for_selector(".tooltip:not([hidden])")
    assert "is a guess" in page.page.locator(".tooltip").inner_text()


@pytest.mark.parametrize("dark", [False, True])
def test_drawn_pixels_follow_the_weights(opened, demo_lens, dark):
    """Cell by cell, the enlarged map is the darker (on dark paper the lighter) the larger the weight."""
    trace = demo_lens.trace(JAPANESE)
    page = opened(View.of([trace], "model", layer=2, heads=[4], head=4), dark=dark)
    n = len(trace.tokens)
    light = page.page.evaluate(
        """n => {
          const canvas = document.querySelector('canvas.model-zoom-map');
          const pen = canvas.getContext('2d');
          const { width, height } = canvas;
          const data = pen.getImageData(0, 0, width, height).data;
          const alpha = (x, y) => data[4 * (y * width + x) + 3];
          // The map is the one filled square on the canvas; its middle line tells where it begins and ends.
          const span = along => {
            const on = Array.from({ length: along === 'x' ? width : height }, (_, i) => i)
              .filter(i => alpha(...(along === 'x' ? [i, height - 40] : [width - 40, i])) === 255);
            return [on[0] + 1, on.at(-1) - 1];
          };
          const [[left, right], [top, bottom]] = [span('x'), span('y')];
          const at = (from, to, i) => Math.floor(from + (i + 0.5) * (to - from + 1) / n);
          const light = (i, j) => {
            const place = 4 * (at(top, bottom, i) * width + at(left, right, j));
            return 0.2126 * data[place] + 0.7152 * data[place + 1] + 0.0722 * data[place + 2];
          };
          return Array.from({ length: n * n }, (_, c) => light(Math.floor(c / n), c % n));
        }""",
        n,
    )
    ink = np.array(light) * (1 if dark else -1)
    exact = np.rint(255 * np.sqrt(trace.attention(2, 4))).ravel()
    assert np.corrcoef(ink, exact)[0, 1] > 0.98
