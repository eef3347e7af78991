"""Texts and what is hidden, clicked in a real browser; numbers against numpy on the whole attention."""

import re

import numpy as np
import pytest

import attnviz
from tests.conftest import Opened
from tests.views.test_browser import GRID, JAPANESE, JAPANESE_PAIR, table, written

pytestmark = pytest.mark.browser

STATUS = ".status-sentences"


@pytest.fixture(scope="module")
def english(minilm_lens):
    return minilm_lens.trace("The cat sat on the mat because it was tired.", "Who was tired?")


@pytest.fixture(scope="module")
def japanese(demo_lens):
    return demo_lens.trace(JAPANESE, JAPANESE_PAIR)


@pytest.fixture(scope="module")
def decoder():
    """Four words of which the first takes three quarters of the attention in every head."""
    rng = np.random.default_rng(3)
    words = ["Once", "upon", "a", "time", "there", "was", "a", "princess", ".", "</s>"]
    scores = rng.normal(size=(2, 3, len(words), len(words)))
    scores[..., np.triu(np.ones((len(words), len(words)), bool), 1)] = -np.inf
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights *= 0.25 / weights.sum(axis=-1, keepdims=True)
    weights[..., 0] += 0.75
    return attnviz.from_attentions(weights.astype(np.float32), words)


@pytest.fixture(scope="module")
def translation(tiny_lens):
    """An encoder-decoder model that reads a pair."""
    return tiny_lens("BART").trace("the cat sat on the mat", "it was tired", target="the dog saw it")


def texts_of(tokens) -> np.ndarray:
    """The text of each token; added ones go with what stands before them."""
    of, own = [], 0
    for segment in tokens.segment:
        own = own if segment is None else segment
        of.append(own)
    return np.array(of)


def shown(weights, *, queries, keys, text=None, rescaled):
    """What a page shows of one head: rows and columns, scaled up to what the rows summed to in `text`."""
    text = np.ones(weights.shape[1], bool) if text is None else text
    before = weights[:, text].sum(axis=1)[queries]
    part = weights[queries][:, keys & text]
    if not rescaled:
        return part
    left = part.sum(axis=1)
    return part * np.divide(before, left, out=np.zeros_like(before), where=left > 0)[:, None]


def rows_of(page: Opened, token: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in table(page, token)]


def check_row(page: Opened, token: str, row, labels, error=0.0011) -> None:
    """The table holds these numbers; the last figure may be rounded either way."""
    got = sorted(rows_of(page, token))
    want = sorted((label, written(weight)) for label, weight in zip(labels, row, strict=True) if weight > 0)
    assert [name for name, _ in got] == [name for name, _ in want]
    for (_, a), (_, b) in zip(got, want, strict=True):
        assert number(a) == pytest.approx(number(b), abs=error)


def number(text: str) -> float:
    return 0.0 if text == "<.001" else float(text)


def bare(labels):
    return [label.strip("[]").removeprefix("<").removesuffix(">") for label in labels]


def status(page: Opened) -> str:
    return page.page.locator(STATUS).inner_text()


def rest(page: Opened) -> None:
    """The table follows the selection after a short rest."""
    page.page.wait_for_timeout(350)


def box(page: Opened, what: str):
    return page.page.locator(f"input[data-hide={what}]")


# An English pair


def test_special_tokens_are_hidden_and_rows_rescaled(opened, english):
    page = opened(english.explore(layer=2, heads=[8], token=4))
    before = page.pixels(GRID)
    box(page, "special").check()
    page.wait("hide", "special")
    special = np.array(english.tokens.special)
    weights = english.attention(2, 8)
    kept = [label for label, s in zip(english.tokens.labels, special, strict=True) if not s]
    page.wait("token", "3")
    rest(page)
    rows = shown(weights, queries=~special, keys=~special, rescaled=True)
    assert rows.sum(axis=1) == pytest.approx(1, abs=1e-4)
    check_row(page, "on", rows[3], kept)
    assert page.pixels(GRID) != before
    took = weights[~special][:, special].sum() / (~special).sum()
    assert f"special tokens left out, rows rescaled (they took {100 * took:.1f}" in status(page)
    assert "before rescaling" in status(page)
    box(page, "special").uncheck()
    page.wait("hide", "")
    page.wait("token", "4")


def test_sinks_go_from_both_sides(opened, english):
    page = opened(english.head_view(layer=2, heads=[8], token=4))
    assert "[CLS]" in english.tokens.raw[0]
    assert "CLS" in box(page, "sinks").locator("xpath=..").get_attribute("title")
    box(page, "sinks").check()
    page.wait("hide", "sinks")
    page.wait("token", "3")
    rest(page)
    kept = np.ones(len(english.tokens), bool)
    kept[0] = False
    row = shown(english.attention(2, 8), queries=kept, keys=kept, rescaled=True)[3]
    check_row(page, english.tokens.labels[4], row, bare(english.tokens.labels[1:]))


@pytest.mark.parametrize(("name", "pair"), [("A → A", (0, 0)), ("A → B", (0, 1)), ("B → A", (1, 0))])
def test_texts_are_a_selection_and_rows_are_not_rescaled(opened, english, name, pair):
    texts = texts_of(english.tokens)
    token = int(np.flatnonzero((texts == pair[0]) & ~np.array(english.tokens.special))[1])
    page = opened(english.head_view(layer=1, heads=[3], token=token))
    page.page.get_by_role("radio", name=name).click()
    page.wait("texts", "-".join(map(str, pair)))
    page.wait("token", str(int((texts[:token] == pair[0]).sum())))
    rest(page)
    weights = english.attention(1, 3)
    queries, keys = texts == pair[0], texts == pair[1]
    rows = shown(weights, queries=queries, keys=keys, rescaled=False)
    labels = bare(np.array(english.tokens.labels)[keys])
    check_row(page, english.tokens.labels[token], rows[(texts[:token] == pair[0]).sum()], labels)
    share = f"{100 * weights[queries][:, keys].sum() / weights[queries].sum():.1f}"
    assert f"{name} is {share}" in status(page)
    page.page.get_by_role("radio", name="All").click()
    page.wait("texts", "")
    page.wait("token", str(token))


def test_a_pinned_token_that_is_left_out_is_let_go(opened, english):
    page = opened(english.head_view(layer=2, heads=[8], token=0))
    box(page, "special").check()
    page.wait("hide", "special")
    page.wait("token", "")


def test_a_link_brings_the_choice_back(opened, english):
    page = opened(english.head_view(layer=2, heads=[8], token=4))
    page.page.goto(f"{page.page.url.split('#')[0]}#hide=special&texts=0-1&token=5")
    page.page.reload()
    page.wait("hide", "special")
    page.wait("texts", "0-1")
    page.wait("token", "4")
    assert {"hide=special", "texts=0-1", "token=5"} <= set(
        page.page.evaluate("() => location.hash.slice(1)").split("&")
    )


def test_the_neuron_view_shows_all_tokens_and_the_choice_comes_back(opened, english):
    view = english.explore(layer=2, heads=[8], token=4, hide="special", texts=(0, None))
    page = opened(view)
    page.wait("token", "3")
    page.page.get_by_role("radio", name="Neuron view").click()
    page.wait("pane", "neuron")
    page.wait("token", "4")
    page.wait("hide", "")
    assert box(page, "special").is_disabled()
    assert "single tokens" in box(page, "special").locator("xpath=..").get_attribute("title")
    assert page.page.get_by_role("radio", name="Words").is_disabled()
    page.page.get_by_role("radio", name="Head view").click()
    page.wait("hide", "special")
    page.wait("texts", "0-all")
    page.wait("token", "3")
    assert page.page.get_by_role("radio", name="A → All").get_attribute("aria-checked") == "true"


def test_the_enlarged_heads_numbers_follow(opened, english):
    page = opened(english.explore(layer=2, heads=[8], hide="special"))
    page.page.wait_for_function("() => document.querySelector('.model-note')?.textContent.includes('thin')")
    special = np.array(english.tokens.special)
    rows = shown(english.attention(2, 8), queries=~special, keys=~special, rescaled=True)
    # Counted in tokens of the text, not of what is left.
    place = np.flatnonzero(~special)
    distance = (rows * abs(place[:, None] - place)).sum(axis=1).mean()
    strips = page.page.locator(".model-strips").inner_text()
    assert re.search(rf"distance\s+{distance:.1f}", strips)
    assert "to specials" not in strips


def test_python_s_choice_works_where_controls_are_not_shown(opened, english, tmp_path):
    class Inline:
        def save(self, path):
            path.write_text(english.head_view(layer=2, heads=[8], hide="special")._page(inline=True))
            return path

    page = opened(Inline(), width=700)
    page.wait("hide", "special")
    assert not page.page.locator(".controls").is_visible()
    assert "rows rescaled" in status(page)


def test_in_a_notebook_a_button_opens_the_controls(opened, english):
    page = opened(english.head_view(layer=2, heads=[8]), inline=True, width=700)
    button = page.page.get_by_role("button", name="What is shown")
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    page.page.get_by_role("radio", name="Words").click()
    page.wait("by", "word")
    button.click()
    assert not page.page.locator(".controls").is_visible()
    # The field behind `/` is there when its key is pressed.
    page.page.keyboard.press("/")
    assert page.page.get_by_placeholder("Find a token").evaluate("field => field === document.activeElement")


def test_in_a_notebook_kinds_are_there_to_choose_from(opened, tiny_lens):
    trace = tiny_lens("T5").trace("the cat sat on the mat", target="the dog")
    page = opened(trace.head_view(), inline=True, width=700)
    page.page.get_by_role("radio", name="Cross").click()
    page.wait("kind", "cross")


# A Japanese pair


def test_particles_are_hidden_with_the_rest_rescaled(opened, japanese):
    units = japanese.tokens.units("word")
    particle = np.array([unit.pos in ("助詞", "助動詞") for unit in units])
    pinned = int(np.flatnonzero(~particle)[2])
    page = opened(japanese.head_view(layer=3, heads=[1], by="word", token=pinned, lang="ja"))
    box(page, "particles").check()
    page.wait("hide", "particles")
    place = int((~particle)[:pinned].sum())
    page.wait("token", str(place))
    rest(page)
    weights = japanese.attention(3, 1, by="word")
    row = shown(weights, queries=~particle, keys=~particle, rescaled=True)[place]
    labels = bare([unit.text for unit, p in zip(units, particle, strict=True) if not p])
    check_row(page, units[pinned].text, row, labels)
    assert "助詞を除き、行を拡大" in status(page)
    # Among tokens there are no particles to hide.
    page.page.get_by_role("radio", name="トークン", exact=True).click()
    page.wait("by", "token")
    assert not box(page, "particles").is_visible()


def test_texts_and_hidden_tokens_go_together(opened, japanese):
    texts, special = texts_of(japanese.tokens), np.array(japanese.tokens.special)
    token = int(np.flatnonzero((texts == 1) & ~special)[3])
    page = opened(japanese.head_view(layer=4, heads=[2], token=token, lang="ja"))
    page.page.get_by_role("radio", name="B → B").click()
    box(page, "special").check()
    page.wait("hide", "special")
    page.wait("texts", "1-1")
    queries, keys = (texts == 1) & ~special, (texts == 1) & ~special
    place = int(queries[:token].sum())
    page.wait("token", str(place))
    rest(page)
    weights = japanese.attention(4, 2)
    row = shown(weights, queries=queries, keys=keys, text=texts == 1, rescaled=True)[place]
    check_row(page, japanese.tokens.labels[token], row, list(np.array(japanese.tokens.labels)[keys]))


def test_no_sink_switches_the_box_off_and_says_so(opened, japanese):
    page = opened(japanese.head_view(layer=3, heads=[1], lang="ja", hide="sinks"))
    assert box(page, "sinks").is_disabled()
    assert "シンクはない" in box(page, "sinks").locator("xpath=..").get_attribute("title")
    assert "シンクはない" in status(page)


# A decoder


def test_a_decoders_first_token_is_its_sink(opened, decoder):
    page = opened(decoder.head_view(layer=1, heads=[2], token=5))
    assert page.page.get_by_text("Texts", exact=True).count() == 0
    box(page, "sinks").check()
    page.wait("hide", "sinks")
    rest(page)
    kept = np.ones(10, bool)
    kept[0] = False
    weights = decoder.attention(1, 2)
    rows = shown(weights, queries=kept, keys=kept, rescaled=True)
    # 8 bits of a row whose largest weight is .75 or more, and a quarter of the row is scaled up to all of it.
    error = float(weights[5].max() / 510 / weights[5, 1:].sum() + 0.001)
    check_row(page, "was", rows[4], bare(decoder.tokens.labels[1:]), error)
    took = weights[1:, 0].sum() / weights[1:].sum()
    said = re.search(r"sinks left out, rows rescaled \(they took ([\d.]+)", status(page))
    assert float(said[1]) == pytest.approx(100 * took, abs=0.2)


# Cross-attention


def test_cross_attention_has_the_texts_of_each_side(opened, translation):
    page = opened(translation.head_view(layer=1, heads=[0], kind="cross", token=2))
    texts = texts_of(translation.tokens)
    special = np.array(translation.tokens.special)
    page.page.get_by_role("radio", name="→ B").click()
    page.wait("texts", "all-1")
    rest(page)
    weights = translation.attention(1, 0, "cross")
    every = np.ones(len(weights), bool)
    row = shown(weights, queries=every, keys=texts == 1, rescaled=False)[2]
    labels = bare(np.array(translation.tokens.labels)[texts == 1])
    name = translation.target_tokens.labels[2]
    check_row(page, name, row, labels)
    box(page, "special").check()
    page.wait("hide", "special")
    rest(page)
    outer = ~np.array(translation.target_tokens.special)
    place = int(outer[:2].sum())
    page.wait("token", str(place))
    keys = (texts == 1) & ~special
    row = shown(weights, queries=outer, keys=keys, text=texts == 1, rescaled=True)[place]
    check_row(page, name, row, bare(np.array(translation.tokens.labels)[keys]))
    # Another kind has other texts.
    page.page.get_by_role("radio", name="Encoder").click()
    page.wait("kind", "encoder")
    page.wait("texts", "")
    page.page.get_by_role("radio", name="B → B").click()
    page.wait("texts", "1-1")


# An image, and a text too long for exact thumbnails


def test_an_image_has_no_words(opened):
    tokens = attnviz.tokens.patches.patch_tokens("cat.png", attnviz.tokens.Grid(3, 3), 10)
    even = np.full((1, 2, 10, 10), 0.1, np.float32)
    page = opened(attnviz.from_attentions(even, tokens).head_view())
    assert not page.page.get_by_role("radio", name="Words").is_visible()
    box(page, "special").check()
    page.wait("hide", "special")


def test_thumbnails_of_a_long_text_stay_and_say_so(opened):
    words = ["[CLS]", *(f"w{i}" for i in range(99))]
    trace = attnviz.from_attentions(np.full((1, 1, 100, 100), 0.01, np.float32), words)
    page = opened(trace.explore(layer=0))
    before = page.pixels(GRID)
    box(page, "special").check()
    page.wait("hide", "special")
    page.page.get_by_text("show all tokens").wait_for()
    assert page.pixels(GRID) == before


# A chat


def test_messages_of_a_chat_are_chosen_from_two_lists(opened):
    from tests.tiny import tiny_model, word_tokenizer

    tokenizer = word_tokenizer(["the", "cat", "sat", "dog", "saw", "it", "user", "bot"])
    tokenizer.chat_template = "{% for m in messages %}{{ m.role }} {{ m.content }} {% endfor %}"
    lens = attnviz.load(model=tiny_model("GPT-2"), tokenizer=tokenizer)
    said = [("user", "the cat sat"), ("bot", "the dog saw it"), ("user", "it saw the cat")]
    trace = lens.trace(messages=[{"role": role, "content": text} for role, text in said])
    texts = texts_of(trace.tokens)
    token = len(texts) - 1
    page = opened(trace.head_view(layer=1, heads=[2], token=token))
    page.page.get_by_label("Queries of").select_option(label="3 user")
    page.wait("texts", "2-all")
    page.page.get_by_label("Keys of").select_option(label="2 bot")
    page.wait("texts", "2-1")
    rest(page)
    row = trace.attention(1, 2)[token, texts == 1]
    check_row(page, trace.tokens.labels[token], row, list(np.array(trace.tokens.labels)[texts == 1]))
    # A decoder never looks ahead.
    page.page.get_by_label("Queries of").select_option(label="1 user")
    page.page.get_by_text("no weight left in view").first.wait_for()
