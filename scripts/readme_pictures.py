"""Draw the READMEs' pictures anew, from the demo model: `python -m scripts.readme_pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import attnviz
from attnviz.demo import TEXTS, model_path
from tests.real import CHROMIUM

IMAGES = Path(__file__).parent.parent / "docs" / "images"


def main() -> None:
    """One picture with English words and one with Japanese; それ is pinned."""
    lens = attnviz.load(model_path(), dtype="float32", name="attnviz/demo-bert-ja-en")
    trace = lens.trace(TEXTS[0].text)
    token = trace.tokens.labels.index("それ")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for lang, scheme in (("en", "light"), ("ja", "dark")):
            path = trace.explore(layer=3, heads=[0, 1, 2, 5], token=token, lang=lang).save(f"{folder}/x.html")
            context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
            page = context.new_page()
            page.goto(path.as_uri())
            page.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
            page.wait_for_timeout(1500)  # The strips of the enlarged head are measured in the background.
            page.screenshot(path=str(IMAGES / f"explore-{lang}.png"))
        browser.close()


if __name__ == "__main__":
    main()
