"""A text that is too long for its budget, in a real browser: what the page says is missing, and what it never
claims.

Every page opened here is also checked for requests, errors and warnings, of which there may be none.
"""

import numpy as np
import pytest

from attnviz.views import View

pytestmark = pytest.mark.browser

SENTENCE = "the cat sat on the mat because it was tired and the dog saw it again but nobody knew why "
HEADS = [1, 8]
STATUS = ".status-sentences"


@pytest.fixture(scope="module")
def trace(minilm_lens):
    return minilm_lens.trace(SENTENCE * 20)


@pytest.fixture(scope="module")
def view(trace):
    """Layer 3 complete, the others by their strongest keys; opens at layer 2."""
    return trace.explore(layer=2, heads=HEADS, layers=[3], budget="2MB", token=40, lang="en")


def below(view: View, layer: int) -> float:
    (group,) = view.payload.header["traces"][0]["groups"]
    return group["layers"][layer]["strongest"]["below"]


def written(weight: float) -> str:
    if 0 < weight < 0.0005:
        return "<.001"
    return "1.00" if weight >= 0.9995 else f"{weight:.3f}"[1:]


def text(page, selector: str) -> str:
    return page.page.locator(selector).inner_text().replace("\u2009", " ")


def floored(share: float) -> str:
    return f"{np.floor(share * 1000) / 10:.1f} %"


def test_the_status_line_tells_how_much_the_file_holds(opened, view):
    page = opened(view)
    said = text(page, STATUS)
    coverage = view.coverage["encoder"]
    assert f"This file holds {floored(coverage.mean())} of the attention mass, complete for layer 3" in said
    assert f"of layer 2 it holds {floored(coverage[2])}: every weight from " in said
    page.page.keyboard.press("]")
    page.wait("layer", "3")
    said = text(page, STATUS)
    assert "complete for layer 3" in said
    assert "of layer 3 it holds" not in said


def test_the_status_line_speaks_japanese(opened, trace):
    view = trace.head_view(layer=2, layers=[3], budget="2MB", lang="ja")
    page = opened(view)
    said = text(page, STATUS)
    coverage = view.coverage["encoder"]
    assert f"注意全体の {floored(coverage.mean())} を収録（完全な層：3）" in said
    assert f"層 2 は {floored(coverage[2])}" in said


def test_the_table_holds_the_strongest_keys_and_leaves_out_what_is_not_kept(opened, view, trace):
    page = opened(view)
    page.page.wait_for_selector(".weights table tbody tr")
    rows = page.page.eval_on_selector_all(
        ".weights table tbody tr",
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent.trim()))",
    )
    exact = trace.attention(2)[HEADS, 40]  # [head, key]
    limit = below(view, 2)
    strong = exact.max(axis=0) >= limit
    # Every weight from the limit on is there, with its own number, and no cell says zero.
    for slot in range(2):
        numbers = sorted((float(row[1 + slot]) for row in rows if row[1 + slot]), reverse=True)
        expected = np.sort(exact[slot][exact[slot] >= limit])[::-1]
        np.testing.assert_allclose(numbers[: len(expected)], expected, atol=0.0025)
    assert strong.sum() <= len(rows) < len(trace.tokens)
    cells = [cell for row in rows for cell in row[1:]]
    assert ".000" not in cells
    assert "" in cells
    assert any(cell.startswith("≥ ") for cell in cells)
    assert "are not in this file: each is below" in page.page.locator(".weights .note").inner_text()


def test_the_tooltip_of_a_key_that_is_not_kept_says_below_and_not_zero(opened, view, trace):
    page = opened(view)
    exact = trace.attention(2)[HEADS, 40]
    box = page.page.locator("canvas.head-canvas").bounding_box()
    seen = {}
    across = box["x"] + 0.5 * box["width"]
    while not page.state("hoverKey"):
        across += 8
        page.page.mouse.move(across, box["y"] + 100)
        page.page.wait_for_timeout(40)
    for y in range(60, 400, 17):
        page.page.mouse.move(across + 8, box["y"] + y)
        page.page.wait_for_timeout(120)
        key = page.state("hoverKey")
        if key and page.page.locator(".tooltip:not([hidden])").count():
            seen[int(key)] = page.page.locator(".tooltip .tip-row .number").all_inner_texts()
    assert len(seen) > 5
    limit = below(view, 2)
    missing = 0
    for key, numbers in seen.items():
        for slot, number in enumerate(numbers[:2]):
            if number.startswith("<") and number != "<.001":
                missing += 1
                assert exact[slot, key] < limit
                assert float(number[1:]) >= limit > float(number[1:]) * 0.8
            else:
                assert abs(float(number.lstrip("<")) - exact[slot, key]) < 0.0025
    assert missing > 0


def test_a_complete_layer_of_the_same_page_has_every_weight(opened, view, trace):
    page = opened(view)
    page.page.keyboard.press("]")
    page.page.wait_for_function(
        "() => document.querySelector('.weights table caption')?.textContent.includes('layer 3')"
    )
    rows = page.page.eval_on_selector_all(
        ".weights table tbody tr", "rows => rows.map(row => [...row.children].map(c => c.textContent.trim()))"
    )
    exact = np.sort(trace.attention(3)[HEADS, 40].mean(axis=0))[::-1][: len(rows)]
    assert [row[3] for row in rows] == [written(weight) for weight in exact]
    assert page.page.locator(".weights .note").count() == 0


def test_lines_from_the_limit_on_are_all_drawn(opened, view, trace):
    page = opened(view)
    page.page.keyboard.press("Escape")
    page.wait("token", "")
    assert float(page.state("threshold")) >= below(view, 2)
    # All queries in view: with a threshold above the limit nothing is missing from them.
    page.page.wait_for_timeout(300)
    said = text(page, STATUS)
    assert "of what the file holds of the heads shown" in said
    assert f"({page.state('drawnLines')} lines)" in said.replace(" ", " ")


def test_the_model_view_takes_its_map_from_the_overview_and_gives_no_numbers(opened, view):
    page = opened(view)
    assert "The map is the overview" in text(page, ".model-note")
    assert page.page.locator(".model-strip:visible").count() == 0
    page.page.keyboard.press("]")
    page.wait("layer", "3")
    page.page.wait_for_function(
        "() => /^(0|1)?\\.\\d/.test(document.querySelector('.model-strip b')?.textContent ?? '')"
    )
    assert page.page.locator(".model-strip:visible").count() >= 3


def test_the_neuron_view_of_a_partial_layer_names_the_remedy_and_goes_on(opened, view):
    page = opened(view)
    page.page.get_by_role("radio", name="Neuron view").click()
    page.wait("pane", "neuron")
    said = text(page, ".neuron-message:not([hidden])")
    assert "no room for the queries and keys of layer 2" in said
    assert "layers=[2]" in said
    page.page.keyboard.press("]")
    page.wait("layer", "3")
    page.page.wait_for_selector(".neuron-box canvas", state="visible")
    assert page.page.locator(".neuron-box canvas").bounding_box()["height"] > 100


def test_sums_by_word_say_that_they_are_of_what_was_kept(opened, view):
    page = opened(view)
    page.page.get_by_role("radio", name="Words").click()
    page.wait("by", "word")
    assert "sums and means are of the weights that are there" in text(page, STATUS)


def test_the_status_line_follows_the_text_as_it_scrolls(opened, view):
    page = opened(view)
    page.page.keyboard.press("Escape")
    page.wait("token", "")
    page.page.wait_for_timeout(300)
    before = text(page, STATUS)
    page.page.evaluate("() => document.querySelector('.head-scroll').scrollTo(0, 99999)")
    page.page.wait_for_function(
        """before => {
          const said = document.querySelector('.status-sentences').innerText;
          return said.replaceAll('\u2009', ' ') !== before;
        }""",
        arg=before,
    )
