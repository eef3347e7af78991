"""What many tests share: real lenses, tiny ones, and a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.images import clip_folder, llava, picture, vit_folder
from tests.real import CHROMIUM, minilm_folder
from tests.wheel import archives, installed

__all__ = ["archives", "clip_folder", "installed", "llava", "picture", "vit_folder"]

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

# What session fixtures give is read, never changed, so one serves all examples. A run of CI looks at the
# same examples each time; a sweep, at thousands of others: `pytest --hypothesis-profile=sweep`.
_COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
settings.register_profile("ci", max_examples=200, derandomize=True, **_COMMON)
settings.register_profile("sweep", max_examples=5000, **_COMMON)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def demo_lens():
    """The embedded model: a BERT for Japanese and English with MeCab and WordPiece."""
    import attnviz
    from attnviz.demo import model_path

    return attnviz.load(model_path())


@pytest.fixture(scope="session")
def minilm_lens():
    """Real English weights: MiniLM, 6 layers × 12 heads, 384."""
    import attnviz

    return attnviz.load(minilm_folder())


@pytest.fixture(scope="session")
def tiny_lens() -> Callable[[str], object]:
    """A lens over a tiny model of any family of `tests.tiny`, with a tokenizer of whole words."""
    import attnviz
    from tests.tiny import tiny_model, word_tokenizer

    words = ["the", "cat", "sat", "on", "mat", "dog", "saw", "it", "was", "tired", "because"]
    return lambda family: attnviz.load(model=tiny_model(family), tokenizer=word_tokenizer(words))


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


class Opened:
    """A page in the browser, and all that went wrong in it."""

    def __init__(self, page: object, path: Path, anchor: str = "") -> None:
        self.page = page
        self.requests: list[str] = []
        self.faults: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(f"{path.as_uri()}{anchor}")
        page.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")

    def state(self, name: str) -> str:
        """One field of the page's state, as it marks it on its root."""
        return self.page.evaluate("name => document.getElementById('attnviz').dataset[name]", name)

    def wait(self, name: str, value: str) -> None:
        """Until a field of the state has a value; fails after the browser's time limit."""
        self.page.wait_for_function(
            "([name, value]) => document.getElementById('attnviz').dataset[name] === value", arg=[name, value]
        )

    def pixels(self, selector: str) -> bytes:
        """What a canvas shows, as PNG."""
        return self.page.locator(selector).screenshot()


@pytest.fixture
def opened(chromium, tmp_path) -> Iterator[Callable[..., Opened]]:
    """Opens a view as a file, and checks afterwards that it asked for nothing and complained of nothing."""
    pages: list[Opened] = []

    def open_view(
        view: object,
        *,
        width: int = 1400,
        height: int = 900,
        dark: bool = False,
        anchor: str = "",
        inline: bool = False,
        **context_options: object,
    ) -> Opened:
        path = tmp_path / f"{len(pages)}.html"
        if inline:
            path.write_text(view._page(inline=True), encoding="utf-8")
        else:
            view.save(path)
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            **{"locale": "en-US", **context_options},
        )
        pages.append(Opened(context.new_page(), path, anchor))
        return pages[-1]

    yield open_view
    for opened in pages:
        assert [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))] == []
        assert opened.faults == []
        opened.page.context.close()
