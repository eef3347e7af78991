"""Hostile texts in every field that a user controls: shown as text, nothing runs, nothing is fetched.

Every page is opened twice: as it is, and without its Content-Security-Policy, so that what keeps markup
from running is shown to be the page itself, and the policy the net below.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import attnviz
from attnviz import Trace
from attnviz.views import View
from tests.hostile import HOSTILE, LONG
from tests.tiny import tiny_model, word_tokenizer

pytestmark = pytest.mark.browser

NAMES = list(HOSTILE)
SHORT = [name for name in NAMES if name not in LONG]
VIEWS = ["head", "model", "neuron", "text", "explore"]

# What a page may hold beside the module and the inert data: nothing that loads, runs or leads away.
FORBIDDEN = "img[src^='http'], iframe, object, embed, link, base, form, [src^='http'], [href^='http'], blink"


def trace_of(texts: list[str], *, title: str = "x") -> Trace:
    """A tiny model's trace whose tokens are these strings, and whose names are all `title`."""
    words = [f"w{i}" for i in range(len(texts))]
    lens = attnviz.load(model=tiny_model("BERT"), tokenizer=word_tokenizer(words), name=title)
    trace = lens.trace(" ".join(words))
    ends = list(itertools.accumulate(map(len, texts)))
    tokens = replace(
        trace.tokens,
        texts=["".join(texts)],
        roles=[title],
        labels=["[CLS]", *texts, "[SEP]"],
        raw=["[CLS]", *texts, "[SEP]"],
        surface=[None, *texts, None],
        start=[None, 0, *ends[:-1], None],
        end=[None, *ends, None],
        words=[
            replace(word, text=text, start=end - len(text), end=end)
            for word, text, end in zip(trace.tokens.words, texts, ends, strict=True)
        ],
        sentences=[trace.tokens.sentences[0]._replace(start=0, end=ends[-1])],
    )
    group = replace(trace.groups["encoder"], query_tokens=tokens, key_tokens=tokens)
    facts = replace(trace.model, architecture=title)
    return replace(trace, model=facts, tokens=tokens, groups={"encoder": group}, notes=[title])


@pytest.fixture(scope="module")
def tokens() -> Trace:
    """All hostile strings of bearable length, as the tokens of one text."""
    return trace_of([HOSTILE[name] for name in SHORT])


@pytest.fixture(scope="module")
def everywhere() -> list[Trace]:
    """A trace for each hostile string, which is its every name."""
    return [trace_of(["cat", HOSTILE[name], "dog"], title=HOSTILE[name]) for name in SHORT]


@pytest.fixture(params=["policy", "no policy"])
def visited(request, chromium, tmp_path) -> Iterator[Callable[[View], object]]:
    """Opens a view's file with or without its policy; checks afterwards that nothing ran or was asked for."""
    pages = []

    def visit(view: View) -> object:
        document = view.save(tmp_path / "x.html").read_text(encoding="utf-8")
        if request.param == "no policy":
            document, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", document)
            assert count == 1
        path = tmp_path / "page.html"
        path.write_text(document, encoding="utf-8", newline="")
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.asked, page.faults = [], []
        page.on("request", lambda sent: page.asked.append(sent.url))
        page.on("dialog", lambda dialog: (page.faults.append("dialog"), dialog.dismiss()))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda m: page.faults.append(m.text) if m.type in ("error", "warning") else None)
        page.goto(path.as_uri())
        page.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
        pages.append(page)
        return page

    yield visit
    for page in pages:
        assert page.faults == []
        assert [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))] == []
        assert page.evaluate("() => window.ran") is None
        assert page.evaluate("query => document.querySelectorAll(query).length", FORBIDDEN) == 0
        attributes = page.evaluate(
            "() => [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
        )
        assert [name for name in attributes if name.startswith("on")] == []
        page.close()


def settle(page: object) -> None:
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def text(page: object) -> str:
    return page.evaluate("() => document.getElementById('attnviz').textContent")


def plain(hostile: str) -> str | None:
    """The string, where a page shows it as it is: it is not very long, and nothing in it is invisible."""
    shown = 0 < len(hostile) <= 240 and hostile.isprintable() and hostile == " ".join(hostile.split())
    return hostile if shown else None


@pytest.mark.parametrize("name", VIEWS)
def test_hostile_tokens_are_shown_as_text(visited, tokens, name):
    page = visited(View.of([tokens], name, layer=1, heads=[0, 1], lang="en"))
    for _ in tokens.tokens.ids:
        page.keyboard.press("ArrowDown")
        settle(page)
    page.keyboard.press("Enter")
    # The table of the pinned token holds every key in full.
    page.wait_for_function("() => document.querySelectorAll('#attnviz table tbody tr').length > 5")
    shown = text(page)
    if name == "neuron":  # The one table that has every key of a text of this length.
        for each in SHORT:
            wanted = plain(HOSTILE[each])
            assert wanted is None or wanted in shown, each


def test_hostile_names_are_shown_as_text(visited, everywhere):
    titles = [HOSTILE[name] for name in SHORT]
    page = visited(View.of(everywhere, "explore", titles=titles, layer=1, lang="en"))
    options = page.eval_on_selector_all("select.texts option", "all => all.map(one => one.textContent)")
    assert len(options) == len(SHORT)
    for place, name in enumerate(SHORT):
        page.select_option("select.texts", index=place)
        page.wait_for_function(
            "place => document.getElementById('attnviz').dataset.trace === place", arg=str(place)
        )
        wanted = plain(HOSTILE[name])
        if wanted is None:
            continue
        assert options[place] == wanted
        assert page.locator(".model-name").text_content() == wanted
        assert wanted in page.locator(".facts").text_content()
        assert wanted in page.locator(".status").text_content()


@pytest.mark.parametrize("name", LONG)
def test_a_megabyte_long_token_is_drawn_and_leaves_the_page_alive(visited, name):
    page = visited(View.of([trace_of(["cat", HOSTILE[name], "dog"])], "explore", layer=1, heads=[0]))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('attnviz').dataset.token === '1'")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_hostile_names_stay_names_in_a_notebook(chromium, everywhere, tmp_path):
    """The frame's `srcdoc` and `title` are attributes, which quotes could end."""
    html = "".join(View.of([each], "head")._repr_html_() for each in everywhere)
    path = tmp_path / "notebook.html"
    path.write_bytes(f"<!doctype html><meta charset=utf-8>{html}".encode(errors="replace"))
    page = chromium.new_page()
    page.goto(path.as_uri())
    assert len(page.frames) == len(everywhere) + 1
    for frame in page.frames[1:]:
        frame.frame_element().scroll_into_view_if_needed()  # Frames out of sight draw nothing.
        frame.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
        assert frame.evaluate("() => window.ran") is None
    assert page.evaluate("() => window.ran") is None
    assert page.evaluate("() => document.body.querySelectorAll(':scope > :not(iframe)').length") == 0
    page.close()
