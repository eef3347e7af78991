"""The text view in a real browser: what is tinted, and what every control changes.

Tints are read off the elements and compared with the formula over `trace.attention`, never with what the
page itself computed.
"""

import re

import numpy as np
import pytest

from attnviz.analysis import rollout

pytestmark = pytest.mark.browser

ENGLISH = "The cat sat on the mat because it was tired. Then the dog came, and the cat ran away."
JAPANESE = "白い犬が公園を走っている。子どもがボールを投げると、犬はそれを追いかけた。"
COLUMN, SCROLL, TABLE = ".text-column", ".text-scroll", ".strongest"


@pytest.fixture(scope="module")
def english(minilm_lens):
    return minilm_lens.trace(ENGLISH, "Who was tired?")


@pytest.fixture(scope="module")
def long_text(minilm_lens):
    """Some 500 tokens in paragraphs, each sentence with a number, so that none says the same."""
    subjects = ["The cat", "A tired dog", "My neighbour", "The old man", "Nobody", "The bird"]
    verbs = ["saw the mat", "ran over the hill", "found a ball", "slept by the fire", "came home late"]
    said = [f"{subjects[i % 6]} {verbs[i % 5]} in year {1900 + i}." for i in range(48)]
    text = "\n\n".join(" ".join(said[i : i + 8]) for i in range(0, 48, 8))
    return minilm_lens.trace(f"Chronicle\n\n{text}", truncate=True)


def index(trace, word, by="word", nth=0):
    """The number of a unit, by what it says."""
    units = trace.tokens.units(by)
    return [i for i, unit in enumerate(units) if unit.text == word][nth]


def placed(tokens, by="word"):
    return [i for i, unit in enumerate(tokens.units(by)) if unit.segment is not None]


def tinted(values, units, power=0.6, most=0.46):
    """The opacity of each unit's tint, after the formula."""
    largest = max(values[unit] for unit in units)
    strengths = {unit: (values[unit] / largest) ** power for unit in units}
    return {unit: most * t if t >= 0.24 else 0.0 for unit, t in strengths.items()}


def tints(page, inside=COLUMN):
    """The opacity of each unit's tint, as the browser has it."""
    found = page.page.eval_on_selector_all(
        f"{inside} .unit:not(.pinned)",
        "spans => spans.map(span => [Number(span.dataset.unit), getComputedStyle(span).backgroundColor])",
    )
    opacity = {}
    for unit, colour in found:
        numbers = re.findall(r"[\d.]+", colour)
        opacity[unit] = float(numbers[3]) if len(numbers) == 4 else 1.0
    return opacity


def settle(page):
    """Until the state's changes are drawn and nothing is being counted."""
    page.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.page.wait_for_function("() => document.querySelector('.text-view').dataset.counting === 'false'")


def assert_tinted(page, values, units, inside=COLUMN, within=0.006, **formula):
    settle(page)
    expected = tinted(values, units, **formula)
    found = tints(page, inside)
    close = {unit: (opacity, expected[unit]) for unit, opacity in found.items()}
    # At the edge of being tinted at all, rounding may decide either way.
    off = {
        unit: pair
        for unit, pair in close.items()
        if abs(pair[0] - pair[1]) > within and abs(max(pair) - 0.46 * 0.24) > 0.004
    }
    assert off == {}
    assert found


def click(page, unit, inside=COLUMN):
    page.page.click(f"{inside} .unit[data-unit='{unit}']")


def choose(page, value):
    page.page.click(f".segment[data-value='{value}']")


def rows(page):
    """The table of the strongest units: rank, unit, weight."""
    return page.page.eval_on_selector_all(
        f"{TABLE} tbody tr",
        "rows => rows.map(row => [row.cells[0].textContent, row.querySelector('button').textContent, "
        "row.cells[2].textContent])",
    )


def caption(page):
    return page.page.text_content(f"{TABLE} caption")


def written(weight):
    if 0 < weight < 0.0005:
        return "<.001"
    return "1.00" if weight >= 0.9995 else f"{weight:.3f}"[1:]


def strongest(trace, values, by="word", most=10):
    """What the table should hold."""
    units = trace.tokens.units(by)
    order = sorted(placed(trace.tokens, by), key=lambda unit: -values[unit])[:most]
    return [[str(i + 1), units[unit].text, written(values[unit])] for i, unit in enumerate(order)]


# One text


def test_a_click_tints_what_a_word_attends_to_and_lists_the_strongest(opened, english):
    page = opened(english.text_view(layer=2, head=8))
    cat = index(english, "cat")
    click(page, cat)
    page.wait("token", str(cat))
    weights = english.attention(2, 8, by="word")[cat]
    assert_tinted(page, weights, placed(english.tokens))
    assert rows(page) == strongest(english, weights)
    assert caption(page) == "What “cat” attends to: layer 2, head 8"
    assert page.page.locator(f"{COLUMN} .unit.pinned").text_content() == "cat"
    top = sorted((weights[unit] for unit in placed(english.tokens)), reverse=True)[:10]
    note = page.page.text_content(".side-foot")
    assert f"{100 * sum(top):.1f}\u2009%" in note
    outside = 1 - sum(weights[unit] for unit in placed(english.tokens))
    assert f"{100 * outside:.1f}\u2009%" in note
    page.page.keyboard.press("Escape")
    page.wait("token", "")


def test_strong_words_are_underlined_too(opened, english):
    cat = index(english, "cat")
    page = opened(english.text_view(layer=2, head=8, token=cat))
    settle(page)
    weights = english.attention(2, 8, by="word")[cat]
    largest = max(weights[unit] for unit in placed(english.tokens))
    expected = {unit for unit in placed(english.tokens) if (weights[unit] / largest) ** 0.6 >= 0.52}
    found = page.page.eval_on_selector_all(".unit.strong", "all => all.map(e => Number(e.dataset.unit))")
    assert set(found) == expected
    shadow = "element => getComputedStyle(element).boxShadow"
    strong = next(unit for unit in expected if unit != cat)
    assert "-2px" in page.page.eval_on_selector(f".unit[data-unit='{strong}']", shadow)


def test_attended_by_tints_a_column(opened, english):
    cat = index(english, "cat")
    page = opened(english.text_view(layer=2, head=8, token=cat))
    choose(page, "queries")
    page.wait("toward", "queries")
    column = english.attention(2, 8, by="word")[:, cat]
    assert_tinted(page, column, placed(english.tokens))
    assert rows(page) == strongest(english, column)
    assert caption(page) == "What attends to “cat”: layer 2, head 8"
    assert "toward=queries" in page.page.url
    choose(page, "keys")
    assert_tinted(page, english.attention(2, 8, by="word")[cat], placed(english.tokens))


def test_the_mean_of_a_layer_and_a_chip_back_to_one_head(opened, english):
    cat = index(english, "cat")
    page = opened(english.text_view(layer=2, head=8, token=cat))
    choose(page, "mean")
    page.wait("over", "mean")
    mean = english.attention(2, by="word").mean(axis=0)[cat]
    assert_tinted(page, mean, placed(english.tokens))
    assert rows(page) == strongest(english, mean)
    assert page.page.locator(".chip[aria-pressed='true']").count() == 0
    page.page.click(".chip[data-head='3']")
    page.wait("over", "head")
    page.wait("head", "3")
    assert_tinted(page, english.attention(2, 3, by="word")[cat], placed(english.tokens))


def test_the_rollout_runs_through_all_layers(opened, english):
    cat = index(english, "cat", by="token")
    page = opened(english.text_view(layer=2, head=8, token=cat, by="token"))
    choose(page, "rollout")
    page.wait("over", "rollout")
    identity = np.eye(len(english.tokens))
    joint = identity
    for layer in range(6):
        joint = (english.attention(layer).mean(axis=0) + identity) / 2 @ joint
    # Carried in eight bits a weight.
    assert_tinted(page, joint[cat], placed(english.tokens, "token"), within=0.012)
    assert caption(page) == "What “cat” attends to: rollout through all layers"
    assert page.page.locator(".stepper").evaluate("e => getComputedStyle(e).visibility") == "hidden"


def test_nothing_selected_shows_what_words_receive(opened, english):
    page = opened(english.text_view(layer=2, head=8))
    received = english.attention(2, 8, by="word").mean(axis=0)
    assert_tinted(page, received, placed(english.tokens), power=1)
    assert caption(page) == "Mean attention received: layer 2, head 8"
    assert "nothing selected" in page.page.inner_text(".status")


def test_another_layer_and_another_head(opened, english):
    cat = index(english, "cat")
    page = opened(english.text_view(layer=2, head=8, token=cat))
    page.page.keyboard.press("]")
    page.wait("layer", "3")
    page.page.keyboard.press("5")
    page.wait("head", "5")
    assert_tinted(page, english.attention(3, 5, by="word")[cat], placed(english.tokens))
    assert page.page.get_attribute(".chip[data-head='5']", "aria-pressed") == "true"


@pytest.mark.parametrize("by", ["token", "sentence"])
def test_tokens_and_sentences(opened, english, by):
    page = opened(english.text_view(layer=2, head=8))
    choose(page, by)
    page.wait("by", by)
    unit = placed(english.tokens, by)[1]
    click(page, unit)
    page.wait("token", str(unit))
    weights = english.attention(2, 8, by=by)[unit]
    assert_tinted(page, weights, placed(english.tokens, by))
    assert [row[2] for row in rows(page)] == [row[2] for row in strongest(english, weights, by)]


def test_hovering_shows_a_word_and_leaving_lets_go(opened, english):
    page = opened(english.text_view(layer=2, head=8))
    dog = index(english, "dog")
    page.page.hover(f".unit[data-unit='{dog}']")
    page.wait("hover", str(dog))
    assert_tinted(page, english.attention(2, 8, by="word")[dog], placed(english.tokens))
    page.page.mouse.move(5, 5)
    page.wait("hover", "")


def test_the_tooltip_over_a_tinted_word_tells_its_weight(opened, english):
    cat, dog = index(english, "cat"), index(english, "dog")
    page = opened(english.text_view(layer=2, head=8, token=cat))
    page.page.hover(f".unit[data-unit='{dog}']")
    page.page.wait_for_selector(".tooltip:not([hidden])")
    weights = english.attention(2, 8, by="word")[cat]
    assert written(weights[dog]) in page.page.inner_text(".tooltip")
    # What is pinned stays.
    assert_tinted(page, weights, placed(english.tokens))


def test_keys_move_by_words_and_lines_pin_and_let_go(opened, long_text):
    page = opened(long_text.text_view(layer=2, head=8))
    page.page.focus(SCROLL)
    for key in ["ArrowRight", "ArrowRight", "ArrowRight"]:
        page.page.keyboard.press(key)
    page.wait("hover", "2")
    page.page.keyboard.press("ArrowDown")
    page.page.wait_for_function("() => Number(document.getElementById('attnviz').dataset.hover) > 8")
    below = page.state("hover")
    box = {unit: page.page.locator(f".unit[data-unit='{unit}']").bounding_box() for unit in ("2", below)}
    assert 20 < box[below]["y"] - box["2"]["y"] < 40
    page.page.keyboard.press("Enter")
    page.wait("token", below)
    page.page.keyboard.press("Escape")
    page.wait("token", "")


def test_an_added_token_is_chosen_in_the_note(opened, english):
    page = opened(english.text_view(layer=2, head=8))
    page.page.click(".side-chip[data-unit='0']")
    page.wait("token", "0")
    assert_tinted(page, english.attention(2, 8, by="word")[0], placed(english.tokens))
    assert "CLS" in page.page.text_content(".side-selected")


def test_both_texts_of_a_pair_are_named(opened, english):
    page = opened(english.text_view())
    assert page.page.locator(".passage-name").all_text_contents() == ["A", "B"]
    assert page.page.locator(".passage").nth(1).locator("p").inner_text() == "Who was tired?"


def test_the_text_is_there_as_it_was_written_and_can_be_marked(opened, long_text):
    page = opened(long_text.text_view())
    assert page.page.inner_text(".text-title") == "Chronicle"
    paragraphs = long_text.tokens.text.split("\n\n")[1:]
    assert page.page.locator(".text-paragraph").all_inner_texts() == paragraphs


def test_bars_beside_the_lines_and_the_map_follow_the_selection(opened, long_text):
    page = opened(long_text.text_view(layer=2, head=8))
    settle(page)
    before = {name: page.pixels(name) for name in (".text-gutter", ".text-minimap", ".side-sentences")}
    click(page, index(long_text, "dog"))
    page.wait("token", str(index(long_text, "dog")))
    settle(page)
    for name, pixels in before.items():
        assert page.pixels(name) != pixels, name


def test_the_map_and_the_sentences_scroll_the_text(opened, long_text):
    page = opened(long_text.text_view(layer=2, head=8), height=620)
    settle(page)
    top = f"() => document.querySelector('{SCROLL}').scrollTop"
    box = page.page.locator(".text-minimap").bounding_box()
    page.page.mouse.move(box["x"] + 30, box["y"] + 10)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 5)
    page.page.mouse.up()
    page.page.wait_for_function(f"() => ({top})() > 100")
    page.page.locator(".side-sentences").click(position={"x": 2, "y": 60})
    page.page.wait_for_function(f"() => ({top})() < 40")


def test_a_row_of_the_table_leads_to_its_word(opened, long_text):
    page = opened(long_text.text_view(layer=2, head=8, token=index(long_text, "dog")), height=560)
    settle(page)
    far = max(page.page.locator(f"{TABLE} button").all(), key=lambda row: int(row.get_attribute("data-unit")))
    unit = far.get_attribute("data-unit")
    far.click()
    page.wait("hover", unit)
    box = page.page.locator(f"{COLUMN} .unit[data-unit='{unit}']").bounding_box()
    view = page.page.locator(SCROLL).bounding_box()
    assert view["y"] <= box["y"] <= view["y"] + view["height"]


def test_the_column_of_a_long_texts_mean_is_counted_to_the_end(opened, long_text):
    dog = index(long_text, "dog")
    page = opened(long_text.text_view(layer=4, token=dog, over="mean", toward="queries"))
    column = long_text.attention(4, by="word").mean(axis=0)[:, dog]
    assert_tinted(page, column, placed(long_text.tokens))
    assert rows(page) == strongest(long_text, column)


def test_the_address_restores_what_the_text_view_shows(opened, english):
    cat = index(english, "cat")
    page = opened(english.text_view(layer=2, head=8))
    page.page.goto(f"{page.page.url.partition('#')[0]}#layer=1&head=4&token={cat}&over=mean&toward=queries")
    page.page.reload()
    page.wait("layer", "1")
    assert [page.state(name) for name in ("layer", "token", "over", "toward")] == [
        "1",
        str(cat),
        "mean",
        "queries",
    ]
    assert_tinted(page, english.attention(1, by="word").mean(axis=0)[:, cat], placed(english.tokens))


def test_one_selection_holds_in_all_panes(opened, english):
    page = opened(english.explore(layer=2, heads=[1, 8], token=4))
    choose(page, "text")
    page.wait("pane", "text")
    weights = english.attention(2, int(page.state("head")))[4]
    assert_tinted(page, weights, placed(english.tokens, "token"))
    click(page, 6)
    page.wait("token", "6")
    choose(page, "head")
    page.wait("pane", "head")
    assert page.state("token") == "6"


def test_what_the_model_did_not_read_is_dimmed(opened, minilm_lens):
    words = " ".join(f"word{i}" for i in range(400))
    trace = minilm_lens.trace(words, truncate=True)
    page = opened(trace.text_view())
    cut = page.page.text_content(".unread")
    assert cut.strip().endswith("word399")
    assert trace.tokens.text.endswith(cut)


def test_hostile_text_is_shown_and_nothing_of_it_runs(opened, demo_lens):
    evil = "</script><img src=x onerror=alert(1)> \u202eabc\u0000 {{7*7}} <!--"
    page = opened(demo_lens.trace(evil, evil).text_view())
    assert page.page.locator(f"{COLUMN} img").count() == 0
    shown = page.page.locator(".text-paragraph").first.inner_text()
    assert shown.startswith("</script><img src=x onerror=alert(1)>")
    assert "\u202e" not in shown
    assert "\\u202E" in shown


def test_dark_paper_has_its_own_tints(opened, english):
    cat = index(english, "cat")
    page = opened(english.text_view(layer=2, head=8, token=cat), dark=True)
    settle(page)
    weights = english.attention(2, 8, by="word")[cat]
    expected = tinted(weights, placed(english.tokens), most=0.42)
    found = tints(page)
    top = max((unit for unit in found), key=lambda unit: weights[unit])
    assert found[top] == pytest.approx(expected[top], abs=0.006)


# Other texts and models


def test_japanese_is_set_as_japanese(opened, demo_lens):
    trace = demo_lens.trace(JAPANESE)
    page = opened(trace.text_view(layer=3, head=2, lang="ja"))
    dog = index(trace, "犬", nth=1)
    click(page, dog)
    page.wait("token", str(dog))
    weights = trace.attention(3, 2, by="word")[dog]
    assert_tinted(page, weights, placed(trace.tokens))
    assert rows(page) == strongest(trace, weights)
    assert caption(page) == "「犬」が注意を向ける先：層 3・ヘッド 2"
    style = page.page.eval_on_selector(
        ".text-paragraph",
        "p => { const s = getComputedStyle(p); return [s.fontFamily, s.lineBreak, s.textAlign] }",
    )
    assert style[0].startswith('"Hiragino Sans"')
    assert style[1:] == ["strict", "justify"]


def test_a_decoder_attends_to_no_later_word(opened, tiny_lens):
    trace = tiny_lens("GPT-2").trace("the cat sat on the mat because it was tired")
    mat = index(trace, "mat")
    page = opened(trace.text_view(layer=1, head=1, token=mat))
    weights = trace.attention(1, 1, by="word")[mat]
    assert_tinted(page, weights, placed(trace.tokens))
    assert all(opacity == 0 for unit, opacity in tints(page).items() if unit > mat)
    choose(page, "queries")
    settle(page)
    assert all(opacity == 0 for unit, opacity in tints(page).items() if unit < mat)


def test_cross_attention_tints_one_text_for_a_word_of_the_other(opened, tiny_lens):
    trace = tiny_lens("T5").trace("the cat sat on the mat", target="it was tired because the dog saw it")
    page = opened(trace.text_view(layer=1, head=2, kind="cross"))
    queries, keys = (f"[data-side='{side}']" for side in ("queries", "keys"))
    assert "dog" in page.page.inner_text(queries)
    assert "mat" in page.page.inner_text(keys)
    exact = trace.attention(1, 2, kind="cross", by="word")
    dog = [unit.text for unit in trace.target_tokens.units("word")].index("dog")
    click(page, dog, queries)
    page.wait("token", str(dog))
    assert_tinted(page, exact[dog], placed(trace.tokens), keys)
    assert not any(tints(page, queries).values())
    cat = index(trace, "cat")
    click(page, cat, keys)
    page.wait("key", str(cat))
    page.wait("toward", "queries")
    assert_tinted(page, exact[:, cat], placed(trace.target_tokens), queries)
    assert not any(tints(page, keys).values())
    assert caption(page) == "What attends to “cat”: layer 1, head 2"
    choose(page, "keys")
    assert_tinted(page, exact[dog], placed(trace.tokens), keys)
    barred = page.page.locator(".segment[data-value='rollout']")
    assert barred.is_disabled()
    assert "queries and keys of one text" in barred.get_attribute("title")
    choose(page, "encoder")
    page.wait("kind", "encoder")
    assert barred.is_enabled()


# Images


def covers(page, boxes):
    """How much the weights cover the middle of each patch, from the pixels of their canvas."""
    middles = {
        unit: [(left + right) / 2, (top + bottom) / 2]
        for unit, (left, top, right, bottom) in ((u, b) for u, b in enumerate(boxes) if b is not None)
    }
    found = page.page.eval_on_selector(
        ".figure-canvas",
        """(canvas, middles) => {
            const copy = new OffscreenCanvas(canvas.width, canvas.height);
            const pen = copy.getContext("2d", { willReadFrequently: true });
            pen.drawImage(canvas, 0, 0);
            return middles.map(([x, y]) => pen.getImageData(
                Math.round(x * canvas.width), Math.round(y * canvas.height), 1, 1).data[3] / 255);
        }""",
        list(middles.values()),
    )
    return dict(zip(middles, found, strict=True))


def assert_covered(page, weights, boxes, units=None):
    """Whether patches are covered after the formula; `units` are all that stand beside one another."""
    settle(page)
    patches = [unit for unit, box in enumerate(boxes) if box is not None]
    expected = tinted(weights, units or patches, most=0.6)
    assert covers(page, boxes) == pytest.approx({unit: expected[unit] for unit in patches}, abs=0.02)


def test_weights_lie_over_the_patches_of_an_image(opened, vit_folder, picture):
    import attnviz

    trace = attnviz.load(vit_folder).trace(image=picture)
    page = opened(trace.text_view(layer=1, head=2))
    assert page.page.inner_text(".view-title") == "Image view"
    boxes = trace.tokens.boxes
    figure = page.page.locator(".figure-canvas").bounding_box()
    # The second column of the third row; patches are numbered row by row behind [CLS].
    page.page.mouse.click(figure["x"] + figure["width"] * 0.35, figure["y"] + figure["height"] * 0.6)
    page.wait("token", str(1 + 4 * 2 + 1))
    exact = trace.attention(1, 2)
    assert_covered(page, exact[10], boxes)
    assert rows(page)[0] == ["1", *max_patch(trace, exact[10])]
    page.page.mouse.move(5, 5)
    page.page.keyboard.press("ArrowDown")
    page.wait("hover", "14")
    page.page.keyboard.press("ArrowRight")
    page.wait("hover", "15")
    page.page.keyboard.press("Enter")
    page.wait("token", "15")
    assert_covered(page, exact[15], boxes)
    choose(page, "queries")
    assert_covered(page, exact[:, 15], boxes)
    choose(page, "rollout")
    rolled = rollout(trace.attention(layer) for layer in range(2))
    assert_covered(page, rolled[:, 15], boxes)


def test_the_image_view_is_explained_as_one_and_names_patches_by_their_place(
    opened,
    vit_folder,
    picture,
):
    import attnviz

    trace = attnviz.load(vit_folder).trace(image=picture)
    page = opened(trace.text_view(layer=1, head=2, token=7))
    page.page.click(".pane-bar .bubble-button")
    said = page.page.inner_text(".bubble")
    assert said.startswith("Image view")
    assert "word" not in said
    page.page.keyboard.press("Escape")
    page.page.click(".header-end button:last-child")
    assert "Image view" in page.page.inner_text(".sheet")
    assert "word" not in page.page.inner_text(".sheet .explanation")
    # Behind [CLS], the seventh unit is the third patch of the second row of four.
    assert page.page.text_content(".side-plate") == "row 2, column 3"


def test_words_beside_patches_are_called_both(opened, llava, picture):
    page = opened(llava.trace("a <image> cat", image=picture).text_view(layer=1, head=2))
    assert page.page.inner_text(".side-list h3") == "Strongest words and patches"
    assert "These ten words and patches carry" in page.page.inner_text(".side-foot")
    choose(page, "token")
    page.wait("by", "token")
    assert page.page.inner_text(".side-list h3") == "Strongest tokens"


# Paper


def test_the_text_takes_the_width_of_the_sheet_and_its_list_is_whole(opened, long_text):
    page = opened(long_text.text_view(layer=2, head=8, token=30), width=700)
    page.page.emulate_media(media="print")
    settle(page)
    sheet = page.page.locator("#attnviz").bounding_box()
    column = page.page.locator(COLUMN).bounding_box()
    assert column["width"] > 0.95 * sheet["width"]
    side = page.page.locator(".text-side-panel")
    assert side.bounding_box()["y"] >= column["y"] + column["height"]
    assert side.evaluate("e => e.scrollHeight - e.clientHeight") <= 0
    last = page.page.locator(f"{TABLE} tbody tr:last-child").bounding_box()
    assert last["y"] + last["height"] <= side.bounding_box()["y"] + side.bounding_box()["height"]
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= sheet["width"]


def test_only_the_view_that_is_shown_is_printed(opened, english):
    page = opened(english.explore(), width=700)
    for medium in ("screen", "print"):
        page.page.emulate_media(media=medium)
        assert not page.page.locator(".text-view").is_visible()


# Narrow windows


def test_under_a_short_text_its_list_follows(opened, english):
    page = opened(english.text_view(layer=2, head=8), width=700)
    settle(page)
    last = page.page.locator(".text-paragraph").last.bounding_box()
    side = page.page.locator(".text-side-panel").bounding_box()
    assert 0 < side["y"] - last["y"] - last["height"] < 60


def max_patch(trace, weights):
    best = max(range(1, len(trace.tokens)), key=lambda unit: weights[unit])
    row, column = trace.tokens.labels[best].removeprefix("▦").split(",")
    return [f"row {row}, column {column}", written(weights[best])]


def test_the_image_stands_in_the_text_where_its_patches_are(opened, llava, picture):
    trace = llava.trace("a <image> cat", image=picture)
    cat = len(trace.tokens) - 2
    page = opened(trace.text_view(layer=1, head=2, token=cat))
    order = page.page.eval_on_selector(".passage", "e => [...e.children].map(child => child.tagName)")
    assert order == ["P", "FIGURE", "P"]
    assert page.page.locator(".text-paragraph").all_inner_texts() == ["a", "cat"]
    weights = trace.attention(1, 2)[cat]
    units = [unit for unit in range(len(trace.tokens)) if not trace.tokens.special[unit]]
    assert_covered(page, weights, trace.tokens.boxes, units)
    assert tints(page)[1] == pytest.approx(tinted(weights, units)[1], abs=0.006)


def test_each_tower_shows_its_own(opened, clip_folder, picture):
    import attnviz

    trace = attnviz.load(clip_folder).trace("a cat", image=picture)
    page = opened(trace.text_view())
    assert page.page.inner_text(COLUMN) == "a cat"
    choose(page, "vision")
    page.wait("kind", "vision")
    assert page.page.locator(".figure-canvas").is_visible()
    assert page.page.locator(f"{COLUMN} .unit").count() == 0


def test_a_patch_in_the_head_view_shows_its_place_in_the_image(opened, vit_folder, picture):
    import attnviz

    trace = attnviz.load(vit_folder).trace(image=picture)
    page = opened(trace.head_view(layer=1, heads=[2]))
    box = page.page.locator("canvas.head-canvas").bounding_box()
    y = box["y"] + 36
    while page.state("hover") != "7" and y < box["y"] + box["height"]:
        y += 5
        page.page.mouse.move(box["x"] + 120, y)
        page.page.wait_for_timeout(40)
    page.page.wait_for_selector(".tooltip:not([hidden]) .patch-thumb")
    thumb = page.page.locator(".patch-thumb").bounding_box()
    frame = page.page.locator(".patch-frame").bounding_box()
    left, top, right, _ = trace.tokens.boxes[7]
    assert (frame["x"] - thumb["x"]) / thumb["width"] == pytest.approx(left, abs=0.01)
    assert (frame["y"] - thumb["y"]) / thumb["height"] == pytest.approx(top, abs=0.01)
    assert frame["width"] / thumb["width"] == pytest.approx(right - left, abs=0.01)


@pytest.mark.parametrize("width", [700, 1400])
def test_nothing_reaches_beyond_the_page(opened, long_text, width):
    page = opened(long_text.text_view(layer=2), width=width)
    settle(page)
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= width
    column = page.page.locator(COLUMN).bounding_box()
    side = page.page.locator(".text-side-panel").bounding_box()
    if width == 1400:
        assert column["width"] == 740
        assert side["x"] >= column["x"] + column["width"]
    else:
        assert side["y"] >= page.page.locator(SCROLL).bounding_box()["y"] + 200


@pytest.mark.parametrize("token", [60, 120, 250])
def test_in_a_notebook_the_pinned_word_stays_in_sight_when_the_list_takes_its_room(opened, long_text, token):
    page = opened(long_text.text_view(token=token), inline=True, width=700, height=640)
    word = page.page.locator(f"{COLUMN} .pinned").first.bounding_box()
    scroller = page.page.locator(SCROLL).bounding_box()
    assert word["y"] >= scroller["y"]
    assert word["y"] + word["height"] <= scroller["y"] + scroller["height"]
